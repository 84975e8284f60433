//! The trial of a reader on a blank card, for the page. The ciphers are as large as everything else that a reader page needs, so it is a
//! module of its own. It moves nothing itself: the page carries each command to the reader, and its answer back.

use trial::{Failure, Turn};
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen(inline_js = "export const random = (bytes) => crypto.getRandomValues(bytes);")]
extern "C" {
    fn random(bytes: &mut [u8]);
}

/// A trial under way.
#[wasm_bindgen]
pub struct Trial(trial::Trial);

/// A trial that begins.
#[wasm_bindgen]
pub fn trial() -> Trial {
    Trial(trial::Trial::new(|bytes| random(bytes)))
}

#[wasm_bindgen]
impl Trial {
    /// The next command, for the answer to the last one; nothing when it is over.
    pub fn turn(&mut self, answer: Option<Vec<u8>>) -> Option<Vec<u8>> {
        match self.0.turn(answer) {
            Turn::Send(command) => Some(command),
            Turn::Over(_) => None,
        }
    }

    /// How it ended: `good`, `occupied`, `keyed`, `differs`, `refused`, and `unended` while it has not.
    #[wasm_bindgen(getter)]
    pub fn outcome(&self) -> String {
        let name = match self.0.outcome() {
            None => "unended",
            Some(Ok(())) => "good",
            Some(Err(Failure::Occupied(_))) => "occupied",
            Some(Err(Failure::Keyed)) => "keyed",
            Some(Err(Failure::Differs)) => "differs",
            Some(Err(Failure::Card(_))) => "refused",
        };
        name.to_owned()
    }

    /// The failure in English, for the technical log.
    #[wasm_bindgen(getter)]
    pub fn detail(&self) -> String {
        match self.0.outcome() {
            Some(Err(failure)) => failure.to_string(),
            _ => String::new(),
        }
    }
}
