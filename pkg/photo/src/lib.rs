//! The holder's portrait (R80, C28): a file as it comes from a camera is read, cropped to 3:4, made into the master that
//! the portal keeps, judged, and the master is checked again where it arrives.
//!
//! The browser calls [`Picture::read`], [`Crop::suggested`], [`make`] and [`judge`] before anything is sent; the server calls
//! [`check_master`] on what was sent, or all of them where the page ran without scripts. Nothing here does I/O, reads a clock
//! or draws a random number, and the same pixels and crop give the same master to the byte everywhere.
//!
//! Refused is only what cannot become a master: what is no picture, too large to be held in memory, or too small. Doubts
//! about sharpness, light and background are warnings ([`Verdict::Doubtful`]) that a person may overrule.
//!
//! Faces are not counted: of the detectors in Rust alone, rustface has had no release since 2021, and pico-detect's package
//! is without its model. A neural detector on a kept engine such as tract would need a model that no kept crate ships.
#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod crop;
mod error;
mod jpeg;
mod judge;
mod make;
mod master;
mod read;
#[cfg(test)]
mod sample;
mod scale;
mod suggest;
mod webp;

pub use crop::{Crop, Frame, MIN_HEIGHT, MIN_WIDTH, Step};
pub use error::{Format, NotMaster, OtherFormat, PhotoError};
pub use judge::{Judgement, Measures, Reason, Thresholds, Verdict, judge};
pub use make::{MASTER_HEIGHT, MASTER_WIDTH, MAX_MASTER_BYTES, make};
pub use master::{Master, check_master};
pub use read::{MAX_FILE_BYTES, MAX_PAGE_PIXELS, MAX_PIXELS, MAX_SIDE, Picture, Preview, look_to_the_end};
