//! Writing a card's chip: the server's batches are carried to the card, and its answers back. The page says where to; the module `writer`
//! knows what a batch is.
use dom::find;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::js_sys::{Array, Promise};

use crate::later::{pause, within};
use crate::module::loaded;
use crate::open::Open;
use crate::trouble::Trouble;

#[wasm_bindgen(
    inline_js = "export const post = async (to, body) => { const answer = await fetch(to, { method: 'POST', body, \
                            headers: { 'content-type': 'application/json' } }); return [answer.status, await answer.text()]; };"
)]
extern "C" {
    fn post(to: &str, body: &str) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method, structural)]
    fn writer(this: &Module) -> Writer;

    type Writer;
    #[wasm_bindgen(method, structural)]
    fn told(this: &Writer, text: &str) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, structural)]
    fn answer(this: &Writer, bytes: &[u8]) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, structural)]
    fn gone(this: &Writer);
    #[wasm_bindgen(method, structural, getter)]
    fn report(this: &Writer) -> Option<String>;
    #[wasm_bindgen(method, structural, getter)]
    fn heard(this: &Writer) -> bool;
    #[wasm_bindgen(method, structural, getter)]
    fn batch(this: &Writer) -> u32;
    #[wasm_bindgen(method, structural, getter)]
    fn said(this: &Writer) -> Option<String>;
    #[wasm_bindgen(method, structural, getter)]
    fn reached(this: &Writer) -> bool;
    #[wasm_bindgen(method, structural, getter)]
    fn detail(this: &Writer) -> String;
    #[wasm_bindgen(method, structural, getter)]
    fn whose(this: &Writer) -> String;
}

/// How it ended: the name of the sentence, and whether the card is what it was to become.
pub struct Wrote {
    pub said: String,
    pub reached: bool,
    pub detail: String,
    /// Whose card it is, where that is said.
    pub whose: String,
}

/// The server may take so long for an answer.
const ANSWER: u32 = 30_000;
/// So often something is sent again that was not answered: the same for the second time changes nothing.
const TRIES: u32 = 4;
const BETWEEN_TRIES: u32 = 700;
/// So often it is begun again where the server has lost the run.
const BEGINNINGS: u32 = 3;

/// Where this page writes; nothing where it does not.
pub fn address() -> Option<String> {
    find("[data-write]")?.get_attribute("data-write")
}

/// What a card is asked before the server is sent anything.
fn opening() -> Result<String, Trouble> {
    let opening = find("[data-write]").and_then(|panel| panel.get_attribute("data-opening"));
    opening.ok_or_else(|| Trouble::new("confused", "no opening"))
}

/// Whether card after card is written here, and not one.
pub fn many() -> bool {
    find("[data-writes=many]").is_some()
}

/// Whether nothing is written here before somebody has pressed the button: what cannot be taken back.
pub fn when_asked() -> bool {
    find("[data-writes=asked]").is_some()
}

/// Writes the card that is connected. `step` is told each batch.
pub async fn run(reader: &mut Open, step: impl Fn(u32)) -> Result<Wrote, Trouble> {
    let module = loaded(|all| &all.writer).await.map_err(|error| Trouble::rejected(&error, "no-module"))?;
    let module = module.unchecked_into::<Module>();
    let begin = address().ok_or_else(|| Trouble::new("confused", "nowhere to send to"))?;
    let go_on = format!("{begin}/turn");
    let mut begun = 0;
    'beginning: loop {
        begun += 1;
        let writer = module.writer();
        let mut to = &begin;
        let mut text = opening()?;
        loop {
            let mut command = writer.told(&text);
            if !writer.heard() {
                return Ok(ended("chip-server", "an answer that is none"));
            }
            if let Some(said) = writer.said() {
                let (reached, detail, whose) = (writer.reached(), writer.detail(), writer.whose());
                return Ok(Wrote { said, reached, detail, whose });
            }
            step(writer.batch());
            let mut trouble = None;
            while let Some(apdu) = command {
                command = match reader.exchange(&apdu).await {
                    Ok(answer) => writer.answer(&answer),
                    Err(failed) => {
                        writer.gone();
                        trouble = Some(failed);
                        None
                    }
                };
            }
            let Some(report) = writer.report() else { return Ok(ended("chip-server", "nothing to report")) };
            let answered = send(to, &report).await;
            // a reader that is gone is told as such, once the server knows
            if let Some(trouble) = trouble.filter(|trouble| ["unplugged", "timeout"].contains(&trouble.say)) {
                return Err(trouble);
            }
            text = match answered {
                Ok(text) => text,
                // the server was started anew, or somebody else was served: what was done is in the journal
                Err(ended) if ended.said == LOST && begun < BEGINNINGS => continue 'beginning,
                Err(ended) => return Ok(ended),
            };
            to = &go_on;
        }
    }
}

/// The server has no such run.
const LOST: &str = "refused-stale";

fn ended(said: &str, detail: &str) -> Wrote {
    Wrote { said: said.to_owned(), reached: false, detail: detail.to_owned(), whose: String::new() }
}

/// Asks the server for something; the name of what is said where it does not come.
pub async fn sent(to: &str) -> Result<String, String> {
    send(to, "").await.map_err(|ended| ended.said)
}

/// Sends until it is answered; the answer, or what is said where there is none.
async fn send(to: &str, body: &str) -> Result<String, Wrote> {
    for tried in 1..=TRIES {
        let answer = match within(&post(to, body), ANSWER).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(_) if tried < TRIES => {
                pause(BETWEEN_TRIES * tried).await;
                continue;
            }
            Ok(None) | Err(_) => break,
        };
        let (status, text) = parts(&answer);
        match status {
            200 => return Ok(text),
            401 => return Err(ended("chip-signed-out", "401")),
            // it is refused, and for which reason
            409 if text.contains("\"stale\"") => return Err(ended(LOST, "409")),
            409 => return Err(ended(&refusal(&text), "409")),
            500.. if tried < TRIES => pause(BETWEEN_TRIES * tried).await,
            _ => return Err(ended("chip-server", &status.to_string())),
        }
    }
    Err(ended("chip-server", "no answer"))
}

fn parts(answer: &JsValue) -> (u32, String) {
    let answer = Array::from(answer);
    (answer.get(0).as_f64().unwrap_or_default() as u32, answer.get(1).as_string().unwrap_or_default())
}

/// `refused-no_key_set` of `{"failure":"refused","why":"no_key_set"}`.
fn refusal(text: &str) -> String {
    let why = text.split_once("\"why\":\"").and_then(|(_, rest)| rest.split_once('"'));
    why.map_or_else(|| "chip-server".to_owned(), |(why, _)| format!("refused-{why}"))
}
