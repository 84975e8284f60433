//! The portrait's page in the browser: the chosen file is read, cropped with mouse, finger or keys, judged, and made into the master that
//! the server keeps (C28). Nothing but that master is sent. Without this module the server does the same with the suggested crop.

mod desk;
mod stage;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader.
#[wasm_bindgen]
pub fn start() {
    desk::start();
}
