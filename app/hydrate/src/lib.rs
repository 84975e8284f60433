//! The browser module: starts the islands that a page contains.
use app as _; // its islands are exported by name, and the page's loader calls each where it stands
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader before the islands: prepares the reactive system that they share.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
