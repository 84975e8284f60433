//! Where things of the artwork stand on the card, in whole numbers alone.

use crate::length::{Emu, Point, Rect};

/// From the artwork's units to the card's.
pub(super) struct Fit {
    /// The artwork's upper left corner on the card.
    corner: Point,
    /// Its size on the card.
    size: (Emu, Emu),
    /// So many card units …
    numerator: i64,
    /// … are so many of the artwork's.
    denominator: i64,
}

impl Fit {
    /// The largest that fits into `place` with the proportions of `size`, in its middle; `None` where either has no area.
    pub(super) fn new(place: Rect, (width, height): (u32, u32)) -> Option<Self> {
        let (width, height) = (i64::from(width), i64::from(height));
        let (across, down) = (i64::from(place.width.0), i64::from(place.height.0));
        if across <= 0 || down <= 0 || width <= 0 || height <= 0 {
            return None;
        }
        let (numerator, denominator) = if across * height <= down * width { (across, width) } else { (down, height) };
        let length = |units: i64| emu(divided(units * numerator, denominator));
        let size = (length(width), length(height));
        let middle = |from: Emu, room: i64, taken: Emu| emu(i64::from(from.0) + (room - i64::from(taken.0)) / 2);
        let corner = Point::new(middle(place.x, across, size.0), middle(place.y, down, size.1));
        Some(Self { corner, size, numerator, denominator })
    }

    /// What the whole artwork covers.
    pub(super) fn whole(&self) -> Rect {
        Rect::new(self.corner.x, self.corner.y, self.size.0, self.size.1)
    }

    /// A point of the artwork, rounded to the nearest unit of the card.
    pub(super) fn point(&self, point: Point) -> Point {
        let coordinate = |from: Emu, units: Emu| emu(i64::from(from.0) + i64::from(self.length(units).0));
        Point::new(coordinate(self.corner.x, point.x), coordinate(self.corner.y, point.y))
    }

    /// A length of the artwork, rounded to the nearest unit of the card.
    pub(super) fn length(&self, units: Emu) -> Emu {
        emu(divided(i64::from(units.0) * self.numerator, self.denominator))
    }
}

/// Rounded to the nearest.
fn divided(value: i64, by: i64) -> i64 {
    (value + by / 2).div_euclid(by)
}

fn emu(value: i64) -> Emu {
    Emu(i32::try_from(value).unwrap_or(if value < 0 { i32::MIN } else { i32::MAX }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_artwork_is_as_wide_as_its_place_and_in_its_middle() {
        let place = Rect::new(Emu(1_000), Emu(2_000), Emu(600), Emu(600));
        let fit = Fit::new(place, (300, 100)).expect("both have an area");
        assert_eq!(fit.whole(), Rect::new(Emu(1_000), Emu(2_200), Emu(600), Emu(200)));
        assert_eq!(fit.point(Point::new(Emu(300), Emu(100))), Point::new(Emu(1_600), Emu(2_400)));
        assert_eq!(fit.length(Emu(10)), Emu(20));
    }

    #[test]
    fn high_artwork_is_as_high_as_its_place_and_in_its_middle() {
        let fit = Fit::new(Rect::new(Emu(0), Emu(0), Emu(600), Emu(400)), (1, 2)).expect("both have an area");
        assert_eq!(fit.whole(), Rect::new(Emu(200), Emu(0), Emu(200), Emu(400)));
    }

    #[test]
    fn nothing_overflows_and_nothing_is_divided_by_zero() {
        let vast = Rect::new(Emu(i32::MAX), Emu(i32::MIN), Emu(i32::MAX), Emu(i32::MAX));
        let fit = Fit::new(vast, (u32::MAX, 1)).expect("both have an area");
        fit.point(Point::new(Emu(i32::MIN), Emu(i32::MAX)));
        assert!(Fit::new(vast, (0, 1)).is_none());
        assert!(Fit::new(Rect::default(), (1, 1)).is_none());
    }
}
