//! One account: its owner, its roles, and what can be done about it.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{AccountRow, AccountState};
use leptos::prelude::*;
use model::role::Action;

use super::grant::table;
use crate::part::{Actions, Crumb, Empty, Fact, Facts, LinkButton, Notice, Rank, Tag, Tone};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::{self, account as text};
use crate::{Portal, routes};

/// The way to every page about an account.
pub fn crumbs(l: Lang, account: Option<(i64, &str)>) -> Vec<Crumb> {
    let list = Crumb::new(words::accounts::title(l), routes::ACCOUNTS);
    let account = account.map(|(id, name)| Crumb::new(name, routes::with_id(routes::ACCOUNT, id)));
    std::iter::once(list).chain(account).collect()
}

pub fn respond(portal: &Portal, visit: &Visit, account: AccountRow) -> Response {
    let l = visit.lang;
    let page = Page::new(account.display_name.clone()).crumbs(crumbs(l, None));
    let may = |action| visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(action));
    let own = visit.session.as_ref().is_some_and(|who| who.actor.account_id == Some(account.id));
    let (may_change, may_propose) = (may(Action::ChangeAccounts) && !own, may(Action::ProposeGrant) && !own);
    super::respond(portal, visit, StatusCode::OK, page, || {
        let facts = vec![
            Fact::code(text::login(l), account.login.clone()),
            Fact::new(text::state(l), state_tag(l, account.state)),
            Fact::new(text::second_factor(l), factor_tag(l, account.second_factor)),
            Fact::new(text::person(l), person(l, account.person_id, may(Action::SeePeople))),
        ];
        let note = own.then(|| view! { <Notice l tone=Tone::Info><p>{text::own(l)}</p></Notice> });
        let roles = if account.grants.is_empty() {
            view! { <Empty title=text::no_roles(l) text=text::no_roles_text(l) /> }.into_any()
        } else {
            table(visit, text::roles(l), account.grants, (true, may_change))
        };
        view! {
            {note}
            {actions(l, account.id, account.state, (may_change, may_propose))}
            <Facts l facts />
            <section>
                <h2>{text::roles(l)}</h2>
                {roles}
            </section>
        }
        .into_any()
    })
}

fn actions(l: Lang, id: i64, state: AccountState, (may_change, may_propose): (bool, bool)) -> Option<AnyView> {
    let to = |path: &str| routes::with_id(path, id);
    let off = state == AccountState::Disabled;
    let propose = (may_propose && !off)
        .then(|| view! { <LinkButton label=text::propose(l) href=to(routes::GRANT_PROPOSE) rank=Rank::Primary /> });
    let reset = (may_change && !off)
        .then(|| view! { <LinkButton label=text::reset(l) href=to(routes::ACCOUNT_RESET) rank=Rank::Secondary /> });
    let switch = may_change.then(|| {
        let (label, rank) = if off { (text::enable(l), Rank::Secondary) } else { (text::disable(l), Rank::Danger) };
        view! { <LinkButton label href=to(routes::ACCOUNT_SWITCH) rank /> }
    });
    (may_change || may_propose).then(|| view! { <Actions>{propose} {reset} {switch}</Actions> }.into_any())
}

fn person(l: Lang, id: Option<i64>, may_open: bool) -> AnyView {
    match id {
        Some(id) if may_open => {
            view! { <a href=routes::with_id(routes::PERSON, id)>{text::person_open(l)}</a> }.into_any()
        }
        Some(_) => text::person_linked(l).into_any(),
        None => text::person_none(l).into_any(),
    }
}

/// State of an account in a word.
pub fn state_tag(l: Lang, state: AccountState) -> impl IntoView + use<> {
    let (tone, text) = state_words(l, state);
    view! { <Tag tone text /> }
}

/// The state of an account in words.
pub fn state_words(l: Lang, state: AccountState) -> (Tone, &'static str) {
    use words::account_state as own;
    match state {
        AccountState::Invited => (Tone::Info, own::invited(l)),
        AccountState::Active => (Tone::Good, own::active(l)),
        AccountState::Disabled => (Tone::Bad, own::disabled(l)),
    }
}

/// Whether there is a second factor.
pub fn factor_tag(l: Lang, on: bool) -> impl IntoView + use<> {
    use words::second_factor as own;
    let (tone, text) = if on { (Tone::Good, own::on(l)) } else { (Tone::Plain, own::off(l)) };
    view! { <Tag tone text /> }
}
