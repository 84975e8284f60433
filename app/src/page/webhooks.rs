//! Systems that are told when what is told of a card changes: which there are and how it goes, a new one, and the end of one.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::check::WebhookLine;
use leptos::prelude::*;
use model::role::Action;
use registry::work::webhooks::Secret;

use super::programs;
use crate::part::{
    Actions, Button, Choice, Column, Confirm, Crumb, Empty, ErrorSummary, Fact, Field, FieldErrors, Form, Hidden,
    Input, Notice, PostButton, Rank, Table, Tag, Tone,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, accounts, webhooks as text};
use crate::{Portal, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    told: &[WebhookLine],
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    let may = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::ChangeAccounts));
    let hosts = portal.told().join(", ");
    super::respond(portal, visit, status, page, || {
        let withdrawing = typed.get("do") == "withdraw";
        let add = may.then(|| add(visit, &hosts, typed, &errors, !withdrawing));
        let withdraw = may.then(|| withdraw(visit, told, typed, &errors, withdrawing)).flatten();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {list(l, told, may)}
            {add}
            {withdraw}
        }
        .into_any()
    })
}

/// A system that was just added, with its secret: shown once, as the answer to the form.
pub fn made(portal: &Portal, visit: &Visit, name: &str, secret: &Secret) -> Response {
    let l = visit.lang;
    let mut above = crumbs(l);
    above.push(Crumb::new(text::title(l), routes::WEBHOOKS));
    let page = Page::new(text::made_title(l)).lead(text::made_lead(l)).crumbs(above).narrow();
    let secret = programs::Secret { label: text::key(l), hint: text::key_hint(l), value: secret.shown().to_string() };
    let behind = (text::lost(l), text::go(l), routes::WEBHOOKS);
    programs::shown_once(portal, visit, page, Fact::new(text::name(l), name.to_owned()), secret, behind)
}

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(accounts::title(l), routes::ACCOUNTS)]
}

fn list(l: Lang, told: &[WebhookLine], may: bool) -> AnyView {
    if told.is_empty() {
        return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
    }
    let mut columns = vec![
        Column::text(text::name(l)),
        Column::text(text::url(l)),
        Column::text(text::state(l)),
        Column::text(text::delivered(l)),
        Column::number(text::waiting(l)),
    ];
    if may {
        columns.push(Column::unseen(text::test(l)));
    }
    let rows = told.iter().map(|line| row(l, line, may)).collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}

fn row(l: Lang, line: &WebhookLine, may: bool) -> AnyView {
    let good = line.withdrawn_at.is_none();
    let state = match (line.withdrawn_at, &line.problem) {
        (Some(at), _) => view! { <Tag tone=Tone::Plain text=text::withdrawn(l) /> " " {words::at(l, at)} }.into_any(),
        (None, None) => view! { <Tag tone=Tone::Good text=text::good(l) /> }.into_any(),
        (None, Some(name)) => view! { <Tag tone=Tone::Warn text=problem(l, name) /> }.into_any(),
    };
    let test = (may && good).then(|| {
        let hidden = vec![("do", "test".to_owned()), ("system", line.id.to_string())];
        view! { <PostButton label=text::test_submit(l) action=routes::WEBHOOKS hidden rank=Rank::Secondary /> }
    });
    view! {
        <tr>
            <th scope="row">{named(line)}</th>
            <td class="code">{line.url.clone()}</td>
            <td>{state}</td>
            <td>{line.delivered_at.map_or_else(|| text::never(l).to_owned(), |at| words::at(l, at))}</td>
            <td class="number">{words::number(l, line.waiting)}</td>
            {may.then(|| view! { <td>{test}</td> })}
        </tr>
    }
    .into_any()
}

fn named(line: &WebhookLine) -> String {
    format!("{}. {}", line.id, line.name)
}

fn problem(l: Lang, name: &str) -> String {
    match name.split_once('.') {
        Some(("status", status)) => text::problem_status(l, status),
        _ if name == "host" => text::problem_host(l).to_owned(),
        _ => text::problem_unreachable(l).to_owned(),
    }
}

/// `here`: what was typed, and what was wrong with it, is of this form.
fn add(visit: &Visit, hosts: &str, typed: &Typed, errors: &FieldErrors, here: bool) -> AnyView {
    let (l, needed) = (visit.lang, visit.needs_code());
    if hosts.is_empty() {
        return view! { <Notice l tone=Tone::Info><p>{text::no_hosts(l)}</p></Notice> }.into_any();
    }
    let hint = text::url_hint(l, hosts);
    let of = |field: &str| (if here { typed.get(field) } else { String::new() }, errors.of(field).filter(|_| here));
    let ((name, wrong_name), (url, wrong_url), (_, wrong_code)) = (of("name"), of("url"), of("code"));
    view! {
        <section>
            <h2>{text::add(l)}</h2>
            <Form action=routes::WEBHOOKS>
                <Hidden name="do" value="add".to_owned() />
                <Field l name="name" label=text::name(l) hint=text::name_hint(l) value=name error=wrong_name autocomplete="off" />
                <Field l name="url" label=text::url(l) hint value=url error=wrong_url autocomplete="off" />
                <Confirm l needed error=wrong_code />
                <Actions><Button label=text::add_submit(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn withdraw(visit: &Visit, told: &[WebhookLine], typed: &Typed, errors: &FieldErrors, here: bool) -> Option<AnyView> {
    let (l, needed) = (visit.lang, visit.needs_code());
    let good = told.iter().filter(|line| line.withdrawn_at.is_none());
    let choices: Vec<Choice> = good.map(|line| Choice::new(line.id.to_string(), named(line))).collect();
    if choices.is_empty() {
        return None;
    }
    let field = view! {
        <Field l name="system" label=text::which(l) input=Input::Select(choices) value=typed.get("system") error=errors.of("system") />
    };
    // the form above has the field for the code where both ask for it
    let code = (needed && here).then(|| errors.of("code"));
    Some(programs::ending(l, routes::WEBHOOKS, (text::withdraw(l), text::withdraw_lead(l)), field.into_any(), code))
}
