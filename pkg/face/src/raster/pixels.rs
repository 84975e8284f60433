//! Pixels, and the PNG file of them.

use png::{BitDepth, ColorType, Compression, PixelDimensions, SrgbRenderingIntent, Unit};

use super::{Corners, RasterError};
use crate::length::Emu;

/// A rendered page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Dots per inch.
    pub dpi: u16,
    /// With [`Corners::Square`] every pixel is opaque.
    pub corners: Corners,
    /// Red, green, blue (sRGB) and alpha of each pixel, row by row from the top, not premultiplied: what a browser's `ImageData` holds.
    pub rgba: Vec<u8>,
}

impl Pixels {
    /// The PNG file: RGB where the page is opaque, RGBA otherwise, 8 bits; with its resolution (`pHYs`) and as sRGB. The same pixels give
    /// the same bytes.
    ///
    /// # Errors
    /// [`RasterError::Encode`] if `rgba` has not `width` × `height` pixels.
    pub fn to_png(&self) -> Result<Vec<u8>, RasterError> {
        let mut file = Vec::with_capacity(self.rgba.len() / 4);
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_pixel_dims(Some(per_metre(self.dpi)));
        encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
        // a front at 300 dpi: 3.6 ms and 689 kB; `Fastest` 2.9 ms and 734 kB, deflate's level 1 9 ms and 560 kB, level 5 28 ms and 460 kB
        encoder.set_compression(Compression::Fast);
        let failed = |error: png::EncodingError| RasterError::Encode(error.to_string());
        match self.corners {
            Corners::Square => {
                encoder.set_color(ColorType::Rgb);
                let rgb: Vec<u8> = self.rgba.as_chunks().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect();
                let mut writer = encoder.write_header().map_err(failed)?;
                writer.write_image_data(&rgb).and_then(|()| writer.finish()).map_err(failed)?;
            }
            Corners::Rounded => {
                encoder.set_color(ColorType::Rgba);
                let mut writer = encoder.write_header().map_err(failed)?;
                writer.write_image_data(&self.rgba).and_then(|()| writer.finish()).map_err(failed)?;
            }
        }
        Ok(file)
    }
}

/// The resolution as PNG tells it (PNG §11.3.4.3), to the nearest pixel per metre.
fn per_metre(dpi: u16) -> PixelDimensions {
    let metre = 1_000 * i64::from(Emu::PER_MM);
    let pixels = (i64::from(dpi) * metre + i64::from(Emu::PER_INCH / 2)) / i64::from(Emu::PER_INCH);
    let pixels = u32::try_from(pixels).unwrap_or(u32::MAX);
    PixelDimensions { xppu: pixels, yppu: pixels, unit: Unit::Meter }
}
