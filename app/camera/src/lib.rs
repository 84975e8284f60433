//! Looks for a QR code in what the camera sees, or in a picture that is chosen in `[data-part=code]`. The browser's own reader is asked first,
//! where there is one; else the one that the server has, too. The picture stays here.
#![warn(missing_docs)]

use std::cell::Cell;

use dom::{find, listen, on, set, show, words};
use scan::Grey;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::js_sys::{Array, Error, Uint8Array};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlVideoElement};

#[wasm_bindgen(inline_js = "
export const able = () => Boolean(navigator.mediaDevices?.getUserMedia);
export const open = async (video) => {
  video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1920 } } });
  await video.play();
};
export const close = (video) => {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
};
export const asked = async (source) => {
  if (!('BarcodeDetector' in self)) return null;
  try {
    const found = await new BarcodeDetector({ formats: ['qr_code'] }).detect(source);
    return found[0]?.rawValue ?? null;
  } catch {
    return null;
  }
};
export const pixels = (source) => {
  const [width, height] = [source.videoWidth ?? source.width, source.videoHeight ?? source.height];
  if (!width || !height) return [0, 0, new Uint8Array()];
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(source, 0, 0);
  return [width, height, new Uint8Array(context.getImageData(0, 0, width, height).data.buffer)];
};
export const picture = (file) => createImageBitmap(file);
export const pause = (milliseconds) => new Promise((after) => setTimeout(after, milliseconds));
")]
extern "C" {
    fn able() -> bool;
    #[wasm_bindgen(catch)]
    async fn open(video: &HtmlVideoElement) -> Result<JsValue, JsValue>;
    fn close(video: &HtmlVideoElement);
    async fn asked(source: &JsValue) -> JsValue;
    fn pixels(source: &JsValue) -> Array;
    #[wasm_bindgen(catch)]
    async fn picture(file: &JsValue) -> Result<JsValue, JsValue>;
    async fn pause(milliseconds: u32) -> JsValue;
}

/// Between two looks at what the camera sees.
const PAUSE: u32 = 120;
/// So often it is looked, about two minutes: a camera is not left on.
const LOOKS: u32 = 600;

thread_local! {
    /// Whether the camera is on.
    static LOOKING: Cell<bool> = const { Cell::new(false) };
}

/// Makes the page's buttons work; `found` takes what a code says.
pub fn start(found: fn(&str)) {
    show("scan", able());
    show("scan-unable", !able());
    on("scan", move || spawn_local(look(found)));
    on("scan-stop", || LOOKING.set(false));
    if let Some(input) = file_field() {
        let chosen = input.clone();
        listen(&input, "change", move |_| spawn_local(from_file(chosen.clone(), found)));
        input.set_attribute("data-ready", "").unwrap_or_default();
    }
}

/// Looks at what the camera sees, until a code is in it.
async fn look(tell: fn(&str)) {
    let Some(video) = find("video[data-part=view]").and_then(|it| it.dyn_into::<HtmlVideoElement>().ok()) else {
        return;
    };
    if LOOKING.replace(true) {
        return;
    }
    if let Err(error) = open(&video).await {
        LOOKING.set(false);
        close(&video);
        return say(refusal(&error), "bad");
    }
    show("view", true);
    say("scan-looking", "neutral");
    let source: &JsValue = video.as_ref();
    let mut found = None;
    for _ in 0..LOOKS {
        if !LOOKING.get() {
            break;
        }
        found = read(source).await;
        if found.is_some() {
            break;
        }
        pause(PAUSE).await;
    }
    LOOKING.set(false);
    close(&video);
    show("view", false);
    match found {
        Some(text) => {
            say("scan-found", "good");
            tell(&text);
        }
        None => say("scan-stopped", "neutral"),
    }
}

/// Why there is no camera (Media Capture and Streams §10.2): none is there, another program has it, or nobody allowed it.
fn refusal(error: &JsValue) -> &'static str {
    let name = error.dyn_ref::<Error>().map(|error| String::from(error.name())).unwrap_or_default();
    match name.as_str() {
        "NotFoundError" | "OverconstrainedError" => "scan-no-camera",
        "NotReadableError" | "AbortError" => "scan-busy",
        _ => "scan-denied",
    }
}

/// Looks at a picture that was chosen. One without a code that is found here is left to the server.
async fn from_file(input: HtmlInputElement, tell: fn(&str)) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    say("scan-reading", "neutral");
    let found = match picture(file.as_ref()).await {
        Ok(bitmap) => read(&bitmap).await,
        Err(_) => None,
    };
    match found {
        Some(text) => {
            input.set_value("");
            say("scan-found", "good");
            tell(&text);
        }
        None => say("scan-none", "warn"),
    }
}

async fn read(source: &JsValue) -> Option<String> {
    if let Some(text) = asked(source).await.as_string() {
        return Some(text);
    }
    let seen = pixels(source);
    let side = |nth: u32| seen.get(nth).as_f64().map(|side| side as usize);
    let bytes = Uint8Array::new(&seen.get(2)).to_vec();
    Grey::of_rgb(side(0)?, side(1)?, &bytes, 4)?.texts().into_iter().next()
}

fn file_field() -> Option<HtmlInputElement> {
    find("[data-part=code] input[type=file]")?.dyn_into().ok()
}

/// Says a sentence of the page beside the camera.
pub fn say(name: &str, tone: &str) {
    set("scan", &words(name));
    if let Some(place) = find("[data-show=scan]") {
        place.set_attribute("data-tone", tone).unwrap_or_default();
        place.set_attribute("data-said", name).unwrap_or_default();
    }
}
