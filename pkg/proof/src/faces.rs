//! The card's face, drawn here as everywhere else: its fingerprints, and whether they are the ones on file.

use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../tests/likeness/drawn.rs"]
mod drawn;

/// Draws the example in every template with the card's two faces of type; what was drawn, in words.
///
/// # Errors
/// What cannot be drawn, and a fingerprint that differs from `pkg/face/goldens/likeness.txt`.
#[wasm_bindgen]
pub fn faces(regular: Vec<u8>, bold: Vec<u8>) -> Result<String, String> {
    let told = drawn::fingerprints(regular, bold)?;
    if told != drawn::ON_FILE {
        return Err(format!("the face differs from the one that is drawn natively:\n{told}"));
    }
    Ok(format!("{} sides of cards, to the byte", told.lines().count()))
}
