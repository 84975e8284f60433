//! The pages, one a file: what they show is handed to them by `call`.

pub mod account;
pub mod account_form;
pub mod account_reset;
pub mod account_switch;
pub mod accounts;
pub mod activate;
pub mod activation_link;
pub mod audit;
pub mod audit_entry;
pub mod audit_verify;
pub mod enrol;
pub mod failure;
pub mod grant;
pub mod grant_end;
pub mod grant_form;
pub mod import;
pub mod me;
pub mod password;
pub mod people;
pub mod person;
pub mod person_erase;
pub mod person_form;
pub mod person_move;
pub mod recovery_codes;
pub mod sign_in;
pub mod sign_in_code;
pub mod start;
pub mod unit;
pub mod unit_close;
pub mod unit_form;
pub mod unit_posts;
pub mod units;
pub mod work;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use contract::Lang;
use leptos::prelude::*;

use crate::Portal;
use crate::part::{Actions, LinkButton, Rank};
use crate::render::{Page, document};
use crate::visit::Visit;
use crate::words;

/// A page as a response.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    page: Page,
    body: impl FnOnce() -> AnyView,
) -> Response {
    let html = document(&visit.context(portal), page, body);
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response()
}

/// The way on when something has changed since the form was shown: what was typed stays there to be read.
fn reopen(l: Lang, status: StatusCode, path: &str) -> AnyView {
    (status == StatusCode::CONFLICT)
        .then(|| {
            let path = path.to_owned();
            view! { <Actions><LinkButton label=words::form::reopen(l) href=path rank=Rank::Secondary /></Actions> }
        })
        .into_any()
}
