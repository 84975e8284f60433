//! Somebody leaves: the form that reports it, and what is to be done, on the pages about the person (R6, R29, R167).

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::after::DepartureDetail;
use contract::view::PersonDetail;
use leptos::prelude::*;
use model::departure::Departure;

use super::person::{crumbs, head};
use super::request::files;
use super::verify::SCANS;
use super::{ending, reopen};
use crate::part::{
    Button, Choice, Column, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, Notice, PostButton,
    Rank, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, cards, departure as text, lists, request};
use crate::{Portal, naming, routes};

pub fn form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    person: &PersonDetail,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title_of(l, &person.person.name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.narrow().failed(failed), || {
        let path = routes::with_id(routes::PERSON_LEAVE, person.person.id);
        let (version, wrong_file) = (typed.get("version"), errors.of("evidence"));
        let questions = questions(l, typed, &errors);
        let back = routes::with_id(routes::PERSON, person.person.id);
        let end = ending(l, &errors, view! { <Button label=text::submit(l) rank=Rank::Danger /> }, back);
        view! {
            {head(l, person, None)}
            <h2>{text::title(l)}</h2>
            <p>{text::effect(l)}</p>
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, &path)}
            <Form action=path files=true>
                <Hidden name="version" value=version />
                {questions}
                <Field l name="evidence" label=text::evidence(l) hint=words::verify::scan_hint(l) input=Input::File(SCANS) error=wrong_file optional=true />
                {end}
            </Form>
        }
        .into_any()
    })
}

/// How, when and by which decision.
pub(super) fn questions(l: Lang, typed: &Typed, errors: &FieldErrors) -> AnyView {
    let kinds = Departure::ALL.map(|kind| Choice::new(kind.name(), naming::departure(l, kind))).to_vec();
    let [kind, day, decision] = ["kind", "day", "decision"].map(|name| typed.get(name));
    let [wrong_kind, wrong_day, wrong_decision] = ["kind", "day", "decision"].map(|name| errors.of(name));
    view! {
        <Field l name="kind" label=text::kind(l) input=Input::Select(kinds) value=kind error=wrong_kind />
        <Field l name="day" label=text::since(l) hint=text::since_hint(l) value=day input=Input::Date width=Width::Short error=wrong_day />
        <Field l name="decision" label=text::decision(l) hint=text::decision_hint(l) value=decision error=wrong_decision autocomplete="off" />
    }
    .into_any()
}

/// The person's departure again, which could not be taken back.
pub fn refused(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    person: &PersonDetail,
    departure: Option<&DepartureDetail>,
    errors: &FieldErrors,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title_of(l, &person.person.name)).crumbs(crumbs(l, person)).own_heading();
    super::respond(portal, visit, status, page.failed(true), || {
        let path = routes::with_id(routes::PERSON, person.person.id);
        let shown = departure.map(|departure| section(visit, departure, Some(person.person.id), false));
        view! {
            {head(l, person, None)}
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, errors, &path)}
            {shown}
        }
        .into_any()
    })
}

/// What is known of it, and what is to be done. `person`: whose page it is, where it is not one's own.
pub(super) fn section(visit: &Visit, of: &DepartureDetail, person: Option<i64>, actions: bool) -> AnyView {
    let l = visit.lang;
    let facts = vec![
        Fact::new(text::kind(l), naming::departure(l, of.kind)),
        Fact::new(text::since(l), naming::day(l, &of.on_day)),
        Fact::new(text::decision(l), of.decision.clone()),
        Fact::new(text::reported(l), when(l, of.reported_at)),
    ];
    let evidence = (!of.files.is_empty()).then(|| view! { <h3>{request::files(l)}</h3> {files(l, &of.files)} });
    let take_back = person.filter(|_| actions && of.may_take_back).map(|id| {
        let hidden = vec![("version", of.version.to_string())];
        let action = routes::with_id(routes::PERSON_LEAVE_BACK, id);
        view! {
            <details class="screen-only">
                <summary>{text::mistake(l)}</summary>
                <p>{text::take_back_effect(l)}</p>
                <PostButton label=text::take_back(l) action hidden rank=Rank::Danger />
            </details>
        }
    });
    let come = of.on_day.parse().is_ok_and(|day: jiff::civil::Date| registry::date::start_of(day) <= visit.at_ms);
    let (tone, said) = if come {
        (Tone::Warn, text::has_left(l, naming::day(l, &of.on_day)))
    } else {
        (Tone::Info, text::will_leave(l, naming::day(l, &of.on_day)))
    };
    view! {
        <section>
            <h2>{text::heading(l)}</h2>
            <Notice l tone><p>{said}</p></Notice>
            <Facts l facts />
            {tasks(visit, of)}
            {evidence}
            {take_back}
        </section>
    }
    .into_any()
}

fn tasks(visit: &Visit, of: &DepartureDetail) -> AnyView {
    let l = visit.lang;
    if of.tasks.is_empty() {
        return view! { <p class="aside">{text::no_tasks(l)}</p> }.into_any();
    }
    let columns = vec![
        Column::text(text::task(l)),
        Column::text(cards::code(l)),
        Column::text(lists::due(l)),
        Column::text(cards::state(l)),
    ];
    let rows = of
        .tasks
        .iter()
        .map(|task| {
            let (tone, state) = match task.done_at {
                Some(at) => (Tone::Good, text::done(l, words::date(l, registry::date::day_of(at)))),
                None if task.due < visit.at_ms => (Tone::Bad, words::part::queue::overdue(l).to_owned()),
                None => (Tone::Plain, text::open(l).to_owned()),
            };
            let href = routes::with_id(routes::CARD, task.card_id);
            view! {
                <tr>
                    <th scope="row"><a href=href>{naming::task(l, task.task)}</a></th>
                    <td class="code">{task.code.clone()}</td>
                    <td>{words::date(l, registry::date::day_of(task.due))}</td>
                    <td><Tag tone text=state /></td>
                </tr>
            }
        })
        .collect_view();
    view! { <h3>{text::tasks(l)}</h3> <Table label=text::tasks(l) columns>{rows}</Table> }.into_any()
}

fn when(l: Lang, at: i64) -> String {
    words::at(l, at)
}
