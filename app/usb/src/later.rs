//! Waiting with a limit.
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_futures::js_sys::{Array, Promise};

/// A promise that is fulfilled with nothing after so many milliseconds, and forgotten when it is dropped.
struct Timer {
    promise: Promise,
    id: i32,
}

impl Timer {
    fn new(milliseconds: u32) -> Self {
        let mut id = 0;
        let promise = Promise::new(&mut |resolve, _| {
            let wait = i32::try_from(milliseconds).unwrap_or(i32::MAX);
            if let Some(window) = web_sys::window() {
                id = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, wait).unwrap_or_default();
            }
        });
        Timer { promise, id }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// The promise's value; `None` when it takes longer. The promise itself stays under way.
pub async fn within(promise: &Promise, milliseconds: u32) -> Result<Option<JsValue>, JsValue> {
    let timer = Timer::new(milliseconds);
    // in an array, so that a promise for nothing differs from no promise
    let wrap = Closure::<dyn FnMut(JsValue) -> JsValue>::new(|value: JsValue| Array::of1(&value).into());
    let wrapped = promise.unchecked_ref::<Chained>().then_value(&wrap);
    let first = JsFuture::from(Promise::race(&Array::of2(&wrapped, &timer.promise))).await;
    // the promise may still call it: the engine drops it with the promise
    drop(wrap.into_js_value());
    first.map(|value| value.dyn_ref::<Array>().map(|array| array.get(0)))
}

/// So many milliseconds pass.
pub async fn pause(milliseconds: u32) {
    let timer = Timer::new(milliseconds);
    // a timer is not rejected
    let _ = JsFuture::from(timer.promise.clone()).await;
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Promise)]
    type Chained;

    #[wasm_bindgen(method, js_name = then)]
    fn then_value(this: &Chained, callback: &Closure<dyn FnMut(JsValue) -> JsValue>) -> Promise;
}
