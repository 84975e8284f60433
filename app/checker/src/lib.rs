//! Shows what a card's QR code says, and asks for its state with code and four digits: nothing else of what was read leaves the browser. Without a
//! network it says what a signature and the kept list prove.

mod front;
mod held;
mod tap;

use door::Said;
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's loader.
#[wasm_bindgen]
pub fn start() {
    // the picture is read here: the server needs none
    dom::show("send", false);
    dom::show("private", true);
    camera::start(found);
    held::start();
    tap::start();
}

fn found(text: &str) {
    front::clear();
    match door::read(text) {
        Said::Front(front) => front::show(&front),
        Said::Back(back) => {
            if held::back(*back) {
                held::judge_faces();
                camera::say("scan-both", "good");
            } else {
                camera::say("scan-back", "good");
            }
        }
        Said::Citizen => camera::say("scan-citizen", "warn"),
        Said::Other => camera::say("scan-other", "warn"),
    }
}
