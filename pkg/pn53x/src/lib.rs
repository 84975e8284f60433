//! NXP's PN53x family on USB: PN531, PN533, SCL3711, SCL3712, ASK LoGO, Sony RC-S330 to RC-S370. Their firmware speaks ISO/IEC 14443-4
//! itself; [`Pn53x`] drives it as a [`reader::Reader`]. [`acr122`] has what an ACR122U, which hides such a chip behind CCID, is told
//! in pseudo-APDUs.
//!
//! The chips answer without sequence numbers: after a command that was given up, [`Pn53x`] takes nothing but opening anew, which
//! clears the pipe.

#![forbid(unsafe_code)]

pub mod acr122;
mod dialogue;
mod frame;
mod machine;

pub use dialogue::{Dialogue, Heard};
pub use machine::Pn53x;
