//! What the screens show of work on a selection.

use model::bulk::BulkTask;

use crate::Failure;

/// How far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkView {
    /// Id.
    pub id: i64,
    /// What is done to each.
    pub task: BulkTask,
    /// When it was begun, in Unix milliseconds.
    pub created_at: i64,
    /// Whether somebody stopped it.
    pub stopped: bool,
    /// How many were chosen.
    pub total: i64,
    /// How many have been answered.
    pub answered: i64,
    /// Of how many it could not be done.
    pub failed: i64,
    /// Some of them: first those of which it could not be done.
    pub lines: Vec<BulkLine>,
}

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkLine {
    /// Place in the selection, from 1.
    pub at: i64,
    /// The person, or the card's holder.
    pub person_id: i64,
    /// The card.
    pub card_id: Option<i64>,
    /// The person's name.
    pub name: String,
    /// Serial of the blank that it is printed on.
    pub serial: Option<String>,
    /// Whether it is done.
    pub done: bool,
    /// Why it could not be done.
    pub failure: Option<Failure>,
}
