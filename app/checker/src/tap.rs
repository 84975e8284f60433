//! Cards that are tapped on this phone while the page is open.

use wasm_bindgen_futures::spawn_local;

use crate::{front, held};

/// Makes the button work, where the browser reads chips.
pub fn start() {
    dom::show("tap", nfc::able());
    dom::show("tap-unable", !nfc::able());
    dom::on("tap", || spawn_local(wait()));
}

async fn wait() {
    match nfc::listen(tapped).await {
        Ok(()) => camera::say("tap-waiting", "neutral"),
        Err(why) => camera::say(why, "bad"),
    }
}

fn tapped(link: &str, serial: &str) {
    front::clear();
    if link.is_empty() {
        return camera::say("tap-unread", "warn");
    }
    let ours = link.strip_prefix("https://").and_then(|rest| rest.split_once('/'));
    let Some((_, behind)) = ours.filter(|(host, behind)| front::is_ours(host) && behind.starts_with('t')) else {
        return camera::say("tap-other", "warn");
    };
    let (path, link, serial) = (format!("/{behind}"), link.to_owned(), serial.to_owned());
    spawn_local(async move {
        if !front::follow(&path).await {
            camera::say("ask-offline", "warn");
            held::judge_chip(&link, &serial);
        }
    });
}
