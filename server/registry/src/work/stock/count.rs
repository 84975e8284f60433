//! Stock counts (kiểm kê): what lies there against what the ledger has. What is not found is missing, what is back is found.

use std::collections::{HashMap, HashSet};

use contract::stock::CountDetail;
use contract::{Failure, Fault, Faults};
use model::lifecycle::BlankEvent;
use model::role::Action;

use super::{NOTE_CHARS, Shift, ids, place_chosen, places_of, ranges, record, serials, serials_of, shift, text};
use crate::store::stock::blank::{self, Blank};
use crate::store::stock::counting::{self, NewCount, StockCount};
use crate::{Actor, Conn, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct CountForm {
    /// Place.
    pub place_id: Option<i64>,
    /// Every serial that lies there; empty where nothing does.
    pub serials: String,
    /// Nothing lies there: said, so that an empty form does not make everything missing.
    pub nothing: bool,
    /// What is said; needed where something is missing or strange.
    pub note: String,
}

/// States in which a blank should lie at its place and be counted.
const COUNTED: [&str; 3] = ["on_hand", "spare", "reserved"];
const SHOWN: i64 = 50;

/// Enters a count; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `place_id`, `serials`; [`Fault::Differs`] beside `note` where the count differs and nothing is said
/// about it.
pub async fn count(tx: &mut Tx, actor: &Actor, form: CountForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepStock, at_ms)?;
    let mut faults = Faults::default();
    let place = faults.take("place_id", place_chosen(tx.conn(), actor, Action::KeepStock, form.place_id).await?);
    let listed = if form.nothing && form.serials.trim().is_empty() { Ok(Vec::new()) } else { serials(&form.serials) };
    let listed = faults.take("serials", listed);
    let note = faults.take("note", text(&form.note, NOTE_CHARS)).flatten();
    let (Some(place), Some(listed)) = (place, listed) else {
        faults.check()?;
        return Err(Failure::Internal);
    };
    let expected = blank::at_place(tx.conn(), place.id, &COUNTED).await?;
    let there: HashSet<&str> = listed.iter().map(String::as_str).collect();
    let (found, missing): (Vec<Blank>, Vec<Blank>) =
        expected.into_iter().partition(|blank| there.contains(blank.serial.as_str()));
    let known: HashMap<String, Blank> =
        blank::by_serials(tx.conn(), &listed).await?.into_iter().map(|blank| (blank.serial.clone(), blank)).collect();
    let ours: HashSet<&str> = serials_of(&found).collect();
    let (mut again, mut strange) = (Vec::new(), Vec::new());
    for serial in listed.iter().filter(|serial| !ours.contains(serial.as_str())) {
        match known.get(serial) {
            Some(blank) if blank.state == "missing" => again.push(blank.clone()),
            // spoiled ones lie here until they are destroyed, and are not counted
            Some(blank) if blank.place_id == place.id && blank.state == "spoiled" => {}
            _ => strange.push(serial.clone()),
        }
    }
    let counted = (found.len() + again.len()) as i64;
    if note.is_none() && !(missing.is_empty() && strange.is_empty()) {
        faults.add("note", Fault::Differs { counted });
    }
    faults.check()?;
    let new = NewCount {
        place_id: place.id,
        on_day: date::iso_day(at_ms),
        expected: (found.len() + missing.len()) as i64,
        found: found.len() as i64,
        missing: missing.len() as i64,
        found_again: again.len() as i64,
        strange: strange.join(" "),
        note,
        by: actor.account_id,
    };
    let id = counting::insert(tx.conn(), &new, at_ms).await?;
    let object = format!("stock_count:{id}");
    shift(tx, actor, &missing, &Shift { document: Some(&object), ..Shift::new(BlankEvent::Miss) }).await?;
    let found_again = Shift { to_place: Some(place.id), document: Some(&object), ..Shift::new(BlankEvent::Find) };
    shift(tx, actor, &again, &found_again).await?;
    let facts = serde_json::json!({
        "stock_place": place.id, "expected": new.expected, "found": new.found, "missing": new.missing,
        "found_again": new.found_again, "strange": strange.len(),
    });
    record(tx, actor, "stock.count", object.clone(), facts);
    Ok(id)
}

/// The newest counts of the places that the actor may see; without their lists.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_counts(conn: &mut Conn, actor: &Actor) -> Result<Vec<CountDetail>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let places = ids(&places_of(conn, actor, Action::SeeStock).await?);
    let rows = counting::list(conn, &places, SHOWN).await?;
    Ok(rows.into_iter().map(|row| detail(row, Vec::new(), Vec::new())).collect())
}

/// One count.
///
/// # Errors
/// [`Failure::NotFound`], also for one that may not be seen.
pub async fn show_count(conn: &mut Conn, actor: &Actor, id: i64) -> Result<CountDetail, Failure> {
    let row = counting::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &row.path) {
        return Err(Failure::NotFound);
    }
    let document = format!("stock_count:{id}");
    let missing = ranges(serials_of(&blank::of_document(conn, &document, "miss").await?));
    let again = ranges(serials_of(&blank::of_document(conn, &document, "find").await?));
    Ok(detail(row, missing, again))
}

fn detail(row: StockCount, missing: Vec<String>, found_again: Vec<String>) -> CountDetail {
    CountDetail {
        id: row.id,
        place: row.place,
        on_day: row.on_day,
        expected: row.expected,
        found: row.found,
        missing,
        found_again,
        strange: row.strange.split(' ').filter(|serial| !serial.is_empty()).map(str::to_owned).collect(),
        note: row.note,
        by: row.counter,
        at: row.at,
    }
}
