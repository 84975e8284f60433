//! The card's random code (mã số thẻ, ngẫu nhiên): the first field of its QR code and the end of its public address.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::newtype::text_newtype;
use crate::text::clean;

/// Base58 as Bitcoin has it: digits and letters without `0`, `O`, `I` and `l`.
const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// A card's random code: exactly 4 Base58 characters, case-sensitive, e.g. `7hKq` (838/QĐ-BNV: four alphanumeric
/// characters; alphabet by C6).
///
/// With 11 316 496 values it is no secret: it names a card and is unique by the store's index, a second factor guards what
/// it leads to. `Debug` does not show it, since it leads to a person; `Display` and `as_str` do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardCode([u8; CardCode::CHARS]);

/// Why a text is not a card's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardCodeError {
    /// Nothing is left after cleaning.
    #[error("card code is empty")]
    Empty,
    /// Not 4 characters.
    #[error("card code has {found} characters instead of 4")]
    Length {
        /// Characters found.
        found: usize,
    },
    /// One of the four that are left out because they look like another: `0`, `O`, `I`, `l`.
    #[error("card code contains {0:?}, which is never used because it looks like another character")]
    LookAlike(char),
    /// Neither a digit nor a letter A–Z, a–z.
    #[error("card code contains {0:?}")]
    Character(char),
}

impl CardCode {
    /// Characters of a code.
    pub const CHARS: usize = 4;
    /// How many codes there are: 58⁴.
    pub const COUNT: u32 = 58u32.pow(Self::CHARS as u32);

    /// Draws a code, every one equally likely, from a source of equally likely bytes. Bytes from 232 = 4 × 58 on are passed
    /// over, since a remainder of all 256 would favour the alphabet's beginning; a source that gives no others never ends.
    pub fn draw(mut byte: impl FnMut() -> u8) -> Self {
        const FAIR: u8 = 4 * ALPHABET.len() as u8;
        Self([(); Self::CHARS].map(|()| {
            loop {
                let drawn = byte();
                if drawn < FAIR {
                    break ALPHABET[usize::from(drawn) % ALPHABET.len()];
                }
            }
        }))
    }

    /// Reads a code; spaces around it do not matter, case does.
    ///
    /// # Errors
    /// [`CardCodeError`]; length is judged before the characters.
    pub fn parse(text: &str) -> Result<Self, CardCodeError> {
        let text = clean(text);
        let found = text.chars().count();
        if found == 0 {
            return Err(CardCodeError::Empty);
        }
        if found != Self::CHARS {
            return Err(CardCodeError::Length { found });
        }
        for c in text.chars() {
            match c {
                '0' | 'O' | 'I' | 'l' => return Err(CardCodeError::LookAlike(c)),
                _ if c.is_ascii_alphanumeric() => {}
                _ => return Err(CardCodeError::Character(c)),
            }
        }
        text.as_bytes().try_into().map(Self).map_err(|_| CardCodeError::Length { found })
    }

    /// Which of all codes it is, below [`CardCode::COUNT`].
    pub fn number(&self) -> u32 {
        self.0
            .iter()
            .fold(0, |number, byte| number * ALPHABET.len() as u32 + u32::from(DIGITS[usize::from(byte & 0x7F)]))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default() // ASCII by construction
    }
}

/// The place of each character in the alphabet; a code holds no others.
const DIGITS: [u8; 128] = {
    let mut digits = [0; 128];
    let mut at = 0;
    while at < ALPHABET.len() {
        digits[ALPHABET[at] as usize] = at as u8;
        at += 1;
    }
    digits
};

text_newtype!(CardCode, CardCodeError);

impl fmt::Display for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CardCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn there_are_58_to_the_4() {
        assert_eq!(CardCode::COUNT, 11_316_496);
        assert!(ALPHABET.is_sorted_by(|a, b| a < b));
        assert!("0OIl".bytes().all(|out| !ALPHABET.contains(&out)));
    }

    #[test]
    fn every_character_is_drawn_from_as_many_bytes() {
        let mut times = [0u32; 128];
        for byte in 0u8..232 {
            let code = CardCode::draw(|| byte);
            assert!(code.as_str().bytes().all(|c| c == code.0[0]));
            times[usize::from(code.0[0])] += 1;
        }
        assert!(ALPHABET.iter().all(|c| times[usize::from(*c)] == 4));
        assert_eq!(times.iter().sum::<u32>(), 232);
    }

    #[test]
    fn unfair_bytes_are_passed_over() {
        let mut bytes = [232u8, 0, 255, 57, 240, 58, 231].into_iter();
        assert_eq!(CardCode::draw(|| bytes.next().unwrap()).as_str(), "1z1z");
        assert_eq!(bytes.next(), None);
    }

    #[test]
    fn codes_are_numbered_in_their_order() {
        let number = |text: &str| CardCode::parse(text).unwrap().number();
        assert_eq!((number("1111"), number("1112"), number("1121")), (0, 1, 58));
        assert_eq!(number("zzzz"), CardCode::COUNT - 1);
        assert!(number("7hKq") < number("7hKr") && number("7HKq") < number("7hKq"));
    }

    #[test]
    fn case_counts() {
        assert_ne!(CardCode::parse("aBcD"), CardCode::parse("AbCd"));
        assert_eq!(CardCode::parse(" 7hKq\u{200B}").unwrap().as_str(), "7hKq");
    }

    #[test]
    fn each_mistake_has_its_error() {
        assert_eq!(CardCode::parse(" "), Err(CardCodeError::Empty));
        assert_eq!(CardCode::parse("7hK"), Err(CardCodeError::Length { found: 3 }));
        assert_eq!(CardCode::parse("7hKqq"), Err(CardCodeError::Length { found: 5 }));
        for out in ['0', 'O', 'I', 'l'] {
            assert_eq!(CardCode::parse(&format!("7h{out}q")), Err(CardCodeError::LookAlike(out)));
        }
        assert_eq!(CardCode::parse("7h-q"), Err(CardCodeError::Character('-')));
        assert_eq!(CardCode::parse("7hđq"), Err(CardCodeError::Character('đ')));
    }

    #[test]
    fn debug_does_not_show_a_code() {
        let code = CardCode::parse("7hKq").unwrap();
        assert_eq!(format!("{code} {code:?}"), "7hKq CardCode(…)");
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"7hKq\"");
        assert!(serde_json::from_str::<CardCode>("\"7hK0\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_drawn_can_be_read(bytes in prop::collection::vec(0u8..232, 4)) {
            let mut source = bytes.into_iter();
            let code = CardCode::draw(|| source.next().unwrap());
            prop_assert_eq!(CardCode::parse(code.as_str()), Ok(code));
        }

        #[test]
        fn no_text_panics(text in "[0-9A-Za-z ]{0,6}|\\PC*") {
            if let Ok(code) = CardCode::parse(&text) {
                prop_assert!(code.as_str().bytes().all(|c| ALPHABET.contains(&c)));
            }
        }
    }
}
