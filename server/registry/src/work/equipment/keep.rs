//! Devices of units are entered, changed, moved, broken, repaired, written off (R40, R41).

use contract::{Failure, Fault, Faults};
use model::amount::Amount;
use model::equipment::{EquipmentKind, MAX_ITEMS, PHASES, QuantityFault, read_number, read_numbers, read_quantity};
use model::lifecycle::{Equipment as State, EquipmentEvent, Lifecycle as _};
use model::role::Action;
use model::stock::SerialFault;

use super::seen;
use crate::store::equipment::{self, Equipment, EquipmentValues};
use crate::store::unit::Unit;
use crate::store::{Record, StoreError};
use crate::work::ask_card::impossible;
use crate::work::show_unit::unit_meant;
use crate::work::typed::{needed, text};
use crate::{Actor, Conn, Tx, date};

const MODEL_CHARS: usize = 100;
const NOTE_CHARS: usize = 500;
/// More than all the devices of a province cost.
const MAX_PRICE: u64 = 1_000_000_000_000;

/// What was typed about a device, or about several that are alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EquipmentForm {
    /// Kind by name.
    pub kind: String,
    /// Make and model.
    pub model: String,
    /// Day; may be empty.
    pub acquired_on: String,
    /// In đồng; may be empty.
    pub price: String,
    /// Phase of the plan; may be empty.
    pub phase: String,
    /// Anything else.
    pub note: String,
}

/// What is typed besides where devices are entered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewEquipment {
    /// Agency code or name of the unit.
    pub unit_code: String,
    /// How many; empty for as many as serials, or one.
    pub quantity: String,
    /// What they cost together, as the plan prints it: it tells how a quantity like `9.00` is meant (C19). May be empty.
    pub total: String,
    /// Serials or inventory numbers; may be empty.
    pub serials: String,
    /// They are in the plan and not there yet.
    pub planned: bool,
}

/// Enters devices that are alike; the id of the first.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `unit_code`, `kind`, `model`, `quantity`, `total`, `device_numbers`, `acquired_on`, `price`, `phase`, `note`.
pub async fn add_equipment(
    tx: &mut Tx,
    actor: &Actor,
    form: &EquipmentForm,
    new: &NewEquipment,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepEquipment, at_ms)?;
    let mut faults = Faults::default();
    let unit = faults.take("unit_code", unit_kept(tx.conn(), actor, &new.unit_code).await?);
    let values = parse(form, at_ms, &mut faults);
    let listed = read_numbers(&new.serials)
        .map_err(|problem| Fault::Serial { why: problem.fault, text: problem.text, more: 0 })
        .and_then(|listed| match listed.len() as u64 > MAX_ITEMS {
            true => Err(Fault::Number),
            false => Ok(listed),
        });
    let listed = faults.take("device_numbers", listed);
    let price = values.as_ref().and_then(|values| values.price).and_then(|price| u64::try_from(price).ok());
    let total = faults.take("total", amount(&new.total)).flatten();
    let quantity = match (new.quantity.trim(), &listed) {
        ("", Some(listed)) => Some(listed.len().max(1) as u64),
        ("", None) => None,
        (typed, _) => match read_quantity(typed, price, total) {
            Ok(quantity) => Some(quantity),
            Err(QuantityFault::Number) => fault(&mut faults, "quantity", Fault::Number),
            Err(QuantityFault::Unclear) => fault(&mut faults, "quantity", Fault::Unclear),
            Err(QuantityFault::Product(product)) => fault(&mut faults, "total", Fault::Product { product }),
        },
    };
    if let (Some(quantity), Some(listed)) = (quantity, &listed)
        && !listed.is_empty()
        && listed.len() as u64 != quantity
    {
        faults.add("quantity", Fault::Differs { counted: listed.len() as i64 });
    }
    if let (Some(values), Some(listed)) = (&values, &listed) {
        let held = equipment::serials_held(tx.conn(), values.kind, listed).await?;
        if let Some((first, more)) = held.split_first() {
            faults.add(
                "device_numbers",
                Fault::Serial { why: SerialFault::Exists, text: first.clone(), more: more.len() },
            );
        }
    }
    faults.check()?;
    let (Some(unit), Some(values), Some(listed), Some(quantity)) = (unit, values, listed, quantity) else {
        return Err(Failure::Internal);
    };
    let serials: Vec<Option<String>> =
        if listed.is_empty() { (0..quantity).map(|_| None).collect() } else { listed.into_iter().map(Some).collect() };
    let state = if new.planned { State::Planned } else { State::InUse };
    let place = (unit.id, state.name());
    let ids = match equipment::insert(tx.conn(), place, &values, &serials, at_ms).await {
        // at the same moment somebody else entered it
        Err(StoreError::Taken(_)) => return Err(Failure::field("device_numbers", Fault::Taken)),
        other => other?,
    };
    for (id, serial) in ids.iter().zip(&serials) {
        let mut facts = facts(&values, serial.as_deref());
        facts["unit"] = unit.id.into();
        facts["state"] = state.name().into();
        note(tx, actor, "equipment.add", *id, facts);
    }
    ids.first().copied().ok_or(Failure::Internal)
}

fn fault<T>(faults: &mut Faults, field: &str, fault: Fault) -> Option<T> {
    faults.add(field, fault);
    None
}

/// Changes what was entered about a device.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; faults as of [`add_equipment`], and beside `device_number`.
pub async fn change_equipment(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: &EquipmentForm,
    serial: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    kept(tx, actor, (id, version)).await?;
    let mut faults = Faults::default();
    let values = parse(form, at_ms, &mut faults);
    let serial = match serial.trim() {
        "" => Some(None),
        typed => {
            let fault = || Fault::Serial { why: SerialFault::Form, text: typed.chars().take(40).collect(), more: 0 };
            faults.take("device_number", read_number(typed).ok_or_else(fault)).map(Some)
        }
    };
    faults.check()?;
    let (Some(values), Some(serial)) = (values, serial) else { return Err(Failure::Internal) };
    if !equipment::update(tx.conn(), (id, version), &values, serial.as_deref(), at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, "equipment.change", id, facts(&values, serial.as_deref()));
    Ok(())
}

/// Gives a device to another unit: to one whose devices the actor keeps, too.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`]; faults beside `unit_code`.
pub async fn move_equipment(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    unit_code: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = kept(tx, actor, (id, version)).await?;
    let unit = unit_kept(tx.conn(), actor, unit_code).await?.map_err(|fault| Failure::field("unit_code", fault))?;
    if unit.id == found.unit_id {
        return Err(Failure::field("unit_code", Fault::Taken));
    }
    if !equipment::put_unit(tx.conn(), (id, version), unit.id, at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, "equipment.move", id, serde_json::json!({ "from_unit": found.unit_id, "unit": unit.id }));
    Ok(())
}

/// Says what became of a device.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`contract::Refusal::Impossible`]; faults beside `reason` where it has to be
/// said why, and beside `event`.
pub async fn step_equipment(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    event: &str,
    reason: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = kept(tx, actor, (id, version)).await?;
    let event = EquipmentEvent::from_name(event).ok_or_else(|| Failure::field("event", Fault::Choice))?;
    let from = State::from_name(&found.state).ok_or(Failure::Internal)?;
    let to = from.after(event).map_err(impossible)?;
    let reason = if event.needs_reason() { needed(reason, NOTE_CHARS).map(Some) } else { text(reason, NOTE_CHARS) };
    let reason = reason.map_err(|fault| Failure::field("reason", fault))?;
    if !equipment::put_state(tx.conn(), (id, version), (from.name(), to.name()), at_ms).await? {
        return Err(Failure::Stale);
    }
    if event == EquipmentEvent::Install {
        equipment::note_acquired(tx.conn(), id, &date::iso_day(at_ms)).await?;
    }
    note(tx, actor, action(event), id, serde_json::json!({ "state": to.name(), "reason": reason }));
    Ok(())
}

fn action(event: EquipmentEvent) -> &'static str {
    match event {
        EquipmentEvent::Install => "equipment.install",
        EquipmentEvent::Break => "equipment.break",
        EquipmentEvent::Repair => "equipment.repair",
        EquipmentEvent::Mend => "equipment.mend",
        EquipmentEvent::GiveUp => "equipment.give_up",
        EquipmentEvent::Retire => "equipment.retire",
    }
}

/// The device, if the actor keeps it and it is still as the page showed it.
async fn kept(tx: &mut Tx, actor: &Actor, (id, version): (i64, i64)) -> Result<Equipment, Failure> {
    let at_ms = tx.at_ms();
    let found = seen(tx.conn(), actor, id).await?;
    actor.require(Action::KeepEquipment, &found.path, at_ms)?;
    if found.version == version { Ok(found) } else { Err(Failure::Stale) }
}

/// The open unit that was meant, whose devices the actor keeps.
async fn unit_kept(conn: &mut Conn, actor: &Actor, typed: &str) -> Result<Result<Unit, Fault>, StoreError> {
    let meant = unit_meant(conn, actor, Action::KeepEquipment, typed).await?;
    Ok(meant.and_then(|unit| match actor.may(Action::KeepEquipment, &unit.path) && unit.closed_on.is_none() {
        true => Ok(unit),
        false => Err(Fault::Unknown),
    }))
}

fn parse(form: &EquipmentForm, at_ms: i64, faults: &mut Faults) -> Option<EquipmentValues> {
    let kind = faults.take("kind", EquipmentKind::from_name(&form.kind).ok_or(Fault::Choice));
    let model = faults.take("model", needed(&form.model, MODEL_CHARS));
    let acquired_on = match form.acquired_on.trim() {
        "" => Ok(None),
        typed => date::parse(typed).and_then(|day| match day > date::day_of(at_ms) {
            true => Err(Fault::Future),
            false => Ok(Some(day.to_string())),
        }),
    };
    let acquired_on = faults.take("acquired_on", acquired_on);
    let price = faults.take("price", amount(&form.price));
    let phase = match form.phase.trim() {
        "" => Ok(None),
        typed => typed.parse().ok().filter(|phase| PHASES.contains(phase)).map(Some).ok_or(Fault::Number),
    };
    let phase = faults.take("phase", phase);
    let note = faults.take("note", text(&form.note, NOTE_CHARS));
    Some(EquipmentValues {
        kind: kind?.name(),
        model: model?,
        acquired_on: acquired_on?,
        price: price?.and_then(|price| i64::try_from(price).ok()),
        phase: phase?,
        note: note?,
    })
}

/// An amount of đồng that may be left out.
fn amount(typed: &str) -> Result<Option<u64>, Fault> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    let amount = Amount::parse(typed).map_err(|_| Fault::Number)?.dong();
    if amount <= MAX_PRICE { Ok(Some(amount)) } else { Err(Fault::Number) }
}

fn facts(values: &EquipmentValues, serial: Option<&str>) -> serde_json::Value {
    serde_json::json!({
        "equipment": values.kind, "model": values.model, "serial": serial, "on": values.acquired_on, "price": values.price,
        "phase": values.phase,
    })
}

fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: i64, facts: serde_json::Value) {
    tx.record(Record { actor: &actor.reference, action, object: format!("equipment:{id}"), facts, personal: None });
}
