//! The register of readers, printers, scanners and support kits by unit (R40), and what of it has to be replaced (R41).

pub mod keep;

use std::collections::HashMap;

use contract::equipment::{
    EquipmentDetail, EquipmentLine, EquipmentPage, EquipmentRow, PlanLine, PlanPhase, ToReplace,
};
use contract::{Failure, Fault};
use model::equipment::EquipmentKind;
use model::lifecycle::{Equipment as State, Lifecycle as _};
use model::role::Action;
use model::text::clean;

use super::show_unit::unit_meant;
use crate::store::equipment::{self, Equipment, Filter};
use crate::store::{audit, unit};
use crate::{Actor, Conn};

/// Devices on a page.
pub const PAGE: i64 = 50;
/// Entries of a device's history that are shown.
const HISTORY: i64 = 100;

/// Which devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EquipmentQuery {
    /// Agency code or name of a unit, with those below it.
    pub unit: String,
    /// Kind by name.
    pub kind: String,
    /// State by name.
    pub state: String,
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// A serial or its beginning.
    pub serial: String,
    /// Counted from 1.
    pub page: i64,
}

/// A page of the register, and what has to be replaced of it.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit`.
pub async fn list_equipment(conn: &mut Conn, actor: &Actor, query: &EquipmentQuery) -> Result<EquipmentPage, Failure> {
    let filter = filter(conn, actor, query).await?;
    let (rows, total) = some(conn, &filter, (query.page, PAGE)).await?;
    let broken = Filter { state: Some(State::Broken.name()), ..filter };
    Ok(EquipmentPage { rows, total, to_replace: to_replace(conn, &broken).await? })
}

/// As [`list_equipment`], with so many on a page and nothing else.
///
/// # Errors
/// As [`list_equipment`].
pub async fn some_equipment(
    conn: &mut Conn,
    actor: &Actor,
    query: &EquipmentQuery,
    per_page: i64,
) -> Result<Vec<EquipmentRow>, Failure> {
    let filter = filter(conn, actor, query).await?;
    Ok(some(conn, &filter, (query.page, per_page)).await?.0)
}

async fn some(
    conn: &mut Conn,
    filter: &Filter,
    (page, per_page): (i64, i64),
) -> Result<(Vec<EquipmentRow>, i64), Failure> {
    let (rows, total) = equipment::list(conn, filter, ((page.max(1) - 1) * per_page, per_page)).await?;
    Ok((rows.into_iter().map(row).collect::<Result<_, _>>()?, total))
}

async fn filter(conn: &mut Conn, actor: &Actor, query: &EquipmentQuery) -> Result<Filter, Failure> {
    if !actor.may_somewhere(Action::SeeEquipment) {
        return Err(Failure::Forbidden);
    }
    let mut within = actor.paths(Action::SeeEquipment);
    if !query.unit.trim().is_empty() {
        let meant = unit_meant(conn, actor, Action::SeeEquipment, &query.unit).await?;
        let seen = meant.and_then(|unit| match actor.may(Action::SeeEquipment, &unit.path) {
            true => Ok(unit.path),
            false => Err(Fault::Unknown),
        });
        within = vec![seen.map_err(|fault| Failure::field("unit", fault))?];
    }
    // what stands in no serial is none's beginning, and `%` would be everybody's
    let serial = clean(&query.serial).to_ascii_uppercase();
    if !serial.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-./".contains(&byte)) {
        within.clear();
    }
    Ok(Filter {
        within,
        kind: EquipmentKind::from_name(&query.kind).map(EquipmentKind::name),
        state: State::from_name(&query.state).map(State::name),
        phase: query.phase,
        serial: (!serial.is_empty()).then_some(serial),
    })
}

async fn to_replace(conn: &mut Conn, broken: &Filter) -> Result<ToReplace, Failure> {
    let mut found = ToReplace::default();
    for of in equipment::plan(conn, broken).await? {
        found.count += of.quantity;
        match of.price {
            Some(price) => found.sum = found.sum.saturating_add(price.saturating_mul(of.quantity)),
            None => found.unpriced += of.quantity,
        }
    }
    Ok(found)
}

/// The budget table of what the actor may see: quantity × price = total by phase and kind. What was written off since was bought all
/// the same.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn equipment_plan(conn: &mut Conn, actor: &Actor) -> Result<Vec<PlanPhase>, Failure> {
    if !actor.may_somewhere(Action::SeeEquipment) {
        return Err(Failure::Forbidden);
    }
    let filter = Filter { within: actor.paths(Action::SeeEquipment), ..Filter::default() };
    let mut phases: Vec<PlanPhase> = Vec::new();
    for of in equipment::plan(conn, &filter).await? {
        let line = PlanLine {
            kind: EquipmentKind::from_name(&of.kind).ok_or(Failure::Internal)?,
            quantity: of.quantity,
            price: of.price,
            total: of.price.unwrap_or(0).saturating_mul(of.quantity),
        };
        match phases.last_mut() {
            Some(last) if last.phase == of.phase => last.lines.push(line),
            _ => phases.push(PlanPhase { phase: of.phase, lines: vec![line], total: 0 }),
        }
    }
    for phase in &mut phases {
        phase.lines.sort_by_key(|line| (line.kind, line.price));
        phase.total = phase.lines.iter().fold(0, |sum, line| sum.saturating_add(line.total));
    }
    Ok(phases)
}

/// The device, if the actor may see it.
async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Equipment, Failure> {
    let found = equipment::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeEquipment, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// One device with what happened to it.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_equipment(conn: &mut Conn, actor: &Actor, id: i64) -> Result<EquipmentDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let may_keep = actor.may(Action::KeepEquipment, &found.path);
    let item = row(found)?;
    let may = if may_keep { item.state.possible().collect() } else { Vec::new() };
    Ok(EquipmentDetail { events: history(conn, format!("equipment:{id}")).await?, may, may_keep, item })
}

/// What the audit log says of one thing: nothing there is about a person but who did it.
pub(super) async fn history(conn: &mut Conn, object: String) -> Result<Vec<EquipmentLine>, Failure> {
    let filter = audit::Filter { object: Some(object), ..audit::Filter::default() };
    let entries = audit::list(conn, &filter, HISTORY).await?;
    let account = |actor: &str| actor.strip_prefix("account:").and_then(|id| id.parse::<i64>().ok());
    let mut accounts: Vec<i64> = entries.iter().filter_map(|stored| account(&stored.entry.actor)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let names: HashMap<i64, String> = audit::account_names(conn, &accounts).await?.into_iter().collect();
    let line = |stored: audit::Stored| {
        let facts: serde_json::Value = serde_json::from_str(&stored.entry.facts).unwrap_or_default();
        EquipmentLine {
            at: stored.entry.at_ms,
            actor: account(&stored.entry.actor).and_then(|id| names.get(&id).cloned()),
            action: stored.entry.action,
            reason: facts["reason"].as_str().map(str::to_owned),
        }
    };
    Ok(entries.into_iter().map(line).collect())
}

/// What a form begins with where the actor keeps the devices of one unit and those below it: its agency code, or its name.
///
/// # Errors
/// As the database says.
pub async fn own_unit(conn: &mut Conn, actor: &Actor) -> Result<String, Failure> {
    let paths = actor.paths(Action::KeepEquipment);
    let [path] = paths.as_slice() else { return Ok(String::new()) };
    let Some(id) = path.trim_end_matches('/').rsplit('/').next().and_then(|id| id.parse().ok()) else {
        return Ok(String::new());
    };
    let unit = unit::by_id(conn, id).await?;
    Ok(unit.map(|unit| unit.code_issued.unwrap_or(unit.name)).unwrap_or_default())
}

fn row(found: Equipment) -> Result<EquipmentRow, Failure> {
    Ok(EquipmentRow {
        id: found.id,
        kind: EquipmentKind::from_name(&found.kind).ok_or(Failure::Internal)?,
        model: found.model,
        serial: found.serial,
        unit_id: found.unit_id,
        unit: found.unit,
        state: State::from_name(&found.state).ok_or(Failure::Internal)?,
        acquired_on: found.acquired_on,
        price: found.price,
        phase: found.phase,
        note: found.note,
        version: found.version,
    })
}
