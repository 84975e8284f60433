//! Why a relay refuses a page, and why a request failed. The page words them.
use serde::{Deserialize, Serialize};

/// Why a page was refused before it was `ready`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The relay speaks another version of these messages.
    Version,
    /// The person said no.
    No,
    /// The person did not answer in time.
    Expired,
    /// Another page is waiting for the person's answer.
    Busy,
    /// Too many attempts to pair; wait a while.
    TooMany,
    /// Not a message that could come here.
    Malformed,
    /// The relay cannot keep the pairing; its own screen says why.
    Failed,
}

/// Why a request failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No card lies on the reader.
    NoCard,
    /// The card that was connected is gone, or was reset by others; what was open on it is lost.
    CardGone,
    /// The card does not answer.
    Mute,
    /// Another page, another program or a call that has not come back has the reader.
    InUse,
    /// No reader of this name.
    NoReader,
    /// The system's PC/SC service does not run.
    NoService,
    /// No answer within the limit. What was sent may have been carried out; the reader is `in_use` until the call comes back.
    Timeout,
    /// The page has no reader: connect first.
    NotConnected,
    /// The page's last request is not answered yet.
    Busy,
    /// More bytes than a command or an answer can have.
    TooLong,
    /// Not a request.
    Malformed,
    /// The reader or its driver cannot do this.
    Unsupported,
    /// Anything else; the relay's own screen says more.
    Failed,
}

impl Fault {
    /// Whether the page has no reader any more after this answer.
    pub fn ends_connection(self) -> bool {
        matches!(self, Fault::CardGone | Fault::NoReader | Fault::NoService | Fault::Timeout | Fault::NotConnected)
    }
}
