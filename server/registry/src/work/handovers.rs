//! Handovers as the screens show them, and their minutes (R36).

use std::collections::BTreeMap;

use contract::after::{HandoverDetail, HandoverLine, HandoverRow, Waiting, WaitingUnit};
use contract::{Failure, Refusal};
use model::lifecycle::{Card, Handover, HandoverEvent, Lifecycle as _};
use model::role::Action;

use super::show_card;
use super::show_request::files;
use crate::document::minutes::{Minutes, minutes};
use crate::store::card::{self, Filter};
use crate::store::handover::{self, Handover as Stored, Line};
use crate::store::unit;
use crate::{Actor, Conn, date};

/// Handovers on a page.
pub const PAGE: i64 = 50;
/// Cards that are offered for a handover at a time.
pub const CANDIDATES: i64 = 500;

/// Handovers that the actor may see; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_handovers(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<HandoverRow>, i64), Failure> {
    if !actor.may_somewhere(Action::SeeCards) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page - 1) * PAGE, PAGE);
    let (rows, total) = handover::within(conn, &actor.paths(Action::SeeCards), &[], slice).await?;
    Ok((rows.iter().map(row).collect::<Result<_, _>>()?, total))
}

/// The handover, if the actor may see it.
pub(super) async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Stored, Failure> {
    let found = handover::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeCards, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// One handover with its cards.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_handover(conn: &mut Conn, actor: &Actor, id: i64) -> Result<HandoverDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let state = of_name(&found.state)?;
    let may = |event: &HandoverEvent| {
        let action = match event {
            HandoverEvent::Give | HandoverEvent::Cancel | HandoverEvent::Settle => Action::HandOver,
            HandoverEvent::Receive | HandoverEvent::Dispute => Action::ReceiveCards,
            // the last holder does, or whatever happens to the last card
            HandoverEvent::Deliver | HandoverEvent::Fail => return false,
        };
        state.may(*event) && actor.may(action, &found.path)
    };
    let receives = actor.may(Action::ReceiveCards, &found.path);
    let on_the_way = !matches!(state, Handover::Draft | Handover::Cancelled);
    Ok(HandoverDetail {
        lines: handover::lines(conn, id).await?.into_iter().map(line).collect::<Result<_, _>>()?,
        files: files(conn, &format!("handover:{id}")).await?,
        may: Handover::EVENTS.iter().map(|(event, _)| *event).filter(may).collect(),
        may_attach: on_the_way && (receives || actor.may(Action::HandOver, &found.path)),
        may_note: state == Handover::Received && receives,
        handover: row(&found)?,
        discrepancy: found.discrepancy,
        settled: found.settled,
        given_by: found.given_by,
        received_by: found.received_by,
    })
}

fn line(line: Line) -> Result<HandoverLine, Failure> {
    Ok(HandoverLine {
        card_id: line.card_id,
        name: line.name,
        unit: line.unit,
        code: line.code,
        serial: line.blank_serial,
        state: Card::from_name(&line.state).ok_or(Failure::Internal)?,
        found: line.found.map(|found| found == 1),
        delivered_at: line.delivered_at,
        delivered_by: line.delivered_by,
        has_account: line.has_account == 1,
    })
}

/// The units in whose subtrees active cards wait for a handover, and the cards of the one that was chosen.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`].
pub async fn waiting(conn: &mut Conn, actor: &Actor, chosen: Option<i64>) -> Result<Waiting, Failure> {
    if !actor.may_somewhere(Action::HandOver) {
        return Err(Failure::Forbidden);
    }
    let within = actor.paths(Action::HandOver);
    // by path, which puts a unit after the one above it
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (_, path, cards, _) in handover::waiting_units(conn, &within).await? {
        let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
        // nothing is handed over to the province as a whole, unless it is somebody's own unit
        let shallowest = steps.len().min(2);
        for depth in shallowest..=steps.len() {
            let above: String = steps.iter().take(depth).map(|step| format!("/{step}")).collect();
            *sums.entry(above + "/").or_default() += cards;
        }
    }
    let mut units = Vec::new();
    for (path, cards) in sums {
        let id = path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok());
        let found = unit::by_id(conn, id.ok_or(Failure::Internal)?).await?.ok_or(Failure::Internal)?;
        if actor.may(Action::HandOver, &found.path) {
            let depth = path.matches('/').count().saturating_sub(2);
            units.push(WaitingUnit { id: found.id, name: found.name, depth, cards });
        }
    }
    let chosen = match chosen {
        None => None,
        Some(id) => {
            let found = unit::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
            if !actor.may(Action::HandOver, &found.path) {
                return Err(Failure::NotFound);
            }
            let filter = Filter {
                within: vec![found.path],
                states: vec![Card::Active.name()],
                not_handed_over: true,
                ..Filter::default()
            };
            let (cards, total) = card::list(conn, &filter, (0, CANDIDATES)).await?;
            let cards = cards.into_iter().map(|card| show_card::row(card, actor)).collect::<Result<_, _>>()?;
            Some((WaitingUnit { id, name: found.name, depth: 0, cards: total }, cards))
        }
    };
    Ok(Waiting { units, chosen })
}

/// The cards that wait with the unit for that person.
///
/// # Errors
/// As the database says.
pub async fn waiting_cards(conn: &mut Conn, person_id: i64) -> Result<Vec<i64>, Failure> {
    Ok(handover::waiting_for(conn, person_id).await?.into_iter().map(|(card, _)| card).collect())
}

/// The minutes of a handover that was given.
///
/// # Errors
/// [`Failure::NotFound`]; [`Refusal::Impossible`] before it was given.
pub async fn show_minutes(conn: &mut Conn, actor: &Actor, id: i64) -> Result<(String, paper::Document), Failure> {
    let detail = show_handover(conn, actor, id).await?;
    if detail.handover.given_at.is_none() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let root = unit::root(conn).await?.ok_or(Failure::Internal)?;
    let day = detail.handover.given_at.map(date::day_of);
    let name = format!("bien-ban-ban-giao-{}", detail.handover.number.replace('/', "-"));
    Ok((name, minutes(&Minutes { detail: &detail, province: &root.name, day })))
}

pub(super) fn of_name(name: &str) -> Result<Handover, Failure> {
    Handover::from_name(name).ok_or(Failure::Internal)
}

fn row(found: &Stored) -> Result<HandoverRow, Failure> {
    Ok(HandoverRow {
        id: found.id,
        number: found.number.clone(),
        unit_id: found.unit_id,
        unit: found.unit.clone(),
        from_unit: found.from_unit.clone().unwrap_or_default(),
        state: of_name(&found.state)?,
        cards: found.cards,
        delivered: found.delivered,
        created_at: found.created_at,
        given_at: found.given_at,
        received_at: found.received_at,
        due: found.due_at,
        version: found.version,
    })
}
