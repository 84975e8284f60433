//! Blanks go from one place to another: one sends, another takes in or turns back (R36 for blanks; R176).

use contract::stock::{TransferDetail, TransferState};
use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::lifecycle::BlankEvent;
use model::role::Action;

use super::{
    NAME_CHARS, NOTE_CHARS, Shift, brief, ids, picked, place_chosen, places_of, ranges, record, serials_of, shift, text,
};
use crate::store::account;
use crate::store::stock::transfer::{self, Transfer};
use crate::store::stock::{blank, place};
use crate::{Actor, Conn, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SendForm {
    /// From.
    pub from: Option<i64>,
    /// To.
    pub to: Option<i64>,
    /// The serials.
    pub serials: String,
    /// Number of the paper; may be empty.
    pub document: String,
}

const SHOWN: i64 = 100;

/// Sends blanks that are on hand; the transfer's id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `from`, `to`, `serials`, `document`; [`Fault::Quota`] beside `to`.
pub async fn send_blanks(tx: &mut Tx, actor: &Actor, form: SendForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepStock, at_ms)?;
    let mut faults = Faults::default();
    let from = faults.take("from", place_chosen(tx.conn(), actor, Action::KeepStock, form.from).await?);
    let to = match form.to {
        Some(id) if form.from != Some(id) => place::by_id(tx.conn(), id).await?.ok_or(Fault::Choice),
        _ => Err(Fault::Choice),
    };
    let to = faults.take("to", to);
    let document = faults.take("document", text(&form.document, NAME_CHARS)).flatten();
    let blanks = match &from {
        Some(from) => faults.take("serials", picked(tx.conn(), from, &form.serials, BlankEvent::Send).await?),
        None => faults.take("serials", super::serials(&form.serials)).map(|_| Vec::new()),
    };
    if let (Some(to), Some(blanks)) = (&to, &blanks)
        && let Some(quota) = to.quota
    {
        place::hold(tx.conn(), to.id).await?;
        let left = quota - place::filled(tx.conn(), to.id).await?;
        if blanks.len() as i64 > left {
            faults.add("to", Fault::Quota { left: left.max(0) });
        }
    }
    faults.check()?;
    let (Some(from), Some(to), Some(blanks)) = (from, to, blanks) else { return Err(Failure::Internal) };
    let count = blanks.len() as i64;
    let id = transfer::insert(tx.conn(), (from.id, to.id), count, document.as_deref(), actor.account_id, at_ms).await?;
    let object = format!("transfer:{id}");
    account::note_duty(tx.conn(), &object, Act::Issued, &actor.duty_key(), at_ms).await?;
    shift(tx, actor, &blanks, &Shift { document: Some(&object), ..Shift::new(BlankEvent::Send) }).await?;
    let facts = serde_json::json!({
        "stock_place": from.id, "to_place": to.id, "count": count, "serials": brief(serials_of(&blanks)), "document": document,
    });
    record(tx, actor, "stock.send", object.clone(), facts);
    Ok(id)
}

/// Takes in what was sent, or turns it back. Whoever sent it does not do so as well.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; [`Refusal::Decided`], [`Refusal::SecondPerson`]; a fault beside `note`
/// when it is turned back without one.
pub async fn take_in(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    arrived: bool,
    note: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let row = transfer::by_id(tx.conn(), id).await?.filter(|row| may_see(actor, row)).ok_or(Failure::NotFound)?;
    actor.require(Action::HandleBlanks, &row.to_path, at_ms)?;
    if row.state != "sent" {
        return Err(Failure::Refused { why: Refusal::Decided });
    }
    if row.sender_id.is_some() && row.sender_id == actor.account_id {
        return Err(Failure::Refused { why: Refusal::SecondPerson });
    }
    let note = text(note, NOTE_CHARS).and_then(|note| match note {
        None if !arrived => Err(Fault::Missing),
        other => Ok(other),
    });
    let note = note.map_err(|fault| Failure::field("note", fault))?;
    let object = format!("transfer:{id}");
    account::note_duty(tx.conn(), &object, Act::Witnessed, &actor.duty_key(), at_ms).await?;
    let state = if arrived { "arrived" } else { "turned_back" };
    if !transfer::end(tx.conn(), (id, version), state, note.as_deref(), actor.account_id, at_ms).await? {
        return Err(Failure::Stale);
    }
    let blanks = blank::of_document(tx.conn(), &object, "send").await?;
    let to_place = Some(if arrived { row.to_place } else { row.from_place });
    let of = Shift { to_place, document: Some(&object), note: note.as_deref(), ..Shift::new(BlankEvent::Arrive) };
    shift(tx, actor, &blanks, &of).await?;
    let facts = serde_json::json!({ "stock_place": to_place, "count": row.count, "note": note });
    record(tx, actor, if arrived { "stock.take_in" } else { "stock.turn_back" }, object.clone(), facts);
    Ok(())
}

fn may_see(actor: &Actor, row: &Transfer) -> bool {
    actor.may(Action::SeeStock, &row.from_path) || actor.may(Action::SeeStock, &row.to_path)
}

/// Transfers from and to the places that the actor may see; without their serials.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_transfers(conn: &mut Conn, actor: &Actor) -> Result<Vec<TransferDetail>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let places = ids(&places_of(conn, actor, Action::SeeStock).await?);
    let rows = transfer::list(conn, &places, false, SHOWN).await?;
    Ok(rows.into_iter().map(|row| detail(actor, row, Vec::new())).collect())
}

/// One transfer.
///
/// # Errors
/// [`Failure::NotFound`], also for one that may not be seen.
pub async fn show_transfer(conn: &mut Conn, actor: &Actor, id: i64) -> Result<TransferDetail, Failure> {
    let row = transfer::by_id(conn, id).await?.filter(|row| may_see(actor, row)).ok_or(Failure::NotFound)?;
    let blanks = blank::of_document(conn, &format!("transfer:{id}"), "send").await?;
    let serials = ranges(serials_of(&blanks));
    Ok(detail(actor, row, serials))
}

fn detail(actor: &Actor, row: Transfer, serials: Vec<String>) -> TransferDetail {
    TransferDetail {
        may_answer: actor.may(Action::HandleBlanks, &row.to_path),
        own: row.sender_id.is_some() && row.sender_id == actor.account_id,
        id: row.id,
        from: row.from_name,
        to: row.to_name,
        count: row.count,
        serials,
        document: row.document,
        state: match row.state.as_str() {
            "sent" => TransferState::Sent,
            "arrived" => TransferState::Arrived,
            _ => TransferState::TurnedBack,
        },
        sent_by: row.sender,
        sent_at: row.sent_at,
        ended_by: row.receiver,
        ended_at: row.ended_at,
        note: row.note,
        version: row.version,
    }
}
