//! Chips of cards that are tapped on this phone while the page is open (Web NFC). Other phones open a chip's link by themselves.
#![warn(missing_docs)]

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::js_sys::Error;

#[wasm_bindgen(inline_js = "
export const able = () => 'NDEFReader' in self;
export const allowed = async () => {
  try {
    return (await navigator.permissions.query({ name: 'nfc' })).state === 'granted';
  } catch {
    return false;
  }
};
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
    #[wasm_bindgen(js_name = able)]
    fn has_reader() -> bool;
    #[wasm_bindgen(js_name = allowed)]
    async fn was_allowed() -> JsValue;
    #[wasm_bindgen(catch, js_name = listen)]
    async fn begin(told: &Closure<dyn FnMut(String, String)>) -> Result<JsValue, JsValue>;
}

/// Whether this browser reads chips.
pub fn able() -> bool {
    has_reader()
}

/// Whether somebody has allowed this page to read chips before: it need not be asked again.
pub async fn allowed() -> bool {
    has_reader() && was_allowed().await.is_truthy()
}

/// Tells of every chip that is tapped as long as the page is open: its link, empty where it has none that could be read, and its serial number as
/// the browser writes it.
///
/// # Errors
/// The name of the sentence that says why there is no reading (Web NFC §11.2): nobody allowed it, or the phone has none, or has it switched off.
pub async fn listen(mut told: impl FnMut(&str, &str) + 'static) -> Result<(), &'static str> {
    let heard = Closure::<dyn FnMut(String, String)>::new(move |link: String, serial: String| told(&link, &serial));
    let begun = begin(&heard).await;
    // as long as the page is open
    heard.forget();
    match begun {
        Ok(_) => Ok(()),
        Err(error) => Err(refusal(&error)),
    }
}

fn refusal(error: &JsValue) -> &'static str {
    let name = error.dyn_ref::<Error>().map(|error| String::from(error.name())).unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" => "tap-denied",
        "NotSupportedError" => "tap-none",
        _ => "tap-off",
    }
}
