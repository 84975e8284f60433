//! The second person: cards that wait, and what was read back from one's chip beside what was approved.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{WitnessDetail, WitnessRow};
use leptos::prelude::*;
use registry::work::witness::PAGE;

use super::reopen;
use crate::part::{
    Actions, Button, Column, Confirm, Crumb, Empty, ErrorSummary, Fact, Facts, FieldErrors, Form, Hidden, Notice,
    Pages, RowLink, Slice, Table, Tag, Tone,
};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, cards, field, issue, people, witness as text};
use crate::{Portal, naming, routes};

pub fn list(portal: &Portal, visit: &Visit, rows: Vec<WitnessRow>, (at, total): (i64, i64)) -> Response {
    let l = visit.lang;
    let path = visit.path.clone();
    super::respond(portal, visit, StatusCode::OK, Page::new(text::title(l)).lead(text::lead(l)), || {
        if rows.is_empty() {
            return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
        }
        let columns = vec![Column::text(people::name(l)), Column::text(people::unit(l)), Column::text(text::since(l))];
        let lines = rows
            .into_iter()
            .map(|row| {
                view! {
                    <tr>
                        <RowLink href=routes::with_id(routes::WITNESS_ONE, row.card_id) text=naming::person(l, &row.name) />
                        <td>{row.unit}</td>
                        <td>{words::at(l, row.since)}</td>
                    </tr>
                }
            })
            .collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: total.unsigned_abs() };
        view! {
            <Table label=text::title(l) columns>{lines}</Table>
            <Pages l slice path />
        }
        .into_any()
    })
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &WitnessDetail,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let way = vec![Crumb::new(text::title(l), routes::WITNESS)];
    let page = Page::new(naming::person(l, &of.name)).crumbs(way).failed(failed);
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::WITNESS_ONE, of.card_id);
        let next = match (&of.seen_by, of.seen_at) {
            (name, Some(at)) => {
                let who = name.clone().unwrap_or_default();
                let seen = text::seen(l, who, words::at(l, at));
                view! { <Notice l tone=Tone::Good><p>{seen}</p></Notice> }.into_any()
            }
            _ if !of.fits => view! { <Notice l tone=Tone::Bad><p>{text::differs(l)}</p></Notice> }.into_any(),
            _ => answer(visit, of, &errors, path.clone()),
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <section>
                <h2>{text::read_title(l)}</h2>
                {facts(l, of)}
            </section>
            {next}
        }
        .into_any()
    })
}

fn facts(l: Lang, of: &WitnessDetail) -> AnyView {
    let same = of.fits.then(|| view! { " " <Tag tone=Tone::Good text=text::fits(l) /> });
    let set = of.key_set.map(|set| set.to_string()).unwrap_or_default();
    let facts = vec![
        Fact::new(people::name(l), naming::person(l, &of.name)),
        Fact::new(people::unit(l), of.unit.clone()),
        Fact::code(words::equipment::unit_code(l), of.unit_code.clone()),
        Fact::new(people::position(l), of.position.clone()),
        Fact::maybe(cards::number(l), of.number.clone().map(|number| view! { <span class="code">{number}</span> })),
        Fact::code(cards::code(l), of.code.clone()),
        Fact::new(text::host(l), of.host.clone()),
        Fact::maybe(cards::serial(l), of.serial.clone()),
        Fact::code(issue::chip(l), of.uid.clone()),
        Fact::new(field::key_set(l), set),
        Fact::new(text::approved(l), view! { <span class="code hash">{of.approved.clone()}</span> }),
        Fact::new(text::read(l), view! { <span class="code hash">{of.read.clone()}</span> {same} }),
    ];
    view! { <Facts l facts /> }.into_any()
}

fn answer(visit: &Visit, of: &WitnessDetail, errors: &FieldErrors, path: String) -> AnyView {
    let (l, needed, code) = (visit.lang, visit.needs_code(), errors.of("code"));
    let version = of.version.to_string();
    let button = (!errors.is_stale()).then(|| view! { <Actions><Button label=text::confirm(l) /></Actions> });
    view! {
        <section>
            <h2>{text::answer(l)}</h2>
            <p>{text::answer_lead(l)}</p>
            <Form action=path>
                <Hidden name="version" value=version />
                <Confirm l needed error=code />
                {button}
            </Form>
        </section>
    }
    .into_any()
}
