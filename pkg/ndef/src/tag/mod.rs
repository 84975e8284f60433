//! The Type 4 Tag: a card that carries a message in a file which phones find by name.

mod container;
mod layout;
mod read;
mod write;

pub use container::{CapabilityContainer, ContainerError};
pub use layout::{AID, Layout};
pub use read::Reading;
pub use write::{Piece, Writing};

use apdu::{Command, ResponseError, StatusWord};

use crate::MessageError;

/// Name of the application (Type 4 Tag 2.0).
pub const DF_NAME: [u8; 7] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
/// Identifier of the file that says where everything is.
pub const CONTAINER: u16 = 0xE103;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<T> {
    /// Send this and hand over what comes back.
    Send(Command),
    /// It is done.
    Done(T),
}

/// Why a tag could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TagError {
    /// No NDEF application, or no such file.
    #[error("this card carries no NDEF message")]
    NoTag,
    /// The card refuses.
    #[error("the card refuses: {0}")]
    Refused(StatusWord),
    /// No response APDU.
    #[error("the answer is no response APDU")]
    Response(#[from] ResponseError),
    /// The capability container is not one.
    #[error("the capability container is wrong")]
    Container(#[from] ContainerError),
    /// The card answered more or fewer bytes than were asked for.
    #[error("{expected} bytes were asked for, {found} came")]
    Length {
        /// Asked for.
        expected: usize,
        /// Came.
        found: usize,
    },
    /// The message would be longer than the file.
    #[error("a message of {message} bytes does not fit a file for {room}")]
    Room {
        /// Bytes of the message.
        message: usize,
        /// Bytes that there is room for.
        room: usize,
    },
    /// The card cannot be written any more, or only with a key.
    #[error("the message is locked")]
    Locked,
    /// What is on the card is no NDEF message.
    #[error("the message on the card is malformed")]
    Message(#[from] MessageError),
    /// An answer came after the end.
    #[error("nothing was asked")]
    Turn,
}
