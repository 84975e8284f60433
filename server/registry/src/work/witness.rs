//! A second person looks at what was read back from a card's chip, where the province asks for it: never who writes it or makes the card active,
//! with a session and a second factor of their own.

use contract::cards::{WitnessDetail, WitnessRow};
use contract::rules::IssueRule;
use contract::{Failure, Refusal};
use model::duty::Act;
use model::lifecycle::{self, Lifecycle as _};
use model::role::Action;

use super::issue_card::{at_version, snapshot_of};
use super::show_card::masked;
use super::write_chip::{content_of, written_chip};
use crate::hex::hex;
use crate::store::card::Card;
use crate::store::{Record, account, card, card_look};
use crate::{Actor, Conn, Tx};

/// Cards on a page.
pub const PAGE: i64 = 50;
/// The rule's name.
const RULE: &str = "witness";

/// Whether a second person has to look.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn show_rule(conn: &mut Conn, actor: &Actor) -> Result<IssueRule, Failure> {
    if !actor.may_somewhere(Action::SetRules) {
        return Err(Failure::Forbidden);
    }
    let (required, version) = card_look::rule(conn, RULE).await?;
    Ok(IssueRule { required: required == 1, version })
}

/// Sets it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::Stale`].
pub async fn set_rule(tx: &mut Tx, actor: &Actor, required: bool, version: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetRules, at_ms)?;
    if !card_look::put_rule(tx.conn(), (RULE, version), required, &actor.reference, at_ms).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "rule.witness",
        object: "rule:witness".to_owned(),
        facts: serde_json::json!({ "required": required }),
        personal: None,
    });
    Ok(())
}

/// Cards that wait for a second person, the oldest first; and how many. None where nobody has to look.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn to_witness(
    conn: &mut Conn,
    actor: &Actor,
    (page, per_page): (i64, i64),
) -> Result<(Vec<WitnessRow>, i64), Failure> {
    if !actor.may_somewhere(Action::WitnessCards) {
        return Err(Failure::Forbidden);
    }
    if card_look::rule(conn, RULE).await?.0 != 1 {
        return Ok((Vec::new(), 0));
    }
    let slice = ((page.max(1) - 1) * per_page, per_page);
    let (rows, total) = card_look::waiting(conn, &actor.paths(Action::WitnessCards), slice).await?;
    let line =
        |it: card_look::Waiting| WitnessRow { card_id: it.card_id, name: it.name, unit: it.unit, since: it.since };
    Ok((rows.into_iter().map(line).collect(), total))
}

/// What was read back from a card's chip, beside what was approved.
///
/// # Errors
/// [`Failure::NotFound`], [`Refusal::ChipUnwritten`], [`Refusal::Erased`].
pub async fn show(conn: &mut Conn, actor: &Actor, id: i64) -> Result<WitnessDetail, Failure> {
    let found = witnessable(conn, actor, id).await?;
    let chip = written_chip(conn, &found).await?.ok_or(Failure::Refused { why: Refusal::ChipUnwritten })?;
    let (host, read) = chip.host.zip(chip.content).ok_or(Failure::Internal)?;
    let (_, approved) = content_of(&found, &host)?;
    let snapshot = snapshot_of(&found)?;
    let look = card_look::of_card(conn, id).await?;
    let seen = look.filter(|look| look.witnessed.as_ref() == Some(&read));
    Ok(WitnessDetail {
        card_id: id,
        name: snapshot.full_name,
        unit: snapshot.using_unit,
        unit_code: snapshot.unit_code,
        position: snapshot.position,
        number: masked(Some(&snapshot.number)),
        code: snapshot.code,
        host,
        serial: found.blank_serial.clone(),
        uid: chip.uid,
        key_set: chip.key_set,
        fits: approved.as_slice() == read.as_slice(),
        approved: hex(&approved),
        read: hex(&read),
        seen_by: seen.as_ref().and_then(|look| look.witness.clone()),
        seen_at: seen.and_then(|look| look.witnessed_at),
        version: found.version,
    })
}

/// The second person has compared them.
///
/// # Errors
/// As [`show`]; [`Failure::ConfirmationNeeded`], [`Failure::Stale`]; [`Refusal::ChipUnwritten`] where they differ,
/// [`Refusal::SeparationOfDuties`] for who wrote the chip.
pub async fn witness(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = at_version(witnessable(tx.conn(), actor, id).await?, version)?;
    actor.require(Action::WitnessCards, &found.path, at_ms)?;
    if found.state != lifecycle::Card::Printed.name() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let chip = written_chip(tx.conn(), &found).await?.ok_or(Failure::Refused { why: Refusal::ChipUnwritten })?;
    let (host, read) = chip.host.zip(chip.content).ok_or(Failure::Internal)?;
    let (_, approved) = content_of(&found, &host)?;
    if approved.as_slice() != read.as_slice() {
        return Err(Failure::Refused { why: Refusal::ChipUnwritten });
    }
    // the database refuses whoever wrote it, under whatever account
    account::note_duty(tx.conn(), &object(id), Act::Witnessed, &actor.duty_key(), at_ms).await?;
    let serial = found.blank_serial.clone().ok_or(Failure::Internal)?;
    card_look::note_witness(tx.conn(), (id, &serial), &read, (actor.account_id, at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "chip.witness",
        object: object(id),
        facts: serde_json::json!({ "uid": chip.uid, "content": hex(&read) }),
        personal: None,
    });
    Ok(())
}

/// Who writes a card's chip, or makes it active, is no witness of it.
///
/// # Errors
/// [`Refusal::SeparationOfDuties`].
pub(super) async fn note_maker(tx: &mut Tx, actor: &Actor, id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    Ok(account::note_duty(tx.conn(), &object(id), Act::Issued, &actor.duty_key(), at_ms).await?)
}

/// Whether a card waits, or will wait, for a second person to see that content of its chip.
pub(super) async fn is_awaited(conn: &mut Conn, found: &Card, content: Option<&[u8]>) -> Result<bool, Failure> {
    if card_look::rule(conn, RULE).await?.0 != 1 {
        return Ok(false);
    }
    let look = card_look::of_card(conn, found.id).await?;
    let seen = look.and_then(|look| look.witnessed);
    Ok(seen.is_none() || seen.as_deref() != content)
}

async fn witnessable(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Card, Failure> {
    let found = card::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::WitnessCards, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

fn object(id: i64) -> String {
    format!("card:{id}")
}
