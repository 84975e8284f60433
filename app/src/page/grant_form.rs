//! Proposing a role for somebody.

use axum::http::StatusCode;
use axum::response::Response;
use contract::view::AccountRow;
use leptos::prelude::*;
use model::role::Role;

use super::account::crumbs;
use super::units::look_up;
use super::{ending, key};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::grant_form as words;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    account: &AccountRow,
    form: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l))
        .lead(words::lead(l, &account.display_name))
        .crumbs(crumbs(l, Some((account.id, &account.display_name))))
        .narrow()
        .failed(failed);
    let roles = Role::ALL.into_iter().map(|role| Choice::new(role.name(), naming::role(l, role))).collect();
    let form = form.clone();
    super::respond(portal, visit, status, page, || {
        let back = routes::with_id(routes::ACCOUNT, account.id);
        let end = ending(l, &errors, view! { <Button label=words::submit(l) /> }, back);
        let key = key(portal, &form);
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::with_id(routes::GRANT_PROPOSE, account.id)>
                {key}
                <Field l name="role" label=words::role(l) input=Input::Select(roles) value=form.get("role") error=errors.of("role") />
                <Field
                    l
                    name="unit_code"
                    label=words::unit(l)
                    hint=words::unit_hint(l)
                    look_up=look_up(l)
                    value=form.get("unit_code")
                    error=errors.of("unit_code")
                    autocomplete="off"
                    optional=true
                />
                <Field
                    l
                    name="valid_from"
                    label=words::from(l)
                    input=Input::Date
                    value=form.get("valid_from")
                    error=errors.of("valid_from")
                    width=Width::Short
                />
                <Field
                    l
                    name="valid_to"
                    label=words::to(l)
                    hint=words::to_hint(l)
                    input=Input::Date
                    value=form.get("valid_to")
                    error=errors.of("valid_to")
                    width=Width::Short
                    optional=true
                />
                <Field
                    l
                    name="decision"
                    label=words::decision(l)
                    hint=words::decision_hint(l)
                    value=form.get("decision")
                    error=errors.of("decision")
                    autocomplete="off"
                />
                {end}
            </Form>
        }
        .into_any()
    })
}
