//! One plan: its table held against what was done, its lines, its classes and what it costs, its way to being fixed (R123–R127).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use leptos::prelude::*;
use model::certificate::wave::reached;
use model::lifecycle::CertificatePlanEvent as Event;
use model::training::Agreement;
use registry::work::plans::file::Column as Named;
use registry::work::plans::sheet::{ClassYear, Cost};
use registry::work::plans::{Numbers, PlanDetail};

use super::super::certificates::{happened, kind, operation};
use super::super::list::files as papers;
use super::super::reopen;
use super::{column, crumbs, dong, event, figure, group, in_words, position, state, written, years};
use crate::part::{
    Actions, Button, Column, Confirm, ErrorSummary, Export, Fact, Facts, Field, FieldErrors, Form, Hidden, History,
    Input, LinkButton, PostButton, Rank, Table, Tag, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::certificate_plans as text;
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &PlanDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let of = &detail.plan;
    let page = Page::new(of.title.clone()).crumbs(crumbs(l)).paper(of.unit.clone(), None).failed(failed);
    super::super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::PLAN, of.id);
        let file = |kind: &str| with_query(&routes::with_id(routes::PLAN_PAPER, of.id), "as", kind);
        let stale = errors.is_stale();
        let id = of.id;
        let progress = routes::with_id(routes::PLAN_PROGRESS, id);
        let write = (detail.writes && !stale).then(|| {
            view! {
                <Actions>
                    <LinkButton label=text::write_lines(l) href=routes::with_id(routes::PLAN_LINES, id) rank=Rank::Secondary />
                    <LinkButton label=text::write_costs(l) href=routes::with_id(routes::PLAN_COSTS, id) rank=Rank::Secondary />
                </Actions>
            }
        });
        let steps = (!stale).then(|| steps(l, visit, detail, typed, &errors));
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::state(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{text::paper(l)}</h2>
                    {papers(l, file("pdf"), file("docx"))}
                    <Actions><LinkButton label=text::progress(l) href=progress rank=Rank::Secondary /></Actions>
                    {write}
                </section>
            </div>
            {steps}
            <section>
                <h2>{text::summary(l)}</h2>
                {summary(l, detail)}
            </section>
            {by_part(l, detail)}
            <section>
                <h2>{text::lines(l)}</h2>
                {lines(l, detail)}
                <Export l path=path />
            </section>
            <section>
                <h2>{text::classes(l)}</h2>
                {classes(l, detail)}
                {announced(l, detail)}
            </section>
            <section>
                <h2>{text::money(l)}</h2>
                {money(l, detail)}
            </section>
            <section>
                <h2>{crate::words::certificates::history(l)}</h2>
                <History l events=detail.events.iter().map(|line| happened(l, line)).collect() />
            </section>
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &PlanDetail) -> AnyView {
    let of = &detail.plan;
    let (tone, state) = state(l, of.state);
    let mut facts = vec![
        Fact::new(text::state(l), view! { <Tag tone text=state /> }),
        Fact::new(text::unit(l), of.unit.clone()),
        Fact::new(text::years(l), years(of)),
        Fact::new(text::words(l), in_words(l, of.words)),
    ];
    if let Some((number, day)) = &of.document {
        facts.push(Fact::new(text::document(l), format!("{number}, {}", naming::day(l, day))));
    }
    if let Some(goal) = of.goal {
        facts.push(Fact::new(text::goal(l), share(l, detail.table.issued(), goal.unsigned_abs())));
    }
    facts.extend(of.remark.clone().map(|remark| Fact::new(text::remark(l), remark)));
    view! { <Facts l facts /> }.into_any()
}

/// So many of so many, with their percentage.
fn share(l: Lang, done: u64, all: u64) -> String {
    let of = text::of(l, figure(l, done), figure(l, all));
    match reached(done, all) {
        Some(percent) => format!("{of} ({percent} %)"),
        None => of,
    }
}

fn steps(l: Lang, visit: &Visit, detail: &PlanDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let of = &detail.plan;
    let hidden = |event: Event| vec![("version", of.version.to_string()), ("event", event.name().to_owned())];
    let (keep, decide) = (routes::with_id(routes::PLAN_STEP, of.id), routes::with_id(routes::PLAN_DECIDE, of.id));
    let may = |event| detail.may.contains(&event);
    let (reason, wrong_reason) = (typed.get("reason"), errors.of("reason"));
    let version = of.version.to_string();
    let mut parts = Vec::new();
    if may(Event::Propose) && !detail.rows.is_empty() {
        let post = view! { <PostButton label=event(l, Event::Propose) action=keep.clone() hidden=hidden(Event::Propose) rank=Rank::Primary /> };
        parts.push(view! { <section class="screen-only"><h2>{text::forward(l)}</h2> {post}</section> }.into_any());
    }
    if may(Event::Reopen) {
        let (reason, wrong, version) = (reason.clone(), wrong_reason.clone(), version.clone());
        let open = wrong.is_some();
        parts.push(
            view! {
                <details class="screen-only" open=open>
                    <summary>{event(l, Event::Reopen)}</summary>
                    <Form action=keep>
                        <Hidden name="version" value=version />
                        <Hidden name="event" value=Event::Reopen.name() />
                        <Field l name="reason" label=text::reason(l) value=reason error=wrong width=Width::Full autocomplete="off" />
                        <Actions><Button label=event(l, Event::Reopen) rank=Rank::Danger /></Actions>
                    </Form>
                </details>
            }
            .into_any(),
        );
    }
    if may(Event::Fix) {
        let (number, wrong_number) = (typed.get("document_number"), errors.of("document_number"));
        let (day, wrong_day) = (typed.get("document_day"), errors.of("document_day"));
        let (needed, code) = (visit.needs_code(), errors.of("code"));
        parts.push(
            view! {
                <section class="screen-only">
                    <h2>{text::decide(l)}</h2>
                    <Form action=decide>
                        <Hidden name="version" value=version />
                        <Field l name="document_number" label=text::document_number(l) hint=text::document_hint(l) value=number error=wrong_number width=Width::Short autocomplete="off" depends=true />
                        <Field l name="document_day" label=text::document_day(l) value=day input=Input::Date error=wrong_day width=Width::Short depends=true />
                        <Field l name="reason" label=text::reason(l) value=reason error=wrong_reason width=Width::Full autocomplete="off" depends=true />
                        <Confirm l needed error=code />
                        <Actions>
                            <Button label=event(l, Event::Fix) name="event" value=Event::Fix.name() />
                            <Button label=event(l, Event::SendBack) name="event" value=Event::SendBack.name() rank=Rank::Secondary />
                        </Actions>
                    </Form>
                </section>
            }
            .into_any(),
        );
    }
    parts.into_any()
}

/// What there is of something by year, done of planned, with its total.
fn cells(l: Lang, of: &Numbers) -> AnyView {
    let cell = |(planned, done): (&u64, &u64)| {
        let said = match (planned, done) {
            (0, 0) => "–".to_owned(),
            _ => text::of(l, figure(l, *done), figure(l, *planned)),
        };
        view! { <td class="number">{said}</td> }
    };
    let years = of.planned.iter().zip(&of.done).map(cell).collect_view();
    let percent = reached(of.reached, of.wanted).map(|percent| format!("{percent} %"));
    view! {
        {years}
        <td class="number">{figure(l, of.wanted)}</td>
        <td class="number">{figure(l, of.reached)}</td>
        <td class="number">{percent}</td>
    }
    .into_any()
}

fn year_columns(l: Lang, detail: &PlanDetail, first: Vec<Column>) -> Vec<Column> {
    let years = detail.table.years.iter().map(|year| Column::number(year.to_string()));
    let last = [Column::number(text::wanted(l)), Column::number(text::reached(l)), Column::number(text::percent(l))];
    first.into_iter().chain(years).chain(last).collect()
}

fn summary(l: Lang, detail: &PlanDetail) -> AnyView {
    let columns =
        year_columns(l, detail, vec![Column::text(column(l, Named::Operation)), Column::text(column(l, Named::Kind))]);
    let rows = detail
        .table
        .lines
        .iter()
        .map(|(of, whose, numbers)| {
            view! { <tr><th scope="row">{operation(l, *of)}</th><td>{kind(l, *whose)}</td>{cells(l, numbers)}</tr> }
        })
        .collect_view();
    let all = detail.table.all.clone();
    let foot = move || view! { <th scope="row" colspan="2">{text::sum(l)}</th> {cells(l, &all)} };
    view! {
        <p class="aside">{text::summary_hint(l)}</p>
        <Table label=text::summary(l) columns foot=foot>{rows}</Table>
    }
    .into_any()
}

fn by_part(l: Lang, detail: &PlanDetail) -> Option<AnyView> {
    let table = &detail.table;
    if detail.rows.is_empty() {
        return None;
    }
    let groups = table.groups.iter().map(|(of, numbers)| {
        view! { <tr><th scope="row">{group(l, *of)}</th>{cells(l, numbers)}</tr> }
    });
    let positions = table.positions.iter().map(|(of, numbers)| {
        view! { <tr><th scope="row">{position(l, *of)}</th>{cells(l, numbers)}</tr> }
    });
    let (groups, positions) = (groups.collect_view(), positions.collect_view());
    let of_groups = year_columns(l, detail, vec![Column::text(column(l, Named::Group))]);
    let of_positions = year_columns(l, detail, vec![Column::text(column(l, Named::Position))]);
    Some(
        view! {
            <section>
                <h2>{text::by_group(l)}</h2>
                <p class="aside">{text::overlap(l)}</p>
                <Table label=text::by_group(l) columns=of_groups>{groups}</Table>
            </section>
            <section>
                <h2>{text::by_position(l)}</h2>
                <Table label=text::by_position(l) columns=of_positions>{positions}</Table>
            </section>
        }
        .into_any(),
    )
}

fn lines(l: Lang, detail: &PlanDetail) -> AnyView {
    if detail.rows.is_empty() {
        return view! { <p>{text::no_lines(l)}</p> }.into_any();
    }
    let mut columns: Vec<Column> = Named::ALL[..5].iter().map(|of| Column::text(column(l, *of))).collect();
    columns.extend([Column::number(text::wanted(l)), Column::number(text::reached(l))]);
    let rows = detail
        .rows
        .iter()
        .zip(&detail.done)
        .map(|(row, done)| {
            view! {
                <tr>
                    <td class="code">{row.year.to_string()}</td>
                    <td>{operation(l, row.operation)}</td>
                    <td>{kind(l, row.kind)}</td>
                    <td>{group(l, row.group)}</td>
                    <td>{position(l, row.position)}</td>
                    <td class="number">{figure(l, row.quantity)}</td>
                    <td class="number">{figure(l, *done)}</td>
                </tr>
            }
        })
        .collect_view();
    let all = detail.table.all.wanted;
    let foot = move || {
        view! { <th scope="row" colspan="5">{text::sum(l)}</th> <td class="number">{figure(l, all)}</td> <td></td> }
    };
    view! { <Table label=text::lines(l) columns foot=foot>{rows}</Table> }.into_any()
}

fn agreement(l: Lang, of: &ClassYear) -> Option<String> {
    of.stated.map(|(stated, agrees)| {
        let said = match agrees {
            Agreement::Same => text::same(l).to_owned(),
            Agreement::TooFew(count) => text::too_few(l, figure(l, count)),
            Agreement::TooMany(count) => text::too_many(l, figure(l, count)),
        };
        format!("{} ({said})", figure(l, stated))
    })
}

/// Classes that are announced by year, and how many of them were held; nothing where none is.
fn announced(l: Lang, detail: &PlanDetail) -> Option<AnyView> {
    let years = detail.estimate.years.iter().filter(|of| of.announced.0 > 0);
    let said: Vec<String> =
        years.map(|of| format!("{}: {} ({})", of.year, figure(l, of.announced.0), figure(l, of.announced.1))).collect();
    (!said.is_empty()).then(|| view! { <p>{text::announced(l)} " – " {said.join("; ")}</p> }.into_any())
}

fn classes(l: Lang, detail: &PlanDetail) -> AnyView {
    let columns = vec![
        Column::text(text::years(l)),
        Column::number(text::people(l)),
        Column::number(text::needed(l)),
        Column::number(text::stated(l)),
        Column::number(text::class_price(l)),
        Column::number(text::cost(l)),
    ];
    let rows = detail
        .estimate
        .years
        .iter()
        .map(|of| {
            view! {
                <tr>
                    <th scope="row">{of.year.to_string()}</th>
                    <td class="number">{figure(l, of.people)}</td>
                    <td class="number">{figure(l, of.needed)}</td>
                    <td class="number">{agreement(l, of)}</td>
                    <td class="number">{dong(l, of.price)}</td>
                    <td class="number">{dong(l, of.total)}</td>
                </tr>
            }
        })
        .collect_view();
    let said = detail.estimate.years.iter().any(|of| of.stated.is_some());
    let (count, training) = (said.then_some(detail.estimate.classes), detail.estimate.training);
    let needed: u64 = detail.estimate.years.iter().map(|of| of.needed).sum();
    let people: u64 = detail.estimate.years.iter().map(|of| of.people).sum();
    let foot = move || {
        view! {
            <th scope="row">{text::sum(l)}</th>
            <td class="number">{figure(l, people)}</td>
            <td class="number">{figure(l, needed)}</td>
            <td class="number">{count.map(|count| figure(l, count))}</td>
            <td></td>
            <td class="number">{dong(l, training)}</td>
        }
    };
    view! { <Table label=text::classes(l) columns foot=foot>{rows}</Table> }.into_any()
}

fn money(l: Lang, detail: &PlanDetail) -> AnyView {
    let estimate = &detail.estimate;
    if estimate.is_empty() {
        return view! { <p>{text::no_money(l)}</p> }.into_any();
    }
    let words = detail.plan.words;
    let class = (!estimate.class.is_empty()).then(|| {
        let price = estimate.years.last().map(|of| of.price).unwrap_or_default();
        view! {
            <h3>{text::class_sheet(l)}</h3>
            {sheet(l, text::class_sheet(l), &estimate.priced, price)}
            {written(l, price, words)}
            <p>{text::training(l)} ": " {text::dong(l, dong(l, estimate.training))}</p>
            {written(l, estimate.training, words)}
        }
    });
    let sections = estimate
        .sections
        .iter()
        .map(|section| {
            let name = section.name.clone().unwrap_or_else(|| text::rest(l).to_owned());
            view! {
                <h3>{name.clone()}</h3>
                {sheet(l, &name, &section.lines, section.total)}
                {written(l, section.total, words)}
            }
        })
        .collect_view();
    view! {
        {class}
        {sections}
        <p><strong>{text::all_money(l)} ": " {text::dong(l, dong(l, estimate.all))}</strong></p>
        {written(l, estimate.all, words)}
    }
    .into_any()
}

/// A cost sheet with its sum.
pub fn sheet(l: Lang, label: &str, lines: &[Cost], total: model::amount::Amount) -> AnyView {
    let columns = vec![
        Column::text(text::number(l)),
        Column::text(text::what(l)),
        Column::number(text::quantity(l)),
        Column::number(text::price(l)),
        Column::text(text::priced_on(l)),
        Column::number(text::cost(l)),
    ];
    let rows = lines
        .iter()
        .map(|line| {
            view! {
                <tr>
                    <td class="code">{line.number.clone()}</td>
                    <th scope="row">{line.name.clone()}</th>
                    <td class="number">{figure(l, line.quantity)}</td>
                    <td class="number">{dong(l, line.price)}</td>
                    <td>{line.priced_on.map(|day| naming::day(l, &day.to_string()))}</td>
                    <td class="number">{dong(l, line.total())}</td>
                </tr>
            }
        })
        .collect_view();
    let foot =
        move || view! { <th scope="row" colspan="5">{text::sum(l)}</th> <td class="number">{dong(l, total)}</td> };
    view! { <Table label=label.to_owned() columns foot=foot>{rows}</Table> }.into_any()
}
