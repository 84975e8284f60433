//! Separation of duties (R31): which acts on one object exclude each other for one person.
//!
//! The same rule stands in the database as a trigger on the table `duty`; a test compares the two.

use serde::{Deserialize, Serialize};

/// What somebody did to an object: a request, a card, a proposed role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Asked for it, or is the one it is about.
    Asked,
    /// Compared it with the paper and verified it.
    Verified,
    /// Approved or refused it.
    Approved,
    /// Issued the card.
    Issued,
    /// Stood by as second person.
    Witnessed,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 5] = [Act::Asked, Act::Verified, Act::Approved, Act::Issued, Act::Witnessed];

    /// Name used in the database.
    pub fn name(self) -> &'static str {
        match self {
            Act::Asked => "asked",
            Act::Verified => "verified",
            Act::Approved => "approved",
            Act::Issued => "issued",
            Act::Witnessed => "witnessed",
        }
    }

    /// Whether one person may not do both to the same object. Symmetric.
    pub fn excludes(self, other: Act) -> bool {
        EXCLUSIVE.contains(&(self, other)) || EXCLUSIVE.contains(&(other, self))
    }
}

/// The pairs that one person may not do to one object.
pub const EXCLUSIVE: &[(Act, Act)] = &[
    (Act::Asked, Act::Approved),
    (Act::Verified, Act::Approved),
    (Act::Approved, Act::Issued),
    (Act::Issued, Act::Witnessed),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asked_or_verified_never_approves_and_who_approved_never_issues() {
        assert!(Act::Approved.excludes(Act::Asked));
        assert!(Act::Asked.excludes(Act::Approved));
        assert!(Act::Verified.excludes(Act::Approved));
        assert!(Act::Issued.excludes(Act::Approved));
        assert!(Act::Witnessed.excludes(Act::Issued));
        assert!(!Act::Asked.excludes(Act::Verified));
    }
}
