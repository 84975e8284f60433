//! A scene as pixels at any resolution, and as a PNG file.
//!
//! [`render`] draws one scene. Whoever makes many cards with the same ground draws that once into a [`Template`], which copies it for
//! each card and draws only what varies.
//!
//! The page is as many pixels as it touches: 85.725 × 53.975 mm are 1,013 × 638 at 300 dpi (1,012.5 × 637.5, rounded up) and
//! 2,025 × 1,275 at 600. An area that ends at the page's right or lower edge fills the last pixel, so that no light line remains there.
//! Areas and text are anti-aliased, text with the exact area that a glyph covers of each pixel. The QR code, its plate and the stripe
//! consist of whole pixels: their edges move to the nearest boundary, the code's only where its modules are whole dots (at 300 and 600
//! dpi), so that none changes its size. Drawing is done in integers and in IEEE operations that are the same on every platform.

mod canvas;
mod coverage;
mod grid;
mod outlines;
mod picture;
mod pixels;
mod resample;
mod template;

pub use outlines::Outlines;
pub use picture::{MAX_PICTURE_PIXELS, PictureError};
pub use pixels::Pixels;
pub use template::Template;

use crate::font::Fonts;
use crate::ink::Palette;
use crate::length::Emu;
use crate::scene::Scene;

/// Resolutions that are rendered, in dots per inch.
pub const RESOLUTIONS: std::ops::RangeInclusive<u16> = 72..=1_200;

/// How a page becomes pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Dots per inch, of [`RESOLUTIONS`].
    pub dpi: u16,
    /// What is done with the card's corners.
    pub corners: Corners,
    /// The inks' colours.
    pub palette: Palette,
}

impl Settings {
    /// The full rectangle, as printers want it.
    pub const fn print(dpi: u16) -> Self {
        Self { dpi, corners: Corners::Square, palette: Palette::DEFAULT }
    }

    /// Nothing outside the card's rounded corners, as it is shown on screens.
    pub const fn screen(dpi: u16) -> Self {
        Self { dpi, corners: Corners::Rounded, palette: Palette::DEFAULT }
    }

    /// In a province's own colours.
    #[must_use]
    pub const fn coloured(self, palette: Palette) -> Self {
        Self { palette, ..self }
    }
}

/// What is done with the card's corners.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corners {
    /// The page is an opaque rectangle, white where nothing stands.
    Square,
    /// What lies outside the rounded corners of an ID-1 card is transparent.
    Rounded,
}

/// Why a scene does not become pixels.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RasterError {
    /// The resolution is none of [`RESOLUTIONS`].
    #[error("{0} dpi are not between {min} and {max}", min = RESOLUTIONS.start(), max = RESOLUTIONS.end())]
    Resolution(u16),
    /// The page has no area, or is wider or higher than 8,000 pixels at that resolution.
    #[error("a page of {} × {} mm is not rendered at this resolution", .width.to_mm(), .height.to_mm())]
    Page {
        /// Its width.
        width: Emu,
        /// Its height.
        height: Emu,
    },
    /// A picture of the scene cannot be drawn.
    #[error("a picture cannot be drawn")]
    Picture(#[from] PictureError),
    /// The PNG file could not be written.
    #[error("the PNG file could not be written: {0}")]
    Encode(String),
}

/// The scene in pixels.
///
/// # Errors
/// [`RasterError::Resolution`] and [`RasterError::Page`] where the page is not rendered in this way, [`RasterError::Picture`] for a
/// damaged picture.
pub fn render(scene: &Scene, fonts: &Fonts, settings: Settings) -> Result<Pixels, RasterError> {
    let page = Scene { width: scene.width, height: scene.height, items: Vec::new() };
    let mut outlines = Outlines::new(fonts);
    Template::new(&page, settings, &mut outlines)?.render(&scene.items, &mut outlines)
}

#[cfg(test)]
mod tests;
