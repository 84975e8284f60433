//! Handovers: put together, given, counted, settled, brought to the holders; and their minutes (R36).

use std::collections::BTreeSet;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault};
use registry::work::hand_over::{compose_handover, give_handover, settle_handover};
use registry::work::handovers::{list_handovers, show_handover, show_minutes, waiting};
use registry::work::receive_cards::{attach_minutes, deliver_card, receive_handover};

use super::{Answer, documents, done};
use crate::part::FieldErrors;
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_handovers(&mut conn, visit.actor()?, at).await?;
    Ok(page::handovers::list(&portal, &visit, rows, (at, total)))
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    add_form(&portal, &visit, StatusCode::OK, &asked, None).await
}

async fn add_form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let found = waiting(&mut conn, visit.actor()?, typed.id("unit")).await?;
    Ok(page::handovers::add(portal, visit, status, &found, typed, errors))
}

pub async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let (unit, cards) = (typed.id("unit").unwrap_or_default(), typed.ids("cards"));
    let composing = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { compose_handover(tx, &actor, unit, &cards).await }))
        .await;
    match composing {
        Ok(id) => Ok(done(&routes::with_id(routes::HANDOVER, id), "handover-composed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            add_form(&portal, &visit, status, &typed, Some(errors)).await
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let handover = show_handover(&mut conn, visit.actor()?, id).await?;
    Ok(page::handover::respond(portal, visit, status, &handover, typed, errors))
}

/// The answer of what was done to a handover, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    match result {
        Ok(()) => Ok(done(&routes::with_id(routes::HANDOVER, id), word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(portal, visit, id, status, typed, Some(errors)).await
        }
    }
}

pub async fn give(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let version = typed.id("version").unwrap_or_default();
    let (give, word) = match typed.get("do").as_str() {
        "give" => (true, "handover-given"),
        "cancel" => (false, "handover-cancelled"),
        // a form with a button that the page does not have
        _ => return answer(&portal, &visit, id, &typed, (Err(Failure::field("do", Fault::Choice)), "")).await,
    };
    let given = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { give_handover(tx, &actor, (id, version), give).await }))
        .await;
    answer(&portal, &visit, id, &typed, (given, word)).await
}

pub async fn receive(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (version, text) = (typed.id("version").unwrap_or_default(), typed.get("discrepancy"));
    let there = BTreeSet::from_iter(typed.ids("there"));
    let word = if text.trim().is_empty() { "handover-received" } else { "handover-disputed" };
    let received = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { receive_handover(tx, &actor, (id, version), &there, &text).await })
        })
        .await;
    answer(&portal, &visit, id, &typed, (received, word)).await
}

pub async fn settle(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (version, text) = (typed.id("version").unwrap_or_default(), typed.get("settled"));
    let settled = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { settle_handover(tx, &actor, (id, version), &text).await }))
        .await;
    answer(&portal, &visit, id, &typed, (settled, "handover-settled")).await
}

pub async fn attach(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    sent: Sent,
) -> Answer {
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let (actor, file) = (visit.actor()?, sent.file.to_vec());
    let attached = attach_minutes(&portal.store, &portal.blobs, actor, id, file, visit.at_ms).await;
    answer(&portal, &visit, id, &sent.typed, (attached, "minutes-attached")).await
}

/// The holder has the card.
pub async fn got(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let actor = visit.actor()?.clone();
    let delivered =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { deliver_card(tx, &actor, id).await })).await?;
    let to = delivered.map_or_else(|| routes::ME.to_owned(), |handover| routes::with_id(routes::HANDOVER, handover));
    Ok(done(&to, "card-got"))
}

/// The minutes to be signed: `as=pdf`, or a file for a word processor.
pub async fn minutes(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    Asked(asked): Asked,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let (name, document) = show_minutes(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    documents::answer(&portal, document, &asked, &name).await
}
