//! The published vectors and the recorded session.

use desfire::proof::{UNCOVERED, published, replay, vector};
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks every vector and the recorded session; what was checked, in words.
///
/// # Errors
/// The first that differs.
#[wasm_bindgen]
pub fn prove() -> Result<String, String> {
    let all = published()?;
    let covered: Vec<_> = all.iter().filter(|one| !UNCOVERED.contains(&one.kind())).collect();
    for one in &covered {
        vector(one).map_err(|error| format!("{}: {error}", one.id()))?;
    }
    let frames = replay()?;
    Ok(format!("{} of {} vectors, {frames} recorded frames", covered.len(), all.len()))
}
