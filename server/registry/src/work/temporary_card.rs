//! A temporary card for somebody whose own one is at home: it ends at midnight, and the own one is suspended meanwhile.

use contract::cards::Snapshot;
use contract::{Failure, Refusal};
use model::lifecycle::{Card, CardEvent, Lifecycle as _};
use model::role::Action;
use sha2::{Digest as _, Sha256};

use super::card_moves::move_card;
use super::draw_card_code::draw_card_code;
use super::hand_over::others;
use super::issue_card::at_version;
use crate::hex::hex;
use crate::store::card::{self, Card as Stored};
use crate::store::{Record, person};
use crate::{Actor, Draw, Tx, date};

/// Begins a temporary card for the holder of an active one; it is printed and looked at like any other. Its id.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::OwnAccount`], [`Refusal::HasLeft`],
/// [`Refusal::Erased`]; [`Refusal::Impossible`] where the card is not active, is a temporary one, or one is being made.
pub async fn begin_temporary(
    tx: &mut Tx,
    actor: &Actor,
    draw: &Draw,
    (id, version): (i64, i64),
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let found = issuable(tx, actor, id).await?;
    person::hold(tx.conn(), found.person_id).await?;
    let found = at_version(found, version)?;
    let holder = person::by_id(tx.conn(), found.person_id).await?.ok_or(Failure::NotFound)?;
    if holder.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    let begun = card::of_person(tx.conn(), found.person_id).await?.into_iter().any(|other| {
        other.temporary == 1 && Card::from_name(&other.state).is_some_and(|state| state.may(CardEvent::Cancel))
    });
    if found.state != Card::Active.name() || found.temporary == 1 || begun {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let text = found.snapshot.ok_or(Failure::Refused { why: Refusal::Erased })?;
    let mut snapshot: Snapshot = serde_json::from_str(&text).map_err(|_| Failure::Internal)?;
    let code = draw_card_code(tx, draw).await?;
    // the same data under a code of its own, which is what a scanner asks about
    snapshot.code = code.as_str().to_owned();
    let text = serde_json::to_string(&snapshot).map_err(|_| Failure::Internal)?;
    let sha256 = Sha256::digest(text.as_bytes());
    let temporary = card::insert_temporary(tx.conn(), id, code.as_str(), (&text, &sha256), at_ms).await?;
    let hash = hex(&sha256);
    tx.record(Record {
        actor: &actor.reference,
        action: "card.begin_temporary",
        object: format!("card:{temporary}"),
        facts: serde_json::json!({ "original": id, "person": found.person_id, "code": code.as_str(), "snapshot": hash }),
        personal: None,
    });
    Ok(temporary)
}

/// The temporary card becomes active, until the next midnight of the province; the own one is suspended before, so that the
/// person never has two (R32).
pub(super) async fn confirm(tx: &mut Tx, actor: &Actor, found: &Stored) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    person::hold(tx.conn(), found.person_id).await?;
    let original = card::by_id(tx.conn(), found.replaces.ok_or(Failure::Internal)?).await?.ok_or(Failure::Internal)?;
    // lost meanwhile, or replaced
    if original.state != Card::Active.name() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    move_card(tx, actor, &original, CardEvent::Suspend, None).await?;
    move_card(tx, actor, found, CardEvent::Confirm, None).await?;
    card::note_issued(tx.conn(), found.id, &date::iso_day(at_ms)).await?;
    let midnight = date::start_of(date::days_later(date::day_of(at_ms), 1));
    card::note_expires(tx.conn(), found.id, midnight).await?;
    Ok(())
}

/// The temporary card is handed back before its time: it ends at once, and the own one is valid again.
///
/// # Errors
/// As [`begin_temporary`].
pub async fn hand_back(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = issuable(tx, actor, id).await?;
    person::hold(tx.conn(), found.person_id).await?;
    let found = at_version(found, version)?;
    if found.temporary == 0 {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let over = end(tx, actor, &found).await?;
    move_card(tx, actor, &over, CardEvent::Recover, None).await?;
    Ok(())
}

/// The time of a temporary card is over. The own one is valid again, unless it was locked meanwhile, or another took its place.
pub(super) async fn end(tx: &mut Tx, actor: &Actor, found: &Stored) -> Result<Stored, Failure> {
    let over = move_card(tx, actor, found, CardEvent::Expire, None).await?;
    let cards = card::of_person(tx.conn(), found.person_id).await?;
    let original = cards.iter().find(|card| Some(card.id) == found.replaces);
    let other = cards.iter().any(|card| card.state == Card::Active.name());
    if let Some(original) = original.filter(|card| card.state == Card::Suspended.name() && !other) {
        move_card(tx, actor, original, CardEvent::Restore, None).await?;
    }
    Ok(over)
}

async fn issuable(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Stored, Failure> {
    let at_ms = tx.at_ms();
    let found = card::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeCards, &found.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::IssueCards, &found.path, at_ms)?;
    others(actor, found.person_id)?;
    Ok(found)
}
