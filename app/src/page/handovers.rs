//! Handovers, and the form that puts one together: first the unit, then its cards (R36).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::after::{HandoverRow, Waiting};
use contract::cards::CardRow;
use leptos::prelude::*;
use model::role::Action;
use registry::work::handovers::{CANDIDATES, PAGE};

use super::{ending, reopen};
use crate::part::{
    Actions, Button, Column, Crumb, Empty, ErrorSummary, FieldErrors, Form, Hidden, LinkButton, Notice, Pages, RowLink,
    Slice, Table, Tag, Tone, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, cards, handovers as text, lists, people};
use crate::{Portal, naming, routes};

pub fn list(portal: &Portal, visit: &Visit, rows: Vec<HandoverRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::HandOver));
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        let add =
            may_add.then(|| view! { <Actions><LinkButton label=text::add(l) href=routes::HANDOVER_ADD /></Actions> });
        if rows.is_empty() {
            return view! { {add} <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![
            Column::text(text::number(l)),
            Column::text(text::unit(l)),
            Column::number(text::cards(l)),
            Column::number(text::delivered(l)),
            Column::text(text::given_at(l)),
            Column::text(cards::state(l)),
            Column::text(lists::due(l)),
        ];
        let day = |at: i64| words::date(l, registry::date::day_of(at));
        let lines = rows
            .into_iter()
            .map(|row| {
                let (tone, state) = naming::handover_state(l, row.state);
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::HANDOVER, row.id) text=row.number />
                        <td>{row.unit}</td>
                        <td class="number">{words::number(l, row.cards)}</td>
                        <td class="number">{words::number(l, row.delivered)}</td>
                        <td>{row.given_at.map(day)}</td>
                        <td><Tag tone text=state /></td>
                        <td>{row.due.map(day)}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! { {add} <Table label=text::title(l) columns>{lines}</Table> <Pages l slice path /> }.into_any()
    })
}

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    waiting: &Waiting,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let mut way = vec![Crumb::new(text::title(l), routes::HANDOVERS)];
    let (title, lead) = match &waiting.chosen {
        Some((unit, _)) => {
            way.push(Crumb::new(text::add(l), routes::HANDOVER_ADD));
            (unit.name.clone(), text::choose_lead(l))
        }
        None => (text::add(l).to_owned(), text::add_lead(l)),
    };
    let page = Page::new(title).lead(lead).crumbs(way).failed(failed);
    super::respond(portal, visit, status, page, || {
        let (unit, rows) = match &waiting.chosen {
            None => return view! { <ErrorSummary l errors=errors /> {units(l, waiting)} }.into_any(),
            Some((_, rows)) if rows.is_empty() => {
                return view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any();
            }
            Some((unit, rows)) => (unit, rows),
        };
        let path = with_query(routes::HANDOVER_ADD, "unit", &unit.id.to_string());
        let more = (unit.cards > CANDIDATES).then(|| {
            let said = text::more(l, words::number(l, CANDIDATES), words::number(l, unit.cards));
            view! { <Notice l tone=Tone::Info><p>{said}</p></Notice> }
        });
        // all, until some were left out by hand
        let chosen = if failed { typed.ids("cards") } else { rows.iter().map(|row| row.id).collect() };
        let none = errors.of("cards").map(|error| view! { <p class="error" id="cards">{error}</p> });
        let end = ending(l, &errors, view! { <Button label=text::compose(l) /> }, routes::HANDOVERS.to_owned());
        let (unit, cards) = (unit.id.to_string(), choose(l, rows, &chosen));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            {more}
            <Form action=routes::HANDOVER_ADD>
                <Hidden name="unit" value=unit />
                {none}
                {cards}
                {end}
            </Form>
        }
        .into_any()
    })
}

/// Units whose cards wait, each under the one above it.
fn units(l: Lang, waiting: &Waiting) -> AnyView {
    if waiting.units.is_empty() {
        return view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any();
    }
    let columns = vec![Column::text(text::unit(l)), Column::number(text::cards(l))];
    let lines = waiting
        .units
        .iter()
        .map(|unit| {
            let href = with_query(routes::HANDOVER_ADD, "unit", &unit.id.to_string());
            let name = format!("{}{}", "— ".repeat(unit.depth.saturating_sub(1)), unit.name);
            view! {
                <tr>
                    <RowLink href text=name />
                    <td class="number">{words::number(l, unit.cards)}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::add(l) columns>{lines}</Table> }.into_any()
}

/// Cards with a check box before each.
fn choose(l: Lang, rows: &[CardRow], chosen: &[i64]) -> AnyView {
    let columns = vec![
        Column::unseen(lists::choose(l)),
        Column::text(people::name(l)),
        Column::text(people::unit(l)),
        Column::text(cards::code(l)),
        Column::text(cards::issued_on(l)),
    ];
    let lines = rows
        .iter()
        .map(|row| {
            let id = format!("card-{}", row.id);
            let checked = chosen.contains(&row.id);
            view! {
                <tr>
                    <td class="check"><input type="checkbox" id=id.clone() name="cards" value=row.id.to_string() checked=checked /></td>
                    <th scope="row"><label for=id>{naming::person(l, &row.name)}</label></th>
                    <td>{row.unit.clone()}</td>
                    <td class="code">{row.code.clone()}</td>
                    <td>{row.issued_on.as_deref().map(|day| naming::day(l, day))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::cards(l) columns>{lines}</Table> }.into_any()
}
