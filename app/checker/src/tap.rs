//! Chips of cards that are tapped on this phone while the page is open (Web NFC). Other phones open a chip's link by themselves.

use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::js_sys::Error;
use wasm_bindgen_futures::spawn_local;

use crate::{front, held};

#[wasm_bindgen(inline_js = "
export const able = () => 'NDEFReader' in self;
export const listen = async (told) => {
  const reader = new NDEFReader();
  reader.onreading = ({ serialNumber, message }) => {
    const link = [...message.records].find(({ recordType }) => recordType === 'url');
    told(link ? new TextDecoder().decode(link.data) : '', serialNumber ?? '');
  };
  reader.onreadingerror = () => told('', '');
  await reader.scan();
};
")]
extern "C" {
    fn able() -> bool;
    #[wasm_bindgen(catch)]
    async fn listen(told: &Closure<dyn FnMut(String, String)>) -> Result<JsValue, JsValue>;
}

/// Makes the button work, where the browser reads chips.
pub fn start() {
    dom::show("tap", able());
    dom::show("tap-unable", !able());
    dom::on("tap", || spawn_local(wait()));
}

async fn wait() {
    let told = Closure::<dyn FnMut(String, String)>::new(|link: String, serial: String| tapped(&link, &serial));
    match listen(&told).await {
        Ok(_) => camera::say("tap-waiting", "neutral"),
        Err(error) => camera::say(refusal(&error), "bad"),
    }
    // as long as the page is open
    told.forget();
}

/// Why there is no reading (Web NFC §11.2): nobody allowed it, or the phone has none, or has it switched off.
fn refusal(error: &JsValue) -> &'static str {
    use wasm_bindgen::JsCast as _;
    let name = error.dyn_ref::<Error>().map(|error| String::from(error.name())).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" => "tap-denied",
        "NotSupportedError" => "tap-none",
        _ => "tap-off",
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
