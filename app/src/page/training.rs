//! Practice: a chip is written as at the desk, on a simulated card with a made-up record. The page says so in every view of it.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::{reader, respond_with_reader, write_chip};
use crate::part::{Crumb, Notice, Tone};
use crate::render::{Module, Page};
use crate::visit::Visit;
use crate::words::{self, training as text};
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l))
        .lead(text::lead(l))
        .crumbs(vec![Crumb::new(words::work::title(l), routes::WORK)])
        .module(Module::Reader);
    respond_with_reader(portal, visit, StatusCode::OK, page, || {
        view! {
            <p class="practice-band" data-practice="">{text::band(l)}</p>
            <Notice l tone=Tone::Info><p>{text::explain(l)}</p></Notice>
            {write_chip::practice(l, routes::TRAINING_CHIP.to_owned(), reader::simulate(l))}
        }
        .into_any()
    })
}
