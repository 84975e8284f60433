//! What many cards have in common, drawn once.

use super::canvas::{Canvas, built};
use super::{Corners, Outlines, Pixels, RasterError, Settings};
use crate::layout::CORNER;
use crate::length::{Emu, Point, Rect};
use crate::scene::{Item, Path, Scene};

/// A page with everything on it that all cards have, such as the items that are preprinted
/// ([`Element::is_preprinted`](crate::scene::Element::is_preprinted)). Threads may share it.
#[derive(Clone)]
pub struct Template {
    settings: Settings,
    ground: Canvas,
    /// The pixels that do not lie wholly inside the corners: number, and how opaque each is.
    corners: Vec<(usize, u8)>,
}

impl Template {
    /// Draws what all cards have: a scene of the page's size that holds nothing else.
    ///
    /// # Errors
    /// As [`render`](super::render).
    pub fn new(common: &Scene, settings: Settings, outlines: &mut Outlines) -> Result<Self, RasterError> {
        let mut ground = Canvas::new((common.width, common.height), settings)?;
        let corners = match settings.corners {
            Corners::Square => Vec::new(),
            Corners::Rounded => corners(&ground),
        };
        for item in &common.items {
            ground.draw(item, outlines)?;
        }
        Ok(Self { settings, ground, corners })
    }

    /// A card: these items over what all cards have.
    ///
    /// # Errors
    /// [`RasterError::Picture`].
    pub fn render<'a>(
        &self,
        items: impl IntoIterator<Item = &'a Item>,
        outlines: &mut Outlines,
    ) -> Result<Pixels, RasterError> {
        let mut card = self.ground.clone();
        for item in items {
            card.draw(item, outlines)?;
        }
        let (width, height) = card.grid.size;
        let mut rgba = card.pixmap.take();
        let pixels = rgba.as_chunks_mut().0;
        for (number, coverage) in &self.corners {
            let [r, g, b, _] = pixels[*number];
            pixels[*number] = if *coverage == 0 { [0; 4] } else { [r, g, b, *coverage] };
        }
        Ok(Pixels { width, height, dpi: self.settings.dpi, corners: self.settings.corners, rgba })
    }
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template").field("settings", &self.settings).field("size", &self.ground.grid.size).finish()
    }
}

/// What the card's rounded corners leave of each pixel, for those of which they take something.
fn corners(page: &Canvas) -> Vec<(usize, u8)> {
    let grid = &page.grid;
    let mut outline = Path::default();
    outline.push_rounded(Rect::new(Emu::ZERO, Emu::ZERO, grid.page.0, grid.page.1), CORNER);
    let mask = tiny_skia::Mask::new(grid.size.0, grid.size.1).zip(built(&outline, |at: Point| grid.point(at)));
    let Some((mut mask, path)) = mask else { return Vec::new() };
    mask.fill_path(&path, tiny_skia::FillRule::Winding, true, tiny_skia::Transform::identity());
    mask.data().iter().copied().enumerate().filter(|(_, coverage)| *coverage < 255).collect()
}
