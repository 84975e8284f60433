//! Artwork in pixels: looked through to its last row, kept as it came.

use std::io::Cursor;
use std::sync::Arc;

use png::{Limits, Transformations};
use zune_core::bytestream::ZCursor;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::{ArtworkError, MAX_SIDE_PIXELS, MIN_SIDE_PIXELS};
use crate::scene::{Picture, PictureFormat};

/// What reading a PNG may reserve, in bytes; it goes row by row.
const MEMORY: usize = 8 << 20;

/// A PNG that is whole and of a fit size.
pub(super) fn png(file: &[u8]) -> Result<Picture, ArtworkError> {
    let damaged = |error: png::DecodingError| ArtworkError::Damaged(PictureFormat::Png, error.to_string());
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), Limits { bytes: MEMORY });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let pixels = decoder.read_header_info().map_err(damaged)?.size();
    check(pixels)?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    while reader.next_row().map_err(damaged)?.is_some() {}
    reader.finish().map_err(damaged)?;
    Ok(picture(PictureFormat::Png, pixels, file))
}

/// A JPEG that is whole and of a fit size.
pub(super) fn jpeg(file: &[u8]) -> Result<Picture, ArtworkError> {
    let damaged =
        |error: zune_jpeg::errors::DecodeErrors| ArtworkError::Damaged(PictureFormat::Jpeg, error.to_string());
    let options = DecoderOptions::new_safe()
        .set_strict_mode(true) // what is missing would become grey
        .set_max_width(usize::from(u16::MAX)) // the size is judged below
        .set_max_height(usize::from(u16::MAX));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(damaged)?;
    let pixels = decoder.info().map_or((0, 0), |info| (u32::from(info.width), u32::from(info.height)));
    check(pixels)?;
    decoder.decode().map_err(damaged)?;
    // the decoder makes up what is missing of the last block; ITU-T T.81 §B.2.1: EOI ends the image. Some programs pad files with 0
    let padded = file.iter().rev().take_while(|byte| matches!(byte, 0 | b'\r' | b'\n')).count();
    if !file[..file.len() - padded].ends_with(&[0xff, 0xd9]) {
        return Err(ArtworkError::Damaged(PictureFormat::Jpeg, "its end is missing".to_owned()));
    }
    Ok(picture(PictureFormat::Jpeg, pixels, file))
}

fn check((width, height): (u32, u32)) -> Result<(), ArtworkError> {
    if width.min(height) < MIN_SIDE_PIXELS {
        return Err(ArtworkError::TooFewPixels(width, height));
    }
    if width.max(height) > MAX_SIDE_PIXELS {
        return Err(ArtworkError::TooManyPixels(width, height));
    }
    Ok(())
}

fn picture(format: PictureFormat, pixels: (u32, u32), file: &[u8]) -> Picture {
    Picture { format, pixels, bytes: Arc::from(file) }
}
