//! A simulated reader with a simulated card, for JavaScript. `usb.js` clothes it as a `USBDevice`: what drives real readers drives it,
//! too. Nothing of it is a card that anybody could use.

use pcd::{Ccid, Device, Fault, Pn53x, RcS300, RcS380, Read, Reader, Setup, Transfer};
use picc::{Card, Memory, Model};
use wasm_bindgen::prelude::wasm_bindgen;

/// The part of the page that looks like WebUSB.
#[wasm_bindgen(module = "/src/usb.js")]
extern "C" {
    /// The browser's random numbers.
    fn random(bytes: &mut [u8]);

    /// A reader in the shape of WebUSB's device.
    pub type SimulatedUsb;

    #[wasm_bindgen(constructor)]
    fn new(reader: Simulated, held: bool) -> SimulatedUsb;
}

/// A reader of one of the [`models`] as a `USBDevice`, with a card of that model on it or without one. `held`: another program has it.
#[wasm_bindgen]
pub fn usb(model: &str, card: Option<String>, held: bool) -> SimulatedUsb {
    let mut reader = Simulated::new(model);
    if let Some(card) = card {
        reader.insert(&card);
    }
    SimulatedUsb::new(reader, held)
}

/// A reader on the bus.
#[wasm_bindgen]
pub struct Simulated {
    device: Device,
}

/// What an IN transfer brought.
#[wasm_bindgen]
pub struct Brought {
    status: &'static str,
    data: Vec<u8>,
}

#[wasm_bindgen]
impl Brought {
    /// `ok`, `stall`, `babble`, `pending` or `gone`.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> String {
        self.status.to_owned()
    }

    /// The bytes.
    #[wasm_bindgen(getter)]
    pub fn data(&self) -> Vec<u8> {
        self.data.clone()
    }
}

/// Names of the readers that can be simulated.
#[wasm_bindgen]
pub fn models() -> Vec<String> {
    MODELS.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// A reader, new.
type Make = fn() -> Reader;

const MODELS: [(&str, Make); 9] = [
    ("rc-s300", || RcS300::p().into()),
    ("scl3711", || Pn53x::scl3711().into()),
    ("pn533", || Pn53x::pn533().into()),
    ("rc-s380", || RcS380::s().into()),
    ("omnikey-5321", || Ccid::omnikey_5321_cli().into()),
    ("de-abcm6", || Ccid::de_abcm6().into()),
    ("omnikey-5021", || Ccid::omnikey_5021_cl().into()),
    ("acr122u", || Ccid::acr122u().into()),
    ("omnikey-5022", || Ccid::omnikey_5022().into()),
];

#[wasm_bindgen]
impl Simulated {
    /// A reader of one of the [`models`]; the first for a name that there is not.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &str) -> Self {
        let make = MODELS.iter().find(|(name, _)| *name == model).map_or(MODELS[0].1, |(_, make)| *make);
        Simulated { device: Device::new(make(), Box::new(random)) }
    }

    #[wasm_bindgen(getter, js_name = vendorId)]
    pub fn vendor_id(&self) -> u16 {
        self.device.vendor_id()
    }

    #[wasm_bindgen(getter, js_name = productId)]
    pub fn product_id(&self) -> u16 {
        self.device.product_id()
    }

    #[wasm_bindgen(getter, js_name = productName)]
    pub fn product_name(&self) -> String {
        self.device.product_name().to_owned()
    }

    #[wasm_bindgen(getter, js_name = manufacturerName)]
    pub fn manufacturer_name(&self) -> String {
        self.device.manufacturer_name().to_owned()
    }

    /// The whole configuration descriptor.
    pub fn configuration(&self) -> Vec<u8> {
        self.device.configuration_descriptor()
    }

    /// A control transfer.
    pub fn control(
        &mut self,
        request_type: u8,
        request: u8,
        value: u16,
        index: u16,
        length: u16,
        data: &[u8],
    ) -> Brought {
        brought(self.device.control(Setup { request_type, request, value, index, length }, data))
    }

    /// An OUT transfer.
    pub fn write(&mut self, endpoint: u8, data: &[u8]) -> Brought {
        brought(self.device.write(endpoint, data))
    }

    /// An IN transfer, as far as it is there.
    pub fn read(&mut self, endpoint: u8, length: usize) -> Brought {
        match self.device.read(endpoint, length) {
            Read::Data(data) => Brought { status: "ok", data },
            Read::Pending => Brought { status: "pending", data: Vec::new() },
            Read::Babble => Brought { status: "babble", data: Vec::new() },
            Read::Stall => Brought { status: "stall", data: Vec::new() },
            Read::Gone => Brought { status: "gone", data: Vec::new() },
        }
    }

    /// So much time passes.
    pub fn advance(&mut self, microseconds: f64) {
        self.device.advance(microseconds as u64);
    }

    /// Microseconds until something comes by itself; negative when nothing does.
    #[wasm_bindgen(js_name = untilNext)]
    pub fn until_next(&self) -> f64 {
        self.device.until_next().map_or(-1.0, |microseconds| microseconds as f64)
    }

    /// Lays a card on the reader, as it leaves the factory: ev1, ev2 or ev3.
    pub fn insert(&mut self, model: &str) {
        let model = match model {
            "ev1" => Model::Ev1,
            "ev2" => Model::Ev2,
            _ => Model::Ev3,
        };
        let mut uid = [0x04; 7];
        random(&mut uid[1..]);
        self.device.insert(Card::new(model, Memory::K8, uid, Box::new(random)));
    }

    /// All that the card holds, as JSON; nothing where there is none. So that it can lie on another page's reader.
    pub fn card(&self) -> Option<String> {
        serde_json::to_string(self.device.card()?.state()).ok()
    }

    /// Lays down a card that holds this; whatever cannot be read lays none.
    pub fn lay(&mut self, card: &str) {
        if let Ok(state) = serde_json::from_str(card) {
            self.device.insert(Card::from_state(state, Box::new(random)));
        }
    }

    /// Takes the card away.
    pub fn remove(&mut self) {
        self.device.remove();
    }

    /// Takes the card up and lays the same one down again, also one that a fault has taken away; nothing where there never was one.
    #[wasm_bindgen(js_name = putBack)]
    pub fn put_back(&mut self) {
        if let Some(card) = self.device.remove() {
            self.device.insert(card);
        }
    }

    /// Whether a card is on the reader.
    pub fn present(&self) -> bool {
        self.device.card().is_some()
    }

    /// Switches the field on, as the system's service does when a program connects.
    pub fn activate(&mut self) {
        if let Some(card) = self.device.card_mut() {
            card.power_on();
        }
    }

    /// A command to the card past the bus, as the system's service moves it; nothing without a card.
    pub fn intrude(&mut self, command: &[u8]) -> Option<Vec<u8>> {
        self.device.card_mut().map(|card| card.transmit(command))
    }

    /// Pulls the plug.
    pub fn unplug(&mut self) {
        self.device.unplug();
    }

    /// Puts it in again.
    #[wasm_bindgen(js_name = plugIn)]
    pub fn plug_in(&mut self) {
        self.device.plug_in();
    }

    /// Transfers so far, since [`Simulated::plan`].
    pub fn transfers(&mut self) -> u32 {
        u32::try_from(self.device.faults().transfers()).unwrap_or(u32::MAX)
    }

    /// At the transfer of that number, counted from now, the card is taken away or the reader unplugged.
    pub fn plan(&mut self, transfer: u32, fault: &str) {
        let faults = self.device.faults();
        faults.clear();
        let fault = match fault {
            "remove" => Fault::RemoveCard,
            "unplug" => Fault::Unplug,
            "late" => Fault::Late,
            "stall" => Fault::Stall,
            "babble" => Fault::Babble,
            _ => return,
        };
        faults.at(u64::from(transfer), fault);
    }
}

fn brought(transfer: Transfer) -> Brought {
    match transfer {
        Transfer::Data(data) => Brought { status: "ok", data },
        Transfer::Stall => Brought { status: "stall", data: Vec::new() },
        Transfer::Gone => Brought { status: "gone", data: Vec::new() },
    }
}
