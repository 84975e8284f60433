//! What is on the chip of a card, and the plan that writes it.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

pub mod keys;
