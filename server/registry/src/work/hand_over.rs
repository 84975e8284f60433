//! The desk's side of a handover: put together, given, settled (R36).

use contract::{Failure, Fault, Refusal};
use model::duty::Act;
use model::lifecycle::{Card, Handover, HandoverEvent, Lifecycle as _};
use model::role::Action;

use super::ask_card::impossible;
use super::handovers::{of_name, seen};
use super::sign_head::DAY_MS;
use super::typed::needed;
use crate::store::handover::{self, Handover as Stored};
use crate::store::{Record, account, card, person, unit};
use crate::{Actor, Tx, date};

/// A handover should be received within so many days, and its cards delivered within so many more.
pub const RECEIVE_DAYS: i64 = 5;
/// See [`RECEIVE_DAYS`].
pub const DELIVER_DAYS: i64 = 10;
const TEXT_CHARS: usize = 1000;

/// Puts active cards of one unit's subtree into a handover with the year's next number; its id.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`]; [`Failure::Stale`] where a card is not active any more, or in another handover;
/// faults beside `unit` and `cards`.
pub async fn compose_handover(tx: &mut Tx, actor: &Actor, unit_id: i64, cards: &[i64]) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let chosen = unit::by_id(tx.conn(), unit_id).await?;
    let unit = chosen.ok_or_else(|| Failure::field("unit", Fault::Choice))?;
    if !actor.may(Action::SeeCards, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::HandOver, &unit.path, at_ms)?;
    if cards.is_empty() {
        return Err(Failure::field("cards", Fault::Missing));
    }
    let year = date::day_of(at_ms).year();
    let number = format!("{:02}/BBBG-{year}", handover::next_number(tx.conn(), year).await?);
    let from = desk(actor, &unit.path);
    let id = handover::insert(tx.conn(), &number, (unit_id, from), actor.account_id, at_ms).await?;
    let mut codes = Vec::new();
    for card_id in cards {
        let found = card::by_id(tx.conn(), *card_id).await?.ok_or(Failure::NotFound)?;
        if !found.path.starts_with(&unit.path) {
            return Err(Failure::NotFound);
        }
        // held, so that it is not locked at the same moment
        person::hold(tx.conn(), found.person_id).await?;
        let found = card::by_id(tx.conn(), *card_id).await?.ok_or(Failure::NotFound)?;
        if found.state != Card::Active.name() || found.temporary == 1 {
            return Err(Failure::Stale);
        }
        handover::add(tx.conn(), id, found.id).await?;
        codes.push(found.code);
    }
    let facts = serde_json::json!({ "number": number, "unit": unit_id, "cards": codes });
    note(tx, actor, id, "handover.compose", facts);
    Ok(id)
}

/// The unit for which the actor gives: the nearest one above on which the role was granted.
fn desk(actor: &Actor, path: &str) -> Option<i64> {
    let grants = actor.grants.iter().filter(|grant| grant.allows(Action::HandOver, path));
    let nearest = grants.max_by_key(|grant| grant.path.len())?;
    nearest.path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok())
}

/// The desk gives it, or gives it up before: then its cards wait for another one.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`]; a fault beside `cards` where none is
/// left in it.
pub async fn give_handover(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), give: bool) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(seen(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::HandOver, &found.path, at_ms)?;
    if !give {
        step(tx, &found, HandoverEvent::Cancel, None).await?;
        handover::let_go(tx.conn(), id, false).await?;
        note(tx, actor, id, "handover.cancel", serde_json::json!({ "number": found.number }));
        return Ok(());
    }
    if found.cards == 0 {
        return Err(Failure::field("cards", Fault::Missing));
    }
    step(tx, &found, HandoverEvent::Give, Some(at_ms + RECEIVE_DAYS * DAY_MS)).await?;
    handover::note_given(tx.conn(), id, actor.account_id, at_ms).await?;
    // both sides are different persons: the database refuses who gave, when it comes to receiving
    account::note_duty(tx.conn(), &format!("handover:{id}"), Act::Issued, &actor.duty_key(), at_ms).await?;
    note(tx, actor, id, "handover.give", serde_json::json!({ "number": found.number, "cards": found.cards }));
    Ok(())
}

/// The desk writes down what both sides agreed about the missing cards, which leave the handover.
///
/// # Errors
/// As [`give_handover`]; [`Refusal::SeparationOfDuties`] for who disputed; a fault beside `settled`.
pub async fn settle_handover(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    settled: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(seen(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::HandOver, &found.path, at_ms)?;
    let settled = written(settled).map_err(|fault| Failure::field("settled", fault))?;
    account::note_duty(tx.conn(), &format!("handover:{id}"), Act::Issued, &actor.duty_key(), at_ms).await?;
    step(tx, &found, HandoverEvent::Settle, Some(at_ms + DELIVER_DAYS * DAY_MS)).await?;
    handover::note_settled(tx.conn(), id, &settled).await?;
    handover::let_go(tx.conn(), id, true).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "handover.settle",
        object: format!("handover:{id}"),
        facts: serde_json::json!({ "number": found.number }),
        personal: Some((None, serde_json::json!({ "settled": settled }))),
    });
    close(tx, actor, id).await
}

/// A card is not active any more: it leaves the handover that was not given yet, and of one that was received its holder does not
/// wait for it any more.
pub(super) async fn card_left(tx: &mut Tx, actor: &Actor, card_id: i64) -> Result<(), Failure> {
    let Some(place) = handover::of_card(tx.conn(), card_id).await? else { return Ok(()) };
    let found = handover::by_id(tx.conn(), place.handover_id).await?.ok_or(Failure::Internal)?;
    match of_name(&found.state)? {
        Handover::Draft => {
            handover::take_out(tx.conn(), found.id, card_id).await?;
            note(tx, actor, found.id, "handover.take_out", serde_json::json!({ "card": card_id }));
            Ok(())
        }
        Handover::Received => close(tx, actor, found.id).await,
        _ => Ok(()),
    }
}

/// The last holder has the card; or nobody is left who could get one.
pub(super) async fn close(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    if handover::undelivered(tx.conn(), id).await? > 0 {
        return Ok(());
    }
    let found = handover::by_id(tx.conn(), id).await?.ok_or(Failure::Internal)?;
    let (event, action) = match found.delivered {
        0 => (HandoverEvent::Fail, "handover.fail"),
        _ => (HandoverEvent::Deliver, "handover.deliver"),
    };
    step(tx, &found, event, None).await?;
    note(tx, actor, id, action, serde_json::json!({ "number": found.number, "cards": found.delivered }));
    Ok(())
}

pub(super) async fn step(
    tx: &mut Tx,
    found: &Stored,
    event: HandoverEvent,
    due_at: Option<i64>,
) -> Result<Handover, Failure> {
    let from = of_name(&found.state)?;
    let to = from.after(event).map_err(impossible)?;
    if !handover::put_state(tx.conn(), (found.id, found.version), (from.name(), to.name()), due_at).await? {
        return Err(Failure::Stale);
    }
    Ok(to)
}

pub(super) fn note(tx: &mut Tx, actor: &Actor, id: i64, action: &'static str, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: format!("handover:{id}"), facts, personal: None });
}

/// The handover, if it is still as the page showed it; one that has gone on says so.
pub(super) fn at_version(found: Stored, version: i64) -> Result<Stored, Failure> {
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}

/// What somebody wrote down.
pub(super) fn written(typed: &str) -> Result<String, Fault> {
    needed(typed, TEXT_CHARS)
}

/// Refuses what happens to nobody else's card.
pub(super) fn others(actor: &Actor, person_id: i64) -> Result<(), Failure> {
    if actor.person_id == Some(person_id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    Ok(())
}
