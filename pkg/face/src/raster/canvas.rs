//! Draws the items of a scene.

use tiny_skia::{FillRule as Rule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, Stroke, Transform};

use super::coverage::Placing;
use super::grid::Grid;
use super::{Outlines, RasterError, Settings, picture};
use crate::ink::{Ink, Palette};
use crate::length::{Emu, Point};
use crate::scene::{FillRule, Item, Node, Path, Segment, Text};

/// A page that is being drawn.
#[derive(Clone)]
pub(super) struct Canvas {
    pub grid: Grid,
    /// Opaque at all times.
    pub pixmap: Pixmap,
    palette: Palette,
}

impl Canvas {
    /// A white page.
    pub fn new(page: (Emu, Emu), settings: Settings) -> Result<Self, RasterError> {
        let grid = Grid::new(page, settings.dpi)?;
        let pixmap = Pixmap::new(grid.size.0, grid.size.1);
        let mut pixmap = pixmap.ok_or(RasterError::Page { width: page.0, height: page.1 })?;
        pixmap.fill(tiny_skia::Color::WHITE);
        Ok(Self { grid, pixmap, palette: settings.palette })
    }

    /// Draws one more item.
    pub fn draw(&mut self, item: &Item, outlines: &mut Outlines) -> Result<(), RasterError> {
        match &item.node {
            Node::Fill { path, rule, ink } => {
                let rule = match rule {
                    FillRule::NonZero => Rule::Winding,
                    FillRule::EvenOdd => Rule::EvenOdd,
                };
                if self.grid.snaps(item.element, path) {
                    let dot = |at: Point| (self.grid.dot(at).0 as f32, self.grid.dot(at).1 as f32);
                    self.fill(built(path, dot), rule, &Paint { anti_alias: false, ..self.paint(*ink) });
                } else {
                    self.fill(built(path, |at| self.grid.point(at)), rule, &self.paint(*ink));
                }
            }
            Node::Stroke { path, width, ink } => {
                let stroke = Stroke {
                    width: self.grid.px(*width),
                    line_cap: LineCap::Round,
                    line_join: LineJoin::Round,
                    ..Stroke::default()
                };
                let line = built(path, |at| (self.grid.px(at.x), self.grid.px(at.y)));
                // its outline is filled: what tiny-skia draws for lines under a pixel is one pixel of less ink
                let outline = line.and_then(|line| line.stroke(&stroke, 1.0));
                self.fill(outline, Rule::Winding, &self.paint(*ink));
            }
            Node::Text(text) => self.text(text, outlines),
            Node::Picture { place, picture } => picture::draw(&mut self.pixmap, &self.grid, *place, picture)?,
        }
        Ok(())
    }

    fn fill(&mut self, path: Option<tiny_skia::Path>, rule: Rule, paint: &Paint<'_>) {
        if let Some(path) = path {
            self.pixmap.fill_path(&path, paint, rule, Transform::identity(), None);
        }
    }

    fn paint(&self, ink: Ink) -> Paint<'static> {
        let [r, g, b] = self.palette.colour(ink).rgb;
        let mut paint = Paint::default();
        paint.set_color_rgba8(r, g, b, 255);
        paint
    }

    fn text(&mut self, text: &Text, outlines: &mut Outlines) {
        let paint = self.paint(text.ink);
        let colour = self.palette.colour(text.ink).rgb;
        let scale = (text.size.to_px(self.grid.dpi) / outlines.per_em(text.weight)) as f32;
        for glyph in &text.glyphs {
            let (x, y) = (self.grid.px(text.origin.x + glyph.x), self.grid.px(text.origin.y));
            let Some((path, coverage)) = outlines.glyph(text.weight, glyph.id) else { continue };
            if !coverage.draw(&mut self.pixmap, path, Placing { scale, x, y }, colour) {
                let place = Transform::from_row(scale, 0.0, 0.0, -scale, x, y);
                self.pixmap.fill_path(path, &paint, Rule::Winding, place, None);
            }
        }
    }
}

/// The path with its points placed; `None` for one that has no length.
pub(super) fn built(path: &Path, place: impl Fn(Point) -> (f32, f32)) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::with_capacity(path.0.len(), path.0.len() * 2);
    for segment in &path.0 {
        match *segment {
            Segment::Move(to) => {
                let (x, y) = place(to);
                builder.move_to(x, y);
            }
            Segment::Line(to) => {
                let (x, y) = place(to);
                builder.line_to(x, y);
            }
            Segment::Cubic(a, b, to) => {
                let ((ax, ay), (bx, by), (x, y)) = (place(a), place(b), place(to));
                builder.cubic_to(ax, ay, bx, by, x, y);
            }
            Segment::Close => builder.close(),
        }
    }
    builder.finish()
}
