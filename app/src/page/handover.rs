//! One handover: its cards, and the step that is due: to give, to count, to settle, to bring to the holders (R36).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::after::{HandoverDetail, HandoverLine};
use leptos::prelude::*;
use model::lifecycle::{Handover, HandoverEvent};

use super::reopen;
use super::request::files;
use super::verify::SCANS;
use crate::part::{
    Actions, Button, Column, Crumb, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, LinkButton,
    PostButton, Rank, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, cards, handover as text, handovers, lists, people, request};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    detail: &HandoverDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let way = vec![Crumb::new(handovers::title(l), routes::HANDOVERS)];
    let title = text::title(l, &detail.handover.number);
    let page = Page::new(title).crumbs(way).paper(detail.handover.unit.clone(), None).failed(failed);
    let pdf = portal.paper_fonts.is_some();
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::HANDOVER, detail.handover.id);
        let counts = detail.may.contains(&HandoverEvent::Receive) && !errors.is_stale();
        let table = if counts { count(l, detail, typed, &errors) } else { table(l, detail) };
        let step = (!errors.is_stale()).then(|| view! { {give(l, detail)} {settle(l, detail, typed, &errors)} });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <div class="columns">
                <section>
                    <h2>{text::facts(l)}</h2>
                    {facts(l, detail)}
                </section>
                <section class="screen-only">
                    <h2>{text::minutes(l)}</h2>
                    {minutes(l, detail, pdf)}
                    {attach(l, detail, &errors)}
                </section>
            </div>
            {step}
            <section>
                <h2>{handovers::cards(l)} " " <span class="count">{words::number(l, detail.lines.len() as i64)}</span></h2>
                {table}
            </section>
        }
        .into_any()
    })
}

fn facts(l: Lang, detail: &HandoverDetail) -> AnyView {
    let row = &detail.handover;
    let (tone, state) = naming::handover_state(l, row.state);
    let when = |at: i64| words::at(l, at);
    let said = |by: &Option<String>, at: Option<i64>| {
        at.map(|at| match by {
            Some(name) => format!("{name}, {}", when(at)),
            None => when(at),
        })
    };
    let mut facts = vec![
        Fact::new(cards::state(l), view! { <Tag tone text=state /> }),
        Fact::maybe(handovers::from_unit(l), (!row.from_unit.is_empty()).then(|| row.from_unit.clone())),
        Fact::new(handovers::unit(l), row.unit.clone()),
        Fact::maybe(text::given(l), said(&detail.given_by, row.given_at)),
        Fact::maybe(text::received(l), said(&detail.received_by, row.received_at)),
    ];
    if let Some(discrepancy) = detail.discrepancy.clone() {
        facts.push(Fact::new(text::discrepancy(l), discrepancy));
    }
    if let Some(settled) = detail.settled.clone() {
        facts.push(Fact::new(text::settled(l), settled));
    }
    if let Some(due) = row.due {
        facts.push(Fact::new(lists::due(l), words::date(l, registry::date::day_of(due))));
    }
    view! { <Facts l facts /> }.into_any()
}

/// The minutes to be signed, and what was signed.
fn minutes(l: Lang, detail: &HandoverDetail, pdf: bool) -> AnyView {
    if detail.handover.given_at.is_none() {
        return view! { <p class="aside">{text::minutes_later(l)}</p> }.into_any();
    }
    let path = routes::with_id(routes::HANDOVER_MINUTES, detail.handover.id);
    let to_print = pdf.then(|| {
        view! { <a class="button" href=format!("{path}?as=pdf") target="_blank">{text::open_pdf(l)}</a> }
    });
    let to_write = format!("{path}?as=docx");
    view! {
        <Actions>
            {to_print}
            <LinkButton label=text::open_docx(l) href=to_write rank=Rank::Secondary />
        </Actions>
        <h3>{request::files(l)}</h3>
        {files(l, &detail.files)}
    }
    .into_any()
}

fn attach(l: Lang, detail: &HandoverDetail, errors: &FieldErrors) -> Option<AnyView> {
    detail.may_attach.then(|| {
        let action = routes::with_id(routes::HANDOVER_MINUTES, detail.handover.id);
        let error = errors.of("minutes");
        view! {
            <Form action files=true>
                <Field l name="minutes" label=text::signed(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error />
                <Actions><Button label=text::attach(l) rank=Rank::Secondary /></Actions>
            </Form>
        }
        .into_any()
    })
}

fn columns(l: Lang, last: &'static str) -> Vec<Column> {
    vec![
        Column::text(people::name(l)),
        Column::text(people::unit(l)),
        Column::text(cards::code(l)),
        Column::text(cards::serial(l)),
        Column::text(last),
    ]
}

/// The first cells of a card.
fn cells(l: Lang, line: &HandoverLine) -> AnyView {
    let href = routes::with_id(routes::CARD, line.card_id);
    view! {
        <th scope="row"><a href=href>{naming::person(l, &line.name)}</a></th>
        <td>{line.unit.clone()}</td>
        <td class="code">{line.code.clone()}</td>
        <td class="code">{line.serial.clone()}</td>
    }
    .into_any()
}

fn table(l: Lang, detail: &HandoverDetail) -> AnyView {
    let rows = detail
        .lines
        .iter()
        .map(|line| view! { <tr>{cells(l, line)} <td>{standing(l, detail, line)}</td></tr> })
        .collect_view();
    view! { <Table label=handovers::cards(l) columns=columns(l, text::standing(l))>{rows}</Table> }.into_any()
}

/// Where a card is, and the button with which the officer says that it has come.
fn standing(l: Lang, detail: &HandoverDetail, line: &HandoverLine) -> AnyView {
    if line.found == Some(false) {
        return view! { <Tag tone=Tone::Bad text=text::missing(l) /> }.into_any();
    }
    if let Some(at) = line.delivered_at {
        let when = words::date(l, registry::date::day_of(at));
        let by = line.delivered_by.clone().unwrap_or_default();
        return view! { <Tag tone=Tone::Good text=text::delivered(l) /> " " <span class="aside">{format!("{by}, {when}")}</span> }
            .into_any();
    }
    let (tone, state) = naming::card_state(l, line.state);
    match detail.handover.state {
        Handover::Received if line.state.is_waited_for() && line.has_account => {
            view! { <Tag tone=Tone::Info text=text::holder_confirms(l) /> }.into_any()
        }
        Handover::Received if line.state.is_waited_for() && detail.may_note => {
            let action = routes::with_id(routes::CARD_GOT, line.card_id);
            view! { <PostButton label=text::note_delivered(l) action rank=Rank::Secondary /> }.into_any()
        }
        Handover::Received if line.state.is_waited_for() => {
            view! { <Tag tone=Tone::Info text=text::with_unit(l) /> }.into_any()
        }
        _ => view! { <Tag tone text=state /> }.into_any(),
    }
}

/// The unit counts: all are there, until one is not.
fn count(l: Lang, detail: &HandoverDetail, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let seen: Option<Vec<i64>> = typed.has("version").then(|| typed.ids("there"));
    let rows = detail
        .lines
        .iter()
        .map(|line| {
            let id = format!("there-{}", line.card_id);
            let checked = seen.as_ref().is_none_or(|seen| seen.contains(&line.card_id));
            let label = format!("{}: {}", text::there(l), naming::person(l, &line.name));
            view! {
                <tr>
                    {cells(l, line)}
                    <td class="check"><input type="checkbox" id=id name="there" value=line.card_id.to_string() checked=checked aria-label=label /></td>
                </tr>
            }
        })
        .collect_view();
    let version = detail.handover.version.to_string();
    let action = routes::with_id(routes::HANDOVER_RECEIVE, detail.handover.id);
    let (value, error) = (typed.get("discrepancy"), errors.of("discrepancy"));
    view! {
        <p>{text::count_lead(l)}</p>
        <Form action>
            <Hidden name="version" value=version />
            <Table label=handovers::cards(l) columns=columns(l, text::there(l))>{rows}</Table>
            <Field l name="discrepancy" label=text::discrepancy(l) hint=text::discrepancy_hint(l) input=Input::Area value error depends=true width=Width::Full />
            <Actions><Button label=text::counted(l) /></Actions>
        </Form>
    }
    .into_any()
}

/// The desk gives it, or gives it up.
fn give(l: Lang, detail: &HandoverDetail) -> Option<AnyView> {
    detail.may.contains(&HandoverEvent::Give).then(|| {
        let version = detail.handover.version.to_string();
        let action = routes::with_id(routes::HANDOVER_GIVE, detail.handover.id);
        let give = (!detail.lines.is_empty()).then(|| view! { <Button label=text::give(l) name="do" value="give" /> });
        let lead = if detail.lines.is_empty() { text::nothing_left(l) } else { text::give_lead(l) };
        view! {
            <section class="screen-only">
                <h2>{text::step(l)}</h2>
                <p>{lead}</p>
                <Form action>
                    <button hidden disabled></button>
                    <Hidden name="version" value=version />
                    <Actions>{give} <Button label=text::cancel(l) name="do" value="cancel" rank=Rank::Danger /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}

/// The desk writes down what both agreed.
fn settle(l: Lang, detail: &HandoverDetail, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    detail.may.contains(&HandoverEvent::Settle).then(|| {
        let version = detail.handover.version.to_string();
        let action = routes::with_id(routes::HANDOVER_SETTLE, detail.handover.id);
        let (value, error) = (typed.get("settled"), errors.of("settled"));
        view! {
            <section class="screen-only">
                <h2>{text::step(l)}</h2>
                <p>{text::settle_lead(l)}</p>
                <Form action>
                    <Hidden name="version" value=version />
                    <Field l name="settled" label=text::settled(l) hint=text::settled_hint(l) input=Input::Area value error width=Width::Full />
                    <Actions><Button label=text::settle(l) /></Actions>
                </Form>
            </section>
        }
        .into_any()
    })
}
