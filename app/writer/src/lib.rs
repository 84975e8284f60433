//! Between the server, which seals, and the reader, which is the page's: what of a batch is sent to the card next, and what is told of its
//! answers. It holds no key and understands nothing of what it carries (`chip::batch`).

use chip::batch::{Answers, Do, End, Ended, Relay, Told};
use wasm_bindgen::prelude::wasm_bindgen;

/// Somebody who relays.
#[wasm_bindgen]
#[derive(Default)]
pub struct Writer {
    relay: Relay,
    report: Option<Answers>,
    ended: Option<Ended>,
    batch: u32,
}

/// One that begins.
#[wasm_bindgen]
pub fn writer() -> Writer {
    Writer::default()
}

#[wasm_bindgen]
impl Writer {
    /// What the server says; the command to be sent to the card, if there is one. Whatever cannot be read is no answer of ours: `false` in
    /// [`Writer::heard`].
    pub fn told(&mut self, text: &str) -> Option<Vec<u8>> {
        (self.report, self.ended, self.batch) = (None, None, 0);
        match serde_json::from_str(text).ok()? {
            Told::Batch(batch) => {
                self.batch = batch.number;
                let next = self.relay.batch(batch);
                self.next(next)
            }
            Told::Over(ended) => {
                self.ended = Some(ended);
                None
            }
        }
    }

    /// What the card answered; the next command.
    pub fn answer(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        let next = self.relay.answer(bytes);
        self.next(next)
    }

    /// No answer of the card comes any more.
    pub fn gone(&mut self) {
        let next = self.relay.failed(End::Gone);
        self.next(next);
    }

    fn next(&mut self, next: Do) -> Option<Vec<u8>> {
        match next {
            Do::Send(command) => return Some(command),
            Do::Report(answers) => self.report = Some(answers),
            Do::Nothing => {}
        }
        None
    }

    /// What the server is to be sent; nothing while a batch is carried out, and when it is over.
    #[wasm_bindgen(getter)]
    pub fn report(&self) -> Option<String> {
        serde_json::to_string(self.report.as_ref()?).ok()
    }

    /// Whether the last thing that was told was understood.
    #[wasm_bindgen(getter)]
    pub fn heard(&self) -> bool {
        self.batch > 0 || self.ended.is_some()
    }

    /// The batch that is carried out, counted from 1.
    #[wasm_bindgen(getter)]
    pub fn batch(&self) -> u32 {
        self.batch
    }

    /// Name of the sentence that says how it ended; nothing while it has not.
    #[wasm_bindgen(getter)]
    pub fn said(&self) -> Option<String> {
        self.ended.as_ref().map(|ended| ended.said.clone())
    }

    /// Whether the card is what it was to become.
    #[wasm_bindgen(getter)]
    pub fn reached(&self) -> bool {
        self.ended.as_ref().is_some_and(|ended| ended.reached)
    }

    /// Whose card it is, where that is said.
    #[wasm_bindgen(getter)]
    pub fn whose(&self) -> String {
        self.ended.as_ref().map(|ended| ended.whose.clone()).unwrap_or_default()
    }

    /// In English, for the technical log.
    #[wasm_bindgen(getter)]
    pub fn detail(&self) -> String {
        self.ended.as_ref().map(|ended| ended.detail.clone()).unwrap_or_default()
    }
}
