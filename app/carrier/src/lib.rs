//! Readers in the page. What speaks to a reader is the same for all of them ([`open::Open`]); what moves the bytes differs: WebUSB,
//! the smart-card API, the bridge, or a simulated reader behind the same face as WebUSB.
//!
//! The page is rendered on the server, with every sentence in it. This module shows the one that fits and fills in what it learns.

mod bridge;
mod card;
mod desk;
mod module;
mod open;
mod page;
mod simulated;
mod smart_card;
mod trial;
mod write;

use ::usb::{bindings as usb_bindings, device as usb, later, trace, trouble};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader, with the addresses of script and module of what is loaded when it is wanted: the simulated readers, the
/// check of the maker's signature, what speaks to relays, the trial on a blank card, and what carries batches to a chip.
#[wasm_bindgen]
pub fn start(
    training: Vec<String>,
    originality: Vec<String>,
    relayed: Vec<String>,
    blank: Vec<String>,
    writer: Vec<String>,
) {
    module::stand_at(module::Addresses { training, originality, relayed, blank, writer });
    page::start();
}
