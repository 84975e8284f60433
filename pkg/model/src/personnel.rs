//! Codes of a person in the personnel list: the personnel code (R7–R11) and the identification code (R12–R13).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::newtype::text_newtype;
use crate::text::clean;
use crate::unit_code::{AgencyCode, UnitCodeError};

/// Personnel code (mã số công chức), 8 characters: `57.00001` … `57.99999` (Thừa Thiên Huế 2017, III.2). Ordered by number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonnelCode([u8; PersonnelCode::CHARS]);

/// Why a text or number is not a personnel code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonnelCodeError {
    /// Nothing is left after cleaning.
    #[error("personnel code is empty")]
    Empty,
    /// Not 8 characters.
    #[error("personnel code has {chars} characters instead of 8")]
    Length {
        /// Characters found.
        chars: usize,
    },
    /// Does not begin with the province's number and a dot.
    #[error("personnel code does not begin with {prefix}.")]
    Prefix {
        /// The prefix it should have.
        prefix: &'static str,
    },
    /// Something else than five digits follows the dot.
    #[error("personnel code contains {0:?} where a digit belongs")]
    NotDigit(char),
    /// A number outside 1..=99 999; when allotting: the codes are used up (R11).
    #[error("personnel number {number} is outside 1..={capacity}")]
    OutOfRange {
        /// The number asked for.
        number: u32,
        /// The last number there is.
        capacity: u32,
    },
}

impl PersonnelCode {
    /// The province's number before the dot (Thừa Thiên Huế 2017, III.2).
    pub const PREFIX: &'static str = "57";
    /// The last number, and how many codes there are (R11).
    pub const CAPACITY: u32 = 99_999;
    /// Characters of a code.
    pub const CHARS: usize = 8;

    /// The code of a number, 1 to [`Self::CAPACITY`].
    ///
    /// # Errors
    /// [`PersonnelCodeError::OutOfRange`]: never wraps (R11).
    pub fn from_number(number: u32) -> Result<Self, PersonnelCodeError> {
        let out_of_range = PersonnelCodeError::OutOfRange { number, capacity: Self::CAPACITY };
        if !(1..=Self::CAPACITY).contains(&number) {
            return Err(out_of_range);
        }
        let text = format!("{}.{number:05}", Self::PREFIX);
        text.as_bytes().try_into().map(Self).map_err(|_| out_of_range)
    }

    /// Reads a code; spaces around it do not matter.
    ///
    /// # Errors
    /// [`PersonnelCodeError`].
    pub fn parse(text: &str) -> Result<Self, PersonnelCodeError> {
        let text = clean(text);
        if text.is_empty() {
            return Err(PersonnelCodeError::Empty);
        }
        let chars = text.chars().count();
        if chars != Self::CHARS {
            return Err(PersonnelCodeError::Length { chars });
        }
        let digits = text
            .strip_prefix(Self::PREFIX)
            .and_then(|rest| rest.strip_prefix('.'))
            .ok_or(PersonnelCodeError::Prefix { prefix: Self::PREFIX })?;
        if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
            return Err(PersonnelCodeError::NotDigit(c));
        }
        Self::from_number(number_of(digits.as_bytes()))
    }

    /// The number after the dot, 1 to 99 999.
    pub fn number(&self) -> u32 {
        number_of(&self.0[Self::PREFIX.len() + 1..])
    }

    /// The code, e.g. `57.00001`.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // ASCII by construction
    }
}

text_newtype!(PersonnelCode, PersonnelCodeError);

impl fmt::Display for PersonnelCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for PersonnelCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonnelCode({})", self.as_str())
    }
}

/// Identification code (mã số định danh công chức): the agency's code as issued, `-`, the person's ordinal in that agency,
/// e.g. `00.10.H57-15` (Thừa Thiên Huế 2017, III.1b; R12). Ordered by agency, then ordinal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdentificationCode {
    agency: AgencyCode,
    ordinal: u32,
    text: String,
}

/// Why a text is not an identification code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentificationCodeError {
    /// Nothing is left after cleaning.
    #[error("identification code is empty")]
    Empty,
    /// No hyphen between agency and ordinal.
    #[error("identification code has no hyphen before the ordinal")]
    NoHyphen,
    /// What stands before the last hyphen is no agency code.
    #[error("agency of the identification code is not valid")]
    Agency(#[source] UnitCodeError),
    /// What stands after it is no ordinal: 1 to 4 294 967 295, no leading zero.
    #[error("{found:?} is not an ordinal: a number from 1 without leading zeros")]
    Ordinal {
        /// The text in the ordinal's place.
        found: String,
    },
}

impl IdentificationCode {
    /// The code of person number `ordinal` (from 1) of an agency.
    ///
    /// # Errors
    /// [`IdentificationCodeError::Ordinal`] for 0.
    pub fn new(agency: &AgencyCode, ordinal: u32) -> Result<Self, IdentificationCodeError> {
        if ordinal == 0 {
            return Err(IdentificationCodeError::Ordinal { found: "0".into() });
        }
        Ok(Self { agency: agency.clone(), ordinal, text: format!("{agency}-{ordinal}") })
    }

    /// Reads a code, split at its last hyphen; the agency may be in either notation and keeps it.
    ///
    /// # Errors
    /// [`IdentificationCodeError`].
    pub fn parse(text: &str) -> Result<Self, IdentificationCodeError> {
        let text = clean(text);
        if text.is_empty() {
            return Err(IdentificationCodeError::Empty);
        }
        let (agency, ordinal) = text.rsplit_once('-').ok_or(IdentificationCodeError::NoHyphen)?;
        let agency = AgencyCode::parse(agency).map_err(IdentificationCodeError::Agency)?;
        let refused = || IdentificationCodeError::Ordinal { found: ordinal.to_owned() };
        // one spelling per ordinal, or the code would not be unique
        if ordinal.starts_with('0') || !ordinal.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(refused());
        }
        Self::new(&agency, ordinal.parse().map_err(|_| refused())?)
    }

    /// The agency, as issued.
    pub fn agency(&self) -> &AgencyCode {
        &self.agency
    }

    /// The person's ordinal in the agency, from 1.
    pub fn ordinal(&self) -> u32 {
        self.ordinal
    }

    /// The code, e.g. `00.10.H57-15`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

text_newtype!(IdentificationCode, IdentificationCodeError);

impl fmt::Display for IdentificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// At most five ASCII digits.
fn number_of(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn first_and_last_code() {
        let first = PersonnelCode::from_number(1).unwrap();
        let last = PersonnelCode::from_number(99_999).unwrap();
        assert_eq!((first.as_str(), last.as_str()), ("57.00001", "57.99999"));
        assert!(first < last);
    }

    #[test]
    fn exhaustion_is_refused_not_wrapped() {
        for number in [0, 100_000, u32::MAX] {
            let refused = PersonnelCodeError::OutOfRange { number, capacity: 99_999 };
            assert_eq!(PersonnelCode::from_number(number), Err(refused));
        }
    }

    #[test]
    fn each_mistake_in_a_personnel_code_has_its_error() {
        assert_eq!(PersonnelCode::parse(" "), Err(PersonnelCodeError::Empty));
        assert_eq!(PersonnelCode::parse("57.0001"), Err(PersonnelCodeError::Length { chars: 7 }));
        assert_eq!(PersonnelCode::parse("46.00001"), Err(PersonnelCodeError::Prefix { prefix: "57" }));
        assert_eq!(PersonnelCode::parse("57-00001"), Err(PersonnelCodeError::Prefix { prefix: "57" }));
        assert_eq!(PersonnelCode::parse("57.0000١"), Err(PersonnelCodeError::NotDigit('١')));
        assert_eq!(
            PersonnelCode::parse("57.00000"),
            Err(PersonnelCodeError::OutOfRange { number: 0, capacity: 99_999 })
        );
    }

    #[test]
    fn identification_code_of_the_project() {
        let code = IdentificationCode::parse(" 00.10.h57-15 ").unwrap();
        assert_eq!(code.as_str(), "00.10.H57-15");
        assert_eq!((code.agency().canonical().as_str(), code.ordinal()), ("H57.10", 15));
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"00.10.H57-15\"");
    }

    #[test]
    fn each_mistake_in_an_identification_code_has_its_error() {
        let ordinal = |found: &str| Err(IdentificationCodeError::Ordinal { found: found.into() });
        assert_eq!(IdentificationCode::parse(""), Err(IdentificationCodeError::Empty));
        assert_eq!(IdentificationCode::parse("00.10.H57"), Err(IdentificationCodeError::NoHyphen));
        assert_eq!(IdentificationCode::parse("-1"), Err(IdentificationCodeError::Agency(UnitCodeError::Empty)));
        assert_eq!(IdentificationCode::parse("H57-"), ordinal(""));
        assert_eq!(IdentificationCode::parse("H57-015"), ordinal("015"));
        assert_eq!(IdentificationCode::parse("H57-0"), ordinal("0"));
        assert_eq!(IdentificationCode::parse("H57-+1"), ordinal("+1"));
        assert_eq!(IdentificationCode::parse("H57-4294967296"), ordinal("4294967296"));
        let agency = Err(IdentificationCodeError::Agency(UnitCodeError::Character('-')));
        assert_eq!(IdentificationCode::parse("H57-1-2"), agency);
    }

    proptest! {
        #[test]
        fn numbers_round_trip_and_keep_their_order(a in 1u32..=99_999, b in 1u32..=99_999) {
            let (code_a, code_b) = (PersonnelCode::from_number(a).unwrap(), PersonnelCode::from_number(b).unwrap());
            prop_assert_eq!(code_a.number(), a);
            prop_assert_eq!(code_a.as_str().len(), PersonnelCode::CHARS);
            prop_assert_eq!(PersonnelCode::parse(code_a.as_str()), Ok(code_a));
            prop_assert_eq!(code_a.cmp(&code_b), a.cmp(&b));
        }

        #[test]
        fn identification_codes_round_trip(agency in "[A-Y][0-9]{2}(\\.[0-9A-Z]?[1-9]){0,3}", ordinal in 1u32..) {
            let code = IdentificationCode::new(&AgencyCode::parse(&agency).unwrap(), ordinal).unwrap();
            prop_assert_eq!(IdentificationCode::parse(code.as_str()), Ok(code));
        }

        #[test]
        fn no_text_panics(text in "57\\.\\PC{0,5}|[H0-9.-]{0,20}|\\PC*") {
            let _ = PersonnelCode::parse(&text);
            let _ = IdentificationCode::parse(&text);
        }
    }
}
