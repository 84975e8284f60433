//! What issuing a card does with its blank: reserve it, use it, or spoil it, or give it back.
//!
//! A card's row holds the blank's id; `held_for` on the blank says the same the other way round, `card:12`. Each of these is one movement
//! in the ledger and one audit entry, in the caller's transaction; whoever calls has decided that the card may be issued.

use contract::{Failure, Fault};
use model::lifecycle::BlankEvent;
use model::role::Action;
use model::stock::{Serial, SerialFault, SpoilReason};

use super::{NOTE_CHARS, Shift, place_for, record, shift, text};
use crate::store::stock::blank::{self, Blank, Held};
use crate::{Actor, Tx};

/// Reserves the blank with that serial, which is on hand at that place, for `held_for`; the blank. A spare one is put back among the others
/// first ([`super::set_aside`]).
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`] without [`Action::HandleBlanks`] at the place; faults beside `serials`: unknown, at another
/// place, in another state; [`Failure::Stale`] when somebody was faster.
pub async fn reserve(
    tx: &mut Tx,
    actor: &Actor,
    place_id: i64,
    serial: &Serial,
    held_for: &str,
) -> Result<Blank, Failure> {
    let at_ms = tx.at_ms();
    let place = place_for(tx.conn(), actor, Action::HandleBlanks, place_id, at_ms).await?;
    let found = blank::by_serials(tx.conn(), &[serial.as_str().to_owned()]).await?.pop();
    let fault = |why| Failure::field("serials", Fault::Serial { why, text: serial.to_string(), more: 0 });
    let found = found.ok_or_else(|| fault(SerialFault::Unknown))?;
    if found.place_id != place.id {
        return Err(fault(SerialFault::Elsewhere));
    }
    let of =
        Shift { document: Some(held_for), held: Held::For(held_for.to_owned()), ..Shift::new(BlankEvent::Reserve) };
    one(tx, actor, &found, &of, ("stock.reserve", None)).await?;
    Ok(found)
}

/// The reserved blank has become the card.
///
/// # Errors
/// As [`reserve`].
pub async fn use_blank(tx: &mut Tx, actor: &Actor, blank_id: i64) -> Result<(), Failure> {
    let found = handled(tx, actor, blank_id).await?;
    let document = found.held_for.clone();
    let of = Shift { document: document.as_deref(), ..Shift::new(BlankEvent::Use) };
    one(tx, actor, &found, &of, ("stock.use", None)).await
}

/// The blank was spoiled while the card was made, or before.
///
/// # Errors
/// As [`reserve`]; a fault beside `note` where the reason is another one and nothing is said.
pub async fn spoil_blank(
    tx: &mut Tx,
    actor: &Actor,
    blank_id: i64,
    reason: SpoilReason,
    note: &str,
) -> Result<(), Failure> {
    let found = handled(tx, actor, blank_id).await?;
    let note = text(note, NOTE_CHARS).and_then(|note| match note {
        None if reason == SpoilReason::Other => Err(Fault::Missing),
        other => Ok(other),
    });
    let note = note.map_err(|fault| Failure::field("note", fault))?;
    let document = found.held_for.clone();
    let of = Shift {
        document: document.as_deref(),
        reason: Some(reason),
        note: note.as_deref(),
        ..Shift::new(BlankEvent::Spoil)
    };
    one(tx, actor, &found, &of, ("stock.spoil", Some(reason))).await
}

/// The card is not made: the blank is anybody's again.
///
/// # Errors
/// As [`reserve`].
pub async fn release(tx: &mut Tx, actor: &Actor, blank_id: i64) -> Result<(), Failure> {
    let found = handled(tx, actor, blank_id).await?;
    let document = found.held_for.clone();
    let of = Shift { document: document.as_deref(), held: Held::Nobody, ..Shift::new(BlankEvent::Release) };
    one(tx, actor, &found, &of, ("stock.release", None)).await
}

async fn handled(tx: &mut Tx, actor: &Actor, blank_id: i64) -> Result<Blank, Failure> {
    let at_ms = tx.at_ms();
    let found = blank::by_id(tx.conn(), blank_id).await?.ok_or(Failure::NotFound)?;
    place_for(tx.conn(), actor, Action::HandleBlanks, found.place_id, at_ms).await?;
    Ok(found)
}

async fn one(
    tx: &mut Tx,
    actor: &Actor,
    found: &Blank,
    of: &Shift<'_>,
    (action, reason): (&'static str, Option<SpoilReason>),
) -> Result<(), Failure> {
    shift(tx, actor, std::slice::from_ref(found), of).await?;
    let facts = serde_json::json!({
        "serials": found.serial, "document": of.document, "spoil_reason": reason.map(SpoilReason::name), "note": of.note,
    });
    record(tx, actor, action, format!("blank:{}", found.id), facts);
    Ok(())
}
