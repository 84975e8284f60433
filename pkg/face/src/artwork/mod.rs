//! An agency's official artwork — emblem or logo — in place of what the program draws itself.
//!
//! Two kinds of file are taken, told apart by their content. An SVG becomes plain areas and lines in solid colours; whatever cannot
//! be shown exactly is refused by name, and scripts, event handlers, entities and references out of the file are refused before
//! anything of it is resolved. A PNG or JPEG is looked through to its last row and kept as it came.
//!
//! **One ink.** There is no rule that turns any artwork into one ink as the card's back needs it: which of its colours stay free is
//! the designer's choice. Who has official artwork for the front sets a separate file, in one colour, for the back.
//!
//! **The same everywhere.** `usvg` computes rotations and arcs with the platform's sine, cosine and tangent in double precision and
//! keeps single precision, and the stroker of its `tiny-skia-path` asks for a single-precision cosine where it outlines a curved
//! line. They differ between platforms in the last bit at most. Every coordinate is therefore rounded to 1/65,536 of the drawing's
//! longer side (0.2 µm of an emblem of 14 mm) as soon as the file is read, and from there all is integers. A difference of one such
//! step between browser and server is possible where a value lies on the edge between two, and cannot be seen.

mod clip;
mod drawing;
mod emblem;
mod error;
mod fit;
mod number;
mod outlines;
mod raster;
mod screen;
mod style;
#[cfg(test)]
mod tests;

pub use emblem::Emblem;
pub use error::ArtworkError;

use crate::layout::template::Template;
use crate::length::Rect;
use crate::record::Variant;
use crate::scene::{Node, Picture};
use drawing::Drawing;

/// How many bytes a file may have.
pub const MAX_BYTES: usize = 1 << 20;
/// How many elements an SVG may have, copies by `use` counted as often as they are made.
pub const MAX_ELEMENTS: usize = 10_000;
/// How deep an SVG's elements may be nested, copies by `use` included.
pub const MAX_DEPTH: usize = 64;
/// How many characters the outlines of an SVG may have, counted as often as they are copied.
pub const MAX_OUTLINE_TEXT: usize = 2 << 20;
/// How many lines and curves the areas and lines may have in the end. The program's own emblem has less than 1,700.
pub const MAX_SEGMENTS: usize = 50_000;
/// How many bytes an SVG's style sheets may have together.
pub const MAX_STYLE_BYTES: usize = 16 << 10;
/// How many pixels each side of a picture must have: 300 dpi at 11 mm.
pub const MIN_SIDE_PIXELS: u32 = 130;
/// How many pixels each side of a picture may have.
pub const MAX_SIDE_PIXELS: u32 = 3_000;

/// Artwork that has been read and found fit for the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artwork(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Vector(Drawing),
    Raster(Picture),
}

impl Artwork {
    /// Reads SVG, PNG or JPEG; which of them, the content tells.
    ///
    /// Of an SVG, what is painted inside its page counts, not the page: margins fall away. A picture is taken with its margins.
    ///
    /// # Errors
    ///
    /// [`ArtworkError`] says what to change. Nothing outside `file` is read, and no bytes panic.
    pub fn read(file: &[u8]) -> Result<Self, ArtworkError> {
        const PNG: &[u8] = b"\x89PNG\r\n\x1a\n"; // PNG third edition, §5.2
        const JPEG: &[u8] = b"\xff\xd8\xff"; // ITU-T T.81 §B.1.1.3: SOI, then another marker
        const GZIP: &[u8] = b"\x1f\x8b"; // RFC 1952 §2.3.1
        const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";

        if file.len() > MAX_BYTES {
            return Err(ArtworkError::TooLarge(file.len()));
        }
        if file.starts_with(PNG) {
            return raster::png(file).map(Kind::Raster).map(Self);
        }
        if file.starts_with(JPEG) {
            return raster::jpeg(file).map(Kind::Raster).map(Self);
        }
        if file.starts_with(GZIP) {
            return Err(ArtworkError::Compressed);
        }
        if file.starts_with(b"\xfe\xff") || file.starts_with(b"\xff\xfe") {
            return Err(ArtworkError::Encoding); // UTF-16
        }
        let file = file.strip_prefix(UTF_8_MARK).unwrap_or(file);
        if file.trim_ascii_start().first() != Some(&b'<') {
            return Err(ArtworkError::Format);
        }
        let text = str::from_utf8(file).map_err(|_| ArtworkError::Encoding)?;
        outlines::read(text).map(Kind::Vector).map(Self)
    }

    /// Width and height: of what is painted, in 1/65,536 of its longer side, for an SVG; in pixels for a picture. Neither is zero.
    pub fn proportions(&self) -> (u32, u32) {
        match &self.0 {
            Kind::Vector(drawing) => drawing.size,
            Kind::Raster(picture) => picture.pixels,
        }
    }

    /// Whether it is drawn in areas and lines, and so is sharp at every size.
    pub fn is_vector(&self) -> bool {
        matches!(self.0, Kind::Vector(_))
    }

    /// The artwork as large as it fits into `place`, with its proportions and in its middle: areas and lines of
    /// [`Ink::Plain`](crate::ink::Ink::Plain) for an SVG, one picture otherwise. Nothing where `place` has no area.
    pub fn nodes(&self, place: Rect) -> Vec<Node> {
        let Some(fit) = fit::Fit::new(place, self.proportions()) else { return Vec::new() };
        match &self.0 {
            Kind::Vector(drawing) => drawing.nodes(&fit),
            Kind::Raster(picture) => vec![Node::Picture { place: fit.whole(), picture: picture.clone() }],
        }
    }

    /// The artwork where a kind of blank has its emblem.
    pub fn on(&self, variant: Variant) -> Vec<Node> {
        self.nodes(Template::of(variant).emblem)
    }
}
