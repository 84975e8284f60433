//! Why something with a card went wrong.

use apdu::CommandError;
use apdu::wrapped::WrappedError;

use crate::status::Status;

/// What comes from [`crate::Channel::answer`] closes the session and wipes its keys, as the card does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The card refused.
    #[error("the card refuses: {0:?}")]
    Refused(Status),
    /// A MAC, a checksum or the padding is not what it should be: somebody changed the answer, or the keys differ.
    #[error("the {0} of the answer is wrong")]
    Integrity(Check),
    /// The card could not prove that it knows the key.
    #[error("the card does not prove that it knows the key")]
    Proof,
    /// The card did not repeat the capabilities that were sent to it.
    #[error("the card repeats other capabilities than were sent")]
    Capabilities,
    /// An answer of another length.
    #[error("{what}: {expected} bytes were expected, {found} came")]
    Length {
        /// Of what.
        what: &'static str,
        /// How many, or how many at least.
        expected: usize,
        /// How many.
        found: usize,
    },
    /// A value in an answer that no card sends.
    #[error("{0} has a value that no card sends")]
    Value(&'static str),
    /// No DESFire answered.
    #[error("the answer is no DESFire's")]
    Frame(#[from] WrappedError),
    /// The reader handed over nothing at all.
    #[error("the answer is empty")]
    Empty,
    /// The request does not fit any frame.
    #[error("the request cannot be sent")]
    Request(#[from] CommandError),
    /// An answer came though nothing was asked, or something was asked while an answer is due.
    #[error("out of turn: {0}")]
    Turn(&'static str),
    /// The request needs a session.
    #[error("this needs an authenticated session")]
    NoSession,
    /// The request must not be sent while a session may be open on the card: select first.
    #[error("this must not be sent while a session may be open")]
    SessionOpen,
    /// The key does not suit this kind of authentication or session.
    #[error("a key of this type cannot be used here")]
    KeyType,
    /// The command counter is used up: authenticate anew.
    #[error("the session has seen as many commands as it may")]
    CounterExhausted,
    /// A card that goes on answering.
    #[error("the answer does not end")]
    Endless,
}

/// What was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The message authentication code.
    Mac,
    /// CRC-16 or CRC-32.
    Crc,
    /// What fills the last block.
    Padding,
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Check::Mac => "MAC",
            Check::Crc => "checksum",
            Check::Padding => "padding",
        })
    }
}
