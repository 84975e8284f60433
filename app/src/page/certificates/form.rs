//! A certificate is recorded: its file, whose it is, who keeps it (R119, R155).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{crumbs, kinds};
use crate::part::{Button, Check, ErrorSummary, Field, FieldErrors, Form, Input};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::certificates as text;
use crate::{Portal, routes};

const FILES: &str =
    ".cer,.crt,.pem,.der,.p7b,.p7c,application/pkix-cert,application/x-x509-ca-cert,application/x-pkcs7-certificates";

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
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let wrong_file = errors.of("certificate");
        let (kind, wrong_kind) = of_field("kind");
        let (person, wrong_person) = of_field("personnel_code");
        let (unit, wrong_unit) = of_field("unit_code");
        let (keeper, wrong_keeper) = of_field("keeper_code");
        let (token, wrong_token) = of_field("token_serial");
        let handed_over = typed.has("handed_over");
        let form_key = key(portal, typed);
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, routes::CERTIFICATES.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::CERTIFICATE_ADD)}
            <Form action=routes::CERTIFICATE_ADD files=true>
                {form_key}
                <Field l name="certificate" label=text::file(l) hint=text::file_hint(l) input=Input::File(FILES) error=wrong_file />
                <Field l name="kind" label=text::kind(l) value=kind input=Input::Select(kinds(l)) error=wrong_kind />
                <Field l name="personnel_code" label=text::person_code(l) hint=text::person_hint(l) value=person error=wrong_person autocomplete="off" depends=true />
                <Field l name="unit_code" label=text::unit_code(l) hint=text::unit_code_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" depends=true />
                <Field l name="keeper_code" label=text::keeper_code(l) hint=text::keeper_hint(l) value=keeper error=wrong_keeper autocomplete="off" depends=true />
                <Field l name="token_serial" label=text::token_serial(l) hint=text::token_hint(l) value=token error=wrong_token autocomplete="off" optional=true />
                <Check l name="handed_over" label=text::handed_over(l) checked=handed_over />
                {end}
            </Form>
        }
        .into_any()
    })
}
