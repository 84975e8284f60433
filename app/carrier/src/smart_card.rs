//! The Web Smart Card API (`navigator.smartCard`): ChromeOS, Isolated Web Apps only. It may be there and never answer: everything is
//! limited in time.
use reader::{Card, Presence};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::{Array, ArrayBuffer, JSON, Promise, Reflect, Uint8Array};

use crate::later::within;
use crate::trace::{self, Kept};
use crate::trouble::Trouble;

const OPENING: u32 = 3_000;
const EXCHANGING: u32 = 70_000;

#[wasm_bindgen]
extern "C" {
    type Manager;
    #[wasm_bindgen(method, structural, js_name = establishContext)]
    fn establish_context(this: &Manager) -> Promise;

    #[derive(Clone)]
    type Context;
    #[wasm_bindgen(method, structural, js_name = listReaders)]
    fn list_readers(this: &Context) -> Promise;
    #[wasm_bindgen(method, structural, js_name = getStatusChange)]
    fn get_status_change(this: &Context, states: &JsValue, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn connect(this: &Context, reader: &str, mode: &str, options: &JsValue) -> Promise;

    type Connection;
    #[wasm_bindgen(method, structural)]
    fn transmit(this: &Connection, bytes: &Uint8Array) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn disconnect(this: &Connection, disposition: &str) -> Promise;
}

fn manager() -> Option<Manager> {
    let navigator = web_sys::window()?.navigator();
    let found = Reflect::get(&navigator, &"smartCard".into()).ok()?;
    (!found.is_undefined()).then(|| found.unchecked_into())
}

/// Whether this browser has it at all.
pub fn is_here() -> bool {
    manager().is_some()
}

/// A reader of the system.
pub struct SmartCardReader {
    context: Context,
    name: String,
    connection: Option<Connection>,
    /// How often a card came or went, as the last look told.
    moved: Option<f64>,
}

impl SmartCardReader {
    /// The system's first reader.
    pub async fn open() -> Result<Self, Trouble> {
        let manager = manager().ok_or_else(|| Trouble::new("no-smart-card", "navigator.smartCard"))?;
        let context: Context = limited(&manager.establish_context(), OPENING).await?.unchecked_into();
        let names = Array::from(&limited(&context.list_readers(), OPENING).await?);
        let name = names.get(0).as_string().ok_or_else(|| Trouble::new("no-reader", "the system has no reader"))?;
        Ok(SmartCardReader { context, name, connection: None, moved: None })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub async fn look(&mut self) -> Result<Presence, Trouble> {
        let state = |name: &str| {
            let name = JSON::stringify(&name.into()).map(String::from).unwrap_or_default();
            JSON::parse(&format!(
                "[{{\"readerName\":{name},\"currentState\":{{\"unaware\":true}},\"currentCount\":0}}]"
            ))
        };
        let states = state(&self.name).map_err(|error| Trouble::rejected(&error, "confused"))?;
        let options = JSON::parse("{\"timeout\":1000}").unwrap_or(JsValue::UNDEFINED);
        let found = Array::from(&limited(&self.context.get_status_change(&states, &options), OPENING).await?);
        let event = Reflect::get(&found.get(0), &"eventState".into()).unwrap_or(JsValue::UNDEFINED);
        let has = |name: &str| Reflect::get(&event, &name.into()).is_ok_and(|value| value.is_truthy());
        if has("unavailable") || has("unknown") {
            return Err(Trouble::new("unplugged", "the reader is not there any more"));
        }
        if !has("present") {
            self.connection = None;
            return Ok(Presence::Absent);
        }
        let moved = Reflect::get(&found.get(0), &"eventCount".into()).ok().and_then(|count| count.as_f64());
        if self.moved != moved {
            // another card, or the same one laid down anew, since the last look
            self.moved = moved;
            self.let_go().await;
        }
        Ok(if self.connection.is_some() { Presence::Connected } else { Presence::Fresh })
    }

    pub async fn connect(&mut self) -> Result<Card, Trouble> {
        self.let_go().await;
        let options = JSON::parse("{\"preferredProtocols\":[\"t1\",\"t0\",\"raw\"]}").unwrap_or(JsValue::UNDEFINED);
        let result = limited(&self.context.connect(&self.name, "exclusive", &options), OPENING).await?;
        let connection = Reflect::get(&result, &"connection".into()).map_err(|e| Trouble::rejected(&e, "confused"))?;
        self.connection = Some(connection.unchecked_into());
        Ok(Card::default())
    }

    pub async fn exchange(&mut self, apdu: &[u8]) -> Result<Vec<u8>, Trouble> {
        let connection = self.connection.as_ref().ok_or_else(|| Trouble::new("card-gone", "not connected"))?;
        trace::out(apdu, Kept::APDU);
        let answered = limited(&connection.transmit(&Uint8Array::from(apdu)), EXCHANGING).await;
        let answer = match answered {
            Ok(answer) => answer,
            Err(trouble) => {
                self.let_go().await;
                return Err(trouble);
            }
        };
        let bytes = Uint8Array::new(answer.unchecked_ref::<ArrayBuffer>()).to_vec();
        trace::incoming(&bytes, Kept::APDU);
        Ok(bytes)
    }

    /// An exclusive connection that is only forgotten would shut this page out itself.
    async fn let_go(&mut self) {
        if let Some(connection) = self.connection.take() {
            // the system frees it when the page is closed, too
            let _ = within(&connection.disconnect("reset"), OPENING).await;
        }
    }

    pub async fn close(mut self) {
        self.let_go().await;
    }
}

async fn limited(promise: &Promise, wait: u32) -> Result<JsValue, Trouble> {
    match within(promise, wait).await {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Trouble::new("timeout", "the smart-card API does not answer")),
        Err(error) => Err(worded(&error)),
    }
}

/// SmartCardError: its responseCode says what PC/SC said.
fn worded(error: &JsValue) -> Trouble {
    let code = Reflect::get(error, &"responseCode".into()).ok().and_then(|code| code.as_string()).unwrap_or_default();
    let say = match code.as_str() {
        "no-service" | "server-too-busy" => "no-service",
        "no-smartcard" => "no-card",
        "removed-card" | "reset-card" | "unpowered-card" => "card-gone",
        "reader-unavailable" | "unknown-reader" => "unplugged",
        "sharing-violation" => "in-use",
        "unresponsive-card" | "not-ready" => "mute",
        "unsupported-card" | "proto-mismatch" | "unsupported-feature" => "unsupported",
        _ => "confused",
    };
    let text = error.dyn_ref::<web_sys::DomException>().map(web_sys::DomException::message).unwrap_or_default();
    Trouble::new(say, format!("{code} {text}"))
}
