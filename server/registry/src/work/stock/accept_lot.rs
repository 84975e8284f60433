//! A lot is looked at (R100–R103), and accepted, sent back, or accepted without some of it.

use std::collections::{HashMap, HashSet};

use contract::stock::{Holding, LotDetail, LotLine, LotState};
use contract::{Failure, Fault, Faults, Refusal};
use model::lifecycle::{Blank as State, BlankEvent, Lifecycle as _};
use model::role::Action;
use model::stock::{ChipKind, LotCheck, SerialFault};

use super::{NOTE_CHARS, Shift, brief, ids, place_for, places_of, record, serials, serials_of, shift, text, wrong};
use crate::store::stock::blank::{self, Blank};
use crate::store::stock::lot::{self, Decision, Lot};
use crate::{Actor, Conn, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct AcceptForm {
    /// What was found good.
    pub checks: Vec<LotCheck>,
    /// Serials that go back to the supplier all the same.
    pub back: String,
    /// What is said; needed where something goes back.
    pub note: String,
}

/// Lots shown on the page.
const SHOWN: i64 = 200;

/// Accepts a lot, but for the serials that go back.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; [`Refusal::Decided`]; [`Refusal::NotAppraised`] for a type without
/// the Ministry's appraisal (R102); faults beside each check's name, `serials`, `note`.
pub async fn accept_lot(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: AcceptForm,
) -> Result<(), Failure> {
    let lot = waiting(tx, actor, id).await?;
    if lot.appraisal.is_none() {
        return Err(Failure::Refused { why: Refusal::NotAppraised });
    }
    let mut faults = Faults::default();
    for check in LotCheck::asked(ChipKind::from_name(&lot.chip).unwrap_or(ChipKind::None)) {
        if !form.checks.contains(&check) {
            faults.add(check.name(), Fault::Unchecked);
        }
    }
    let all = blank::of_lot(tx.conn(), id).await?;
    let back = if form.back.trim().is_empty() { Ok(Vec::new()) } else { serials(&form.back) };
    let back = faults.take("serials", back.and_then(|back| among(&all, &back)));
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    if back.as_ref().is_some_and(|back| !back.is_empty()) && note.is_none() {
        faults.add("note", Fault::Missing);
    }
    faults.check()?;
    let back = back.ok_or(Failure::Internal)?;
    if back.len() == all.len() {
        // nothing of it would be accepted
        return Err(Failure::field("serials", Fault::Choice));
    }
    let bad: HashSet<i64> = back.iter().map(|blank| blank.id).collect();
    let good: Vec<Blank> = all.into_iter().filter(|blank| !bad.contains(&blank.id)).collect();
    let checks: Vec<&str> = form.checks.iter().map(|check| check.name()).collect();
    decide(tx, actor, (id, version), ("accepted", checks.join(" "), note.clone())).await?;
    let document = format!("lot:{id}");
    let of = |event| Shift { document: Some(&document), note: note.as_deref(), ..Shift::new(event) };
    shift(tx, actor, &good, &of(BlankEvent::Accept)).await?;
    shift(tx, actor, &back, &of(BlankEvent::SendBack)).await?;
    let facts = serde_json::json!({
        "number": lot.number, "count": good.len(), "back": back.len(), "serials": brief(serials_of(&back)), "note": note,
    });
    record(tx, actor, "stock.accept", document.clone(), facts);
    Ok(())
}

/// Sends a whole lot back to the supplier.
///
/// # Errors
/// As [`accept_lot`]; a fault beside `note`.
pub async fn send_lot_back(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64), note: &str) -> Result<(), Failure> {
    let lot = waiting(tx, actor, id).await?;
    let note = text(note, NOTE_CHARS).and_then(|note| note.ok_or(Fault::Missing));
    let note = note.map_err(|fault| Failure::field("note", fault))?;
    decide(tx, actor, (id, version), ("sent_back", String::new(), Some(note.clone()))).await?;
    let all = blank::of_lot(tx.conn(), id).await?;
    let document = format!("lot:{id}");
    let of = Shift { document: Some(&document), note: Some(&note), ..Shift::new(BlankEvent::SendBack) };
    shift(tx, actor, &all, &of).await?;
    let facts = serde_json::json!({ "number": lot.number, "count": all.len(), "note": note });
    record(tx, actor, "stock.send_back", document.clone(), facts);
    Ok(())
}

async fn waiting(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Lot, Failure> {
    let lot = lot::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let at_ms = tx.at_ms();
    place_for(tx.conn(), actor, Action::KeepStock, lot.place_id, at_ms).await?;
    if lot.state == "received" { Ok(lot) } else { Err(Failure::Refused { why: Refusal::Decided }) }
}

async fn decide(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    (state, checks, note): (&'static str, String, Option<String>),
) -> Result<(), Failure> {
    let (decision, at_ms) = (Decision { state, checks, note, by: actor.account_id }, tx.at_ms());
    if lot::decide(tx.conn(), id, version, &decision, at_ms).await? { Ok(()) } else { Err(Failure::Stale) }
}

/// Those of the lot's blanks; a fault for serials that are none of them.
fn among(all: &[Blank], serials: &[String]) -> Result<Vec<Blank>, Fault> {
    let known: HashMap<&str, &Blank> = all.iter().map(|blank| (blank.serial.as_str(), blank)).collect();
    let strange = serials.iter().map(String::as_str).filter(|serial| !known.contains_key(serial));
    match wrong(SerialFault::Unknown, strange) {
        Some(fault) => Err(fault),
        None => {
            Ok(serials.iter().filter_map(|serial| known.get(serial.as_str()).map(|blank| (*blank).clone())).collect())
        }
    }
}

/// The lots at the places that the actor may see: those that wait first, then the newest.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_lots(conn: &mut Conn, actor: &Actor) -> Result<Vec<LotLine>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let places = ids(&places_of(conn, actor, Action::SeeStock).await?);
    Ok(lot::list(conn, &places, false, SHOWN).await?.iter().map(line).collect())
}

/// One lot.
///
/// # Errors
/// [`Failure::NotFound`], also for one that may not be seen.
pub async fn show_lot(conn: &mut Conn, actor: &Actor, id: i64) -> Result<LotDetail, Failure> {
    let lot = lot::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &lot.path) {
        return Err(Failure::NotFound);
    }
    let mut holding = Holding::default();
    let mut ends: Option<(String, String)> = None;
    for (state, number, first, last) in blank::lot_holding(conn, id).await? {
        if let Some(state) = State::from_name(&state) {
            holding.add(state, number);
        }
        ends = Some(match ends {
            Some((least, most)) => (least.min(first), most.max(last)),
            None => (first, last),
        });
    }
    Ok(LotDetail {
        lot: line(&lot),
        chip: ChipKind::from_name(&lot.chip).unwrap_or(ChipKind::None),
        checks: lot.checks.split(' ').filter_map(LotCheck::from_name).collect(),
        may_keep: actor.may(Action::KeepStock, &lot.path),
        document: lot.document,
        note: lot.note,
        appraisal: lot.appraisal,
        entered_by: lot.entered_by,
        entered_at: lot.entered_at,
        decided_by: lot.decided_by,
        decided_at: lot.decided_at,
        decision_note: lot.decision_note,
        holding,
        ends,
        version: lot.version,
    })
}

fn line(lot: &Lot) -> LotLine {
    LotLine {
        id: lot.id,
        number: lot.number.clone(),
        supplier: lot.supplier.clone(),
        kind: lot.kind.clone(),
        place: lot.place.clone(),
        received_on: lot.received_on.clone(),
        stated: lot.stated,
        counted: lot.counted,
        state: match lot.state.as_str() {
            "received" => LotState::Received,
            "accepted" => LotState::Accepted,
            _ => LotState::SentBack,
        },
    }
}
