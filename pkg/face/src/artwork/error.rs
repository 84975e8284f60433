//! Why artwork is refused, and what to change in it.

use super::{
    MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_OUTLINE_TEXT, MAX_SEGMENTS, MAX_SIDE_PIXELS, MAX_STYLE_BYTES,
    MIN_SIDE_PIXELS,
};
use crate::scene::PictureFormat;

/// Why a file cannot be used as artwork. Each sentence says what to change.
///
/// What is quoted out of the file is cut to 60 characters and is not to be trusted: escape it where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtworkError {
    /// The content is neither SVG nor PNG nor JPEG.
    #[error("the file is neither SVG nor PNG nor JPEG: export the artwork in one of these formats")]
    Format,
    /// An SVG file that was compressed (.svgz).
    #[error("the file is compressed: save it as plain SVG")]
    Compressed,
    /// Text that is not UTF-8.
    #[error("the file is not in UTF-8: save the SVG in that encoding")]
    Encoding,
    /// More bytes than [`MAX_BYTES`].
    #[error("the file has {0} bytes, {MAX_BYTES} are allowed: simplify the artwork or make the picture smaller")]
    TooLarge(usize),
    /// The SVG file is not well-formed, or is no SVG.
    #[error("the SVG cannot be read ({0}): export it again")]
    Malformed(String),
    /// Neither size nor view box, or one of them is zero.
    #[error("the SVG has no size: give its root element a viewBox with a width and a height")]
    NoSize,

    /// A script.
    #[error("the SVG contains a script: remove all script elements")]
    Script,
    /// An attribute that runs a script.
    #[error("the SVG contains the event handler \"{0}\": remove all attributes that begin with \"on\"")]
    EventHandler(String),
    /// A reference to something outside the file.
    #[error("the SVG refers to \"{0}\": it may refer to its own parts alone, such as \"#shape\"")]
    External(String),
    /// Entities are declared in the document type.
    #[error("the SVG declares entities: save it as plain SVG, without a document type")]
    Entities,
    /// A style sheet with more than plain rules for elements, classes and identifiers.
    #[error("the SVG's style sheet contains \"{0}\": export it with presentation attributes instead")]
    StyleSheet(String),

    /// Text, which would need fonts.
    #[error("the SVG contains text: convert text to outlines")]
    Text,
    /// A picture inside the SVG.
    #[error("the SVG contains a picture: trace it, or give the artwork as PNG")]
    Image,
    /// A gradient.
    #[error("the SVG uses a gradient: fill the shapes with solid colours")]
    Gradient,
    /// A pattern or hatch.
    #[error("the SVG uses a pattern: expand it into shapes with solid colours")]
    Pattern,
    /// A clip path that cuts something off, or whose effect is not sure to be none.
    #[error("the SVG uses a clip path: cut the shapes themselves, then release the clip path")]
    Clip,
    /// A mask.
    #[error("the SVG uses a mask: cut the shapes themselves, then release the mask")]
    Mask,
    /// A filter.
    #[error("the SVG uses a filter such as blur or shadow: remove it")]
    Filter,
    /// Arrow heads and the like.
    #[error("the SVG uses markers: expand them into shapes")]
    Marker,
    /// Transparency.
    #[error("the SVG uses transparency: set every opacity to 100 % and mix the colours instead")]
    Opacity,
    /// A blending mode.
    #[error("the SVG uses a blending mode: set all to normal and mix the colours instead")]
    Blend,
    /// A dashed line.
    #[error("the SVG uses dashed lines: convert strokes to outlines")]
    Dashes,
    /// An animation.
    #[error("the SVG is animated: remove the animation")]
    Animation,
    /// Another element or attribute that changes what is seen and is not understood.
    #[error("the SVG uses \"{0}\", which cannot be printed: keep to shapes with solid colours")]
    Unsupported(String),

    /// A number above a million.
    #[error("the SVG contains the number {0}: scale the artwork so that none is above a million")]
    Number(String),
    /// Deeper nesting than [`MAX_DEPTH`], or a copy that contains itself.
    #[error("the SVG is nested more than {MAX_DEPTH} deep or a copy contains itself: ungroup the artwork")]
    Depth,
    /// More elements than [`MAX_ELEMENTS`], or more shapes than that when copies are counted.
    #[error("the SVG has more than {MAX_ELEMENTS} elements: combine shapes of one colour")]
    Elements,
    /// More outlines than [`MAX_OUTLINE_TEXT`] or [`MAX_SEGMENTS`] allow.
    #[error(
        "the SVG's outlines have more than {MAX_SEGMENTS} steps or {MAX_OUTLINE_TEXT} characters: simplify the paths"
    )]
    Segments,
    /// A longer style sheet than [`MAX_STYLE_BYTES`].
    #[error("the SVG's style sheet has more than {MAX_STYLE_BYTES} bytes: export it with presentation attributes")]
    StyleSheetTooLarge,
    /// A shape runs over the edge of the page.
    #[error("shapes reach beyond the SVG's page: make its page as large as the artwork")]
    Outside,
    /// Nothing is drawn.
    #[error("nothing is drawn in the SVG: export the artwork's visible layers")]
    Blank,

    /// The picture is damaged or cut off, or only claims to be of its format.
    #[error("the {format} cannot be read ({message}): export it again", format = name(*.0), message = .1)]
    Damaged(PictureFormat, String),
    /// A side shorter than [`MIN_SIDE_PIXELS`].
    #[error("the picture has {0} × {1} pixels: export it with at least {MIN_SIDE_PIXELS} on each side")]
    TooFewPixels(u32, u32),
    /// A side longer than [`MAX_SIDE_PIXELS`].
    #[error("the picture has {0} × {1} pixels: export it with at most {MAX_SIDE_PIXELS} on each side")]
    TooManyPixels(u32, u32),
}

/// The beginning of what somebody wrote, for a message.
pub(super) fn quoted(text: &str) -> String {
    text.trim().chars().take(60).collect()
}

fn name(format: PictureFormat) -> &'static str {
    match format {
        PictureFormat::Jpeg => "JPEG",
        PictureFormat::Png => "PNG",
    }
}
