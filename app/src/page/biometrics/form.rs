//! A unit asks that a system be given data: which, what for, by whom, which fields (R113).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::biometric::ExportField;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{crumbs, field};
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input, Notice, Tone};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::biometrics as text;
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
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let end = ending(l, &errors, view! { <Button label=text::ask(l) /> }, routes::ENTRY_SYSTEMS.to_owned());
        let of = |name: &str| (typed.get(name), errors.of(name));
        let (unit, wrong_unit) = of("unit_code");
        let (name, wrong_name) = of("name");
        let (purpose, wrong_purpose) = of("purpose");
        let (operator, wrong_operator) = of("operator");
        let (contact, wrong_contact) = of("contact");
        let (form_key, fields) = (key(portal, typed), fields(l, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::ENTRY_SYSTEM_ADD)}
            <Notice l tone=Tone::Info><p>{text::unchanging(l)}</p></Notice>
            <Form action=routes::ENTRY_SYSTEM_ADD>
                {form_key}
                <Field l name="unit_code" label=text::unit_code(l) look_up=look_up(l) hint=text::unit_hint(l) value=unit error=wrong_unit autocomplete="off" />
                <Field l name="name" label=text::name(l) hint=text::name_hint(l) value=name error=wrong_name autocomplete="off" />
                <Field l name="purpose" label=text::purpose(l) hint=text::purpose_hint(l) input=Input::Area value=purpose error=wrong_purpose />
                <Field l name="operator" label=text::operator(l) hint=text::operator_hint(l) value=operator error=wrong_operator autocomplete="off" />
                <Field l name="contact" label=text::contact(l) hint=text::contact_hint(l) value=contact error=wrong_contact autocomplete="off" />
                {fields}
                {end}
            </Form>
        }
        .into_any()
    })
}

/// A box for each field; none is ticked before. The personnel code, which names everybody, needs none.
fn fields(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let chosen = typed.all("fields");
    let boxes = ExportField::ALL
        .into_iter()
        .filter(|of| *of != ExportField::PersonnelCode)
        .enumerate()
        .map(|(nth, of)| {
            // the error summary links to the first
            let id = if nth == 0 { "fields".to_owned() } else { format!("fields-{nth}") };
            let checked = chosen.iter().any(|name| name == of.name());
            view! {
                <div class="choice">
                    <input type="checkbox" id=id.clone() name="fields" value=of.name() checked=checked />
                    <label for=id>{field(l, of)}</label>
                </div>
            }
        })
        .collect_view();
    let error = errors.of("fields").map(|error| view! { <p class="error" id="fields-error">{error}</p> });
    let class = if error.is_some() { "field wrong" } else { "field" };
    let described = if error.is_some() { "fields-hint fields-error" } else { "fields-hint" };
    view! {
        <fieldset class=class aria-describedby=described>
            <legend>{text::fields(l)}</legend>
            <p class="hint" id="fields-hint">{text::fields_hint(l)}</p>
            {error}
            {boxes}
        </fieldset>
    }
    .into_any()
}
