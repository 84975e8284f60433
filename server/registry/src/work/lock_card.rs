//! Locking a card, which can be taken back, and invalidating it, which cannot (R29, R30); and getting it back.

use contract::{Failure, Fault, Refusal};
use model::duty::Act;
use model::lifecycle::CardEvent;
use model::role::Action;

use super::card_moves::move_card;
use super::issue_card::at_version;
use crate::store::card::{self, Card};
use crate::store::{Record, account, form, person};
use crate::{Actor, Tx, date};

/// Locks a card at once: the holder's own, which somebody else confirms later, or one of the unit.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; a fault beside `reason`.
pub async fn lock_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), reason: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(found.person_id);
    if !own {
        seen(actor, &found)?;
        actor.require(Action::ReportCards, &found.path, at_ms)?;
    }
    let known = form::reasons(tx.conn()).await?;
    if !known.iter().any(|it| it.code == reason && it.use_for == "lock" && it.retired_at.is_none()) {
        return Err(Failure::field("reason", Fault::Choice));
    }
    let found = at_version(found, version)?;
    // who locked it does not decide that it is void
    account::note_duty(tx.conn(), &format!("card:{id}"), Act::Asked, &actor.duty_key(), at_ms).await?;
    move_card(tx, actor, &found, CardEvent::Lock, Some(reason)).await?;
    let confirmed = (!own).then_some(at_ms);
    card::note_lock(tx.conn(), id, Some(reason), (Some(at_ms), confirmed)).await?;
    Ok(())
}

/// Unit or Home Affairs has heard of the loss that the holder reported.
///
/// # Errors
/// As [`lock_card`].
pub async fn confirm_lock(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    seen(actor, &found)?;
    actor.require(Action::ReportCards, &found.path, at_ms)?;
    let found = others(actor, at_version(found, version)?)?;
    if found.state != "locked" || found.lock_confirmed_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Decided });
    }
    card::note_lock(tx.conn(), id, found.lock_reason.as_deref(), (found.locked_at, Some(at_ms))).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "card.confirm_lock",
        object: format!("card:{id}"),
        facts: serde_json::json!({ "code": found.code }),
        personal: None,
    });
    Ok(())
}

/// The card was found, or the lock was a mistake.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::Stale`], [`Refusal::Impossible`],
/// [`Refusal::HasCard`] where another one is active meanwhile, [`Refusal::HasLeft`].
pub async fn unlock_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = decidable(tx, actor, (id, version)).await?;
    // R29: whoever has left has no valid card
    let holder = person::by_id(tx.conn(), found.person_id).await?.ok_or(Failure::NotFound)?;
    if holder.left_on.is_some_and(|day| day <= date::iso_day(tx.at_ms())) {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    if found.temporary == 1 && found.expires_at.is_some_and(|end| end <= tx.at_ms()) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let other = card::of_person(tx.conn(), found.person_id).await?;
    if other.iter().any(|card| card.id != id && card.state == "active") {
        return Err(Failure::Refused { why: Refusal::HasCard });
    }
    let found = move_card(tx, actor, &found, CardEvent::Unlock, None).await?;
    card::note_lock(tx.conn(), found.id, None, (None, None)).await?;
    Ok(())
}

/// The card is void for good. Nobody decides it who locked it.
///
/// # Errors
/// As [`unlock_card`]; [`Refusal::SeparationOfDuties`].
pub async fn invalidate_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = decidable(tx, actor, (id, version)).await?;
    account::note_duty(tx.conn(), &format!("card:{id}"), Act::Approved, &actor.duty_key(), at_ms).await?;
    let reason = found.lock_reason.clone();
    move_card(tx, actor, &found, CardEvent::Invalidate, reason.as_deref()).await?;
    Ok(())
}

/// The void card was handed back.
///
/// # Errors
/// As [`lock_card`].
pub async fn recover_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    seen(actor, &found)?;
    actor.require(Action::ReportCards, &found.path, at_ms)?;
    let found = others(actor, at_version(found, version)?)?;
    move_card(tx, actor, &found, CardEvent::Recover, None).await?;
    Ok(())
}

/// The approval is taken back of a card that is not active yet.
///
/// # Errors
/// As [`unlock_card`].
pub async fn cancel_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = decidable(tx, actor, (id, version)).await?;
    if found.blank_serial.is_some() {
        // the desk prints it over again or spoils the blank first: what is printed must not lie about as a blank
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    move_card(tx, actor, &found, CardEvent::Cancel, None).await?;
    let Some(request_id) = found.request_id else { return Ok(()) };
    super::ask_card::give_up(tx, actor, request_id).await
}

async fn decidable(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<Card, Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    seen(actor, &found)?;
    actor.require(Action::DecideCards, &found.path, at_ms)?;
    others(actor, at_version(found, version)?)
}

fn seen(actor: &Actor, found: &Card) -> Result<(), Failure> {
    if actor.may(Action::SeeCards, &found.path) { Ok(()) } else { Err(Failure::NotFound) }
}

/// Nobody decides about their own card (R31).
fn others(actor: &Actor, found: Card) -> Result<Card, Failure> {
    if actor.person_id == Some(found.person_id) {
        return Err(Failure::Refused { why: Refusal::SeparationOfDuties });
    }
    Ok(found)
}
