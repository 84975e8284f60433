//! Readers that somebody relays to the page: the bridge on its machine, or an Isolated Web App through the portal's server. A module of its
//! own, since most desks never need it. What goes wrong is thrown as `[name of the sentence, detail]`.

mod bridge;

use std::rc::Rc;

use ::usb::trouble::Trouble;
use bridge::{Bridge, Way};
use relay::PairingCode;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::js_sys::Function;

/// A connection to a relay.
#[wasm_bindgen]
pub struct Relayed(Rc<Bridge>);

/// Connects to the bridge, or to the isolated app that shows `code`. `show` is called with the code that the person compares.
///
/// # Errors
/// Thrown.
#[wasm_bindgen]
pub async fn connect(code: Option<String>, show: Function) -> Result<Relayed, JsValue> {
    let way = match code.map(PairingCode::try_from) {
        None => Way::Bridge,
        Some(Ok(code)) => Way::App(code),
        Some(Err(_)) => return Err(Trouble::new("app-code", "six digits").thrown()),
    };
    let shown = move |code: &str| {
        // what shows it is the page's own
        let _ = show.call1(&JsValue::NULL, &code.into());
    };
    Bridge::open(way, shown).await.map(Relayed).map_err(|trouble| trouble.thrown())
}

#[wasm_bindgen]
impl Relayed {
    /// Names of its readers.
    pub fn readers(&self) -> Vec<String> {
        self.0.readers().into_iter().map(|reader| reader.name).collect()
    }

    /// What lies on a reader: `absent`, `present` or `in-use`.
    ///
    /// # Errors
    /// Thrown.
    pub fn look(&self, name: &str) -> Result<String, JsValue> {
        self.0.look(name).map(str::to_owned).map_err(|trouble| trouble.thrown())
    }

    /// The reader, for this page alone; its card's answer to reset.
    ///
    /// # Errors
    /// Thrown.
    pub async fn connect(&self, name: String) -> Result<Vec<u8>, JsValue> {
        self.0.connect(name).await.map_err(|trouble| trouble.thrown())
    }

    /// Moves a command to the card and its answer back.
    ///
    /// # Errors
    /// Thrown.
    pub async fn exchange(&self, apdu: Vec<u8>) -> Result<Vec<u8>, JsValue> {
        self.0.exchange(apdu).await.map_err(|trouble| trouble.thrown())
    }

    /// Until something comes, or so many milliseconds.
    pub async fn notice(&self, wait: u32) {
        self.0.notice(wait).await;
    }

    /// Gives the reader back.
    pub async fn disconnect(&self) {
        self.0.disconnect().await;
    }
}
