//! The citizen number (số định danh cá nhân, số căn cước): `PPP G YY RRRRRR`.
//!
//! NĐ 137/2015/NĐ-CP Điều 13 and TT 07/2016/TT-BCA: place of birth registration, century and sex, birth year, six random
//! digits. There is no check digit, and people's sex or birth year may have been corrected since: what does not fit is a
//! [`Doubt`], which a person can overrule with a reason, not an error.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::newtype::text_newtype;
use crate::person::Sex;
use crate::text::clean;

/// A citizen number: 12 digits. Personal data: `Debug` and `Display` show the last four digits only, [`CitizenId::as_str`]
/// and serde give all.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CitizenId([u8; CitizenId::DIGITS]);

/// Why a text is not a citizen number. Carries no digit of it, since errors reach logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// Nothing is left after cleaning.
    #[error("citizen number is empty")]
    Empty,
    /// Something else than the digits 0–9, such as a spreadsheet's `4.6E+10`.
    #[error("citizen number contains something else than digits")]
    NotDigits,
    /// 11 digits: probably a spreadsheet has taken the leading zero; see [`CitizenId::with_leading_zero`].
    #[error("citizen number has 11 digits; its leading zero is probably lost")]
    LeadingZeroLost,
    /// Another number of digits (9: an old identity card).
    #[error("citizen number has {found} digits instead of 12")]
    Length {
        /// Digits found.
        found: usize,
    },
}

/// What does not fit in a citizen number: a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The first three digits are none of the 63 provinces' codes; codes from 100 are countries, which no source at hand
    /// lists.
    UnknownPlace,
    /// The century digit says the other sex.
    Sex {
        /// As the number says.
        in_number: Sex,
        /// As stated.
        given: Sex,
    },
    /// The number says another birth year.
    BirthYear {
        /// As the number says.
        in_number: i16,
        /// As stated.
        given: i16,
    },
}

impl CitizenId {
    /// Digits of a number (Luật Căn cước 2023, Điều 12).
    pub const DIGITS: usize = 12;

    /// Reads a number; spaces anywhere do not matter.
    ///
    /// # Errors
    /// [`CitizenIdError`].
    pub fn parse(text: &str) -> Result<Self, CitizenIdError> {
        let digits = digits_of(text)?;
        match <[u8; Self::DIGITS]>::try_from(digits.as_slice()) {
            Ok(digits) => Ok(Self(digits)),
            Err(_) if digits.len() == Self::DIGITS - 1 => Err(CitizenIdError::LeadingZeroLost),
            Err(_) => Err(CitizenIdError::Length { found: digits.len() }),
        }
    }

    /// The number that 11 digits become with `0` before them, to offer on import; `None` for any other text.
    pub fn with_leading_zero(text: &str) -> Option<Self> {
        let digits = digits_of(text).ok()?;
        (digits.len() == Self::DIGITS - 1).then(|| Self::parse(&format!("0{}", clean(text))).ok())?
    }

    /// All 12 digits.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // ASCII by construction
    }

    /// The number with its last four digits visible: `********1234`.
    pub fn masked(&self) -> String {
        format!("********{}", &self.as_str()[8..])
    }

    /// The place code, the first three digits.
    pub fn place_code(&self) -> u16 {
        number_of(&self.0[..3])
    }

    /// The province of birth registration by its name before the mergers of 2025; `None` for codes of countries and codes
    /// never given out.
    pub fn birth_place(&self) -> Option<&'static str> {
        let code = self.place_code();
        PLACES.binary_search_by_key(&code, |(code, _)| *code).ok().map(|at| PLACES[at].1)
    }

    /// Sex by the century digit: even is male.
    pub fn sex(&self) -> Sex {
        // TT 07/2016/TT-BCA, Phụ lục I: 0 2 4 6 8 male, 1 3 5 7 9 female
        if (self.0[3] - b'0').is_multiple_of(2) { Sex::Male } else { Sex::Female }
    }

    /// Birth year, 1900 to 2399, by the century digit and the two after it.
    pub fn birth_year(&self) -> i16 {
        // NĐ 137/2015/NĐ-CP, Điều 13: 0 and 1 are the twentieth century, 2 and 3 the twenty-first, …
        let century = i16::from(self.0[3] - b'0') / 2;
        let year = i16::from(self.0[4] - b'0') * 10 + i16::from(self.0[5] - b'0');
        1900 + century * 100 + year
    }

    /// What does not fit, given what else is known of the person; empty if nothing.
    pub fn doubts(&self, sex: Option<Sex>, birth_year: Option<i16>) -> Vec<Doubt> {
        let place = self.birth_place().is_none().then_some(Doubt::UnknownPlace);
        let sex = sex.filter(|given| *given != self.sex()).map(|given| Doubt::Sex { in_number: self.sex(), given });
        let year = birth_year
            .filter(|given| *given != self.birth_year())
            .map(|given| Doubt::BirthYear { in_number: self.birth_year(), given });
        place.into_iter().chain(sex).chain(year).collect()
    }
}

text_newtype!(CitizenId, CitizenIdError);

impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", self.masked())
    }
}

/// The text's characters without spaces, if all are ASCII digits.
fn digits_of(text: &str) -> Result<Vec<u8>, CitizenIdError> {
    let digits: String = clean(text).chars().filter(|c| *c != ' ').collect();
    if digits.is_empty() {
        return Err(CitizenIdError::Empty);
    }
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(CitizenIdError::NotDigits);
    }
    Ok(digits.into_bytes())
}

/// At most three ASCII digits.
fn number_of(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0'))
}

/// TT 07/2016/TT-BCA, Phụ lục I: the 63 provinces, by code.
const PLACES: [(u16, &str); 63] = [
    (1, "Hà Nội"),
    (2, "Hà Giang"),
    (4, "Cao Bằng"),
    (6, "Bắc Kạn"),
    (8, "Tuyên Quang"),
    (10, "Lào Cai"),
    (11, "Điện Biên"),
    (12, "Lai Châu"),
    (14, "Sơn La"),
    (15, "Yên Bái"),
    (17, "Hòa Bình"),
    (19, "Thái Nguyên"),
    (20, "Lạng Sơn"),
    (22, "Quảng Ninh"),
    (24, "Bắc Giang"),
    (25, "Phú Thọ"),
    (26, "Vĩnh Phúc"),
    (27, "Bắc Ninh"),
    (30, "Hải Dương"),
    (31, "Hải Phòng"),
    (33, "Hưng Yên"),
    (34, "Thái Bình"),
    (35, "Hà Nam"),
    (36, "Nam Định"),
    (37, "Ninh Bình"),
    (38, "Thanh Hóa"),
    (40, "Nghệ An"),
    (42, "Hà Tĩnh"),
    (44, "Quảng Bình"),
    (45, "Quảng Trị"),
    (46, "Thừa Thiên Huế"),
    (48, "Đà Nẵng"),
    (49, "Quảng Nam"),
    (51, "Quảng Ngãi"),
    (52, "Bình Định"),
    (54, "Phú Yên"),
    (56, "Khánh Hòa"),
    (58, "Ninh Thuận"),
    (60, "Bình Thuận"),
    (62, "Kon Tum"),
    (64, "Gia Lai"),
    (66, "Đắk Lắk"),
    (67, "Đắk Nông"),
    (68, "Lâm Đồng"),
    (70, "Bình Phước"),
    (72, "Tây Ninh"),
    (74, "Bình Dương"),
    (75, "Đồng Nai"),
    (77, "Bà Rịa - Vũng Tàu"),
    (79, "Thành phố Hồ Chí Minh"),
    (80, "Long An"),
    (82, "Tiền Giang"),
    (83, "Bến Tre"),
    (84, "Trà Vinh"),
    (86, "Vĩnh Long"),
    (87, "Đồng Tháp"),
    (89, "An Giang"),
    (91, "Kiên Giang"),
    (92, "Cần Thơ"),
    (93, "Hậu Giang"),
    (94, "Sóc Trăng"),
    (95, "Bạc Liêu"),
    (96, "Cà Mau"),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> CitizenId {
        CitizenId::parse(text).unwrap()
    }

    #[test]
    fn the_number_tells_place_sex_and_year() {
        let number = id("046090001234");
        assert_eq!(number.birth_place(), Some("Thừa Thiên Huế"));
        assert_eq!((number.sex(), number.birth_year()), (Sex::Male, 1990));
        let number = id("079305000001");
        assert_eq!(number.birth_place(), Some("Thành phố Hồ Chí Minh"));
        assert_eq!((number.sex(), number.birth_year()), (Sex::Female, 2005));
        assert_eq!((id("001999000000").sex(), id("001999000000").birth_year()), (Sex::Female, 2399));
    }

    #[test]
    fn places_are_63_in_order_and_in_nfc() {
        assert!(PLACES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(PLACES.iter().all(|(_, name)| clean(name) == *name));
        assert_eq!(id("003090001234").birth_place(), None);
        assert_eq!(id("000090001234").birth_place(), None);
        assert_eq!(id("232090001234").birth_place(), None);
    }

    #[test]
    fn a_spreadsheet_takes_the_leading_zero() {
        assert_eq!(CitizenId::parse("46090001234"), Err(CitizenIdError::LeadingZeroLost));
        assert_eq!(CitizenId::with_leading_zero(" 46090001234 "), Some(id("046090001234")));
        assert_eq!(CitizenId::with_leading_zero("046090001234"), None);
        assert_eq!(CitizenId::with_leading_zero("4609000123"), None);
        assert_eq!(CitizenId::parse("4.6090001234E+10"), Err(CitizenIdError::NotDigits));
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(CitizenId::parse(" \u{200B}"), Err(CitizenIdError::Empty));
        assert_eq!(CitizenId::parse("191234567"), Err(CitizenIdError::Length { found: 9 }));
        assert_eq!(CitizenId::parse("0460900012345"), Err(CitizenIdError::Length { found: 13 }));
        assert_eq!(CitizenId::parse("04609000123O"), Err(CitizenIdError::NotDigits));
        assert_eq!(CitizenId::parse("०46090001234"), Err(CitizenIdError::NotDigits));
        assert_eq!(id("046 090 001\u{00A0}234"), id("046090001234"));
    }

    #[test]
    fn what_does_not_fit_is_a_doubt_only() {
        let number = id("046090001234");
        assert_eq!(number.doubts(None, None), []);
        assert_eq!(number.doubts(Some(Sex::Male), Some(1990)), []);
        let sex = Doubt::Sex { in_number: Sex::Male, given: Sex::Female };
        let year = Doubt::BirthYear { in_number: 1990, given: 1991 };
        assert_eq!(number.doubts(Some(Sex::Female), Some(1991)), [sex, year]);
        assert_eq!(id("500090001234").doubts(None, None), [Doubt::UnknownPlace]);
    }

    #[test]
    fn only_four_digits_are_ever_shown() {
        let number = id("046090001234");
        assert_eq!(number.masked(), "********1234");
        assert_eq!(format!("{number} {number:?}"), "********1234 CitizenId(********1234)");
        assert_eq!(serde_json::to_string(&number).unwrap(), "\"046090001234\"");
    }

    proptest! {
        #[test]
        fn twelve_digits_are_a_number(text in "[0-9]{12}") {
            let number = id(&text);
            prop_assert_eq!(number.as_str(), &text);
            prop_assert!((1900..2400).contains(&number.birth_year()));
            prop_assert!(number.doubts(Some(number.sex()), Some(number.birth_year())).len() <= 1);
            let shown = format!("{number:?}{number}");
            prop_assert!(!shown.contains(&text[..8]));
            if let Some(rest) = text.strip_prefix('0') {
                prop_assert_eq!(CitizenId::with_leading_zero(rest), Some(number));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*|[0-9 ]{0,16}") {
            let _ = (CitizenId::parse(&text), CitizenId::with_leading_zero(&text));
        }
    }
}
