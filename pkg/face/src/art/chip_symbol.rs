//! Biểu tượng chip: tells a card with a chip from an ordinary one (838/QĐ-BNV, Điều 1 §2). Our own drawing: the face of a chip
//! with its contacts, and waves that leave it.

use super::curve::{Frame, Sketch, V, part, polar};
use crate::ink::Ink;
use crate::length::Rect;
use crate::scene::Node;

/// How much wider than high the symbol is.
const ASPECT: f64 = 1.5;
/// The width of its lines, of its height.
const LINE: f64 = 0.06;

/// The chip's symbol in the middle of `place`, as large as fits (3 : 2), in lines of one ink.
pub fn chip_symbol(place: Rect, ink: Ink) -> Vec<Node> {
    let height = place.height.min(part(place.width, 1.0 / ASPECT));
    // the origin is the symbol's middle and 1 is its height
    let frame = Frame::new(place.centre(), height);
    let mut sketch = Sketch::default();
    chip(&mut sketch, frame.moved(V(-0.3, 0.0)));
    // the waves' middle lies so that the outermost ends at the right edge
    let waves = frame.moved(V(0.02, 0.0));
    for radius in [0.3, 0.433, 0.567, 0.7] {
        sketch.arc(waves, radius, 53.0, 127.0, false);
    }
    sketch.stroked(part(height, LINE), ink).into_iter().collect()
}

/// The chip's face, 0.9 wide and 0.72 high about the origin, six contacts about a middle one.
fn chip(sketch: &mut Sketch, frame: Frame) {
    let (x, y, corner) = (0.45 - LINE / 2.0, 0.36, 0.1);
    for (centre, from) in [
        (V(-x + corner, -y + corner), 270.0),
        (V(x - corner, -y + corner), 0.0),
        (V(x - corner, y - corner), 90.0),
        (V(-x + corner, y - corner), 180.0),
    ] {
        let first = from > 269.0;
        if !first {
            sketch.line(frame, centre + polar(corner, from));
        }
        sketch.arc(frame.moved(centre), corner, from, from + 90.0, !first);
    }
    sketch.close();
    let (inner, third) = (0.13, 0.12);
    sketch.polygon(frame, &[V(-inner, -0.17), V(inner, -0.17), V(inner, 0.17), V(-inner, 0.17)]);
    for side in [-1.0, 1.0] {
        sketch.polyline(frame, &[V(side * inner, -third), V(side * x, -third)]);
        sketch.polyline(frame, &[V(side * inner, third), V(side * x, third)]);
    }
    sketch.polyline(frame, &[V(0.0, -0.17), V(0.0, -y)]);
    sketch.polyline(frame, &[V(0.0, 0.17), V(0.0, y)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;
    use crate::length::Emu;

    #[test]
    fn it_stays_in_its_place_whatever_the_shape_of_it() {
        for (width, height) in [(9_000, 6_000), (12_000, 6_000), (6_000, 12_000)] {
            let place = Rect::new(Emu::um(60_000), Emu::um(3_000), Emu::um(width), Emu::um(height));
            let nodes = chip_symbol(place, Ink::Black);
            measure::assert_sound(&nodes);
            let bounds = measure::bounds(&nodes);
            assert!(place.contains(&bounds), "{bounds:?} in {place:?}");
            assert!(measure::segments(&nodes) < 50);
        }
    }
}
