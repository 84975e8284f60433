//! Work on a selection: what is to be done to those that were chosen, and how far it has come.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::bulk::{BulkLine, BulkView};
use contract::cards::ReasonView;
use leptos::prelude::*;
use model::bulk::{BulkTask, Chosen};
use model::case::Case;
use registry::work::bulk::{Candidate, PAGE};

use super::request_form::reason_choices;
use super::{ending, reopen};
use crate::part::{
    Actions, Button, Choice, Column, Confirm, Crumb, ErrorSummary, Field, FieldErrors, Form, Hidden, Input, LinkButton,
    Notice, Pages, PostButton, Rank, Slice, Table, Tag, Tone, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, bulk as text, people};
use crate::{Portal, failing, naming, routes};

/// Seconds after which a page shows anew how far it has come.
const AGAIN: u32 = 2;

/// What the visitor may do to what that list shows.
pub fn tasks(visit: &Visit, to: Chosen) -> Vec<BulkTask> {
    let may = |task: &BulkTask| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(task.action()));
    BulkTask::ALL.into_iter().filter(|task| task.to() == to && may(task)).collect()
}

/// The form around a list with boxes to tick: chosen here, done on the next page. `query` is what the list was asked for.
pub fn selection(
    l: Lang,
    (tasks, total): (Vec<BulkTask>, u64),
    query: Vec<(&'static str, String)>,
    table: AnyView,
) -> AnyView {
    if tasks.is_empty() {
        return table;
    }
    let asked = query.into_iter().filter(|(_, value)| !value.is_empty());
    let hidden = asked.map(|(name, value)| view! { <Hidden name value /> }).collect_view();
    let options = tasks
        .into_iter()
        .map(|task| view! { <option value=task.name()>{naming::bulk_task(l, task)}</option> })
        .collect_view();
    view! {
        <form class="selection" method="get" action=routes::BULK_ADD>
            {hidden}
            {table}
            <div class="actions screen-only">
                <label for="task">{text::with_chosen(l)}</label>
                <select id="task" name="task">{options}</select>
                <label class="whole"><input type="checkbox" name="all" value="yes" /> {text::all(l, words::number(l, i64::try_from(total).unwrap_or(i64::MAX)))}</label>
                <button class="button">{text::go_on(l)}</button>
            </div>
        </form>
    }
    .into_any()
}

/// The box of one line.
pub fn tick(id: i64, label: String) -> AnyView {
    view! { <td class="check"><input type="checkbox" name="id" value=id.to_string() aria-label=label /></td> }
        .into_any()
}

/// Where those were chosen.
fn back(task: BulkTask) -> &'static str {
    match task.to() {
        Chosen::People => routes::PEOPLE,
        Chosen::Cards => routes::CARDS,
        Chosen::Issue => routes::ISSUE,
        Chosen::Leavers => routes::LEAVERS,
    }
}

fn way(l: Lang, task: BulkTask) -> Vec<Crumb> {
    let label = match task.to() {
        Chosen::People => people::title(l),
        Chosen::Cards => words::cards::title(l),
        Chosen::Issue => words::issue::title(l),
        Chosen::Leavers => words::rules::leavers(l),
    };
    vec![Crumb::new(label, back(task))]
}

/// Those that were chosen, and what else has to be said.
pub struct Add<'a> {
    pub task: BulkTask,
    pub chosen: &'a [Candidate],
    pub reasons: &'a [(Case, Vec<ReasonView>)],
    pub locks: &'a [ReasonView],
}

pub fn add(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    of: &Add<'_>,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let task = of.task;
    let page = Page::new(naming::bulk_task(l, task)).lead(lead(l, task)).crumbs(way(l, task)).failed(failed);
    super::respond(portal, visit, status, page, || {
        let count = words::number(l, of.chosen.len() as i64);
        if of.chosen.is_empty() {
            return view! {
                <Notice l tone=Tone::Warn><p>{text::nothing(l)}</p></Notice>
                <Actions><LinkButton label=text::back(l) href=back(task) rank=Rank::Secondary /></Actions>
            }
            .into_any();
        }
        let columns = vec![Column::text(people::name(l)), Column::text(people::unit(l))];
        let rows = of.chosen.iter().map(|one| {
            view! { <tr><th scope="row">{naming::person(l, &one.name)}</th><td>{one.unit.clone()}</td></tr> }
        });
        let hidden = of.chosen.iter().map(|one| {
            view! { <Hidden name="chosen" value=format!("{}.{}", one.id, one.version) /> }
        });
        let (rows, hidden) = (rows.collect_view(), hidden.collect_view());
        let grave = [BulkTask::Invalidate, BulkTask::Lock, BulkTask::Leave, BulkTask::Erase].contains(&task);
        let rank = if grave { Rank::Danger } else { Rank::Primary };
        let needed = task.action().permission().fresh && visit.needs_code();
        let code = errors.of("code");
        let button = view! { <Button label=text::begin(l, &count) rank /> };
        let (key, questions) = (super::key(portal, typed), more(l, of, typed, &errors));
        let end = ending(l, &errors, button, back(task).to_owned());
        view! {
            <ErrorSummary l errors=errors.clone() />
            {reopen(l, &errors, back(task))}
            <Form action=routes::BULK_ADD>
                {key}
                <Hidden name="task" value=task.name() />
                {hidden}
                {questions}
                <Confirm l needed error=code />
                {end}
            </Form>
            <section>
                <h2>{text::chosen(l)} " " <span class="count">{count}</span></h2>
                <Table label=text::chosen(l) columns>{rows}</Table>
            </section>
        }
        .into_any()
    })
}

fn lead(l: Lang, task: BulkTask) -> &'static str {
    match task {
        BulkTask::Ask => text::lead_ask(l),
        BulkTask::Print => text::lead_print(l),
        BulkTask::Confirm => words::issue::look_lead(l),
        BulkTask::Lock => words::cards::lock_lead(l),
        BulkTask::ConfirmLock => words::cards::confirm_lock_lead(l),
        BulkTask::Recover => words::cards::recover_lead(l),
        BulkTask::Invalidate => text::lead_invalidate(l),
        BulkTask::Unlock => text::lead_unlock(l),
        BulkTask::Leave => words::departure::effect(l),
        BulkTask::Erase => text::lead_erase(l),
    }
}

/// The questions of the task.
fn more(l: Lang, of: &Add<'_>, typed: &Typed, errors: &FieldErrors) -> Option<AnyView> {
    let (reason, wrong) = (typed.get("reason"), errors.of("reason"));
    match of.task {
        BulkTask::Ask => {
            let reasons = reason_choices(l, of.reasons.iter());
            Some(view! { <Field l name="reason" label=words::request_form::reason(l) input=Input::Select(reasons) value=reason error=wrong /> }.into_any())
        }
        BulkTask::Lock => {
            let reasons =
                of.locks.iter().map(|reason| Choice::new(reason.code.clone(), naming::reason(l, reason))).collect();
            Some(view! { <Field l name="reason" label=words::cards::lock_reason(l) input=Input::Select(reasons) value=reason error=wrong /> }.into_any())
        }
        BulkTask::Leave => Some(super::departure::questions(l, typed, errors)),
        BulkTask::Print => {
            let (serials, error) = (typed.get("serials"), errors.of("serials"));
            let file = of.chosen.iter().fold(routes::ISSUE_FACES.to_owned(), |path, one| {
                format!("{path}{}id={}", if path.contains('?') { '&' } else { '?' }, one.id)
            });
            Some(
                view! {
                    <Actions><a class="button" href=file target="_blank">{words::issue::open_file(l)}</a></Actions>
                    <Field l name="serials" label=text::serials(l) hint=text::serials_hint(l) value=serials error autocomplete="off" />
                }
                .into_any(),
            )
        }
        _ => None,
    }
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (of, running, at): (&BulkView, bool, i64),
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let finished = of.answered == of.total;
    let page = Page::new(naming::bulk_task(l, of.task)).crumbs(way(l, of.task)).failed(failed);
    let page = if running && !finished { page.again(AGAIN) } else { page };
    super::respond(portal, visit, status, page, || {
        let path = routes::with_id(routes::BULK, of.id);
        let number = |count: i64| words::number(l, count);
        let told = text::progress(l, number(of.answered - of.failed), number(of.failed), number(of.total));
        let (tone, state) = match (finished, running) {
            (true, _) if of.failed == 0 => (Tone::Good, text::finished(l)),
            (true, _) => (Tone::Warn, text::finished_some(l)),
            (false, true) => (Tone::Info, text::running(l)),
            (false, false) => (Tone::Warn, text::waits(l)),
        };
        let go = (!finished && !running).then(|| {
            let needed = of.task.action().permission().fresh && visit.needs_code();
            let code = errors.of("code");
            view! {
                <Form action=path.clone()>
                    <Hidden name="do" value="go" />
                    <Confirm l needed error=code />
                    <Actions><Button label=text::resume(l) /></Actions>
                </Form>
            }
        });
        let stop = (!finished && running).then(|| {
            let hidden = vec![("do", "stop".to_owned())];
            view! { <PostButton label=text::stop(l) action=path.clone() hidden rank=Rank::Secondary /> }
        });
        let next = (finished && of.task == BulkTask::Print && of.failed < of.total).then(|| {
            view! { <Notice l tone=Tone::Info><p>{text::look_next(l)}</p></Notice> }
        });
        let printed = of.task == BulkTask::Print;
        let mut columns = vec![Column::number(text::place(l)), Column::text(people::name(l))];
        columns.extend(printed.then(|| Column::text(words::cards::serial(l))));
        columns.push(Column::text(text::outcome(l)));
        let rows = of.lines.iter().map(|one| line(l, one, printed)).collect_view();
        let slice = Slice { page: at.unsigned_abs(), per_page: PAGE.unsigned_abs(), total: of.total.unsigned_abs() };
        let (max, value) = (of.total.to_string(), of.answered.to_string());
        let address = with_query(&path, "page", &at.to_string());
        let list = back(of.task);
        let back_link = finished.then(|| {
            view! { <Actions><LinkButton label=text::back(l) href=list rank=Rank::Secondary /></Actions> }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            <Notice l tone>
                <p>{state}</p>
                <p><progress max=max value=value></progress> " " {told}</p>
            </Notice>
            {go}
            {stop}
            {next}
            {back_link}
            <Table label=text::chosen(l) columns>{rows}</Table>
            <Pages l slice path=address />
        }
        .into_any()
    })
}

fn line(l: Lang, one: &BulkLine, printed: bool) -> impl IntoView + use<> {
    let href = match one.card_id {
        Some(card) => routes::with_id(routes::CARD, card),
        None => routes::with_id(routes::PERSON, one.person_id),
    };
    let outcome = match (&one.failure, one.done) {
        (Some(failure), _) => {
            let why = failing::sentences(l, failure).join(" ");
            view! { <Tag tone=Tone::Bad text=text::failed(l) /> " " {why} }.into_any()
        }
        (None, true) => view! { <Tag tone=Tone::Good text=text::done(l) /> }.into_any(),
        (None, false) => view! { <Tag tone=Tone::Plain text=text::waiting(l) /> }.into_any(),
    };
    view! {
        <tr>
            <td class="number">{words::number(l, one.at)}</td>
            <th scope="row"><a href=href>{naming::person(l, &one.name)}</a></th>
            {printed.then(|| view! { <td class="code">{one.serial.clone()}</td> })}
            <td>{outcome}</td>
        </tr>
    }
}
