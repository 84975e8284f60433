//! WebUSB: finds what may be claimed, claims it, and moves transfers. WebUSB has neither timeouts nor cancelling: one read is always
//! under way at most, and when nobody waits for it any more it is kept for who waits next.
use std::pin::Pin;

use ccid::configuration::{Interface, SMART_CARD, VENDOR, interfaces};
use reader::{Fault, Outcome, Reader, Step, Task};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::js_sys::{Array, Object, Promise, Reflect, Uint8Array};

use crate::bindings::{InResult, Usb, UsbDevice};
use crate::later::within;
use crate::trace::{self, Kept};
use crate::trouble::Trouble;

/// Readers whose vendor interface is known (protocol facts §1.6): which core speaks to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Speaks {
    RcS300,
    RcS380,
    Pn53x,
}

const KNOWN: [(u16, u16, Speaks); 14] = [
    (0x054C, 0x0DC8, Speaks::RcS300),
    (0x054C, 0x0DC9, Speaks::RcS300),
    (0x054C, 0x06C1, Speaks::RcS380),
    (0x054C, 0x06C3, Speaks::RcS380),
    (0x04CC, 0x2533, Speaks::Pn53x),
    (0x04CC, 0x0531, Speaks::Pn53x),
    (0x04E6, 0x5591, Speaks::Pn53x),
    (0x04E6, 0x5593, Speaks::Pn53x),
    (0x04E6, 0x5594, Speaks::Pn53x),
    (0x1FD3, 0x0608, Speaks::Pn53x),
    (0x054C, 0x02E1, Speaks::Pn53x),
    (0x054C, 0x0193, Speaks::Pn53x),
    (0x054C, 0x02E0, Speaks::Pn53x),
    (0x054C, 0x02DF, Speaks::Pn53x),
];

/// Vendors of readers, for the browser's chooser: also of those that it will block, so that the page can say so.
const VENDORS: [u16; 14] =
    [0x054C, 0x04CC, 0x04E6, 0x1FD3, 0x076B, 0x1DB2, 0x0C4B, 0x072F, 0x1C34, 0x09D8, 0x0B81, 0x08E6, 0x046A, 0x058F];

/// CCID's header and a command's; CCID's header.
const CCID: Kept = Kept { out: 15, incoming: 10 };

/// The longest that a whole task may take, milliseconds: FormatPICC on a slow card, and some.
const MOST_TASK: u32 = 120_000;
const OPENING: u32 = 5_000;
const WRITING: u32 = 5_000;

/// `navigator.usb`, where the browser has it.
pub fn bus() -> Option<Usb> {
    let navigator = web_sys::window()?.navigator();
    let usb = Reflect::get(&navigator, &"usb".into()).ok()?;
    (!usb.is_undefined()).then(|| usb.unchecked_into())
}

/// The readers that this page was allowed before.
pub async fn allowed(bus: &Usb) -> Vec<UsbDevice> {
    let found = JsFuture::from(bus.get_devices()).await;
    found.map(|found| Array::from(&found).iter().map(JsCast::unchecked_into).collect()).unwrap_or_default()
}

/// Asks the person, in the browser's own window, for a reader.
pub async fn choose(bus: &Usb) -> Result<UsbDevice, Trouble> {
    let filters = Array::new();
    for vendor in VENDORS {
        filters.push(&object(&[("vendorId", vendor.into())]));
    }
    let chosen = JsFuture::from(bus.request_device(&object(&[("filters", filters.into())]))).await;
    chosen.map(JsCast::unchecked_into).map_err(|error| Trouble::rejected(&error, "cancelled"))
}

/// A name that a person knows the reader by.
pub fn name(device: &UsbDevice) -> String {
    let product = device.product_name().unwrap_or_default();
    let product = product.trim();
    let maker = device.manufacturer_name().unwrap_or_default();
    let maker = maker.trim();
    match (maker, product) {
        (_, "") => format!("{:04X}:{:04X}", device.vendor_id(), device.product_id()),
        ("", product) => product.to_owned(),
        (maker, product) if product.starts_with(maker) => product.to_owned(),
        (maker, product) => format!("{maker} {product}"),
    }
}

/// A claimed reader.
pub struct UsbReader {
    device: UsbDevice,
    core: Box<dyn Reader>,
    kept: Kept,
    bulk_in: u8,
    packet: usize,
    bulk_out: u8,
    /// The reads under way: bulk, interrupt.
    parked: Option<Promise>,
    noticing: Option<Promise>,
    interrupt: Option<(u8, u16)>,
}

impl UsbReader {
    /// Opens a device, and claims the interface that can be driven. One that cannot be is given back.
    pub async fn open(device: &UsbDevice) -> Result<Self, Trouble> {
        if !device.opened() {
            // SecurityError here: the system gives the browser no access to the device
            let opened = limited(&device.open(), OPENING, "in-use").await;
            opened.map_err(|trouble| match trouble.say {
                "blocked" => Trouble::new("no-access", trouble.detail),
                _ => trouble,
            })?;
        }
        let claimed = Self::claim(device).await;
        if claimed.is_err() {
            let _ = within(&device.close(), OPENING).await;
        }
        claimed
    }

    async fn claim(device: &UsbDevice) -> Result<Self, Trouble> {
        let configuration = configuration(device).await?;
        let (interface, core, kept) = drivable(device, &interfaces(&configuration))?;
        if device.configuration().is_null() {
            let value = configuration.get(5).copied().unwrap_or(1);
            limited(&device.select_configuration(value), OPENING, "in-use").await?;
        }
        limited(&device.claim_interface(interface.number), OPENING, "in-use").await?;
        let unusable = || Trouble::new("unsupported", "no bulk pipes");
        let ((bulk_in, packet), (bulk_out, _)) =
            (interface.bulk_in.ok_or_else(unusable)?, interface.bulk_out.ok_or_else(unusable)?);
        trace::note(&format!("claimed interface {}, class {:02X}", interface.number, interface.class));
        Ok(UsbReader {
            device: device.clone(),
            core,
            kept,
            bulk_in: bulk_in & 0x0F,
            packet: usize::from(packet).max(8),
            bulk_out: bulk_out & 0x0F,
            parked: None,
            noticing: None,
            interrupt: interface.interrupt.map(|(address, packet)| (address & 0x0F, packet)),
        })
    }

    /// Does a task from its beginning to its end.
    pub fn run(&mut self, task: Task) -> Pin<Box<dyn Future<Output = Result<Outcome, Trouble>> + '_>> {
        Box::pin(self.steps(task))
    }

    async fn steps(&mut self, task: Task) -> Result<Outcome, Trouble> {
        let mut step = self.core.start(task)?;
        let begun = now();
        loop {
            let wait = match step {
                Step::Done(outcome) => return Ok(outcome),
                Step::Send { writes, wait } => {
                    for bytes in &writes {
                        let written = self.write(bytes).await;
                        self.unless_failed(written)?;
                    }
                    wait
                }
                Step::Await { wait } => wait,
            };
            // whatever a device asks for, a task ends
            let left = MOST_TASK.saturating_sub((now() - begun) as u32);
            let came = if left == 0 { Ok(None) } else { self.read(wait.min(left)).await };
            step = match self.unless_failed(came)? {
                Some(bytes) => self.core.received(&bytes),
                None => self.core.timed_out(),
            }
            .inspect_err(|fault| trace::note(&fault.to_string()))?;
        }
    }

    /// A pipe that fails ends the core's task, too.
    fn unless_failed<T>(&mut self, result: Result<T, Trouble>) -> Result<T, Trouble> {
        if result.is_err() {
            // it says that it has timed out; why is known better here
            let _ = self.core.timed_out();
        }
        result
    }

    async fn write(&self, bytes: &[u8]) -> Result<(), Trouble> {
        trace::out(bytes, self.kept);
        let sent = self.device.transfer_out(self.bulk_out, &Uint8Array::from(bytes));
        let result: InResult = limited(&sent, WRITING, "unplugged").await?.unchecked_into();
        if result.status() == "stall" {
            trace::note("OUT stalled");
            limited(&self.device.clear_halt("out", self.bulk_out), OPENING, "unplugged").await?;
            return Err(Fault::Timeout.into());
        }
        Ok(())
    }

    /// One transfer; `None` when nothing came that can be used.
    async fn read(&mut self, wait: u32) -> Result<Option<Vec<u8>>, Trouble> {
        let length = self.core.longest_answer().next_multiple_of(self.packet);
        let parked = self.parked.take();
        let promise = parked.unwrap_or_else(|| self.device.transfer_in(self.bulk_in, length as u32));
        let came = within(&promise, wait).await.map_err(|error| Trouble::rejected(&error, "unplugged"))?;
        let Some(result) = came else {
            self.parked = Some(promise);
            trace::note("nothing came in time");
            return Ok(None);
        };
        let result: InResult = result.unchecked_into();
        match result.status().as_str() {
            "ok" => {
                let bytes = bytes(&result);
                trace::incoming(&bytes, self.kept);
                Ok(Some(bytes))
            }
            "stall" => {
                trace::note("IN stalled");
                limited(&self.device.clear_halt("in", self.bulk_in), OPENING, "unplugged").await?;
                Ok(None)
            }
            other => {
                trace::note(other);
                Ok(None)
            }
        }
    }

    /// Waits until the reader tells something by itself, or so many milliseconds.
    pub async fn notice(&mut self, wait: u32) {
        let Some((endpoint, packet)) = self.interrupt else { return crate::later::pause(wait).await };
        let parked = self.noticing.take();
        let promise = parked.unwrap_or_else(|| self.device.transfer_in(endpoint, u32::from(packet)));
        match within(&promise, wait).await {
            Ok(None) => self.noticing = Some(promise),
            Ok(Some(result)) => {
                let result: InResult = result.unchecked_into();
                if result.status() == "ok" {
                    // what it says is asked for anew
                    let _ = self.core.noticed(&bytes(&result));
                    return;
                }
                // an endpoint that halts is not asked without a pause
                let _ = within(&self.device.clear_halt("in", endpoint), OPENING).await;
                crate::later::pause(wait).await;
            }
            // the next task tells why
            Err(_) => crate::later::pause(wait).await,
        }
    }

    /// Gives the reader back.
    pub async fn close(self) {
        // it may be gone already
        let _ = within(&self.device.close(), OPENING).await;
    }
}

/// Milliseconds since the page began.
pub fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |clock| clock.now())
}

fn bytes(result: &InResult) -> Vec<u8> {
    let view = result.data();
    view.map(|view| {
        Uint8Array::new_with_byte_offset_and_length(
            &view.buffer(),
            view.byte_offset() as u32,
            view.byte_length() as u32,
        )
        .to_vec()
    })
    .unwrap_or_default()
}

async fn limited(promise: &Promise, wait: u32, fallback: &'static str) -> Result<JsValue, Trouble> {
    match within(promise, wait).await {
        Ok(Some(value)) => Ok(value),
        Ok(None) => Err(Trouble::new("timeout", fallback)),
        Err(error) => Err(Trouble::rejected(&error, fallback)),
    }
}

/// The configuration descriptor with everything in it: GET_DESCRIPTOR, first its head, then all of it.
async fn configuration(device: &UsbDevice) -> Result<Vec<u8>, Trouble> {
    let setup = object(&[
        ("requestType", "standard".into()),
        ("recipient", "device".into()),
        ("request", 6.into()),
        ("value", 0x0200.into()),
        ("index", 0.into()),
    ]);
    let mut length = 9;
    let mut found = Vec::new();
    for _ in 0..2 {
        let result = limited(&device.control_transfer_in(&setup, length), OPENING, "confused").await?;
        found = bytes(result.unchecked_ref());
        if let [_, _, low, high, ..] = found[..] {
            length = u16::from_le_bytes([low, high]);
        }
    }
    Ok(found)
}

/// Which interface to claim, and what speaks to it.
fn drivable(device: &UsbDevice, all: &[Interface]) -> Result<(Interface, Box<dyn Reader>, Kept), Trouble> {
    let (vendor, product) = (device.vendor_id(), device.product_id());
    let known = KNOWN.iter().find(|(v, p, _)| (*v, *p) == (vendor, product)).map(|(_, _, speaks)| *speaks);
    let own = |interface: &&Interface| {
        interface.class == VENDOR && interface.bulk_in.is_some() && interface.bulk_out.is_some()
    };
    if let (Some(speaks), Some(interface)) = (known, all.iter().find(own)) {
        let core: Box<dyn Reader> = match speaks {
            Speaks::RcS300 => Box::new(pasori::RcS300::new()),
            Speaks::RcS380 => Box::new(pasori::RcS380::new()),
            Speaks::Pn53x => Box::new(pn53x::Pn53x::new()),
        };
        let kept = match speaks {
            // CCID's header and a pseudo-APDU's
            Speaks::RcS300 => CCID,
            // frame, D4 40 Tg, and a command's header; frame, D5 41, status
            Speaks::Pn53x => Kept { out: 13, incoming: 8 },
            // frame, D6 04, time; frame, D7 05
            Speaks::RcS380 => Kept { out: 12, incoming: 10 },
        };
        return Ok((interface.clone(), core, kept));
    }
    // firmware decides, not the product's number: the same product may be of either class
    if let Some((interface, descriptor)) = all
        .iter()
        .filter(|interface| interface.is_ccid() && (interface.class == VENDOR || unrestricted()))
        .find_map(|interface| Some((interface, interface.ccid?)))
    {
        return Ok((interface.clone(), Box::new(ccid::Ccid::new(descriptor, 0)), CCID));
    }
    if all.iter().any(|interface| interface.class == SMART_CARD) {
        return Err(Trouble::new("blocked", "every interface is of the smart-card class"));
    }
    Err(Trouble::new("unsupported", format!("{vendor:04X}:{product:04X} has no interface that is known")))
}

/// Whether this page may claim protected classes: an Isolated Web App with `usb-unrestricted`. Chromium 156 tells it under the policy's
/// old name alone.
fn unrestricted() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return false };
    ["permissionsPolicy", "featurePolicy"].into_iter().any(|name| {
        let allowed = Reflect::get(&document, &name.into()).ok().and_then(|policy| {
            let function = Reflect::get(&policy, &"allowsFeature".into()).ok()?;
            let function: &wasm_bindgen_futures::js_sys::Function = function.dyn_ref()?;
            function.call1(&policy, &"usb-unrestricted".into()).ok()
        });
        allowed.is_some_and(|allowed| allowed.is_truthy())
    })
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // a new object takes any field
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
