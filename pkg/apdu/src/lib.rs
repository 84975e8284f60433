//! Command and response APDUs as ISO/IEC 7816-4 has them, and the two ways in which DESFire commands travel.
//!
//! Bytes in, bytes out: nothing here talks to a reader. A [`Command`] encodes itself in the shortest form that holds it;
//! a [`Response`] is data and a [`StatusWord`]. [`Conversation`] fetches what a card announces with `61xx` or `6Cxx`;
//! [`chain`] splits a command for cards that take it in pieces. [`native`] and [`wrapped`] are DESFire's framings.

#![forbid(unsafe_code)]

mod command;
mod conversation;
pub mod native;
mod response;
mod status;
pub mod wrapped;

pub use command::{Command, CommandError, Le, chain};
pub use conversation::{Conversation, Step};
pub use response::{Response, ResponseError};
pub use status::{Meaning, StatusWord};
