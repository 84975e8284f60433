//! Spoiled blanks are entered, with the reason (R39).

use contract::{Failure, Fault, Faults};
use model::lifecycle::BlankEvent;
use model::role::Action;
use model::stock::SpoilReason;

use super::{NOTE_CHARS, Shift, brief, picked, place_chosen, record, serials_of, shift, text};
use crate::{Actor, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct SpoilForm {
    /// Place.
    pub place_id: Option<i64>,
    /// The serials.
    pub serials: String,
    /// `SpoilReason` by name.
    pub reason: String,
    /// What happened; needed where the reason is another one.
    pub note: String,
}

/// Enters blanks as spoiled; how many.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `place_id`, `serials`, `reason`, `note`.
pub async fn spoil(tx: &mut Tx, actor: &Actor, form: SpoilForm) -> Result<i64, Failure> {
    actor.require_somewhere(Action::HandleBlanks, tx.at_ms())?;
    let mut faults = Faults::default();
    let place = faults.take("place_id", place_chosen(tx.conn(), actor, Action::HandleBlanks, form.place_id).await?);
    let blanks = match &place {
        Some(place) => picked(tx.conn(), place, &form.serials, BlankEvent::Spoil).await?,
        None => super::serials(&form.serials).map(|_| Vec::new()),
    };
    let blanks = faults.take("serials", blanks);
    let reason = faults.take("reason", SpoilReason::from_name(&form.reason).ok_or(Fault::Choice));
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    if reason == Some(SpoilReason::Other) && note.is_none() {
        faults.add("note", Fault::Missing);
    }
    faults.check()?;
    let (Some(place), Some(blanks)) = (place, blanks) else { return Err(Failure::Internal) };
    shift(tx, actor, &blanks, &Shift { reason, note: note.as_deref(), ..Shift::new(BlankEvent::Spoil) }).await?;
    let facts = serde_json::json!({
        "count": blanks.len(), "serials": brief(serials_of(&blanks)), "spoil_reason": reason.map(SpoilReason::name), "note": note,
    });
    record(tx, actor, "stock.spoil", format!("stock_place:{}", place.id), facts);
    Ok(blanks.len() as i64)
}
