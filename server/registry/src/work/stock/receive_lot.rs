//! A lot comes from a supplier: its papers against what is there (R34).

use contract::{Failure, Fault, Faults};
use model::role::Action;
use model::stock::SerialFault;
use model::text::fold;

use super::{NAME_CHARS, NOTE_CHARS, brief, needed, number, place_chosen, record, serials, text, wrong};
use crate::store::stock::ledger::{self, Movement};
use crate::store::stock::lot::{self, NewLot};
use crate::store::stock::{blank, catalogue, place};
use crate::{Actor, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct LotForm {
    /// Type.
    pub type_id: Option<i64>,
    /// Place.
    pub place_id: Option<i64>,
    /// Number, the supplier's.
    pub number: String,
    /// Who supplied it; empty for who supplies the type.
    pub supplier: String,
    /// Number of the paper with which it came.
    pub document: String,
    /// Day; empty for today.
    pub received_on: String,
    /// As many as the papers say.
    pub stated: String,
    /// The serials, as they are.
    pub serials: String,
    /// Needed where there are more or fewer than the papers say.
    pub note: String,
}

/// Enters a lot; its id. Its blanks wait until it is accepted.
///
/// # Errors
/// Faults beside `type_id`, `place_id`, `number`, `supplier`, `document`, `received_on`, `stated`, `serials`, `note`.
pub async fn receive_lot(tx: &mut Tx, actor: &Actor, form: LotForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepStock, at_ms)?;
    let mut faults = Faults::default();
    let kind = match form.type_id {
        Some(id) => catalogue::by_id(tx.conn(), id).await?.ok_or(Fault::Choice),
        None => Err(Fault::Choice),
    };
    let kind = faults.take("type_id", kind);
    let place = faults.take("place_id", place_chosen(tx.conn(), actor, Action::KeepStock, form.place_id).await?);
    let lot_number = faults.take("number", needed(&form.number, NAME_CHARS));
    let supplier = faults.take("supplier", text(&form.supplier, NAME_CHARS)).flatten();
    let document = faults.take("document", needed(&form.document, NAME_CHARS));
    let today = date::day_of(at_ms);
    let day = match form.received_on.trim() {
        "" => Some(today),
        text => faults.take("received_on", date::parse(text)),
    };
    if day.is_some_and(|day| day > today) {
        faults.add("received_on", Fault::Future);
    }
    let stated = faults.take("stated", number(&form.stated));
    let listed = faults.take("serials", serials(&form.serials));
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    if let Some(listed) = &listed {
        let there = blank::by_serials(tx.conn(), listed).await?;
        let there = there.iter().map(|blank| blank.serial.as_str());
        if let Some(fault) = wrong(SerialFault::Exists, there) {
            faults.add("serials", fault);
        }
        let counted = listed.len() as i64;
        if stated.is_some_and(|stated| stated != counted) && note.is_none() {
            faults.add("note", Fault::Differs { counted });
        }
        if let Some(place) = &place {
            place::hold(tx.conn(), place.id).await?;
            let room = match place.quota {
                Some(quota) => quota - place::filled(tx.conn(), place.id).await?,
                None => i64::MAX,
            };
            if counted > room {
                faults.add("place_id", Fault::Quota { left: room.max(0) });
            }
        }
    }
    faults.check()?;
    let all = (kind, place, lot_number, document, day, stated, listed);
    let (Some(kind), Some(place), Some(lot_number), Some(document), Some(day), Some(stated), Some(listed)) = all else {
        return Err(Failure::Internal);
    };
    let supplier = supplier.unwrap_or_else(|| kind.supplier.clone());
    let new = NewLot {
        supplier_folded: fold(&supplier),
        supplier,
        number: lot_number,
        type_id: kind.id,
        place_id: place.id,
        document,
        received_on: day.to_string(),
        stated,
        counted: listed.len() as i64,
        note,
    };
    let id = lot::insert(tx.conn(), &new, actor.account_id, at_ms).await?;
    blank::insert(tx.conn(), (id, kind.id, place.id), &listed).await?;
    let ids: Vec<i64> = blank::of_lot(tx.conn(), id).await?.iter().map(|blank| blank.id).collect();
    let (day, document) = (date::iso_day(at_ms), format!("lot:{id}"));
    let movement = Movement {
        event: "receive",
        type_id: kind.id,
        from: None,
        to: ("received", place.id),
        document: Some(&document),
        reason: None,
        note: None,
        account_id: actor.account_id,
        day: &day,
    };
    ledger::post(tx.conn(), &movement, &ids, at_ms).await?;
    let facts = serde_json::json!({
        "number": new.number, "supplier": new.supplier, "blank_type": kind.code, "stock_place": place.id, "document": new.document,
        "stated": new.stated, "count": new.counted, "serials": brief(listed.iter().map(String::as_str)),
    });
    record(tx, actor, "stock.receive", document, facts);
    Ok(id)
}
