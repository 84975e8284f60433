//! The reader's trial on a blank card: its commands come out of a module of their own, and are carried here.
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::module::loaded;
use crate::open::Open;
use crate::trouble::Trouble;
use crate::usb::now;

#[wasm_bindgen]
extern "C" {
    type Module;
    #[wasm_bindgen(method, structural)]
    fn trial(this: &Module) -> Trial;

    type Trial;
    #[wasm_bindgen(method, structural)]
    fn turn(this: &Trial, answer: Option<Vec<u8>>) -> Option<Vec<u8>>;
    #[wasm_bindgen(method, structural, getter)]
    fn outcome(this: &Trial) -> String;
    #[wasm_bindgen(method, structural, getter)]
    fn detail(this: &Trial) -> String;
}

/// Runs it on the card that is connected; how many milliseconds all of it took.
pub async fn run(reader: &mut Open) -> Result<u32, Trouble> {
    let module = loaded(|all| &all.blank).await.map_err(|error| Trouble::rejected(&error, "no-module"))?;
    let trial = module.unchecked_into::<Module>().trial();
    let began = now();
    let mut answer = None;
    while let Some(command) = trial.turn(answer) {
        answer = Some(reader.exchange(&command).await?);
    }
    let say = match trial.outcome().as_str() {
        "good" => return Ok((now() - began) as u32),
        "occupied" => "trial-occupied",
        "keyed" => "trial-keyed",
        "differs" => "trial-differs",
        _ => "refused",
    };
    Err(Trouble::new(say, trial.detail()))
}
