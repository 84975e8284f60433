//! How a run ends. Words for it are made elsewhere.

use desfire::{Aid, Status};
use serde::{Deserialize, Serialize};

use crate::content::ContentError;
use crate::keys::{KeyFault, Uid};
use crate::profile::{Profile, Unfit};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The card, as far as it told who it is.
    pub uid: Option<Uid>,
    /// What it can do.
    pub profile: Option<Profile>,
    /// What was reached and how, or why nothing was.
    pub end: super::Ending,
    /// What the card is left as.
    pub left: Left,
}

/// How something was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// In one go.
    Straight,
    /// An earlier run had done it, only the proof was missing.
    Confirmed,
    /// An earlier run had been cut off: this one did what was left.
    Finished,
    /// An earlier run had been cut off: what it had written was taken off, and all of it was written anew.
    Anew,
}

/// What a card is after a run. A card that was not reached is never both blank and issued: only the next tap tells which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Left {
    /// What the run was for.
    Done,
    /// As it was: nothing that changes it was sent.
    Untouched,
    /// In the middle: not active where it was to be issued, active with old or new content or keys where it was. The next tap goes on.
    Underway,
    /// Its own master key was sent and not confirmed: it may have become what it was to be. The next tap tells.
    Open,
}

/// Why a run stopped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The card left the field, or the reader.
    #[error("the card is gone")]
    Gone,
    /// Several cards are in the field.
    #[error("more than one card is in the field")]
    Several,
    /// No DESFire: a phone, a bank card. The status word that it answered.
    #[error("a card of another kind answers {0:04X}")]
    OtherKind(u16),
    /// A DESFire that no card of ours can be made of.
    #[error("a card of this generation cannot be used")]
    Unfit(#[source] Unfit),
    /// It shows a random identifier.
    #[error("the card does not show its identifier")]
    RandomId,
    /// Another card than the one that was to be written.
    #[error("another card was expected")]
    WrongCard {
        /// To be written.
        expected: Uid,
        /// In the field.
        found: Uid,
    },
    /// Applications of somebody else are on it: their identifiers.
    #[error("the card holds applications of others")]
    Foreign(Vec<u32>),
    /// It has the factory's key: it must be keyed at a trusted station first.
    #[error("the card still has the factory's key")]
    Unkeyed,
    /// A key of a set that is not held, or of no set.
    #[error("the card has a key of version {0:02X}, which is not ours")]
    UnknownKey(u8),
    /// The key that its version names does not open it.
    #[error("the card does not know the key that its version names")]
    KeyRefused,
    /// It is no blank.
    #[error("the card is issued")]
    Issued,
    /// It is not issued.
    #[error("the card is not issued")]
    NotIssued,
    /// An earlier run has begun to make a blank of it: that has to be finished first.
    #[error("the card is on its way to a blank")]
    HalfWiped,
    /// It was made, and perhaps issued, with other content than this.
    #[error("the card was made with other content")]
    OtherContent,
    /// It is not as its journal left it.
    #[error("the card is not as its journal left it")]
    NotAsJournalled,
    /// The maker's signature is wrong.
    #[error("the maker did not sign this card")]
    Counterfeit,
    /// There is no room on it.
    #[error("the card is full")]
    Full,
    /// The card refused.
    #[error("command {command:02X}: the card refuses")]
    Refused {
        /// Code of the command.
        command: u8,
        /// The card's status.
        status: Status,
    },
    /// Another answer than this card must give: somebody changed it or the command on the way, or the card holds something else.
    #[error("command {command:02X}: the answer is not the card's")]
    Altered {
        /// Code of the command.
        command: u8,
    },
    /// A key that is needed is not held, or cannot be had now.
    #[error("a key is missing")]
    Key(#[from] KeyFault),
    /// The content cannot be written.
    #[error("the content cannot be written")]
    Content(#[source] ContentError),
    /// The host's side of the protocol.
    #[error("the command cannot be made")]
    Protocol(#[from] desfire::Error),
}

impl From<ContentError> for Stop {
    fn from(error: ContentError) -> Self {
        match error {
            ContentError::Key(fault) => Stop::Key(fault),
            other => Stop::Content(other),
        }
    }
}

impl Stop {
    pub(super) fn foreign(aids: impl Iterator<Item = Aid>) -> Self {
        Stop::Foreign(aids.map(Aid::get).collect())
    }
}
