//! Why somebody gets a card (R25–R28).

use serde::{Deserialize, Serialize};

/// The case of a request (trường hợp cấp thẻ).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Cấp mới (R25).
    FirstIssue,
    /// Cấp đổi: the old card is still there, and comes back (R26).
    Exchange,
    /// Cấp lại: the old card is lost, and is locked first (R27).
    Reissue,
}

impl Case {
    /// Every case.
    pub const ALL: [Case; 3] = [Case::FirstIssue, Case::Exchange, Case::Reissue];

    /// Name used in the database, in forms and in files.
    pub fn name(self) -> &'static str {
        match self {
            Case::FirstIssue => "first_issue",
            Case::Exchange => "exchange",
            Case::Reissue => "reissue",
        }
    }

    /// The case of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|case| case.name() == name)
    }

    /// Whether it takes the place of a card that the person has.
    pub fn replaces(self) -> bool {
        self != Case::FirstIssue
    }
}
