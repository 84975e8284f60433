//! The app's page. Every sentence stands in it, in both languages, in a `<template data-say=…>`; here the right ones are shown. `data-do`
//! marks what can be pressed, `data-part` what is shown or hidden, `data-show` what is filled in.
use std::cell::RefCell;
use std::rc::Rc;

use ::usb::bindings::UsbDevice;
use ::usb::device::{self, UsbReader};
use ::usb::trace;
use ::usb::trouble::Trouble;
use dom::{document, find, language, set, show, storage};
use relay::{CardState, Fault, FromPage, FromRelay};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Event, HtmlElement, HtmlInputElement, HtmlTemplateElement, Node};

use crate::desk::{self, Desk, News};
use crate::portal::{self, Heard, Portal};

/// Kept for the next time: the portal's address, the language.
const PORTAL: &str = "portal";
const LANG: &str = "lang";

#[derive(Default)]
struct State {
    desk: Option<Rc<Desk>>,
    portal: Option<Rc<Portal>>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

pub fn start() {
    speak(kept(LANG).as_deref().unwrap_or("vi"));
    on("language", || {
        let other = if language() == "vi" { "en" } else { "vi" };
        keep(LANG, other);
        speak(other);
    });
    on("choose", || spawn_local(choose()));
    on("check", check);
    on("close", || with_desk(Desk::close));
    on("connect", connect);
    on("allow", || answer(true));
    on("deny", || answer(false));
    on("leave", || leave(None));
    if let (Some(field), Some(address)) = (address_field(), kept(PORTAL)) {
        field.set_value(&address);
    }
    if device::bus().is_none() {
        show("usb", false);
        return say("no-usb", "bad");
    }
    say("ready", "neutral");
    spawn_local(resume());
}

/// A reader that was allowed before needs no click.
async fn resume() {
    let Some(bus) = device::bus() else { return };
    if let [only] = device::allowed(&bus).await.as_slice() {
        open(only).await;
    }
}

async fn choose() {
    let Some(bus) = device::bus() else { return };
    match device::choose(&bus).await {
        Ok(device) => open(&device).await,
        Err(trouble) => troubled(&trouble),
    }
}

async fn open(device: &UsbDevice) {
    let name = device::name(device);
    say("opening", "neutral");
    match UsbReader::open(device).await {
        Ok(reader) => {
            let desk = Desk::new(name.clone());
            let before = STATE.with_borrow_mut(|state| state.desk.replace(desk.clone()));
            if let Some(before) = before {
                before.close();
            }
            set("reader", &name);
            show("choice", false);
            show("open", true);
            say("open", "good");
            let mine = desk.clone();
            spawn_local(desk::serve(reader, desk, move |news| told(&mine, news)));
        }
        Err(trouble) => troubled(&trouble),
    }
}

fn told(mine: &Rc<Desk>, news: News) {
    let current = STATE.with_borrow(|state| state.desk.as_ref().is_some_and(|desk| Rc::ptr_eq(desk, mine)));
    match news {
        News::Answer(id, answer) => to_page(&FromRelay::Answer(id, answer)),
        _ if !current => {}
        News::Changed => {
            describe(mine.card());
            to_page(&FromRelay::Event(Ok(mine.readers())));
        }
        News::Checked(Ok(found)) => {
            set("found", &found);
            say("checked", "good");
        }
        News::Checked(Err(trouble)) => troubled(&trouble),
        News::Over(trouble) => {
            STATE.with_borrow_mut(|state| state.desk = None);
            to_page(&FromRelay::Event(Ok(Vec::new())));
            show("choice", true);
            show("open", false);
            match trouble {
                Some(trouble) => troubled(&trouble),
                None => say("ready", "neutral"),
            }
        }
    }
}

fn describe(card: CardState) {
    let name = match card {
        CardState::Absent => "card-absent",
        CardState::Present => "card-present",
        CardState::InUse => "card-used",
        CardState::Mute => "card-mute",
    };
    fill("card", name);
    set("found", "");
}

fn check() {
    if STATE.with_borrow(|state| state.desk.as_ref().is_some_and(|desk| desk.check().is_err())) {
        say("in-use", "warn");
    }
}

/// Goes to the portal for a code.
fn connect() {
    let typed = address_field().map(|field| field.value()).unwrap_or_default();
    let Some(address) = portal::address(&typed) else { return say("bad-address", "bad") };
    keep(PORTAL, typed.trim());
    if let Some(before) = STATE.with_borrow_mut(|state| state.portal.take()) {
        before.close();
    }
    say("connecting", "neutral");
    match Portal::open(&address, heard) {
        Ok(portal) => {
            STATE.with_borrow_mut(|state| state.portal = Some(portal));
            for (part, there) in [("portal", false), ("leave", true)] {
                show(part, there);
            }
        }
        Err(trouble) => troubled(&trouble),
    }
}

fn heard(heard: Heard) {
    match heard {
        Heard::Code(code) => {
            // two groups of three are easier to read
            let (first, second) = code.digits().split_at(3);
            set("code", &format!("{first} {second}"));
            show("code", true);
            say("type-code", "neutral");
        }
        Heard::Asked(by) => {
            set("by", &by);
            show("asked", true);
            say("asked", "warn");
            if let Some(button) = find("[data-do=allow]").and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
                // it can be pressed at once
                let _ = button.focus();
            }
        }
        Heard::Joined => {
            for (part, there) in [("code", false), ("asked", false), ("joined", true)] {
                show(part, there);
            }
            say("joined", "good");
        }
        Heard::Request(FromPage::Request { id, ask }) => {
            let answer = ask.check().and_then(|()| {
                let desk = STATE.with_borrow(|state| state.desk.clone());
                match (ask, desk) {
                    (relay::Ask::List, desk) => {
                        Ok(Some(relay::Answer::Readers(desk.map(|desk| desk.readers()).unwrap_or_default())))
                    }
                    (_, None) => Err(Fault::NoReader),
                    (ask, Some(desk)) => desk.ask(id, ask).map(|()| None),
                }
            });
            match answer {
                Ok(Some(answer)) => to_page(&FromRelay::Answer(id, Ok(answer))),
                Ok(None) => {}
                Err(fault) => to_page(&FromRelay::Answer(id, Err(fault))),
            }
        }
        Heard::Request(FromPage::Hello { .. }) => {}
        Heard::Unreadable(id) => to_page(&FromRelay::Answer(id, Err(Fault::Malformed))),
        Heard::Over(trouble) => leave(trouble.as_ref()),
    }
}

fn answer(yes: bool) {
    show("asked", false);
    STATE.with_borrow(|state| state.portal.iter().for_each(|portal| portal.consent(yes)));
}

/// The page is gone, or shall be.
fn leave(trouble: Option<&Trouble>) {
    if let Some(portal) = STATE.with_borrow_mut(|state| state.portal.take()) {
        portal.close();
    }
    with_desk(Desk::left);
    for (part, there) in [("portal", true), ("leave", false), ("code", false), ("asked", false), ("joined", false)] {
        show(part, there);
    }
    match trouble {
        Some(trouble) => troubled(trouble),
        None => say("left", "neutral"),
    }
}

fn to_page(message: &FromRelay) {
    STATE.with_borrow(|state| state.portal.iter().for_each(|portal| portal.say(message)));
}

fn with_desk(act: impl Fn(&Desk)) {
    if let Some(desk) = STATE.with_borrow(|state| state.desk.clone()) {
        act(&desk);
    }
}

fn troubled(trouble: &Trouble) {
    trace::note(&format!("{}: {}", trouble.say, trouble.detail));
    say(trouble.say, if trouble.say == "cancelled" { "neutral" } else { "bad" });
}

/// Shows the sentence of that name.
fn say(name: &str, tone: &str) {
    if let Some(status) = find("[data-show=status]") {
        status.set_attribute("data-tone", tone).unwrap_or_default();
        status.set_attribute("data-said", name).unwrap_or_default();
    }
    fill("status", name);
}

/// Puts the sentence of that name, in both languages, into a place; where there is none, `confused` stands for it.
fn fill(place: &str, name: &str) {
    let template = |name: &str| find(&format!("template[data-say={name}]"));
    let found =
        template(name).or_else(|| template("confused")).and_then(|it| it.dyn_into::<HtmlTemplateElement>().ok());
    if let (Some(place), Some(template)) = (find(&format!("[data-show={place}]")), found) {
        place.set_text_content(None);
        if let Ok(sentence) = template.content().clone_node_with_deep(true) {
            // an element takes a fragment
            let _ = AsRef::<Node>::as_ref(&place).append_child(&sentence);
        }
    }
}

fn on(what: &str, act: impl Fn() + 'static) {
    let Some(target) = find(&format!("[data-do={what}]")) else { return };
    let kind = if target.tag_name().eq_ignore_ascii_case("form") { "submit" } else { "click" };
    let done = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
        event.prevent_default();
        act();
    });
    // an element takes any listener
    let _ = target.add_event_listener_with_callback(kind, done.as_ref().unchecked_ref());
    done.forget();
}

fn speak(lang: &str) {
    if let Some(html) = document().and_then(|document| document.document_element()) {
        // an attribute takes any text
        let _ = html.set_attribute("lang", if lang == "en" { "en" } else { "vi" });
    }
}

fn address_field() -> Option<HtmlInputElement> {
    find("input[name=portal]")?.dyn_into().ok()
}

fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

fn keep(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // where nothing may be kept, it is typed each time
        let _ = storage.set_item(name, value);
    }
}
