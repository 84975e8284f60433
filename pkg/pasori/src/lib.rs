//! Sony's PaSoRi readers, whose vendor interface an ordinary page may claim. Both move bare frames over the air: ISO/IEC 14443-4 is
//! spoken here ([`isodep`]).

#![forbid(unsafe_code)]

mod rcs300;
mod rcs380;
mod transparent;

pub use rcs300::RcS300;
pub use rcs380::RcS380;
