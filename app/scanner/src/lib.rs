//! Reads a QR code by the camera, or from a chosen picture, and sends what it says with the page's form: `[data-part=code]`, whose field `text`
//! takes it. The picture stays here.

use dom::find;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// Called by the page's loader.
#[wasm_bindgen]
pub fn start() {
    camera::start(send);
}

fn send(text: &str) {
    let form = find("[data-part=code]").and_then(|it| it.dyn_into::<HtmlFormElement>().ok());
    let field = find("[data-part=code] [name=text]").and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    if let (Some(form), Some(field)) = (form, field) {
        field.set_value(text);
        // a form that cannot be sent by script has its button
        let _ = form.request_submit();
    }
}
