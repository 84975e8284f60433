//! States of cards, as door and document systems ask for them.

use serde::{Deserialize, Serialize};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The state of one card.
    Status,
    /// States of many cards at once.
    List,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 2] = [Scope::Status, Scope::List];

    /// Name in the database and towards programs.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Status => "status",
            Scope::List => "list",
        }
    }
}

/// A key, as who runs the system sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyLine {
    /// Id.
    pub id: i64,
    /// For which program.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<Scope>,
    /// Cards a minute.
    pub quota: i64,
    /// When it was made.
    pub made_at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
}

/// The state of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardStatus {
    /// As it was asked for.
    pub code: String,
    /// `active`, `locked`, `recovered`, `expired`, `replaced`; `unknown` for a code that nobody's card has.
    pub state: String,
    /// Since when, RFC 3339; none for `unknown`.
    pub since: Option<String>,
}

/// States of cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CardStatuses {
    /// When the portal last made sure of them, RFC 3339.
    pub as_of: String,
    /// In the order in which they were asked for.
    pub cards: Vec<CardStatus>,
}

/// Which cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusQuestion {
    /// Card codes, at most 1,000.
    pub codes: Vec<String>,
}
