//! Making an approved card: printed on a blank, looked at, active (R32, R114).

use contract::cards::{CardRow, Snapshot};
use contract::{Failure, Fault, Refusal};
use model::duty::Act;
use model::lifecycle::{self, CardEvent, Lifecycle as _, Request, RequestEvent};
use model::role::Action;
use model::stock::{Serial, SerialFault, SpoilReason};
use model::text::clean;

use super::approve_card::ends;
use super::card_moves::move_card;
use super::national::source_of;
use super::read_code::code_does_not_differ;
use super::show_card::{self, PAGE};
use super::stock::issue::{reserve, spoil_blank, use_blank};
use super::witness::note_maker;
use super::write_chip::chip_is_written;
use crate::blobs::{BlobHash, Blobs};
use crate::store::card::{self, Card, Filter};
use crate::store::stock::{blank, place};
use crate::store::{Record, account, person, request};
use crate::{Actor, Conn, Tx, date};

/// Cards that are to be printed or looked at, oldest first; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn to_issue(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<CardRow>, i64), Failure> {
    some_to_issue(conn, actor, ((page - 1) * PAGE, PAGE)).await
}

async fn some_to_issue(conn: &mut Conn, actor: &Actor, slice: (i64, i64)) -> Result<(Vec<CardRow>, i64), Failure> {
    if !actor.may_somewhere(Action::IssueCards) {
        return Err(Failure::Forbidden);
    }
    let filter = Filter {
        within: actor.paths(Action::IssueCards),
        states: vec![lifecycle::Card::Printed.name(), lifecycle::Card::Approved.name()],
        ..Filter::default()
    };
    let (rows, total) = card::list(conn, &filter, slice).await?;
    Ok((rows.into_iter().map(|found| show_card::row(found, actor)).collect::<Result<_, _>>()?, total))
}

/// So many of the cards that are to be printed or looked at.
///
/// # Errors
/// As [`to_issue`].
pub async fn all_to_issue(conn: &mut Conn, actor: &Actor, most: i64) -> Result<Vec<CardRow>, Failure> {
    some_to_issue(conn, actor, (0, most)).await.map(|(rows, _)| rows)
}

/// What is printed on a card, and its portrait's file.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::Erased`].
pub async fn show_face(conn: &mut Conn, blobs: &Blobs, actor: &Actor, id: i64) -> Result<(Snapshot, Vec<u8>), Failure> {
    face(blobs, &issuable(conn, actor, id).await?).await
}

/// As [`show_face`], to be printed: not while the national database says something else (C26).
///
/// # Errors
/// As [`show_face`]; [`Refusal::NationalDiffers`].
pub async fn face_to_print(
    conn: &mut Conn,
    blobs: &Blobs,
    actor: &Actor,
    id: i64,
) -> Result<(Snapshot, Vec<u8>), Failure> {
    let found = issuable(conn, actor, id).await?;
    if found.state == lifecycle::Card::Approved.name() {
        in_agreement(conn, &found).await?;
    }
    face(blobs, &found).await
}

async fn face(blobs: &Blobs, found: &Card) -> Result<(Snapshot, Vec<u8>), Failure> {
    let snapshot = snapshot_of(found)?;
    let portrait = BlobHash::parse(&snapshot.portrait).ok_or(Failure::Internal)?;
    Ok((snapshot, blobs.get(portrait).await?))
}

/// What was frozen when the card was approved.
///
/// # Errors
/// [`Refusal::Erased`].
pub(super) fn snapshot_of(found: &Card) -> Result<Snapshot, Failure> {
    let text = found.snapshot.as_deref().ok_or(Failure::Refused { why: Refusal::Erased })?;
    serde_json::from_str(text).map_err(|_| Failure::Internal)
}

/// The card was printed on the blank of that serial.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`], [`Refusal::SeparationOfDuties`],
/// [`Refusal::HasLeft`], [`Refusal::NationalDiffers`]; faults beside `serials`.
pub async fn print_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), serial: &str) -> Result<(), Failure> {
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    still_wanted(tx.conn(), &found).await?;
    let serial = blank_meant(tx, actor, &found, serial).await?;
    note_issuer(tx, actor, &found).await?;
    let found = Card { blank_serial: Some(serial.serial.clone()), ..found };
    move_card(tx, actor, &found, CardEvent::Print, None).await?;
    card::note_printed(tx.conn(), id, Some(&serial.place), Some(&serial.serial)).await?;
    Ok(())
}

/// Nothing more is made of a card whose holder has left, or while the national database says something else (C26).
///
/// # Errors
/// [`Refusal::HasLeft`], [`Refusal::NationalDiffers`].
pub(super) async fn still_wanted(conn: &mut Conn, found: &Card) -> Result<(), Failure> {
    let holder = person::by_id(conn, found.person_id).await?.ok_or(Failure::NotFound)?;
    if holder.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    in_agreement(conn, found).await
}

async fn in_agreement(conn: &mut Conn, found: &Card) -> Result<(), Failure> {
    if found.snapshot.is_none() {
        return Ok(());
    }
    source_of(conn, found.person_id, found.unit_id, &snapshot_of(found)?).await.map(drop)
}

/// Who approved does not issue (R31).
///
/// # Errors
/// [`Refusal::SeparationOfDuties`].
pub(super) async fn note_issuer(tx: &mut Tx, actor: &Actor, found: &Card) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let Some(request) = found.request_id else { return Ok(()) };
    let object = format!("request:{request}");
    Ok(account::note_duty(tx.conn(), &object, Act::Issued, &actor.duty_key(), at_ms).await?)
}

/// A blank, and the name of the place that it was at.
struct Taken {
    serial: String,
    place: String,
}

/// Reserves the blank of that serial for the card, at the place where the stock has it (R34).
async fn blank_meant(tx: &mut Tx, actor: &Actor, found: &Card, typed: &str) -> Result<Taken, Failure> {
    let fault = |why, text: &str| Failure::field("serials", Fault::Serial { why, text: text.to_owned(), more: 0 });
    let typed = clean(typed);
    if typed.is_empty() {
        return Err(Failure::field("serials", Fault::Missing));
    }
    let serial = Serial::parse(&typed).map_err(|_| fault(SerialFault::Unknown, &typed))?;
    let known = blank::by_serials(tx.conn(), &[serial.as_str().to_owned()]).await?.pop();
    let known = known.ok_or_else(|| fault(SerialFault::Unknown, serial.as_str()))?;
    let reserved = reserve(tx, actor, known.place_id, &serial, &format!("card:{}", found.id)).await?;
    let place = place::by_id(tx.conn(), reserved.place_id).await?.map(|place| place.name).unwrap_or_default();
    Ok(Taken { serial: reserved.serial, place })
}

/// The blank that a card was printed on.
async fn blank_of(tx: &mut Tx, found: &Card) -> Result<i64, Failure> {
    let serial = found.blank_serial.clone().ok_or(Failure::Internal)?;
    let known = blank::by_serials(tx.conn(), &[serial]).await?.pop();
    known.map(|blank| blank.id).ok_or(Failure::Internal)
}

/// It is not good: it is printed anew on another blank.
///
/// # Errors
/// As [`print_card`].
pub async fn misprint_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    let blank = blank_of(tx, &found).await?;
    spoil_blank(tx, actor, blank, SpoilReason::Misprint, "").await?;
    move_card(tx, actor, &found, CardEvent::Misprint, None).await?;
    card::note_printed(tx.conn(), id, None, None).await?;
    Ok(())
}

/// Somebody has looked at it, and it is good: it becomes active, the card that it takes the place of ends in the same
/// transaction (R32), and the request is fulfilled.
///
/// # Errors
/// As [`print_card`]; [`Refusal::ChipUnwritten`] where its blank has a chip that does not hold its content yet,
/// [`Refusal::WitnessNeeded`] where a second person has to look at it first; [`Refusal::CodeDiffers`].
pub async fn confirm_card(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(issuable(tx.conn(), actor, id).await?, version)?;
    chip_is_written(tx.conn(), &found).await?;
    code_does_not_differ(tx.conn(), &found).await?;
    note_maker(tx, actor, id).await?;
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
    let blank = blank_of(tx, &found).await?;
    use_blank(tx, actor, blank).await?;
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

pub(super) async fn issuable(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Card, Failure> {
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
