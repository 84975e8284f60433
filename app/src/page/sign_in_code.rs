//! Sign in: the second factor.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, PostButton, Rank, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::sign_in::code as words;
use crate::{Portal, routes};

/// Signing in, or showing the second factor once more before something that needs it: `action` is where the form goes.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    action: &'static str,
    form: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l)).lead(words::lead(l)).narrow().failed(failed);
    let next = form.get("next");
    let other = (action == routes::SIGN_IN_CODE)
        .then(|| view! { <PostButton label=words::other(l) action=routes::SIGN_OUT rank=Rank::Quiet /> });
    super::respond(portal, visit, status, page, || {
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=action>
                <Hidden name="next" value=next />
                <Field
                    l
                    name="code"
                    label=words::label(l)
                    input=Input::Text
                    width=Width::Medium
                    error=errors.of("code")
                    autocomplete="one-time-code"
                    autofocus=!failed
                />
                <Button label=words::submit(l) />
            </Form>
            {other}
        }
        .into_any()
    })
}
