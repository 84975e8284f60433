//! The drawing hand of the ornaments: plane vectors, frames that turn and place a motif, and smooth curves as few cubic Béziers.
//!
//! Coordinates are `f64` in a motif's own units until a [`Frame`] places them; then they are rounded to whole [`Emu`]. Sine and
//! cosine come from `libm`, and everything else is `+ - × ÷ √`, which IEEE 754 defines to the bit, so a drawing is the same on
//! every platform.

use std::ops::{Add, Mul, Sub};

use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::scene::{FillRule, Node, Path, Segment};

/// A vector or point in a motif's own units; y downwards, like the page.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct V(pub(super) f64, pub(super) f64);

impl Add for V {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl Sub for V {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}

impl Mul<f64> for V {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self(self.0 * factor, self.1 * factor)
    }
}

/// Sine and cosine of an angle in degrees.
pub(super) fn sin_cos(degrees: f64) -> (f64, f64) {
    let radians = degrees * (core::f64::consts::PI / 180.0);
    (libm::sin(radians), libm::cos(radians))
}

/// The point so far from the origin in a direction, in degrees clockwise from the top.
pub(super) fn polar(radius: f64, degrees: f64) -> V {
    let (sin, cos) = sin_cos(degrees);
    V(radius * sin, -radius * cos)
}

/// Where a motif stands: its origin and what its two unit vectors are on the page, in [`Emu`].
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    origin: V,
    x: V,
    y: V,
}

impl Frame {
    /// The frame with this origin in which 1 is so long.
    pub(super) fn new(origin: Point, unit: Emu) -> Self {
        let unit = f64::from(unit.0);
        Self { origin: V(f64::from(origin.x.0), f64::from(origin.y.0)), x: V(unit, 0.0), y: V(0.0, unit) }
    }

    /// The frame moved by a vector of its own.
    pub(super) fn moved(self, by: V) -> Self {
        Self { origin: self.place(by), ..self }
    }

    /// The frame turned clockwise about its origin.
    pub(super) fn turned(self, degrees: f64) -> Self {
        let (sin, cos) = sin_cos(degrees);
        Self { x: self.x * cos + self.y * sin, y: self.y * cos - self.x * sin, ..self }
    }

    /// The frame in which 1 is so many times as long.
    pub(super) fn scaled(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor, ..self }
    }

    /// The frame whose units are so many times as long across and down.
    pub(super) fn stretched(self, across: f64, down: f64) -> Self {
        Self { x: self.x * across, y: self.y * down, ..self }
    }

    /// The frame with left and right exchanged.
    pub(super) fn mirrored(self) -> Self {
        Self { x: self.x * -1.0, ..self }
    }

    /// The frame on a circle about this one's origin: its origin lies on it, its x runs clockwise along it, its y inwards.
    pub(super) fn on_circle(self, radius: f64, degrees: f64) -> Self {
        self.moved(polar(radius, degrees)).turned(degrees)
    }

    fn place(self, v: V) -> V {
        self.origin + self.x * v.0 + self.y * v.1
    }

    /// The page's point at these coordinates.
    pub(super) fn at(self, v: V) -> Point {
        let V(x, y) = self.place(v);
        Point::new(Emu(libm::round(x) as i32), Emu(libm::round(y) as i32))
    }
}

/// A path in the making.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch(Path);

impl Sketch {
    /// Begins a new part.
    pub(super) fn start(&mut self, frame: Frame, at: V) {
        self.0.0.push(Segment::Move(frame.at(at)));
    }

    /// A straight line.
    pub(super) fn line(&mut self, frame: Frame, to: V) {
        self.0.0.push(Segment::Line(frame.at(to)));
    }

    /// A cubic Bézier curve.
    pub(super) fn cubic(&mut self, frame: Frame, a: V, b: V, to: V) {
        self.0.0.push(Segment::Cubic(frame.at(a), frame.at(b), frame.at(to)));
    }

    /// Back to where the part began.
    pub(super) fn close(&mut self) {
        self.0.0.push(Segment::Close);
    }

    /// Straight lines through these points.
    pub(super) fn polyline(&mut self, frame: Frame, points: &[V]) {
        for (i, &point) in points.iter().enumerate() {
            if i == 0 {
                self.start(frame, point);
            } else {
                self.line(frame, point);
            }
        }
    }

    /// A closed polygon.
    pub(super) fn polygon(&mut self, frame: Frame, points: &[V]) {
        self.polyline(frame, points);
        self.close();
    }

    /// An arc of a circle, in degrees clockwise from the top; it goes on from where the pen is if `joined`, without a line.
    pub(super) fn arc(&mut self, frame: Frame, radius: f64, from: f64, to: f64, joined: bool) {
        let sweep = to - from;
        let size = if sweep < 0.0 { -sweep } else { sweep };
        let pieces = if size > 270.0 { 4 } else { 1 + (size / 90.001) as u32 };
        let step = sweep / f64::from(pieces);
        let (sin, cos) = sin_cos(step / 4.0);
        // the control points of an arc of a circle: 4/3 · tan(step/4) of the radius along the tangents
        let reach = 4.0 / 3.0 * sin / cos;
        if !joined {
            self.start(frame, polar(radius, from));
        }
        for i in 0..pieces {
            let (a, b) = (from + step * f64::from(i), from + step * f64::from(i + 1));
            let (pa, pb) = (polar(radius, a), polar(radius, b));
            let (ta, tb) = (V(-pa.1, pa.0), V(-pb.1, pb.0));
            self.cubic(frame, pa + ta * reach, pb - tb * reach, pb);
        }
    }

    /// A whole circle of four curves about the frame's origin.
    pub(super) fn circle(&mut self, frame: Frame, radius: f64) {
        self.arc(frame, radius, 0.0, 360.0, false);
        self.close();
    }

    /// A circle of two curves, for one so small that nobody sees the difference (2 % of its radius).
    pub(super) fn ringlet(&mut self, frame: Frame, radius: f64) {
        let k = radius * 1.325;
        self.start(frame, V(0.0, -radius));
        self.cubic(frame, V(k, -radius), V(k, radius), V(0.0, radius));
        self.cubic(frame, V(-k, radius), V(-k, -radius), V(0.0, -radius));
        self.close();
    }

    /// A smooth line through these points, as Catmull and Rom do it.
    pub(super) fn smooth(&mut self, frame: Frame, points: &[V]) {
        let [first, .., last] = points else { return };
        let tangent = |i: usize| {
            let before = if i == 0 { *first } else { points[i - 1] };
            let after = points.get(i + 1).unwrap_or(last);
            let reach = if i == 0 || i + 1 == points.len() { 1.0 } else { 0.5 };
            (*after - before) * reach
        };
        self.start(frame, *first);
        for (i, pair) in points.windows(2).enumerate() {
            let (a, b) = (pair[0], pair[1]);
            self.cubic(frame, a + tangent(i) * (1.0 / 3.0), b - tangent(i + 1) * (1.0 / 3.0), b);
        }
    }

    /// The curve of `position` with its derivative `slope` from one parameter to another, in so many cubic pieces with exact
    /// tangents; closed if it ends where it began.
    pub(super) fn parametric(
        &mut self,
        frame: Frame,
        (from, to): (f64, f64),
        pieces: u32,
        closed: bool,
        curve: impl Fn(f64) -> (V, V),
    ) {
        let step = (to - from) / f64::from(pieces.max(1));
        let (mut a, mut slope_a) = curve(from);
        self.start(frame, a);
        for i in 1..=pieces {
            let (b, slope_b) = curve(from + step * f64::from(i));
            self.cubic(frame, a + slope_a * (step / 3.0), b - slope_b * (step / 3.0), b);
            (a, slope_a) = (b, slope_b);
        }
        if closed {
            self.close();
        }
    }

    /// Goes on with another path.
    pub(super) fn append(&mut self, mut other: Self) {
        self.0.0.append(&mut other.0.0);
    }

    /// Draws a motif, and takes it back if nothing of it is on `page`.
    pub(super) fn within(&mut self, page: Rect, draw: impl FnOnce(&mut Self)) {
        let mut motif = Self::default();
        draw(&mut motif);
        // a line that runs along an axis has no area but is seen all the same
        if motif.0.bounds().is_some_and(|bounds| bounds.grown(Emu(1)).overlaps(&page)) {
            self.append(motif);
        }
    }

    /// The path as an area; nothing if it is empty.
    pub(super) fn filled(self, rule: FillRule, ink: Ink) -> Option<Node> {
        (!self.0.0.is_empty()).then_some(Node::Fill { path: self.0, rule, ink })
    }

    /// The path as a line; nothing if it is empty.
    pub(super) fn stroked(self, width: Emu, ink: Ink) -> Option<Node> {
        (!self.0.0.is_empty()).then_some(Node::Stroke { path: self.0, width: width.max(Emu(1)), ink })
    }
}

/// So much of a length, rounded to the nearest unit.
pub(super) fn part(length: Emu, fraction: f64) -> Emu {
    Emu(libm::round(f64::from(length.0) * fraction) as i32)
}

#[cfg(test)]
pub(super) mod measure {
    use super::*;

    /// How many steps these drawings take.
    pub(in crate::art) fn segments(nodes: &[Node]) -> usize {
        nodes.iter().map(|node| path(node).0.len()).sum()
    }

    /// The smallest rectangle around what is drawn, with half of each line's width; curves at sixteen points each.
    pub(in crate::art) fn bounds(nodes: &[Node]) -> Rect {
        let each = nodes.iter().filter_map(|node| {
            let half = if let Node::Stroke { width, .. } = node { Emu((width.0 + 1) / 2) } else { Emu::ZERO };
            flattened(path(node)).bounds().map(|bounds| bounds.grown(half))
        });
        each.reduce(|a, b| {
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
        })
        .expect("something is drawn")
    }

    fn flattened(path: &Path) -> Path {
        let mut flat = Path::default();
        let mut here = Point::default();
        for segment in &path.0 {
            match *segment {
                Segment::Cubic(a, b, to) => {
                    for step in 1..=16_i64 {
                        let (t, u) = (step, 16 - step);
                        let mix = |p: fn(Point) -> Emu| {
                            let [from, a, b, to] = [here, a, b, to].map(|point| i64::from(p(point).0));
                            Emu(((u * u * u * from + 3 * u * u * t * a + 3 * u * t * t * b + t * t * t * to) / 4_096)
                                as i32)
                        };
                        flat.0.push(Segment::Line(Point::new(mix(|p| p.x), mix(|p| p.y))));
                    }
                    here = to;
                }
                Segment::Move(to) | Segment::Line(to) => {
                    flat.0.push(*segment);
                    here = to;
                }
                Segment::Close => {}
            }
        }
        flat
    }

    /// A sum over every step, coordinate and width (FNV-1a), which is another one as soon as a single unit differs.
    pub(in crate::art) fn fingerprint(nodes: &[Node]) -> u64 {
        let mut sum = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |values: &[i32]| {
            for byte in values.iter().flat_map(|value| value.to_le_bytes()) {
                sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        };
        for node in nodes {
            if let Node::Stroke { width, .. } = node {
                add(&[width.0]);
            }
            for segment in &path(node).0 {
                match *segment {
                    Segment::Move(to) => add(&[0, to.x.0, to.y.0]),
                    Segment::Line(to) => add(&[1, to.x.0, to.y.0]),
                    Segment::Cubic(a, b, to) => add(&[2, a.x.0, a.y.0, b.x.0, b.y.0, to.x.0, to.y.0]),
                    Segment::Close => add(&[3]),
                }
            }
        }
        sum
    }

    /// Fails on a line without width, a step without length and a path that does not begin with a move.
    pub(in crate::art) fn assert_sound(nodes: &[Node]) {
        assert!(!nodes.is_empty());
        for node in nodes {
            let path = path(node);
            assert!(matches!(path.0.first(), Some(Segment::Move(_))), "a path begins somewhere");
            if let Node::Stroke { width, .. } = node {
                assert!(*width > Emu::ZERO);
            }
            let mut here = Point::default();
            for segment in &path.0 {
                match *segment {
                    Segment::Move(to) => here = to,
                    Segment::Line(to) => {
                        assert_ne!(here, to, "a line has a length");
                        here = to;
                    }
                    Segment::Cubic(a, b, to) => {
                        assert!(here != a || here != b || here != to, "a curve has a length");
                        here = to;
                    }
                    Segment::Close => {}
                }
            }
        }
    }

    fn path(node: &Node) -> &Path {
        match node {
            Node::Fill { path, .. } | Node::Stroke { path, .. } => path,
            Node::Text(_) | Node::Picture { .. } => panic!("ornaments are shapes alone"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Emu = Emu::um(10_000);

    #[test]
    fn directions_go_clockwise_from_the_top() {
        let frame = Frame::new(Point::default(), FRAME);
        assert_eq!(frame.at(polar(1.0, 0.0)), Point::new(Emu::ZERO, -FRAME));
        assert_eq!(frame.at(polar(1.0, 90.0)), Point::new(FRAME, Emu::ZERO));
        assert_eq!(frame.turned(90.0).at(V(1.0, 0.0)), Point::new(Emu::ZERO, FRAME));
        assert_eq!(frame.on_circle(1.0, 90.0).at(V(0.0, 1.0)), Point::default(), "y runs inwards");
        assert_eq!(frame.mirrored().at(polar(1.0, 90.0)), Point::new(-FRAME, Emu::ZERO));
    }

    #[test]
    fn a_circle_is_round_to_three_ten_thousandths_of_its_radius() {
        let mut sketch = Sketch::default();
        sketch.circle(Frame::new(Point::default(), FRAME), 1.0);
        let mut here = Point::default();
        for segment in &sketch.0.0 {
            if let Segment::Cubic(a, b, to) = *segment {
                let middle = |p: fn(Point) -> Emu| (p(here).0 + 3 * p(a).0 + 3 * p(b).0 + p(to).0) / 8;
                let (x, y) = (f64::from(middle(|p| p.x)), f64::from(middle(|p| p.y)));
                let radius = libm::sqrt(x * x + y * y) / f64::from(FRAME.0);
                assert!((0.999..1.0004).contains(&radius), "{radius}");
            }
            if let Segment::Move(to) | Segment::Cubic(_, _, to) = *segment {
                here = to;
            }
        }
    }

    #[test]
    fn what_is_off_the_page_is_not_kept() {
        let page = Rect::new(Emu::ZERO, Emu::ZERO, FRAME, FRAME);
        let mut sketch = Sketch::default();
        sketch.within(page, |motif| motif.circle(Frame::new(Point::new(FRAME * 3, FRAME), FRAME), 1.0));
        assert_eq!(sketch.filled(FillRule::NonZero, Ink::Fine), None);
    }
}
