//! Making an approved card: printed on a blank, looked at, active (R32, R114).

use contract::cards::{CardRow, Snapshot};
use contract::{Failure, Fault, Refusal};
use model::duty::Act;
use model::lifecycle::{self, CardEvent, Lifecycle as _, Request, RequestEvent};
use model::role::Action;
use model::text::clean;

use super::approve_card::ends;
use super::card_moves::move_card;
use super::show_card::{self, PAGE};
use crate::blobs::{BlobHash, Blobs};
use crate::store::card::{self, Card, Filter};
use crate::store::{Record, account, person, request};
use crate::{Actor, Conn, Tx, date};

const SERIAL_CHARS: usize = 40;

/// Cards that are to be printed or looked at, oldest first; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn to_issue(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<CardRow>, i64), Failure> {
    if !actor.may_somewhere(Action::IssueCards) {
        return Err(Failure::Forbidden);
    }
    let filter = Filter {
        within: actor.paths(Action::IssueCards),
        states: vec![lifecycle::Card::Printed.name(), lifecycle::Card::Approved.name()],
        ..Filter::default()
    };
    let (rows, total) = card::list(conn, &filter, ((page - 1) * PAGE, PAGE)).await?;
    Ok((rows.into_iter().map(|found| show_card::row(found, actor)).collect::<Result<_, _>>()?, total))
}

/// What is printed on a card, and its portrait's file.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::Erased`].
pub async fn show_face(conn: &mut Conn, blobs: &Blobs, actor: &Actor, id: i64) -> Result<(Snapshot, Vec<u8>), Failure> {
    let found = issuable(conn, actor, id).await?;
    let text = found.snapshot.ok_or(Failure::Refused { why: Refusal::Erased })?;
    let snapshot: Snapshot = serde_json::from_str(&text).map_err(|_| Failure::Internal)?;
    let portrait = BlobHash::parse(&snapshot.portrait).ok_or(Failure::Internal)?;
    Ok((snapshot, blobs.get(portrait).await?))
}

/// The card was printed on the blank of that serial.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`], [`Refusal::SeparationOfDuties`],
/// [`Refusal::HasLeft`]; faults beside `serial`.
pub async fn print_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), serial: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    let holder = person::by_id(tx.conn(), found.person_id).await?.ok_or(Failure::NotFound)?;
    if holder.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    let serial = clean(serial);
    if serial.chars().count() > SERIAL_CHARS {
        return Err(Failure::field("serial", Fault::TooLong { max: SERIAL_CHARS }));
    }
    if serial.is_empty() {
        return Err(Failure::field("serial", Fault::Missing));
    }
    if let Some(request) = found.request_id {
        // who approved does not issue (R31)
        let object = format!("request:{request}");
        account::note_duty(tx.conn(), &object, Act::Issued, &actor.duty_key(), at_ms).await?;
    }
    move_card(tx, actor, &found, CardEvent::Print, None).await?;
    card::note_printed(tx.conn(), id, None, Some(&serial)).await?;
    Ok(())
}

/// It is not good: it is printed anew on another blank.
///
/// # Errors
/// As [`print_card`].
pub async fn misprint_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    move_card(tx, actor, &found, CardEvent::Misprint, None).await?;
    card::note_printed(tx.conn(), id, None, None).await?;
    Ok(())
}

/// Somebody has looked at it, and it is good: it becomes active, the card that it takes the place of ends in the same
/// transaction (R32), and the request is fulfilled.
///
/// # Errors
/// As [`print_card`].
pub async fn confirm_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    if found.temporary == 1 {
        return super::temporary_card::confirm(tx, actor, &found).await;
    }
    person::hold(tx.conn(), found.person_id).await?;
    for old in card::of_person(tx.conn(), found.person_id).await? {
        if old.id == id || !ends(&old.state) {
            continue;
        }
        let locked = if old.state == lifecycle::Card::Locked.name() {
            old
        } else {
            let locked = move_card(tx, actor, &old, CardEvent::Lock, Some("replaced")).await?;
            card::note_lock(tx.conn(), locked.id, Some("replaced"), (Some(at_ms), Some(at_ms))).await?;
            Card { version: locked.version + 1, ..locked }
        };
        move_card(tx, actor, &locked, CardEvent::Invalidate, Some("replaced")).await?;
    }
    move_card(tx, actor, &found, CardEvent::Confirm, None).await?;
    card::note_issued(tx.conn(), id, &date::iso_day(at_ms)).await?;
    let Some(request_id) = found.request_id else { return Ok(()) };
    let open = request::by_id(tx.conn(), request_id).await?.ok_or(Failure::Internal)?;
    let from = super::ask_card::state(&open.state)?;
    if let Ok(to) = from.after(RequestEvent::Fulfil) {
        let done = request::put_state(tx.conn(), (open.id, open.version), (from.name(), to.name()), at_ms).await?;
        if !done {
            return Err(Failure::Stale);
        }
        debug_assert_eq!(to, Request::Fulfilled);
        tx.record(Record {
            actor: &actor.reference,
            action: "request.fulfil",
            object: format!("request:{request_id}"),
            facts: serde_json::json!({ "card": id }),
            personal: None,
        });
    }
    Ok(())
}

async fn issuable(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Card, Failure> {
    let found = card::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeCards, &found.path) {
        return Err(Failure::NotFound);
    }
    if !actor.may(Action::IssueCards, &found.path) {
        return Err(Failure::Forbidden);
    }
    Ok(found)
}

/// The card, if it is still as the page showed it.
pub(super) fn at_version(found: Card, version: i64) -> Result<Card, Failure> {
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}
