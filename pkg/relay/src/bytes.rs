//! Bytes as hexadecimal text.
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes that travel as pairs of hexadecimal digits; written in lower case. Not more than a message can hold.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

/// Something other than pairs of hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotHex;

impl fmt::Display for NotHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not pairs of hexadecimal digits")
    }
}

impl std::error::Error for NotHex {}

/// What passes between page and card has no place in a log.
impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", self.0.len())
    }
}

impl From<Vec<u8>> for Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes(bytes)
    }
}

impl TryFrom<String> for Bytes {
    type Error = NotHex;

    fn try_from(text: String) -> Result<Self, NotHex> {
        if text.len() > crate::LONGEST_MESSAGE {
            return Err(NotHex);
        }
        read(&text).map(Bytes)
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        write(&bytes.0)
    }
}

pub(crate) fn read(text: &str) -> Result<Vec<u8>, NotHex> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return Err(NotHex);
    }
    pairs.iter().map(|[high, low]| Ok(digit(*high)? << 4 | digit(*low)?)).collect()
}

pub(crate) fn write(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

fn digit(character: u8) -> Result<u8, NotHex> {
    let digit = char::from(character).to_digit(16).ok_or(NotHex)?;
    u8::try_from(digit).map_err(|_| NotHex)
}
