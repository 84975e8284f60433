//! Printers' dots and how many of them a module gets.

use crate::length::{Emu, Point, Rect};

/// Longest side of the symbol: 12 mm (838/QĐ-BNV, Điều 1 §2a).
pub const SIDE: Emu = Emu::um(12_000);
/// Side of the white plate on which the symbol lies with its quiet zone.
pub const PLATE: Emu = Emu::um(13_500);
/// Modules of white on each side of the symbol (ISO/IEC 18004:2015 §6.3.8).
pub const QUIET_ZONE: usize = 4;

/// Resolution of the card's printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// 300 dots per inch: 141 dots in 12 mm.
    Dpi300,
    /// 600 dots per inch: 283 dots in 12 mm.
    Dpi600,
}

impl Resolution {
    /// Dots per inch.
    pub const fn dpi(self) -> u16 {
        match self {
            Self::Dpi300 => 300,
            Self::Dpi600 => 600,
        }
    }

    /// Fewest dots of a module that a scanner still reads after printing; measured: two dots at 300 dpi never were.
    pub const fn least_dots(self) -> u16 {
        match self {
            Self::Dpi300 => 3,
            Self::Dpi600 => 5,
        }
    }

    /// The highest version whose modules have dots enough: 7 at 300 dpi, 9 at 600 dpi.
    pub fn largest_version(self) -> u8 {
        (1..=40).rev().find(|version| self.dots(modules(*version)) >= self.least_dots()).unwrap_or(1)
    }

    /// Dots of a module's side, as many as leave the symbol within 12 mm and its quiet zone within the plate; 0 if there are
    /// too many modules for one dot each.
    pub fn dots(self, modules: usize) -> u16 {
        let per_module = |length: Emu, modules: usize| {
            let dots = usize::try_from(length.0 / Emu::dot(self.dpi()).0).unwrap_or(0);
            dots.checked_div(modules).unwrap_or(0)
        };
        let dots = per_module(SIDE, modules).min(per_module(PLATE, modules.saturating_add(2 * QUIET_ZONE)));
        u16::try_from(dots).unwrap_or(u16::MAX)
    }

    /// The side of a module.
    pub fn module(self, modules: usize) -> Emu {
        Emu::dot(self.dpi()) * i32::from(self.dots(modules))
    }

    /// Where a symbol of so many modules a side lies on its plate: in the middle, its corner moved to the nearest of the
    /// printer's dots, which count from the page's upper left corner.
    pub fn place(self, modules: usize, plate: Rect) -> Rect {
        let side = self.module(modules) * i32::try_from(modules).unwrap_or(0);
        let dot = Emu::dot(self.dpi());
        let snap = |at: Emu| dot * (at + dot / 2).0.div_euclid(dot.0);
        let corner = Point::new(snap(plate.x + (plate.width - side) / 2), snap(plate.y + (plate.height - side) / 2));
        Rect::new(corner.x, corner.y, side, side)
    }
}

/// Modules on a side of a symbol of that version (ISO/IEC 18004:2015 §6.3.1).
pub(super) const fn modules(version: u8) -> usize {
    17 + 4 * version as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_7_at_300_dpi_and_9_at_600_are_the_largest() {
        assert_eq!(Resolution::Dpi300.largest_version(), 7);
        assert_eq!(Resolution::Dpi600.largest_version(), 9);
        let side = |resolution: Resolution, version| {
            (resolution.dots(modules(version)), resolution.module(modules(version)) * modules(version) as i32)
        };
        assert_eq!(side(Resolution::Dpi300, 7), (3, Emu::um(11_430)));
        assert_eq!(side(Resolution::Dpi300, 8).0, 2);
        assert_eq!(side(Resolution::Dpi600, 9), (5, Emu::dot(600) * 265)); // 11.22 mm
        assert_eq!(side(Resolution::Dpi600, 10).0, 4);
    }

    #[test]
    fn symbols_that_may_be_printed_lie_on_dots_within_12_mm_and_quiet_zones_within_the_plate() {
        for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
            for version in 1..=resolution.largest_version() {
                let modules = modules(version);
                let plate = Rect::new(Emu::um(67_111), Emu::um(20_003), PLATE, PLATE);
                let place = resolution.place(modules, plate);
                let dot = Emu::dot(resolution.dpi());
                assert!([place.x, place.y, place.width].iter().all(|length| length.0 % dot.0 == 0));
                assert!(place.width <= SIDE && resolution.dots(modules) >= resolution.least_dots());
                let quiet = place.grown(resolution.module(modules) * QUIET_ZONE as i32);
                assert!(quiet.width <= PLATE);
                // to half a dot, by which the symbol was moved
                assert!(plate.grown(dot / 2).contains(&quiet), "version {version} at {resolution:?}");
            }
        }
    }

    #[test]
    fn absurd_numbers_have_no_dots() {
        assert_eq!(Resolution::Dpi600.dots(usize::MAX), 0);
        assert_eq!(Resolution::Dpi300.dots(0), 0);
    }
}
