//! Accounts: found, made, reset, switched off and on.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault, Refusal};
use model::role::Action;
use registry::token::Token;
use registry::work::invite_account::{InviteAccount, invite_account, reset_account, switch_account};
use registry::work::list_accounts::{list_accounts, show_account};

use super::{Answer, done, export, fresh, province_name};
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// Nobody turns so many pages.
const LAST_PAGE: i64 = 1_000_000;

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let text = asked.get("q");
    if let Some(format) = export::wanted(&asked) {
        return export::accounts(&portal, &visit, format, text).await;
    }
    let at = asked.id("page").unwrap_or(1).clamp(1, LAST_PAGE);
    let mut conn = portal.store.read().await?;
    let (rows, more) = list_accounts(&mut conn, visit.actor()?, &text, at).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::accounts::respond(&portal, &visit, &text, (rows, province), (at, more)))
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::account_form::respond(&portal, &visit, StatusCode::OK, &Typed::default(), None))
}

pub async fn add(State(portal): State<Portal>, Extension(mut visit): Extension<Visit>, typed: Typed) -> Answer {
    match invite(&portal, &mut visit, &typed).await {
        Ok((id, link)) => show_link(&portal, &visit, id, &link).await,
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::account_form::respond(&portal, &visit, status, &typed, Some(errors)))
        }
    }
}

async fn invite(portal: &Portal, visit: &mut Visit, typed: &Typed) -> Result<(i64, Token), Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let request = InviteAccount {
        login: typed.get("login"),
        display_name: typed.get("display_name"),
        personnel_code: typed.get("personnel_code"),
    };
    let link = Token::draw(&portal.draw);
    let given = link.clone();
    let id = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { invite_account(tx, &actor, request, &given).await }))
        .await
        .map_err(in_form)?;
    Ok((id, link))
}

/// A person has one account: that stands beside the code by which the form names the person.
fn in_form(failure: Failure) -> Failure {
    let second = failure == Failure::field("person_id", Fault::Taken);
    if second { Failure::field("personnel_code", Fault::Taken) } else { failure }
}

async fn show_link(portal: &Portal, visit: &Visit, id: i64, link: &Token) -> Answer {
    let mut conn = portal.store.read().await?;
    let account = show_account(&mut conn, visit.actor()?, id).await?;
    Ok(page::activation_link::respond(portal, visit, &account, link))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let account = show_account(&mut conn, visit.actor()?, id).await?;
    Ok(page::account::respond(&portal, &visit, account))
}

pub async fn reset_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let account = show_account(&mut conn, visit.actor()?, id).await?;
    not_own(&visit, id)?;
    Ok(page::account_reset::respond(&portal, &visit, StatusCode::OK, &account, None))
}

pub async fn reset(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match strip(&portal, &mut visit, id, &typed).await {
        Ok(link) => show_link(&portal, &visit, id, &link).await,
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let account = show_account(&mut conn, visit.actor()?, id).await?;
            Ok(page::account_reset::respond(&portal, &visit, status, &account, Some(errors)))
        }
    }
}

async fn strip(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<Token, Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let link = Token::draw(&portal.draw);
    let given = link.clone();
    portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { reset_account(tx, &actor, id, &given).await }))
        .await?;
    Ok(link)
}

pub async fn switch_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let account = show_account(&mut conn, visit.actor()?, id).await?;
    not_own(&visit, id)?;
    Ok(page::account_switch::respond(&portal, &visit, StatusCode::OK, &account, None))
}

pub async fn switch(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let on = typed.get("to") == "on";
    match turn(&portal, &mut visit, (id, on), &typed).await {
        Ok(()) => Ok(done(&routes::with_id(routes::ACCOUNT, id), if on { "account-on" } else { "account-off" })),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let account = show_account(&mut conn, visit.actor()?, id).await?;
            Ok(page::account_switch::respond(&portal, &visit, status, &account, Some(errors)))
        }
    }
}

async fn turn(portal: &Portal, visit: &mut Visit, (id, on): (i64, bool), typed: &Typed) -> Result<(), Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let version = typed.id("version").ok_or(Failure::Stale)?;
    portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { switch_account(tx, &actor, id, version, on).await }))
        .await
}

/// The use cases refuse it too; here before anything is typed.
pub(super) fn not_own(visit: &Visit, id: i64) -> Result<(), Failure> {
    if visit.actor()?.account_id == Some(id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    Ok(())
}
