//! WebUSB, as much of it as is used. By structure, so that a simulated device is one, too.
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::js_sys::{Array, DataView, Promise, Uint8Array};

#[wasm_bindgen]
extern "C" {
    /// `navigator.usb`
    #[wasm_bindgen(extends = web_sys::EventTarget)]
    #[derive(Clone)]
    pub type Usb;

    #[wasm_bindgen(method, structural, js_name = getDevices)]
    pub fn get_devices(this: &Usb) -> Promise;

    #[wasm_bindgen(method, structural, js_name = requestDevice)]
    pub fn request_device(this: &Usb, options: &JsValue) -> Promise;

    /// `USBDevice`
    #[derive(Clone)]
    pub type UsbDevice;

    #[wasm_bindgen(method, structural, getter, js_name = vendorId)]
    pub fn vendor_id(this: &UsbDevice) -> u16;
    #[wasm_bindgen(method, structural, getter, js_name = productId)]
    pub fn product_id(this: &UsbDevice) -> u16;
    #[wasm_bindgen(method, structural, getter, js_name = productName)]
    pub fn product_name(this: &UsbDevice) -> Option<String>;
    #[wasm_bindgen(method, structural, getter, js_name = manufacturerName)]
    pub fn manufacturer_name(this: &UsbDevice) -> Option<String>;
    #[wasm_bindgen(method, structural, getter)]
    pub fn opened(this: &UsbDevice) -> bool;
    #[wasm_bindgen(method, structural, getter)]
    pub fn configuration(this: &UsbDevice) -> JsValue;
    #[wasm_bindgen(method, structural, getter)]
    pub fn configurations(this: &UsbDevice) -> Array;

    #[wasm_bindgen(method, structural)]
    pub fn open(this: &UsbDevice) -> Promise;
    #[wasm_bindgen(method, structural)]
    pub fn close(this: &UsbDevice) -> Promise;
    #[wasm_bindgen(method, structural, js_name = selectConfiguration)]
    pub fn select_configuration(this: &UsbDevice, value: u8) -> Promise;
    #[wasm_bindgen(method, structural, js_name = claimInterface)]
    pub fn claim_interface(this: &UsbDevice, number: u8) -> Promise;
    #[wasm_bindgen(method, structural, js_name = controlTransferIn)]
    pub fn control_transfer_in(this: &UsbDevice, setup: &JsValue, length: u16) -> Promise;
    #[wasm_bindgen(method, structural, js_name = transferIn)]
    pub fn transfer_in(this: &UsbDevice, endpoint: u8, length: u32) -> Promise;
    #[wasm_bindgen(method, structural, js_name = transferOut)]
    pub fn transfer_out(this: &UsbDevice, endpoint: u8, data: &Uint8Array) -> Promise;
    #[wasm_bindgen(method, structural, js_name = clearHalt)]
    pub fn clear_halt(this: &UsbDevice, direction: &str, endpoint: u8) -> Promise;

    /// `USBInTransferResult`
    pub type InResult;

    #[wasm_bindgen(method, structural, getter)]
    pub fn status(this: &InResult) -> String;
    #[wasm_bindgen(method, structural, getter)]
    pub fn data(this: &InResult) -> Option<DataView>;
}
