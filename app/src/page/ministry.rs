//! Events for the Ministry's card database: what waits and until when, the files that were made, and the days that do not count.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::cards::{HolidayLine, OutboxBatch, OutboxView};
use leptos::prelude::*;
use registry::date::iso_day;
use registry::work::ministry::PAGE;

use super::reopen;
use crate::part::{
    Actions, Button, Check, Column, Empty, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, Notice, Pages,
    PostButton, Rank, Slice, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, cards, ministry as text, people};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (outbox, holidays, at): (OutboxView, Vec<HolidayLine>, i64),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let path = visit.path.clone();
    let page = Page::new(text::title(l)).lead(text::lead(l)).failed(failed);
    super::respond(portal, visit, status, page, || {
        let (files, total) = (outbox.files, outbox.waiting);
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: files.unsigned_abs() };
        let waiting = waiting(l, &outbox, (&iso_day(visit.at_ms), portal.ministry()));
        let batches = if outbox.batches.is_empty() {
            view! { <p class="aside">{text::no_files(l)}</p> }.into_any()
        } else {
            let rows = outbox.batches.iter().map(|batch| batch_row(l, batch, typed, &errors)).collect_view();
            let columns = vec![
                Column::number(text::file(l)),
                Column::text(text::made(l)),
                Column::number(text::events(l)),
                Column::text(text::state(l)),
                Column::text(text::answer(l)),
            ];
            view! { <Table label=text::files(l) columns>{rows}</Table> <Pages l slice path /> }.into_any()
        };
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, routes::MINISTRY)}
            <section>
                <h2>{text::waiting(l)} " " <span class="count">{words::number(l, total)}</span></h2>
                {waiting}
            </section>
            <section>
                <h2>{text::files(l)}</h2>
                {batches}
            </section>
            {days(l, holidays, typed, &errors)}
        }
        .into_any()
    })
}

/// `host`: where the portal itself sends them.
fn waiting(l: Lang, outbox: &OutboxView, (today, host): (&str, Option<&str>)) -> AnyView {
    if outbox.events.is_empty() {
        return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
    }
    let columns = vec![
        Column::text(text::event(l)),
        Column::text(people::name(l)),
        Column::text(cards::code(l)),
        Column::text(text::happened(l)),
        Column::text(text::due(l)),
    ];
    let rows = outbox
        .events
        .iter()
        .map(|event| {
            // ISO 8601 days compare as texts
            let late = (event.due_on.as_str() < today)
                .then(|| view! { " " <Tag tone=Tone::Bad text=words::part::queue::overdue(l) /> });
            let again = (event.tries > 0).then(|| view! { " " <Tag tone=Tone::Warn text=text::again(l) /> });
            view! {
                <tr>
                    <th scope="row"><a href=routes::with_id(routes::CARD, event.card_id)>{naming::outbox_kind(l, &event.kind)}</a></th>
                    <td>{naming::person(l, &event.name)}</td>
                    <td class="code">{event.code.clone()}</td>
                    <td>{words::date(l, registry::date::day_of(event.happened_at))}</td>
                    <td>{naming::day(l, &event.due_on)} {late} {again}</td>
                </tr>
            }
        })
        .collect_view();
    let hidden = vec![("do", "make".to_owned())];
    let next = match host {
        Some(host) => view! { <p class="aside">{text::sent_by_itself(l, host)}</p> }.into_any(),
        None => view! {
            <p class="aside">{text::make_lead(l)}</p>
            <Actions><PostButton label=text::make(l) action=routes::MINISTRY hidden /></Actions>
        }
        .into_any(),
    };
    view! { <Table label=text::waiting(l) columns>{rows}</Table> {next} }.into_any()
}

fn batch_row(l: Lang, batch: &OutboxBatch, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let time = |at: i64| words::at(l, at);
    let (tone, state) = match (&batch.receipt, batch.returned_at) {
        (Some(_), _) => (Tone::Good, text::received(l)),
        (None, Some(_)) => (Tone::Plain, text::returned(l)),
        (None, None) => (Tone::Info, text::sent(l)),
    };
    let problem = batch.problem.as_deref().filter(|_| batch.receipt.is_none() && batch.returned_at.is_none());
    let problem = problem.map(|problem| {
        let said = match problem.strip_prefix("status.") {
            Some(status) => text::problem_status(l, status),
            None if problem == "no_receipt" => text::problem_no_receipt(l).to_owned(),
            None => text::problem_unreachable(l).to_owned(),
        };
        let tried = text::tried(l, words::number(l, batch.tries));
        view! { <p class="error">{said} " " {tried}</p> }
    });
    let open = batch.receipt.is_none() && batch.returned_at.is_none();
    let number = if batch.returned_at.is_some() {
        words::number(l, batch.id).into_any()
    } else {
        let href = routes::with_id(routes::MINISTRY_FILE, batch.id);
        view! { <a href=href>{text::download(l, words::number(l, batch.id))}</a> }.into_any()
    };
    let answer = if open {
        let mine = typed.id("batch") == Some(batch.id);
        let value = |name: &str| if mine { typed.get(name) } else { String::new() };
        let error = |name: &str| errors.of(name).filter(|_| mine).map(|error| view! { <p class="error">{error}</p> });
        let (receipt, reason) = (value("receipt"), value("answer"));
        let (wrong_receipt, wrong_answer) = (error("receipt"), error("answer"));
        let (number, version) = (batch.id.to_string(), batch.version.to_string());
        view! {
            <Form action=routes::MINISTRY>
                <button hidden disabled></button>
                <Hidden name="batch" value=number />
                <Hidden name="version" value=version />
                <div class="verdict">
                    {wrong_receipt}
                    <input type="text" name="receipt" value=receipt aria-label=text::receipt(l) placeholder=text::receipt(l) />
                    <Button label=text::receive(l) name="do" value="receive" rank=Rank::Secondary />
                    {wrong_answer}
                    <input type="text" name="answer" value=reason aria-label=text::why(l) placeholder=text::why(l) />
                    <Button label=text::take_back(l) name="do" value="return" rank=Rank::Quiet />
                </div>
            </Form>
        }
        .into_any()
    } else {
        let said = match (&batch.receipt, &batch.answer) {
            (Some(receipt), _) => text::receipt_of(l, receipt, batch.received_at.map(time).unwrap_or_default()),
            (None, answer) => answer.clone().unwrap_or_default(),
        };
        said.into_any()
    };
    view! {
        <tr>
            <td class="number">{number}</td>
            <td>{time(batch.made_at)}</td>
            <td class="number">{words::number(l, batch.events)}</td>
            <td><Tag tone text=state /></td>
            <td>{problem} {answer}</td>
        </tr>
    }
    .into_any()
}

fn days(l: Lang, holidays: Vec<HolidayLine>, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let columns = vec![Column::text(text::day(l)), Column::text(text::day_name(l)), Column::text(text::state(l))];
    let rows = holidays
        .into_iter()
        .map(|line| {
            let (tone, kind) = if line.worked { (Tone::Info, text::worked(l)) } else { (Tone::Plain, text::off(l)) };
            view! {
                <tr>
                    <th scope="row">{naming::day(l, &line.day)}</th>
                    <td>{line.name}</td>
                    <td><Tag tone text=kind /></td>
                </tr>
            }
        })
        .collect_view();
    let (day, name, worked) = (typed.get("day"), typed.get("name"), typed.has("worked"));
    let (wrong_day, wrong_name) = (errors.of("day"), errors.of("name"));
    view! {
        <details>
            <summary>{text::days(l)}</summary>
            <Notice l tone=Tone::Info><p>{text::days_lead(l)}</p></Notice>
            <Table label=text::days(l) columns>{rows}</Table>
            <Form action=routes::MINISTRY>
                <Hidden name="do" value="holiday" />
                <Field l name="day" label=text::day(l) value=day input=Input::Date width=Width::Short error=wrong_day />
                <Field l name="name" label=text::day_name(l) hint=text::day_name_hint(l) value=name error=wrong_name depends=true autocomplete="off" />
                <Check l name="worked" label=text::worked_label(l) checked=worked />
                <Actions><Button label=text::save_day(l) rank=Rank::Secondary /></Actions>
            </Form>
        </details>
    }
    .into_any()
}
