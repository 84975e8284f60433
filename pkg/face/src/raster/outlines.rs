//! Glyphs as tiny-skia takes them, made once.

use std::collections::BTreeMap;

use tiny_skia::{Path, PathBuilder};

use super::coverage::Coverage;
use crate::font::{CONTOUR_UNITS, Contour, Fonts};
use crate::scene::Weight;

/// The outlines of the glyphs that were drawn so far. Keep it across cards; each thread has its own.
#[derive(Clone, Debug)]
pub struct Outlines {
    fonts: Fonts,
    paths: BTreeMap<(Weight, u16), Option<Path>>,
    coverage: Coverage,
}

impl Outlines {
    /// None yet, of these fonts.
    pub fn new(fonts: &Fonts) -> Self {
        Self { fonts: fonts.clone(), paths: BTreeMap::new(), coverage: Coverage::default() }
    }

    /// A glyph's outline in sixths of a font unit, y upwards, and where to measure it; `None` for a blank.
    pub(super) fn glyph(&mut self, weight: Weight, id: u16) -> Option<(&Path, &mut Coverage)> {
        let fonts = &self.fonts;
        let path = self.paths.entry((weight, id)).or_insert_with(|| path(&fonts.face(weight).outline(id)));
        path.as_ref().map(|path| (path, &mut self.coverage))
    }

    /// How many of the outlines' units an em has.
    pub(super) fn per_em(&self, weight: Weight) -> f64 {
        f64::from(self.fonts.face(weight).units_per_em()) * f64::from(CONTOUR_UNITS)
    }
}

fn path(contours: &[Contour]) -> Option<Path> {
    let mut path = PathBuilder::with_capacity(contours.len(), contours.len() * 2);
    let f = |(x, y): (i32, i32)| (x as f32, y as f32);
    for contour in contours {
        match *contour {
            Contour::Move(to) => path.move_to(f(to).0, f(to).1),
            Contour::Line(to) => path.line_to(f(to).0, f(to).1),
            Contour::Cubic(a, b, to) => path.cubic_to(f(a).0, f(a).1, f(b).0, f(b).1, f(to).0, f(to).1),
            Contour::Close => path.close(),
        }
    }
    path.finish()
}
