//! Why something with a reader went wrong, as the page words it.
use reader::Fault;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::Array;
use web_sys::DomException;

/// A sentence of the page, by its name, and what a support request should tell besides.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Name of the sentence: `data-say` in the page.
    pub say: &'static str,
    /// In English, for who mends it.
    pub detail: String,
}

impl Trouble {
    pub fn new(say: &'static str, detail: impl Into<String>) -> Self {
        Trouble { say, detail: detail.into() }
    }

    /// What a promise was rejected with; `fallback` where its name tells nothing.
    pub fn rejected(value: &JsValue, fallback: &'static str) -> Self {
        let Some(exception) = value.dyn_ref::<DomException>() else {
            return Trouble::new(fallback, fallback);
        };
        let say = match exception.name().as_str() {
            // claimInterface on a protected class
            "SecurityError" => "blocked",
            // requestDevice was left without a choice
            "NotFoundError" if exception.message().contains("No device selected") => "cancelled",
            "NotFoundError" if exception.message().contains("disconnected") => "unplugged",
            _ => fallback,
        };
        Trouble::new(say, format!("{}: {}", exception.name(), exception.message()))
    }
}

/// Sentences about relays that one module throws and another shows.
const THROWN: [&str; 24] = [
    "app-busy",
    "app-code",
    "app-expired",
    "app-gone",
    "app-no",
    "bridge-busy",
    "bridge-expired",
    "bridge-gone",
    "bridge-no",
    "bridge-version",
    "card-gone",
    "confused",
    "in-use",
    "mute",
    "no-app",
    "no-bridge",
    "no-card",
    "no-reader",
    "no-service",
    "refused",
    "timeout",
    "too-long",
    "unplugged",
    "unsupported",
];

impl Trouble {
    /// For another module: the sentence's name and the detail.
    pub fn thrown(&self) -> JsValue {
        Array::of2(&self.say.into(), &self.detail.as_str().into()).into()
    }

    /// What another module has thrown so.
    pub fn thrown_by(value: &JsValue) -> Self {
        let told = |nth: u32| value.dyn_ref::<Array>().and_then(|told| told.get(nth).as_string()).unwrap_or_default();
        let say = THROWN.iter().copied().find(|name| *name == told(0)).unwrap_or("confused");
        Trouble::new(say, told(1))
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        let say = match fault {
            Fault::NoCard => "no-card",
            Fault::CardGone => "card-gone",
            Fault::Mute => "mute",
            Fault::WrongCard => "wrong-card",
            Fault::Protocol(_) => "garbled",
            Fault::Timeout => "timeout",
            Fault::Malformed { .. } | Fault::Turn => "confused",
            Fault::Refused { .. } => "refused",
            Fault::Unsupported(_) => "unsupported",
            Fault::TooLong { .. } => "too-long",
        };
        Trouble::new(say, fault.to_string())
    }
}
