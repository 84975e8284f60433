//! Spoiled blanks are destroyed before a witness: numbered minutes with their list; a second person confirms (R39).

use contract::stock::{BlankLine, DestructionDetail, DestructionLine, DestructionState};
use contract::{Failure, Fault, Faults, Refusal};
use model::duty::Act;
use model::lifecycle::BlankEvent;
use model::role::Action;
use model::stock::SerialFault;

use super::list_blanks::line as blank_line;
use super::{NOTE_CHARS, Shift, brief, ids, picked, place_chosen, places_of, record, serials_of, shift, text, wrong};
use crate::store::stock::blank::{self, Blank};
use crate::store::stock::destruction::{self, Destruction, NewDestruction};
use crate::store::{account, unit};
use crate::{Actor, Conn, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct DestroyForm {
    /// Place.
    pub place_id: Option<i64>,
    /// The serials; empty for every spoiled blank of the place.
    pub serials: String,
    /// Day; empty for today.
    pub on_day: String,
    /// How they are destroyed.
    pub method: String,
}

/// Name of the counter that numbers the minutes.
const MINUTES: &str = "destruction_minutes";
const SHOWN: i64 = 100;

/// Draws up minutes, which wait for a witness; their id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `place_id`, `serials`, `on_day`, `method`.
pub async fn draw_up(tx: &mut Tx, actor: &Actor, form: DestroyForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepStock, at_ms)?;
    let mut faults = Faults::default();
    let place = faults.take("place_id", place_chosen(tx.conn(), actor, Action::KeepStock, form.place_id).await?);
    let blanks = match &place {
        Some(place) if form.serials.trim().is_empty() => {
            let mut all = blank::at_place(tx.conn(), place.id, &["spoiled"]).await?;
            all.retain(|blank| blank.destruction_id.is_none());
            if all.is_empty() { Err(Fault::Missing) } else { Ok(all) }
        }
        Some(place) => picked(tx.conn(), place, &form.serials, BlankEvent::Destroy).await?,
        None => Ok(Vec::new()),
    };
    let blanks = faults.take("serials", blanks.and_then(free));
    let today = date::day_of(at_ms);
    let day = match form.on_day.trim() {
        "" => Some(today),
        text => faults.take("on_day", date::parse(text)),
    };
    if day.is_some_and(|day| day > today) {
        faults.add("on_day", Fault::Future);
    }
    let method = faults.take("method", super::needed(&form.method, NOTE_CHARS));
    faults.check()?;
    let (Some(place), Some(blanks), Some(day), Some(method)) = (place, blanks, day, method) else {
        return Err(Failure::Internal);
    };
    let number = unit::next_numbers(tx.conn(), MINUTES, 1).await?;
    let number = format!("{number:02}/{}/BB-TH", day.year());
    let new = NewDestruction { number, place_id: place.id, on_day: day.to_string(), method, by: actor.account_id };
    let blank_ids: Vec<i64> = blanks.iter().map(|blank| blank.id).collect();
    let (id, claimed) = destruction::insert(tx.conn(), &new, &blank_ids, at_ms).await?;
    if claimed != blank_ids.len() as u64 {
        return Err(Failure::Stale);
    }
    let object = format!("destruction:{id}");
    account::note_duty(tx.conn(), &object, Act::Issued, &actor.duty_key(), at_ms).await?;
    let facts = serde_json::json!({
        "number": new.number, "stock_place": place.id, "on": new.on_day, "count": blanks.len(),
        "serials": brief(serials_of(&blanks)),
    });
    record(tx, actor, "stock.draw_up", object, facts);
    Ok(id)
}

/// Those that stand in no other minutes.
fn free(blanks: Vec<Blank>) -> Result<Vec<Blank>, Fault> {
    let listed = blanks.iter().filter(|blank| blank.destruction_id.is_some()).map(|blank| blank.serial.as_str());
    wrong(SerialFault::Listed, listed).map_or(Ok(()), Err)?;
    Ok(blanks)
}

/// The witness confirms that the blanks were destroyed, or refuses, with the reason.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`], [`Failure::Stale`]; [`Refusal::Decided`],
/// [`Refusal::SecondPerson`]; a fault beside `reason` when it is refused without one.
pub async fn witness(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    confirm: bool,
    reason: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let row = destruction::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &row.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::WitnessStock, &row.path, at_ms)?;
    if row.state != "waiting" {
        return Err(Failure::Refused { why: Refusal::Decided });
    }
    if row.maker_id.is_some() && row.maker_id == actor.account_id {
        return Err(Failure::Refused { why: Refusal::SecondPerson });
    }
    let reason = text(reason, NOTE_CHARS).and_then(|reason| match reason {
        None if !confirm => Err(Fault::Missing),
        other => Ok(other),
    });
    let reason = reason.map_err(|fault| Failure::field("reason", fault))?;
    let object = format!("destruction:{id}");
    // the database refuses whoever drew them up, under whatever account
    account::note_duty(tx.conn(), &object, Act::Witnessed, &actor.duty_key(), at_ms).await?;
    let blanks: Vec<String> =
        blank::of_destruction(tx.conn(), id).await?.into_iter().map(|blank| blank.serial).collect();
    let state = if confirm { "done" } else { "refused" };
    if !destruction::end(tx.conn(), (id, version), state, reason.as_deref(), actor.account_id, at_ms).await? {
        return Err(Failure::Stale);
    }
    if confirm {
        let blanks = blank::by_serials(tx.conn(), &blanks).await?;
        shift(tx, actor, &blanks, &Shift { document: Some(&object), ..Shift::new(BlankEvent::Destroy) }).await?;
    }
    let facts = serde_json::json!({ "number": row.number, "count": row.count, "note": reason });
    record(tx, actor, if confirm { "stock.destroy" } else { "stock.refuse_destruction" }, object.clone(), facts);
    Ok(())
}

/// Minutes of the places that the actor may see: those that wait first, then the newest.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_destructions(conn: &mut Conn, actor: &Actor) -> Result<Vec<DestructionLine>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let places = ids(&places_of(conn, actor, Action::SeeStock).await?);
    Ok(destruction::list(conn, &places, false, SHOWN).await?.iter().map(line).collect())
}

/// One of them.
///
/// # Errors
/// [`Failure::NotFound`], also for minutes that may not be seen.
pub async fn show_destruction(conn: &mut Conn, actor: &Actor, id: i64) -> Result<DestructionDetail, Failure> {
    let row = destruction::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &row.path) {
        return Err(Failure::NotFound);
    }
    let blanks: Vec<BlankLine> = blank::of_destruction(conn, id).await?.into_iter().filter_map(blank_line).collect();
    let province = unit::root(conn).await?.map(|root| root.name).unwrap_or_default();
    Ok(DestructionDetail {
        line: line(&row),
        blanks,
        province,
        may_witness: actor.may(Action::WitnessStock, &row.path),
        own: row.maker_id.is_some() && row.maker_id == actor.account_id,
        method: row.method,
        made_by: row.maker,
        made_at: row.made_at,
        ended_by: row.witness,
        ended_at: row.ended_at,
        reason: row.reason,
        unit: row.unit,
        version: row.version,
    })
}

fn line(row: &Destruction) -> DestructionLine {
    DestructionLine {
        id: row.id,
        number: row.number.clone(),
        place: row.place.clone(),
        on_day: row.on_day.clone(),
        count: row.count,
        state: match row.state.as_str() {
            "waiting" => DestructionState::Waiting,
            "done" => DestructionState::Done,
            _ => DestructionState::Refused,
        },
    }
}
