//! How large the numbers of a drawing may be.

use super::ArtworkError;
use super::error::quoted;

/// The largest number in a drawing. `usvg` cuts an arc into parts after its radius without end.
const MAX_NUMBER: f64 = 1e6;

/// Whether an attribute or property holds lengths, coordinates or factors.
pub(super) fn is_geometry(name: &str) -> bool {
    matches!(
        name,
        "d" | "points"
            | "viewBox"
            | "transform"
            | "gradientTransform"
            | "transform-origin"
            | "offset"
            | "font-size"
            | "x"
            | "y"
            | "width"
            | "height"
            | "cx"
            | "cy"
            | "r"
            | "rx"
            | "ry"
            | "x1"
            | "x2"
            | "y1"
            | "y2"
            | "fx"
            | "fy"
            | "fr"
    ) || name.starts_with("stroke-")
}

/// Refuses numbers beyond [`MAX_NUMBER`], and lengths in units of the type size, which multiply when elements are nested.
pub(super) fn check(value: &str) -> Result<(), ArtworkError> {
    let trimmed = value.trim_end();
    if trimmed.ends_with("em") || trimmed.ends_with("ex") {
        return Err(ArtworkError::Unsupported(quoted(value)));
    }
    let mut rest = value;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        rest = rest.get(start..).unwrap_or_default();
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let mut end = digits(rest);
        if let Some(fraction) = rest.get(end..).and_then(|rest| rest.strip_prefix('.')) {
            end += 1 + digits(fraction);
        }
        if let Some(exponent) = rest.get(end..).and_then(|rest| rest.strip_prefix(['e', 'E'])) {
            let sign = usize::from(exponent.starts_with(['+', '-']));
            let count = digits(exponent.get(sign..).unwrap_or_default());
            end += if count > 0 { 1 + sign + count } else { 0 };
        }
        // of ".9e9" this is "9e9", larger than it is and never smaller
        let number = rest.get(..end).unwrap_or_default();
        if number.parse::<f64>().is_ok_and(|number| number > MAX_NUMBER) {
            return Err(ArtworkError::Number(quoted(number)));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(())
}
