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
mod smart_card;
mod trial;

use ::usb::{bindings as usb_bindings, device as usb, later, trace, trouble};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader, with the addresses of script and module of what is loaded when it is wanted: the simulated readers, the
/// check of the maker's signature, what speaks to relays, and the trial on a blank card.
#[wasm_bindgen]
pub fn start(training: Vec<String>, originality: Vec<String>, relayed: Vec<String>, blank: Vec<String>) {
    module::stand_at(module::Addresses { training, originality, relayed, blank });
    page::start();
}
