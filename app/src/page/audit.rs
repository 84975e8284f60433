//! The audit log: where the chain stands, and its entries, newest first.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{AuditLine, HeadView, PersonalState};
use leptos::prelude::*;
use model::role::Action;
use registry::Actor;
use registry::store::audit::Filter as Asked;
use registry::work::list_audit::PAGE;

use super::audit_entry;
use crate::part::{
    Actions, Choice, Column, Empty, ErrorSummary, Fact, Facts, Field, FieldErrors, Filter, Input, LinkButton,
    PostButton, Rank, Table, Width, with_query,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, audit as text};
use crate::{Portal, routes};

/// What the page shows.
pub struct Log {
    pub lines: Vec<AuditLine>,
    /// Entries in all.
    pub size: u64,
    pub head: Option<HeadView>,
    /// The province, whose name a printed list begins with.
    pub province: String,
}

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    (filter, typed): (&Asked, &Typed),
    log: Log,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let Log { lines, size, head, province } = log;
    let status = if errors.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Page::new(text::title(l)).lead(text::lead(l)).paper(province, None).failed(errors.is_some());
    let reader = visit.session.as_ref().map(|who| who.actor.clone());
    super::respond(portal, visit, status, page, || {
        let may_verify = reader.as_ref().is_some_and(|reader| reader.may_somewhere(Action::VerifyAudit));
        let older = lines.last().filter(|_| lines.len() >= PAGE).map(|line| line.seq);
        let entries = reader.filter(|_| errors.is_none()).map(|reader| table(l, &reader, lines));
        let errors = errors.unwrap_or_default();
        view! {
            <ErrorSummary l errors=errors.clone() />
            <section>
                <h2>{text::chain(l)}</h2>
                {chain(l, size, head)}
                {may_verify.then(|| actions(l))}
            </section>
            <section>
                <h2>{text::entries(l)}</h2>
                {questions(l, filter, typed, &errors)}
            </section>
            {entries}
            {pages(visit, filter.before.is_some(), older)}
        }
        .into_any()
    })
}

fn chain(l: Lang, size: u64, head: Option<HeadView>) -> impl IntoView + use<> {
    let key = head.as_ref().map(|head| head.key.clone());
    let head = head.map(|head| text::head_at(l, number(l, head.size), time(l, head.at)));
    let facts = vec![
        Fact::new(text::size(l), number(l, size)),
        Fact::maybe(text::head(l), head),
        Fact::maybe(text::key(l), key.map(|key| view! { <code>{key}</code> })),
    ];
    view! { <Facts l facts /> }
}

fn actions(l: Lang) -> impl IntoView + use<> {
    view! {
        <Actions>
            <LinkButton label=text::verify(l) href=routes::AUDIT_VERIFY />
            <PostButton label=text::sign(l) action=routes::AUDIT_SIGN rank=Rank::Secondary />
        </Actions>
    }
}

fn questions(l: Lang, filter: &Asked, typed: &Typed, errors: &FieldErrors) -> impl IntoView + use<> {
    let asked = ["object", "actor", "action", "from", "to"].iter().any(|name| !typed.get(name).trim().is_empty());
    let clear = asked.then(|| (text::clear(l).to_owned(), routes::AUDIT.to_owned()));
    let chosen = filter.action.clone().unwrap_or_default();
    let mut actions = audit_entry::ACTIONS.map(|code| Choice::new(code, audit_entry::action(l, code))).to_vec();
    // an action of the address that the list does not know, such as «unit.», stays chosen
    if !chosen.is_empty() && !audit_entry::ACTIONS.contains(&chosen.as_str()) {
        actions.push(Choice::new(chosen.clone(), chosen.clone()));
    }
    let named =
        |code: &Option<String>| code.as_deref().map(|code| audit_entry::object_words(l, code)).unwrap_or_default();
    let (object, actor) = (named(&filter.object), named(&filter.actor));
    let [from, to] =
        [("from", text::from(l)), ("to", text::to(l))].map(|(name, label)| day(l, name, label, typed, errors));
    view! {
        <Filter label=text::filter(l) action=routes::AUDIT submit=text::submit(l) clear>
            <Field l name="object" label=text::object(l) hint=text::object_hint(l) value=object autocomplete="off" optional=true />
            <Field l name="actor" label=text::who(l) hint=text::actor_hint(l) value=actor autocomplete="off" optional=true />
            <Field l name="action" label=text::action_filter(l) value=chosen input=Input::Select(actions) empty=text::any(l) optional=true />
            {from}
            {to}
        </Filter>
    }
}

fn day(l: Lang, name: &'static str, label: &'static str, typed: &Typed, errors: &FieldErrors) -> impl IntoView + use<> {
    let (value, error) = (typed.get(name), errors.of(name));
    view! {
        <Field
            l
            name
            label
            hint=text::day_hint(l)
            value
            input=Input::Date
            error
            autocomplete="off"
            width=Width::Short
            optional=true
        />
    }
}

fn table(l: Lang, reader: &Actor, lines: Vec<AuditLine>) -> AnyView {
    if lines.is_empty() {
        return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
    }
    let columns = vec![
        Column::number(text::seq(l)),
        Column::text(text::when(l)),
        Column::text(text::who(l)),
        Column::text(text::action(l)),
        Column::text(text::object(l)),
        Column::text(text::facts(l)),
    ];
    let rows = lines
        .into_iter()
        .map(|line| {
            let erased =
                (line.personal == PersonalState::Erased).then(|| view! { <div class="aside">{text::erased(l)}</div> });
            view! {
                <tr>
                    <td class="number">{number(l, line.seq)}</td>
                    <td>{time(l, line.at)}</td>
                    <td>{who(l, reader, &line)}</td>
                    <td>{audit_entry::action(l, &line.action)}</td>
                    <td>{audit_entry::object(l, reader, &line.object)}</td>
                    <td class="told">{audit_entry::facts(l, reader, &line.facts)} {erased}</td>
                </tr>
            }
        })
        .collect_view();
    view! { <Table label=text::entries(l) columns>{rows}</Table> }.into_any()
}

fn who(l: Lang, reader: &Actor, line: &AuditLine) -> AnyView {
    let actor = audit_entry::object(l, reader, &line.actor);
    match line.actor_name.clone() {
        Some(name) => view! { {name} <div>{actor}</div> }.into_any(),
        None => actor,
    }
}

fn pages(visit: &Visit, not_newest: bool, older: Option<u64>) -> impl IntoView + use<> {
    let l = visit.lang;
    let to = |before: &str| with_query(&visit.path, "before", before);
    let newest = not_newest.then(|| view! { <LinkButton label=text::newest(l) href=to("") rank=Rank::Secondary /> });
    let older =
        older.map(|seq| view! { <LinkButton label=text::older(l) href=to(&seq.to_string()) rank=Rank::Secondary /> });
    (newest.is_some() || older.is_some()).then(|| view! { <Actions>{newest} {older}</Actions> })
}

fn number(l: Lang, value: u64) -> String {
    words::number(l, i64::try_from(value).unwrap_or(i64::MAX))
}

fn time(l: Lang, at: i64) -> String {
    words::at(l, at)
}
