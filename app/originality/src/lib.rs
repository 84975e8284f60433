//! Whether a card is the maker's: its signature over its identifier, against the keys that the maker has published. Curve arithmetic is
//! large beside everything else that a reader page needs, so it is a module of its own.

use desfire::originality::{KEYS, is_genuine};
use wasm_bindgen::prelude::wasm_bindgen;

/// `uid`: 7 bytes, `signature`: 56, as ReadSig answers. Anything else is not genuine.
#[wasm_bindgen]
pub fn genuine(uid: &[u8], signature: &[u8]) -> bool {
    let (Ok(uid), Ok(signature)) = (uid.try_into(), signature.try_into()) else { return false };
    KEYS.iter().any(|(_, key)| is_genuine(uid, signature, key))
}
