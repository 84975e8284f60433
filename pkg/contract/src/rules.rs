//! What the province sets for itself: coded reasons, and for how long what is kept.

use model::retention::Subject;

/// A coded reason in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonLine {
    /// Code.
    pub code: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// Whether it can still be chosen.
    pub in_use: bool,
    /// Whether the portal itself gives it, so that it stays.
    pub fixed: bool,
}

/// A term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermLine {
    /// Of what.
    pub subject: Subject,
    /// Days; `None` while none is set.
    pub days: Option<i64>,
    /// The document that sets it.
    pub basis: Option<String>,
    /// Version, against which a change is checked.
    pub version: i64,
}

/// Somebody whose data have served their time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaverLine {
    /// The person.
    pub person_id: i64,
    /// Full name.
    pub name: String,
    /// Personnel code.
    pub personnel_code: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// Since when, ISO 8601.
    pub left_on: String,
}

/// Something that the province may ask for before a card becomes active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IssueRule {
    /// Whether it does.
    pub required: bool,
    /// Version, against which a change is checked.
    pub version: i64,
}
