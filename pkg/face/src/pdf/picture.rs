//! Pictures as image XObjects (ISO 32000-1 §8.9.5): photographs as they came, PNG unpacked.

use std::io::Cursor;

use flate2::Compression;
use pdf_writer::{Chunk, Filter, Finish as _, Name, Ref};
use png::{BitDepth, ColorType, Decoder, Limits, Transformations};

use super::deflated;
use super::jpeg::{Jpeg, JpegError};
use super::object::Objects;
use crate::scene::{Picture, PictureFormat};

/// Most bytes that a PNG may unpack to: 16 million pixels of four bytes, which is no logo any more.
const MOST: usize = 64 << 20;

/// Why a picture cannot stand on a page.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// A JPEG that is damaged, or of a kind that PDF does not take.
    #[error("a JPEG picture cannot be used")]
    Jpeg(#[source] JpegError),
    /// A PNG that is damaged or too large.
    #[error("a PNG picture cannot be used")]
    Png(#[source] png::DecodingError),
    /// A PNG of more than 64 MiB of pixels.
    #[error("a PNG picture has too many pixels")]
    TooLarge,
}

/// A picture that is in the file.
pub(super) struct Placed {
    /// Its number.
    pub(super) number: Ref,
    /// Whether something shines through.
    pub(super) is_transparent: bool,
}

/// Writes a picture.
///
/// # Errors
/// [`PictureError`]; nothing is written then.
pub(super) fn write(picture: &Picture, objects: &mut Objects) -> Result<Placed, PictureError> {
    match picture.format {
        PictureFormat::Jpeg => {
            let facts = Jpeg::read(&picture.bytes).map_err(PictureError::Jpeg)?;
            Ok(Placed { number: write_jpeg(&picture.bytes, facts, objects), is_transparent: false })
        }
        PictureFormat::Png => Ok(write_png(Pixels::read(&picture.bytes)?, objects)),
    }
}

fn write_jpeg(bytes: &[u8], facts: Jpeg, objects: &mut Objects) -> Ref {
    let (number, chunk) = objects.add();
    let mut image = chunk.image_xobject(number, bytes);
    image.filter(Filter::DctDecode);
    image.width(facts.width.into()).height(facts.height.into()).bits_per_component(8);
    match facts.components {
        1 => image.color_space().device_gray(),
        3 => image.color_space().device_rgb(),
        _ => {
            image.color_space().device_cmyk();
            if facts.is_adobe {
                image.decode([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
            }
        }
    }
    number
}

/// A PNG's pixels, colours and alpha apart.
struct Pixels {
    width: i32,
    height: i32,
    is_gray: bool,
    colours: Vec<u8>,
    /// None where every pixel is opaque.
    alpha: Option<Vec<u8>>,
}

impl Pixels {
    fn read(bytes: &[u8]) -> Result<Self, PictureError> {
        let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MOST });
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info().map_err(PictureError::Png)?;
        let size = reader.output_buffer_size().filter(|size| *size <= MOST).ok_or(PictureError::TooLarge)?;
        let mut data = vec![0; size];
        let frame = reader.next_frame(&mut data).map_err(PictureError::Png)?;
        data.truncate(frame.buffer_size());
        let side = |pixels: u32| i32::try_from(pixels).map_err(|_| PictureError::TooLarge);
        let (width, height) = (side(frame.width)?, side(frame.height)?);
        debug_assert_eq!(frame.bit_depth, BitDepth::Eight, "as the transformations say");
        let is_gray = matches!(frame.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
        let channels = if is_gray { 1 } else { 3 };
        if !matches!(frame.color_type, ColorType::GrayscaleAlpha | ColorType::Rgba) {
            return Ok(Pixels { width, height, is_gray, colours: data, alpha: None });
        }
        let pixels = data.chunks_exact(channels + 1);
        let alpha: Vec<u8> = pixels.clone().map(|pixel| pixel[channels]).collect();
        let colours = pixels.flat_map(|pixel| &pixel[..channels]).copied().collect();
        let alpha = alpha.iter().any(|value| *value != 0xFF).then_some(alpha);
        Ok(Pixels { width, height, is_gray, colours, alpha })
    }
}

fn write_png(pixels: Pixels, objects: &mut Objects) -> Placed {
    let Pixels { width, height, is_gray, colours, alpha } = pixels;
    let write = |chunk: &mut Chunk, number: Ref, samples: &[u8], is_gray: bool, mask: Option<Ref>| {
        let packed = deflated(samples, Compression::default());
        let mut image = chunk.image_xobject(number, &packed);
        image.filter(Filter::FlateDecode);
        image.width(width).height(height).bits_per_component(8);
        image.color_space_name(Name(if is_gray { b"DeviceGray" } else { b"DeviceRGB" }));
        mask.into_iter().for_each(|mask| {
            image.s_mask(mask);
        });
        image.finish();
    };
    let mask = alpha.map(|alpha| {
        let (number, chunk) = objects.add();
        write(chunk, number, &alpha, true, None);
        number
    });
    let (number, chunk) = objects.add();
    write(chunk, number, &colours, is_gray, mask);
    Placed { number, is_transparent: mask.is_some() }
}
