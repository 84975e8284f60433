//! People: who is found, or everybody, page by page.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::import::ImportKind;
use contract::view::{Numbers, PersonPage, PersonRow, UnitHit, UnitStep};
use leptos::prelude::*;
use model::bulk::{BulkTask, Chosen};
use model::role::Action;
use model::unit::PostKind;
use registry::work::list_people::{PAGE, PeopleQuery};

use super::bulk::{selection, tasks, tick};
use super::units::hits;
use crate::part::{
    Check, Choice, Column, Empty, Export, Field, Filter, Hidden, Input, Notice, Pages, RowLink, Slice, Steps, Table,
    Tag, Tone, Width, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, people as text};
use crate::{Portal, naming, routes};

/// What was asked for, and what came of it.
pub struct People {
    pub query: PeopleQuery,
    pub found: PersonPage,
    /// The unit to which the list is limited.
    pub unit: Option<UnitStep>,
    /// Units of that name.
    pub units: Vec<UnitHit>,
    pub numbers: Numbers,
    /// The province, whose name a printed list begins with.
    pub province: String,
}

pub fn respond(portal: &Portal, visit: &Visit, people: People) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    let may_import = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::Import));
    let tasks = tasks(visit, Chosen::People);
    let People { query, found, unit, units, numbers, province } = people;
    let (agency, above) = match &unit {
        Some(unit) if unit.name != province => (unit.name.clone(), Some(province)),
        _ => (province, None),
    };
    let page = Page::new(text::title(l)).lead(text::lead(l)).paper(agency, above);
    let asked = vec![
        ("q", query.text.clone()),
        ("kind", query.kind.clone()),
        ("unit", query.unit_id.map(|id| id.to_string()).unwrap_or_default()),
        ("doubtful", if query.doubtful { "yes".to_owned() } else { String::new() }),
    ];
    super::respond(portal, visit, StatusCode::OK, page, || {
        let filtered = !query.text.trim().is_empty() || query.doubtful || !query.kind.is_empty() || unit.is_some();
        let within = unit.map(|unit| {
            let everywhere = with_query(&with_query(&path, "unit", ""), "page", "");
            view! {
                <Notice l tone=Tone::Info>
                    {text::within(l, unit.name)} " " <a href=everywhere>{text::everywhere(l)}</a>
                </Notice>
            }
        });
        let units = (!units.is_empty()).then(|| {
            view! {
                <section>
                    <h2>{text::units(l)}</h2>
                    {hits(l, units)}
                </section>
                <h2>{text::people(l)}</h2>
            }
        });
        let numbers = text::numbers(l, words::number(l, numbers.given), words::number(l, numbers.left));
        view! {
            {filter(l, &query, filtered)}
            {within}
            {units}
            {list(l, found, (filtered, may_import), &path, (tasks, asked))}
            <p class="aside">{numbers}</p>
        }
        .into_any()
    })
}

fn filter(l: Lang, query: &PeopleQuery, filtered: bool) -> impl IntoView + use<> {
    let kinds = PostKind::ALL.map(|kind| Choice::new(kind.name(), naming::post_kind(l, kind))).to_vec();
    let clear = filtered.then(|| (text::clear(l).to_owned(), routes::PEOPLE.to_owned()));
    let unit = query.unit_id.map(|id| view! { <Hidden name="unit" value=id.to_string() /> });
    let (typed, kind, doubtful) = (query.text.clone(), query.kind.clone(), query.doubtful);
    view! {
        <Filter label=text::filter(l) action=routes::PEOPLE submit=text::submit(l) clear>
            <Field l name="q" label=text::q(l) hint=text::q_hint(l) value=typed autocomplete="off" optional=true />
            <Field l name="kind" label=text::kind(l) value=kind input=Input::Select(kinds) empty=text::any(l) width=Width::Short optional=true />
            <Check l name="doubtful" label=text::doubtful(l) checked=doubtful />
            {unit}
        </Filter>
    }
}

fn list(
    l: Lang,
    found: PersonPage,
    (filtered, may_import): (bool, bool),
    path: &str,
    (tasks, query): (Vec<BulkTask>, Vec<(&'static str, String)>),
) -> AnyView {
    if found.rows.is_empty() {
        return if filtered {
            view! { <Empty title=text::none_title(l) text=text::none_text(l) /> }.into_any()
        } else {
            let (label, to) = match may_import {
                true => (text::empty_import(l), with_query(routes::IMPORT, "what", ImportKind::People.name())),
                false => (text::empty_begin(l), routes::UNITS.to_owned()),
            };
            let begin = (label.to_owned(), to);
            view! { <Empty title=text::empty_title(l) text=text::empty_text(l) begin=Some(begin) /> }.into_any()
        };
    }
    let chooses = !tasks.is_empty();
    let mut columns = vec![
        Column::text(text::name(l)),
        Column::text(text::personnel_code(l)),
        Column::text(text::unit(l)),
        Column::text(text::position(l)),
        Column::text(text::kind(l)),
        Column::text(text::data(l)),
    ];
    let page = u64::try_from(found.page).unwrap_or(1);
    let pages = match found.total.and_then(|total| u64::try_from(total).ok()) {
        Some(total) => {
            let slice = Slice { page, per_page: PAGE.unsigned_abs(), total };
            view! { <Pages l slice path /> }.into_any()
        }
        None => {
            let to = |page: u64| with_query(path, "page", &page.to_string());
            let (previous, next) = ((page > 1).then(|| to(page - 1)), found.more.then(|| to(page + 1)));
            view! { <p class="aside">{text::many(l, words::number(l, found.page))}</p> <Steps l previous next /> }
                .into_any()
        }
    };
    let refine = found.total.is_none().then(|| view! { <Notice l tone=Tone::Info>{text::refine(l)}</Notice> });
    if chooses {
        columns.insert(0, Column::unseen(words::bulk::choose(l)));
    }
    let total = found.total.unwrap_or_default().unsigned_abs();
    let rows = found.rows.into_iter().map(|person| row(l, person, chooses)).collect_view();
    let table = view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any();
    view! {
        {refine}
        {selection(l, (tasks, total), query, table)}
        {pages}
        <Export l path />
    }
    .into_any()
}

fn row(l: Lang, person: PersonRow, chooses: bool) -> impl IntoView {
    let doubtful = person.doubtful.then(|| view! { <Tag tone=Tone::Warn text=text::to_complete(l) /> });
    view! {
        <tr>
            {chooses.then(|| tick(person.id, person.name.clone()))}
            <RowLink href=routes::with_id(routes::PERSON, person.id) text=naming::person(l, &person.name) />
            <td class="code">{person.personnel_code}</td>
            <td>{person.unit}</td>
            <td>{person.position}</td>
            <td>{naming::post_kind(l, person.kind)}</td>
            <td>{doubtful}</td>
        </tr>
    }
}
