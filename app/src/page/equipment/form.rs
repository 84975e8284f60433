//! The questions about devices: several that are alike at once, or one that is changed (R40).

use axum::http::StatusCode;
use axum::response::Response;
use leptos::prelude::*;

use super::super::units::look_up;
use super::super::{ending, key, reopen};
use super::{crumbs, kinds};
use crate::part::{Button, Check, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{equipment as text, form};
use crate::{Portal, routes};

/// `of`: the device that is changed; none for new ones.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: Option<i64>,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let (title, lead) = match of {
        Some(_) => (text::change_title(l), ""),
        None => (text::add(l), text::add_lead(l)),
    };
    let page = Page::new(title).lead(lead).crumbs(crumbs(l)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let (path, back) = match of {
            Some(id) => (routes::with_id(routes::EQUIPMENT_CHANGE, id), routes::with_id(routes::EQUIPMENT_ITEM, id)),
            None => (routes::EQUIPMENT_ADD.to_owned(), routes::EQUIPMENT.to_owned()),
        };
        let label = if of.is_some() { form::save(l) } else { text::add(l) };
        let end = ending(l, &errors, view! { <Button label /> }, back);
        let of_field = |name: &str| (typed.get(name), errors.of(name));
        let (kind, wrong_kind) = of_field("kind");
        let (model, wrong_model) = of_field("model");
        let (day, wrong_day) = of_field("acquired_on");
        let (price, wrong_price) = of_field("price");
        let (phase, wrong_phase) = of_field("phase");
        let (note, wrong_note) = of_field("note");
        let (first, numbers) = match of {
            Some(_) => {
                let version = typed.get("version");
                let (number, wrong) = of_field("device_number");
                (
                    view! { <Hidden name="version" value=version /> }.into_any(),
                    view! { <Field l name="device_number" label=text::serial(l) hint=text::serial_hint(l) value=number error=wrong autocomplete="off" optional=true /> }.into_any(),
                )
            }
            None => (new(portal, visit, typed, &errors), many(visit, typed, &errors)),
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path>
                {first}
                <Field l name="kind" label=text::kind(l) value=kind input=Input::Select(kinds(l)) error=wrong_kind />
                <Field l name="model" label=text::model(l) hint=text::model_hint(l) value=model error=wrong_model autocomplete="off" />
                <Field l name="price" label=text::price(l) hint=text::price_hint(l) value=price error=wrong_price width=Width::Short autocomplete="off" optional=true />
                {numbers}
                <Field l name="phase" label=text::phase(l) hint=text::phase_hint(l) input=Input::Digits value=phase error=wrong_phase width=Width::Short autocomplete="off" optional=true />
                <Field l name="acquired_on" label=text::acquired_on(l) input=Input::Date value=day error=wrong_day width=Width::Short optional=true />
                <Field l name="note" label=text::note(l) input=Input::Area value=note error=wrong_note optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}

fn new(portal: &Portal, visit: &Visit, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let l = visit.lang;
    let (unit, wrong) = (typed.get("unit_code"), errors.of("unit_code"));
    view! {
        {key(portal, typed)}
        <Field l name="unit_code" label=text::unit_code(l) look_up=look_up(l) hint=text::unit_hint(l) value=unit error=wrong autocomplete="off" />
    }
    .into_any()
}

/// How many, and what is written on each.
fn many(visit: &Visit, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let l = visit.lang;
    let of_field = |name: &str| (typed.get(name), errors.of(name));
    let (quantity, wrong_quantity) = of_field("quantity");
    let (total, wrong_total) = of_field("total");
    let (numbers, wrong_numbers) = of_field("device_numbers");
    let planned = typed.has("planned");
    view! {
        <Field l name="quantity" label=text::quantity(l) hint=text::quantity_hint(l) value=quantity error=wrong_quantity width=Width::Short autocomplete="off" optional=true />
        <Field l name="total" label=text::total(l) hint=text::total_hint(l) value=total error=wrong_total width=Width::Short autocomplete="off" optional=true />
        <Field l name="device_numbers" label=text::serials(l) hint=text::serials_hint(l) input=Input::Area value=numbers error=wrong_numbers autocomplete="off" optional=true />
        <Check l name="planned" label=text::planned(l) checked=planned />
    }
    .into_any()
}
