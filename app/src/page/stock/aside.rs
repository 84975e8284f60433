//! Setting blanks aside as spare ones, and putting them back.

use axum::http::StatusCode;
use axum::response::Response;
use contract::stock::PlaceLine;
use leptos::prelude::*;

use super::super::ending;
use super::{crumbs, note_field, place_choices, place_field, sections, serials_field};
use crate::part::{Button, Choice, Choices, ErrorSummary, FieldErrors, Form};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{stock as words, stock::aside as text};
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
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None)).narrow().failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let choices = vec![Choice::new("set_aside", text::set_aside(l)), Choice::new("release", text::release(l))];
        let chosen = if typed.has("do") { typed.get("do") } else { "set_aside".to_owned() };
        let places = place_choices(places, |place| place.may_keep);
        let place = place_field(l, ("place_id", text::place(l)), places, typed, &errors);
        let serials = serials_field(l, words::serials::hint(l), typed, &errors, false);
        let note = note_field(l, text::note(l), None, typed, &errors);
        let error = errors.of("do");
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, routes::STOCK.to_owned());
        view! {
            {sections(visit)}
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_ASIDE>
                <Choices l name="do" label=text::what(l) choices chosen error />
                {place}
                {serials}
                {note}
                {end}
            </Form>
        }
        .into_any()
    })
}
