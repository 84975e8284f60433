//! Telling the Ministry's card database what happens to cards: register, issue, exchange, lock, recover (R106), each within three
//! working days (27/2026/NĐ-CP).
//!
//! An event is written in the transaction of what it tells. A checker makes a file of all that wait, brings it to the Ministry's portal, and enters
//! the number of the receipt; a file that comes back puts its events among those that wait.

use contract::cards::{HolidayLine, OutboxBatch, OutboxEvent, OutboxView};
use contract::{Failure, Fault, Faults};
use jiff::civil::Date;
use model::case::Case;
use model::lifecycle::CardEvent;
use model::role::Action;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::show_request::case;
use super::typed::{needed, text};
use crate::hex::hex;
use crate::store::card::Card;
use crate::store::outbox::{self, Batch, Event};
use crate::store::{Record, card, request};
use crate::{Actor, Conn, Store, Tx, date};

/// Working days until the Ministry must know.
pub const WORKING_DAYS: u32 = 3;
/// Events in one file.
const MOST: i64 = 5_000;
/// Events that are shown.
const SHOWN: i64 = 50;
/// Files on a page.
pub const PAGE: i64 = 50;
const RECEIPT_CHARS: usize = 60;
const ANSWER_CHARS: usize = 500;

/// What the Ministry is told of an event; nothing of some.
fn kind(event: CardEvent, of: Option<Case>) -> Option<&'static str> {
    match (event, of) {
        (CardEvent::Confirm, Some(Case::Exchange)) => Some("exchange"),
        (CardEvent::Confirm, Some(Case::Reissue)) => Some("reissue"),
        (CardEvent::Confirm, _) => Some("issue"),
        (CardEvent::Lock, _) => Some("lock"),
        (CardEvent::Unlock, _) => Some("unlock"),
        (CardEvent::Invalidate | CardEvent::Expire, _) => Some("invalidate"),
        (CardEvent::Recover, _) => Some("recover"),
        (CardEvent::Print | CardEvent::Misprint | CardEvent::Suspend | CardEvent::Restore | CardEvent::Cancel, _) => {
            None
        }
    }
}

/// Puts what happened to a card among what is to be told.
///
/// # Errors
/// As the database says.
pub(super) async fn tell(tx: &mut Tx, card: &Card, event: CardEvent) -> Result<(), Failure> {
    if card.temporary == 1 {
        // it stands for one that the Ministry knows
        return Ok(());
    }
    let of = match (event, card.request_id) {
        (CardEvent::Confirm, Some(id)) => request::by_id(tx.conn(), id).await?,
        _ => None,
    };
    let of = of.map(|open| case(&open.case_name)).transpose()?;
    match kind(event, of) {
        Some(kind) => add(tx, kind, card.id).await,
        None => Ok(()),
    }
}

/// A card was approved.
///
/// # Errors
/// As the database says.
pub(super) async fn tell_registered(tx: &mut Tx, card_id: i64) -> Result<(), Failure> {
    add(tx, "register", card_id).await
}

async fn add(tx: &mut Tx, kind: &str, card_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let due = outbox::calendar(tx.conn()).await?.last_day(date::day_of(at_ms), WORKING_DAYS);
    outbox::add(tx.conn(), kind, card_id, at_ms, &due.to_string()).await?;
    Ok(())
}

/// What waits, and the files that were made.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_outbox(conn: &mut Conn, actor: &Actor, page: i64) -> Result<OutboxView, Failure> {
    if !actor.may_somewhere(Action::TellMinistry) {
        return Err(Failure::Forbidden);
    }
    let (waiting, total) = outbox::waiting(conn, SHOWN).await?;
    let mut events = Vec::new();
    for event in waiting {
        let of = card::by_id(conn, event.card_id).await?.ok_or(Failure::Internal)?;
        events.push(OutboxEvent {
            kind: event.kind,
            card_id: event.card_id,
            code: of.code,
            name: of.name,
            happened_at: event.happened_at,
            due_on: event.due_on,
            tries: event.tries,
        });
    }
    let (batches, files) = outbox::batches(conn, ((page.max(1) - 1) * PAGE, PAGE)).await?;
    Ok(OutboxView { events, waiting: total, batches: batches.into_iter().map(view).collect(), files })
}

fn view(batch: Batch) -> OutboxBatch {
    OutboxBatch {
        id: batch.id,
        made_at: batch.made_at,
        events: batch.events,
        sha256: hex(&batch.sha256),
        receipt: batch.receipt,
        received_at: batch.received_at,
        returned_at: batch.returned_at,
        answer: batch.answer,
        problem: batch.problem.filter(|_| batch.by_itself == 1),
        tries: batch.tries,
        version: batch.version,
    }
}

/// Makes a file of everything that waits, at most [`MOST`] events; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; a fault beside `events` where nothing waits.
pub async fn make_batch(tx: &mut Tx, actor: &Actor) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::TellMinistry, at_ms)?;
    let (mut events, _) = outbox::waiting(tx.conn(), MOST).await?;
    if events.is_empty() {
        return Err(Failure::field("events", Fault::Missing));
    }
    // in the order in which they happened, as the file has them
    events.sort_by_key(|event| event.id);
    let file = file(tx.conn(), &events).await?;
    let id = outbox::insert_batch(tx.conn(), &events, &Sha256::digest(&file), actor.account_id, at_ms).await?;
    note(tx, actor, id, "outbox.make", json!({ "events": events.len(), "sha256": hex(&Sha256::digest(&file)) }));
    Ok(id)
}

/// The file, once more as it was made. What was erased since is missing in it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], also for a file that came back.
pub async fn batch_file(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Vec<u8>, Failure> {
    if !actor.may_somewhere(Action::TellMinistry) {
        return Err(Failure::Forbidden);
    }
    let batch = outbox::batch(conn, id).await?.ok_or(Failure::NotFound)?;
    if batch.returned_at.is_some() {
        return Err(Failure::NotFound);
    }
    let events = outbox::of_batch(conn, id).await?;
    file(conn, &events).await
}

/// JSON: one object an event, with what was frozen when the card was approved.
async fn file(conn: &mut Conn, events: &[Event]) -> Result<Vec<u8>, Failure> {
    let mut told = Vec::with_capacity(events.len());
    for event in events {
        let of = card::by_id(conn, event.card_id).await?.ok_or(Failure::Internal)?;
        let snapshot: Value = match &of.snapshot {
            Some(text) => serde_json::from_str(text).map_err(|_| Failure::Internal)?,
            None => Value::Null,
        };
        told.push(json!({
            "event": event.id, "kind": event.kind, "day": date::iso_day(event.happened_at), "card": of.code,
            "type": of.card_type, "sha256": hex(&of.snapshot_sha256), "data": snapshot,
        }));
    }
    serde_json::to_vec_pretty(&json!({ "format": "congthe-card-events/1", "events": told }))
        .map_err(|_| Failure::Internal)
}

/// A file that is to be sent by the portal itself.
pub struct Delivery {
    /// Id.
    pub id: i64,
    /// Against which its answer is noted.
    pub version: i64,
    /// By which the other side knows it again: SHA-256 of the file as it was made, hexadecimal digits.
    pub key: String,
    /// JSON.
    pub file: Vec<u8>,
}

/// What became of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// It was taken: the number of the receipt.
    Receipt(String),
    /// It was refused for good: why.
    Refused(String),
    /// It is tried again later: `unreachable`, `status.503`, `no_receipt`.
    Later(String),
}

/// Time until the next try: doubled with each, an hour at most.
fn pause_ms(tries: i64) -> i64 {
    const FIRST_MS: i64 = 60_000;
    const LONGEST_MS: i64 = 60 * 60_000;
    (FIRST_MS << tries.clamp(0, 6)).min(LONGEST_MS)
}

/// The file that is to be sent now: the one that was not answered, once its pause is over, else one of everything that waits.
///
/// # Errors
/// As the database says.
pub async fn next_delivery(store: &Store, at_ms: i64) -> Result<Option<Delivery>, Failure> {
    let mut conn = store.read().await?;
    let mut found = outbox::to_send(&mut conn).await?;
    let waits = found.is_none() && outbox::waiting(&mut conn, 1).await?.1 > 0;
    drop(conn);
    if waits {
        let making = store.write(at_ms, |tx| {
            Box::pin(async move {
                let id = make_batch(tx, &Actor::system()).await?;
                outbox::note_by_itself(tx.conn(), id).await?;
                Ok::<_, Failure>(id)
            })
        });
        let id = making.await?;
        found = outbox::batch(&mut store.read().await?, id).await?;
    }
    let due = |batch: &Batch| batch.tried_at.is_none_or(|tried| tried + pause_ms(batch.tries) <= at_ms);
    let Some(batch) = found.filter(due) else { return Ok(None) };
    let file = batch_file(&mut store.read().await?, &Actor::system(), batch.id).await?;
    Ok(Some(Delivery { id: batch.id, version: batch.version, key: hex(&batch.sha256), file }))
}

/// Notes what became of it.
///
/// # Errors
/// [`Failure::Stale`] where somebody has answered it meanwhile; what the database says.
pub async fn note_delivery(store: &Store, of: (i64, i64), became: Delivered, at_ms: i64) -> Result<(), Failure> {
    let noting = store.write(at_ms, move |tx| {
        Box::pin(async move {
            let actor = Actor::system();
            match became {
                Delivered::Receipt(number) => receive_batch(tx, &actor, of, &short(&number, RECEIPT_CHARS)).await,
                Delivered::Refused(why) => return_batch(tx, &actor, of, &short(&why, ANSWER_CHARS)).await,
                Delivered::Later(problem) => Ok(outbox::note_try(tx.conn(), of.0, &problem, at_ms).await?),
            }
        })
    });
    noting.await
}

/// What came from outside, as far as it is kept.
fn short(text: &str, chars: usize) -> String {
    model::text::clean(text).chars().take(chars).collect()
}

/// The Ministry has taken the file.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::Stale`]; faults beside `receipt`.
pub async fn receive_batch(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    receipt: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::TellMinistry, at_ms)?;
    let receipt = needed(receipt, RECEIPT_CHARS).map_err(|fault| Failure::field("receipt", fault))?;
    if !outbox::receive(tx.conn(), (id, version), &receipt, at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, id, "outbox.receive", json!({ "receipt": receipt }));
    Ok(())
}

/// The Ministry has not taken the file: its events wait again, with the terms that they had.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::Stale`]; faults beside `answer`.
pub async fn return_batch(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), answer: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::TellMinistry, at_ms)?;
    let answer = needed(answer, ANSWER_CHARS).map_err(|fault| Failure::field("answer", fault))?;
    if !outbox::take_back(tx.conn(), (id, version), &answer, at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, id, "outbox.return", json!({}));
    Ok(())
}

/// The days that are not what their day of the week says.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_holidays(conn: &mut Conn, actor: &Actor) -> Result<Vec<HolidayLine>, Failure> {
    if !actor.may_somewhere(Action::TellMinistry) {
        return Err(Failure::Forbidden);
    }
    let days = outbox::holidays(conn).await?;
    Ok(days.into_iter().map(|it| HolidayLine { day: it.day, name: it.name, worked: it.worked == 1 }).collect())
}

/// A day that is not what its day of the week says: entered, or taken out with an empty name.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `day` and `name`.
pub async fn set_holiday(tx: &mut Tx, actor: &Actor, day: &str, name: &str, worked: bool) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::TellMinistry, at_ms)?;
    let mut faults = Faults::default();
    let day = faults.take("day", date::parse(day));
    let name = faults.take("name", text(name, RECEIPT_CHARS)).flatten().unwrap_or_default();
    faults.check()?;
    let day: Date = day.ok_or(Failure::Internal)?;
    let iso = day.to_string();
    if name.is_empty() {
        if !outbox::remove_holiday(tx.conn(), &iso).await? {
            return Err(Failure::field("name", Fault::Missing));
        }
    } else {
        outbox::put_holiday(tx.conn(), &iso, &name, worked).await?;
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "holiday.set",
        object: format!("day:{iso}"),
        facts: json!({ "name": name, "worked": worked }),
        personal: None,
    });
    Ok(())
}

fn note(tx: &mut Tx, actor: &Actor, id: i64, action: &'static str, facts: Value) {
    tx.record(Record { actor: &actor.reference, action, object: format!("outbox:{id}"), facts, personal: None });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        assert_eq!([0, 1, 2, 6, 60].map(pause_ms), [60_000, 120_000, 240_000, 3_600_000, 3_600_000]);
    }

    #[test]
    fn the_ministry_is_told_what_the_decision_names() {
        assert_eq!(kind(CardEvent::Confirm, Some(Case::FirstIssue)), Some("issue"));
        assert_eq!(kind(CardEvent::Confirm, Some(Case::Exchange)), Some("exchange"));
        assert_eq!(kind(CardEvent::Lock, None), Some("lock"));
        assert_eq!(kind(CardEvent::Print, None), None);
    }
}
