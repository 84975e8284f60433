//! Receiving a lot: its papers and its serials.

use axum::http::StatusCode;
use axum::response::Response;
use contract::stock::{PlaceLine, TypeLine};
use leptos::prelude::*;

use super::super::ending;
use super::{crumbs, note_field, only, place_choices, place_field, serials_field};
use crate::part::{Button, Choice, ErrorSummary, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{stock as words, stock::lots as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (types, places): (&[TypeLine], &[PlaceLine]),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_LOTS)));
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let kinds: Vec<Choice> = types
            .iter()
            .map(|kind| Choice::new(kind.id.to_string(), format!("{} – {}", kind.code, kind.name)))
            .collect();
        let kind = only(typed.get("type_id"), &kinds);
        let places = place_choices(places, |place| place.may_keep);
        let place = place_field(l, ("place_id", text::place(l)), places, typed, &errors);
        let serials = serials_field(l, words::serials::hint(l), typed, &errors, true);
        let note = note_field(l, text::note(l), Some(text::note_hint(l)), typed, &errors);
        let of = |name: &str| (typed.get(name), errors.of(name));
        let (number, number_error) = of("number");
        let (supplier, supplier_error) = of("supplier");
        let (document, document_error) = of("document");
        let (received_on, day_error) = of("received_on");
        let (stated, stated_error) = of("stated");
        let (kind_error, file_error) = (errors.of("type_id"), errors.of("file"));
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, routes::STOCK_LOTS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_LOT_ADD files=true>
                <Field l name="type_id" label=text::kind(l) value=kind input=Input::Select(kinds) error=kind_error />
                {place}
                <Field l name="number" label=text::number(l) hint=text::number_hint(l) value=number error=number_error autocomplete="off" width=Width::Short />
                <Field l name="supplier" label=text::supplier(l) hint=text::supplier_hint(l) value=supplier error=supplier_error autocomplete="off" optional=true />
                <Field l name="document" label=text::document(l) hint=text::document_hint(l) value=document error=document_error autocomplete="off" />
                <Field l name="received_on" label=text::received_on(l) input=Input::Date value=received_on error=day_error width=Width::Short />
                <Field l name="stated" label=text::stated(l) input=Input::Digits value=stated error=stated_error width=Width::Short autocomplete="off" />
                {serials}
                <Field l name="file" label=text::file(l) hint=text::file_hint(l) input=Input::File(".txt,.csv,text/plain,text/csv") error=file_error optional=true />
                {note}
                {end}
            </Form>
        }
        .into_any()
    })
}
