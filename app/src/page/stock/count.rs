//! Counting the stock of a place, and what came of it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{CountDetail, PlaceLine};
use leptos::prelude::*;

use super::super::ending;
use super::{by, crumbs, note_field, place_choices, place_field, sections, serial_list, serials_field};
use crate::part::{Button, Check, Column, ErrorSummary, Fact, Facts, FieldErrors, Form, Notice, RowLink, Table, Tone};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{number, stock::count as text};
use crate::{Portal, naming, routes};

/// The questions, and the counts before.
pub fn ask(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (places, earlier): (&[PlaceLine], &[CountDetail]),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l, None)).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let places = place_choices(places, |place| place.may_keep);
        let place = place_field(l, ("place_id", text::place(l)), places, typed, &errors);
        let serials = serials_field(l, text::serials_hint(l), typed, &errors, true);
        let note = note_field(l, text::note(l), Some(text::note_hint(l)), typed, &errors);
        let nothing = typed.has("nothing");
        let end = ending(l, &errors, view! { <Button label=text::submit(l) /> }, routes::STOCK.to_owned());
        let key = crate::page::key(portal, typed);
        view! {
            {sections(visit)}
            <ErrorSummary l errors=errors.clone() />
            <Form action=routes::STOCK_COUNT>
                {key}
                {place}
                {serials}
                <Check l name="nothing" label=text::nothing(l) checked=nothing />
                {note}
                {end}
            </Form>
            {list(l, earlier)}
        }
        .into_any()
    })
}

fn list(l: Lang, earlier: &[CountDetail]) -> Option<AnyView> {
    let columns = vec![
        Column::text(text::place(l)),
        Column::text(text::day(l)),
        Column::number(text::expected(l)),
        Column::number(text::found(l)),
        Column::text(text::by(l)),
    ];
    let rows = earlier
        .iter()
        .map(|of| {
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::STOCK_COUNTED, of.id) text=of.place.clone() />
                    <td>{naming::day(l, &of.on_day)}</td>
                    <td class="number">{number(l, of.expected)}</td>
                    <td class="number">{number(l, of.found)}</td>
                    <td>{by(l, of.by.as_deref(), of.at)}</td>
                </tr>
            }
        })
        .collect_view();
    (!earlier.is_empty()).then(|| {
        view! {
            <section>
                <h2>{text::earlier(l)}</h2>
                <Table label=text::earlier(l) columns>{rows}</Table>
            </section>
        }
        .into_any()
    })
}

/// What came of one.
pub fn show(portal: &Portal, visit: &Visit, of: &CountDetail) -> Response {
    let l = visit.lang;
    let crumbs = crumbs(l, Some((text::title(l), routes::STOCK_COUNT)));
    let page = Page::new(text::one(l, naming::day(l, &of.on_day), &of.place)).crumbs(crumbs).narrow();
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let good = of.missing.is_empty() && of.strange.is_empty();
        let (tone, said) = if good { (Tone::Good, text::good(l)) } else { (Tone::Warn, text::differs(l)) };
        let listed = |ranges: &[String]| match ranges {
            [] => number(l, 0).into_any(),
            some => serial_list(some),
        };
        let facts = vec![
            Fact::new(text::expected(l), number(l, of.expected)),
            Fact::new(text::found(l), number(l, of.found)),
            Fact::new(text::missing(l), listed(&of.missing)),
            Fact::new(text::found_again(l), listed(&of.found_again)),
            Fact::new(text::strange(l), listed(&of.strange)),
            Fact::maybe(text::note(l), of.note.clone()),
            Fact::new(text::by(l), by(l, of.by.as_deref(), of.at)),
        ];
        let strange =
            (!of.strange.is_empty()).then(|| view! { <Notice l tone=Tone::Warn>{text::strange_text(l)}</Notice> });
        view! {
            <Notice l tone>{said}</Notice>
            {strange}
            <Facts l facts />
        }
        .into_any()
    })
}
