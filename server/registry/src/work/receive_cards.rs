//! The unit's side of a handover: counted, received, delivered to the holders, with the signed minutes (R36).

use std::collections::BTreeSet;

use contract::{Failure, Fault, Refusal};
use model::duty::Act;
use model::lifecycle::{Card, Handover, HandoverEvent, Lifecycle as _};
use model::role::Action;

use super::hand_over::{DELIVER_DAYS, at_version, close, step, written};
use super::handovers::{of_name, seen};
use super::scan::{Scan, attach};
use super::sign_head::DAY_MS;
use crate::blobs::Blobs;
use crate::store::{Record, account, card, handover, person};
use crate::{Actor, Store, Tx};

/// The unit says of each card whether it is there: all, and the handover is received; not all, with what is wrong, and it is
/// disputed.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`], [`Refusal::SeparationOfDuties`] for who
/// gave it; a fault beside `discrepancy`, which must be written where a card is missing, and must not where none is.
pub async fn receive_handover(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    there: &BTreeSet<i64>,
    discrepancy: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(seen(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::ReceiveCards, &found.path, at_ms)?;
    if of_name(&found.state)? != Handover::Given {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let lines = handover::lines(tx.conn(), id).await?;
    let missing: Vec<&str> =
        lines.iter().filter(|line| !there.contains(&line.card_id)).map(|line| line.code.as_str()).collect();
    let discrepancy = match (missing.is_empty(), written(discrepancy)) {
        (true, Err(Fault::Missing)) => None,
        // more, or other, cards than the list says
        (_, Ok(text)) => Some(text),
        (_, Err(fault)) => return Err(Failure::field("discrepancy", fault)),
    };
    account::note_duty(tx.conn(), &format!("handover:{id}"), Act::Witnessed, &actor.duty_key(), at_ms).await?;
    for line in &lines {
        handover::note_found(tx.conn(), id, line.card_id, there.contains(&line.card_id)).await?;
    }
    handover::note_received(tx.conn(), id, discrepancy.as_deref(), actor.account_id, at_ms).await?;
    let (event, action, due) = match &discrepancy {
        None => (HandoverEvent::Receive, "handover.receive", Some(at_ms + DELIVER_DAYS * DAY_MS)),
        // the desk answers within the time that the unit had
        Some(_) => (HandoverEvent::Dispute, "handover.dispute", Some(at_ms + super::hand_over::RECEIVE_DAYS * DAY_MS)),
    };
    step(tx, &found, event, due).await?;
    tx.record(Record {
        actor: &actor.reference,
        action,
        object: format!("handover:{id}"),
        facts: serde_json::json!({ "number": found.number, "cards": lines.len(), "missing": missing }),
        personal: discrepancy.map(|text| (None, serde_json::json!({ "discrepancy": text }))),
    });
    if event == HandoverEvent::Receive {
        // a card may have been locked and made void on the way
        close(tx, actor, id).await?;
    }
    Ok(())
}

/// The holder has the card: the holder says so, or the unit's officer does for one without an account. The handover, where it was
/// the officer. Said twice, it was said once.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::HolderConfirms`], [`Refusal::Impossible`] where the unit has not
/// received it.
pub async fn deliver_card(tx: &mut Tx, actor: &Actor, card_id: i64) -> Result<Option<i64>, Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), card_id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(found.person_id);
    let place = handover::of_card(tx.conn(), card_id).await?;
    let on_its_way = match place {
        Some(place) => handover::by_id(tx.conn(), place.handover_id).await?,
        None => None,
    };
    if !own {
        // it is the unit of the handover that has the card, and may be above the holder's
        let path = on_its_way.as_ref().map_or(&found.path, |way| &way.path);
        if !actor.may(Action::SeeCards, path) {
            return Err(Failure::NotFound);
        }
        actor.require(Action::ReceiveCards, path, at_ms)?;
    }
    let (Some(place), Some(way)) = (place, on_its_way) else {
        return Err(Failure::Refused { why: Refusal::Impossible });
    };
    let answer = (!own).then_some(way.id);
    if place.delivered_at.is_some() {
        return Ok(answer);
    }
    let there = Card::from_name(&found.state).is_some_and(Card::is_waited_for);
    if of_name(&way.state)? != Handover::Received || place.found == Some(0) || !there {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    if !own {
        person::hold(tx.conn(), found.person_id).await?;
        let lines = handover::lines(tx.conn(), way.id).await?;
        if lines.iter().any(|line| line.card_id == card_id && line.has_account == 1) {
            return Err(Failure::Refused { why: Refusal::HolderConfirms });
        }
    }
    if handover::note_delivered(tx.conn(), (way.id, card_id), actor.account_id, at_ms).await? {
        tx.record(Record {
            actor: &actor.reference,
            action: "handover.deliver_card",
            object: format!("card:{card_id}"),
            facts: serde_json::json!({ "handover": way.id, "own": own }),
            personal: None,
        });
        close(tx, actor, way.id).await?;
    }
    Ok(answer)
}

/// Attaches the signed minutes, for either side.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::Impossible`] before it was given; a fault beside `minutes`.
pub async fn attach_minutes(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    id: i64,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    let mut conn = store.read().await?;
    let found = seen(&mut conn, actor, id).await?;
    drop(conn);
    if !actor.may(Action::HandOver, &found.path) {
        actor.require(Action::ReceiveCards, &found.path, at_ms)?;
    }
    if matches!(of_name(&found.state)?, Handover::Draft | Handover::Cancelled) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
    let scan = looked.map_err(|fault| Failure::field("minutes", fault))?;
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let attaching = tokio::spawn(async move {
        let kept = scan.keep(&blobs).await?;
        let attaching = store.write(at_ms, move |tx| {
            Box::pin(async move {
                let object = format!("handover:{id}");
                let file = attach(tx, &actor, (&object, "minutes"), &kept, None).await?;
                tx.record(Record {
                    actor: &actor.reference,
                    action: "handover.attach",
                    object,
                    facts: serde_json::json!({ "file": file }),
                    personal: None,
                });
                Ok(())
            })
        });
        attaching.await
    });
    attaching.await.map_err(|_| Failure::Internal)?
}
