//! Lengths without rounding.

use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// A length or coordinate in English Metric Units (ECMA-376 §20.1.2.1): 914,400 to the inch.
///
/// A millimetre (36,000), a point (12,700) and a printer's dot at 300 and 600 dpi (3,048 and 1,524) are whole numbers of it, so
/// the card's size, its type sizes and the modules of its QR code all stand exactly where they belong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Emu(pub i32);

impl Emu {
    /// Units of an inch.
    pub const PER_INCH: i32 = 914_400;
    /// Units of a millimetre.
    pub const PER_MM: i32 = 36_000;
    /// Units of a point, 1/72 of an inch.
    pub const PER_PT: i32 = 12_700;
    /// No length.
    pub const ZERO: Self = Self(0);

    /// So many thousandths of a millimetre.
    pub const fn um(thousandths: i32) -> Self {
        Self(thousandths * 36)
    }

    /// So many points.
    pub const fn pt(points: i32) -> Self {
        Self(points * Self::PER_PT)
    }

    /// One dot of a printer of so many dots per inch; exact for every resolution that divides 914,400, such as 300 and 600.
    pub const fn dot(dpi: u16) -> Self {
        Self(Self::PER_INCH / dpi as i32)
    }

    /// The length in millimetres.
    pub fn to_mm(self) -> f64 {
        f64::from(self.0) / f64::from(Self::PER_MM)
    }

    /// The length in points.
    pub fn to_pt(self) -> f64 {
        f64::from(self.0) / f64::from(Self::PER_PT)
    }

    /// The length in pixels at so many dots per inch.
    pub fn to_px(self, dpi: u16) -> f64 {
        f64::from(self.0) * f64::from(dpi) / f64::from(Self::PER_INCH)
    }

    /// `self × numerator ÷ denominator`, rounded towards zero, without overflow on the way.
    pub fn scaled(self, numerator: i32, denominator: i32) -> Self {
        let wide = i64::from(self.0) * i64::from(numerator) / i64::from(denominator);
        Self(i32::try_from(wide).unwrap_or(if wide < 0 { i32::MIN } else { i32::MAX }))
    }
}

impl Add for Emu {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Emu {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Emu {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl SubAssign for Emu {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Neg for Emu {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Mul<i32> for Emu {
    type Output = Self;
    fn mul(self, factor: i32) -> Self {
        Self(self.0 * factor)
    }
}

impl Div<i32> for Emu {
    type Output = Self;
    fn div(self, divisor: i32) -> Self {
        Self(self.0 / divisor)
    }
}

impl Sum for Emu {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

/// A point; x to the right, y downwards, from the page's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Point {
    /// To the right.
    pub x: Emu,
    /// Downwards.
    pub y: Emu,
}

impl Point {
    /// The point at these coordinates.
    pub const fn new(x: Emu, y: Emu) -> Self {
        Self { x, y }
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

/// An upright rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rect {
    /// Left edge.
    pub x: Emu,
    /// Upper edge.
    pub y: Emu,
    /// Width, not negative.
    pub width: Emu,
    /// Height, not negative.
    pub height: Emu,
}

impl Rect {
    /// The rectangle with this corner and size.
    pub const fn new(x: Emu, y: Emu, width: Emu, height: Emu) -> Self {
        Self { x, y, width, height }
    }

    /// Right edge.
    pub fn right(&self) -> Emu {
        self.x + self.width
    }

    /// Lower edge.
    pub fn bottom(&self) -> Emu {
        self.y + self.height
    }

    /// The middle.
    pub fn centre(&self) -> Point {
        Point::new(self.x + self.width / 2, self.y + self.height / 2)
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Self::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Whether `other` lies wholly inside, edges included.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x && self.y <= other.y && self.right() >= other.right() && self.bottom() >= other.bottom()
    }

    /// Whether the two have an area in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The rectangle moved by so much.
    #[must_use]
    pub fn moved(self, by: Point) -> Self {
        Self { x: self.x + by.x, y: self.y + by.y, ..self }
    }

    /// The rectangle with this much added on every side; a negative length takes away.
    #[must_use]
    pub fn grown(self, by: Emu) -> Self {
        Self { x: self.x - by, y: self.y - by, width: self.width + by * 2, height: self.height + by * 2 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_regulation_and_the_printers_count_in_is_exact() {
        assert_eq!(Emu::um(85_725), Emu(3 * Emu::PER_INCH + Emu::PER_INCH * 3 / 8), "85.725 mm are 3⅜ inches");
        assert_eq!(Emu::um(53_975), Emu(2 * Emu::PER_INCH + Emu::PER_INCH / 8), "53.975 mm are 2⅛ inches");
        assert_eq!(Emu::dot(300) * 300, Emu(Emu::PER_INCH));
        assert_eq!(Emu::dot(600) * 600, Emu(Emu::PER_INCH));
        assert_eq!(Emu::pt(72), Emu(Emu::PER_INCH));
    }

    #[test]
    fn scaling_does_not_overflow() {
        assert_eq!(Emu(2_000_000_000).scaled(2_000, 2_000), Emu(2_000_000_000));
        assert_eq!(Emu(i32::MAX).scaled(3, 1), Emu(i32::MAX));
    }
}
