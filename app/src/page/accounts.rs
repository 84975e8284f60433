//! Accounts, and who holds which role.

use axum::http::StatusCode;
use axum::response::Response;
use contract::Lang;
use contract::view::{AccountRow, GrantState};
use leptos::prelude::*;
use model::role::Action;

use super::account::{factor_tag, state_tag};
use crate::part::{Actions, Column, Empty, Export, Filter, LinkButton, Rank, RowLink, Steps, Table, with_query};
use crate::render::Page;
use crate::visit::Visit;
use crate::words::accounts as words;
use crate::{Portal, naming, routes};

/// `province`: its name begins a printed list. `at`: the page, `more`: whether another follows.
pub fn respond(
    portal: &Portal,
    visit: &Visit,
    text: &str,
    (rows, province): (Vec<AccountRow>, String),
    (at, more): (i64, bool),
) -> Response {
    let l = visit.lang;
    let may_add = visit.session.as_ref().is_some_and(|who| who.actor.may_somewhere(Action::ChangeAccounts));
    let page = Page::new(words::title(l)).lead(words::lead(l)).paper(province, None);
    super::respond(portal, visit, StatusCode::OK, page, || {
        let empty = rows.is_empty();
        let to = |page: i64| with_query(&visit.path, "page", &page.to_string());
        let previous = (at > 1).then(|| to(at - 1));
        let next = more.then(|| to(at + 1));
        let add = may_add.then(|| {
            view! { <Actions><LinkButton label=words::add(l) href=routes::ACCOUNT_ADD rank=Rank::Primary /></Actions> }
        });
        let programs = view! { <p><a href=routes::PROGRAMS>{words::programs(l)}</a> " · " <a href=routes::WEBHOOKS>{crate::words::webhooks::title(l)}</a></p> };
        let clear = (!text.is_empty()).then(|| (words::clear(l).to_owned(), routes::ACCOUNTS.to_owned()));
        let text = text.to_owned();
        view! {
            {add}
            <Filter label=words::filter(l) action=routes::ACCOUNTS submit=words::find(l) clear>
                <div class="field">
                    <label for="q">{words::text(l)}</label>
                    <input type="search" id="q" name="q" value=text autocomplete="off" />
                </div>
            </Filter>
            {list(l, rows)}
            {programs}
            <Steps l previous next />
            {(!empty).then(|| view! { <Export l path=visit.path.clone() /> })}
        }
        .into_any()
    })
}

fn list(l: Lang, rows: Vec<AccountRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <Empty title=words::empty_title(l) text=words::empty_text(l) /> }.into_any();
    }
    let columns = vec![
        Column::text(words::name(l)),
        Column::text(words::login(l)),
        Column::text(words::roles(l)),
        Column::text(words::state(l)),
        Column::text(words::second_factor(l)),
    ];
    let rows = rows.into_iter().map(|account| row(l, &account)).collect_view();
    view! { <Table label=words::title(l) columns>{rows}</Table> }.into_any()
}

fn row(l: Lang, account: &AccountRow) -> AnyView {
    let roles: Vec<_> = account
        .grants
        .iter()
        .filter_map(|grant| {
            let role = naming::role(l, grant.role);
            match grant.state {
                GrantState::InForce => Some(words::role_on(l, role, &grant.unit)),
                GrantState::Proposed => Some(words::role_proposed(l, role, &grant.unit)),
                GrantState::Refused | GrantState::Ended => None,
            }
        })
        .collect();
    let roles = if roles.is_empty() {
        view! { <span class="aside">{words::none(l)}</span> }.into_any()
    } else {
        roles.into_iter().map(|role| view! { <div>{role}</div> }).collect_view().into_any()
    };
    view! {
        <tr>
            <RowLink href=routes::with_id(routes::ACCOUNT, account.id) text=account.display_name.clone() />
            <td class="code">{account.login.clone()}</td>
            <td>{roles}</td>
            <td>{state_tag(l, account.state)}</td>
            <td>{factor_tag(l, account.second_factor)}</td>
        </tr>
    }
    .into_any()
}
