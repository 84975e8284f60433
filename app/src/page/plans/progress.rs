//! How far a plan is: by year, by wave, by application, each as bars and as a table of the same numbers (R124, R130, R139, R140, R161).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::certificate::wave::{Quarter, Wave, reached};
use registry::work::plans::goals::{Progress, TargetProgress, WaveProgress};

use super::{application, figure, group, plan_crumbs, position};
use crate::part::{Actions, Chart, ChartBar, Column, LinkButton, Rank, Table, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, routes};

pub fn respond(portal: &Portal, visit: &Visit, found: &Progress) -> Response {
    let l = visit.lang;
    let of = &found.detail.plan;
    let page = Page::new(text::progress(l))
        .lead(text::progress_lead(l))
        .crumbs(plan_crumbs(l, of))
        .paper(of.unit.clone(), None);
    super::super::respond(portal, visit, StatusCode::OK, page, || {
        let id = of.id;
        let write = found.detail.writes.then(|| {
            let href = routes::with_id(routes::PLAN_GOALS, id);
            view! { <Actions><LinkButton label=text::write_goals(l) href rank=Rank::Secondary /></Actions> }
        });
        view! {
            {write}
            <section>
                <h2>{text::summary(l)}</h2>
                {years(l, found)}
            </section>
            <section>
                <h2>{text::waves(l)}</h2>
                {waves(l, &found.waves)}
            </section>
            <section>
                <h2>{text::targets(l)}</h2>
                {targets(l, &found.targets)}
            </section>
            <section>
                <h2>{text::uses(l)}</h2>
                {uses(l, found)}
            </section>
        }
        .into_any()
    })
}

/// So many of so many, with their percentage.
fn share(l: Lang, done: u64, all: u64) -> String {
    let of = text::of(l, figure(l, done), figure(l, all));
    reached(done, all).map_or(of.clone(), |percent| format!("{of} ({percent} %)"))
}

fn years(l: Lang, found: &Progress) -> AnyView {
    let table = &found.detail.table;
    let all = &table.all;
    let of_year = table.years.iter().zip(all.planned.iter().zip(&all.done));
    let mut bars: Vec<ChartBar> = of_year
        .clone()
        .map(|(year, (planned, done))| ChartBar {
            label: year.to_string(),
            done: *done,
            all: *planned,
            mark: None,
            said: share(l, *done, *planned),
        })
        .collect();
    let mut rows: Vec<(String, u64, u64)> =
        of_year.map(|(year, (planned, done))| (year.to_string(), *planned, *done)).collect();
    if let Some(goal) = found.detail.plan.goal {
        let (goal, issued) = (goal.unsigned_abs(), found.detail.table.issued());
        let said = share(l, issued, goal);
        bars.push(ChartBar { label: text::goal(l).to_owned(), done: issued, all: goal, mark: None, said });
        rows.push((text::goal(l).to_owned(), goal, issued));
    }
    let columns = vec![
        Column::text(text::years(l)),
        Column::number(text::wanted(l)),
        Column::number(text::reached(l)),
        Column::number(text::percent(l)),
    ];
    let rows = rows
        .into_iter()
        .map(|(label, planned, done)| {
            view! {
                <tr>
                    <th scope="row">{label}</th>
                    <td class="number">{figure(l, planned)}</td>
                    <td class="number">{figure(l, done)}</td>
                    <td class="number">{percent(reached(done, planned))}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Chart label=text::chart_years(l) bars /> <Table label=text::chart_years(l) columns>{rows}</Table> }
        .into_any()
}

fn percent(of: Option<u8>) -> Option<String> {
    of.map(|percent| format!("{percent} %"))
}

/// When a wave is.
pub(super) fn time(l: Lang, wave: &Wave) -> String {
    let quarter = |of: Quarter| text::quarter(l, of.quarter, of.year);
    match wave.from == wave.to {
        true => quarter(wave.from),
        false => format!("{} – {}", quarter(wave.from), quarter(wave.to)),
    }
}

/// Whom a wave is for.
fn who(l: Lang, wave: &Wave) -> String {
    if wave.scope.is_empty() {
        return text::prepares(l).to_owned();
    }
    let (mut groups, mut positions) = (Vec::new(), Vec::new());
    for (of, whose) in &wave.scope {
        for (names, name) in [(&mut positions, position(l, *whose)), (&mut groups, group(l, *of))] {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    format!("{} – {}", positions.join(", "), groups.join(", "))
}

fn waves(l: Lang, waves: &[WaveProgress]) -> AnyView {
    if waves.is_empty() {
        return view! { <p>{text::no_waves(l)}</p> }.into_any();
    }
    let with_people: Vec<(usize, &WaveProgress)> = (1..).zip(waves).filter(|(_, of)| of.people > 0).collect();
    let bars: Vec<ChartBar> = with_people
        .iter()
        .map(|(nth, of)| ChartBar {
            label: format!("{}: {}", text::wave(l, nth), time(l, &of.wave)),
            done: of.percent().unwrap_or_default().into(),
            all: 100,
            mark: of.wave.goal.map(u64::from),
            said: share(l, of.held, of.people),
        })
        .collect();
    let chart = (!bars.is_empty()).then(|| view! { <Chart label=text::chart_waves(l) bars /> });
    let columns = vec![
        Column::text(text::time(l)),
        Column::text(text::who(l)),
        Column::number(text::people_in(l)),
        Column::number(text::held(l)),
        Column::number(text::percent(l)),
        Column::number(text::goal_needed(l)),
    ];
    let rows = waves
        .iter()
        .map(|of| {
            let needed = of.needed.zip(of.wave.goal).map(|(needed, goal)| format!("{} ({goal} %)", figure(l, needed)));
            view! {
                <tr>
                    <th scope="row">{time(l, &of.wave)}</th>
                    <td>{who(l, &of.wave)}</td>
                    <td class="number">{figure(l, of.people)}</td>
                    <td class="number">{figure(l, of.held)}</td>
                    <td class="number">{percent(of.percent())}</td>
                    <td class="number">{needed}</td>
                </tr>
            }
        })
        .collect_view();
    view! { {chart} <Table label=text::waves(l) columns>{rows}</Table> }.into_any()
}

fn targets(l: Lang, targets: &[TargetProgress]) -> AnyView {
    if targets.is_empty() {
        return view! { <p>{text::no_targets(l)}</p> }.into_any();
    }
    let bars: Vec<ChartBar> = targets
        .iter()
        .map(|of| ChartBar {
            label: application(l, of.target.application).to_owned(),
            done: reached(of.target.done, of.target.units).unwrap_or_default().into(),
            all: 100,
            mark: Some(of.target.percent.into()),
            said: share(l, of.target.done, of.target.units),
        })
        .collect();
    let columns = vec![
        Column::text(text::application(l)),
        Column::number(text::units_named(l)),
        Column::number(text::units_done(l)),
        Column::number(text::percent(l)),
        Column::number(text::goal_needed(l)),
        Column::text(text::state(l)),
    ];
    let rows = targets
        .iter()
        .map(|of| {
            let target = of.target;
            let (tone, state) = match target.is_reached() {
                true => (Tone::Good, text::reached_yes(l)),
                false => (Tone::Warn, text::reached_no(l)),
            };
            let units = of
                .units
                .iter()
                .map(|(id, name, _, done)| {
                    let (href, mark) = (routes::with_id(routes::UNIT, *id), done.then(|| text::units_done(l)));
                    let mark = mark.map(|said| view! { " " <Tag tone=Tone::Good text=said /> });
                    view! { <li><a href=href>{name.clone()}</a> {mark}</li> }
                })
                .collect_view();
            view! {
                <tr>
                    <th scope="row">
                        {application(l, target.application)}
                        <details>
                            <summary>{text::target_units(l)}</summary>
                            <ul>{units}</ul>
                        </details>
                    </th>
                    <td class="number">{figure(l, target.units)}</td>
                    <td class="number">{figure(l, target.done)}</td>
                    <td class="number">{percent(reached(target.done, target.units))}</td>
                    <td class="number">{format!("{} ({} %)", figure(l, target.needed()), target.percent)}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <Chart label=text::chart_targets(l) bars /> <Table label=text::targets(l) columns>{rows}</Table> }
        .into_any()
}

fn uses(l: Lang, found: &Progress) -> AnyView {
    let columns = vec![Column::text(text::application(l)), Column::number(text::certificates_used(l))];
    let rows = found
        .uses
        .iter()
        .map(|(of, many)| {
            view! { <tr><th scope="row">{application(l, *of)}</th><td class="number">{figure(l, *many)}</td></tr> }
        })
        .collect_view();
    view! { <Table label=text::uses(l) columns>{rows}</Table> }.into_any()
}
