//! The card page in the browser: what is typed is drawn at once, by the code that draws on the server, and nothing is asked of the server
//! for it. The page stands without this module; then its button draws.

mod desk;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Called by the page's loader.
#[wasm_bindgen]
pub fn start() {
    view::start();
    spawn_local(desk::start());
}
