//! What the screens show of readers, printers, scanners and support kits (R40, R41). Dates are ISO 8601 text, amounts are in đồng.

use model::equipment::EquipmentKind;
use model::lifecycle::{Equipment, EquipmentEvent};

/// A device among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentRow {
    /// Id.
    pub id: i64,
    /// Kind.
    pub kind: EquipmentKind,
    /// Make and model.
    pub model: String,
    /// Serial or inventory number.
    pub serial: Option<String>,
    /// The unit whose it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// State.
    pub state: Equipment,
    /// When it was bought.
    pub acquired_on: Option<String>,
    /// Price.
    pub price: Option<i64>,
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// Anything else.
    pub note: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// What happened to a device, from the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentLine {
    /// When.
    pub at: i64,
    /// Action of the audit log.
    pub action: String,
    /// Who, by name.
    pub actor: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// A device's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentDetail {
    /// The device.
    pub item: EquipmentRow,
    /// What happened, newest first.
    pub events: Vec<EquipmentLine>,
    /// What the viewer may say became of it.
    pub may: Vec<EquipmentEvent>,
    /// Whether the viewer may change it.
    pub may_keep: bool,
}

/// What has to be replaced: a line of the year's budget (R41).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ToReplace {
    /// Broken devices.
    pub count: i64,
    /// What they cost.
    pub sum: i64,
    /// Those of them whose price is not entered.
    pub unpriced: i64,
}

/// A page of the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EquipmentPage {
    /// The devices.
    pub rows: Vec<EquipmentRow>,
    /// How many there are.
    pub total: i64,
    /// What has to be replaced of them, whatever state is asked for.
    pub to_replace: ToReplace,
}

/// Devices of one kind and price: a line of the budget table (R40).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanLine {
    /// Kind.
    pub kind: EquipmentKind,
    /// How many.
    pub quantity: i64,
    /// What one costs.
    pub price: Option<i64>,
    /// What they cost together.
    pub total: i64,
}

/// A phase of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPhase {
    /// Which; none for what was bought outside of the plan.
    pub phase: Option<i64>,
    /// Its lines, in the order of the budget tables.
    pub lines: Vec<PlanLine>,
    /// What they cost together.
    pub total: i64,
}
