//! How the card is looked at: which sides, how large, with or without rulers.

use dom::{all, find, listen, set, show};
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Names of the views: both sides, or one.
const BOTH: &str = "both";
const FRONT: &str = "front";
const BACK: &str = "back";

pub fn start() {
    let Some(easel) = find("[data-part=easel]") else { return };
    let on = |what: &str, act: fn(&Element)| {
        let easel = easel.clone();
        dom::on(what, move || act(&easel));
    };
    on("both", |easel| look(easel, BOTH));
    on("turn", |easel| {
        let turned = if easel.get_attribute("data-view").as_deref() == Some(FRONT) { BACK } else { FRONT };
        look(easel, turned);
    });
    on("rulers", |easel| {
        let hidden = easel.class_list().toggle("unruled").unwrap_or_default();
        pressed("rulers", !hidden);
    });
    if let Some(zoom) = find("[data-do=zoom]") {
        let easel = easel.clone();
        told(&easel, &zoom);
        if let Some(window) = web_sys::window() {
            let (easel, zoom) = (easel.clone(), zoom.clone());
            listen(&window, "resize", move |_| told(&easel, &zoom));
        }
        listen(&zoom, "input", move |event| {
            let slider = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
            if let (Some(slider), Some(easel)) = (slider, easel.dyn_ref::<HtmlElement>()) {
                // a property takes any text
                let _ = easel.style().set_property("--zoom", &(slider.value_as_number() / 100.0).to_string());
                set("zoom", &format!("{} %", slider.value()));
            }
        });
        zoom.remove_attribute("disabled").unwrap_or_default();
    }
    show("tools", true);
    show("by-hand", false);
}

/// Tells at the slider how large it is.
fn told(easel: &Element, slider: &Element) {
    if let (Some(slider), Some(zoom)) = (slider.dyn_ref::<HtmlInputElement>(), begun(easel)) {
        slider.set_value_as_number(100.0 * zoom);
        set("zoom", &format!("{} %", slider.value()));
    }
}

/// How large it is: as somebody chose, else as suits a screen of this width.
fn begun(easel: &Element) -> Option<f64> {
    let style = web_sys::window()?.get_computed_style(easel).ok()??;
    style.get_property_value("--zoom").ok()?.trim().parse().ok()
}

fn look(easel: &Element, view: &str) {
    easel.set_attribute("data-view", view).unwrap_or_default();
    pressed("both", view == BOTH);
}

/// Tells whoever listens to the page, too, what is on.
fn pressed(what: &str, on: bool) {
    for button in all(&format!("[data-do={what}]")) {
        button.set_attribute("aria-pressed", if on { "true" } else { "false" }).unwrap_or_default();
    }
}
