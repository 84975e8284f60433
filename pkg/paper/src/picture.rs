//! A portrait on its way into a document.

use std::sync::Arc;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;

/// A JPEG with its place on the page. The bytes go into the document as they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub(crate) bytes: Arc<[u8]>,
    /// Width and height.
    pub(crate) pixels: (u32, u32),
    pub(crate) is_grey: bool,
    /// What it shows, for who cannot see it.
    pub(crate) alt: String,
    /// The box that it is fitted into: width and height in millimetres.
    pub(crate) place: (u16, u16),
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.pixels;
        write!(f, "Picture({width} × {height})")
    }
}

/// Why a picture cannot be put into a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// No JPEG, or a damaged one.
    #[error("the picture is no JPEG that can be read: {0}")]
    Unreadable(String),
    /// The file breaks off.
    #[error("the picture is cut off")]
    CutOff,
    /// Neither colours of the screen nor grey.
    #[error("the picture's colours are neither RGB nor grey")]
    Colours,
}

impl Picture {
    /// A portrait of 3 × 4 cm. `alt` says what it shows.
    ///
    /// # Errors
    /// [`PictureError`]
    pub fn portrait(jpeg: Arc<[u8]>, alt: impl Into<String>) -> Result<Self, PictureError> {
        Picture::new(jpeg, alt, (30, 40))
    }

    /// A picture that is fitted into `place`, millimetres of width and height (at least 5, at most 150), with its own proportions.
    ///
    /// # Errors
    /// [`PictureError`]
    pub fn new(jpeg: Arc<[u8]>, alt: impl Into<String>, place: (u16, u16)) -> Result<Self, PictureError> {
        let mut decoder = JpegDecoder::new(ZCursor::new(&*jpeg));
        decoder.decode_headers().map_err(|error| PictureError::Unreadable(format!("{error:?}")))?;
        let missing = || PictureError::Unreadable(String::from("no frame"));
        let (width, height) = decoder.dimensions().ok_or_else(missing)?;
        let is_grey = match decoder.input_colorspace().ok_or_else(missing)? {
            ColorSpace::Luma => true,
            ColorSpace::YCbCr | ColorSpace::RGB => false,
            _ => return Err(PictureError::Colours),
        };
        // cameras may leave something behind the end
        if !jpeg.windows(2).skip(jpeg.len().saturating_sub(4_096)).any(|pair| pair == [0xFF, 0xD9]) {
            return Err(PictureError::CutOff);
        }
        let pixels = |side: usize| u32::try_from(side).ok().filter(|side| *side > 0).ok_or_else(missing);
        let pixels = (pixels(width)?, pixels(height)?);
        let place = (place.0.clamp(5, 150), place.1.clamp(5, 150));
        Ok(Picture { bytes: jpeg, pixels, is_grey, alt: alt.into(), place })
    }

    /// Width and height on the page in points, where `width` points are free.
    pub(crate) fn size_within(&self, width: f32) -> (f32, f32) {
        let [place_width, place_height] = [self.place.0, self.place.1].map(|mm| crate::form::mm(mm.into()));
        let (across, down) = (self.pixels.0 as f32, self.pixels.1 as f32);
        let scale = (place_width.min(width.max(1.0)) / across).min(place_height / down);
        // a hair's width stays a hair's width
        ((across * scale).max(0.5), (down * scale).max(0.5))
    }
}
