//! Keys of other programs: which there are, a new one, and the end of one.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::check::{ApiKeyLine, Scope};
use leptos::prelude::*;
use model::role::Action;
use registry::token::Token;

use crate::part::{
    Actions, Button, Check, Choice, Column, Confirm, Crumb, Empty, ErrorSummary, Fact, Facts, Field, FieldErrors, Form,
    Hidden, Input, LinkButton, Notice, Rank, Table, Tag, Tone, Width,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, accounts, programs as text};
use crate::{Portal, routes};

/// What a key begins with, so that whoever finds one knows what it is.
pub const PREFIX: &str = "congthe_";

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    keys: &[ApiKeyLine],
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let page = Page::new(text::title(l)).lead(text::lead(l)).crumbs(crumbs(l)).failed(errors.is_some());
    let errors = errors.unwrap_or_default();
    let may = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::ChangeAccounts));
    super::respond(portal, visit, status, page, || {
        let withdrawing = typed.get("do") == "withdraw";
        let add = may.then(|| add(visit, typed, &errors, !withdrawing));
        let withdraw = may.then(|| withdraw(visit, keys, typed, &errors, withdrawing)).flatten();
        view! {
            <ErrorSummary l errors=errors.clone() />
            {list(l, keys)}
            {add}
            {withdraw}
            <p>{text::described(l)} " " <code>{routes::API_STATUS}</code>", " <code>{routes::API_CERTIFICATES}</code></p>
        }
        .into_any()
    })
}

/// A key that was just made: shown once, as the answer to the form.
pub fn made(portal: &Portal, visit: &Visit, name: &str, token: &Token) -> Response {
    let l = visit.lang;
    let mut above = crumbs(l);
    above.push(Crumb::new(text::title(l), routes::PROGRAMS));
    let page = Page::new(text::made_title(l)).lead(text::made_lead(l)).crumbs(above).narrow();
    let secret = Secret { label: text::key(l), hint: text::key_hint(l), value: format!("{PREFIX}{}", token.as_str()) };
    shown_once(
        portal,
        visit,
        page,
        Fact::new(text::name(l), name.to_owned()),
        secret,
        (text::lost(l), text::go(l), routes::PROGRAMS),
    )
}

/// What is shown on one page, once.
pub(super) struct Secret {
    pub label: &'static str,
    pub hint: &'static str,
    pub value: String,
}

/// A page with a secret that was just made. `behind`: what it means to lose it; where to go on, and its address.
pub(super) fn shown_once(
    portal: &Portal,
    visit: &Visit,
    page: Page,
    of: Fact,
    secret: Secret,
    (lost, go, href): (&'static str, &'static str, &'static str),
) -> Response {
    let l = visit.lang;
    super::respond(portal, visit, StatusCode::OK, page, || {
        view! {
            <Facts l facts=vec![of] />
            <div class="field full">
                <label for="key">{secret.label}</label>
                <p class="hint" id="key-hint">{secret.hint}</p>
                <input type="text" id="key" class="code" value=secret.value readonly aria-describedby="key-hint" autocomplete="off" />
            </div>
            <Notice l tone=Tone::Warn><p>{lost}</p></Notice>
            <Actions><LinkButton label=go href=href rank=Rank::Secondary /></Actions>
        }
        .into_any()
    })
}

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(accounts::title(l), routes::ACCOUNTS)]
}

fn list(l: Lang, keys: &[ApiKeyLine]) -> AnyView {
    if keys.is_empty() {
        return view! { <Empty title=text::empty_title(l) text=text::empty_text(l) /> }.into_any();
    }
    let columns = vec![
        Column::text(text::name(l)),
        Column::text(text::scopes(l)),
        Column::number(text::quota(l)),
        Column::text(text::made_at(l)),
        Column::text(text::state(l)),
    ];
    let rows = keys.iter().map(|line| row(l, line)).collect_view();
    view! { <Table label=text::title(l) columns>{rows}</Table> }.into_any()
}

fn row(l: Lang, line: &ApiKeyLine) -> AnyView {
    let scopes = line.scopes.iter().map(|it| scope(l, *it)).collect::<Vec<_>>().join(", ");
    let state = match line.withdrawn_at {
        None => view! { <Tag tone=Tone::Good text=text::good(l) /> }.into_any(),
        Some(at) => view! { <Tag tone=Tone::Plain text=text::withdrawn(l) /> " " {words::at(l, at)} }.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{format!("{}. {}", line.id, line.name)}</th>
            <td>{scopes}</td>
            <td class="number">{words::number(l, line.quota)}</td>
            <td>{words::at(l, line.made_at)}</td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}

fn scope(l: Lang, of: Scope) -> &'static str {
    match of {
        Scope::Status => text::scope_status(l),
        Scope::List => text::scope_list(l),
        Scope::Certificates => text::scope_certificates(l),
    }
}

/// `here`: what was typed, and what was wrong with it, is of this form.
fn add(visit: &Visit, typed: &Typed, errors: &FieldErrors, here: bool) -> AnyView {
    let (l, needed) = (visit.lang, visit.needs_code());
    let of = |field: &str| (if here { typed.get(field) } else { String::new() }, errors.of(field).filter(|_| here));
    let (name, wrong_name) = of("name");
    let (quota, wrong_quota) = of("quota");
    let quota = if quota.is_empty() && wrong_quota.is_none() { "600".to_owned() } else { quota };
    let (_, wrong_code) = of("code");
    let boxes = Scope::ALL
        .into_iter()
        .zip([errors.of("scopes").filter(|_| here), None])
        .map(|(it, error)| {
            let name = format!("scope_{}", it.name());
            let checked = here && typed.has(&name);
            view! { <Check l name label=scope(l, it) checked error /> }
        })
        .collect_view();
    view! {
        <section>
            <h2>{text::add(l)}</h2>
            <Form action=routes::PROGRAMS>
                <Hidden name="do" value="add".to_owned() />
                <Field l name="name" label=text::name(l) hint=text::name_hint(l) value=name error=wrong_name autocomplete="off" />
                // where the summary of what is wrong leads to
                <div id="scopes" tabindex="-1">{boxes}</div>
                <Field l name="quota" label=text::quota(l) hint=text::quota_hint(l) input=Input::Digits width=Width::Short value=quota error=wrong_quota autocomplete="off" />
                <Confirm l needed error=wrong_code />
                <Actions><Button label=text::add_submit(l) /></Actions>
            </Form>
        </section>
    }
    .into_any()
}

fn withdraw(visit: &Visit, keys: &[ApiKeyLine], typed: &Typed, errors: &FieldErrors, here: bool) -> Option<AnyView> {
    let (l, needed) = (visit.lang, visit.needs_code());
    let good = keys.iter().filter(|line| line.withdrawn_at.is_none());
    let choices: Vec<Choice> =
        good.map(|line| Choice::new(line.id.to_string(), format!("{}. {}", line.id, line.name))).collect();
    if choices.is_empty() {
        return None;
    }
    let field = view! {
        <Field l name="key" label=text::which(l) input=Input::Select(choices) value=typed.get("key") error=errors.of("key") />
    };
    // the form above has the field for the code where both ask for it
    let code = (needed && here).then(|| errors.of("code"));
    Some(ending(l, routes::PROGRAMS, (text::withdraw(l), text::withdraw_lead(l)), field.into_any(), code))
}

/// The form that withdraws one of several. `code`: it asks for the second factor, with what was wrong with it.
pub(super) fn ending(
    l: Lang,
    action: &'static str,
    (title, lead): (&'static str, &'static str),
    field: AnyView,
    code: Option<Option<String>>,
) -> AnyView {
    let confirm = code.map(|error| view! { <Confirm l needed=true error /> });
    view! {
        <section>
            <h2>{title}</h2>
            <p>{lead}</p>
            <Form action=action>
                <Hidden name="do" value="withdraw".to_owned() />
                {field}
                {confirm}
                <Actions><Button label=title rank=Rank::Danger /></Actions>
            </Form>
        </section>
    }
    .into_any()
}
