//! Cards in the field at the desk: those that are still to be re-keyed, and whichever lies on the reader; and the page that wipes what came back.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::keys::{OutdatedCard, Rotation};
use leptos::prelude::*;
use registry::work::rotation::PAGE;

use super::{respond_with_reader, write_chip};
use crate::part::{Column, Crumb, Empty, Notice, Pages, RowLink, Slice, Table, Tag, Tone};
use crate::render::{Module, Page};
use crate::visit::Visit;
use crate::words::{cards, field as text, issue, keys, number, people};
use crate::{Portal, naming, routes};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(issue::title(l), routes::ISSUE)]
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    far: &Rotation,
    (rows, at, total): (Vec<OutdatedCard>, i64, i64),
) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).module(Module::Reader);
    respond_with_reader(portal, visit, StatusCode::OK, page, || {
        if far.in_use.is_none() {
            return view! { <Empty title=text::no_set(l) text=keys::rotation_steps(l) /> }.into_any();
        }
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        let list = if rows.is_empty() {
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any()
        } else {
            view! { {outdated(l, rows)} <Pages l slice path /> }.into_any()
        };
        view! {
            <h2>{text::step(l)}</h2>
            {write_chip::whichever(l, portal, routes::FIELD_CHIP, text::step_lead(l), text::look(l))}
            {by_unit(l, far)}
            <section>
                <h2>{text::cards(l)}</h2>
                {list}
            </section>
        }
        .into_any()
    })
}

/// How far each unit is.
pub(super) fn by_unit(l: Lang, far: &Rotation) -> Option<AnyView> {
    if far.units.is_empty() || far.in_use.is_none() {
        return None;
    }
    let columns = vec![
        Column::text(people::unit(l)),
        Column::number(text::total(l)),
        Column::number(text::done(l)),
        Column::number(text::left(l)),
    ];
    let rows = far
        .units
        .iter()
        .map(|unit| {
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::UNIT, unit.unit_id) text=unit.unit.clone() />
                    <td class="number">{number(l, unit.total)}</td>
                    <td class="number">{number(l, unit.done)}</td>
                    <td class="number">{number(l, unit.total - unit.done)}</td>
                </tr>
            }
        })
        .collect_view();
    let shown = far.units.len() as i64;
    let more = (far.unit_count > shown).then(|| view! { <p class="hint">{text::units_more(l, number(l, shown))}</p> });
    let table = view! {
        <section>
            <h2>{text::unit(l)}</h2>
            <Table label=text::unit(l) columns>{rows}</Table>
            {more}
        </section>
    };
    Some(table.into_any())
}

fn outdated(l: Lang, rows: Vec<OutdatedCard>) -> AnyView {
    let columns = vec![
        Column::text(people::name(l)),
        Column::text(cards::code(l)),
        Column::text(people::unit(l)),
        Column::text(text::key_set(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|row| {
            let set = row.key_set.map_or_else(|| text::unknown(l).to_owned(), |set| number(l, set));
            let underway = row.underway.then(|| view! { " " <Tag tone=Tone::Warn text=text::underway(l) /> });
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::CARD, row.card_id) text=naming::person(l, &row.name) />
                    <td class="code">{row.code}</td>
                    <td>{row.unit}</td>
                    <td>{set} {underway}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::cards(l) columns>{lines}</Table> }.into_any()
}

/// Wiping what came back.
pub fn wipe(portal: &Portal, visit: &Visit) -> Response {
    let l = visit.lang;
    let page = Page::new(text::wipe_title(l)).lead(text::wipe_lead(l)).crumbs(crumbs(l)).module(Module::Reader);
    respond_with_reader(portal, visit, StatusCode::OK, page, || {
        view! {
            <h2>{text::wipe_step(l)}</h2>
            {write_chip::when_asked(l, portal, routes::WIPE_CHIP, text::wipe_warn(l), text::wipe_button(l))}
        }
        .into_any()
    })
}

/// What of the sets is said to who sees keys: how many cards and blanks have which.
pub(super) fn by_set(l: Lang, far: &Rotation) -> AnyView {
    if far.sets.is_empty() && far.unknown == 0 {
        return view! { <p>{keys::rotation_none(l)}</p> }.into_any();
    }
    let columns = vec![
        Column::text(text::key_set(l)),
        Column::number(keys::rotation_live(l)),
        Column::number(keys::rotation_blanks(l)),
    ];
    let rows = far
        .sets
        .iter()
        .map(|set| {
            let in_use = (far.in_use == Some(set.set_version))
                .then(|| view! { " " <Tag tone=Tone::Good text=keys::in_use(l) /> });
            view! {
                <tr>
                    <th scope="row">{keys::set(l, set.set_version)} {in_use}</th>
                    <td class="number">{number(l, set.cards)}</td>
                    <td class="number">{number(l, set.blanks)}</td>
                </tr>
            }
        })
        .collect_view();
    let table = (!far.sets.is_empty()).then(|| view! { <Table label=keys::rotation(l) columns>{rows}</Table> });
    let unknown = (far.unknown > 0).then(|| {
        let told = keys::rotation_unknown(l, number(l, far.unknown));
        view! { <Notice l tone=Tone::Info><p>{told}</p></Notice> }
    });
    view! { {table} {unknown} }.into_any()
}
