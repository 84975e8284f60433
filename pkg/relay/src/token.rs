//! What pairing leaves behind: a code that two screens show, and a token that the page keeps.
use crate::bytes::{NotHex, read, write};
use serde::{Deserialize, Serialize};
use std::fmt;

/// 256 bits by chance, which let a page in without asking the person again. Travels as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Token(pub [u8; 32]);

/// A secret: what is logged shows that there is one.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TryFrom<String> for Token {
    type Error = NotHex;

    fn try_from(text: String) -> Result<Self, NotHex> {
        if text.len() != 64 {
            return Err(NotHex);
        }
        read(&text)?.try_into().map(Token).map_err(|_| NotHex)
    }
}

impl From<Token> for String {
    fn from(token: Token) -> Self {
        write(&token.0)
    }
}

/// Six decimal digits that page and relay show, for the person to compare.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PairingCode(String);

/// Not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACode;

impl fmt::Display for NotACode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not six decimal digits")
    }
}

impl PairingCode {
    /// The code of a number; only its last six digits count.
    pub fn of(number: u32) -> Self {
        PairingCode(format!("{:06}", number % 1_000_000))
    }

    /// The six digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

impl TryFrom<String> for PairingCode {
    type Error = NotACode;

    fn try_from(text: String) -> Result<Self, NotACode> {
        let six_digits = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
        if six_digits { Ok(PairingCode(text)) } else { Err(NotACode) }
    }
}

impl From<PairingCode> for String {
    fn from(code: PairingCode) -> Self {
        code.0
    }
}
