//! What the browser keeps for doors without a network: the page itself, the province's keys, the list of cards that are not valid.

use std::cell::RefCell;

use dom::{set, show as part, words};
use door::proof::{Age, Known, Verdict, age, list};
use door::{Front, Signed, StateList};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::js_sys::{Array, Uint8Array};
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen(inline_js = "
const scope = '/scan/';
export const able = () => 'serviceWorker' in navigator;
export const registered = async () => Boolean(await navigator.serviceWorker?.getRegistration(scope));
export const keep = async () => {
  await navigator.serviceWorker.register(scope + 'sw.js', { scope });
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
  const own = loaded.filter((name) => name.startsWith(location.origin + '/assets/'));
  const pages = ['', '?lang=vi', '?lang=en', 'list', 'manifest.webmanifest'].map((rest) => scope + rest);
  const { port1, port2 } = new MessageChannel();
  const kept = new Promise((done) => (port1.onmessage = ({ data }) => done(data)));
  active.postMessage([...new Set([...own, ...pages, '/assets/favicon.svg', '/.well-known/congthe-keys.json'])], [port2]);
  return kept;
};
const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
export const held = async () => {
  const [list, keys] = await Promise.all([fetch(scope + 'list'), fetch('/.well-known/congthe-keys.json')]);
  if (!list.ok || !keys.ok) throw new Error('no list');
  return [new Uint8Array(await list.arrayBuffer()), ...(await keys.json()).keys.map((key) => bytes(key.ed25519))];
};
const zone = { timeZone: 'Asia/Ho_Chi_Minh' };
export const written = (lang, at) => new Date(at).toLocaleString(lang, { ...zone, dateStyle: 'short', timeStyle: 'short' });
export const today = () => new Date().toLocaleDateString('sv-SE', zone);
export const now = () => Date.now();
export const counted = (lang, number) => number.toLocaleString(lang);
")]
extern "C" {
    fn able() -> bool;
    async fn registered() -> JsValue;
    #[wasm_bindgen(catch)]
    async fn keep() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch)]
    async fn held() -> Result<JsValue, JsValue>;
    fn written(lang: &str, at: f64) -> String;
    fn today() -> String;
    fn now() -> f64;
    fn counted(lang: &str, number: f64) -> String;
}

#[derive(Default)]
struct Held {
    keys: Vec<[u8; 32]>,
    list: Option<StateList>,
    front: Option<Front>,
    back: Option<Signed>,
}

thread_local! {
    static HELD: RefCell<Held> = RefCell::default();
}

/// Makes the button work; brings the list up to date where it was pressed before.
pub fn start() {
    part("keep", able());
    part("keep-unable", !able());
    dom::on("keep", || {
        spawn_local(async {
            set("list", &words("keep-wait"));
            if keep().await.ok().and_then(|kept| kept.as_bool()) == Some(true) {
                fetch().await;
            } else {
                set("list", &words("keep-failed"));
            }
        });
    });
    spawn_local(async {
        if registered().await.as_bool() == Some(true) {
            fetch().await;
        }
    });
}

async fn fetch() {
    let Some(parts) = held().await.ok().and_then(|parts| parts.dyn_into::<Array>().ok()) else {
        return set("list", &words("keep-failed"));
    };
    let mut parts = parts.iter().filter_map(|part| part.dyn_into::<Uint8Array>().ok()).map(|part| part.to_vec());
    let bytes = parts.next().unwrap_or_default();
    let keys: Vec<[u8; 32]> = parts.filter_map(|key| key.try_into().ok()).collect();
    let list = list(&bytes, &keys);
    set("list", &list.as_ref().map_or_else(|| words("list-bad"), |list| told("list-age", list)));
    if list.as_ref().is_some_and(|list| age(list, now() as i64) != Age::Good) {
        set("list", &list.as_ref().map(|list| told("list-old", list)).unwrap_or_default());
    }
    HELD.with_borrow_mut(|held| (held.keys, held.list) = (keys, list));
}

/// A sentence about a list: when it was made, until when it may be used, how often it names a valid card.
fn told(name: &str, list: &StateList) -> String {
    let at = |at: i64| written(&dom::language(), at as f64);
    // a card may be looked up by its number and as one whose holder's data were erased
    let once = counted(&dom::language(), (list.once_in() / 2) as f64);
    words(name).replace("{made}", &at(list.made_at)).replace("{until}", &at(list.until)).replace("{once}", &once)
}

/// The front that was read; of the same card as a back that was read before, if there is one.
pub fn front(front: &Front) -> bool {
    HELD.with_borrow_mut(|held| {
        held.front = Some(front.clone());
        held.back.as_ref().is_some_and(|back| Some(back.claims.card_code) == front.code())
    })
}

/// The back that was read, of the same card as the front that was read before, if there is one.
pub fn back(back: Signed) -> bool {
    HELD.with_borrow_mut(|held| {
        let same = held.front.as_ref().is_some_and(|front| front.code() == Some(back.claims.card_code));
        held.back = Some(back);
        same
    })
}

/// Says what is proven of what was read of a card's faces.
pub fn judge_faces() {
    judge(|held, known| match (&held.front, &held.back) {
        (Some(front), Some(back)) if front.code() == Some(back.claims.card_code) => {
            door::proof::by_back(front, back, known)
        }
        (Some(front), _) => door::proof::by_front(front, known),
        (None, _) => Verdict::Other,
    });
}

/// Says what is proven of a chip's link.
pub fn judge_chip(link: &str, serial: &str) {
    judge(|_, known| door::proof::by_chip(link, serial, known));
}

fn judge(by: impl Fn(&Held, &Known<'_>) -> Verdict) {
    HELD.with_borrow(|held| {
        let today = today().parse().unwrap_or_default();
        let known = Known { keys: &held.keys, list: held.list.as_ref(), now_ms: now() as i64, today };
        let verdict = by(held, &known);
        set("verdict", &words(&format!("verdict-{}", verdict.name())));
        set("verdict-do", &words(&format!("verdict-{}-do", verdict.name())));
        let listed = matches!(verdict, Verdict::Listed(_));
        let about = if listed { "list-hit" } else { "list-age" };
        set("verdict-list", &held.list.as_ref().map(|list| told(about, list)).unwrap_or_default());
        if let Some(place) = dom::find("[data-part=verdict]") {
            place.set_class_name(&format!("box {}", verdict.tone()));
            place.set_attribute("data-verdict", verdict.name()).unwrap_or_default();
        }
        part("verdict", true);
        part("answer", true);
    });
}
