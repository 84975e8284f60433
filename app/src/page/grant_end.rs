//! Ending a role, or withdrawing the proposal of one.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::{GrantLine, GrantState};
use leptos::prelude::*;

use super::account::crumbs;
use super::{ending, reopen};
use crate::part::{Button, Confirm, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Rank};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::grant_end as words;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    grant: &GrantLine,
    form: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let role = naming::role(l, grant.role);
    let (title, lead, hint) = if grant.state == GrantState::Proposed {
        (words::withdraw(l), words::withdraw_lead(l, &grant.account, role, &grant.unit), words::withdraw_hint(l))
    } else {
        (words::title(l), words::lead(l, &grant.account, role, &grant.unit), words::reason_hint(l))
    };
    let page =
        Page::new(title).lead(lead).crumbs(crumbs(l, Some((grant.account_id, &grant.account)))).narrow().failed(failed);
    let (version, reason, needed) = (grant.version.to_string(), form.get("reason"), visit.needs_code());
    super::respond(portal, visit, status, page, || {
        let (path, back) =
            (routes::with_id(routes::GRANT_END, grant.id), routes::with_id(routes::ACCOUNT, grant.account_id));
        let button = view! { <Button label=title rank=Rank::Danger /> };
        let end = ending(l, &errors, button, back);
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                <Hidden name="version" value=version />
                <Field
                    l
                    name="reason"
                    label=words::reason(l)
                    hint
                    input=Input::Area
                    value=reason
                    error=errors.of("reason")
                />
                <Confirm l needed error=errors.of("code") />
                {end}
            </Form>
        }
        .into_any()
    })
}
