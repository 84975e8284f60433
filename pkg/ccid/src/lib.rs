//! USB CCID rev 1.1 from the host's side, without USB: descriptors, messages, and the machine that powers a slot and moves APDUs at
//! whatever level the reader exchanges them.
//!
//! [`configuration::interfaces`] finds what can be driven in a configuration descriptor; [`Ccid`] drives one slot of it as a
//! [`reader::Reader`]. Sequence numbers are what answers are told apart by: one that comes late belongs to nobody and is dropped.

#![forbid(unsafe_code)]

mod atr;
pub mod configuration;
mod descriptor;
mod inbox;
mod machine;
mod message;
mod t1;

pub use descriptor::{Descriptor, Level};
pub use machine::Ccid;
