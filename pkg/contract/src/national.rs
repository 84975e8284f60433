//! Where the national database says something else of a person than what is held (C26).

use model::profile::Field;

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// A field of the profile.
    Field(Field),
    /// The unit's code.
    Unit,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Of what.
    pub of: Compared,
    /// What is held; empty where nothing is.
    pub held: String,
    /// What the national database says.
    pub national: String,
}

/// A person with differences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NationalRow {
    /// The person.
    pub person_id: i64,
    /// Full name, as held.
    pub name: String,
    /// Personnel code.
    pub personnel_code: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// What differs, in the order of the card.
    pub differences: Vec<Difference>,
    /// When the export was loaded.
    pub loaded_at: i64,
    /// The document by which the national database was asked to take over what is held here.
    pub document: Option<String>,
    /// When that was noted.
    pub reported_at: Option<i64>,
    /// Version of what the export says.
    pub version: i64,
    /// Version of the person.
    pub person_version: i64,
}
