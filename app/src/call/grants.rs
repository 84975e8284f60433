//! Roles: proposed, decided, ended.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::view::GrantState;
use contract::{Failure, Fault};
use model::role::Action;
use registry::date::iso_day;
use registry::work::grants::{ProposeGrant, decide_grant, end_grant, propose_grant, show_grant};
use registry::work::list_accounts::show_account;
use registry::work::once::once;

use super::accounts::not_own;
use super::{Answer, done, fresh};
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn propose_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let form = Typed::start([("valid_from", iso_day(visit.at_ms))]);
    let mut conn = portal.store.read().await?;
    let account = show_account(&mut conn, visit.actor()?, id).await?;
    Ok(page::grant_form::respond(&portal, &visit, StatusCode::OK, &account, &form, None))
}

pub async fn propose(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let request = ProposeGrant {
        account_id: id,
        role: typed.get("role"),
        unit_code: typed.get("unit_code"),
        valid_from: typed.get("valid_from"),
        valid_to: typed.get("valid_to"),
        decision: typed.get("decision"),
    };
    let proposed = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { propose_grant(tx, &actor, request).await })
    })
    .await;
    match proposed {
        Ok(_) => Ok(done(&routes::with_id(routes::ACCOUNT, id), "grant-proposed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let account = show_account(&mut conn, visit.actor()?, id).await?;
            Ok(page::grant_form::respond(&portal, &visit, status, &account, &typed, Some(errors)))
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let grant = show_grant(&mut conn, visit.actor()?, id).await?;
    Ok(page::grant::respond(&portal, &visit, StatusCode::OK, &grant, &Typed::default(), None))
}

pub async fn decide(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match decision(&portal, &mut visit, id, &typed).await {
        Ok(approved) => Ok(done(routes::WORK, if approved { "grant-approved" } else { "grant-refused" })),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let grant = show_grant(&mut conn, visit.actor()?, id).await?;
            Ok(page::grant::respond(&portal, &visit, status, &grant, &typed, Some(errors)))
        }
    }
}

/// Takes the decision; whether it approves.
async fn decision(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<bool, Failure> {
    let actor = fresh(portal, visit, Action::DecideGrant, typed).await?;
    let approve = match typed.get("decision").as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return Err(Failure::field("decision", Fault::Choice)),
    };
    let version = typed.id("version").ok_or(Failure::Stale)?;
    let reason = typed.get("reason");
    portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { decide_grant(tx, &actor, id, version, approve, &reason).await })
        })
        .await?;
    Ok(approve)
}

pub async fn end_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let grant = show_grant(&mut conn, visit.actor()?, id).await?;
    not_own(&visit, grant.account_id)?;
    Ok(page::grant_end::respond(&portal, &visit, StatusCode::OK, &grant, &Typed::default(), None))
}

pub async fn end(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let grant = show_grant(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    let word = if grant.state == GrantState::Proposed { "grant-withdrawn" } else { "grant-ended" };
    match ended(&portal, &mut visit, id, &typed).await {
        Ok(()) => Ok(done(&routes::with_id(routes::ACCOUNT, grant.account_id), word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::grant_end::respond(&portal, &visit, status, &grant, &typed, Some(errors)))
        }
    }
}

async fn ended(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<(), Failure> {
    let actor = fresh(portal, visit, Action::ChangeAccounts, typed).await?;
    let version = typed.id("version").ok_or(Failure::Stale)?;
    let reason = typed.get("reason");
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { end_grant(tx, &actor, id, version, &reason).await }));
    write.await
}
