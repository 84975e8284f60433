//! Chip card interface devices (USB device class specification "CCID", revision 1.1).
mod acr122;
mod apdu;
mod engine;
mod make;
mod message;
mod pseudo;
mod slot;
mod t1;
mod wire;

pub(crate) use self::engine::CcidReader;
pub use self::make::{Ccid, Dialect, Quirks, feature};
pub(crate) use self::message::{Answer, Command};
pub(crate) use self::wire::{PACKET, Wire};
