//! The reader page. The server has rendered it with every sentence in it, each in a `<template data-say=…>`; here the right ones are
//! shown. `data-do` marks what can be pressed, `data-part` what is shown or hidden, `data-fact` what is filled in.
use std::cell::RefCell;
use std::rc::Rc;

use desfire::KeyType;
use desfire::command::Model;
use dom::{document, find, listen, on, set, show, storage, words};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::Array;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlAnchorElement, HtmlElement, HtmlInputElement, Url};

use crate::bridge::{self, BridgeReader, Relayed};
use crate::card::{Application, Originality, Told};
use crate::desk::{News, Wishes, watch};
use crate::later::pause;
use crate::module::loaded;
use crate::open::Open;
use crate::simulated;
use crate::smart_card::{self, SmartCardReader};
use crate::trace;
use crate::trouble::Trouble;
use crate::usb::{self, UsbReader};
use crate::usb_bindings::UsbDevice;
use crate::write;

/// Where the reader that was used last is remembered: `VID:PID`, `bridge NAME`, `smart-card`.
const REMEMBERED: &str = "reader";

/// What is going on.
#[derive(Default)]
struct State {
    wishes: Option<Rc<Wishes>>,
    opening: bool,
    /// How the writing of a chip ended stays on the page until a card comes.
    kept: bool,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub fn start() {
    can();
    on("choose", || spawn_local(choose()));
    on("bridge", || spawn_local(use_bridge(None)));
    on("app", || show("app", true));
    on("join", || match typed_code() {
        Some(code) => spawn_local(use_bridge(Some(code))),
        None => say("app-code", "warn", None),
    });
    on("smart-card", || spawn_local(use_smart_card()));
    on("close", || wish(|wishes| wishes.close.set(true)));
    on("again", || wish(|wishes| wishes.again.set(true)));
    on("write", || wish(|wishes| wishes.write.set(true)));
    on("trial", || wish(|wishes| wishes.trial.set(true)));
    simulated::start();
    on("save", save);
    if let Some(bus) = usb::bus() {
        let came = Closure::<dyn FnMut()>::new(|| spawn_local(resume()));
        // a browser without the event opens the reader when it is chosen
        let _ = bus.add_event_listener_with_callback("connect", came.as_ref().unchecked_ref());
        came.forget();
    }
    spawn_local(resume());
}

/// What this browser can do.
fn can() {
    let usb = usb::bus().is_some();
    let secure = web_sys::window().is_some_and(|window| window.is_secure_context());
    for (what, able) in [("usb", usb), ("smart-card", smart_card::is_here()), ("secure", secure)] {
        if let Some(cell) = find(&format!("[data-can={what}]")) {
            cell.set_text_content(Some(&words(if able { "yes" } else { "no" })));
            cell.set_attribute("data-able", if able { "yes" } else { "no" }).unwrap_or_default();
        }
    }
    show("smart-card", smart_card::is_here());
    show("usb", usb);
    if !usb {
        say("no-usb", "warn", None);
    } else {
        say("ready", "neutral", None);
    }
}

/// A reader that was used before needs no click.
async fn resume() {
    // where somebody practises, no real reader is opened
    if find("[data-practice]").is_some() {
        return;
    }
    let busy = STATE.with_borrow(|state| state.wishes.is_some() || state.opening);
    if !busy && simulated::goes_on() {
        return simulated::simulate().await;
    }
    let remembered = storage().and_then(|storage| storage.get_item(REMEMBERED).ok().flatten()).unwrap_or_default();
    if let Some(bus) = usb::bus().filter(|_| !busy) {
        let allowed = usb::allowed(&bus).await;
        if let Some(device) = allowed.into_iter().find(|device| identity(device) == remembered) {
            open_usb(&device).await;
        }
    }
}

async fn choose() {
    let Some(bus) = usb::bus() else { return say("no-usb", "warn", None) };
    match usb::choose(&bus).await {
        Ok(device) => {
            remember(&identity(&device));
            open_usb(&device).await;
        }
        Err(trouble) => troubled(&trouble),
    }
}

pub async fn open_usb(device: &UsbDevice) {
    if STATE.with_borrow_mut(|state| std::mem::replace(&mut state.opening, true)) {
        return; // one is being opened
    }
    quiet().await;
    open_device(device).await;
    STATE.with_borrow_mut(|state| state.opening = false);
}

/// The reader that is watched is closed first: two loops on one device would take each other's answers.
async fn quiet() {
    const LONGEST: u32 = 12_000;
    const STEP: u32 = 50;
    for _ in 0..LONGEST / STEP {
        let open = STATE.with_borrow(|state| state.wishes.as_ref().map(|wishes| wishes.close.set(true)).is_some());
        if !open {
            return;
        }
        pause(STEP).await;
    }
}

async fn open_device(device: &UsbDevice) {
    let name = usb::name(device);
    say("opening", "neutral", Some(&name));
    trace::note(&format!("{name}, {}", identity(device)));
    match UsbReader::open(device).await {
        Ok(reader) => serve(Open::Usb(reader), &name),
        Err(trouble) => {
            // a reader that is blocked is named, with the ways out
            set("blocked-name", &name);
            show("blocked", trouble.say == "blocked");
            troubled(&trouble);
        }
    }
}

async fn use_smart_card() {
    say("opening", "neutral", None);
    quiet().await;
    match SmartCardReader::open().await {
        Ok(reader) => {
            let name = reader.name().to_owned();
            serve(Open::SmartCard(reader), &name);
        }
        Err(trouble) => troubled(&trouble),
    }
}

/// `code`: of the isolated app; without one, the bridge.
async fn use_bridge(code: Option<String>) {
    let app = code.is_some();
    say(if app { "app-opening" } else { "bridge-opening" }, "neutral", None);
    let module: bridge::Module = match loaded(|all| &all.relayed).await {
        Ok(module) => module.unchecked_into(),
        Err(error) => return troubled(&Trouble::rejected(&error, "no-module")),
    };
    let opened = bridge::open(&module, code, move |code| {
        if app {
            // the person typed it here, and answers there
            return say("app-compare", "neutral", None);
        }
        // two groups of three are easier to compare
        let (first, second) = code.split_at(code.len() / 2);
        set("code", &format!("{first} {second}"));
        show("pairing", true);
        say("bridge-compare", "neutral", None);
    })
    .await;
    show("pairing", false);
    show("app", app && opened.is_err());
    let relayed = match opened {
        Ok(relayed) => relayed,
        Err(trouble) => return troubled(&trouble),
    };
    let readers = relayed.readers();
    match readers.as_slice() {
        [] => say("no-reader", "warn", None),
        [only] => open_bridge(&relayed, only),
        _ => {
            say("bridge-which", "neutral", None);
            list(&relayed, readers.into_iter());
        }
    }
}

fn open_bridge(relayed: &Relayed, name: &str) {
    show("bridge-readers", false);
    serve(Open::Bridge(BridgeReader::new(relayed.clone(), name.to_owned())), name);
}

/// A button for each reader of the bridge.
fn list(relayed: &Relayed, names: impl Iterator<Item = String>) {
    let (Some(document), Some(list)) = (document(), find("[data-list=bridge-readers]")) else { return };
    list.set_text_content(None);
    for name in names {
        let (Ok(item), Ok(button)) = (document.create_element("li"), document.create_element("button")) else { return };
        button.set_class_name("button");
        button.set_text_content(Some(&name));
        let relayed = relayed.clone();
        listen(&button, "click", move |_| open_bridge(&relayed, &name));
        // an element that was just made takes a child
        let _ = item.append_child(&button).and_then(|_| list.append_child(&item));
    }
    show("bridge-readers", true);
}

/// Watches a reader that was opened.
fn serve(reader: Open, name: &str) {
    let wishes = Rc::new(Wishes::default());
    STATE.with_borrow_mut(|state| {
        if let Some(before) = state.wishes.replace(wishes.clone()) {
            before.close.set(true);
        }
    });
    set("reader", name);
    for (part, there) in [("choice", false), ("open", true), ("blocked", false), ("card", false)] {
        show(part, there);
    }
    // the button that was pressed is gone
    let next = if write::address().is_some() { "[data-do=write]" } else { "[data-do=close]" };
    if let Some(close) = find(next).and_then(|close| close.dyn_into::<HtmlElement>().ok()) {
        let _ = close.focus();
    }
    let mine = wishes.clone();
    spawn_local(watch(reader, wishes, move |news| told(news, &mine)));
}

fn told(news: News, mine: &Rc<Wishes>) {
    // what a reader that was replaced still says is no news
    let current = STATE.with_borrow(|state| state.wishes.as_ref().is_some_and(|wishes| Rc::ptr_eq(wishes, mine)));
    if !current {
        return;
    }
    match news {
        News::Waiting => {
            show("card", false);
            if !STATE.with_borrow(|state| state.kept) {
                say("waiting", "neutral", None);
            }
        }
        News::There => {
            STATE.with_borrow_mut(|state| state.kept = false);
            say("chip-there", "neutral", None);
        }
        News::Writing(batch) => {
            STATE.with_borrow_mut(|state| state.kept = false);
            simulated::writing(batch);
            match batch {
                0 => say("chip-begin", "neutral", None),
                _ => say("chip-step", "neutral", Some(&batch.to_string())),
            }
        }
        News::Wrote(wrote) => {
            STATE.with_borrow_mut(|state| state.kept = true);
            simulated::wrote(wrote.reached);
            trace::note(&format!("{}: {}", wrote.said, wrote.detail));
            say(&wrote.said, if wrote.reached { "good" } else { "bad" }, Some(&wrote.whose));
            if wrote.reached {
                show("confirm", true);
                show("unwritten", false);
                show("written", true);
                let confirm =
                    find("[data-part=confirm] button").and_then(|button| button.dyn_into::<HtmlElement>().ok());
                // Enter is the next step
                let _ = confirm.map(|button| button.focus());
            }
        }
        News::Asking => say("asking", "neutral", None),
        News::Card(card) => {
            describe(&card);
            show("card", true);
            say("card-there", "good", None);
        }
        News::Trying => say("trying", "neutral", None),
        News::Tried(milliseconds) => say("trial-good", "good", Some(&format!("{milliseconds} ms"))),
        News::CardTrouble(trouble) => {
            // a card that is no blank was read all the same
            show("card", trouble.say.starts_with("trial-"));
            troubled(&trouble);
        }
        News::Over(trouble) => {
            STATE.with_borrow_mut(|state| state.wishes = None);
            simulated::end();
            for (part, there) in [("choice", true), ("open", false), ("card", false)] {
                show(part, there);
            }
            match trouble {
                Some(trouble) => {
                    troubled(&trouble);
                    // it may have been plugged in again while it was being closed
                    if trouble.say == "unplugged" {
                        spawn_local(resume());
                    }
                }
                None => say("closed", "neutral", None),
            }
        }
    }
}

fn describe(card: &Told) {
    let lang = document().and_then(|document| document.document_element()).and_then(|html| html.get_attribute("lang"));
    let number = |value: u32| {
        let locale = Array::of1(&JsValue::from_str(lang.as_deref().unwrap_or("vi")));
        wasm_bindgen_futures::js_sys::Number::from(f64::from(value))
            .to_locale_string(locale.get(0).as_string().as_deref().unwrap_or("vi"))
            .into()
    };
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
    let version = &card.version;
    let generation = match version.model() {
        Model::Ev1 => "DESFire EV1",
        Model::Ev2 => "DESFire EV2",
        Model::Ev3 => "DESFire EV3",
        Model::D40 | Model::Other => "DESFire",
    };
    fact("generation", generation);
    fact("uid", &if version.uid == [0; 7] { words("random-id") } else { digits(&version.uid) });
    let memory: String = number(version.memory());
    fact("memory", &memory);
    let free: String = card.free.map_or_else(|| words("not-told"), number);
    fact("free", &free);
    let keys = card.keys.map(|keys| match keys.key_type {
        KeyType::Des | KeyType::TwoKey3Des => "DES / 2K3DES".to_owned(),
        KeyType::ThreeKey3Des => "3K3DES".to_owned(),
        KeyType::Aes => "AES".to_owned(),
    });
    fact("master-type", &keys.unwrap_or_else(|| words("not-told")));
    fact("master-version", &card.master_version.map_or_else(|| words("not-told"), |version| format!("{version:02X}")));
    let application = |told: &Application| {
        let versions: Vec<String> = told.versions.iter().map(|version| format!("{version:02X}")).collect();
        match versions.as_slice() {
            [] => format!("{:06X}", told.aid.get()),
            versions => format!("{:06X} ({})", told.aid.get(), versions.join(" ")),
        }
    };
    let applications = card.applications.as_ref().map_or_else(
        || words("not-told"),
        |told| match told.as_slice() {
            [] => words("none"),
            told => told.iter().map(application).collect::<Vec<_>>().join(", "),
        },
    );
    fact("applications", &applications);
    let originality = match card.originality {
        Originality::Genuine => "genuine",
        Originality::Wrong => "not-genuine",
        Originality::None => "unsigned",
        Originality::Unknown => "unchecked",
    };
    fact("originality", &words(originality));
    fact("made", &format!("{:02X}/20{:02X}", version.week, version.year));
}

/// Saves the technical log as a file.
fn save() {
    let text = trace::text();
    let saved = || -> Result<(), JsValue> {
        let blob = Blob::new_with_str_sequence(&Array::of1(&text.into()))?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let link = document().ok_or(JsValue::NULL)?.create_element("a")?.unchecked_into::<HtmlAnchorElement>();
        link.set_href(&address);
        link.set_download("cong-the-reader.txt");
        link.click();
        Url::revoke_object_url(&address)
    };
    if saved().is_err() {
        say("confused", "bad", None);
    }
}

pub fn troubled(trouble: &Trouble) {
    trace::note(&format!("{}: {}", trouble.say, trouble.detail));
    let tone = if trouble.say == "cancelled" { "neutral" } else { "bad" };
    say(trouble.say, tone, None);
}

/// Shows the sentence of that name; `{name}` in it becomes what is given.
pub fn say(name: &str, tone: &str, given: Option<&str>) {
    let Some(status) = find("[data-show=status]") else { return };
    let text = words(name).replace("{name}", given.unwrap_or_default());
    status.set_text_content(Some(&text));
    status.set_attribute("data-tone", tone).unwrap_or_default();
    status.set_attribute("data-said", name).unwrap_or_default();
}

fn fact(name: &str, text: &str) {
    if let Some(place) = find(&format!("[data-fact={name}]")) {
        place.set_text_content(Some(text));
    }
}

/// The code of an Isolated Web App, as it was typed; blanks do not matter.
fn typed_code() -> Option<String> {
    let field = find("[data-code=app]")?.dyn_into::<HtmlInputElement>().ok()?;
    let digits: String = field.value().chars().filter(|letter| !letter.is_whitespace()).collect();
    field.set_value("");
    (digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

/// What is chosen in a list.
fn wish(of: impl Fn(&Wishes)) {
    STATE.with_borrow(|state| state.wishes.iter().for_each(|wishes| of(wishes)));
}

fn identity(device: &UsbDevice) -> String {
    format!("{:04X}:{:04X}", device.vendor_id(), device.product_id())
}

fn remember(what: &str) {
    if let Some(storage) = storage() {
        // where nothing may be kept, it is chosen each time
        let _ = storage.set_item(REMEMBERED, what);
    }
}
