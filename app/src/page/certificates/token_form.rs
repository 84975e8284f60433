//! Tokens that came from the certification authority are entered (R154).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{token_crumbs, token_kinds};
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificates, tokens as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(token_crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let (kind, wrong_kind) = of_field("kind");
        let (model, wrong_model) = of_field("model");
        let (unit, wrong_unit) = of_field("unit_code");
        let (serials, wrong_serials) = of_field("token_serials");
        let form_key = key(portal, typed);
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, routes::TOKENS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::TOKEN_ADD)}
            <Form action=routes::TOKEN_ADD>
                {form_key}
                <Field l name="kind" label=text::kind(l) value=kind input=Input::Select(token_kinds(l)) error=wrong_kind />
                <Field l name="model" label=text::model(l) value=model error=wrong_model autocomplete="off" optional=true />
                <Field l name="unit_code" label=certificates::unit_code(l) hint=certificates::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" />
                <Field l name="token_serials" label=text::serials(l) hint=text::serials_hint(l) input=Input::Area value=serials error=wrong_serials autocomplete="off" />
                {end}
            </Form>
        }
        .into_any()
    })
}
