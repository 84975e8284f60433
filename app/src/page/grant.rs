//! One role on a unit: what is proposed, and the decision about it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{GrantLine, GrantState};
use leptos::prelude::*;
use model::role::Action;
use registry::date::iso_day;

use super::account::crumbs;
use super::reopen;
use crate::part::{
    Actions, Button, Column, Confirm, ErrorSummary, Fact, Facts, Field, FieldErrors, Form, Hidden, Input, LinkButton,
    Notice, Rank, RowLink, Table, Tag, Tone,
};
use crate::render::Page;
use crate::typed::Typed;
use crate::visit::Visit;
use crate::words::{self, grant as text};
use crate::{Portal, naming, routes};

pub fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    grant: &GrantLine,
    form: &Typed,
    errors: Option<FieldErrors>,
) -> Response {
    let l = visit.lang;
    let failed = errors.is_some();
    let errors = errors.unwrap_or_default();
    let page = Page::new(text::title(l, &grant.account, naming::role(l, grant.role)))
        .crumbs(crumbs(l, Some((grant.account_id, &grant.account))))
        .narrow()
        .failed(failed);
    let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
    let may_decide = may(Action::DecideGrant);
    let about_me = visit.session.as_ref().is_some_and(|who| who.actor.account_id == Some(grant.account_id));
    super::respond(portal, visit, status, page, || {
        let next = match grant.state {
            GrantState::Proposed if !may_decide => note(l, text::waits(l)),
            GrantState::Proposed if grant.own => note(l, text::own(l)),
            GrantState::Proposed => decision(visit, grant, form, &errors),
            _ => ().into_any(),
        };
        let label = match grant.state {
            GrantState::Proposed => Some(text::withdraw(l)),
            GrantState::InForce => Some(text::end_this(l)),
            GrantState::Refused | GrantState::Ended => None,
        };
        let end = label.filter(|_| may(Action::ChangeAccounts) && !about_me).map(|label| {
            let href = routes::with_id(routes::GRANT_END, grant.id);
            view! { <Actions><LinkButton label href rank=Rank::Danger /></Actions> }
        });
        view! {
            <ErrorSummary l errors=errors.clone() />
            {facts(visit, grant, may(Action::SeeUnits))}
            {next}
            {end}
        }
        .into_any()
    })
}

fn note(l: Lang, words: &'static str) -> AnyView {
    view! { <Notice l tone=Tone::Info><p>{words}</p></Notice> }.into_any()
}

/// What is proposed, by whom.
fn facts(visit: &Visit, grant: &GrantLine, may_see_units: bool) -> impl IntoView + use<> {
    let l = visit.lang;
    let account = routes::with_id(routes::ACCOUNT, grant.account_id);
    let unit = if may_see_units {
        view! { <a href=routes::with_id(routes::UNIT, grant.unit_id)>{grant.unit.clone()}</a> }.into_any()
    } else {
        grant.unit.clone().into_any()
    };
    let facts = vec![
        Fact::new(text::role(l), naming::role(l, grant.role)),
        Fact::new(text::account(l), view! { <a href=account>{grant.account.clone()}</a> }),
        Fact::new(text::unit(l), unit),
        Fact::new(text::period(l), naming::period(l, &grant.valid_from, grant.valid_to.as_deref())),
        Fact::new(text::decision(l), grant.decision.clone()),
        Fact::new(text::state(l), state_tag(l, grant, &iso_day(visit.at_ms))),
        Fact::new(text::proposed(l), proposed(l, grant)),
    ];
    view! { <Facts l facts /> }
}

/// Approve or refuse, with the reason and the second factor freshly shown.
fn decision(visit: &Visit, grant: &GrantLine, form: &Typed, errors: &FieldErrors) -> AnyView {
    let l = visit.lang;
    let (version, needed) = (grant.version.to_string(), visit.needs_code());
    let (reason, errors) = (form.get("reason"), errors.clone());
    let path = routes::with_id(routes::GRANT, grant.id);
    let buttons = (!errors.is_stale()).then(|| {
        view! {
            <Actions>
                <Button label=text::approve(l) name="decision" value="approve" />
                <Button label=text::refuse(l) name="decision" value="refuse" rank=Rank::Danger />
            </Actions>
        }
    });
    view! {
        <section>
            <h2>{text::decide(l)}</h2>
            {reopen(l, &errors, &path)}
            <Form action=path>
                // the Enter key presses a form's first button: this one, which does nothing, so that nobody decides by it
                <button hidden disabled></button>
                <Hidden name="version" value=version />
                <Field
                    l
                    name="reason"
                    label=text::reason(l)
                    input=Input::Area
                    value=reason
                    error=errors.of("reason")
                    depends=true
                />
                <Confirm l needed error=errors.of("code") />
                {buttons}
            </Form>
        </section>
    }
    .into_any()
}

/// Roles under each other. `links`: whether the reader may open them; `may_end`: whether the reader may end them.
pub fn table(visit: &Visit, label: &'static str, grants: Vec<GrantLine>, (links, may_end): (bool, bool)) -> AnyView {
    let l = visit.lang;
    let today = iso_day(visit.at_ms);
    let mut columns = vec![
        Column::text(text::role(l)),
        Column::text(text::unit(l)),
        Column::text(text::period(l)),
        Column::text(text::decision(l)),
        Column::text(text::state(l)),
        Column::text(text::proposed(l)),
    ];
    if may_end {
        columns.push(Column::unseen(text::end(l)));
    }
    let rows = grants
        .into_iter()
        .map(|grant| {
            let role = naming::role(l, grant.role);
            let name = if links {
                view! { <RowLink href=routes::with_id(routes::GRANT, grant.id) text=role /> }.into_any()
            } else {
                view! { <th scope="row">{role}</th> }.into_any()
            };
            let end = may_end.then(|| {
                let label = match grant.state {
                    GrantState::Proposed => Some(text::withdraw(l)),
                    GrantState::InForce => Some(text::end(l)),
                    GrantState::Refused | GrantState::Ended => None,
                };
                let link = label.map(|label| {
                    let href = routes::with_id(routes::GRANT_END, grant.id);
                    view! { <a href=href>{label} <span class="unseen">{format!(": {role}")}</span></a> }
                });
                view! { <td>{link}</td> }
            });
            view! {
                <tr>
                    {name}
                    <td>{grant.unit.clone()}</td>
                    <td>{naming::period(l, &grant.valid_from, grant.valid_to.as_deref())}</td>
                    <td>{grant.decision.clone()}</td>
                    <td>{state_tag(l, &grant, &today)}</td>
                    <td>{proposed(l, &grant)}</td>
                    {end}
                </tr>
            }
        })
        .collect_view();
    view! { <Table label columns>{rows}</Table> }.into_any()
}

fn proposed(l: Lang, grant: &GrantLine) -> String {
    let when = words::at(l, grant.proposed_at);
    let who = grant.proposed_by.as_deref().unwrap_or(text::console(l));
    text::proposed_by(l, when, who)
}

/// State of a role on a day, in a word. ISO 8601 days compare as texts.
fn state_tag(l: Lang, grant: &GrantLine, today: &str) -> impl IntoView + use<> {
    use words::grant_state as own;
    let (tone, text) = match grant.state {
        GrantState::Proposed => (Tone::Info, own::proposed(l)),
        GrantState::InForce if grant.valid_from.as_str() > today => (Tone::Info, own::future(l)),
        GrantState::InForce if grant.valid_to.as_deref().is_some_and(|to| to < today) => (Tone::Plain, own::expired(l)),
        GrantState::InForce => (Tone::Good, own::in_force(l)),
        GrantState::Refused => (Tone::Bad, own::refused(l)),
        GrantState::Ended => (Tone::Plain, own::ended(l)),
    };
    view! { <Tag tone text /> }
}
