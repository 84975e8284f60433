//! Switching an account off, or on again.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::{AccountRow, AccountState};
use leptos::prelude::*;

use super::account::crumbs;
use super::{ending, reopen};
use crate::part::{Button, Confirm, ErrorSummary, FieldErrors, Form, Hidden, Rank};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::account_switch as words;
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
    let (name, login) = (&account.display_name, &account.login);
    let on = account.state == AccountState::Disabled;
    let (title, effect, submit, rank) = if on {
        (words::on_title(l), words::on_effect(l, login, name), words::on_submit(l, login), Rank::Primary)
    } else {
        (words::off_title(l), words::off_effect(l, login, name), words::off_submit(l, login), Rank::Danger)
    };
    let page = Page::new(title).lead(effect).crumbs(crumbs(l, Some((account.id, name)))).narrow().failed(failed);
    let (version, needed) = (account.version.to_string(), visit.needs_code());
    let (path, back) =
        (routes::with_id(routes::ACCOUNT_SWITCH, account.id), routes::with_id(routes::ACCOUNT, account.id));
    super::respond(portal, visit, status, page, || {
        let end = ending(l, &errors, view! { <Button label=submit rank /> }, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="to" value=if on { "on" } else { "off" } />
                <Hidden name="version" value=version />
                <Confirm l needed error=errors.of("code") />
                {end}
            </Form>
        }
        .into_any()
    })
}
