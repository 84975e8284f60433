//! A card by its code and the last four digits of the citizen number that is printed on it. Whoever has the card in hand has both; the code
//! alone tells nothing, not even whether it was given (C6, R177).

use contract::Failure;
use model::card_code::CardCode;

use super::{Cards, Shown};

/// No card has these digits.
const NONE: u16 = 0xFFFF;

/// What was typed, understood. Any text is something that can be looked up, in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    code: Option<u32>,
    digits: u16,
}

impl Asked {
    /// Reads code and digits. Spaces around them do not matter.
    pub fn parse(code: &str, digits: &str) -> Self {
        let digits = digits.trim();
        let four = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
        Asked {
            code: CardCode::parse(code).ok().map(|code| code.number()),
            digits: if four { digits.parse().unwrap_or(NONE) } else { NONE },
        }
    }

    /// Whether the code has the form of one.
    pub fn code(&self) -> Option<u32> {
        self.code
    }
}

/// The card; `None` for a code that was never given as for digits that are not on it.
///
/// # Errors
/// [`contract::Outage::Busy`] while the cards are being read, or could not be for some time.
pub fn check_code(cards: &Cards, asked: Asked, at_ms: i64) -> Result<Option<Shown>, Failure> {
    cards.ready(at_ms)?;
    // a text that is no code is looked up as one whose digits never fit
    let (code, digits) = asked.code.map_or((0, NONE), |code| (code, asked.digits));
    Ok(cards.with_digits(code, digits, at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read() {
        let asked = Asked::parse(" 7hKq ", " 0034");
        assert_eq!((asked.code.is_some(), asked.digits), (true, 34));
        for digits in ["", "34", "00034", "+034", "００３４", "0x34", "-034"] {
            assert_eq!(Asked::parse("7hKq", digits).digits, NONE, "{digits}");
        }
        for code in ["", "7hK", "7hK0", "7hKqq", "ễễễễ", "\0"] {
            assert_eq!(Asked::parse(code, "0034").code, None, "{code}");
        }
    }

    #[test]
    fn nothing_is_told_unread() {
        assert!(check_code(&Cards::default(), Asked::parse("7hKq", "0034"), 1).is_err());
    }
}
