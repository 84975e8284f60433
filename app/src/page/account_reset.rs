//! A new link for who lost the password or the second factor.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::AccountRow;
use leptos::prelude::*;

use super::account::crumbs;
use super::{ending, reopen};
use crate::part::{Button, Confirm, ErrorSummary, FieldErrors, Form, Notice, Rank, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::account_reset as words;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    account: &AccountRow,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l))
        .lead(words::lead(l, &account.login, &account.display_name))
        .crumbs(crumbs(l, Some((account.id, &account.display_name))))
        .narrow()
        .failed(failed);
    let (path, back) =
        (routes::with_id(routes::ACCOUNT_RESET, account.id), routes::with_id(routes::ACCOUNT, account.id));
    let needed = visit.needs_code();
    super::respond(portal, visit, status, page, || {
        let button = view! { <Button label=words::submit(l) rank=Rank::Danger /> };
        let end = ending(l, &errors, button, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Notice l tone=Tone::Warn>
                <p>{words::effect(l)}</p>
                <p>{words::check(l)}</p>
            </Notice>
            <Form action=path>
                <Confirm l needed error=errors.of("code") />
                {end}
            </Form>
        }
        .into_any()
    })
}
