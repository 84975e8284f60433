//! Stock of blank cards (R34–R39, R176): the catalogue, places, lots, and every way in which a blank moves.
//!
//! Nothing moves but through [`shift`]: it asks `model::lifecycle::Blank` what may happen, changes the rows of the blanks and writes
//! the ledger, in the transaction in which the use case records what it did. What issuing cards needs stands in [`issue`].

pub mod accept_lot;
pub mod count;
pub(in crate::work) mod demo;
pub mod destroy;
pub mod issue;
pub mod list_blanks;
pub mod move_blanks;
pub mod overview;
pub mod places;
pub mod queue;
pub mod receive_lot;
pub mod set_aside;
pub mod spoil;
pub mod types;

use std::collections::BTreeMap;

use contract::{Failure, Fault};
use model::lifecycle::{Blank as State, BlankEvent, Lifecycle};
use model::role::Action;
use model::stock::{Serial, SerialFault, SpoilReason, read_serials};

use super::typed::{needed, text};
use crate::store::stock::blank::{self, Blank, Change, Held};
use crate::store::stock::ledger::{self, Movement};
use crate::store::stock::place::{self, Place};
use crate::store::{Record, StoreError};
use crate::{Actor, Conn, Tx, date};

pub use issue::{release, reserve, spoil_blank, use_blank};

/// A name, a number of a paper.
const NAME_CHARS: usize = 100;
const NOTE_CHARS: usize = 500;
/// Ranges that an entry of the audit log lists; the ledger has every blank.
const RANGES: usize = 20;

/// The place of that id, on which the actor may do that.
pub(super) async fn place_for(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    id: i64,
    at_ms: i64,
) -> Result<Place, Failure> {
    let place = place::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &place.path) {
        return Err(Failure::NotFound);
    }
    actor.require(action, &place.path, at_ms)?;
    Ok(place)
}

/// The place that was chosen in a form, where the actor may do that.
async fn place_chosen(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    id: Option<i64>,
) -> Result<Result<Place, Fault>, StoreError> {
    let Some(id) = id else { return Ok(Err(Fault::Choice)) };
    let place = place::by_id(conn, id).await?.filter(|place| actor.may(action, &place.path));
    Ok(place.ok_or(Fault::Choice))
}

/// The places at which the actor may do that.
async fn places_of(conn: &mut Conn, actor: &Actor, action: Action) -> Result<Vec<Place>, StoreError> {
    let mut places = place::all(conn).await?;
    places.retain(|place| actor.may(action, &place.path));
    Ok(places)
}

fn ids(places: &[Place]) -> Vec<i64> {
    places.iter().map(|place| place.id).collect()
}

/// A number of things, with or without points between thousands.
fn number(typed: &str) -> Result<i64, Fault> {
    let digits: String = typed.chars().filter(|character| !character.is_whitespace() && *character != '.').collect();
    match digits.parse::<i64>() {
        Ok(number) if (1..=1_000_000).contains(&number) => Ok(number),
        _ if digits.is_empty() => Err(Fault::Missing),
        _ => Err(Fault::Number),
    }
}

/// A number that may be left out.
fn optional_number(typed: &str) -> Result<Option<i64>, Fault> {
    if typed.trim().is_empty() { Ok(None) } else { number(typed).map(Some) }
}

/// The serials that were typed, at least one.
fn serials(typed: &str) -> Result<Vec<String>, Fault> {
    let listed =
        read_serials(typed).map_err(|problem| Fault::Serial { why: problem.fault, text: problem.text, more: 0 })?;
    if listed.is_empty() { Err(Fault::Missing) } else { Ok(listed.into_iter().map(String::from).collect()) }
}

/// What is wrong with these serials; nothing where there are none.
fn wrong<'s>(why: SerialFault, mut which: impl Iterator<Item = &'s str>) -> Option<Fault> {
    let first = which.next()?.to_owned();
    Some(Fault::Serial { why, text: first, more: which.count() })
}

/// The blanks that were typed, all of them at this place and in a state in which that may happen.
async fn picked(
    conn: &mut Conn,
    place: &Place,
    typed: &str,
    event: BlankEvent,
) -> Result<Result<Vec<Blank>, Fault>, StoreError> {
    let serials = match serials(typed) {
        Ok(serials) => serials,
        Err(fault) => return Ok(Err(fault)),
    };
    let found = blank::by_serials(conn, &serials).await?;
    let known: std::collections::HashSet<&str> = found.iter().map(|blank| blank.serial.as_str()).collect();
    let unknown = serials.iter().map(String::as_str).filter(|serial| !known.contains(serial));
    let elsewhere = found.iter().filter(|blank| blank.place_id != place.id).map(|blank| blank.serial.as_str());
    let fault = wrong(SerialFault::Unknown, unknown).or_else(|| wrong(SerialFault::Elsewhere, elsewhere));
    Ok(match fault.or_else(|| impossible(&found, event)) {
        Some(fault) => Err(fault),
        None => Ok(found),
    })
}

/// What hinders it, if it cannot happen to each of them.
fn impossible(blanks: &[Blank], event: BlankEvent) -> Option<Fault> {
    let may = |blank: &&Blank| State::from_name(&blank.state).is_some_and(|state| state.after(event).is_ok());
    wrong(SerialFault::State, blanks.iter().filter(|blank| !may(blank)).map(|blank| blank.serial.as_str()))
}

/// What happens to blanks.
#[derive(Clone, Debug)]
struct Shift<'s> {
    event: BlankEvent,
    /// Where they lie afterwards; where they lay, when nothing is said.
    to_place: Option<i64>,
    /// Where it is written: `lot:7`.
    document: Option<&'s str>,
    reason: Option<SpoilReason>,
    note: Option<&'s str>,
    held: Held,
}

impl Shift<'_> {
    fn new(event: BlankEvent) -> Self {
        Shift { event, to_place: None, document: None, reason: None, note: None, held: Held::Keep }
    }
}

/// Changes the blanks and writes the ledger: a movement for each type, state and place from which they come.
async fn shift(tx: &mut Tx, actor: &Actor, blanks: &[Blank], of: &Shift<'_>) -> Result<(), Failure> {
    if let Some(fault) = impossible(blanks, of.event) {
        return Err(Failure::field("serials", fault));
    }
    let (at_ms, day) = (tx.at_ms(), date::iso_day(tx.at_ms()));
    let mut accounts: BTreeMap<(i64, i64, &str), Vec<i64>> = BTreeMap::new();
    for blank in blanks {
        accounts.entry((blank.type_id, blank.place_id, &blank.state)).or_default().push(blank.id);
    }
    for ((type_id, from_place, from_state), ids) in accounts {
        let state = State::from_name(from_state).ok_or(Failure::Internal)?;
        let after = state.after(of.event).map_err(|_| Failure::Internal)?;
        let (from, to) = ((from_state, from_place), (after.name(), of.to_place.unwrap_or(from_place)));
        let reason = of.reason.map(SpoilReason::name);
        let change = Change { from, to, reason, held: of.held.clone() };
        if blank::change(tx.conn(), &ids, &change).await? != ids.len() as u64 {
            return Err(Failure::Stale);
        }
        let movement = Movement {
            event: event_name(of.event),
            type_id,
            from: Some(from),
            to,
            document: of.document,
            reason,
            note: of.note,
            account_id: actor.account_id,
            day: &day,
        };
        ledger::post(tx.conn(), &movement, &ids, at_ms).await?;
    }
    Ok(())
}

/// Name of an event in the ledger.
fn event_name(event: BlankEvent) -> &'static str {
    State::EVENTS.iter().find(|(known, _)| *known == event).map_or("", |(_, name)| name)
}

fn record(tx: &mut Tx, actor: &Actor, action: &'static str, object: String, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object, facts, personal: None });
}

/// Serials as they are written in a short list: ranges where they follow one another.
fn ranges<'s>(serials: impl Iterator<Item = &'s str>) -> Vec<String> {
    let mut out: Vec<(String, String)> = Vec::new();
    for serial in serials {
        match out.last_mut() {
            Some((_, last)) if follows(last, serial) => serial.clone_into(last),
            _ => out.push((serial.to_owned(), serial.to_owned())),
        }
    }
    out.into_iter().map(|(first, last)| if first == last { first } else { format!("{first}–{last}") }).collect()
}

/// Whether the second serial comes right after the first.
fn follows(first: &str, second: &str) -> bool {
    first.len() == second.len()
        && Serial::parse(first).is_ok()
        && read_serials(&format!("{first}–{second}")).is_ok_and(|list| list.len() == 2)
}

/// The ranges as one text for the audit log.
fn brief<'s>(serials: impl Iterator<Item = &'s str>) -> String {
    let ranges = ranges(serials);
    let more = if ranges.len() > RANGES { " …" } else { "" };
    format!("{}{more}", ranges.get(..RANGES.min(ranges.len())).unwrap_or_default().join(", "))
}

fn serials_of(blanks: &[Blank]) -> impl Iterator<Item = &str> {
    blanks.iter().map(|blank| blank.serial.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_that_follow_one_another_become_ranges() {
        let list = ["A09", "A10", "A11", "A13", "B1", "B2", "99", "100"];
        assert_eq!(ranges(list.into_iter()), ["A09–A11", "A13", "B1–B2", "99", "100"]);
        assert_eq!(brief(["A1"].into_iter()), "A1");
    }
}
