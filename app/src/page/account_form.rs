//! A new account.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::account::crumbs;
use super::ending;
use crate::part::{Button, Confirm, ErrorSummary, Field, FieldErrors, Form, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::account_form as words;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    form: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let (form, needed) = (form.clone(), visit.needs_code());
    let page = Page::new(words::title(l)).lead(words::lead(l)).crumbs(crumbs(l, None)).narrow().failed(failed);
    super::respond(portal, visit, status, page, || {
        let button = view! { <Button label=words::submit(l) /> };
        let end = ending(l, &errors, button, routes::ACCOUNTS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::ACCOUNT_ADD>
                <Field
                    l
                    name="login"
                    label=words::login(l)
                    hint=words::login_hint(l)
                    value=form.get("login")
                    error=errors.of("login")
                    autocomplete="off"
                    autofocus=!failed
                />
                <Field
                    l
                    name="display_name"
                    label=words::name(l)
                    value=form.get("display_name")
                    error=errors.of("display_name")
                    autocomplete="off"
                />
                <Field
                    l
                    name="personnel_code"
                    label=words::code(l)
                    hint=words::code_hint(l)
                    value=form.get("personnel_code")
                    error=errors.of("personnel_code")
                    autocomplete="off"
                    width=Width::Short
                    optional=true
                />
                <Confirm l needed error=errors.of("code") />
                {end}
            </Form>
        }
        .into_any()
    })
}
