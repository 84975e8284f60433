//! A simulated reader in the page, and the cards that are laid on it: from the factory, or a demonstration's blanks.
use std::cell::RefCell;

use dom::{find, listen, on, show};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::Reflect;
use wasm_bindgen_futures::spawn_local;
use web_sys::Storage;

use crate::later::pause;
use crate::module::loaded;
use crate::page::{open_usb, say, troubled};
use crate::trouble::Trouble;
use crate::usb_bindings::UsbDevice;
use crate::write;

#[wasm_bindgen]
extern "C" {
    /// The script with simulated readers.
    type Training;
    #[wasm_bindgen(method, structural)]
    fn usb(this: &Training, model: &str, card: Option<&str>, held: bool) -> UsbDevice;

    /// A simulated reader, in the page.
    #[derive(Clone)]
    type Simulation;
    #[wasm_bindgen(method, structural, getter)]
    fn reader(this: &Simulation) -> Laid;
    #[wasm_bindgen(method, structural)]
    fn changed(this: &Simulation);
    type Laid;
    #[wasm_bindgen(method, structural)]
    fn insert(this: &Laid, card: &str);
    #[wasm_bindgen(method, structural)]
    fn remove(this: &Laid);
    #[wasm_bindgen(method, structural)]
    fn card(this: &Laid) -> Option<String>;
    #[wasm_bindgen(method, structural)]
    fn lay(this: &Laid, card: &str);
}

/// Where a demonstration's blanks come from.
const BLANKS: &str = "/training/blank";
/// The reader that a demonstration's pages have.
const MODEL: &str = "pn533";
/// In the tab's storage: the simulated reader is used, and the card that lay on it unfinished.
const USED: &str = "simulated";
const CARD: &str = "simulated-card";
/// So long, in milliseconds, no card lies there when another takes its place.
const LIFTED: u32 = 500;
/// A card that is to be torn away goes when that batch begins.
const TORN_AT: u32 = 5;

#[derive(Default)]
struct State {
    simulation: Option<Simulation>,
    /// What the card held that was taken away.
    taken: Option<String>,
    /// The next card that is written is taken away in the middle.
    tears: bool,
    /// The card that lies there is what it was to become.
    finished: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub fn start() {
    on("simulate", || spawn_local(simulate()));
    on("lay", || spawn_local(instead(|reader| reader.insert(&chosen("card")))));
    on("take", take);
    on("back", put_back);
    on("blank", || spawn_local(blank()));
    on("tear", || tears(true));
    if let Some(window) = web_sys::window().filter(|_| demonstrates()) {
        listen(&window, "pagehide", |_| keep());
    }
}

/// Whether this page has blanks of a demonstration.
fn demonstrates() -> bool {
    find("[data-do=blank]").is_some()
}

/// Whether the reader goes on that a demonstration's page before had.
pub fn goes_on() -> bool {
    demonstrates() && stored().is_some_and(|stored| stored.get_item(USED).ok().flatten().is_some())
}

pub async fn simulate() {
    say("opening", "neutral", None);
    let module: Training = match loaded(|all| &all.training).await {
        Ok(module) => module.unchecked_into(),
        Err(error) => return troubled(&Trouble::rejected(&error, "no-module")),
    };
    let device = if demonstrates() {
        module.usb(MODEL, None, false)
    } else {
        module.usb(&chosen("model"), Some(&chosen("card")), false)
    };
    let simulation: Simulation = JsValue::from(device.clone()).unchecked_into();
    if let Some(stored) = stored().filter(|_| demonstrates()) {
        // a browser that keeps nothing forgets the card when the page goes
        let _ = stored.set_item(USED, "yes");
        if let Some(card) = stored.get_item(CARD).ok().flatten() {
            simulation.reader().lay(&card);
        }
    }
    STATE.with_borrow_mut(|state| state.simulation = Some(simulation));
    show("simulated", true);
    open_usb(&device).await;
}

/// The reader was closed.
pub fn end() {
    STATE.with_borrow_mut(|state| state.simulation = None);
    show("simulated", false);
}

/// A batch is on its way to the card.
pub fn writing(batch: u32) {
    STATE.with_borrow_mut(|state| state.finished = false);
    if batch >= TORN_AT && STATE.with_borrow(|state| state.tears) {
        tears(false);
        take();
    }
}

/// The card is what it was to become, or not.
pub fn wrote(reached: bool) {
    STATE.with_borrow_mut(|state| state.finished = reached);
}

/// Acts on the reader, where there is one.
fn with(act: impl FnOnce(&Laid)) {
    let Some(simulation) = STATE.with_borrow(|state| state.simulation.clone()) else { return };
    act(&simulation.reader());
    simulation.changed();
}

fn take() {
    with(|reader| {
        if let Some(card) = reader.card() {
            STATE.with_borrow_mut(|state| state.taken = Some(card));
        }
        reader.remove();
    });
}

/// Lays the card down again that was taken away.
fn put_back() {
    let Some(card) = STATE.with_borrow(|state| state.taken.clone()) else { return };
    with(|reader| {
        reader.remove();
        reader.lay(&card);
    });
}

/// Another card takes the place of the one that lies there, as a hand would do it: a reader that saw no card go takes the next for the same.
async fn instead(lay: impl FnOnce(&Laid)) {
    with(Laid::remove);
    pause(LIFTED).await;
    with(lay);
}

/// A new blank takes the place of whatever lies there.
async fn blank() {
    match write::sent(BLANKS).await {
        Ok(card) => instead(|reader| reader.lay(&card)).await,
        Err(said) => say(&said, "bad", None),
    }
}

fn tears(next: bool) {
    STATE.with_borrow_mut(|state| state.tears = next);
    if let Some(button) = find("[data-do=tear]") {
        // it says so to whoever cannot see it
        let _ = button.set_attribute("aria-pressed", if next { "true" } else { "false" });
    }
}

/// A card that is unfinished lies on the next page's reader, too.
fn keep() {
    let (Some(stored), Some(simulation)) = (stored(), STATE.with_borrow(|state| state.simulation.clone())) else {
        return;
    };
    let card = simulation.reader().card().filter(|_| !STATE.with_borrow(|state| state.finished));
    let _ = match card {
        Some(card) => stored.set_item(CARD, &card),
        None => stored.remove_item(CARD),
    };
}

/// What lasts as long as the tab.
fn stored() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn chosen(name: &str) -> String {
    let select = find(&format!("select[data-choice={name}]"));
    let value = select.and_then(|select| Reflect::get(&select, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}
