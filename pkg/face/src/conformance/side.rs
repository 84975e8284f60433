//! One side as it is printed: where its things stand, and what is seen of them in the pixels.

use std::collections::BTreeMap;

use crate::font::{CONTOUR_UNITS, Contour, Font, Fonts};
use crate::layout::Settings;
use crate::length::{Emu, Rect};
use crate::raster::{self, Pixels, RasterError};
use crate::scene::{Element, Item, Node, Scene, Text, Weight};

pub(super) struct Side<'a> {
    pub scene: &'a Scene,
    pub pixels: Pixels,
    /// Each item that has an extent, and where it stands.
    pub boxes: Vec<(&'a Item, Rect)>,
    dpi: u16,
}

/// Whole pixels, the right and lower edges not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PixelRect {
    pub left: u32,
    pub top: u32,
    pub right: u32,
    pub bottom: u32,
}

impl PixelRect {
    pub fn contains(&self, x: u32, y: u32) -> bool {
        (self.left..self.right).contains(&x) && (self.top..self.bottom).contains(&y)
    }
}

impl<'a> Side<'a> {
    pub fn new(scene: &'a Scene, fonts: &Fonts, settings: &Settings) -> Result<Self, RasterError> {
        Ok(Self::seen(scene, raster::render(scene, fonts, print(settings))?, fonts))
    }

    /// A scene with its pixels.
    pub fn seen(scene: &'a Scene, pixels: Pixels, fonts: &Fonts) -> Self {
        Side { scene, dpi: pixels.dpi, pixels, boxes: boxes(scene, fonts) }
    }

    pub fn page(&self) -> Rect {
        Rect::new(Emu::ZERO, Emu::ZERO, self.scene.width, self.scene.height)
    }

    /// The items of an element, the lowest first.
    pub fn of(&self, element: Element) -> impl Iterator<Item = &'a Item> {
        self.scene.items.iter().filter(move |item| item.element == element)
    }

    /// The lines of a text, from the top down.
    pub fn lines(&self, element: Element) -> Vec<&'a Text> {
        let text = |item: &'a Item| if let Node::Text(text) = &item.node { Some(text) } else { None };
        let mut lines: Vec<&Text> = self.of(element).filter_map(text).collect();
        lines.sort_by_key(|line| (line.origin.y, line.origin.x));
        lines
    }

    /// The smallest rectangle around all that belongs to an element.
    pub fn bounds(&self, element: Element) -> Option<Rect> {
        bounds(&self.boxes, element)
    }

    /// The pixels nearest to a place, as far as they lie on the page.
    pub fn to_pixels(&self, place: Rect) -> PixelRect {
        let nearest = |length: Emu, last: u32| {
            let halves = i64::from(length.0) * i64::from(self.dpi) * 2 + i64::from(Emu::PER_INCH);
            let at = halves.div_euclid(i64::from(Emu::PER_INCH) * 2);
            u32::try_from(at.max(0)).unwrap_or(u32::MAX).min(last)
        };
        let (columns, rows) = (self.pixels.width, self.pixels.height);
        PixelRect {
            left: nearest(place.x, columns),
            top: nearest(place.y, rows),
            right: nearest(place.right(), columns),
            bottom: nearest(place.bottom(), rows),
        }
    }

    /// The colour of a pixel; white beyond the page.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let inside = x < self.pixels.width && y < self.pixels.height;
        let start = (y as usize * self.pixels.width as usize + x as usize) * 4;
        match self.pixels.rgba.get(start..start + 3) {
            Some(&[r, g, b]) if inside => [r, g, b],
            _ => [255; 3],
        }
    }

    /// The colours of some pixels, row by row.
    pub fn colours(&self, area: PixelRect) -> impl Iterator<Item = [u8; 3]> {
        (area.top..area.bottom).flat_map(move |y| (area.left..area.right).map(move |x| self.at(x, y)))
    }
}

/// As the printer prints it.
pub(super) fn print(settings: &Settings) -> raster::Settings {
    raster::Settings::print(settings.resolution.dpi()).coloured(settings.palette)
}

/// The colour that occurs most often.
pub(super) fn commonest(colours: impl IntoIterator<Item = [u8; 3]>) -> Option<[u8; 3]> {
    let mut counts: BTreeMap<[u8; 3], usize> = BTreeMap::new();
    for colour in colours {
        *counts.entry(colour).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(colour, _)| colour)
}

/// How many of them a condition holds for, in thousandths; 0 for none at all.
pub(super) fn share(colours: impl IntoIterator<Item = [u8; 3]>, holds: impl Fn([u8; 3]) -> bool) -> u32 {
    let (mut all, mut of) = (0_u64, 0_u64);
    for colour in colours {
        all += 1;
        of += u64::from(holds(colour));
    }
    (of * 1_000).checked_div(all).and_then(|share| u32::try_from(share).ok()).unwrap_or(0)
}

/// Where each item of a scene stands; without those that leave no trace.
pub(super) fn boxes<'a>(scene: &'a Scene, fonts: &Fonts) -> Vec<(&'a Item, Rect)> {
    let mut glyphs = Glyphs { fonts, known: BTreeMap::new() };
    let mut extent = |node: &Node| match node {
        Node::Fill { path, .. } => path.bounds(),
        Node::Stroke { path, width, .. } => path.bounds().map(|bounds| bounds.grown(*width / 2)),
        Node::Picture { place, .. } => Some(*place),
        Node::Text(text) => glyphs.ink(text),
    };
    scene.items.iter().filter_map(|item| Some((item, extent(&item.node)?))).collect()
}

/// Around all boxes of an element.
pub(super) fn bounds(boxes: &[(&Item, Rect)], element: Element) -> Option<Rect> {
    let of = boxes.iter().filter(|(item, _)| item.element == element);
    of.map(|(_, place)| *place).reduce(|all, place| all.union(&place))
}

/// The boxes of glyphs, each looked at once.
struct Glyphs<'a> {
    fonts: &'a Fonts,
    known: BTreeMap<(Weight, u16), Option<[i32; 4]>>,
}

impl Glyphs<'_> {
    /// Around the outlines of a line's glyphs, control points included.
    fn ink(&mut self, text: &Text) -> Option<Rect> {
        let font = self.fonts.face(text.weight);
        let per_em = i32::from(font.units_per_em()) * CONTOUR_UNITS;
        let boxes = text.glyphs.iter().filter_map(|glyph| {
            let bounds = self.known.entry((text.weight, glyph.id)).or_insert_with(|| outline_bounds(font, glyph.id));
            let [left, bottom, right, top] = (*bounds)?;
            let scaled = |units: i32| text.size.scaled(units, per_em);
            let (x, y) = (text.origin.x + glyph.x + scaled(left), text.origin.y - scaled(top));
            Some(Rect::new(x, y, scaled(right) - scaled(left), scaled(top) - scaled(bottom)))
        });
        boxes.reduce(|all, one| all.union(&one))
    }
}

/// Left, bottom, right and top in [`CONTOUR_UNITS`].
fn outline_bounds(font: &Font, glyph: u16) -> Option<[i32; 4]> {
    let outline = font.outline(glyph);
    let points = outline.iter().flat_map(|step| match *step {
        Contour::Move(to) | Contour::Line(to) => vec![to],
        Contour::Cubic(a, b, to) => vec![a, b, to],
        Contour::Close => Vec::new(),
    });
    points.fold(None, |bounds: Option<[i32; 4]>, (x, y)| {
        let [left, bottom, right, top] = bounds.unwrap_or([x, y, x, y]);
        Some([left.min(x), bottom.min(y), right.max(x), top.max(y)])
    })
}
