//! The two faces of the card's type, out of font files that the caller brings.
//!
//! 838/QĐ-BNV asks for Times New Roman (Phụ lục 1b), which nobody may pass on. Liberation Serif (OFL 1.1) has the same advances and all
//! Vietnamese letters; where the print station owns Times New Roman, its files can be given instead.

use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::TableProvider as _;
use skrifa::string::StringId;
use skrifa::{FontRef, GlyphId, MetadataProvider as _};

use crate::scene::Weight;

/// Both faces.
#[derive(Clone, Debug)]
pub struct Fonts {
    regular: Font,
    bold: Font,
}

impl Fonts {
    /// The contents of two TrueType files.
    ///
    /// # Errors
    /// [`FontError`], with the face that it is about.
    pub fn new(regular: Arc<[u8]>, bold: Arc<[u8]>) -> Result<Self, FontError> {
        Ok(Fonts { regular: Font::new(regular)?, bold: Font::new(bold)? })
    }

    /// One of them.
    pub fn face(&self, weight: Weight) -> &Font {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

/// Why a file cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FontError {
    /// No font, or one without a table that is needed.
    #[error("the file is no TrueType or OpenType font that can be read")]
    Unreadable,
    /// A letter of the Vietnamese alphabet is missing.
    #[error("the font has no {0:?}")]
    Letter(char),
}

/// One face.
#[derive(Clone)]
pub struct Font {
    data: Arc<[u8]>,
    units_per_em: u16,
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Font({:?})", self.family())
    }
}

/// A step of a glyph's outline, in sixths of a font unit (curves of the second degree become such of the third, and their implied points
/// lie between two units): y upwards from the base line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contour {
    /// Begins a contour.
    Move((i32, i32)),
    /// A straight line.
    Line((i32, i32)),
    /// A cubic Bézier curve.
    Cubic((i32, i32), (i32, i32), (i32, i32)),
    /// Closes the contour.
    Close,
}

/// What [`Contour`] counts in, by the font unit.
pub const CONTOUR_UNITS: i32 = 6;

/// What the descriptor of an embedded font tells (ISO 32000-1 §9.8), in font units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FontMetrics {
    /// Of the em square.
    pub units_per_em: u16,
    /// Above the base line.
    pub ascent: i16,
    /// Below it, negative.
    pub descent: i16,
    /// Of the flat capitals.
    pub cap_height: i16,
    /// The box around all glyphs: left, bottom, right, top.
    pub bounds: [i16; 4],
}

impl Font {
    fn new(data: Arc<[u8]>) -> Result<Self, FontError> {
        let units_per_em = {
            let font = FontRef::new(&data).map_err(|_| FontError::Unreadable)?;
            if !font.outline_glyphs().iter().any(|_| true) {
                return Err(FontError::Unreadable);
            }
            font.head().map_err(|_| FontError::Unreadable)?.units_per_em()
        };
        if !(16..=16_384).contains(&units_per_em) {
            return Err(FontError::Unreadable);
        }
        let font = Font { data, units_per_em };
        match LETTERS.chars().find(|letter| font.glyph(*letter).is_none()) {
            Some(letter) => Err(FontError::Letter(letter)),
            None => Ok(font),
        }
    }

    /// The file.
    pub fn data(&self) -> &Arc<[u8]> {
        &self.data
    }

    /// Units of the em square.
    pub fn units_per_em(&self) -> u16 {
        self.units_per_em
    }

    /// The glyph of a character; `None` where the font has none.
    pub fn glyph(&self, letter: char) -> Option<u16> {
        let glyph = self.font()?.charmap().map(letter)?;
        u16::try_from(glyph.to_u32()).ok().filter(|id| *id != 0)
    }

    /// How far a glyph advances, in font units; 0 for a glyph that there is not.
    pub fn advance(&self, glyph: u16) -> u16 {
        let metrics = self.font().map(|font| font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        metrics.and_then(|metrics| metrics.advance_width(GlyphId::new(glyph.into()))).unwrap_or(0.0) as u16
    }

    /// A glyph's outline; empty for a blank, and for a glyph that there is not.
    pub fn outline(&self, glyph: u16) -> Vec<Contour> {
        let mut pen = Pen::default();
        if let Some(outline) = self.font().and_then(|font| font.outline_glyphs().get(GlyphId::new(glyph.into()))) {
            let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
            if outline.draw(settings, &mut pen).is_err() {
                return Vec::new(); // a damaged glyph is a blank
            }
        }
        pen.contours
    }

    /// Its metrics.
    pub fn metrics(&self) -> FontMetrics {
        let font = self.font();
        let head = font.as_ref().and_then(|font| font.head().ok());
        let bounds = head.map_or([0; 4], |head| [head.x_min(), head.y_min(), head.x_max(), head.y_max()]);
        let metrics = font.map(|font| font.metrics(Size::unscaled(), LocationRef::default()));
        let of = |value: fn(&skrifa::metrics::Metrics) -> f32| metrics.as_ref().map_or(0.0, value) as i16;
        FontMetrics {
            units_per_em: self.units_per_em,
            ascent: of(|metrics| metrics.ascent),
            descent: of(|metrics| metrics.descent),
            cap_height: of(|metrics| metrics.cap_height.unwrap_or(metrics.ascent)),
            bounds,
        }
    }

    /// Name of the family, as the file tells it: `Liberation Serif`.
    pub fn family(&self) -> String {
        self.name(StringId::FAMILY_NAME)
    }

    /// PostScript name: `LiberationSerif-Bold`.
    pub fn postscript_name(&self) -> String {
        self.name(StringId::POSTSCRIPT_NAME)
    }

    fn name(&self, id: StringId) -> String {
        self.font()
            .and_then(|font| font.localized_strings(id).english_or_first().map(|name| name.to_string()))
            .unwrap_or_default()
    }

    /// Reading the table of contents takes no time worth keeping.
    fn font(&self) -> Option<FontRef<'_>> {
        FontRef::new(&self.data).ok()
    }
}

/// Letters beyond ASCII that Vietnamese is written with; the capitals too.
const LETTERS: &str = "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯưẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ";

/// Collects an outline.
#[derive(Default)]
struct Pen {
    contours: Vec<Contour>,
    at: (i32, i32),
}

/// Outlines are whole units, and halves between two of them.
fn unit(x: f32, y: f32) -> (i32, i32) {
    ((x * CONTOUR_UNITS as f32) as i32, (y * CONTOUR_UNITS as f32) as i32)
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = unit(x, y);
        self.contours.push(Contour::Move(self.at));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = unit(x, y);
        self.contours.push(Contour::Line(self.at));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let (from, control, to) = (self.at, unit(cx, cy), unit(x, y));
        // two thirds of the way to the control point; sixths of a unit keep it exact
        let towards = |end: (i32, i32)| (end.0 + (control.0 - end.0) * 2 / 3, end.1 + (control.1 - end.1) * 2 / 3);
        self.contours.push(Contour::Cubic(towards(from), towards(to), to));
        self.at = to;
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        self.at = unit(x, y);
        self.contours.push(Contour::Cubic(unit(ax, ay), unit(bx, by), self.at));
    }

    fn close(&mut self) {
        self.contours.push(Contour::Close);
    }
}

/// The fonts of the machine, for tests.
#[cfg(test)]
pub(crate) fn liberation() -> Fonts {
    let file = |face: &str| std::fs::read(installed::path(face)).unwrap().into();
    Fonts::new(file("Regular"), file("Bold")).unwrap()
}

#[cfg(test)]
#[path = "../tests/sample/liberation.rs"]
mod installed;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_is_there_with_an_outline() {
        let fonts = liberation();
        assert_eq!(LETTERS.chars().count(), 134, "67 letters beyond ASCII, each small and capital");
        for weight in [Weight::Regular, Weight::Bold] {
            let font = fonts.face(weight);
            for letter in LETTERS.chars() {
                let glyph = font.glyph(letter).unwrap();
                assert!(font.advance(glyph) > 0 && font.outline(glyph).len() > 4, "{letter}");
            }
        }
        assert_eq!(fonts.face(Weight::Bold).postscript_name(), "LiberationSerif-Bold");
    }

    #[test]
    fn advances_are_those_of_times_new_roman() {
        // published widths of Times-Roman and Times-Bold, thousandths of the em
        let fonts = liberation();
        for (weight, letter, width) in [
            (Weight::Regular, 'A', 722),
            (Weight::Regular, 'n', 500),
            (Weight::Regular, '0', 500),
            (Weight::Bold, 'N', 722),
            (Weight::Bold, 'g', 500),
            (Weight::Bold, 'M', 944),
        ] {
            let font = fonts.face(weight);
            let advance = u32::from(font.advance(font.glyph(letter).unwrap()));
            assert_eq!((advance * 1000 + 1024) / 2048, width, "{letter}");
        }
    }

    #[test]
    fn a_file_that_is_no_font_is_refused() {
        for bytes in [vec![], vec![0; 100], b"wOF2 and so on".to_vec()] {
            assert_eq!(Fonts::new(bytes.clone().into(), bytes.into()).unwrap_err(), FontError::Unreadable);
        }
    }

    #[test]
    fn a_damaged_font_does_no_harm() {
        let whole = liberation().face(Weight::Regular).data().to_vec();
        for cut in (0..whole.len()).step_by(whole.len() / 60) {
            if let Ok(font) = Font::new(whole[..cut].into()) {
                font.metrics();
                font.outline(40);
            }
        }
    }
}
