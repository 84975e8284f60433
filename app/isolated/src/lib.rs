//! The module of the Isolated Web App. Such an app may claim readers of the smart-card class, which a page of the portal may not. It
//! takes one reader ([`desk`]), is joined to a page by the portal's server ([`portal`]), and carries out what that page asks, in the
//! words of the bridge ([`relay`]). It holds no key and keeps nothing of what passes.
//!
//! Its page has every sentence in it, in both languages; here the right ones are shown ([`page`]).

mod desk;
mod page;
mod portal;

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script.
#[wasm_bindgen]
pub fn start() {
    page::start();
}
