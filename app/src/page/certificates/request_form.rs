//! A certificate is asked for: a new one, or something about one that there is (R118, R121).

use axum::http::StatusCode;
use axum::response::Response;
use contract::certificate::CertificateRow;
use leptos::prelude::*;
use model::certificate::Operation;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{day, kind, kinds, operations, request_crumbs};
use crate::part::{Button, Empty, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{certificate_requests as text, certificates};
use crate::{Portal, routes};

pub fn add(portal: &Portal, visit: &Visit, status: StatusCode, typed: &Typed, errors: Option<FieldErrors>) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(request_crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let (kind, wrong_kind) = of_field("kind");
        let (person, wrong_person) = of_field("personnel_code");
        let (unit, wrong_unit) = of_field("unit_code");
        let (device, wrong_device) = of_field("device");
        let (keeper, wrong_keeper) = of_field("keeper_code");
        let (reason, wrong_reason) = of_field("reason");
        let form_key = key(portal, typed);
        let end = ending(l, &errors, view! { <Button label=text::send(l) /> }, routes::CERTIFICATE_REQUESTS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::CERTIFICATE_REQUEST_ADD)}
            <Form action=routes::CERTIFICATE_REQUEST_ADD>
                {form_key}
                <Field l name="kind" label=certificates::kind(l) value=kind input=Input::Select(kinds(l)) error=wrong_kind />
                <Field l name="personnel_code" label=certificates::person_code(l) hint=certificates::person_hint(l) value=person error=wrong_person autocomplete="off" depends=true />
                <Field l name="unit_code" label=certificates::unit_code(l) hint=certificates::unit_code_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" depends=true />
                <Field l name="device" label=text::device(l) hint=text::device_hint(l) value=device error=wrong_device autocomplete="off" depends=true />
                <Field l name="keeper_code" label=certificates::keeper_code(l) hint=text::keeper_hint(l) value=keeper error=wrong_keeper autocomplete="off" depends=true />
                <Field l name="reason" label=text::purpose(l) input=Input::Area value=reason error=wrong_reason optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}

pub fn about(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (of, may): &(CertificateRow, Vec<Operation>),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::about(l)).lead(text::about_lead(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let facts = vec![
            Fact::new(certificates::subject(l), of.subject.clone()),
            Fact::new(certificates::kind(l), kind(l, of.kind)),
            Fact::code(certificates::serial(l), of.serial.clone()),
            Fact::new(certificates::until(l), day(l, of.valid_until)),
        ];
        let path = routes::with_id(routes::CERTIFICATE_ASK, of.id);
        let form = if may.is_empty() && !failed {
            view! { <Empty title=text::nothing_title(l) text=text::nothing_text(l) /> }.into_any()
        } else {
            let (operation, wrong_operation) = (typed.get("operation"), errors.of("operation"));
            let (reason, wrong_reason) = (typed.get("reason"), errors.of("reason"));
            let form_key = key(portal, typed);
            let end = ending(l, &errors, view! { <Button label=text::send(l) /> }, routes::ME_CERTIFICATES.to_owned());
            let choices = operations(l, may);
            view! {
                <Form action=path.clone()>
                    {form_key}
                    <Field l name="operation" label=text::operation(l) value=operation input=Input::Select(choices) error=wrong_operation width=Width::Medium />
                    <Field l name="reason" label=text::reason(l) hint=text::reason_hint(l) input=Input::Area value=reason error=wrong_reason depends=true />
                    {end}
                </Form>
            }
            .into_any()
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Facts l facts />
            {form}
        }
        .into_any()
    })
}
