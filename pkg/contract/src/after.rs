//! What the screens show of handovers and departures: what comes after a card is active. Instants are Unix milliseconds, dates are
//! ISO 8601 text.

use model::departure::{Departure, Task};
use model::lifecycle::{Card, Handover, HandoverEvent};

use crate::cards::{CardRow, FileLine};

/// A handover among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverRow {
    /// Id.
    pub id: i64,
    /// `01/BBBG-2026`.
    pub number: String,
    /// The unit that receives.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Name of the unit that gives.
    pub from_unit: String,
    /// State.
    pub state: Handover,
    /// Cards in it.
    pub cards: i64,
    /// Cards whose holders have them.
    pub delivered: i64,
    /// When it was put together.
    pub created_at: i64,
    /// When it was given.
    pub given_at: Option<i64>,
    /// When the unit said what it has.
    pub received_at: Option<i64>,
    /// Until when the next step should be done.
    pub due: Option<i64>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// A card in a handover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverLine {
    /// The card.
    pub card_id: i64,
    /// The holder's name.
    pub name: String,
    /// The holder's unit.
    pub unit: String,
    /// Mã số thẻ.
    pub code: String,
    /// Serial of its blank.
    pub serial: Option<String>,
    /// State of the card today.
    pub state: Card,
    /// Whether the unit found it; nothing before it has looked.
    pub found: Option<bool>,
    /// When its holder got it.
    pub delivered_at: Option<i64>,
    /// Who said so, by name.
    pub delivered_by: Option<String>,
    /// The holder has an account, and confirms it with that.
    pub has_account: bool,
}

/// A handover's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoverDetail {
    /// The handover.
    pub handover: HandoverRow,
    /// Its cards, by the holders' names.
    pub lines: Vec<HandoverLine>,
    /// Signed minutes.
    pub files: Vec<FileLine>,
    /// What the unit found to be wrong.
    pub discrepancy: Option<String>,
    /// What both agreed about it.
    pub settled: Option<String>,
    /// Who gave it, by name.
    pub given_by: Option<String>,
    /// Who received it, by name.
    pub received_by: Option<String>,
    /// What the viewer may do to it now.
    pub may: Vec<HandoverEvent>,
    /// Whether the viewer may attach the signed minutes.
    pub may_attach: bool,
    /// Whether the viewer may note that a holder without account has the card.
    pub may_note: bool,
}

/// A unit in whose subtree cards wait for a handover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingUnit {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// How far below the province.
    pub depth: usize,
    /// Cards that wait in it and below it.
    pub cards: i64,
}

/// What is to be chosen from for a handover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Units with cards that wait, as a tree.
    pub units: Vec<WaitingUnit>,
    /// The unit that was chosen, and its cards.
    pub chosen: Option<(WaitingUnit, Vec<CardRow>)>,
}

/// Something to be done about a departure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLine {
    /// What.
    pub task: Task,
    /// The card.
    pub card_id: i64,
    /// Mã số thẻ.
    pub code: String,
    /// Until when.
    pub due: i64,
    /// When it was done.
    pub done_at: Option<i64>,
}

/// A departure, on the page of the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartureDetail {
    /// Id.
    pub id: i64,
    /// Kind.
    pub kind: Departure,
    /// Since when.
    pub on_day: String,
    /// Number of the decision.
    pub decision: String,
    /// When it was reported.
    pub reported_at: i64,
    /// Version, against which a change is checked.
    pub version: i64,
    /// What is to be done.
    pub tasks: Vec<TaskLine>,
    /// Evidence; for who works with it.
    pub files: Vec<FileLine>,
    /// Whether the viewer may take it back.
    pub may_take_back: bool,
}
