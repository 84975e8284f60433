//! The nine fields, what is noted beside them, and the question for the card's state.

use dom::{find, set, show as part, words};
use door::{Field, Front, MAX_CHARS, Note};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlAnchorElement, HtmlElement, HtmlInputElement};

use crate::held;

#[wasm_bindgen(inline_js = "
const gone = 'h1, form, details, .code';
export const ask = async (place, path, asked) => {
  const body = asked && new URLSearchParams(asked);
  const answer = await fetch(path, { method: body ? 'POST' : 'GET', body });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const main = page.querySelector('main');
  if (!main) throw new Error('no answer');
  main.querySelectorAll(gone).forEach((part) => (part.closest('main > p') ?? part).remove());
  place.replaceChildren(...main.childNodes);
};
")]
extern "C" {
    #[wasm_bindgen(catch)]
    async fn ask(place: &HtmlElement, path: &str, asked: Option<String>) -> Result<JsValue, JsValue>;
}

/// Takes away what the card before has left.
pub fn clear() {
    for name in ["front", "other-host", "whole", "answer", "verdict"] {
        part(name, false);
    }
    set("answer", "");
    fill("code", "");
    fill("digits", "");
}

/// Shows a front, and asks for its state where this portal can tell it.
pub fn show(front: &Front) {
    let notes = front.notes();
    for (nth, field) in Field::ALL.into_iter().enumerate() {
        set(&format!("field-{nth}"), front.get(field).unwrap_or("–"));
        let beside: Vec<String> = notes.iter().filter(|note| note.field() == Some(field)).map(sentence).collect();
        set(&format!("note-{nth}"), &beside.join(" "));
        part(&format!("note-{nth}"), !beside.is_empty());
    }
    let counted = words("chars").replace("{found}", &front.chars().to_string());
    set("chars", &counted.replace("{most}", &MAX_CHARS.to_string()));
    let whole: Vec<String> = notes.iter().filter(|note| note.field().is_none()).map(sentence).collect();
    set("whole", &whole.join(" "));
    part("whole", !whole.is_empty());
    part("front", true);

    let signed = held::front(front);
    let host = front.host();
    if host.as_deref().is_some_and(is_ours) {
        asks(front, signed);
    } else {
        elsewhere(host.as_deref(), front);
    }
    if let Some(place) = find("[data-part=front]").and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = place.focus();
    }
}

fn asks(front: &Front, signed: bool) {
    let (Some(code), Some(digits)) = (front.code(), front.digits()) else {
        return camera::say("ask-incomplete", "warn");
    };
    fill("code", code.as_str());
    fill("digits", digits);
    let asked = format!("code={}&digits={digits}", code.as_str());
    spawn_local(async move {
        let told = answers("/t", Some(asked)).await;
        if !told {
            camera::say("ask-offline", "warn");
        }
        if signed || !told {
            held::judge_faces();
        }
    });
}

/// Shows what the portal answers to a chip's link; whether it did.
pub async fn follow(path: &str) -> bool {
    answers(path, None).await
}

async fn answers(path: &str, asked: Option<String>) -> bool {
    let Some(place) = find("[data-show=answer]").and_then(|it| it.dyn_into::<HtmlElement>().ok()) else { return false };
    // what proves a tap stands alone in its address
    let path = match path.split_once('?') {
        Some((_, query)) if query.starts_with("e=") => path.to_owned(),
        Some(_) => format!("{path}&lang={}", dom::language()),
        None => format!("{path}?lang={}", dom::language()),
    };
    let told = ask(&place, &path, asked).await.is_ok();
    if told {
        part("answer", true);
        camera::say("ask-done", "good");
    }
    told
}

/// A card of another issuer: its own portal tells its state.
fn elsewhere(host: Option<&str>, front: &Front) {
    let link = find("[data-part=other-host] a").and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(link) = link {
        // a host was read: it holds letters, digits, dots, hyphens and a port
        let address = host.map(|host| match front.code() {
            Some(code) => format!("https://{host}/t/{code}"),
            None => format!("https://{host}"),
        });
        link.set_hidden(address.is_none());
        link.set_href(address.as_deref().unwrap_or("#"));
        link.set_text_content(address.as_deref());
    }
    part("other-host", host.is_some());
    camera::say(if host.is_some() { "ask-elsewhere" } else { "ask-nowhere" }, "warn");
}

/// Whether cards with that host are told by this portal.
pub fn is_ours(host: &str) -> bool {
    let hosts = find("[data-hosts]").and_then(|page| page.get_attribute("data-hosts")).unwrap_or_default();
    hosts.split(' ').any(|ours| ours == host)
}

fn sentence(note: &Note) -> String {
    let said = words(note.name());
    match note.lengths() {
        Some((found, most)) => said.replace("{found}", &found.to_string()).replace("{most}", &most.to_string()),
        None => said,
    }
}

fn fill(name: &str, text: &str) {
    let field = find(&format!("[data-part=ask] [name={name}]")).and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = field {
        field.set_value(text);
    }
}
