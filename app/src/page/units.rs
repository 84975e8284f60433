//! Units: where a visit of the tree begins, and what a search found.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{UnitHit, UnitStep};
use leptos::prelude::*;

use crate::part::{Column, Empty, Export, Field, Filter, Notice, RowLink, Table, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{form, unit, units as text};
use crate::{Portal, naming, routes};

/// The highest units that the actor may see, where there are several.
pub fn entrances(portal: &Portal, visit: &Visit, entrances: Vec<UnitStep>) -> Response {
    let l = visit.lang;
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)), || {
        let rows = entrances
            .into_iter()
            .map(|unit| view! { <tr><RowLink href=routes::with_id(routes::UNIT, unit.id) text=unit.name /></tr> })
            .collect_view();
        view! {
            {search(l, "")}
            <section>
                <h2>{text::entrances(l)}</h2>
                <Table label=text::entrances(l) columns=vec![Column::text(unit::name(l))]>{rows}</Table>
                <Export l path=visit.path.clone() />
            </section>
        }
        .into_any()
    })
}

pub fn found(portal: &Portal, visit: &Visit, typed: &str, found: Vec<UnitHit>, more: bool) -> Response {
    let l = visit.lang;
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)), || {
        let results = if found.is_empty() {
            view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any()
        } else {
            view! { {hits(l, found)} <Export l path=visit.path.clone() /> }.into_any()
        };
        view! {
            {search(l, typed)}
            {more.then(|| view! { <Notice l tone=Tone::Info>{text::more(l)}</Notice> })}
            {results}
        }
        .into_any()
    })
}

/// Where to find what to type into a question about a unit.
pub(super) fn look_up(l: Lang) -> (&'static str, &'static str) {
    (form::find_unit(l), routes::UNITS)
}

/// The search field of the pages on which a visit of the tree begins.
pub(super) fn search(l: Lang, typed: &str) -> AnyView {
    let clear = (!typed.is_empty()).then(|| (text::clear(l).to_owned(), routes::UNITS.to_owned()));
    let typed = typed.to_owned();
    view! {
        <Filter label=text::search(l) action=routes::UNITS submit=text::submit(l) clear>
            <Field l name="q" label=text::q(l) value=typed autocomplete="off" optional=true />
        </Filter>
    }
    .into_any()
}

/// Units that were searched for.
pub(super) fn hits(l: Lang, found: Vec<UnitHit>) -> AnyView {
    let columns = vec![
        Column::text(unit::name(l)),
        Column::text(text::code(l)),
        Column::text(text::class_name(l)),
        Column::text(text::above(l)),
    ];
    let row = |hit: UnitHit| {
        let closed = hit.closed_on.map(|day| {
            view! { " " <Tag tone=Tone::Plain text=unit::closed(l, naming::day(l, &day)) /> }
        });
        view! {
            <tr>
                <RowLink href=routes::with_id(routes::UNIT, hit.id) text=hit.name />
                <td class="code">{hit.code_issued}</td>
                <td>{naming::unit_class(l, hit.class)} {closed}</td>
                <td>{hit.above}</td>
            </tr>
        }
    };
    let rows = found.into_iter().map(row).collect_view();
    view! { <Table label=text::results(l) columns>{rows}</Table> }.into_any()
}
