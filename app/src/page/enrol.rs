//! Setting up the second factor.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::enrol_second_factor::Enrolment;

use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input, Qr, Width};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::enrol as words;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    enrolment: &Enrolment,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l)).lead(words::lead(l)).narrow().failed(failed);
    // groups of four are read and typed without losing the place
    let typed = enrolment.typed.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    super::respond(portal, visit, status, page, || {
        view! {
            <ErrorSummary l errors=errors.clone() />
            <p>{words::step1(l)}</p>
            <Qr text=enrolment.url.clone() label=words::qr(l) />
            <p>{words::typed(l)} " " <span class="code groups">{typed}</span></p>
            <p>{words::step2(l)}</p>
            <Form action=routes::ENROL>
                <Field l name="code" label=words::code(l) input=Input::Digits width=Width::Short error=errors.of("code") autocomplete="one-time-code" />
                <Button label=words::submit(l) />
            </Form>
        }
        .into_any()
    })
}
