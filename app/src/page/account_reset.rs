//! A new link for who lost the password or the second factor.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::AccountRow;
use leptos::prelude::*;

use super::account::crumbs;
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
    let (action, needed) = (routes::with_id(routes::ACCOUNT_RESET, account.id), visit.needs_code());
    super::respond(portal, visit, status, page, || {
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Notice l tone=Tone::Warn>
                <p>{words::effect(l)}</p>
                <p>{words::check(l)}</p>
            </Notice>
            <Form action>
                <Confirm l needed error=errors.of("code") />
                <Button label=words::submit(l) rank=Rank::Danger />
            </Form>
        }
        .into_any()
    })
}
