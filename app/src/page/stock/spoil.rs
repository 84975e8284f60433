//! Entering spoiled blanks.

use axum::http::StatusCode;
use axum::response::Response;
use contract::stock::PlaceLine;
use leptos::prelude::*;
use model::stock::SpoilReason;

use super::super::ending;
use super::{crumbs, naming as own, note_field, place_choices, place_field, sections, serials_field};
use crate::part::{Button, Choice, Choices, ErrorSummary, FieldErrors, Form};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{stock as words, stock::spoil as text};
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
        let choices = SpoilReason::ALL
            .iter()
            .map(|reason| Choice::new(reason.name(), own::reason(l, *reason)))
            .collect::<Vec<_>>();
        let places = place_choices(places, |place| place.may_handle);
        let place = place_field(l, ("place_id", text::place(l)), places, typed, &errors);
        let serials = serials_field(l, words::serials::hint(l), typed, &errors, false);
        let note = note_field(l, text::note(l), Some(text::note_hint(l)), typed, &errors);
        let (chosen, error) = (typed.get("reason"), errors.of("reason"));
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, routes::STOCK.to_owned());
        view! {
            {sections(visit)}
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_SPOIL>
                {place}
                {serials}
                <Choices l name="reason" label=text::reason(l) choices chosen error />
                {note}
                {end}
            </Form>
        }
        .into_any()
    })
}
