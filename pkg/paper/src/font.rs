//! The four faces that a document is set in, out of font files that the caller brings.

use std::sync::Arc;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider as _};

/// Times New Roman where this machine owns it, or Liberation Serif, which has the same advances.
#[derive(Clone)]
pub struct Fonts {
    faces: [Face; 4],
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts")
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

/// Which face.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Style {
    pub bold: bool,
    pub italic: bool,
}

impl Fonts {
    /// The contents of four TrueType files.
    ///
    /// # Errors
    /// [`FontError`]
    pub fn new(
        regular: Arc<[u8]>,
        bold: Arc<[u8]>,
        italic: Arc<[u8]>,
        bold_italic: Arc<[u8]>,
    ) -> Result<Self, FontError> {
        let faces = [Face::new(regular)?, Face::new(bold)?, Face::new(italic)?, Face::new(bold_italic)?];
        Ok(Fonts { faces })
    }

    pub(crate) fn face(&self, style: Style) -> &Face {
        &self.faces[usize::from(style.bold) + 2 * usize::from(style.italic)]
    }
}

/// Characters below are looked up once: all of Vietnamese.
const KNOWN: u32 = 0x2200;

/// One face.
#[derive(Clone)]
pub(crate) struct Face {
    data: Arc<[u8]>,
    pub krilla: krilla::text::Font,
    known: Arc<[(u16, f32)]>,
    /// The glyph for what the font has none for.
    missing: (u16, f32),
    /// Above the base line, for a size of 1.
    pub ascent: f32,
    /// From line to line.
    pub line: f32,
}

impl Face {
    fn new(data: Arc<[u8]>) -> Result<Self, FontError> {
        let file: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(Arc::clone(&data));
        let krilla = krilla::text::Font::new(file.into(), 0).ok_or(FontError::Unreadable)?;
        let font = FontRef::new(&data).map_err(|_| FontError::Unreadable)?;
        let metrics = font.metrics(Size::new(1.0), LocationRef::default());
        // a face without measures would put all lines on one another
        let line = metrics.ascent - metrics.descent + metrics.leading;
        if !(0.5..3.0).contains(&line) || !(0.3..2.0).contains(&metrics.ascent) {
            return Err(FontError::Unreadable);
        }
        for letter in LETTERS.chars() {
            lookup(&font, letter).ok_or(FontError::Letter(letter))?;
        }
        let missing = ['\u{FFFD}', '?'].into_iter().find_map(|letter| lookup(&font, letter));
        let missing = missing.ok_or(FontError::Letter('?'))?;
        let known = (0..KNOWN).map(|code| char::from_u32(code).and_then(|letter| lookup(&font, letter)));
        let known = known.map(|found| found.unwrap_or(missing)).collect();
        Ok(Face { krilla, known, missing, ascent: metrics.ascent, line, data })
    }

    /// The glyph of a character and its advance for a size of 1.
    pub fn glyph(&self, letter: char) -> (u16, f32) {
        match self.known.get(u32::from(letter) as usize) {
            Some(known) => *known,
            None => {
                let found = FontRef::new(&self.data).ok().and_then(|font| lookup(&font, letter));
                found.unwrap_or(self.missing)
            }
        }
    }
}

fn lookup(font: &FontRef<'_>, letter: char) -> Option<(u16, f32)> {
    let glyph = font.charmap().map(letter)?;
    let id = u16::try_from(glyph.to_u32()).ok().filter(|id| *id != 0)?;
    let advance = font.glyph_metrics(Size::new(1.0), LocationRef::default()).advance_width(glyph)?;
    Some((id, advance.clamp(0.0, 4.0)))
}

/// What no face may lack; the lists of letters with marks are long, and fonts have all of them or few.
const LETTERS: &str = "AaĂăÂâĐđÊêÔôƠơƯưẠạẢảẤấẦầẪẫẶặẼẽỄễỆệỊịỌọỖỗỘộỞởỠỡỢợỤụỨứỮữỰựỲỳỴỵỸỹ0123456789 .,;:-/()«»";
