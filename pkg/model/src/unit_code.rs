//! Agency identifiers: the code of QĐ 20/2020/QĐ-TTg and its older notation, QCVN 102:2016 (C3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::newtype::text_newtype;
use crate::text::clean;

/// The canonical code of a unit: level 1 first, groups joined by dots, e.g. `H57.10` (QĐ 20/2020/QĐ-TTg, Điều 4).
///
/// `^[A-Y][0-9]{2}(\.[0-9A-Z]+)*$`, at most 35 characters; groups of any width, none of zeros only (C3).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UnitCode(String);

/// Why a text is not a unit code. Positions count groups from 1, from the left as written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnitCodeError {
    /// Nothing is left after cleaning.
    #[error("unit code is empty")]
    Empty,
    /// More characters than Điều 4 allows.
    #[error("unit code has {chars} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        chars: usize,
        /// Characters allowed.
        max: usize,
    },
    /// Neither a dot, a digit nor a letter A–Z.
    #[error("unit code contains {0:?}")]
    Character(char),
    /// Two dots in a row, or a dot at an end.
    #[error("group {position} of the unit code is empty")]
    EmptyGroup {
        /// Which group.
        position: usize,
    },
    /// A group of zeros where it has no meaning.
    #[error("group {position} of the unit code, {group}, has zeros only")]
    ZeroGroup {
        /// Which group.
        position: usize,
        /// The group as written.
        group: String,
    },
    /// No level-1 code (a letter A–Y and two digits) where it belongs.
    #[error("{group} is not a level-1 code: a letter A to Y and two digits")]
    LevelOne {
        /// The group that stands in its place.
        group: String,
    },
    /// Written right to left as in QCVN 102:2016 where only the canonical order is accepted.
    #[error("unit code is written in the older order; now it is {canonical}")]
    OlderOrder {
        /// The same code in canonical order.
        canonical: UnitCode,
    },
}

impl UnitCode {
    /// Most characters of a code (QĐ 20/2020/QĐ-TTg, Điều 4).
    pub const MAX_CHARS: usize = 35;

    /// Reads a canonical code; trims it and makes letters upper case first.
    ///
    /// # Errors
    /// [`UnitCodeError`]; `OlderOrder` if the text is a valid code in the notation of QCVN 102:2016.
    pub fn parse(text: &str) -> Result<Self, UnitCodeError> {
        let text = tidy(text)?;
        let groups: Vec<&str> = text.split('.').collect();
        match Self::from_groups(&groups, |at| at + 1) {
            Err(UnitCodeError::LevelOne { .. }) if groups.len() > 1 && is_level_one(groups[groups.len() - 1]) => {
                let canonical = from_right_to_left(&groups)?;
                Err(UnitCodeError::OlderOrder { canonical })
            }
            result => result,
        }
    }

    /// Reads a code in either notation, told apart by where the level-1 group stands: first is canonical; last, and not
    /// first, is QCVN 102:2016 (`000.00.10.H57`, `00.10.H57` → `H57.10`), whose leading groups of zeros are dropped.
    ///
    /// # Errors
    /// [`UnitCodeError`]. A group of zeros between others (`05.00.H57`) is refused: without it the code would be another
    /// unit's.
    pub fn from_any(text: &str) -> Result<Self, UnitCodeError> {
        match Self::parse(text) {
            Err(UnitCodeError::OlderOrder { canonical }) => Ok(canonical),
            result => result,
        }
    }

    /// The canonical code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level-1 code: of the ministry or province, e.g. `H57`.
    pub fn level_one(&self) -> &str {
        self.0.split_once('.').map_or(self.0.as_str(), |(first, _)| first)
    }

    /// The level-1 code as a value of its own.
    pub fn level_one_code(&self) -> LevelOneCode {
        // a unit code begins with a level-1 code by construction
        <[u8; LevelOneCode::CHARS]>::try_from(self.level_one().as_bytes()).map_or(LevelOneCode(*b"A00"), LevelOneCode)
    }

    /// Number of groups, 1 for a ministry or province.
    pub fn level(&self) -> usize {
        self.0.split('.').count()
    }

    /// The unit directly above; `None` at level 1.
    pub fn parent(&self) -> Option<UnitCode> {
        self.0.rsplit_once('.').map(|(above, _)| UnitCode(above.to_owned()))
    }

    /// The units above, the nearest first; none at level 1.
    pub fn ancestors(&self) -> impl Iterator<Item = UnitCode> + use<> {
        std::iter::successors(self.parent(), UnitCode::parent)
    }

    /// This code or, where it is longer than `max` characters, that of the nearest unit above that is not: what a field of
    /// limited length shows (C4: 9 characters in the QR code). `None` if not even level 1 fits.
    pub fn nearest_within(&self, max: usize) -> Option<UnitCode> {
        std::iter::once(self.clone()).chain(self.ancestors()).find(|code| code.0.len() <= max)
    }

    /// Whether this is `other` or stands anywhere below it.
    pub fn is_within(&self, other: &UnitCode) -> bool {
        self.0.strip_prefix(&other.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// The code right to left in the province's style: at least three groups, filled up with `00` on the left.
    /// `H57.10` → `00.10.H57`, `H57` → `00.00.H57`, `H57.10.05` → `05.10.H57`.
    ///
    /// Thừa Thiên Huế 2017 writes three groups where QCVN 102:2016 has four (`000.00.10.H57`); its cards and identification
    /// codes carry the three, so they are what is made here. Deeper codes keep all their groups.
    pub fn to_legacy(&self) -> String {
        let mut groups: Vec<&str> = self.0.split('.').collect();
        while groups.len() < 3 {
            groups.push("00");
        }
        groups.reverse();
        groups.join(".")
    }

    /// `groups` level 1 first; `position` tells where group n of them was written.
    fn from_groups(groups: &[&str], position: impl Fn(usize) -> usize) -> Result<Self, UnitCodeError> {
        if let Some(at) = groups.iter().position(|group| group.is_empty()) {
            return Err(UnitCodeError::EmptyGroup { position: position(at) });
        }
        let first = groups.first().copied().unwrap_or_default();
        if !is_level_one(first) {
            return Err(UnitCodeError::LevelOne { group: first.to_owned() });
        }
        if let Some(at) = groups.iter().position(|group| is_zero(group)) {
            return Err(UnitCodeError::ZeroGroup { position: position(at), group: groups[at].to_owned() });
        }
        Ok(Self(groups.join(".")))
    }
}

text_newtype!(UnitCode, UnitCodeError);

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A level-1 code, of a ministry or province: a letter A–Y and two digits, e.g. `H57` (QĐ 20/2020/QĐ-TTg, Điều 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LevelOneCode([u8; LevelOneCode::CHARS]);

impl LevelOneCode {
    /// Characters of a code.
    pub const CHARS: usize = 3;

    /// Reads a code; trims it and makes the letter upper case first.
    ///
    /// # Errors
    /// As [`UnitCode::parse`]; `LevelOne` also for a code with more groups.
    pub fn parse(text: &str) -> Result<Self, UnitCodeError> {
        let text = tidy(text)?;
        match <[u8; Self::CHARS]>::try_from(text.as_bytes()) {
            Ok(code) if is_level_one(&text) => Ok(Self(code)),
            _ => Err(UnitCodeError::LevelOne { group: text }),
        }
    }

    /// The code, e.g. `H57`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // ASCII by construction
    }
}

text_newtype!(LevelOneCode, UnitCodeError);

impl From<LevelOneCode> for UnitCode {
    /// The unit at the root: the ministry or province itself.
    fn from(code: LevelOneCode) -> Self {
        Self(code.as_str().to_owned())
    }
}

impl fmt::Display for LevelOneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A unit's code together with the notation in which it was issued, which documents go on using (C3). Two are equal only if
/// issued alike; compare [`AgencyCode::canonical`] to compare units. In serde: the notation as issued.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgencyCode {
    canonical: UnitCode,
    issued: String,
}

impl AgencyCode {
    /// Reads a code in either notation and keeps it as written, but for spaces around it and lower-case letters.
    ///
    /// # Errors
    /// As [`UnitCode::from_any`].
    pub fn parse(text: &str) -> Result<Self, UnitCodeError> {
        Ok(Self { canonical: UnitCode::from_any(text)?, issued: tidy(text)? })
    }

    /// The canonical code, for the tree of units and for comparing.
    pub fn canonical(&self) -> &UnitCode {
        &self.canonical
    }

    /// The notation as issued, for documents.
    pub fn issued(&self) -> &str {
        &self.issued
    }

    /// As [`AgencyCode::issued`].
    pub fn as_str(&self) -> &str {
        &self.issued
    }
}

text_newtype!(AgencyCode, UnitCodeError);

impl From<UnitCode> for AgencyCode {
    /// A code issued in canonical notation.
    fn from(canonical: UnitCode) -> Self {
        let issued = canonical.0.clone();
        Self { canonical, issued }
    }
}

impl fmt::Display for AgencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.issued)
    }
}

/// Cleaned and upper-cased text of allowed characters and length, 1 to 35 of them.
fn tidy(text: &str) -> Result<String, UnitCodeError> {
    let text = clean(text).to_ascii_uppercase();
    if text.is_empty() {
        return Err(UnitCodeError::Empty);
    }
    // QĐ 20/2020/QĐ-TTg, Điều 4: dots, digits and capital letters only
    if let Some(c) = text.chars().find(|c| !matches!(c, '.' | '0'..='9' | 'A'..='Z')) {
        return Err(UnitCodeError::Character(c));
    }
    let chars = text.len(); // ASCII by now
    if chars > UnitCode::MAX_CHARS {
        return Err(UnitCodeError::TooLong { chars, max: UnitCode::MAX_CHARS });
    }
    Ok(text)
}

/// QCVN 102:2016 `V1V2V3.Z1Z2.Y1Y2.MX`: lowest level first; levels that the unit does not reach are zeros, on the left.
fn from_right_to_left(groups: &[&str]) -> Result<UnitCode, UnitCodeError> {
    let unused = groups.iter().take_while(|group| is_zero(group)).count();
    let used: Vec<&str> = groups[unused..].iter().rev().copied().collect();
    UnitCode::from_groups(&used, |at| groups.len() - at)
}

fn is_level_one(group: &str) -> bool {
    // QĐ 20/2020/QĐ-TTg, Điều 4: MX1X2, M of A..Y, X digits
    matches!(group.as_bytes(), [b'A'..=b'Y', b'0'..=b'9', b'0'..=b'9'])
}

fn is_zero(group: &str) -> bool {
    !group.is_empty() && group.bytes().all(|digit| digit == b'0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> UnitCode {
        UnitCode::parse(text).unwrap()
    }

    #[test]
    fn codes_seen_in_the_wild_are_canonical() {
        for code in ["H57", "H57.10", "H57.10.05", "G06.01", "G09.20", "G12.18", "G12.18.112.001", "H57.10.A1"] {
            assert_eq!(canonical(code).as_str(), code);
            assert_eq!(UnitCode::from_any(code), Ok(canonical(code)));
        }
        assert_eq!(canonical(" h57.10\u{200B}\u{00A0}").as_str(), "H57.10");
    }

    #[test]
    fn older_notation_is_read_right_to_left() {
        // QĐ 3739/QĐ-UBND Quảng Ninh; Thừa Thiên Huế 2017
        for (older, now) in [
            ("000.00.10.H57", "H57.10"),
            ("00.10.H57", "H57.10"),
            ("000.00.00.H49", "H49"),
            ("000.00.00.G22", "G22"),
            ("00.H57", "H57"),
            ("05.10.H57", "H57.10.05"),
            ("001.05.10.h57", "H57.10.05.001"),
        ] {
            assert_eq!(UnitCode::from_any(older), Ok(canonical(now)), "{older}");
            assert_eq!(UnitCode::parse(older), Err(UnitCodeError::OlderOrder { canonical: canonical(now) }), "{older}");
        }
    }

    #[test]
    fn a_zero_group_between_others_would_make_another_units_code() {
        let refused = Err(UnitCodeError::ZeroGroup { position: 2, group: "00".into() });
        assert_eq!(UnitCode::from_any("05.00.H57"), refused);
        assert_eq!(UnitCode::from_any("H57.00"), refused);
        assert_eq!(UnitCode::from_any("000.00.10.H57.05"), Err(UnitCodeError::LevelOne { group: "000".into() }));
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(UnitCode::parse("  "), Err(UnitCodeError::Empty));
        assert_eq!(UnitCode::parse("H57-10"), Err(UnitCodeError::Character('-')));
        assert_eq!(UnitCode::parse("HĐ7"), Err(UnitCodeError::Character('Đ')));
        assert_eq!(UnitCode::parse("H57..10"), Err(UnitCodeError::EmptyGroup { position: 2 }));
        assert_eq!(UnitCode::parse("H57."), Err(UnitCodeError::EmptyGroup { position: 2 }));
        assert_eq!(UnitCode::parse("."), Err(UnitCodeError::EmptyGroup { position: 1 }));
        assert_eq!(UnitCode::parse("00..10.H57"), Err(UnitCodeError::EmptyGroup { position: 2 }));
        assert_eq!(UnitCode::parse("Z57.10"), Err(UnitCodeError::LevelOne { group: "Z57".into() }));
        assert_eq!(UnitCode::parse("H5.10"), Err(UnitCodeError::LevelOne { group: "H5".into() }));
        let long = format!("H57.{}", "1".repeat(32));
        assert_eq!(UnitCode::from_any(&long), Err(UnitCodeError::TooLong { chars: 36, max: 35 }));
        assert!(UnitCode::parse(&long[..35]).is_ok());
    }

    #[test]
    fn the_tree_is_in_the_code() {
        let unit = canonical("G12.18.112.001");
        assert_eq!((unit.level_one(), unit.level()), ("G12", 4));
        assert_eq!(unit.parent(), Some(canonical("G12.18.112")));
        assert_eq!(canonical("G12").parent(), None);
        assert!(unit.is_within(&canonical("G12.18")) && unit.is_within(&unit));
        assert!(!canonical("H57.101").is_within(&canonical("H57.10")));
        assert!(!canonical("H57").is_within(&canonical("H57.10")));
    }

    #[test]
    fn ancestors_come_nearest_first() {
        let above: Vec<String> = canonical("G12.18.112.001").ancestors().map(String::from).collect();
        assert_eq!(above, ["G12.18.112", "G12.18", "G12"]);
        assert_eq!(canonical("G12").ancestors().count(), 0);
    }

    #[test]
    fn a_short_field_shows_the_nearest_unit_that_fits() {
        // C4: nine characters in the QR code
        for (code, shown) in [
            ("H57", "H57"),
            ("H57.10", "H57.10"),
            ("H57.10.05", "H57.10.05"),
            ("H57.10.05.01", "H57.10.05"),
            ("H57.10.005", "H57.10"),
            ("G12.18.112.001", "G12.18"),
            ("H57.100000000", "H57"),
        ] {
            assert_eq!(canonical(code).nearest_within(9), Some(canonical(shown)), "{code}");
        }
        assert_eq!(canonical("H57.10").nearest_within(3), Some(canonical("H57")));
        assert_eq!(canonical("H57.10").nearest_within(2), None);
    }

    #[test]
    fn groups_have_any_width() {
        for code in ["H57.1", "H57.10", "H57.100", "H57.1000.2.33333", "H57.A.B1.007", "Y99.0A"] {
            assert_eq!(UnitCode::from_any(code).map(String::from), Ok(code.to_owned()));
        }
        assert_eq!(UnitCode::from_any("1.22.333.H57"), Ok(canonical("H57.333.22.1")));
    }

    #[test]
    fn a_level_one_code_is_a_letter_and_two_digits() {
        let code = LevelOneCode::parse(" h57 ").unwrap();
        assert_eq!((code.as_str(), canonical("H57.10").level_one_code()), ("H57", code));
        assert_eq!(UnitCode::from(code), canonical("H57"));
        for wrong in ["H5", "H577", "Z57", "57H", "H57.10", "000"] {
            assert_eq!(LevelOneCode::parse(wrong), Err(UnitCodeError::LevelOne { group: wrong.into() }));
        }
        assert_eq!(LevelOneCode::parse("H5Đ"), Err(UnitCodeError::Character('Đ')));
        assert_eq!(LevelOneCode::parse(""), Err(UnitCodeError::Empty));
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"H57\"");
    }

    #[test]
    fn legacy_notation_has_three_groups_at_least() {
        assert_eq!(canonical("H57").to_legacy(), "00.00.H57");
        assert_eq!(canonical("H57.10").to_legacy(), "00.10.H57");
        assert_eq!(canonical("H57.10.05").to_legacy(), "05.10.H57");
        assert_eq!(canonical("G12.18.112.001").to_legacy(), "001.112.18.G12");
    }

    #[test]
    fn an_agency_code_keeps_its_notation() {
        let code = AgencyCode::parse(" 00.10.h57 ").unwrap();
        assert_eq!((code.canonical().as_str(), code.issued()), ("H57.10", "00.10.H57"));
        let json = serde_json::to_string(&code).unwrap();
        assert_eq!(json, "\"00.10.H57\"");
        assert_eq!(serde_json::from_str::<AgencyCode>(&json).unwrap(), code);
        assert_eq!(AgencyCode::from(canonical("H57.10")).issued(), "H57.10");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_results_are_canonical(text in "[A-Za-z0-9. ]{0,40}|\\PC*") {
            if let Ok(code) = UnitCode::from_any(&text) {
                prop_assert_eq!(UnitCode::parse(code.as_str()), Ok(code.clone()));
                prop_assert!(code.as_str().len() <= UnitCode::MAX_CHARS);
                prop_assert!(code.as_str().split('.').all(|group| !group.is_empty() && !is_zero(group)));
                prop_assert!(code.parent().is_none_or(|above| code.is_within(&above)));
                prop_assert_eq!(AgencyCode::parse(&text).map(|agency| agency.canonical().clone()), Ok(code));
            }
        }

        #[test]
        fn what_a_short_field_shows_is_the_longest_that_fits(
            code in "[A-Y][0-9]{2}(\\.[0-9A-Z]{0,3}[1-9]){0,5}", max in 3usize..=35,
        ) {
            let code = canonical(&code);
            let shown = code.nearest_within(max).unwrap();
            prop_assert!(code.is_within(&shown) && shown.as_str().len() <= max);
            let mut line = code.ancestors().chain([code.clone()]);
            let below = line.find(|unit| unit.parent().as_ref() == Some(&shown));
            prop_assert!(below.is_none_or(|unit| unit.as_str().len() > max));
            prop_assert_eq!(code.ancestors().count(), code.level() - 1);
            prop_assert_eq!(String::from(code.level_one_code()), code.level_one());
        }

        #[test]
        fn legacy_round_trips(code in "[A-Y][0-9]{2}(\\.[0-9]{0,2}[1-9]){0,5}") {
            let code = canonical(&code);
            prop_assert_eq!(UnitCode::from_any(&code.to_legacy()), Ok(code.clone()));
            prop_assert_eq!(UnitCode::from_any(&format!("000.00.{}", code.to_legacy())), Ok(code));
        }
    }
}
