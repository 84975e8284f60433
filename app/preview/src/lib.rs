//! A card's face while somebody writes it: its two sides as SVG, and what there is to say of it as HTML. The server writes the same as the
//! module in the browser, to the byte, so that a page without scripts shows what one with them shows.

mod budget;
mod easel;
mod faults;
mod form;
mod report;
mod ruler;
pub mod settings;

pub use easel::{Drawing, Easel, LaidOut, NotPressed, Sides};
pub use form::{KEYS, choices, form, label};
pub use ruler::ruler;

mod words {
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}
