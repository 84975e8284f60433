//! Colours in the regulation's words (C27), as ranges of hue, saturation and value.

use std::fmt;
use std::ops::RangeInclusive;

/// A colour that the regulation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Band {
    /// Vàng.
    Yellow,
    /// Đỏ.
    Red,
    /// Đỏ đun.
    DeepRed,
    /// Xanh da trời đậm.
    SkyBlue,
    /// Xanh cốm.
    YoungGreen,
}

impl Band {
    /// Degrees of hue, the first above the last where zero lies between; percent of saturation and of value.
    fn ranges(self) -> ((u32, u32), RangeInclusive<u32>, RangeInclusive<u32>) {
        match self {
            Self::Yellow => ((35, 68), 25..=100, 65..=100),
            Self::Red => ((345, 15), 60..=100, 55..=100),
            Self::DeepRed => ((345, 15), 50..=100, 30..=70),
            Self::SkyBlue => ((195, 235), 60..=100, 40..=85),
            Self::YoungGreen => ((65, 110), 40..=100, 50..=95),
        }
    }

    /// Whether a colour of the screen is one that is called so.
    pub fn has(self, rgb: [u8; 3]) -> bool {
        let ((from, to), saturations, values) = self.ranges();
        let (hue, saturation, value) = hsv(rgb);
        let in_hue = if from <= to { (from..=to).contains(&hue) } else { hue >= from || hue <= to };
        in_hue && saturations.contains(&saturation) && values.contains(&value)
    }
}

impl fmt::Display for Band {
    /// Name and degrees of hue.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Yellow => "yellow",
            Self::Red => "red",
            Self::DeepRed => "deep_red",
            Self::SkyBlue => "sky_blue",
            Self::YoungGreen => "young_green",
        };
        let ((from, to), ..) = self.ranges();
        write!(f, "{name} {from}–{to}°")
    }
}

/// `#rrggbb`.
pub fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Degrees of hue, percent of saturation and of value.
fn hsv([r, g, b]: [u8; 3]) -> (u32, u32, u32) {
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let span = i32::from(most - least);
    if span == 0 {
        return (0, 0, u32::from(most) * 100 / 255);
    }
    let [r, g, b] = [r, g, b].map(i32::from);
    let hue = match i32::from(most) {
        top if top == r => 60 * (g - b) / span,
        top if top == g => 120 + 60 * (b - r) / span,
        _ => 240 + 60 * (r - g) / span,
    };
    let degrees = hue.rem_euclid(360).unsigned_abs();
    (degrees, span.unsigned_abs() * 100 / u32::from(most), u32::from(most) * 100 / 255)
}

/// Brightness, 0 to 255 (ITU-R BT.601 §2.5.1).
pub fn luma([r, g, b]: [u8; 3]) -> u8 {
    ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1_000) as u8
}

/// Contrast of two colours in tenths, 10 to 210 (WCAG 2.2, contrast ratio).
pub fn contrast_tenths(one: [u8; 3], other: [u8; 3]) -> u32 {
    let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
    (one.max(other) / one.min(other) * 10.0) as u32
}

/// WCAG 2.2, relative luminance.
fn luminance(rgb: [u8; 3]) -> f64 {
    let [r, g, b] = rgb.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { libm::pow((value + 0.055) / 1.055, 2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_called_by_their_names() {
        for (band, rgb) in [
            (Band::Yellow, [255, 233, 138]),
            (Band::Red, [200, 16, 28]),
            (Band::DeepRed, [140, 29, 24]),
            (Band::SkyBlue, [0, 104, 183]),
            (Band::YoungGreen, [140, 190, 60]),
        ] {
            assert!(band.has(rgb), "{band}");
            assert!(!band.has([255; 3]) && !band.has([0; 3]) && !band.has([120, 40, 160]), "{band}");
        }
        assert!(!Band::SkyBlue.has([135, 206, 235]), "a light sky blue is not đậm");
    }

    #[test]
    fn contrast_is_that_of_the_guidelines() {
        assert_eq!(contrast_tenths([0; 3], [255; 3]), 210);
        assert_eq!(contrast_tenths([119; 3], [255; 3]), 44);
        assert_eq!(contrast_tenths([9, 9, 9], [9, 9, 9]), 10);
    }
}
