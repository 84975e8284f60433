//! The recovery codes, shown once.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use crate::part::{Actions, LinkButton};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::recovery as words;
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, codes: &[String]) -> Response {
    let l = visit.lang;
    let page = Page::new(words::title(l)).lead(words::lead(l)).narrow();
    super::respond(portal, visit, StatusCode::OK, page, || {
        let items = codes.iter().map(|code| view! { <li class="code">{code.clone()}</li> }).collect_view();
        view! {
            <ol class="codes">{items}</ol>
            <Actions>
                <LinkButton label=words::go(l) href=routes::WORK />
            </Actions>
        }
        .into_any()
    })
}
