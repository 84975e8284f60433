//! From a crop to the master that the portal keeps.

use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};
use image::{RgbImage, SubImage};

use crate::{Crop, Master, PhotoError, Picture};

/// Greatest width of a master in pixels.
///
/// 900 × 1200 prints 3 × 4 cm at 762 dots per inch, more than any card printer has. Larger gains nothing: a portrait of this
/// size needs about as many bytes at quality 90 as [`MAX_MASTER_BYTES`] allows.
pub const MASTER_WIDTH: u32 = 900;
/// Greatest height of a master in pixels.
pub const MASTER_HEIGHT: u32 = 1200;
/// Most bytes of a master: 200 kB.
pub const MAX_MASTER_BYTES: usize = 200_000;
/// Qualities that are tried in turn (after the Independent JPEG Group's scale) until a master is small enough.
const QUALITIES: [u8; 8] = [92, 88, 84, 80, 74, 66, 56, 44];

/// Cuts the crop out, scales it down to [`MASTER_WIDTH`] × [`MASTER_HEIGHT`] where it is larger (never up), and writes a
/// baseline JPEG without metadata. The same pixels and crop give the same bytes on every platform.
///
/// # Errors
/// [`PhotoError::CropOutside`] where the crop was made for a picture of another size; [`PhotoError::TooDetailed`] where even
/// the least quality needs more than [`MAX_MASTER_BYTES`].
pub fn make(picture: &Picture, crop: Crop) -> Result<Master, PhotoError> {
    let pixels = scaled(picture, crop, MASTER_WIDTH)?;
    let mut found = 0;
    for quality in QUALITIES {
        let jpeg = written(&pixels, quality)?;
        if jpeg.len() <= MAX_MASTER_BYTES {
            return Ok(Master::made(jpeg, pixels.width(), pixels.height()));
        }
        found = jpeg.len();
    }
    Err(PhotoError::TooDetailed { found, max: MAX_MASTER_BYTES })
}

/// The crop's pixels, at most `max_width` wide.
pub(crate) fn scaled(picture: &Picture, crop: Crop, max_width: u32) -> Result<RgbImage, PhotoError> {
    let frame = picture.frame();
    if crop.frame() != frame {
        return Err(PhotoError::CropOutside { width: frame.width(), height: frame.height() });
    }
    let cut = SubImage::new(picture.pixels(), crop.x(), crop.y(), crop.width(), crop.height());
    Ok(if crop.width() <= max_width {
        cut.to_image()
    } else {
        // Catmull-Rom over the whole footprint of a pixel: sharp, without aliases, and reckoned by the four basic operations
        // alone, whose results IEEE 754 fixes; Lanczos would ask the platform for sines
        imageops::resize(&*cut, max_width, max_width / 3 * 4, FilterType::CatmullRom)
    })
}

fn written(pixels: &RgbImage, quality: u8) -> Result<Vec<u8>, PhotoError> {
    let mut jpeg = Vec::with_capacity(MAX_MASTER_BYTES);
    // writing to memory does not fail, and a master's size is always one that JPEG has
    let size = PhotoError::NotMaster(crate::NotMaster::Size { width: pixels.width(), height: pixels.height() });
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(pixels).map_err(|_| size)?;
    Ok(jpeg)
}
