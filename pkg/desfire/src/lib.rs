//! MIFARE DESFire EV1, EV2 and EV3 from the host's side, without a reader: bytes to send come out, bytes that came go in.
//!
//! [`Channel`] is the host's end of one card. It takes a [`Request`] of a [`command::Command`], seals it with the open session,
//! splits it into frames, and verifies and opens what comes back. [`Authentication`] opens sessions. What needs no card stands
//! beside it: [`diversify`], [`sdm`], [`tmac`], [`dam`], [`originality`].
//!
//! Where the plain answer of a command is known beforehand, [`Channel::foresee`] tells the bytes in which it must come, so that commands can
//! be sealed ahead of their answers.
//!
//! A wrong MAC never yields data; after any error, and when an answer is lost, the session is closed and its keys are wiped.

#![forbid(unsafe_code)]

mod auth;
mod channel;
mod cipher;
pub mod command;
pub mod cost;
mod crc;
pub mod dam;
mod diversify;
mod error;
mod foresee;
mod key;
pub mod originality;
#[cfg(any(test, feature = "proof"))]
pub mod proof;
mod request;
pub mod sdm;
mod session;
mod status;
pub mod tmac;
mod types;

pub use auth::{Authentication, Capabilities};
pub use channel::{Answer, Channel, Framing, Step};
pub use diversify::diversify;
pub use error::{Check, Error};
pub use foresee::Foreseen;
pub use key::{Key, KeyType};
pub use request::{CommMode, Request};
pub use session::Generation;
pub use status::Status;
pub use types::{AccessRights, Aid, DfName, FileNo, KeyCount, KeyNo, KeySetNo, Right, U24};
