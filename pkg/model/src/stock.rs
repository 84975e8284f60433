//! Blank cards as goods (R34–R39, R92–R103): what a type is, where blanks lie, what is checked, why one is spoiled.
//! What becomes of one blank stands in [`crate::lifecycle::Blank`].

mod serial;

use serde::{Deserialize, Serialize};

pub use serial::{MAX_SERIALS, Serial, SerialFault, SerialProblem, read_serials};

/// Values with a name in the database, in URLs and in files.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// Every one, in the order in which it is shown.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Name used in the database, in URLs and in files.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named! {
    /// How the chip sits in the body; decides the layout of the face (R92).
    ChipKind {
        /// Seen on the face (chip nổi).
        Raised = "raised",
        /// Within the body (chip chìm).
        Embedded = "embedded",
        /// A card without a chip (R114).
        None = "none",
    }
}

named! {
    /// How a reader reaches the chip (R94, R95).
    Interface {
        /// By radio, 13.56 MHz.
        Contactless = "contactless",
        /// By radio and by contacts.
        Dual = "dual",
        /// Not at all.
        None = "none",
    }
}

named! {
    /// The coating (R102).
    Surface {
        /// Không bóng.
        Matt = "matt",
        /// Bóng.
        Gloss = "gloss",
    }
}

named! {
    /// What a place that holds blanks is.
    PlaceKind {
        /// The store from which stations are supplied.
        Store = "store",
        /// Where cards are issued (điểm cấp thẻ, R176).
        Station = "station",
    }
}

named! {
    /// Why a blank is of no use (R39).
    SpoilReason {
        /// The printer printed it wrongly.
        Misprint = "misprint",
        /// Scratched, bent, torn.
        Damaged = "damaged",
        /// The chip does not answer, or not as it should.
        ChipFault = "chip_fault",
        /// Anything else; then a text says what.
        Other = "other",
    }
}

named! {
    /// What is checked before a lot is accepted (838/QĐ-BNV: R100–R103; C17 of the catalogue stays on paper).
    LotCheck {
        /// As many as the papers say, serials in order.
        Quantity = "quantity",
        /// 85.725 × 53.975 mm ± 0.1, thickness 0.76 ± 0.08, rounded corners (R101).
        Size = "size",
        /// Offset CMYK, pattern and emblem as approved (R102).
        Print = "print",
        /// Security features (R102).
        Security = "security",
        /// Coating: scratch, water, fading; matt or gloss as ordered (R102).
        Coating = "coating",
        /// White core, laminated PVC, new (R102).
        Body = "body",
        /// Samples answer; generation and memory as ordered (R94–R97). Not asked of blanks without a chip.
        Chip = "chip",
        /// Supply voltage, checksums, retention, write cycles by the maker's papers (R100, R103). Not asked of blanks without a chip.
        Papers = "papers",
    }
}

impl LotCheck {
    /// What is asked of a lot of blanks with that chip.
    pub fn asked(chip: ChipKind) -> impl Iterator<Item = LotCheck> {
        Self::ALL
            .iter()
            .copied()
            .filter(move |check| chip != ChipKind::None || !matches!(check, LotCheck::Chip | LotCheck::Papers))
    }
}

/// Memory of a chip that the regulation knows, in KB (R96).
pub const MEMORY_KB: [i64; 4] = [2, 4, 8, 16];

/// A measure of the body in micrometres, and how far it may be off (R101).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// As it should be.
    pub nominal: i64,
    /// At most so much more or less.
    pub tolerance: i64,
}

impl Measure {
    /// 85.725 ± 0.1 mm.
    pub const LENGTH: Measure = Measure { nominal: 85_725, tolerance: 100 };
    /// 53.975 ± 0.1 mm.
    pub const WIDTH: Measure = Measure { nominal: 53_975, tolerance: 100 };
    /// 0.76 ± 0.08 mm.
    pub const THICKNESS: Measure = Measure { nominal: 760, tolerance: 80 };

    /// Whether it is within the tolerance.
    pub fn admits(self, micrometres: i64) -> bool {
        (micrometres - self.nominal).abs() <= self.tolerance
    }
}

/// Millimetres as they are typed, with a comma or a point, in micrometres.
pub fn micrometres(text: &str) -> Option<i64> {
    let text = text.trim().replace(',', ".");
    let (whole, part) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 4 || part.len() > 3 || !digits(whole) || !digits(part) {
        return None;
    }
    format!("{whole}{part:0<3}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for reason in SpoilReason::ALL {
            assert_eq!(SpoilReason::from_name(reason.name()), Some(*reason));
        }
        assert_eq!(ChipKind::from_name("raised"), Some(ChipKind::Raised));
        assert_eq!(ChipKind::from_name("Raised"), None);
    }

    #[test]
    fn nothing_is_asked_about_a_chip_that_is_not_there() {
        assert_eq!(LotCheck::asked(ChipKind::Raised).count(), LotCheck::ALL.len());
        assert_eq!(LotCheck::asked(ChipKind::None).count(), LotCheck::ALL.len() - 2);
    }

    #[test]
    fn millimetres_to_the_micrometre() {
        assert_eq!(micrometres("85,725"), Some(85_725));
        assert_eq!(micrometres(" 0.76 "), Some(760));
        assert_eq!(micrometres("86"), Some(86_000));
        for wrong in ["", ".5", "85.7255", "-1", "1.2.3", "85,7a", "99999"] {
            assert_eq!(micrometres(wrong), None, "{wrong}");
        }
        assert!(Measure::LENGTH.admits(85_825) && !Measure::LENGTH.admits(85_826));
        assert!(Measure::THICKNESS.admits(680) && !Measure::THICKNESS.admits(679));
    }
}
