//! What the modules do with a page that the server has rendered. `data-do` marks what can be pressed, `data-part` what is shown or hidden,
//! `data-show` what is filled in, `<template data-say=…>` a sentence that may be shown. What is not there is passed over.

use std::cell::RefCell;

use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, HtmlTemplateElement, Storage};

/// The page.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// Code of the language that the page is in.
pub fn language() -> String {
    let html = document().and_then(|document| document.document_element());
    html.and_then(|html| html.get_attribute("lang")).unwrap_or_default()
}

/// The first element that a selector fits.
pub fn find(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Every element that a selector fits.
pub fn all(selector: &str) -> Vec<HtmlElement> {
    let Some(found) = document().and_then(|document| document.query_selector_all(selector).ok()) else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|nth| found.get(nth)?.dyn_into().ok()).collect()
}

/// What is kept in this browser for the portal's pages.
pub fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// Fills a place with a text.
pub fn set(name: &str, text: &str) {
    if let Some(place) = find(&format!("[data-show={name}]")) {
        place.set_text_content(Some(text));
    }
}

/// Shows or hides every part of that name.
pub fn show(part: &str, there: bool) {
    all(&format!("[data-part={part}]")).iter().for_each(|element| element.set_hidden(!there));
}

/// The sentence of that name; the name, where the page has none.
pub fn words(name: &str) -> String {
    let template = find(&format!("template[data-say={name}]")).and_then(|it| it.dyn_into::<HtmlTemplateElement>().ok());
    template.and_then(|template| template.content().text_content()).unwrap_or_else(|| name.to_owned())
}

/// Acts when that button is pressed, and lets it be pressed: before, it would have led nowhere.
pub fn on(what: &str, mut act: impl FnMut() + 'static) {
    if let Some(button) = find(&format!("[data-do={what}]")) {
        listen(&button, "click", move |_| act());
        button.remove_attribute("disabled").unwrap_or_default();
    }
}

/// Acts on every such event of an element or the window, and of what is in it.
pub fn listen(element: &EventTarget, event: &str, act: impl FnMut(Event) + 'static) {
    let heard = Closure::<dyn FnMut(Event)>::new(act);
    // an element takes any listener
    let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    heard.forget();
}

/// What is done once nothing has asked for it for a while.
pub struct Pause {
    milliseconds: i32,
    waiting: RefCell<Option<Waiting>>,
}

/// What the browser calls; it has to be there as long as the timer runs.
struct Waiting {
    timer: i32,
    _act: Closure<dyn FnMut()>,
}

impl Pause {
    /// That long.
    pub fn new(milliseconds: i32) -> Self {
        Pause { milliseconds, waiting: RefCell::default() }
    }

    /// Acts after the pause, unless it is asked for again before.
    pub fn then(&self, act: impl FnOnce() + 'static) {
        let Some(window) = web_sys::window() else { return };
        if let Some(before) = self.waiting.take() {
            window.clear_timeout_with_handle(before.timer);
        }
        let act = Closure::once(act);
        let wait = self.milliseconds;
        let timer = window.set_timeout_with_callback_and_timeout_and_arguments_0(act.as_ref().unchecked_ref(), wait);
        self.waiting.replace(timer.ok().map(|timer| Waiting { timer, _act: act }));
    }
}
