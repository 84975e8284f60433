//! Readers that somebody relays, through the module `relayed`: it is loaded when a person asks for it.
use reader::{Card, Presence};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::js_sys::{Promise, Uint8Array};

use crate::trace::{self, Kept};
use crate::trouble::Trouble;

#[wasm_bindgen]
extern "C" {
    /// The module.
    pub type Module;
    #[wasm_bindgen(method, structural)]
    fn connect(this: &Module, code: Option<String>, show: &Closure<dyn FnMut(String)>) -> Promise;

    /// A connection to a relay.
    #[derive(Clone)]
    pub type Relayed;
    #[wasm_bindgen(method, structural)]
    pub fn readers(this: &Relayed) -> Vec<String>;
    #[wasm_bindgen(method, structural, catch)]
    fn look(this: &Relayed, name: &str) -> Result<String, wasm_bindgen::JsValue>;
    #[wasm_bindgen(method, structural, js_name = connect)]
    fn connect_reader(this: &Relayed, name: &str) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn exchange(this: &Relayed, apdu: &Uint8Array) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn notice(this: &Relayed, wait: u32) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn disconnect(this: &Relayed) -> Promise;
}

/// Connects: to the bridge, or to the isolated app that shows this code. `show`: shows the code that the person compares.
pub async fn open(
    module: &Module,
    code: Option<String>,
    show: impl FnMut(String) + 'static,
) -> Result<Relayed, Trouble> {
    let show = Closure::<dyn FnMut(String)>::new(show);
    let opened = JsFuture::from(module.connect(code, &show)).await;
    opened.map(JsCast::unchecked_into).map_err(|error| Trouble::thrown_by(&error))
}

/// One of its readers.
pub struct BridgeReader {
    relayed: Relayed,
    name: String,
    connected: bool,
}

impl BridgeReader {
    pub fn new(relayed: Relayed, name: String) -> Self {
        BridgeReader { relayed, name, connected: false }
    }

    pub fn look(&mut self) -> Result<Presence, Trouble> {
        let seen = self.relayed.look(&self.name).map_err(|error| Trouble::thrown_by(&error))?;
        match seen.as_str() {
            "absent" => {
                self.connected = false;
                Ok(Presence::Absent)
            }
            // a reader that this page has is in use, too
            "in-use" if !self.connected => Err(Trouble::new("in-use", "another program has it")),
            _ if self.connected => Ok(Presence::Connected),
            _ => Ok(Presence::Fresh),
        }
    }

    pub async fn connect(&mut self) -> Result<Card, Trouble> {
        self.connected = false;
        let atr = self.asked(self.relayed.connect_reader(&self.name)).await?;
        self.connected = true;
        Ok(Card { atr, ..Card::default() })
    }

    pub async fn exchange(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Trouble> {
        trace::out(apdu, Kept::APDU);
        let answered = self.asked(self.relayed.exchange(&Uint8Array::from(apdu))).await;
        let answer = answered.inspect_err(|_| self.connected = false)?;
        trace::incoming(&answer, Kept::APDU);
        Ok(answer)
    }

    async fn asked(&self, promise: Promise) -> Result<Vec<u8>, Trouble> {
        let bytes = JsFuture::from(promise).await.map_err(|error| Trouble::thrown_by(&error))?;
        Ok(Uint8Array::new(&bytes).to_vec())
    }

    pub async fn notice(&mut self, wait: u32) {
        // the next look tells why
        let _ = JsFuture::from(self.relayed.notice(wait)).await;
    }

    pub async fn close(self) {
        // the relay frees the reader when the connection ends, too
        let _ = JsFuture::from(self.relayed.disconnect()).await;
    }
}
