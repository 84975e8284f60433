//! The register by unit, kind, state and phase; above it what has to be replaced, as a line of the budget (R40, R41).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::equipment::{EquipmentPage, EquipmentRow, ToReplace};
use leptos::prelude::*;
use model::equipment::PHASES;
use model::lifecycle::{Equipment, Lifecycle as _};
use model::role::Action;
use registry::work::equipment::{EquipmentQuery, PAGE};

use super::super::units::look_up;
use super::{dong, kind, kinds, state};
use crate::part::{
    Actions, Choice, Column, Empty, ErrorSummary, Export, Field, FieldErrors, Filter, Input, LinkButton, Notice, Pages,
    Rank, RowLink, Slice, Table, Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{equipment as text, number};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (query, found): (&EquipmentQuery, EquipmentPage),
    province: String,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let may_keep = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::KeepEquipment));
    let page = Page::new(text::title(l)).lead(text::lead(l)).paper(province, None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let add = may_keep.then(|| view! { <LinkButton label=text::add(l) href=routes::EQUIPMENT_ADD /> });
        let filtered = *query != EquipmentQuery { page: query.page, ..EquipmentQuery::default() };
        let filter = filter(l, query, filtered, &errors);
        let replace = (!failed).then(|| replace(l, found.to_replace, &path));
        let list = match (failed, found.rows.is_empty(), filtered) {
            (true, ..) => ().into_any(),
            (_, true, true) => view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any(),
            (_, true, false) => view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any(),
            _ => {
                let slice = Slice {
                    page: query.page.unsigned_abs(),
                    per_page: PAGE.unsigned_abs(),
                    total: found.total.unsigned_abs(),
                };
                let rows = table(l, found.rows);
                view! { {rows} <Pages l slice path=path.clone() /> <Export l path /> }.into_any()
            }
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Actions>
                {add}
                <LinkButton label=text::plan::title(l) href=routes::EQUIPMENT_PLAN rank=Rank::Secondary />
            </Actions>
            {filter}
            {replace}
            {list}
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &EquipmentQuery, filtered: bool, errors: &FieldErrors) -> AnyView {
    let states: Vec<Choice> = Equipment::STATES.iter().map(|(of, name)| Choice::new(*name, state(l, *of).1)).collect();
    let phases: Vec<Choice> = PHASES.map(|phase| Choice::new(phase.to_string(), text::phase_of(l, phase))).collect();
    let clear = filtered.then(|| (text::clear(l).to_owned(), routes::EQUIPMENT.to_owned()));
    let (unit, wrong_unit) = (query.unit.clone(), errors.of("unit"));
    let (of_kind, of_state, serial) = (query.kind.clone(), query.state.clone(), query.serial.clone());
    let phase = query.phase.map(|phase| phase.to_string()).unwrap_or_default();
    view! {
        <Filter label=text::filter(l) action=routes::EQUIPMENT submit=text::find(l) clear>
            <Field l name="unit" label=text::unit(l) hint=text::unit_hint(l) look_up=look_up(l) value=unit error=wrong_unit autocomplete="off" optional=true />
            <Field l name="kind" label=text::kind(l) value=of_kind input=Input::Select(kinds(l)) empty=text::any(l) optional=true />
            <Field l name="state" label=text::state(l) value=of_state input=Input::Select(states) empty=text::any(l) optional=true />
            <Field l name="phase" label=text::phase(l) value=phase input=Input::Select(phases) empty=text::any(l) width=Width::Short optional=true />
            <Field l name="serial" label=text::serial(l) hint=text::serial_filter(l) value=serial width=Width::Short autocomplete="off" optional=true />
        </Filter>
    }
    .into_any()
}

/// How many are broken, what they cost, and the way to their list (R41).
fn replace(l: Lang, of: ToReplace, path: &str) -> Option<AnyView> {
    (of.count > 0).then(|| {
        let href = with_query(&with_query(path, "page", ""), "state", Equipment::Broken.name());
        let unpriced = (of.unpriced > 0).then(|| view! { " " {text::unpriced(l, number(l, of.unpriced))} });
        view! {
            <Notice l tone=Tone::Warn>
                <p>{text::replace(l, number(l, of.count), dong(l, of.sum))} {unpriced}</p>
                <p><a href=href>{text::replace_list(l)}</a></p>
            </Notice>
        }
        .into_any()
    })
}

fn table(l: Lang, rows: Vec<EquipmentRow>) -> AnyView {
    let columns = vec![
        Column::text(text::model(l)),
        Column::text(text::kind(l)),
        Column::text(text::serial(l)),
        Column::text(text::unit(l)),
        Column::text(text::state(l)),
        Column::number(text::phase(l)),
        Column::number(text::price(l)),
    ];
    let lines = rows
        .into_iter()
        .map(|row| {
            let (tone, state) = state(l, row.state);
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::EQUIPMENT_ITEM, row.id) text=row.model />
                    <td>{kind(l, row.kind)}</td>
                    <td class="code">{row.serial}</td>
                    <td>{row.unit}</td>
                    <td><Tag tone text=state /></td>
                    <td class="number">{row.phase}</td>
                    <td class="number">{row.price.map(|price| dong(l, price))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::title(l) columns>{lines}</Table> }.into_any()
}
