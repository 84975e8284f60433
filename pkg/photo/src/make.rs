//! From a crop to the master that the portal keeps.

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;

use crate::scale::scaled;
use crate::{Crop, MIN_WIDTH, Master, NotMaster, PhotoError, Picture};

/// Greatest width of a master in pixels.
///
/// 900 × 1200 prints 3 × 4 cm at 762 dots per inch, more than any card printer has. Of an ordinary portrait it needs 110 to
/// 190 kB at quality 85 to 90; 1200 × 1600 would need 150 to 350, and so be kept at a lower quality.
pub const MASTER_WIDTH: u32 = 900;
/// Greatest height of a master in pixels.
pub const MASTER_HEIGHT: u32 = 1200;
/// Most bytes of a master: 200 kB.
pub const MAX_MASTER_BYTES: usize = 200_000;
/// Widths, and qualities after the Independent JPEG Group's scale, that are tried in turn until a master is small enough: of
/// a grainy picture fewer pixels are better than coarse ones.
const ATTEMPTS: [(u32, u8); 10] = [
    (MASTER_WIDTH, 92),
    (MASTER_WIDTH, 88),
    (MASTER_WIDTH, 84),
    (MASTER_WIDTH, 80),
    (750, 84),
    (750, 78),
    (MIN_WIDTH, 82),
    (MIN_WIDTH, 74),
    (MIN_WIDTH, 64),
    (MIN_WIDTH, 50),
];

/// Cuts the crop out, scales it down to [`MASTER_WIDTH`] × [`MASTER_HEIGHT`] where it is larger (never up), and writes a
/// baseline JPEG without metadata. The same pixels and crop give the same bytes on every platform.
///
/// # Errors
/// [`PhotoError::CropOutside`] where the crop was made for a picture of another size; [`PhotoError::TooDetailed`] where even
/// the least size and quality need more than [`MAX_MASTER_BYTES`].
pub fn make(picture: &Picture, crop: Crop) -> Result<Master, PhotoError> {
    let mut pixels = cut(picture, crop, MASTER_WIDTH)?;
    let mut found = 0;
    for (width, quality) in ATTEMPTS {
        if width < pixels.width() {
            pixels = cut(picture, crop, width)?;
        }
        let jpeg = written(&pixels, quality)?;
        if jpeg.len() <= MAX_MASTER_BYTES {
            return Ok(Master::made(jpeg, pixels.width(), pixels.height()));
        }
        found = jpeg.len();
    }
    Err(PhotoError::TooDetailed { found, max: MAX_MASTER_BYTES })
}

/// For each quality that a master can have, the start of one of 8 × 8 pixels: all that precedes the pixels, except the size,
/// is the same in a real one.
pub(crate) fn beginnings() -> impl Iterator<Item = Vec<u8>> {
    let mut qualities = ATTEMPTS.map(|(_, quality)| quality);
    qualities.sort_unstable();
    let grey = RgbImage::from_pixel(8, 8, image::Rgb([128; 3]));
    let distinct = qualities.into_iter().enumerate().filter(move |(at, quality)| !qualities[..*at].contains(quality));
    distinct.filter_map(move |(_, quality)| written(&grey, quality).ok())
}

/// The crop's pixels, at most `max_width` wide.
pub(crate) fn cut(picture: &Picture, crop: Crop, max_width: u32) -> Result<RgbImage, PhotoError> {
    let frame = picture.frame();
    if crop.frame() != frame {
        return Err(PhotoError::CropOutside { width: frame.width(), height: frame.height() });
    }
    let width = crop.width().min(max_width);
    let part = (crop.x(), crop.y(), crop.width(), crop.height());
    Ok(scaled(picture.pixels(), part, width, width / 3 * 4))
}

fn written(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let mut jpeg = Vec::with_capacity(MAX_MASTER_BYTES);
    // writing to memory does not fail, and a master's size is always one that JPEG has
    let size = PhotoError::NotMaster(NotMaster::Size { width: pixels.width(), height: pixels.height() });
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(pixels).map_err(|_| size)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{portrait, saved};
    use crate::{Frame, check_master};
    use image::ImageFormat::Png;

    fn read(pixels: &RgbImage) -> Picture {
        Picture::read(&saved(pixels, Png)).expect("readable")
    }

    #[test]
    fn a_large_crop_is_scaled_down_and_a_small_one_left() {
        let picture = read(&portrait(2400, 2000, 500, 400));
        let size = |crop: Crop| make(&picture, crop).map(|master| (master.width(), master.height()));
        assert_eq!(size(Crop::largest_centred(picture.frame())), Ok((900, 1200)));
        let small = Crop::new(700, 300, 603, 804, picture.frame()).expect("valid");
        assert_eq!(size(small), Ok((603, 804)));
    }

    #[test]
    fn what_is_made_passes_the_check_and_is_made_again() {
        let picture = read(&portrait(1500, 2000, 500, 400));
        let crop = Crop::suggested(&picture);
        let master = make(&picture, crop).expect("a portrait");
        assert!(master.jpeg().len() <= MAX_MASTER_BYTES);
        assert_eq!(make(&picture, crop).as_ref(), Ok(&master));
        assert_eq!(check_master(master.jpeg()), Ok(master));
    }

    /// The sum stands for the bytes; it is the same on every platform, wherever the tests run.
    #[test]
    fn the_same_bytes_everywhere() {
        let picture = read(&portrait(1500, 2000, 480, 400));
        let master = make(&picture, Crop::largest_centred(picture.frame())).expect("a portrait");
        // FNV-1a
        let sum = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        assert_eq!(master.jpeg().iter().fold(0xCBF2_9CE4_8422_2325, sum), SUM);
    }
    const SUM: u64 = 7_534_150_739_203_358_723;

    #[test]
    fn grain_costs_size_before_quality_and_noise_is_refused() {
        let mut state = 1u32;
        let mut random = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 24
        };
        let mut pixels = portrait(900, 1200, 500, 400);
        pixels.iter_mut().for_each(|value| *value = value.saturating_add((random() / 5) as u8));
        let grainy = read(&pixels);
        let master = make(&grainy, Crop::largest_centred(grainy.frame())).expect("still a portrait");
        assert!(master.width() < 900, "{master:?}");
        assert_eq!(check_master(master.jpeg()), Ok(master));
        let noise =
            read(&RgbImage::from_fn(600, 800, |_, _| image::Rgb([random() as u8, random() as u8, random() as u8])));
        let refused = make(&noise, Crop::largest_centred(noise.frame()));
        assert!(matches!(refused, Err(PhotoError::TooDetailed { max: MAX_MASTER_BYTES, .. })), "{refused:?}");
    }

    #[test]
    fn a_crop_of_another_picture_is_refused() {
        let other = Crop::largest_centred(Frame::new(900, 1200).expect("large enough"));
        let refused = make(&read(&portrait(600, 800, 500, 400)), other);
        assert_eq!(refused, Err(PhotoError::CropOutside { width: 600, height: 800 }));
    }
}
