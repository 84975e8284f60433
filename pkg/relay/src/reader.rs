//! A reader as the relay sees it.
use crate::Bytes;
use serde::{Deserialize, Serialize};

/// A reader of the system.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reader {
    /// As the system names it; not the same on another system, nor always after it was plugged in again.
    pub name: String,
    /// What lies on it.
    pub card: CardState,
    /// The card's answer to reset, at most 33 bytes (ISO/IEC 7816-3 §8.2); empty without a card that answers.
    pub atr: Bytes,
}

/// What lies on a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardState {
    /// Nothing.
    Absent,
    /// A card that nobody uses.
    Present,
    /// A card that a page or another program uses.
    InUse,
    /// A card that does not answer.
    Mute,
}
