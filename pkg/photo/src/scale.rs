//! Scaling down, the same to the bit on every platform: weights from the four basic operations alone, whose results IEEE 754
//! fixes, and sums of whole numbers.

use image::RgbImage;

/// Weights add up to this.
const ONE: i32 = 1 << 14;
/// Binary places kept between the two passes.
const KEPT: u32 = 4;

/// A rectangle of `source` scaled to `width` × `height`: Catmull-Rom over the whole footprint of each pixel, first along the
/// rows, then along the columns. The rectangle must lie within the source, and no length may be zero.
pub(crate) fn scaled(source: &RgbImage, (x, y, wide, high): (u32, u32, u32, u32), width: u32, height: u32) -> RgbImage {
    let across = taps(wide, width);
    let row_bytes = source.width() as usize * 3;
    let rows = source.as_raw().chunks_exact(row_bytes).skip(y as usize).take(high as usize);
    let mut narrow: Vec<i16> = Vec::with_capacity(width as usize * high as usize * 3);
    for row in rows {
        let row = &row[x as usize * 3..(x + wide) as usize * 3];
        for tap in &across {
            let mut sums = [0i32; 3];
            for (pixel, weight) in row[tap.first * 3..].chunks_exact(3).zip(&tap.weights) {
                for (sum, value) in sums.iter_mut().zip(pixel) {
                    *sum += i32::from(*value) * weight;
                }
            }
            // an overshoot stays below 2 × 255 × 16, far within 16 bits
            narrow.extend(sums.map(|sum| ((sum + (ONE >> (KEPT + 1))) >> (14 - KEPT)) as i16));
        }
    }
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 3);
    let narrow_row = width as usize * 3;
    let mut sums = vec![0i32; narrow_row];
    for tap in taps(high, height) {
        sums.fill(0);
        for (row, weight) in narrow[tap.first * narrow_row..].chunks_exact(narrow_row).zip(&tap.weights) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += i32::from(*value) * weight;
            }
        }
        let round = ONE << (KEPT - 1);
        pixels.extend(sums.iter().map(|sum| ((sum + round) >> (14 + KEPT)).clamp(0, 255) as u8));
    }
    RgbImage::from_raw(width, height, pixels).unwrap_or_default()
}

/// What one pixel of the result is made of.
struct Tap {
    first: usize,
    weights: Vec<i32>,
}

/// For each of `to` pixels, its share of `from` pixels.
fn taps(from: u32, to: u32) -> Vec<Tap> {
    let ratio = f64::from(from) / f64::from(to);
    let stretch = ratio.max(1.0);
    let tap = |at: u32| {
        let centre = (f64::from(at) + 0.5) * ratio - 0.5;
        // `as` saturates, so that the first is never below zero
        let first = (centre - 2.0 * stretch).ceil() as u32;
        let last = ((centre + 2.0 * stretch).floor() as u32).min(from - 1);
        let shares: Vec<f64> = (first..=last).map(|pixel| catmull_rom((f64::from(pixel) - centre) / stretch)).collect();
        let sum: f64 = shares.iter().sum();
        let mut weights: Vec<i32> = shares.iter().map(|share| (share / sum * f64::from(ONE)).round() as i32).collect();
        let rest = ONE - weights.iter().sum::<i32>();
        if let Some(most) = weights.iter_mut().max() {
            *most += rest;
        }
        Tap { first: first as usize, weights }
    };
    (0..to).map(tap).collect()
}

/// The cubic of Catmull and Rom (Keys 1981, a = −1/2).
fn catmull_rom(distance: f64) -> f64 {
    let d = distance.abs();
    if d < 1.0 {
        (1.5 * d - 2.5) * d * d + 1.0
    } else if d < 2.0 {
        ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;
    use image::imageops::{self, FilterType};

    #[test]
    fn weights_add_up_and_stay_within() {
        for (from, to) in [(600, 600), (601, 600), (2250, 900), (9000, 600), (903, 900), (1, 1), (4, 3)] {
            for tap in taps(from, to) {
                assert_eq!(tap.weights.iter().sum::<i32>(), ONE);
                assert!(tap.first + tap.weights.len() <= from as usize);
            }
        }
    }

    #[test]
    fn one_to_one_changes_nothing() {
        let source = RgbImage::from_fn(40, 30, |x, y| Rgb([(x * 6) as u8, (y * 8) as u8, (x * y) as u8]));
        let cut = scaled(&source, (5, 7, 20, 15), 20, 15);
        assert_eq!(cut, imageops::crop_imm(&source, 5, 7, 20, 15).to_image());
    }

    /// `image` reckons the same filter in 32-bit floating point.
    #[test]
    fn agrees_with_a_second_implementation() {
        let source = RgbImage::from_fn(300, 400, |x, y| {
            let wave = (x * x / 40 + y * 3) % 256;
            Rgb([wave as u8, ((x / 8 + y / 8) % 2 * 255) as u8, (255 - wave) as u8])
        });
        let ours = scaled(&source, (0, 0, 300, 400), 130, 173);
        let theirs = imageops::resize(&source, 130, 173, FilterType::CatmullRom);
        let most = ours.as_raw().iter().zip(theirs.as_raw()).map(|(one, other)| one.abs_diff(*other)).max();
        assert!(most <= Some(2), "{most:?}");
    }
}
