//! What is drawn, and when: at once after a change, the report when nothing has changed for a while.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use contract::Lang;
use dom::{Pause, all, document, find, language, listen, show};
use face::artwork::Emblem;
use face::font::Fonts;
use face::scene::{Picture, PictureFormat};
use gloo_net::http::Request;
use preview::{Drawing, Easel, KEYS, LaidOut, Sides, settings};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement};

/// Milliseconds without a change, after which the report is made.
const PAUSE: i32 = 500;

/// What draws, and with what.
struct Desk {
    l: Lang,
    easel: Easel,
    portrait: Option<Picture>,
    shown: RefCell<Shown>,
    judging: Pause,
}

/// What the page shows.
#[derive(Default)]
struct Shown {
    sides: Option<Sides>,
    /// What the report is to be made of.
    laid_out: Option<LaidOut>,
}

pub async fn start() {
    let Some(root) = find("[data-part=easel]") else { return };
    let Some(desk) = laid_out(&root).await else {
        // without the type there is no drawing here; the button still draws
        show("by-hand", true);
        show("no-type", true);
        return;
    };
    let desk = Rc::new(desk);
    if let Some(form) = find("form[data-part=card]") {
        let typed = desk.clone();
        // not at `change`, which comes when somebody leaves a field by pressing a button that drawing would replace
        listen(&form, "input", move |_| typed.draw());
    }
    if let Some(budget) = find("[data-show=budget]") {
        let desk = desk.clone();
        listen(&budget, "click", move |event| {
            let button = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
            let button = button.and_then(|target| target.closest("[data-do=apply]").ok().flatten());
            if let Some(button) = button {
                desk.apply(&button);
            }
        });
    }
    desk.draw();
    root.set_attribute("data-ready", "").unwrap_or_default();
}

/// Fetches what drawing takes, as the page names it.
async fn laid_out(root: &Element) -> Option<Desk> {
    let regular = fetched(&root.get_attribute("data-regular")?).await?;
    let bold = fetched(&root.get_attribute("data-bold")?).await?;
    let fonts = Fonts::new(regular.into(), bold.into()).ok()?;
    let settings = settings::from_json(&root.get_attribute("data-settings")?)?;
    let portrait = match root.get_attribute("data-portrait") {
        Some(address) => Some(portrait(root, fetched(&address).await?)?),
        None => None,
    };
    let emblem = match root.get_attribute("data-emblem") {
        Some(address) => Emblem::read(&fetched(&address).await?).ok(),
        None => None,
    };
    Some(Desk {
        l: Lang::from_code(&language()).unwrap_or_default(),
        easel: Easel::new(fonts, settings, emblem),
        portrait,
        shown: RefCell::default(),
        judging: Pause::new(PAUSE),
    })
}

async fn fetched(address: &str) -> Option<Vec<u8>> {
    let answer = Request::get(address).send().await.ok()?;
    if !answer.ok() {
        return None;
    }
    answer.binary().await.ok()
}

/// The master, of which the page tells the size.
fn portrait(root: &Element, bytes: Vec<u8>) -> Option<Picture> {
    let side = |name: &str| root.get_attribute(name)?.parse().ok();
    let pixels = (side("data-portrait-width")?, side("data-portrait-height")?);
    Some(Picture { format: PictureFormat::Jpeg, pixels, bytes: Arc::from(bytes) })
}

impl Desk {
    fn draw(self: &Rc<Self>) {
        let form = preview::form(value);
        let from = now();
        let drawing = self.easel.draw(self.l, &form, self.portrait.clone());
        let Drawing { sides, faults, wrong, budget, laid_out, said: _ } = drawing;
        let mut shown = self.shown.borrow_mut();
        if let Some(sides) = sides {
            let before = shown.sides.as_ref();
            let show = |name: &str, is: &str, was: Option<&String>| {
                if was.is_none_or(|was| was != is) {
                    write(name, is);
                }
            };
            show("portrait", &sides.portrait, before.map(|it| &it.portrait));
            show("front", &sides.front, before.map(|it| &it.front));
            show("back", &sides.back, before.map(|it| &it.back));
            shown.sides = Some(sides);
        }
        write("faults", &faults);
        write("budget", &budget);
        show("apply", true);
        mark(&wrong);
        note("data-millis", now() - from);
        stale(true);
        shown.laid_out = Some(laid_out);
        let desk = self.clone();
        self.judging.then(move || desk.report());
    }

    fn report(&self) {
        let laid_out = self.shown.borrow_mut().laid_out.take();
        if let Some(laid_out) = laid_out {
            let from = now();
            write("report", &self.easel.judge(self.l, laid_out));
            stale(false);
            note("data-judged", now() - from);
        }
    }

    /// Types an approved abbreviation for the person, who asked for it.
    fn apply(self: &Rc<Self>, button: &Element) {
        let (Some(key), Some(text)) = (button.get_attribute("data-key"), button.get_attribute("data-text")) else {
            return;
        };
        if let Some(field) = document().and_then(|it| it.get_element_by_id(&key)?.dyn_into::<HtmlInputElement>().ok()) {
            field.set_value(&text);
            // the button goes with the budget that it stood in
            field.focus().unwrap_or_default();
        }
        self.draw();
    }
}

/// What stands in a field: of a check box something, if it is ticked.
fn value(key: &str) -> String {
    let Some(field) = document().and_then(|document| document.get_element_by_id(key)) else { return String::new() };
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        let ticked = input.type_() != "checkbox" || input.checked();
        return if ticked { input.value() } else { String::new() };
    }
    field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value).unwrap_or_default()
}

fn write(name: &str, html: &str) {
    if let Some(place) = find(&format!("[data-show={name}]")) {
        place.set_inner_html(html);
    }
}

fn mark(wrong: &[&str]) {
    for key in KEYS {
        let Some(field) = document().and_then(|document| document.get_element_by_id(key)) else { continue };
        if wrong.contains(&key) {
            field.set_attribute("aria-invalid", "true").unwrap_or_default();
        } else {
            field.remove_attribute("aria-invalid").unwrap_or_default();
        }
    }
}

/// Whether the report is that of another face than the one shown.
fn stale(is: bool) {
    for place in all("[data-show=report]") {
        let done = if is { place.set_attribute("aria-busy", "true") } else { place.remove_attribute("aria-busy") };
        done.unwrap_or_default();
    }
}

/// How long something took, in milliseconds, for who measures.
fn note(name: &str, millis: f64) {
    if let Some(root) = find("[data-part=easel]") {
        root.set_attribute(name, &format!("{millis:.2}")).unwrap_or_default();
    }
}

fn now() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}
