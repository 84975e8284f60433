//! Sign in: login and password.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Hidden, Input};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::sign_in as words;
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
    let page = Page::new(words::title(l)).lead(words::lead(l)).narrow().failed(failed);
    let next = form.get("next");
    let login = form.get("login");
    super::respond(portal, visit, status, page, || {
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::SIGN_IN>
                <Hidden name="next" value=next />
                <Field l name="login" label=words::login(l) value=login error=errors.of("login") autocomplete="username" autofocus=!failed />
                <Field l name="password" label=words::password(l) input=Input::Password error=errors.of("password") autocomplete="current-password" />
                <Button label=words::submit(l) />
            </Form>
            <p class="aside">{words::forgotten(l)}</p>
            <p class="aside"><a href=routes::SCAN>{words::check_card(l)}</a></p>
            <p class="aside"><a href=routes::INFORMATION>{words::information(l)}</a></p>
        }
        .into_any()
    })
}
