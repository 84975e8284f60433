//! What is known of a person's sex; more of the person joins here with the card's formats.

use serde::{Deserialize, Serialize};

/// Sex as the citizen number encodes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// Nam.
    Male,
    /// Nữ.
    Female,
}

impl Sex {
    /// Name used in the database and in files.
    pub fn name(self) -> &'static str {
        match self {
            Sex::Male => "male",
            Sex::Female => "female",
        }
    }

    /// The sex of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Sex::Male, Sex::Female].into_iter().find(|sex| sex.name() == name)
    }
}
