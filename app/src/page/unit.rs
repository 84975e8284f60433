//! One unit: what it is, posts against people, what is below it, and its past.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{PostLine, UnitDetail, UnitPeriod, UnitRow};
use leptos::prelude::*;
use model::unit::UnitClass;

use super::units::search;
use crate::part::{
    Actions, Bar, Column, Crumb, Empty, Event, Export, Fact, Facts, History, LinkButton, Notice, Rank, RowLink, Table,
    Tone, with_query,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, unit as text, units as list};
use crate::{Portal, naming, routes};

/// Groups of more rows are shown when they are opened.
const OPEN_ROWS: usize = 40;

pub fn respond(portal: &Portal, visit: &Visit, unit: UnitDetail) -> Response {
    let l = visit.lang;
    let page = Page::new(unit.unit.name.clone()).lead(naming::unit_class(l, unit.unit.class));
    let page = page.paper(unit.unit.name.clone(), unit.parent.as_ref().map(|parent| parent.name.clone()));
    super::respond(portal, visit, StatusCode::OK, page.crumbs(crumbs_above(l, &unit)), || {
        let closed = unit.unit.closed_on.as_deref().map(|day| {
            let said = text::closed(l, naming::day(l, day));
            view! { <Notice l tone=Tone::Info>{said}</Notice> }
        });
        let all = with_query(routes::UNITS, "unit", &unit.unit.id.to_string());
        // where a visit of the tree begins
        let search = unit.way.is_empty().then(|| search(l, ""));
        view! {
            {search}
            {closed}
            {actions(l, &unit)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    <Facts l facts=facts(l, &unit) />
                </section>
                <section>
                    <h2>{text::history(l)}</h2>
                    <History l events=unit.history.iter().map(|period| event(l, period)).collect() />
                </section>
            </div>
            <section>
                <h2>{text::posts(l)}</h2>
                {posts(l, &unit.posts)}
            </section>
            <h2>{text::children(l)}</h2>
            {children(l, unit)}
            <Export l path=all />
        }
        .into_any()
    })
}

fn crumbs_above(l: Lang, unit: &UnitDetail) -> Vec<Crumb> {
    let mut crumbs = vec![Crumb::new(list::title(l), routes::UNITS)];
    crumbs.extend(unit.way.iter().map(|step| Crumb::new(step.name.clone(), routes::with_id(routes::UNIT, step.id))));
    crumbs
}

/// The way to what is done to a unit.
pub(super) fn crumbs(l: Lang, unit: &UnitDetail) -> Vec<Crumb> {
    let mut crumbs = crumbs_above(l, unit);
    crumbs.push(Crumb::new(unit.unit.name.clone(), routes::with_id(routes::UNIT, unit.unit.id)));
    crumbs
}

fn actions(l: Lang, unit: &UnitDetail) -> AnyView {
    let to = |path: &str| routes::with_id(path, unit.unit.id);
    let mut buttons = Vec::new();
    if unit.may_change {
        buttons.push((text::add(l), to(routes::UNIT_ADD), Rank::Primary));
    }
    if unit.may_add_people {
        let rank = if unit.may_change { Rank::Secondary } else { Rank::Primary };
        buttons.push((text::add_person(l), to(routes::UNIT_ADD_PERSON), rank));
    }
    if unit.may_change {
        buttons.push((text::change(l), to(routes::UNIT_CHANGE), Rank::Secondary));
        buttons.push((text::set_posts(l), to(routes::UNIT_POSTS), Rank::Secondary));
        if unit.parent.is_some() {
            buttons.push((text::close(l), to(routes::UNIT_CLOSE), Rank::Danger));
        }
    }
    if buttons.is_empty() {
        return ().into_any();
    }
    let buttons =
        buttons.into_iter().map(|(label, href, rank)| view! { <LinkButton label href rank /> }).collect_view();
    view! { <Actions>{buttons}</Actions> }.into_any()
}

fn facts(l: Lang, detail: &UnitDetail) -> Vec<Fact> {
    let unit = &detail.unit;
    let code = |value: &Option<String>| value.clone().map(|value| view! { <span class="code">{value}</span> });
    let mut facts = vec![
        Fact::new(list::class_name(l), naming::unit_class(l, unit.class)),
        Fact::maybe(text::code_canonical(l), code(&unit.code)),
        // documents go on using the notation in which the code was issued
        Fact::maybe(text::code_issued(l), code(&unit.code_issued)),
        Fact::maybe(text::code_decision(l), detail.code_decision.clone()),
    ];
    if let Some(parent) = &detail.parent {
        let name = parent.name.clone();
        facts.push(if detail.way.contains(parent) {
            let href = routes::with_id(routes::UNIT, parent.id);
            Fact::new(list::above(l), view! { <a href=href>{name}</a> })
        } else {
            Fact::new(list::above(l), name)
        });
    }
    let count = words::number(l, unit.people);
    facts.push(if detail.may_see_people && unit.people > 0 {
        let href = format!("{}?unit={}", routes::PEOPLE, unit.id);
        Fact::new(text::people(l), view! { <a href=href>{text::see_people(l, count)}</a> })
    } else {
        Fact::new(text::people(l), count)
    });
    facts
}

fn posts(l: Lang, lines: &[PostLine]) -> AnyView {
    let columns = vec![
        Column::text(text::kind(l)),
        Column::number(text::own_posts(l)),
        Column::number(text::posts_all(l)),
        Column::number(text::people_all(l)),
        Column::text(text::filled(l)),
    ];
    let cells = move |own: i64, posts: i64, people: i64| {
        view! {
            <td class="number">{words::number(l, own)}</td>
            <td class="number">{words::number(l, posts)}</td>
            <td class="number">{words::number(l, people)}</td>
            <td>{bar(l, people, posts)}</td>
        }
    };
    let rows = lines
        .iter()
        .map(|line| {
            let kind = naming::post_kind(l, line.kind);
            view! { <tr><th scope="row">{kind}</th>{cells(line.own_posts, line.posts, line.people)}</tr> }
        })
        .collect_view();
    let sum = |number: fn(&PostLine) -> i64| lines.iter().map(number).sum::<i64>();
    let (own, posts, people) = (sum(|line| line.own_posts), sum(|line| line.posts), sum(|line| line.people));
    let foot = move || view! { <th scope="row">{text::total(l)}</th>{cells(own, posts, people)} };
    view! { <Table label=text::posts(l) columns foot>{rows}</Table> }.into_any()
}

fn bar(l: Lang, people: i64, posts: i64) -> impl IntoView {
    view! { <Bar l value=u64::try_from(people).unwrap_or(0) of=u64::try_from(posts).unwrap_or(0) /> }
}

/// The units below in groups, one a class; the closed ones last.
fn children(l: Lang, unit: UnitDetail) -> AnyView {
    if unit.children.is_empty() {
        if !unit.may_change {
            return view! { <p class="aside">{text::no_children_title(l)}</p> }.into_any();
        }
        let begin = Some((text::add(l).to_owned(), routes::with_id(routes::UNIT_ADD, unit.unit.id)));
        return view! { <Empty title=text::no_children_title(l) text=text::no_children_text(l) begin /> }.into_any();
    }
    let (open, closed): (Vec<UnitRow>, Vec<UnitRow>) =
        unit.children.into_iter().partition(|row| row.closed_on.is_none());
    let mut groups: Vec<AnyView> = Vec::new();
    for class in UnitClass::ALL {
        let rows: Vec<UnitRow> = open.iter().filter(|row| row.class == class).cloned().collect();
        if !rows.is_empty() {
            let unfolded = rows.len() <= OPEN_ROWS;
            groups.push(group(l, naming::unit_class(l, class), rows, unfolded));
        }
    }
    if !closed.is_empty() {
        groups.push(group(l, text::closed_group(l), closed, false));
    }
    groups.collect_view().into_any()
}

fn group(l: Lang, title: &'static str, rows: Vec<UnitRow>, unfolded: bool) -> AnyView {
    let columns = vec![
        Column::text(text::name(l)),
        Column::text(list::code(l)),
        Column::number(text::children_count(l)),
        Column::number(text::posts_sum(l)),
        Column::number(text::people(l)),
        Column::text(text::filled(l)),
    ];
    let number = move |sum: i64| words::number(l, sum);
    let count = number(i64::try_from(rows.len()).unwrap_or(i64::MAX));
    let sum = |number: fn(&UnitRow) -> i64| rows.iter().map(number).sum::<i64>();
    let (units, posts, people) = (sum(|row| row.children), sum(|row| row.posts), sum(|row| row.people));
    let foot = move || {
        view! {
            <th scope="row">{text::total(l)}</th>
            <td></td>
            <td class="number">{number(units)}</td>
            <td class="number">{number(posts)}</td>
            <td class="number">{number(people)}</td>
            <td>{bar(l, people, posts)}</td>
        }
    };
    let lines = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <RowLink href=routes::with_id(routes::UNIT, row.id) text=row.name />
                    <td class="code">{row.code_issued}</td>
                    <td class="number">{number(row.children)}</td>
                    <td class="number">{number(row.posts)}</td>
                    <td class="number">{number(row.people)}</td>
                    <td>{bar(l, row.people, row.posts)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <details class="group" open=unfolded>
            <summary><h3>{title} " " <span class="count">{count}</span></h3></summary>
            <Table label=title columns foot>{lines}</Table>
        </details>
    }
    .into_any()
}

fn event(l: Lang, period: &UnitPeriod) -> Event {
    let mut what = text::period_class(l, naming::unit_class(l, period.class), &period.name);
    if let Some(parent) = &period.parent {
        what = format!("{what}, {}", text::period_parent(l, parent));
    }
    if let Some(code) = &period.code_issued {
        what = format!("{what} · {code}");
    }
    Event { what, when: naming::period(l, &period.from, period.to.as_deref()), paper: period.decision.clone() }
}
