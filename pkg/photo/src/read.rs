//! From a file's bytes to upright RGB pixels.

use std::fmt;
use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, Limits, Pixel, RgbImage, Rgba, imageops};

use crate::jpeg::{self, End};
use crate::webp::{self, Claims};
use crate::{Format, Frame, OtherFormat, PhotoError};

/// Most bytes of a file that is taken: 32 MiB. A 24-megapixel JPEG of a camera has about 12.
pub const MAX_FILE_BYTES: usize = 32 << 20;
/// Most pixels of a picture that is taken: 26 megapixels, what most cameras and phones make at most unless set to their
/// high-resolution mode. Reading holds about 12 bytes a pixel at worst (16 bits with transparency), 300 MB; an ordinary JPEG
/// takes a quarter of that.
pub const MAX_PIXELS: u64 = 26_000_000;
/// Most pixels of a page that is only looked through: A3 at 600 dpi. Reading holds at most three bytes for each of them, 216 MB.
pub const MAX_PAGE_PIXELS: u64 = 72_000_000;
/// Most pixels of one side.
pub const MAX_SIDE: u32 = 12_000;
/// Most bytes that a header's compressed parts (a PNG's profile) may unfold to.
const MAX_HEADER_ALLOC: u64 = 4 << 20;
/// Most bytes of decoded pixels: four channels of 16 bits.
const MAX_PIXEL_ALLOC: u64 = MAX_PIXELS * 8;

/// A picture as it is seen: upright, 8-bit RGB, transparent parts on white, large enough for a portrait; without any of the
/// file's metadata.
///
/// Colours are taken as sRGB: an embedded profile is dropped like all else, so that a picture in a wider space (Display P3 of a
/// phone) looks slightly paler.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pixels: RgbImage,
    frame: Frame,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Picture").field("frame", &self.frame).finish_non_exhaustive()
    }
}

/// A picture made small enough to be drawn in an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Red, green, blue, 255 for each pixel, rows from the top: what a canvas' `ImageData` takes.
    pub rgba: Vec<u8>,
}

impl Picture {
    /// Reads a JPEG, PNG or WebP file, recognised by its content. Size is checked before any pixel is decoded, and the file's
    /// Exif rotation is applied.
    ///
    /// # Errors
    /// Any [`PhotoError`] about a file: from [`PhotoError::Empty`] to [`PhotoError::TooFewPixels`].
    pub fn read(bytes: &[u8]) -> Result<Self, PhotoError> {
        let (upright, frame) = upright(bytes, Frame::new)?;
        Ok(Self { pixels: upright.into_rgb8(), frame })
    }

    /// Red, green and blue of a picture of any size, with its sides: for one in which a code is looked for.
    ///
    /// # Errors
    /// As [`Picture::read`], but for [`PhotoError::TooFewPixels`].
    pub fn rgb_of(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), PhotoError> {
        let (upright, (width, height)) = upright(bytes, |width, height| Ok((width, height)))?;
        Ok((width, height, upright.into_rgb8().into_raw()))
    }

    /// Its size.
    pub fn frame(&self) -> Frame {
        self.frame
    }

    /// Red, green, blue for each pixel, rows from the top.
    pub fn rgb(&self) -> &[u8] {
        self.pixels.as_raw()
    }

    /// The whole picture, scaled down so that neither side is longer than `longest` pixels (at least 1).
    pub fn preview(&self, longest: u32) -> Preview {
        let long = u64::from(self.frame.width().max(self.frame.height()));
        let share = |side: u32| {
            let scaled = u64::from(side) * u64::from(longest) / long;
            u32::try_from(scaled).unwrap_or(side).clamp(1, side)
        };
        let small = imageops::thumbnail(&self.pixels, share(self.frame.width()), share(self.frame.height()));
        let rgba = small.pixels().flat_map(|pixel| pixel.to_rgba().0).collect();
        Preview { width: small.width(), height: small.height(), rgba }
    }

    pub(crate) fn pixels(&self) -> &RgbImage {
        &self.pixels
    }
}

/// Reads a file; `frame` judges its size before any pixel is decoded.
fn upright<F>(
    bytes: &[u8],
    frame: impl Fn(u32, u32) -> Result<F, PhotoError>,
) -> Result<(DynamicImage, F), PhotoError> {
    let format = format(bytes)?;
    look_through(bytes, format, MAX_PIXELS)?;
    let mut decoder = decoder(bytes, format).map_err(|error| refused(&error, format))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PhotoError::Damaged(format));
    }
    bounded(width, height, MAX_PIXELS)?;
    // a broken Exif block is no reason to refuse the picture
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let framed = if turned(orientation) { frame(height, width)? } else { frame(width, height)? };
    decoder.set_limits(limits(MAX_PIXEL_ALLOC)).map_err(|error| refused(&error, format))?;
    let decoded = DynamicImage::from_decoder(decoder).map_err(|error| refused(&error, format))?;
    let mut upright = DynamicImage::ImageRgb8(on_white(decoded));
    upright.apply_orientation(orientation);
    Ok((upright, framed))
}

/// Whether a JPEG, PNG or WebP file can be read to its end: what is kept as it came, a scanned page. Its size in pixels.
///
/// # Errors
/// Any [`PhotoError`] about a file but [`PhotoError::TooFewPixels`].
pub fn look_to_the_end(bytes: &[u8]) -> Result<(u32, u32), PhotoError> {
    let format = format(bytes)?;
    look_through(bytes, format, MAX_PAGE_PIXELS)?;
    let mut decoder = decoder(bytes, format).map_err(|error| refused(&error, format))?;
    let (width, height) = decoder.dimensions();
    let max = match format {
        Format::Png => MAX_PAGE_PIXELS,
        Format::Jpeg if !progressive(bytes) => MAX_PAGE_PIXELS,
        // held twice over before the first row is there
        Format::Jpeg | Format::WebP => MAX_PIXELS,
    };
    bounded(width, height, max)?;
    let (size, most) = (decoder.total_bytes(), MAX_PAGE_PIXELS * 3);
    let each = size / (u64::from(width) * u64::from(height)).max(1);
    let length = usize::try_from(size).ok().filter(|_| size <= most);
    let length = length.ok_or(PhotoError::TooManyPixels { width, height, max: most / each.max(1) })?;
    decoder.set_limits(limits(most)).map_err(|error| refused(&error, format))?;
    let mut pixels = vec![0; length];
    decoder.read_image(&mut pixels).map_err(|error| refused(&error, format))?;
    Ok((width, height))
}

fn progressive(bytes: &[u8]) -> bool {
    // T.81 table B.1: everything but baseline and extended sequential, Huffman
    let frame = |marker: u8| matches!(marker, 0xC2..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
    jpeg::walk(bytes).0.iter().any(|segment| frame(segment.marker))
}

/// The format that the content begins as.
fn format(bytes: &[u8]) -> Result<Format, PhotoError> {
    if bytes.is_empty() {
        return Err(PhotoError::Empty);
    }
    if bytes.len() > MAX_FILE_BYTES {
        return Err(PhotoError::FileTooLarge { found: bytes.len(), max: MAX_FILE_BYTES });
    }
    Err(PhotoError::FormatNotTaken(match bytes {
        [0xFF, 0xD8, 0xFF, ..] => return Ok(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => return Ok(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => return Ok(Format::WebP),
        // ISO/IEC 14496-12 §4.3, the major brand
        [_, _, _, _, b'f', b't', b'y', b'p', b'a', b'v', b'i', b'f' | b's', ..] => OtherFormat::Avif,
        [_, _, _, _, b'f', b't', b'y', b'p', b'h', b'e', b'i' | b'v', b'c' | b'x' | b'm' | b's', ..]
        | [_, _, _, _, b'f', b't', b'y', b'p', b'm', b'i' | b's', b'f', b'1', ..] => OtherFormat::Heif,
        [b'G', b'I', b'F', b'8', ..] => OtherFormat::Gif,
        // the reserved words of a bitmap's header are zero
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => OtherFormat::Bmp,
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => OtherFormat::Tiff,
        [b'%', b'P', b'D', b'F', b'-', ..] => OtherFormat::Pdf,
        [b'P', b'K', 3, 4, ..] => OtherFormat::Zip,
        _ => return Err(PhotoError::NotAPicture),
    }))
}

/// Refuses what the decoder would take for a picture, or reserve memory for before it knows better.
fn look_through(bytes: &[u8], format: Format, most: u64) -> Result<(), PhotoError> {
    match format {
        Format::Jpeg => {
            let (segments, end) = jpeg::walk(bytes);
            if end == End::Truncated {
                return Err(PhotoError::Truncated(format));
            }
            // T.81 table B.1: frames; a picture that is not hierarchical has one
            let frame = |marker: u8| matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
            if segments.iter().filter(|segment| frame(segment.marker)).count() > 1 {
                return Err(PhotoError::Damaged(format));
            }
        }
        Format::Png => png_claims(bytes).map_or(Ok(()), |(width, height)| bounded(width, height, most))?,
        Format::WebP => match webp::claims(bytes) {
            Claims::Truncated => return Err(PhotoError::Truncated(format)),
            Claims::Animated => return Err(PhotoError::KindNotTaken(format)),
            Claims::Sizes(sizes) => sizes.into_iter().try_for_each(|(width, height)| bounded(width, height, most))?,
        },
    }
    Ok(())
}

/// Width and height that a PNG's header claims, which its decoder would reserve a row for (ISO/IEC 15948 §11.2.2).
fn png_claims(bytes: &[u8]) -> Option<(u32, u32)> {
    let header = bytes.strip_prefix(b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR")?;
    let [w3, w2, w1, w0, h3, h2, h1, h0] = *header.first_chunk()?;
    Some((u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0])))
}

fn bounded(width: u32, height: u32, max: u64) -> Result<(), PhotoError> {
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(PhotoError::SideTooLong { width, height, max: MAX_SIDE });
    }
    if u64::from(width) * u64::from(height) > max {
        return Err(PhotoError::TooManyPixels { width, height, max });
    }
    Ok(())
}

/// A decoder that has read the header alone.
fn decoder(bytes: &[u8], format: Format) -> Result<Box<dyn ImageDecoder + '_>, ImageError> {
    let reader = Cursor::new(bytes);
    Ok(match format {
        Format::Jpeg => Box::new(JpegDecoder::new(reader)?),
        Format::Png => Box::new(PngDecoder::with_limits(reader, limits(MAX_HEADER_ALLOC))?),
        Format::WebP => Box::new(WebPDecoder::new(reader)?),
    })
}

fn limits(max_alloc: u64) -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(max_alloc);
    limits
}

fn refused(error: &ImageError, format: Format) -> PhotoError {
    match error {
        ImageError::Unsupported(_) => PhotoError::KindNotTaken(format),
        ImageError::IoError(_) => PhotoError::Truncated(format),
        _ => PhotoError::Damaged(format),
    }
}

fn turned(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// 8-bit RGB; what is transparent lies on white.
fn on_white(decoded: DynamicImage) -> RgbImage {
    if !decoded.color().has_alpha() {
        return decoded.into_rgb8();
    }
    let (width, height) = (decoded.width(), decoded.height());
    let seen = decoded.into_rgba8();
    RgbImage::from_fn(width, height, |x, y| {
        let Rgba([.., alpha]) = *seen.get_pixel(x, y);
        let alpha = u32::from(alpha);
        seen.get_pixel(x, y).to_rgb().map(|value| {
            let sum = u32::from(value) * alpha + 255 * (255 - alpha);
            u8::try_from((sum + 127) / 255).unwrap_or(u8::MAX)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, Luma, Rgba};

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).expect("encodable");
        bytes.into_inner()
    }

    #[test]
    fn the_three_formats_are_known_by_content() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(600, 800, image::Rgb([40, 90, 160])));
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let read = Picture::read(&written(&picture, format)).expect("readable");
            assert_eq!((read.frame().width(), read.frame().height()), (600, 800));
            let near = read.rgb()[..3].iter().zip([40u8, 90, 160]).all(|(found, wanted)| found.abs_diff(wanted) < 3);
            assert!(near, "{format:?}: {:?}", &read.rgb()[..3]);
        }
    }

    #[test]
    fn transparent_lies_on_white() {
        let mut picture = image::RgbaImage::from_pixel(600, 800, Rgba([0, 0, 0, 0]));
        picture.put_pixel(1, 0, Rgba([0, 0, 0, 128]));
        picture.put_pixel(2, 0, Rgba([10, 20, 30, 255]));
        let read = Picture::read(&written(&picture.into(), ImageFormat::Png)).expect("readable");
        assert_eq!(read.rgb()[..9], [255, 255, 255, 127, 127, 127, 10, 20, 30]);
    }

    #[test]
    fn grey_and_sixteen_bits_become_eight_bit_colour() {
        let grey = image::ImageBuffer::<Luma<u16>, _>::from_pixel(600, 800, Luma([0x8000]));
        let read = Picture::read(&written(&grey.into(), ImageFormat::Png)).expect("readable");
        assert_eq!(read.rgb()[..3], [128; 3]);
    }

    #[test]
    fn one_pixel_is_too_few() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let few = PhotoError::TooFewPixels { width: 1, height: 1, min_width: 600, min_height: 800 };
            assert_eq!(Picture::read(&written(&RgbImage::new(1, 1).into(), format)), Err(few));
        }
    }

    #[test]
    fn others_are_named() {
        let named = |bytes: &[u8]| Picture::read(bytes).expect_err("not taken");
        assert_eq!(named(b""), PhotoError::Empty);
        assert_eq!(named(b"\0\0\0\x18ftypheic\0\0\0\0"), PhotoError::FormatNotTaken(OtherFormat::Heif));
        assert_eq!(named(b"\0\0\0\x18ftypmif1\0\0\0\0"), PhotoError::FormatNotTaken(OtherFormat::Heif));
        assert_eq!(named(b"\0\0\0\x18ftypavif\0\0\0\0"), PhotoError::FormatNotTaken(OtherFormat::Avif));
        assert_eq!(named(b"GIF89a"), PhotoError::FormatNotTaken(OtherFormat::Gif));
        assert_eq!(named(b"%PDF-1.7"), PhotoError::FormatNotTaken(OtherFormat::Pdf));
        assert_eq!(named(b"<svg/>"), PhotoError::NotAPicture);
        assert_eq!(
            named(&vec![0; MAX_FILE_BYTES + 1]),
            PhotoError::FileTooLarge { found: MAX_FILE_BYTES + 1, max: MAX_FILE_BYTES }
        );
    }

    #[test]
    fn a_page_may_be_larger_than_a_photo_and_smaller() {
        let page = image::GrayImage::from_pixel(6_000, 5_000, Luma([250]));
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let bytes = written(&page.clone().into(), format);
            assert_eq!(look_to_the_end(&bytes), Ok((6_000, 5_000)), "{format:?}");
            assert!(matches!(Picture::read(&bytes), Err(PhotoError::TooManyPixels { .. })));
            assert!(look_to_the_end(&bytes[..bytes.len() / 2]).is_err(), "{format:?}");
        }
        assert_eq!(look_to_the_end(&written(&RgbImage::new(9, 7).into(), ImageFormat::Png)), Ok((9, 7)));
        let huge = written(&image::GrayImage::new(9_000, 8_001).into(), ImageFormat::Png);
        let many = PhotoError::TooManyPixels { width: 9_000, height: 8_001, max: MAX_PAGE_PIXELS };
        assert_eq!(look_to_the_end(&huge), Err(many));
    }

    #[test]
    fn a_preview_keeps_the_shape() {
        let picture = DynamicImage::ImageRgb8(RgbImage::from_pixel(1200, 800, image::Rgb([9, 9, 9])));
        let read = Picture::read(&written(&picture, ImageFormat::Png)).expect("readable");
        let small = read.preview(300);
        assert_eq!((small.width, small.height, &small.rgba[..4]), (300, 200, &[9, 9, 9, 255][..]));
        assert_eq!(read.preview(0).rgba.len(), 4);
        assert_eq!(read.preview(u32::MAX).width, 1200);
    }
}
