//! Other modules, loaded when they are wanted.
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::js_sys::Promise;

use crate::later::within;

#[wasm_bindgen(inline_js = "export const load = async (script, wasm) => { const module = await import(script); \
                            await module.default({ module_or_path: wasm }); return module; };")]
extern "C" {
    fn load(script: &str, module: &str) -> Promise;
}

/// As long as a slow line may take.
const LOADING: u32 = 60_000;

/// A module by the addresses of its script and of itself.
pub async fn loaded(addresses: &[String]) -> Result<JsValue, JsValue> {
    let [script, module] = addresses else { return Err(JsValue::UNDEFINED) };
    within(&load(script, module), LOADING).await?.ok_or(JsValue::UNDEFINED)
}
