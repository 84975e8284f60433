//! What is on the chip of a card ([`layout`], [`content`]), and the plan that writes it and survives being torn away ([`plan`]).
//!
//! The plan runs where the keys are. What it seals goes in batches through whoever holds the reader ([`batch`]), who needs no key and
//! understands nothing of it.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

pub mod batch;
pub mod content;
pub mod keys;
pub mod layout;
pub mod plan;
pub mod profile;
