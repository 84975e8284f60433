//! Pictures: out of their files, to their place's size, onto the page.
//!
//! The place's edges move to the nearest boundaries between pixels, so that a photo has sharp edges. The picture stands as its file's
//! rows do: an orientation out of Exif is not looked at, and colour profiles are not either. JPEG in grey, YCbCr, RGB, and CMYK and
//! YCCK as Adobe's programs write them; PNG of every kind.

use std::io::Cursor;
use std::ops::Range;

use png::{ColorType, Limits, Transformations};
use tiny_skia::Pixmap;
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::grid::Grid;
use super::resample::{resample, taps};
use crate::length::{Point, Rect};
use crate::scene::{Picture, PictureFormat};

/// How many pixels a picture may have; the photo of a card needs 0.4 million.
pub const MAX_PICTURE_PIXELS: u32 = 32_000_000;

/// Why a picture cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It has more than [`MAX_PICTURE_PIXELS`].
    #[error("{0} × {1} pixels are too many")]
    TooLarge(u32, u32),
    /// The file is of another size than the scene says.
    #[error("the file has {} × {} pixels instead of {} × {}", .found.0, .found.1, .said.0, .said.1)]
    Size {
        /// Width and height in pixels, after the scene.
        said: (u32, u32),
        /// Width and height in pixels, after the file.
        found: (u32, u32),
    },
    /// The file is not of that format, is cut off or is damaged.
    #[error("the file cannot be read: {0}")]
    Damaged(String),
}

/// Rows of pixels.
enum Decoded {
    /// Red, green, blue.
    Opaque(Vec<u8>),
    /// Red, green and blue multiplied by the fourth, which tells how opaque they are.
    Premultiplied(Vec<u8>),
}

/// Draws a picture in its place.
pub(super) fn draw(pixmap: &mut Pixmap, grid: &Grid, place: Rect, picture: &Picture) -> Result<(), PictureError> {
    let (width, height) = picture.pixels;
    if width == 0 || height == 0 {
        return Err(PictureError::Size { said: picture.pixels, found: picture.pixels });
    }
    if width.checked_mul(height).is_none_or(|pixels| pixels > MAX_PICTURE_PIXELS) {
        return Err(PictureError::TooLarge(width, height));
    }
    let decoded = match picture.format {
        PictureFormat::Jpeg => jpeg(&picture.bytes, picture.pixels)?,
        PictureFormat::Png => png(&picture.bytes, picture.pixels)?,
    };
    let (left, top) = grid.dot(Point::new(place.x, place.y));
    let (right, bottom) = grid.dot(Point::new(place.right(), place.bottom()));
    let (Some(across), Some(down)) = (Span::new(left, right, grid.size.0), Span::new(top, bottom, grid.size.1)) else {
        return Ok(()); // less than half a pixel, or beyond the page
    };
    let columns = taps(width, across.length, across.seen.clone());
    let rows = taps(height, down.length, down.seen.clone());
    let stride = pixmap.width() as usize * 4;
    let mut lines = pixmap.data_mut().chunks_exact_mut(stride).skip(down.at);
    let from = across.at * 4;
    let mut line = || lines.next().and_then(|line| line.get_mut(from..)).unwrap_or_default().as_chunks_mut::<4>().0;
    match decoded {
        Decoded::Opaque(source) => resample::<3>(&source, width as usize, &columns, &rows, |_, row| {
            for (pixel, [r, g, b]) in line().iter_mut().zip(row) {
                *pixel = [*r, *g, *b, 255];
            }
        }),
        Decoded::Premultiplied(source) => resample::<4>(&source, width as usize, &columns, &rows, |_, row| {
            for (pixel, over) in line().iter_mut().zip(row) {
                let through = 255 - over[3];
                for (below, above) in pixel.iter_mut().zip(over) {
                    *below = above.saturating_add(multiplied(*below, through));
                }
            }
        }),
    }
    Ok(())
}

/// A picture's place along one axis.
struct Span {
    /// Where on the page its first visible pixel is.
    at: usize,
    /// How long it is.
    length: u32,
    /// Which of its pixels are on the page.
    seen: Range<u32>,
}

impl Span {
    /// From one boundary to another on a page of so many pixels; `None` where nothing of it is seen.
    fn new(from: i32, to: i32, page: u32) -> Option<Self> {
        let length = u32::try_from(to.checked_sub(from)?).ok()?;
        let first = u32::try_from(from.checked_neg()?).unwrap_or(0);
        let at = u32::try_from(from).unwrap_or(0);
        let last = length.min(first.saturating_add(page.saturating_sub(at)));
        (first < last).then_some(Self { at: at as usize, length, seen: first..last })
    }
}

/// `a × b ÷ 255`, rounded.
fn multiplied(a: u8, b: u8) -> u8 {
    let product = u32::from(a) * u32::from(b) + 128;
    ((product + (product >> 8)) >> 8) as u8
}

fn jpeg(bytes: &[u8], said: (u32, u32)) -> Result<Decoded, PictureError> {
    let damaged = |error: zune_jpeg::errors::DecodeErrors| PictureError::Damaged(error.to_string());
    let options = DecoderOptions::new_fast()
        .set_strict_mode(true) // a photo that is cut off would become grey
        .set_max_width(said.0 as usize)
        .set_max_height(said.1 as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let found = decoder.info().map_or((0, 0), |info| (u32::from(info.width), u32::from(info.height)));
    if found != said {
        return Err(PictureError::Size { said, found });
    }
    let pixels = decoder.decode().map_err(damaged)?;
    complete(pixels, said, 3).map(Decoded::Opaque)
}

fn png(bytes: &[u8], said: (u32, u32)) -> Result<Decoded, PictureError> {
    let damaged = |error: png::DecodingError| PictureError::Damaged(error.to_string());
    let limits = Limits { bytes: MAX_PICTURE_PIXELS as usize * 8 };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let found = decoder.read_header_info().map_err(damaged)?.size();
    if found != said {
        return Err(PictureError::Size { said, found });
    }
    let mut reader = decoder.read_info().map_err(damaged)?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(PictureError::TooLarge(said.0, said.1))?];
    let info = reader.next_frame(&mut pixels).map_err(damaged)?;
    pixels.truncate(info.buffer_size());
    let premultiplied = |[r, g, b, a]: [u8; 4]| [multiplied(r, a), multiplied(g, a), multiplied(b, a), a];
    Ok(match info.color_type {
        ColorType::Grayscale => {
            Decoded::Opaque(complete(pixels, said, 1)?.into_iter().flat_map(|grey| [grey; 3]).collect())
        }
        ColorType::Rgb => Decoded::Opaque(complete(pixels, said, 3)?),
        ColorType::GrayscaleAlpha => {
            let pixels = complete(pixels, said, 2)?;
            let pixels = pixels.as_chunks().0.iter().flat_map(|[grey, a]| premultiplied([*grey, *grey, *grey, *a]));
            Decoded::Premultiplied(pixels.collect())
        }
        ColorType::Rgba => {
            let pixels = complete(pixels, said, 4)?;
            Decoded::Premultiplied(pixels.as_chunks().0.iter().copied().flat_map(premultiplied).collect())
        }
        ColorType::Indexed => return Err(PictureError::Damaged("a palette remained".to_owned())),
    })
}

/// The pixels, if they are as many as they must be.
fn complete(pixels: Vec<u8>, (width, height): (u32, u32), bytes: usize) -> Result<Vec<u8>, PictureError> {
    let expected = width as usize * height as usize * bytes;
    if pixels.len() == expected { Ok(pixels) } else { Err(PictureError::Damaged("rows are missing".to_owned())) }
}
