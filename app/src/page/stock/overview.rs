//! The stock: what lies where today, and the balance at the end of any day.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::stock::{Holding, HoldingLine, PlaceLine, StockView};
use leptos::prelude::*;
use model::lifecycle::Blank;
use model::role::Action;

use super::{naming as own, place_choices, sections};
use crate::part::{
    Actions, Bar, Column, Empty, ErrorSummary, Field, FieldErrors, Filter, Input, LinkButton, Notice, Rank, RowLink,
    Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{number, stock as words, stock::overview as text};
use crate::{Portal, naming, routes};

/// What stands in the address: the day as it was typed, and the place.
pub struct Asked {
    pub on: String,
    pub place_id: Option<i64>,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (view, today): (StockView, Vec<HoldingLine>),
    asked: &Asked,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(words::title(l)).lead(words::lead(l)).failed(failed);
    let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
    let (may_keep, may_handle, may_set_up) =
        (may(Action::KeepStock), may(Action::HandleBlanks), may(Action::SetUpStock));
    super::super::respond(portal, visit, status, page, || {
        let begins = today.is_empty();
        let body = if begins && view.sum == Holding::default() && asked.on.is_empty() {
            beginning(l, &view, may_set_up, may_keep)
        } else {
            view! {
                {low(l, &view.places)}
                <section>
                    <h2>{text::today(l)}</h2>
                    {places(l, &view.places, &today)}
                </section>
                <section>
                    <h2>{text::identity(l)}</h2>
                    {question(l, &view, asked, &errors)}
                    {balance(l, &view, asked.place_id)}
                </section>
            }
            .into_any()
        };
        let buttons = [
            (may_keep && !begins, words::lots::add(l), routes::STOCK_LOT_ADD, Rank::Primary),
            (may_keep && !begins, words::moves::add(l), routes::STOCK_SEND, Rank::Secondary),
            (may_handle && !begins, words::spoil::title(l), routes::STOCK_SPOIL, Rank::Secondary),
        ];
        let buttons: Vec<_> = buttons.into_iter().filter(|(shown, ..)| *shown).collect();
        let actions = (!buttons.is_empty()).then(|| {
            let buttons = buttons.into_iter().map(|(_, label, href, rank)| view! { <LinkButton label href rank /> });
            let buttons = buttons.collect_view();
            view! { <Actions>{buttons}</Actions> }
        });
        view! {
            {sections(visit)}
            <ErrorSummary l errors=errors.clone() />
            {actions}
            {body}
        }
        .into_any()
    })
}

/// Nothing is here yet: the next of the three first steps.
fn beginning(l: Lang, view: &StockView, may_set_up: bool, may_keep: bool) -> AnyView {
    let step = if may_set_up && !view.has_types {
        Some((text::begin_type(l), routes::STOCK_TYPE_ADD))
    } else if may_set_up && view.places.is_empty() {
        Some((text::begin_place(l), routes::STOCK_PLACE_ADD))
    } else {
        (may_keep && !view.places.is_empty()).then(|| (text::begin_lot(l), routes::STOCK_LOT_ADD))
    };
    let begin = step.map(|(label, href)| (label.to_owned(), href.to_owned()));
    view! { <Empty title=text::empty_title(l) text=text::empty_text(l) begin /> }.into_any()
}

fn low(l: Lang, places: &[PlaceLine]) -> Option<AnyView> {
    let low: Vec<&str> = places.iter().filter(|place| place.is_low()).map(|place| place.name.as_str()).collect();
    let said = (!low.is_empty()).then(|| text::low(l, low.join(", ")))?;
    Some(view! { <Notice l tone=Tone::Warn>{said}</Notice> }.into_any())
}

fn places(l: Lang, places: &[PlaceLine], today: &[HoldingLine]) -> AnyView {
    let columns = vec![
        Column::text(text::place(l)),
        Column::number(own::state(l, Blank::OnHand)),
        Column::text(text::by_type(l)),
        Column::number(own::state(l, Blank::Spare)),
        Column::text(text::filled(l)),
        Column::text(text::level(l)),
    ];
    let rows = places.iter().map(|place| row(l, place, today)).collect_view();
    view! { <Table label=text::today(l) columns>{rows}</Table> }.into_any()
}

fn row(l: Lang, place: &PlaceLine, today: &[HoldingLine]) -> AnyView {
    let of = |wanted: i64| today.iter().filter(move |line| line.place_id == wanted);
    let types = of(place.id)
        .filter(|line| line.holding.on_hand > 0)
        .map(|line| view! { <div>{format!("{}: {}", line.kind, number(l, line.holding.on_hand))}</div> })
        .collect_view();
    let held = place.holds.in_the_house() + place.coming;
    let filled = match place.quota {
        Some(quota) => view! { <Bar l value=held.unsigned_abs() of=quota.unsigned_abs() /> }.into_any(),
        None => view! { <span class="aside">{text::no_quota(l)}</span> }.into_any(),
    };
    let coming = (place.coming > 0).then(|| {
        view! { <div class="aside">{text::coming(l, number(l, place.coming))}</div> }
    });
    let level = match place.minimum {
        Some(minimum) if place.is_low() => {
            view! { <Tag tone=Tone::Warn text=text::level_low(l, number(l, minimum)) /> }.into_any()
        }
        Some(_) => view! { <Tag tone=Tone::Good text=text::level_good(l) /> }.into_any(),
        None => ().into_any(),
    };
    let href = with_query(routes::STOCK_BLANKS, "place", &place.id.to_string());
    view! {
        <tr>
            <RowLink href text=place.name.clone() />
            <td class="number">{number(l, place.holds.on_hand)}</td>
            <td>{types}</td>
            <td class="number">{number(l, place.holds.spare)}</td>
            <td>{filled} {coming}</td>
            <td>{level}</td>
        </tr>
    }
    .into_any()
}

fn question(l: Lang, view: &StockView, asked: &Asked, errors: &FieldErrors) -> AnyView {
    let places = place_choices(&view.places, |_| true);
    let on = if asked.on.is_empty() { view.on.clone() } else { asked.on.clone() };
    let filtered = !asked.on.is_empty() || asked.place_id.is_some();
    let clear = filtered.then(|| (text::clear(l).to_owned(), routes::STOCK.to_owned()));
    let place = asked.place_id.map(|id| id.to_string()).unwrap_or_default();
    let error = errors.of("on");
    view! {
        <p>{text::identity_lead(l, naming::day(l, &view.on))}</p>
        <Filter label=text::filter(l) action=routes::STOCK submit=text::show(l) clear>
            <Field l name="on" label=text::on(l) input=Input::Date value=on error width=Width::Short optional=true />
            <Field l name="place" label=text::place(l) value=place input=Input::Select(places) empty=text::any_place(l) optional=true />
        </Filter>
    }
    .into_any()
}

/// The identity as a statement: what came in, and what became of it, by type and in all (R38).
fn balance(l: Lang, view: &StockView, place_id: Option<i64>) -> AnyView {
    let mut by_type: BTreeMap<(&str, i64), Holding> = BTreeMap::new();
    for line in view.lines.iter().filter(|line| place_id.is_none_or(|id| id == line.place_id)) {
        by_type.entry((&line.kind, line.type_id)).or_default().add_all(&line.holding);
    }
    if by_type.is_empty() {
        return view! { <p class="aside">{text::empty_day(l)}</p> }.into_any();
    }
    let mut sum = Holding::default();
    by_type.values().for_each(|holding| sum.add_all(holding));
    let mut columns = vec![Column::text(text::line(l))];
    columns.extend(by_type.keys().map(|(name, _)| Column::number(*name)));
    columns.push(Column::number(text::sum(l)));
    let all: Vec<Holding> = by_type.into_values().chain([sum]).collect();
    let line = |label: &'static str, class: Option<&'static str>, of: &dyn Fn(&Holding) -> i64| {
        let cells = all.iter().map(|holding| view! { <td class="number">{number(l, of(holding))}</td> }).collect_view();
        view! { <tr class=class><th scope="row">{label}</th>{cells}</tr> }.into_any()
    };
    let came = |holding: &Holding| holding.from_suppliers + holding.moved_in - holding.moved_out;
    let states = [
        Blank::Received,
        Blank::OnHand,
        Blank::Spare,
        Blank::Moving,
        Blank::Reserved,
        Blank::Used,
        Blank::Spoiled,
        Blank::Destroyed,
        Blank::Missing,
        Blank::SentBack,
    ];
    let accounted = move |holding: &Holding| states.iter().map(|state| holding.of(*state)).sum::<i64>();
    let mut rows = vec![line(text::from_suppliers(l), None, &|holding| holding.from_suppliers)];
    // between places that are all seen, what came in somewhere has gone out elsewhere
    if sum.moved_in != sum.moved_out || place_id.is_some() {
        rows.push(line(text::moved_in(l), None, &|holding| holding.moved_in));
        rows.push(line(text::moved_out(l), None, &|holding| -holding.moved_out));
    }
    rows.push(line(text::came(l), Some("sum"), &came));
    rows.extend(states.map(|state| line(own::state(l, state), None, &move |holding| holding.of(state))));
    rows.push(line(text::accounted(l), Some("sum"), &accounted));
    let checks = all
        .iter()
        .map(|holding| {
            let (tone, said) = match holding.is_balanced() {
                true => (Tone::Good, text::balanced(l)),
                false => (Tone::Bad, text::unbalanced(l)),
            };
            view! { <td class="number"><Tag tone text=said /></td> }
        })
        .collect_view();
    let check = text::check(l);
    let foot = move || view! { <th scope="row">{check}</th>{checks} };
    view! { <Table label=text::identity(l) columns foot=foot>{rows}</Table> }.into_any()
}
