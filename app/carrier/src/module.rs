//! Other modules, loaded when they are wanted.
use std::cell::RefCell;

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

/// Script and module of each.
#[derive(Default)]
pub struct Addresses {
    pub training: Vec<String>,
    pub originality: Vec<String>,
    pub relayed: Vec<String>,
    pub blank: Vec<String>,
    pub writer: Vec<String>,
}

thread_local! {
    static ADDRESSES: RefCell<Addresses> = RefCell::default();
}

/// Where they are loaded from, as the page has told.
pub fn stand_at(addresses: Addresses) {
    ADDRESSES.set(addresses);
}

/// One of them: `loaded(|all| &all.training)`.
pub async fn loaded(which: impl Fn(&Addresses) -> &[String]) -> Result<JsValue, JsValue> {
    let loading = ADDRESSES.with_borrow(|all| match which(all) {
        [script, module] => Some(load(script, module)),
        _ => None,
    });
    within(&loading.ok_or(JsValue::UNDEFINED)?, LOADING).await?.ok_or(JsValue::UNDEFINED)
}
