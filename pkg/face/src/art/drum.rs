//! Hoa văn trống đồng: the face of a Đông Sơn bronze drum, after the order of bands on the drum of Ngọc Lũ.
//!
//! From the middle: a star of fourteen rays with feathers between them; then sixteen bands: 1, 5, 11 and 16 of small dots, 2, 4,
//! 7, 9, 13 and 14 of circles with a dot in them, joined by tangents, 3 of broken ∫, 12 and 15 of comb teeth, and three with
//! figures: 6 people in feathers, 8 deer and birds, 10 the long-beaked birds in flight (chim Lạc). All go round against the
//! clock, as on the drum. The figures are drawn by us.

use super::curve::{Frame, Sketch, V, part};
use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::scene::{FillRule, Node};

/// The areas and the lines of the drum in the making, and the page that cuts it off.
struct Face {
    frame: Frame,
    page: Rect,
    areas: Sketch,
    lines: Sketch,
    details: Sketch,
    dots: Sketch,
}

/// The drum's face about `centre`: areas and dots in one ink, lines in another. Motifs that lie wholly off `page` are left out;
/// those on its edge reach beyond it.
pub fn drum_face(centre: Point, radius: Emu, page: Rect, area: Ink, line: Ink) -> Vec<Node> {
    let frame = Frame::new(centre, radius);
    let new = Sketch::default;
    let mut face = Face { frame, page, areas: new(), lines: new(), details: new(), dots: new() };
    face.star();
    for radius in CIRCLES {
        face.circle(radius);
    }
    for (radius, count) in [(0.193, 44), (0.327, 72), (0.754, 168), (0.916, 204)] {
        face.dots(radius, count);
    }
    for (radius, count) in [(0.222, 28), (0.298, 38), (0.45, 56), (0.5915, 74), (0.8115, 100), (0.8465, 104)] {
        face.joined_circles(radius, count);
    }
    face.broken_s(0.26, 30);
    face.comb((0.768, 0.792), 240);
    face.comb((0.866, 0.904), 264);
    face.people(0.3845, 20);
    face.deer_and_birds(0.521);
    face.birds_in_flight(0.676, 18);

    let mut nodes = Vec::new();
    nodes.extend(face.areas.filled(FillRule::NonZero, area));
    nodes.extend(face.dots.stroked(part(radius, DOT), area));
    nodes.extend(face.lines.stroked(part(radius, LINE), line));
    nodes.extend(face.details.stroked(part(radius, DETAIL), line));
    nodes
}

/// The lines between the bands, and the drum's edge.
const CIRCLES: [f64; 20] = [
    0.181, 0.204, 0.24, 0.28, 0.316, 0.338, 0.432, 0.469, 0.573, 0.61, 0.742, 0.766, 0.794, 0.829, 0.864, 0.905, 0.928,
    0.936, 0.985, 1.0,
];
/// Widths of lines, of the radius: at 32 mm these are 0.10, 0.07 and 0.26 mm.
const LINE: f64 = 0.003;
const DETAIL: f64 = 0.0022;
const DOT: f64 = 0.008;

impl Face {
    fn circle(&mut self, radius: f64) {
        // each quarter on its own, so that those off the page are left out
        for quarter in 0..4 {
            let from = 90.0 * f64::from(quarter);
            self.lines.within(self.page, |sketch| sketch.arc(self.frame, radius, from, from + 90.0, false));
        }
    }

    /// The middle: fourteen rays from a boss, a feather of nested angles with an eye between each two.
    fn star(&mut self) {
        const RAYS: u32 = 14;
        const BOSS: f64 = 0.068;
        const TIP: f64 = 0.172;
        let step = 360.0 / f64::from(RAYS);
        let corner = |i: u32| {
            let radius = if i.is_multiple_of(2) { TIP } else { BOSS };
            super::curve::polar(radius, f64::from(i) * step / 2.0)
        };
        let (frame, page) = (self.frame, self.page);
        let corners: Vec<V> = (0..RAYS * 2).map(corner).collect();
        self.areas.within(page, |sketch| sketch.polygon(frame, &corners));
        self.lines.within(page, |sketch| sketch.polygon(frame, &corners));
        for ray in 0..RAYS {
            let feather = self.frame.turned((f64::from(ray) + 0.5) * step);
            self.details.within(page, |sketch| {
                for (foot, top, half) in [(0.088, 0.17, 0.0145), (0.106, 0.17, 0.0095), (0.124, 0.17, 0.0045)] {
                    sketch.polyline(feather, &[V(-half * 1.5, -top), V(0.0, -foot), V(half * 1.5, -top)]);
                }
            });
            self.dots.within(page, |sketch| dot(sketch, feather.moved(V(0.0, -0.163))));
        }
    }

    fn dots(&mut self, radius: f64, count: u32) {
        for place in self.around(radius, count) {
            self.dots.within(self.page, |sketch| dot(sketch, place));
        }
    }

    /// Circles with a dot in the middle; from the outer side of one a tangent runs to the inner side of the next.
    fn joined_circles(&mut self, radius: f64, count: u32) {
        const RING: f64 = 0.0105;
        let pitch = 2.0 * core::f64::consts::PI * radius / f64::from(count);
        for place in self.around(radius, count) {
            self.details.within(self.page, |sketch| {
                sketch.ringlet(place, RING);
                sketch.polyline(place, &[V(RING * 0.45, -RING * 0.9), V(pitch - RING * 0.45, RING * 0.9)]);
            });
            self.dots.within(self.page, |sketch| dot(sketch, place.scaled(0.9)));
        }
    }

    /// ∫ with straight strokes, one behind the other.
    fn broken_s(&mut self, radius: f64, count: u32) {
        let half = core::f64::consts::PI * radius / f64::from(count);
        for place in self.around(radius, count) {
            let (a, b, h) = (half * 0.2, half * 0.95, 0.011);
            self.lines.within(self.page, |sketch| {
                let bend = [V(-b, h * 0.1), V(-b, h), V(-a, h), V(a, -h), V(b, -h), V(b, -h * 0.1)];
                sketch.polyline(place, &bend);
            });
        }
    }

    fn comb(&mut self, (inner, outer): (f64, f64), count: u32) {
        for place in self.around(inner, count) {
            self.details.within(self.page, |sketch| {
                sketch.polyline(place, &[V(0.0, -0.004), V(0.0, inner - outer + 0.004)]);
            });
        }
    }

    fn people(&mut self, radius: f64, count: u32) {
        for place in self.around(radius, count) {
            let place = place.mirrored().scaled(0.092);
            self.areas.within(self.page, |sketch| person(sketch, place));
            self.details.within(self.page, |sketch| plumes(sketch, place));
        }
    }

    /// Two rows of ten deer, parted by rows of six and of eight birds.
    fn deer_and_birds(&mut self, radius: f64) {
        for (i, place) in self.around(radius, 34).enumerate() {
            let place = place.mirrored();
            if matches!(i, 0..6 | 16..24) {
                let place = place.scaled(0.042);
                self.areas.within(self.page, |sketch| bird(sketch, place));
                self.details.within(self.page, |sketch| feathers(sketch, place));
            } else {
                let place = place.scaled(0.082);
                self.areas.within(self.page, |sketch| deer(sketch, place));
                self.details.within(self.page, |sketch| legs_and_antlers(sketch, place, i % 2 == 0));
            }
        }
    }

    fn birds_in_flight(&mut self, radius: f64, count: u32) {
        for place in self.around(radius, count) {
            let place = place.mirrored().scaled(0.104);
            self.areas.within(self.page, |sketch| bird(sketch, place));
            self.details.within(self.page, |sketch| {
                bird(sketch, place);
                feathers(sketch, place);
            });
        }
    }

    /// So many frames evenly on a circle.
    fn around(&self, radius: f64, count: u32) -> impl Iterator<Item = Frame> + use<> {
        let frame = self.frame;
        (0..count).map(move |i| frame.on_circle(radius, 360.0 * f64::from(i) / f64::from(count)))
    }
}

/// A line so short that its round ends make it a dot.
fn dot(sketch: &mut Sketch, place: Frame) {
    sketch.polyline(place, &[V(-0.0005, 0.0), V(0.0005, 0.0)]);
}

/// The outline of a bird in flight towards +x, two units long about the origin: beak, crested head, neck, two wings, tail.
fn bird(sketch: &mut Sketch, at: Frame) {
    // beak, its upper edge, to the brow
    sketch.start(at, V(1.0, -0.01));
    sketch.cubic(at, V(0.86, -0.05), V(0.7, -0.09), V(0.6, -0.1));
    // crest, swept back
    sketch.cubic(at, V(0.5, -0.17), V(0.36, -0.24), V(0.2, -0.25));
    sketch.cubic(at, V(0.3, -0.2), V(0.38, -0.13), V(0.42, -0.06));
    // neck to the upper wing
    sketch.cubic(at, V(0.34, -0.04), V(0.26, -0.06), V(0.18, -0.1));
    sketch.cubic(at, V(0.08, -0.26), V(-0.06, -0.46), V(-0.3, -0.6));
    sketch.cubic(at, V(-0.26, -0.42), V(-0.24, -0.24), V(-0.22, -0.07));
    // tail
    sketch.cubic(at, V(-0.45, -0.06), V(-0.75, -0.12), V(-1.0, -0.2));
    sketch.line(at, V(-0.92, 0.0));
    sketch.line(at, V(-1.0, 0.2));
    sketch.cubic(at, V(-0.75, 0.12), V(-0.45, 0.08), V(-0.22, 0.08));
    // lower wing
    sketch.cubic(at, V(-0.24, 0.24), V(-0.26, 0.42), V(-0.3, 0.6));
    sketch.cubic(at, V(-0.06, 0.46), V(0.08, 0.26), V(0.18, 0.09));
    // throat and lower edge of the beak
    sketch.cubic(at, V(0.32, 0.04), V(0.46, 0.04), V(0.58, 0.03));
    sketch.cubic(at, V(0.72, 0.02), V(0.86, 0.0), V(1.0, -0.01));
    sketch.close();
}

/// What is drawn on a bird: quills of wings and tail, the eye.
fn feathers(sketch: &mut Sketch, at: Frame) {
    for side in [-1.0, 1.0] {
        for (root, tip) in [(0.1, V(-0.2, 0.46)), (0.0, V(-0.2, 0.3)), (-0.1, V(-0.2, 0.16))] {
            sketch.polyline(at, &[V(root, side * 0.07), V(tip.0, side * tip.1)]);
        }
        sketch.polyline(at, &[V(-0.3, side * 0.02), V(-0.9, side * 0.1)]);
    }
    sketch.ringlet(at.moved(V(0.52, -0.035)), 0.026);
}

/// A person in a long robe, walking towards +x, one unit high about the origin, arms forth.
fn person(sketch: &mut Sketch, at: Frame) {
    // head
    sketch.ringlet(at.moved(V(0.04, -0.12)), 0.055);
    // trunk and the robe's two panels
    sketch.start(at, V(-0.06, -0.06));
    sketch.line(at, V(0.1, -0.06));
    sketch.cubic(at, V(0.11, 0.06), V(0.08, 0.12), V(0.07, 0.16));
    sketch.line(at, V(0.24, 0.5));
    sketch.line(at, V(0.08, 0.48));
    sketch.line(at, V(0.0, 0.28));
    sketch.line(at, V(-0.1, 0.48));
    sketch.line(at, V(-0.26, 0.46));
    sketch.line(at, V(-0.06, 0.14));
    sketch.close();
}

/// A person's arms, staff and headdress of plumes.
fn plumes(sketch: &mut Sketch, at: Frame) {
    sketch.polyline(at, &[V(0.09, -0.03), V(0.24, 0.06), V(0.36, -0.06)]);
    sketch.polyline(at, &[V(0.4, 0.3), V(0.34, -0.38)]);
    sketch.polyline(at, &[V(-0.05, -0.03), V(-0.2, 0.08), V(-0.28, -0.02)]);
    for (tip, pull) in [
        (V(-0.3, -0.28), V(-0.16, -0.32)),
        (V(-0.22, -0.42), V(-0.06, -0.4)),
        (V(-0.02, -0.52), V(0.02, -0.4)),
        (V(0.2, -0.46), V(0.12, -0.38)),
    ] {
        let root = V(0.03, -0.18);
        sketch.start(at, root);
        sketch.cubic(at, root + (pull - root) * 0.67, tip + (pull - tip) * 0.67, tip);
    }
}

/// A deer's body towards +x, one unit high about the origin.
fn deer(sketch: &mut Sketch, at: Frame) {
    sketch.start(at, V(0.5, -0.14));
    sketch.cubic(at, V(0.42, -0.2), V(0.36, -0.26), V(0.28, -0.26));
    sketch.cubic(at, V(0.2, -0.16), V(0.18, -0.06), V(0.08, -0.02));
    sketch.cubic(at, V(-0.1, 0.02), V(-0.26, -0.06), V(-0.4, 0.0));
    sketch.cubic(at, V(-0.46, 0.08), V(-0.42, 0.16), V(-0.36, 0.2));
    sketch.cubic(at, V(-0.2, 0.12), V(0.0, 0.2), V(0.18, 0.18));
    sketch.cubic(at, V(0.28, 0.08), V(0.3, -0.02), V(0.34, -0.1));
    sketch.close();
}

fn legs_and_antlers(sketch: &mut Sketch, at: Frame, stag: bool) {
    for (hip, knee, hoof) in [(0.14, 0.2, 0.16), (0.06, 0.02, -0.02), (-0.28, -0.24, -0.3), (-0.36, -0.42, -0.46)] {
        sketch.polyline(at, &[V(hip, 0.16), V(knee, 0.32), V(hoof, 0.5)]);
    }
    sketch.polyline(at, &[V(-0.42, 0.02), V(-0.5, 0.1)]);
    if stag {
        sketch.smooth(at, &[V(0.3, -0.26), V(0.2, -0.38), V(0.02, -0.44), V(-0.1, -0.5)]);
        sketch.polyline(at, &[V(0.2, -0.38), V(0.2, -0.5)]);
        sketch.polyline(at, &[V(0.06, -0.43), V(0.06, -0.54)]);
    } else {
        sketch.polyline(at, &[V(0.29, -0.26), V(0.2, -0.34)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;

    const RADIUS: Emu = Emu::um(34_000);
    const CENTRE: Point = Point::new(RADIUS, RADIUS);
    const WHOLE: Rect = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(68_000), Emu::um(68_000));

    #[test]
    fn the_whole_face_is_sound_round_and_lean() {
        let nodes = drum_face(CENTRE, RADIUS, WHOLE, Ink::Pattern, Ink::Fine);
        measure::assert_sound(&nodes);
        assert!(WHOLE.grown(Emu::um(60)).contains(&measure::bounds(&nodes)), "half of the edge line's width outside");
        assert!(measure::segments(&nodes) < 8_500);
        assert_eq!(nodes.len(), 4, "one shape for each ink and width");
    }

    #[test]
    fn what_the_page_does_not_show_is_not_drawn() {
        let all = measure::segments(&drum_face(CENTRE, RADIUS, WHOLE, Ink::Pattern, Ink::Fine));
        let quarter = Rect::new(RADIUS, RADIUS, RADIUS, RADIUS);
        let shown = measure::segments(&drum_face(CENTRE, RADIUS, quarter, Ink::Pattern, Ink::Fine));
        assert!(shown * 10 < all * 3, "{shown} of {all}");
        let elsewhere = Rect::new(RADIUS * 3, RADIUS * 3, RADIUS, RADIUS);
        assert_eq!(drum_face(CENTRE, RADIUS, elsewhere, Ink::Pattern, Ink::Fine), []);
    }

    #[test]
    fn every_coordinate_is_the_same_everywhere() {
        assert_eq!(
            measure::fingerprint(&drum_face(CENTRE, RADIUS, WHOLE, Ink::Pattern, Ink::Fine)),
            0x2910_fad4_862a_5f91
        );
    }
}
