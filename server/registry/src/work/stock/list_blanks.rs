//! Lists of blanks, and one blank with what became of it.

use contract::Failure;
use contract::stock::{BlankDetail, BlankLine, BlankPage, MovementLine};
use model::lifecycle::{Blank as State, BlankEvent, Lifecycle as _};
use model::role::Action;
use model::stock::SpoilReason;
use model::text::clean;

use super::{ids, places_of};
use crate::store::stock::blank::{self, Filter, Listed};
use crate::store::stock::{destruction, ledger, place};
use crate::{Actor, Conn};

/// Blanks on a page.
pub const PAGE: i64 = 50;
const LAST_PAGE: i64 = 1_000_000;

/// Which blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlankQuery {
    /// Serials that begin so.
    pub serial: String,
    /// Only at this place.
    pub place_id: Option<i64>,
    /// Only of this type.
    pub type_id: Option<i64>,
    /// Only of this lot.
    pub lot_id: Option<i64>,
    /// Only in this state, by name.
    pub state: String,
    /// Page, counted from 1.
    pub page: i64,
}

/// One page of the blanks that the actor may see and the query asks for, by serial.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_blanks(conn: &mut Conn, actor: &Actor, query: &BlankQuery) -> Result<BlankPage, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let mut places = ids(&places_of(conn, actor, Action::SeeStock).await?);
    places.retain(|id| query.place_id.is_none_or(|wanted| wanted == *id));
    let filter = Filter {
        places,
        type_id: query.type_id,
        lot_id: query.lot_id,
        state: State::from_name(&query.state).map(State::name),
        serial: clean(&query.serial).to_ascii_uppercase().chars().take(40).collect(),
    };
    let page = query.page.clamp(1, LAST_PAGE);
    let (rows, total) = blank::list(conn, &filter, (page - 1) * PAGE, PAGE).await?;
    Ok(BlankPage { rows: rows.into_iter().filter_map(line).collect(), total, page })
}

/// One blank.
///
/// # Errors
/// [`Failure::NotFound`], also for one that may not be seen.
pub async fn show_blank(conn: &mut Conn, actor: &Actor, id: i64) -> Result<BlankDetail, Failure> {
    let row = blank::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let lies = place::by_id(conn, row.place_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeeStock, &lies.path) {
        return Err(Failure::NotFound);
    }
    let listed = blank::listed(conn, id).await?.and_then(line).ok_or(Failure::NotFound)?;
    let destruction = match row.destruction_id {
        Some(id) => destruction::by_id(conn, id).await?.map(|row| (row.id, row.number)),
        None => None,
    };
    let history = ledger::of_blank(conn, id).await?.into_iter().map(|row| MovementLine {
        at: row.at,
        event: event(&row.event),
        place: row.place,
        count: row.count,
        document: row.document,
        reason: row.reason.as_deref().and_then(SpoilReason::from_name),
        note: row.note,
        by: row.actor,
    });
    Ok(BlankDetail { blank: listed, held_for: row.held_for, destruction, history: history.collect() })
}

fn event(name: &str) -> Option<BlankEvent> {
    State::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
}

/// A stored blank as a list shows it; `None` for a state that this program does not know.
pub(super) fn line(row: Listed) -> Option<BlankLine> {
    Some(BlankLine {
        id: row.id,
        serial: row.serial,
        kind: row.kind,
        lot_id: row.lot_id,
        lot: row.lot,
        place: row.place,
        state: State::from_name(&row.state)?,
        reason: row.reason.as_deref().and_then(SpoilReason::from_name),
        wiped: row.chip.map(|chip| chip == 1),
    })
}
