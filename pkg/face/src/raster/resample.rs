//! Pictures made smaller by averaging areas, and larger by linear interpolation; in integers.

use std::ops::Range;

/// One, as a weight.
const ONE: u64 = 1 << 14;

/// Which source pixels make up one pixel of the result; the weights add up to [`ONE`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Taps {
    first: usize,
    weights: Vec<u16>,
}

/// The taps of the pixels `wanted` out of `to`, which `from` pixels become.
pub(super) fn taps(from: u32, to: u32, wanted: Range<u32>) -> Vec<Taps> {
    wanted.map(|index| if from >= to { area(from, to, index) } else { between(from, to, index) }).collect()
}

/// The pixel covers as much of the source as its share is.
fn area(from: u32, to: u32, index: u32) -> Taps {
    // in units of which a source pixel has `to` and a pixel of the result has `from`
    let (from, to, index) = (u64::from(from), u64::from(to), u64::from(index));
    let (start, end) = (index * from, (index + 1) * from);
    let covered = |edge: u64| (edge.clamp(start, end) - start) * ONE / from;
    let pixels = start / to..end.div_ceil(to);
    let weights = pixels.clone().map(|pixel| (covered((pixel + 1) * to) - covered(pixel * to)) as u16).collect();
    Taps { first: pixels.start as usize, weights }
}

/// The pixel's middle lies between the middles of two pixels.
fn between(from: u32, to: u32, index: u32) -> Taps {
    let (from, to, index) = (i64::from(from), i64::from(to), i64::from(index));
    let middle = (2 * index + 1) * from - to; // in units of which a source pixel has 2 × `to`
    let (pixel, rest) = (middle.div_euclid(2 * to), middle.rem_euclid(2 * to));
    if pixel < 0 || pixel + 1 >= from {
        return Taps { first: pixel.clamp(0, from - 1) as usize, weights: vec![ONE as u16] };
    }
    let second = (rest * ONE as i64 / (2 * to)) as u16;
    Taps { first: pixel as usize, weights: vec![ONE as u16 - second, second] }
}

/// The rows of a picture of `N` bytes a pixel and `width` pixels a row, resampled; each is given to `row` with its number.
pub(super) fn resample<const N: usize>(
    source: &[u8],
    width: usize,
    columns: &[Taps],
    rows: &[Taps],
    mut row: impl FnMut(usize, &[[u8; N]]),
) {
    let mut sums = vec![0_u32; width * N];
    let mut result = vec![[0_u8; N]; columns.len()];
    for (number, taps) in rows.iter().enumerate() {
        sums.fill(0);
        let lines = source.chunks_exact(width * N).skip(taps.first);
        for (weight, line) in taps.weights.iter().zip(lines) {
            for (sum, value) in sums.iter_mut().zip(line) {
                *sum += u32::from(*weight) * u32::from(*value);
            }
        }
        for sum in &mut sums {
            *sum = (*sum + 32) >> 6; // 8 bits before the point and 8 after it
        }
        for (pixel, taps) in result.iter_mut().zip(columns) {
            let mut total = [1_u32 << 21; N];
            let pixels = sums.chunks_exact(N).skip(taps.first);
            for (weight, values) in taps.weights.iter().zip(pixels) {
                for (total, value) in total.iter_mut().zip(values) {
                    *total += u32::from(*weight) * value; // 255 × 2⁸ × 2¹⁴ stay below 2³²
                }
            }
            *pixel = total.map(|total| (total >> 22) as u8);
        }
        row(number, &result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn resampled(source: &[u8], width: u32, height: u32, to: (u32, u32)) -> Vec<u8> {
        let mut all = Vec::new();
        let (columns, rows) = (taps(width, to.0, 0..to.0), taps(height, to.1, 0..to.1));
        resample::<1>(source, width as usize, &columns, &rows, |_, row| all.extend(row.iter().map(|pixel| pixel[0])));
        all
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let source: Vec<u8> = (0..=255).collect();
        assert_eq!(resampled(&source, 16, 16, (16, 16)), source);
    }

    #[test]
    fn smaller_is_the_mean_of_the_area() {
        assert_eq!(resampled(&[0, 100, 200, 40], 2, 2, (1, 1)), [85]);
        // three pixels into two: each takes one and a half
        assert_eq!(resampled(&[30, 90, 150], 3, 1, (2, 1)), [50, 130]);
    }

    #[test]
    fn larger_lies_between() {
        assert_eq!(resampled(&[0, 200], 2, 1, (4, 1)), [0, 50, 150, 200]);
    }

    proptest! {
        #[test]
        fn an_even_picture_stays_even(value: u8, from in 1..90_u32, to in 1..90_u32) {
            let source = vec![value; (from * 7) as usize];
            prop_assert!(resampled(&source, from, 7, (to, 5)).iter().all(|pixel| *pixel == value));
        }

        #[test]
        fn weights_add_up_and_stay_inside(from in 1..40_000_u32, to in 1..5_000_u32, index in 0..5_000_u32) {
            let index = index % to;
            let taps = &taps(from, to, index..index + 1)[0];
            prop_assert_eq!(taps.weights.iter().map(|weight| u64::from(*weight)).sum::<u64>(), ONE);
            prop_assert!(taps.first + taps.weights.len() <= from as usize);
        }
    }
}
