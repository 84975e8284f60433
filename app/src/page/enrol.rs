//! Setting up the second factor.

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;
use registry::work::enrol_second_factor::Enrolment;
use registry::work::resume_session::Stage;

use super::ending;
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input, PostButton, Qr, Rank, Width};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{enrol as words, sign_in::code};
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
    // the role asks for it, or its owner wants another one
    let asked = visit.session.as_ref().is_some_and(|who| who.stage == Stage::Enrol);
    let lead = if asked { words::lead(l) } else { words::lead_own(l) };
    let page = Page::new(words::title(l)).lead(lead).narrow().failed(failed);
    // groups of four are read and typed without losing the place
    let typed = enrolment.typed.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ");
    super::respond(portal, visit, status, page, || {
        let button = view! { <Button label=words::submit(l) /> };
        let end = match asked {
            true => button.into_any(),
            false => ending(l, &errors, button, routes::ME.to_owned()),
        };
        let other =
            asked.then(|| view! { <PostButton label=code::other(l) action=routes::SIGN_OUT rank=Rank::Quiet /> });
        view! {
            <ErrorSummary l errors=errors.clone() />
            <p>{words::step1(l)}</p>
            <Qr text=enrolment.url.clone() label=words::qr(l) />
            <p>{words::typed(l)} " " <span class="code groups">{typed}</span></p>
            <p>{words::step2(l)}</p>
            <Form action=routes::ENROL>
                <Field l name="code" label=words::code(l) input=Input::Digits width=Width::Short error=errors.of("code") autocomplete="one-time-code" />
                {end}
            </Form>
            {other}
        }
        .into_any()
    })
}
