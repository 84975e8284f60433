//! Why a relay refuses a page, and why a request failed. The page words them.
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a page was refused before it was `ready`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The relay speaks another version of these messages.
    Version,
    /// The person said no.
    No,
    /// No app shows this code, or not any more.
    Code,
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

/// For the relay's own screen.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Version => "it speaks another version",
            Refusal::No => "the person said no",
            Refusal::Code => "no app shows this code",
            Refusal::Expired => "nobody answered in time",
            Refusal::Busy => "another page is being asked about",
            Refusal::TooMany => "too many attempts",
            Refusal::Malformed => "it sent what is no message",
            Refusal::Failed => "the pairing cannot be kept",
        })
    }
}

/// For the relay's own screen.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NoCard => "no card lies on the reader",
            Fault::CardGone => "the card is gone",
            Fault::Mute => "the card does not answer",
            Fault::InUse => "the reader is in use",
            Fault::NoReader => "there is no such reader",
            Fault::NoService => "the PC/SC service does not run",
            Fault::Timeout => "the reader did not answer in time",
            Fault::NotConnected => "no reader was connected",
            Fault::Busy => "the last request is not answered yet",
            Fault::TooLong => "too many bytes",
            Fault::Malformed => "not a request",
            Fault::Unsupported => "the reader or its driver cannot do this",
            Fault::Failed => "the exchange failed",
        })
    }
}

impl std::error::Error for Refusal {}

impl std::error::Error for Fault {}
