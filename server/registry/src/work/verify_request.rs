//! Comparing what was handed in with the paper, field by field (R18–R21).

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::lifecycle::{Lifecycle as _, Request, RequestEvent};
use model::profile::Field;
use model::role::Action;
use model::text::{clean, fold};

use super::ask_card::{impossible, state};
use super::change_person::{doubts, values_of};
use super::profile;
use super::scan::{KeptScan, Scan, attach};
use crate::blobs::Blobs;
use crate::order::Order;
use crate::store::person::{self, Person, PersonValues};
use crate::store::request::{self, FieldRow};
use crate::store::{Record, account, unit};
use crate::{Actor, Store, Tx};

/// What the officer says.
#[derive(Clone, Debug, Default)]
pub struct VerifyRequest {
    /// Version of the request that the page showed.
    pub version: i64,
    /// For each field that was to be compared: whether it agrees with the paper, and what is wrong where it does not.
    pub verdicts: BTreeMap<Field, (bool, String)>,
    /// The values as the page showed them: a decision is about these.
    pub seen: BTreeMap<Field, String>,
    /// Certified copies that were handed in.
    pub copies: i64,
    /// Whether the request goes back to the person.
    pub send_back: bool,
    /// Why, where no single field is to blame.
    pub reason: String,
}

/// R18: two certified copies.
pub const COPIES: i64 = 2;
const REMARK_CHARS: usize = 300;

/// Verifies a request with its scan, or sends it back. The scan is attached in the same transaction; without it nothing is
/// verified (R20).
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`] also where a value is not the one that was shown,
/// [`Refusal::OwnAccount`], [`Refusal::Impossible`], [`Refusal::NoPortrait`]; faults beside `scan`, `copies`, `reason` and the
/// fields' names.
pub async fn verify_request(
    store: &Store,
    blobs: &Blobs,
    (actor, order): (&Actor, &Arc<Order>),
    id: i64,
    typed: VerifyRequest,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    // nobody fills the disk with what they may not keep
    let mut conn = store.read().await?;
    let open = request::by_id(&mut conn, id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(&mut conn, open.unit_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::VerifyRequests, &unit.path, at_ms)?;
    drop(conn);
    let scan = if typed.send_back {
        None
    } else {
        // the size of a file says nothing of the time that looking at it takes
        let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
        Some(looked.map_err(|fault| Failure::field("scan", fault))?)
    };
    let (store, blobs, actor, order) = (store.clone(), blobs.clone(), actor.clone(), order.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let verifying = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        store.write(at_ms, move |tx| Box::pin(async move { settle(tx, &actor, &order, id, typed, kept).await })).await
    });
    verifying.await.map_err(|_| Failure::Internal)?
}

async fn settle(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    id: i64,
    typed: VerifyRequest,
    scan: Option<KeptScan>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let open = request::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    person::hold(tx.conn(), open.person_id).await?;
    let person = person::by_id(tx.conn(), open.person_id).await?.ok_or(Failure::NotFound)?;
    if actor.person_id == Some(person.id) {
        return Err(Failure::Refused { why: Refusal::OwnAccount });
    }
    let lines = profile::lines(tx.conn(), &person, Some(id)).await?;
    let from = state(&open.state)?;
    let event = if typed.send_back { RequestEvent::Return } else { RequestEvent::Verify };
    let to = from.after(event).map_err(impossible)?;
    if open.version != typed.version || typed.seen.iter().any(|(field, seen)| profile::value(&lines, *field) != *seen) {
        return Err(Failure::Stale);
    }
    let reason = judge(&typed, lines.iter().filter(|line| line.to_verify).map(|line| line.field))?;
    if !typed.send_back {
        request::note_verified(tx.conn(), id, typed.copies, actor.account_id, at_ms).await?;
    }
    if !request::put_state(tx.conn(), (id, open.version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    let object = format!("request:{id}");
    account::note_duty(tx.conn(), &object, Act::Verified, &actor.duty_key(), at_ms).await?;
    let rows: Vec<FieldRow> = lines
        .iter()
        .filter(|line| line.to_verify)
        .map(|line| {
            let (right, remark) = typed.verdicts.get(&line.field).cloned().unwrap_or_default();
            FieldRow {
                field: line.field.name().to_owned(),
                value: line.value.clone(),
                verdict: Some(if right { "accepted" } else { "returned" }.to_owned()),
                remark: Some(clean(&remark)).filter(|remark| !right && !remark.is_empty()),
            }
        })
        .collect();
    if typed.send_back {
        request::put_fields(tx.conn(), id, &rows).await?;
        request::note_answer(tx.conn(), id, reason.as_deref()).await?;
        let wrong: Vec<&str> = rows.iter().filter(|row| row.remark.is_some()).map(|row| row.field.as_str()).collect();
        tx.record(Record {
            actor: &actor.reference,
            action: "request.return",
            object,
            facts: serde_json::json!({ "person": person.id, "fields": wrong }),
            personal: reason.map(|reason| (Some(person.id), serde_json::json!({ "reason": reason }))),
        });
        return Ok(());
    }
    if profile::value(&lines, Field::Portrait).is_empty() {
        return Err(Failure::Refused { why: Refusal::NoPortrait });
    }
    let scan = scan.ok_or_else(|| Failure::field("scan", Fault::Missing))?;
    attach(tx, actor, (&object, "scan"), &scan, Some(person.id)).await?;
    take_over(tx, actor, order, &person, &rows).await?;
    for row in &rows {
        request::put_verified(tx.conn(), (person.id, id), (&row.field, &row.value), actor.account_id, at_ms).await?;
    }
    request::put_fields(tx.conn(), id, &[]).await?;
    let fields: Vec<&str> = rows.iter().map(|row| row.field.as_str()).collect();
    tx.record(Record {
        actor: &actor.reference,
        action: "request.verify",
        object,
        facts: serde_json::json!({ "person": person.id, "fields": fields, "copies": typed.copies, "stamp": open.stamp }),
        personal: None,
    });
    Ok(())
}

/// The reason, where it goes back; the faults of what was said.
fn judge(typed: &VerifyRequest, fields: impl Iterator<Item = Field>) -> Result<Option<String>, Failure> {
    let mut faults = Faults::default();
    let mut remarks = 0;
    for field in fields {
        match typed.verdicts.get(&field) {
            Some((true, _)) => {}
            Some((false, remark)) if typed.send_back => match clean(remark).chars().count() {
                0 => faults.add(field.name(), Fault::Missing),
                1..=REMARK_CHARS => remarks += 1,
                _ => faults.add(field.name(), Fault::TooLong { max: REMARK_CHARS }),
            },
            // whoever sends back need not have looked at everything
            None if typed.send_back => {}
            _ => faults.add(field.name(), Fault::Choice),
        }
    }
    let reason = clean(&typed.reason);
    if typed.send_back {
        if reason.is_empty() && remarks == 0 {
            faults.add("reason", Fault::Missing);
        } else if reason.chars().count() > REMARK_CHARS {
            faults.add("reason", Fault::TooLong { max: REMARK_CHARS });
        }
    } else if typed.copies != COPIES {
        faults.add("copies", Fault::Copies);
    }
    faults.check()?;
    Ok((!reason.is_empty()).then_some(reason))
}

/// Writes what was verified into the person's record (R21: only that goes to a card).
async fn take_over(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    before: &Person,
    rows: &[FieldRow],
) -> Result<(), Failure> {
    let mut values: PersonValues = values_of(before);
    for row in rows {
        let value = Some(row.value.clone()).filter(|value| !value.is_empty());
        match Field::from_name(&row.field) {
            Some(Field::Name) => values.name = row.value.clone(),
            Some(Field::Sex) => values.sex = value,
            Some(Field::BornOn) => values.born_on = value,
            Some(Field::CitizenId) => values.citizen_id = value,
            Some(Field::Position) => values.position = value,
            Some(Field::Employment) => values.employment = value,
            Some(Field::Rank) => values.rank = row.value.clone(),
            Some(Field::Portrait) | None => {}
        }
    }
    if values.citizen_id != before.citizen_id {
        // the reason was about the other number
        values.citizen_id_reason = None;
    }
    (values.name_folded, values.sort_key) = (fold(&values.name), order.name_key(&values.name));
    values.doubtful = !doubts(&values).is_empty();
    if !person::update(tx.conn(), before.id, before.version, &values).await? {
        return Err(Failure::Stale);
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "person.change",
        object: format!("person:{}", before.id),
        facts: serde_json::json!({ "fields": super::change_person::changed_fields(before, &values) }),
        personal: Some((Some(before.id), super::change_person::personal(&values))),
    });
    Ok(())
}

/// A verified field has changed, or the portrait: an open request goes back before its verification, and out of the list that
/// is being composed (R21). One that is with Home Affairs stays there, and whoever decides sees the difference.
///
/// # Errors
/// As the database says.
pub(super) async fn reopen(tx: &mut Tx, actor: &Actor, person_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let Some(open) = request::open_of(tx.conn(), person_id).await? else { return Ok(()) };
    let from = state(&open.state)?;
    let Ok(to) = from.after(RequestEvent::Reopen) else { return Ok(()) };
    let person = person::by_id(tx.conn(), person_id).await?.ok_or(Failure::NotFound)?;
    let lines = profile::lines(tx.conn(), &person, Some(open.id)).await?;
    let changed: Vec<&str> = lines.iter().filter(|line| line.to_verify).map(|line| line.field.name()).collect();
    if changed.is_empty() {
        return Ok(());
    }
    if !request::put_state(tx.conn(), (open.id, open.version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    if from == Request::Listed {
        request::put_dossier(tx.conn(), open.id, None, at_ms).await?;
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "request.reopen",
        object: format!("request:{}", open.id),
        facts: serde_json::json!({ "person": person_id, "fields": changed }),
        personal: None,
    });
    Ok(())
}
