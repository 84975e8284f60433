//! What a record uses of what it may, for a person to see.

use crate::length::Emu;

use super::draft::Draft;
use super::field::{Field, QrFields};
use super::layout::Level;
use super::payload::{MAX_CHARS, Separator};
use super::resolution::{Resolution, modules};

/// What a record's QR code uses of what it may (R85, R86, C5); exists for every record, whether it fits or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What each field uses.
    pub fields: [Share; 9],
    /// Characters in all, separators included; at most [`MAX_CHARS`].
    pub chars: usize,
    /// Bytes in UTF-8, separators included.
    pub bytes: usize,
    /// The symbol that it takes; `None` if no QR code holds so much.
    pub print: Option<Print>,
}

/// What one field uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Which.
    pub field: Field,
    /// Characters used (Unicode scalar values in NFC).
    pub chars: usize,
    /// Bytes used in UTF-8.
    pub bytes: usize,
    /// Characters allowed.
    pub maximum: usize,
}

/// A symbol in a printer's dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// 1 to 40; the lowest that holds the payload.
    pub version: u8,
    /// The highest level of error correction in that version.
    pub level: Level,
    /// Modules on a side.
    pub modules: usize,
    /// The printer.
    pub resolution: Resolution,
    /// Dots on a module's side.
    pub dots: u16,
    /// The symbol's side, without the quiet zone.
    pub side: Emu,
}

impl Budget {
    /// The budget of a record.
    pub fn new(fields: &QrFields, separator: Separator, resolution: Resolution) -> Self {
        Draft::new(fields, separator, resolution).budget()
    }

    /// By how many characters the whole is too long.
    pub const fn over(&self) -> usize {
        self.chars.saturating_sub(MAX_CHARS)
    }

    /// Whether nothing is too long and the symbol can be printed; says nothing of the fields' characters and formats.
    pub fn fits(&self) -> bool {
        self.over() == 0
            && self.fields.iter().all(|share| share.over() == 0)
            && self.print.is_some_and(|print| print.fits())
    }
}

impl Share {
    /// By how many characters the field is too long.
    pub const fn over(&self) -> usize {
        self.chars.saturating_sub(self.maximum)
    }
}

impl Print {
    pub(super) fn new(version: u8, level: Level, resolution: Resolution) -> Self {
        let modules = modules(version);
        let side = resolution.module(modules) * i32::try_from(modules).unwrap_or(0);
        Self { version, level, modules, resolution, dots: resolution.dots(modules), side }
    }

    /// Whether a module has dots enough to be read after printing.
    pub const fn fits(&self) -> bool {
        self.dots >= self.resolution.least_dots()
    }
}

#[cfg(test)]
mod tests {
    use super::super::records::{example, longest};
    use super::*;

    #[test]
    fn a_usual_record_leaves_room() {
        let budget = Budget::new(&example(), Separator::default(), Resolution::Dpi300);
        assert_eq!((budget.chars, budget.bytes, budget.over(), budget.fits()), (110, 125, 0, true));
        let name = budget.fields[Field::FullName as usize];
        assert_eq!((name.chars, name.bytes, name.maximum, name.over()), (16, 23, 25, 0));
        let print = budget.print.unwrap();
        assert_eq!((print.version, print.modules, print.dots), (6, 41, 3));
        assert_eq!(print.side, Emu::dot(300) * 123);
    }

    #[test]
    fn nine_full_fields_are_138_characters() {
        // C5: the code leaves the address, and still the whole is too long by five
        let mut fields = longest();
        fields.card_code = "7kQp".to_owned();
        fields.host = "the.huonggian.gov.vn".to_owned();
        fields.unit_code = "H57.10.05".to_owned();
        fields.sex = "Nam".to_owned();
        let budget = Budget::new(&fields, Separator::default(), Resolution::Dpi600);
        assert!(budget.fields.iter().all(|share| share.chars == share.maximum && share.over() == 0));
        assert_eq!((budget.chars, budget.over(), budget.fits()), (138, 8, false));
    }

    #[test]
    fn twelve_characters_of_host_always_fit() {
        // C5: 138 - 20 + 12 = 130
        let mut fields = longest();
        fields.full_name = "A".repeat(25);
        fields.managing_agency = "B".repeat(30);
        fields.position = "C".repeat(17);
        fields.sex = "Nam".to_owned();
        fields.unit_code = "H57.10.05".to_owned();
        for (host, chars, fits) in [("thecc.gov.vn", 130, true), ("thecbx.gov.vn", 131, false)] {
            fields.host = host.to_owned();
            let budget = Budget::new(&fields, Separator::default(), Resolution::Dpi300);
            assert_eq!((budget.chars, budget.fits()), (chars, fits));
        }
    }

    #[test]
    fn a_record_that_no_symbol_holds_has_a_budget_too() {
        let fields = QrFields { position: "Ệ".repeat(2_000), ..example() };
        let budget = Budget::new(&fields, Separator::default(), Resolution::Dpi300);
        assert_eq!((budget.print, budget.fits(), budget.fields[7].over()), (None, false, 1_983));
    }
}
