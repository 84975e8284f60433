//! Blanks one by one, by serial.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{BlankPage, PlaceLine, TypeLine};
use leptos::prelude::*;
use model::lifecycle::{Blank, Lifecycle as _};
use model::role::Action;
use registry::work::stock::list_blanks::{BlankQuery, PAGE};

use super::{crumbs, naming as own, place_choices, sections};
use crate::part::{Choice, Column, Empty, Field, Filter, Hidden, Input, Pages, RowLink, Slice, Table, Tag, Width};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, stock::blanks as text};
use crate::{Portal, routes};

/// What the page shows.
pub struct Blanks {
    pub query: BlankQuery,
    pub found: BlankPage,
    pub types: Vec<TypeLine>,
    pub places: Vec<PlaceLine>,
    pub province: String,
}

pub fn respond(portal: &Portal, visit: &Visit, of: Blanks) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).crumbs(crumbs(l, None)).paper(of.province.clone(), None);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let of_lot = of.query.lot_id.map(|_| view! { <p>{text::of_lot(l)}</p> });
        let filter = filter(l, &of);
        let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
        let may = (may(Action::KeepStock), may(Action::HandleBlanks));
        let total = of.found.total;
        let table = list(l, of.found, &visit.path, may.0 || may.1);
        let table = if total > 0 { selection(l, (&of.query, total), may, table) } else { table };
        view! { {sections(visit)} {filter} {of_lot} {table} }.into_any()
    })
}

fn filter(l: Lang, of: &Blanks) -> AnyView {
    let query = &of.query;
    let places = place_choices(&of.places, |_| true);
    let types: Vec<Choice> = of.types.iter().map(|kind| Choice::new(kind.id.to_string(), kind.name.clone())).collect();
    let states: Vec<Choice> =
        Blank::STATES.iter().map(|(state, name)| Choice::new(*name, own::state(l, *state))).collect();
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let filtered = *query != BlankQuery { page: query.page, ..BlankQuery::default() };
    let clear = filtered.then(|| (text::clear(l).to_owned(), routes::STOCK_BLANKS.to_owned()));
    let lot = query.lot_id.map(|id| view! { <Hidden name="lot" value=id.to_string() /> });
    let (serial, place, kind, state) =
        (query.serial.clone(), id(query.place_id), id(query.type_id), query.state.clone());
    view! {
        <Filter label=text::filter(l) action=routes::STOCK_BLANKS submit=text::submit(l) clear>
            <Field l name="serial" label=text::serial(l) hint=text::serial_hint(l) value=serial width=Width::Short autocomplete="off" optional=true />
            <Field l name="place" label=text::place(l) value=place input=Input::Select(places) empty=text::any(l) optional=true />
            <Field l name="type" label=text::kind(l) value=kind input=Input::Select(types) empty=text::any(l) optional=true />
            <Field l name="state" label=text::state(l) value=state input=Input::Select(states) empty=text::any(l) width=Width::Short optional=true />
            {lot}
        </Filter>
    }
    .into_any()
}

/// The form around the list: what is done to the blanks that are ticked, each on the page on which it is done to any.
fn selection(l: Lang, (query, total): (&BlankQuery, i64), (keep, handle): (bool, bool), table: AnyView) -> AnyView {
    if !keep && !handle {
        return table;
    }
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let asked = [
        ("serial", query.serial.clone()),
        ("place", id(query.place_id)),
        ("type", id(query.type_id)),
        ("lot", id(query.lot_id)),
        ("state", query.state.clone()),
    ];
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    let hidden = asked.map(|(name, value)| view! { <Hidden name value /> }).collect_view();
    let ways = [
        (keep, words::stock::moves::add(l), routes::STOCK_SEND),
        (keep, words::stock::aside::title(l), routes::STOCK_ASIDE),
        (handle, words::stock::spoil::title(l), routes::STOCK_SPOIL),
    ];
    let buttons = ways
        .into_iter()
        .filter(|(may, ..)| *may)
        .map(|(_, label, to)| view! { <button class="button" formaction=to>{label}</button> })
        .collect_view();
    let first = if keep { routes::STOCK_SEND } else { routes::STOCK_SPOIL };
    view! {
        <form class="selection" method="get" action=first>
            {hidden}
            {table}
            <div class="actions screen-only">
                <span>{words::bulk::with_chosen(l)}</span>
                <label class="whole"><input type="checkbox" name="all" value="yes" /> {words::bulk::all(l, words::number(l, total))}</label>
                {buttons}
            </div>
        </form>
    }
    .into_any()
}

fn tick(serial: &str) -> AnyView {
    let (value, label) = (serial.to_owned(), serial.to_owned());
    view! { <td class="check"><input type="checkbox" name="chosen" value=value aria-label=label /></td> }.into_any()
}

fn list(l: Lang, found: BlankPage, path: &str, choose: bool) -> AnyView {
    if found.rows.is_empty() {
        return view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any();
    }
    let mut columns = vec![
        Column::text(text::serial(l)),
        Column::text(text::kind(l)),
        Column::text(text::lot(l)),
        Column::text(text::place(l)),
        Column::text(text::state(l)),
        Column::text(text::reason(l)),
    ];
    if choose {
        columns.insert(0, Column::unseen(words::bulk::choose(l)));
    }
    let slice =
        Slice { page: found.page.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: found.total.unsigned_abs() };
    let rows = found
        .rows
        .into_iter()
        .map(|blank| {
            view! {
                <tr>
                    {choose.then(|| tick(&blank.serial))}
                    <RowLink href=routes::with_id(routes::STOCK_BLANK, blank.id) text=blank.serial />
                    <td>{blank.kind}</td>
                    <td><a href=routes::with_id(routes::STOCK_LOT, blank.lot_id)>{blank.lot}</a></td>
                    <td>{blank.place}</td>
                    <td><Tag tone=own::tone(blank.state) text=own::state(l, blank.state) /></td>
                    <td>{blank.reason.map(|reason| own::reason(l, reason))}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table label=text::title(l) columns>{rows}</Table>
        <Pages l slice path />
    }
    .into_any()
}
