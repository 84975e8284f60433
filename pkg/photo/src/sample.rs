//! Portraits that tests draw for themselves.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

/// The colour behind the person.
pub const BACKGROUND: [u8; 3] = [90, 140, 200];

/// A head with eyes and mouth, and shoulders, before an even background with a little grain; `right` and `down` are where
/// the middle of the head is, in thousandths of the size, and the head is a fifth of the height high above and below it.
pub fn portrait(width: u32, height: u32, right: u32, down: u32) -> RgbImage {
    let unit = f64::from(height) / 5.0;
    let (middle, eyes) = (f64::from(width * right / 1000), f64::from(height * down / 1000));
    RgbImage::from_fn(width, height, |x, y| {
        let (across, below) = ((f64::from(x) - middle) / unit, (f64::from(y) - eyes) / unit);
        let within = |a: f64, b: f64, wide: f64, high: f64| (a / wide).powi(2) + (b / high).powi(2) < 1.0;
        let colour = if within(across.abs() - 0.3, below + 0.1, 0.1, 0.05) || within(across, below - 0.5, 0.3, 0.03) {
            [60, 30, 30]
        } else if within(across, below, 0.75, 1.0) {
            if below < -0.6 { [30, 25, 25] } else { [205, 165, 140] }
        } else if within(across, below - 2.2, 1.6, 1.3) {
            [40, 45, 60]
        } else {
            BACKGROUND
        };
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)).wrapping_mul(3_266_489_917) >> 29;
        Rgb(colour.map(|value: u8| value + grain as u8))
    })
}

/// The file that a camera or program would have saved.
pub fn saved(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encodable");
    bytes.into_inner()
}
