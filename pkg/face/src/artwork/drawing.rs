//! An SVG after it was read: areas and lines in solid colours, in whole numbers.

use super::fit::Fit;
use crate::ink::Ink;
use crate::length::Emu;
use crate::scene::{FillRule, Node, Path, Segment};

/// Units of the longer side. All coordinates count in them from the upper left corner of what is painted.
pub(super) const GRID: u32 = 1 << 16;

/// What is painted, the lowest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Width and height of what is painted; the longer is [`GRID`].
    pub(super) size: (u32, u32),
    /// The shapes.
    pub(super) shapes: Vec<Shape>,
}

/// An area or line. The lengths of its path are units of [`GRID`], not of the card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) path: Path,
    pub(super) manner: Manner,
    pub(super) rgb: [u8; 3],
}

/// How a shape is painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// An area.
    Fill(FillRule),
    /// A line of this width with round ends and corners.
    Stroke(Emu),
}

impl Drawing {
    /// The shapes on the card.
    pub(super) fn nodes(&self, fit: &Fit) -> Vec<Node> {
        let placed = |shape: &Shape| {
            let path = Path(shape.path.0.iter().map(|segment| placed(segment, fit)).collect());
            let ink = Ink::Plain(shape.rgb);
            match shape.manner {
                Manner::Fill(rule) => Node::Fill { path, rule, ink },
                // a line has a width, however small its place
                Manner::Stroke(width) => Node::Stroke { path, width: fit.length(width).max(Emu(1)), ink },
            }
        };
        self.shapes.iter().map(placed).collect()
    }
}

fn placed(segment: &Segment, fit: &Fit) -> Segment {
    match *segment {
        Segment::Move(to) => Segment::Move(fit.point(to)),
        Segment::Line(to) => Segment::Line(fit.point(to)),
        Segment::Cubic(a, b, to) => Segment::Cubic(fit.point(a), fit.point(b), fit.point(to)),
        Segment::Close => Segment::Close,
    }
}
