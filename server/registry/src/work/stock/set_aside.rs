//! Spare blanks (phôi dự phòng) are kept apart from those for named people (R37).

use contract::{Failure, Faults};
use model::lifecycle::BlankEvent;
use model::role::Action;

use super::{NOTE_CHARS, Shift, brief, picked, place_chosen, record, serials_of, shift, text};
use crate::{Actor, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct AsideForm {
    /// Place.
    pub place_id: Option<i64>,
    /// The serials.
    pub serials: String,
    /// Put back among the others instead.
    pub release: bool,
    /// What is said; may be empty.
    pub note: String,
}

/// Sets blanks aside, or puts spare ones back; how many.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `place_id`, `serials`, `note`.
pub async fn set_aside(tx: &mut Tx, actor: &Actor, form: AsideForm) -> Result<i64, Failure> {
    actor.require_somewhere(Action::KeepStock, tx.at_ms())?;
    let (event, action) = match form.release {
        false => (BlankEvent::SetAside, "stock.set_aside"),
        true => (BlankEvent::Release, "stock.release"),
    };
    let mut faults = Faults::default();
    let place = faults.take("place_id", place_chosen(tx.conn(), actor, Action::KeepStock, form.place_id).await?);
    let blanks = match &place {
        Some(place) => picked(tx.conn(), place, &form.serials, event).await?,
        None => super::serials(&form.serials).map(|_| Vec::new()),
    };
    // what is reserved for somebody's card is given back by issuing, not here
    let blanks = blanks.and_then(|blanks| {
        let held = blanks.iter().filter(|blank| blank.state == "reserved").map(|blank| blank.serial.as_str());
        super::wrong(model::stock::SerialFault::State, held).map_or(Ok(()), Err)?;
        Ok(blanks)
    });
    let blanks = faults.take("serials", blanks);
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    faults.check()?;
    let (Some(place), Some(blanks)) = (place, blanks) else { return Err(Failure::Internal) };
    shift(tx, actor, &blanks, &Shift { note: note.as_deref(), ..Shift::new(event) }).await?;
    let facts = serde_json::json!({ "count": blanks.len(), "serials": brief(serials_of(&blanks)), "note": note });
    record(tx, actor, action, format!("stock_place:{}", place.id), facts);
    Ok(blanks.len() as i64)
}
