//! The card's number (số hiệu thẻ) of 838/QĐ-BNV, which the older numbering gives way to (C2).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::card_type::{CardType, CardTypeError};
use crate::citizen::{CitizenId, CitizenIdError};
use crate::newtype::text_newtype;
use crate::text::clean;
use crate::unit_code::LevelOneCode;

/// A card's number: `[level-1 code].[citizen number].[type]`, 19 or 20 characters, e.g. `H57.046090001234.CC`
/// (838/QĐ-BNV, Điều 1 §2a; R82).
///
/// Holds a citizen number: `Debug` and `Display` show its last four digits only, [`CardNumber::as_str`],
/// [`CardNumber::file_name`] and serde give all.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber {
    agency: LevelOneCode,
    citizen: CitizenId,
    card_type: CardType,
    text: String,
}

/// Why a text is not a card's number. Carries no digit of the citizen number, since errors reach logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardNumberError {
    /// Nothing is left after cleaning.
    #[error("card number is empty")]
    Empty,
    /// Not three parts between dots.
    #[error("card number has {found} parts between dots instead of 3")]
    Parts {
        /// Parts found.
        found: usize,
    },
    /// The first part is not a level-1 code: a letter A to Y and two digits.
    #[error("first part of the card number is not a level-1 code")]
    Agency,
    /// The second part is not a citizen number.
    #[error("second part of the card number is not a citizen number")]
    Citizen(#[source] CitizenIdError),
    /// The third part is not a card type.
    #[error("third part of the card number is not a card type")]
    Type(#[source] CardTypeError),
}

impl CardNumber {
    /// Most characters of a number: with the type `XA0`.
    pub const MAX_CHARS: usize = 20;

    /// The number of a person's card.
    pub fn new(agency: LevelOneCode, citizen: CitizenId, card_type: CardType) -> Self {
        let text = format!("{agency}.{}.{card_type}", citizen.as_str());
        Self { agency, citizen, card_type, text }
    }

    /// Reads a number; case, spaces and the spellings that [`CardType::parse`] knows do not matter.
    ///
    /// # Errors
    /// [`CardNumberError`]; the parts are judged from left to right.
    pub fn parse(text: &str) -> Result<Self, CardNumberError> {
        let text = clean(text);
        if text.is_empty() {
            return Err(CardNumberError::Empty);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [agency, citizen, card_type] = parts.as_slice() else {
            return Err(CardNumberError::Parts { found: parts.len() });
        };
        // the error of a level-1 code repeats the text, which may be a citizen number in the wrong place
        let agency = LevelOneCode::parse(agency).map_err(|_| CardNumberError::Agency)?;
        let citizen = CitizenId::parse(citizen).map_err(CardNumberError::Citizen)?;
        let card_type = CardType::parse(card_type).map_err(CardNumberError::Type)?;
        Ok(Self::new(agency, citizen, card_type))
    }

    /// The whole number, as printed on the card and stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number with the citizen number's last four digits visible: `H57.********1234.CC`.
    pub fn masked(&self) -> String {
        format!("{}.{}.{}", self.agency, self.citizen.masked(), self.card_type)
    }

    /// The whole number for the name of a file: ASCII, and without dots, since a file's type is read after the last one:
    /// `H57-046090001234-HD` (C15).
    pub fn file_name(&self) -> String {
        format!("{}-{}-{}", self.agency, self.citizen.as_str(), self.card_type.ascii())
    }

    /// Level-1 code of the ministry or province.
    pub fn agency(&self) -> LevelOneCode {
        self.agency
    }

    /// The holder's citizen number.
    pub fn citizen(&self) -> CitizenId {
        self.citizen
    }

    /// The card's type.
    pub fn card_type(&self) -> CardType {
        self.card_type
    }
}

text_newtype!(CardNumber, CardNumberError);

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;

    use super::*;

    fn number(text: &str) -> CardNumber {
        CardNumber::parse(text).unwrap()
    }

    #[test]
    fn a_number_has_three_parts() {
        let card = number("H57.046090001234.CC");
        assert_eq!((card.agency().as_str(), card.citizen().as_str()), ("H57", "046090001234"));
        assert_eq!(card.card_type(), CardType::Cc);
        assert_eq!(CardNumber::new(card.agency(), card.citizen(), card.card_type()), card);
        assert_eq!(card.as_str().chars().count(), 19);
        assert_eq!(number("H57.046090001234.XA0").as_str().chars().count(), CardNumber::MAX_CHARS);
    }

    #[test]
    fn input_is_put_right() {
        assert_eq!(number(" h57.046 090 001 234.xao\u{00A0}").as_str(), "H57.046090001234.XA0");
        for text in ["H57.046090001234.HĐ", "H57.046090001234.H\u{00D0}", "h57.046090001234.hd"] {
            assert_eq!(number(text).as_str(), "H57.046090001234.H\u{0110}");
            assert_eq!(number(text).file_name(), "H57-046090001234-HD");
        }
    }

    #[test]
    fn each_mistake_has_its_error() {
        let parts = |found| Err(CardNumberError::Parts { found });
        assert_eq!(CardNumber::parse("\u{200B}"), Err(CardNumberError::Empty));
        assert_eq!(CardNumber::parse("046090001234"), parts(1));
        assert_eq!(CardNumber::parse("H57.10.046090001234.CC"), parts(4));
        assert_eq!(CardNumber::parse("046090001234.H57.CC"), Err(CardNumberError::Agency));
        assert_eq!(CardNumber::parse("H57..CC"), Err(CardNumberError::Citizen(CitizenIdError::Empty)));
        let length = CitizenIdError::Length { found: 9 };
        assert_eq!(CardNumber::parse("H57.191234567.CC"), Err(CardNumberError::Citizen(length)));
        let unknown = CardTypeError::Unknown { found: "KK".into() };
        assert_eq!(CardNumber::parse("H57.046090001234.KK"), Err(CardNumberError::Type(unknown)));
    }

    #[test]
    fn only_four_digits_are_ever_shown() {
        let card = number("H57.046090001234.HĐ");
        assert_eq!(format!("{card} {card:?}"), "H57.********1234.HĐ CardNumber(H57.********1234.HĐ)");
        assert_eq!(serde_json::to_string(&card).unwrap(), "\"H57.046090001234.HĐ\"");
        assert_eq!(serde_json::from_str::<CardNumber>("\"H57.046090001234.hd\"").unwrap(), card);
    }

    proptest! {
        #[test]
        fn numbers_round_trip(agency in "[A-Y][0-9]{2}", digits in "[0-9]{12}", at in 0usize..6) {
            let (agency, citizen) = (LevelOneCode::parse(&agency).unwrap(), CitizenId::parse(&digits).unwrap());
            let card = CardNumber::new(agency, citizen, CardType::ALL[at]);
            prop_assert_eq!(&number(card.as_str()), &card);
            prop_assert!(card.as_str().chars().count() <= CardNumber::MAX_CHARS);
            prop_assert!(card.file_name().is_ascii());
            let shown = format!("{card:?}{card}");
            prop_assert!(!shown.contains(&digits[..8]));
        }

        #[test]
        fn no_refusal_shows_a_digit_of_a_person(text in "(H57|[0-9]{12}|CC|[A-Z]{0,4}|\\.){0,6}|\\PC*") {
            if let Err(error) = CardNumber::parse(&text) {
                let said = format!("{error:?} {error} {:?}", error.source().map(ToString::to_string));
                let digits = said.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
                prop_assert!(digits <= Some(3), "{}", said);
            }
        }
    }
}
