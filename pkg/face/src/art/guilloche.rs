//! Guilloche: interlaced hairlines that a copier or a printer's screen cannot hold apart, and where the lines of microtext run.

use super::curve::{Frame, Sketch, V, sin_cos};
use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::scene::Node;

/// The width of a hairline: 0.07 mm.
pub const HAIRLINE: Emu = Emu::um(70);
/// The type size of microtext: 0.22 mm.
pub const MICROTEXT_SIZE: Emu = Emu::um(220);

/// A line of microtext: whoever sets type repeats the words on it until it is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MicroLine {
    /// Where the base line begins.
    pub origin: Point,
    /// How far it may run.
    pub width: Emu,
    /// Type size.
    pub size: Emu,
}

/// A braid of waves along the longer side of `place`: two families of `lines` curves with `waves` waves each; the one swells
/// `swells` times where the other is slender.
pub fn wave_band(place: Rect, lines: u32, waves: u32, swells: u32, ink: Ink) -> Vec<Node> {
    let middle = place.centre();
    let (frame, length, breadth) = if place.width >= place.height {
        (Frame::new(Point::new(place.x, middle.y), Emu(1)), place.width, place.height)
    } else {
        (Frame::new(Point::new(middle.x, place.y), Emu(1)).turned(90.0), place.height, place.width)
    };
    let (length, half) = (f64::from(length.0), f64::from(breadth.0 - HAIRLINE.0) / 2.0);
    let (turns, bulges) = (360.0 * f64::from(waves), 360.0 * f64::from(swells));
    let radians = core::f64::consts::PI / 180.0;
    let mut sketch = Sketch::default();
    for line in 0..lines {
        for (depth, offset) in [(-0.4, 0.0), (0.4, 0.5)] {
            let phase = 360.0 * (f64::from(line) + offset) / f64::from(lines);
            let curve = |t: f64| {
                let (bulge_sin, bulge_cos) = sin_cos(bulges * t);
                let (swell, swelling) = (0.6 + depth * bulge_cos, -depth * bulge_sin * bulges * radians);
                let (sin, cos) = sin_cos(turns * t + phase);
                let slope = swelling * sin + swell * cos * turns * radians;
                (V(length * t, half * swell * sin), V(length, half * slope))
            };
            sketch.parametric(frame, (0.0, 1.0), waves * 4, false, curve);
        }
    }
    sketch.stroked(HAIRLINE, ink).into_iter().collect()
}

/// A rosette about `centre`: a ring of `lines` hypotrochoids of `petals` loops each, turned against each other, and a ring of
/// waves inside.
pub fn rosette(centre: Point, radius: Emu, petals: u32, lines: u32, ink: Ink) -> Vec<Node> {
    let frame = Frame::new(centre, Emu(radius.0 - HAIRLINE.0 / 2));
    let mut sketch = Sketch::default();
    for line in 0..lines {
        trochoid(&mut sketch, frame, (0.76, 0.24), petals, f64::from(line) / f64::from(lines));
    }
    for line in 0..lines {
        waves(&mut sketch, frame, (0.36, 0.15), petals / 2, f64::from(line) / f64::from(lines));
    }
    sketch.stroked(HAIRLINE, ink).into_iter().collect()
}

/// The hypotrochoid that a point on a wheel draws whose middle goes round at `middle` while it turns `petals - 1` times backwards
/// with an arm of `arm`; `phase` of a petal later.
fn trochoid(sketch: &mut Sketch, frame: Frame, (middle, arm): (f64, f64), petals: u32, phase: f64) {
    let radians = core::f64::consts::PI / 180.0;
    let back = -f64::from(petals - 1);
    let curve = |angle: f64| {
        let (a, b) = (sin_cos(angle), sin_cos(back * angle + 360.0 * phase));
        let place = V(middle * a.0 + arm * b.0, -middle * a.1 - arm * b.1);
        let slope = V(middle * a.1 + arm * back * b.1, middle * a.0 + arm * back * b.0);
        (place, slope * radians)
    };
    sketch.parametric(frame, (0.0, 360.0), petals * 4, true, curve);
}

/// The curve r(θ) = middle + depth · cos(petals · θ + phase).
fn waves(sketch: &mut Sketch, frame: Frame, (middle, depth): (f64, f64), petals: u32, phase: f64) {
    let radians = core::f64::consts::PI / 180.0;
    let waves = f64::from(petals);
    let curve = |angle: f64| {
        let (sin, cos) = sin_cos(waves * angle + 360.0 * phase);
        let (turn_sin, turn_cos) = sin_cos(angle);
        let radius = middle + depth * cos;
        let (direction, across) = (V(turn_sin, -turn_cos), V(turn_cos, turn_sin));
        (direction * radius, (direction * (-depth * sin * waves) + across * radius) * radians)
    };
    sketch.parametric(frame, (0.0, 360.0), petals * 4, true, curve);
}

/// Lines of microtext above and below `place`, `inset` from its left and right edge: the base line of the upper one stands on the
/// upper edge, the capitals of the lower one hang from the lower edge.
pub fn microtext_lines(place: Rect, inset: Emu) -> Vec<MicroLine> {
    let width = place.width - inset * 2;
    let line = |y| MicroLine { origin: Point::new(place.x + inset, y), width, size: MICROTEXT_SIZE };
    vec![line(place.y), line(place.bottom() + MICROTEXT_SIZE)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;

    const BAND: Rect = Rect::new(Emu::ZERO, Emu::um(40_000), Emu::um(85_725), Emu::um(6_000));

    #[test]
    fn a_band_stays_between_its_edges() {
        let nodes = wave_band(BAND, 5, 18, 3, Ink::Fine);
        measure::assert_sound(&nodes);
        let bounds = measure::bounds(&nodes);
        // the lines' round ends
        assert!(BAND.grown(HAIRLINE).contains(&bounds), "{bounds:?}");
        assert!(measure::segments(&nodes) < 800);
        let upright = Rect::new(Emu::ZERO, Emu::ZERO, BAND.height, BAND.width);
        assert!(upright.grown(HAIRLINE).contains(&measure::bounds(&wave_band(upright, 5, 18, 3, Ink::Fine))));
    }

    #[test]
    fn a_rosette_stays_in_its_circle() {
        let (centre, radius) = (Point::new(Emu::um(20_000), Emu::um(20_000)), Emu::um(9_000));
        let nodes = rosette(centre, radius, 18, 6, Ink::BackFine);
        measure::assert_sound(&nodes);
        let square = Rect::new(centre.x - radius, centre.y - radius, radius * 2, radius * 2);
        // exact tangents at every quarter of a petal keep to the curve within 0.02 mm
        assert!(square.grown(Emu::um(20)).contains(&measure::bounds(&nodes)));
        assert!(measure::segments(&nodes) < 700);
    }

    #[test]
    fn microtext_runs_along_both_edges() {
        let lines = microtext_lines(BAND, Emu::um(1_000));
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.width == Emu::um(83_725) && line.size == Emu::um(220)));
        assert_eq!(lines[0].origin.y, BAND.y);
    }
}
