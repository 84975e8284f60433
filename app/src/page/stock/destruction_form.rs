//! Drawing up minutes of destruction.

use axum::http::StatusCode;
use axum::response::Response;
use contract::stock::PlaceLine;
use leptos::prelude::*;

use super::super::ending;
use super::{crumbs, place_choices, place_field, serials_field};
use crate::part::{Button, ErrorSummary, Field, FieldErrors, Form, Input, Width};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::stock::destructions as text;
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    places: &[PlaceLine],
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_DESTRUCTIONS)));
    let page = Page::new(text::add(l)).lead(text::add_lead(l)).crumbs(crumbs).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let places = place_choices(places, |place| place.may_keep);
        let place = place_field(l, ("place_id", text::place(l)), places, typed, &errors);
        let serials = serials_field(l, text::serials_hint(l), typed, &errors, true);
        let (day, day_error) = (typed.get("on_day"), errors.of("on_day"));
        let (method, method_error) = (typed.get("method"), errors.of("method"));
        let end = ending(l, &errors, view! { <Button label=text::add(l) /> }, routes::STOCK_DESTRUCTIONS.to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_DESTRUCTION_ADD>
                {place}
                {serials}
                <Field l name="on_day" label=text::on_day(l) input=Input::Date value=day error=day_error width=Width::Short />
                <Field l name="method" label=text::method(l) hint=text::method_hint(l) value=method error=method_error autocomplete="off" />
                {end}
            </Form>
        }
        .into_any()
    })
}
