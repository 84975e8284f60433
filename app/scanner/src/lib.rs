//! Reads a QR code by the camera, or from a chosen picture, or a chip that is tapped on this phone, and sends what it says with the page's form:
//! `[data-part=code]`, whose field `text` takes it. The picture stays here.

use dom::find;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlFormElement, HtmlInputElement};

/// Called by the page's loader.
#[wasm_bindgen]
pub fn start() {
    camera::start(send);
    // only some pages take chips
    if find("[data-do=tap]").is_some() {
        dom::show("tap", nfc::able());
        dom::on("tap", || spawn_local(wait()));
        // the page comes anew after each card: who has allowed it once is not asked again
        spawn_local(async {
            if nfc::allowed().await {
                wait().await;
            }
        });
    }
}

async fn wait() {
    match nfc::listen(tapped).await {
        Ok(()) => camera::say("tap-waiting", "neutral"),
        Err(why) => camera::say(why, "bad"),
    }
}

fn tapped(link: &str, _serial: &str) {
    if link.is_empty() {
        return camera::say("tap-unread", "warn");
    }
    send(link);
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
