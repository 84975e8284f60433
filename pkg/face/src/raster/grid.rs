//! Where lengths fall on the grid of pixels.
//!
//! The QR code, its plate and the stripe are drawn in whole pixels if their outlines run upright: each edge moves to the nearest
//! boundary between two pixels. For plate and stripe that is always done. For the code it is done where the edges lie whole dots apart
//! (always at 300 and 600 dpi), so that all of them move by the same fraction of a dot and no module changes its size; at other
//! resolutions, which only screens have, it stays where it is and is anti-aliased.

use super::RasterError;
use crate::length::{Emu, Point};
use crate::scene::{Element, Path, Segment};

/// The widest and highest page, in pixels; tiny-skia smooths edges up to 8,191.
const MAX_SIDE: i64 = 8_000;

/// A page at a resolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub dpi: u16,
    pub page: (Emu, Emu),
    /// Columns and rows.
    pub size: (u32, u32),
}

impl Grid {
    pub fn new(page: (Emu, Emu), dpi: u16) -> Result<Self, RasterError> {
        if !super::RESOLUTIONS.contains(&dpi) {
            return Err(RasterError::Resolution(dpi));
        }
        let side = |length: Emu| {
            let pixels =
                (i64::from(length.0) * i64::from(dpi) + i64::from(Emu::PER_INCH - 1)) / i64::from(Emu::PER_INCH);
            u32::try_from(pixels).ok().filter(|_| (1..=MAX_SIDE).contains(&pixels))
        };
        match (side(page.0), side(page.1)) {
            (Some(columns), Some(rows)) => Ok(Self { dpi, page, size: (columns, rows) }),
            _ => Err(RasterError::Page { width: page.0, height: page.1 }),
        }
    }

    /// A length in pixels.
    pub fn px(&self, length: Emu) -> f32 {
        length.to_px(self.dpi) as f32
    }

    /// A point of an area; what ends with the page ends with its last pixel.
    pub fn point(&self, at: Point) -> (f32, f32) {
        let along = |length: Emu, page: Emu, last: u32| if length == page { last as f32 } else { self.px(length) };
        (along(at.x, self.page.0, self.size.0), along(at.y, self.page.1, self.size.1))
    }

    /// The boundary between two pixels that is nearest to a point; the one to the right and below, of two.
    pub fn dot(&self, at: Point) -> (i32, i32) {
        let along = |length: Emu, page: Emu, last: u32| {
            if length == page {
                return i32::try_from(last).unwrap_or(i32::MAX);
            }
            let halves = i64::from(length.0) * i64::from(self.dpi) * 2 + i64::from(Emu::PER_INCH);
            // at most i32::MAX × 1,200 ÷ 914,400
            i32::try_from(halves.div_euclid(i64::from(Emu::PER_INCH) * 2)).unwrap_or(i32::MAX)
        };
        (along(at.x, self.page.0, self.size.0), along(at.y, self.page.1, self.size.1))
    }

    /// Whether an area of this element is drawn in whole pixels.
    pub fn snaps(&self, element: Element, path: &Path) -> bool {
        match element {
            Element::QrPlate | Element::BackQrPlate | Element::Stripe => is_upright(path),
            Element::Qr | Element::BackQr => is_upright(path) && self.has_whole_steps(path),
            _ => false,
        }
    }

    /// Whether all points lie whole pixels apart from each other.
    fn has_whole_steps(&self, path: &Path) -> bool {
        let phase = |length: Emu| (i64::from(length.0) * i64::from(self.dpi)).rem_euclid(i64::from(Emu::PER_INCH));
        let mut phases = path.0.iter().filter_map(|segment| match *segment {
            Segment::Move(at) | Segment::Line(at) => Some((phase(at.x), phase(at.y))),
            Segment::Cubic(..) | Segment::Close => None,
        });
        phases.next().is_some_and(|first| phases.all(|other| other == first))
    }
}

/// Whether a path consists of horizontal and vertical lines.
fn is_upright(path: &Path) -> bool {
    let (mut start, mut at) = (Point::default(), Point::default());
    path.0.iter().all(|segment| {
        let to = match *segment {
            Segment::Move(to) => {
                (start, at) = (to, to);
                to
            }
            Segment::Line(to) => to,
            Segment::Close => start,
            Segment::Cubic(..) => return false,
        };
        let upright = at.x == to.x || at.y == to.y;
        at = to;
        upright
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::length::Rect;
    use proptest::prelude::*;

    const CARD: (Emu, Emu) = (Emu::um(85_725), Emu::um(53_975));

    #[test]
    fn the_card_has_the_pixels_that_it_touches() {
        for (dpi, size) in [
            (72, (243, 153)),
            (96, (324, 204)),
            (150, (507, 319)),
            (300, (1_013, 638)),
            (600, (2_025, 1_275)),
            (1_200, (4_050, 2_550)),
        ] {
            assert_eq!(Grid::new(CARD, dpi).unwrap().size, size, "{dpi} dpi");
        }
    }

    #[test]
    fn other_resolutions_and_pages_are_refused() {
        for dpi in [0, 71, 1_201, u16::MAX] {
            assert_eq!(Grid::new(CARD, dpi), Err(RasterError::Resolution(dpi)));
        }
        for page in [(Emu::ZERO, CARD.1), (CARD.0, -CARD.1), (Emu(i32::MAX), CARD.1)] {
            assert_eq!(Grid::new(page, 600), Err(RasterError::Page { width: page.0, height: page.1 }));
        }
    }

    #[test]
    fn only_upright_areas_of_whole_dots_snap() {
        let grid = Grid::new(CARD, 300).unwrap();
        let square = |side: Emu| Path::rect(Rect::new(Emu(1_000), Emu(77), side, side));
        assert!(grid.snaps(Element::Qr, &square(Emu::dot(300) * 3)));
        assert!(!grid.snaps(Element::Qr, &square(Emu::dot(300) * 3 + Emu(1))));
        assert!(grid.snaps(Element::QrPlate, &square(Emu(12_345))));
        assert!(!grid.snaps(Element::Background, &square(Emu::dot(300))));
        let mut round = Path::default();
        round.push_circle(Point::default(), Emu::dot(300) * 9);
        assert!(!grid.snaps(Element::QrPlate, &round));
    }

    proptest! {
        #[test]
        fn what_lies_whole_dots_apart_stays_so(from in 0..2_000_000_i32, dots in 0..300_i32, dpi in prop_oneof![Just(300_u16), Just(600), Just(1_200)]) {
            let grid = Grid::new(CARD, dpi).unwrap();
            let at = |x: i32| grid.dot(Point::new(Emu(x), Emu::ZERO)).0;
            prop_assert_eq!(at(from + Emu::dot(dpi).0 * dots), at(from) + dots);
            prop_assert!((f64::from(at(from)) - Emu(from).to_px(dpi)).abs() <= 0.5);
        }
    }
}
