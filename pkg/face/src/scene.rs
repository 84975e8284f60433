//! What stands on one side of a card, in drawing order: shapes, texts and pictures in exact lengths.

use std::sync::Arc;

use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};

/// One side of a card. Whatever reaches beyond the page is cut off at its edge.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Scene {
    /// Width of the page.
    pub width: Emu,
    /// Height of the page.
    pub height: Emu,
    /// What stands on it, the lowest first.
    pub items: Vec<Item>,
}

/// One thing on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is to the regulation.
    pub element: Element,
    /// How it is drawn.
    pub node: Node,
}

/// What the regulation calls a thing on the card (838/QĐ-BNV, Điều 1 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// Nền: the ground with all its patterns.
    Background,
    /// Quốc huy, or the logo of a unit that is not an administrative one.
    Emblem,
    /// Tên cơ quan, đơn vị quản lý.
    ManagingAgency,
    /// Tên cơ quan, đơn vị sử dụng.
    UsingUnit,
    /// Ảnh chân dung.
    Portrait,
    /// Họ và tên.
    FullName,
    /// Chức vụ, chức danh, vị trí việc làm.
    Position,
    /// Biểu tượng chip.
    ChipSymbol,
    /// Số hiệu thẻ.
    CardNumber,
    /// The white plate of the QR code.
    QrPlate,
    /// Mã QR.
    Qr,
    /// Vạch đôi.
    Stripe,
    /// Tên Bộ, ngành, địa phương, on the back.
    BackName,
    /// The white plate of the second QR code.
    BackQrPlate,
    /// A second QR code on the back, for checking without a network.
    BackQr,
}

impl Element {
    /// Name in files and in `data-element` of SVG.
    pub fn name(self) -> &'static str {
        match self {
            Element::Background => "background",
            Element::Emblem => "emblem",
            Element::ManagingAgency => "managing_agency",
            Element::UsingUnit => "using_unit",
            Element::Portrait => "portrait",
            Element::FullName => "full_name",
            Element::Position => "position",
            Element::ChipSymbol => "chip_symbol",
            Element::CardNumber => "card_number",
            Element::QrPlate => "qr_plate",
            Element::Qr => "qr",
            Element::Stripe => "stripe",
            Element::BackName => "back_name",
            Element::BackQrPlate => "back_qr_plate",
            Element::BackQr => "back_qr",
        }
    }

    /// Whether a blank that was printed in offset before carries it already, the same on every card.
    pub fn is_preprinted(self) -> bool {
        matches!(self, Element::Background | Element::ChipSymbol | Element::Emblem | Element::BackName)
    }
}

/// How a thing is drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// An area in one ink.
    Fill {
        /// Its outline.
        path: Path,
        /// What of the outline is inside.
        rule: FillRule,
        /// In which ink.
        ink: Ink,
    },
    /// A line in one ink; round ends and corners.
    Stroke {
        /// Where it runs.
        path: Path,
        /// How wide it is.
        width: Emu,
        /// In which ink.
        ink: Ink,
    },
    /// A line of text.
    Text(Text),
    /// A picture.
    Picture {
        /// Where it stands; the picture has the same proportions.
        place: Rect,
        /// The picture.
        picture: Picture,
    },
}

/// What of an outline is inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum FillRule {
    /// Where the windings do not cancel out.
    #[default]
    NonZero,
    /// Where a ray crosses the outline an odd number of times.
    EvenOdd,
}

/// An outline or line.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Path(pub Vec<Segment>);

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Begins a new part there.
    Move(Point),
    /// A straight line to there.
    Line(Point),
    /// A cubic Bézier curve by two control points to the third.
    Cubic(Point, Point, Point),
    /// Back to where the part began.
    Close,
}

impl Path {
    /// The outline of a rectangle.
    pub fn rect(rect: Rect) -> Self {
        let mut path = Self::default();
        path.push_rect(rect);
        path
    }

    /// Adds the outline of a rectangle.
    pub fn push_rect(&mut self, rect: Rect) {
        self.0.extend([
            Segment::Move(Point::new(rect.x, rect.y)),
            Segment::Line(Point::new(rect.right(), rect.y)),
            Segment::Line(Point::new(rect.right(), rect.bottom())),
            Segment::Line(Point::new(rect.x, rect.bottom())),
            Segment::Close,
        ]);
    }

    /// Adds a closed polygon; nothing for fewer than two points.
    pub fn push_polygon(&mut self, points: &[Point]) {
        let [first, rest @ ..] = points else { return };
        if rest.is_empty() {
            return;
        }
        self.0.push(Segment::Move(*first));
        self.0.extend(rest.iter().map(|point| Segment::Line(*point)));
        self.0.push(Segment::Close);
    }

    /// Adds a circle of four curves.
    pub fn push_circle(&mut self, centre: Point, radius: Emu) {
        let rect = Rect::new(centre.x - radius, centre.y - radius, radius * 2, radius * 2);
        self.push_rounded(rect, radius);
    }

    /// Adds a rectangle with rounded corners.
    pub fn push_rounded(&mut self, rect: Rect, radius: Emu) {
        // how far a control point of a quarter of a circle lies from its end: 0.5523 of the radius
        let k = radius - radius.scaled(5_523, 10_000);
        let (left, top, right, bottom) = (rect.x, rect.y, rect.right(), rect.bottom());
        let p = Point::new;
        self.0.extend([
            Segment::Move(p(left + radius, top)),
            Segment::Line(p(right - radius, top)),
            Segment::Cubic(p(right - k, top), p(right, top + k), p(right, top + radius)),
            Segment::Line(p(right, bottom - radius)),
            Segment::Cubic(p(right, bottom - k), p(right - k, bottom), p(right - radius, bottom)),
            Segment::Line(p(left + radius, bottom)),
            Segment::Cubic(p(left + k, bottom), p(left, bottom - k), p(left, bottom - radius)),
            Segment::Line(p(left, top + radius)),
            Segment::Cubic(p(left, top + k), p(left + k, top), p(left + radius, top)),
            Segment::Close,
        ]);
    }

    /// The smallest upright rectangle around all points, control points included; `None` for a path without any.
    pub fn bounds(&self) -> Option<Rect> {
        let mut points = self.0.iter().flat_map(|segment| match *segment {
            Segment::Move(to) | Segment::Line(to) => vec![to],
            Segment::Cubic(a, b, to) => vec![a, b, to],
            Segment::Close => Vec::new(),
        });
        let first = points.next()?;
        let (low, high) = points.fold((first, first), |(low, high), point| {
            (Point::new(low.x.min(point.x), low.y.min(point.y)), Point::new(high.x.max(point.x), high.y.max(point.y)))
        });
        Some(Rect::new(low.x, low.y, high.x - low.x, high.y - low.y))
    }
}

/// One line of text in the card's face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The characters, in NFC.
    pub content: String,
    /// Which of the two faces.
    pub weight: Weight,
    /// Type size.
    pub size: Emu,
    /// Where its base line begins.
    pub origin: Point,
    /// Its characters' glyphs and where each begins, from `origin`.
    pub glyphs: Vec<Glyph>,
    /// How far it runs.
    pub advance: Emu,
    /// In which ink.
    pub ink: Ink,
}

/// A glyph on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// Where it begins, from the line's origin.
    pub x: Emu,
}

/// The two faces of the card's type (838/QĐ-BNV, Phụ lục 1b).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// Regular.
    Regular,
    /// Bold.
    Bold,
}

/// A picture, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Which format the bytes are in.
    pub format: PictureFormat,
    /// Width and height in pixels.
    pub pixels: (u32, u32),
    /// The file.
    pub bytes: Arc<[u8]>,
}

/// Formats that the writers take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}
