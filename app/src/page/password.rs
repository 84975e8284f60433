//! Changing one's own password.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::password::{MIN_ALONE, MIN_WITH_SECOND_FACTOR};
use registry::work::resume_session::Resumed;

use super::ending;
use super::me::crumbs;
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::password as words;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    who: &Resumed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l)).lead(words::lead(l)).crumbs(crumbs(l, true)).narrow().failed(failed);
    let login = who.login.clone();
    let min = if who.second_factor { MIN_WITH_SECOND_FACTOR } else { MIN_ALONE };
    super::respond(portal, visit, status, page, || {
        let end = ending(l, &errors, view! { <Button label=words::submit(l) /> }, routes::ME.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::ME_PASSWORD>
                // for the browser's password store
                <input type="text" name="username" value=login autocomplete="username" hidden />
                <Field
                    l
                    name="current"
                    label=words::current(l)
                    input=Input::Password
                    error=errors.of("current")
                    autocomplete="current-password"
                    autofocus=!failed
                />
                <Field
                    l
                    name="password"
                    label=words::new(l)
                    hint=words::hint(l, min)
                    input=Input::Password
                    error=errors.of("password")
                    autocomplete="new-password"
                />
                <Field
                    l
                    name="repeat"
                    label=words::repeat(l)
                    input=Input::Password
                    error=errors.of("repeat")
                    autocomplete="new-password"
                />
                {end}
            </Form>
        }
        .into_any()
    })
}
