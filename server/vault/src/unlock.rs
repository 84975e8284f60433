//! What opens the sealed file: a passphrase, or a key from the environment.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use crate::VaultError;

/// A new vault takes no passphrase shorter than this.
pub const MIN_PASSPHRASE_CHARS: usize = 12;

/// What opens the sealed file. No `Debug`, no `Clone`; wiped on drop.
pub enum Unlock {
    /// Typed or read by the operator; compared in Unicode NFC, so that it does not matter which Vietnamese keyboard
    /// composed it.
    Passphrase(Zeroizing<String>),
    /// 32 bytes from the environment or a service manager.
    Key(Zeroizing<[u8; 32]>),
}

impl Unlock {
    /// Reads a key written as 64 hexadecimal digits or as base64 (with or without padding).
    ///
    /// # Errors
    /// [`VaultError::BadKey`] for anything else.
    pub fn key_from_text(text: &str) -> Result<Self, VaultError> {
        let text = text.trim();
        let bytes = match text.len() {
            64 => from_hex(text),
            43 => STANDARD_NO_PAD.decode(text).ok().map(Zeroizing::new),
            44 => STANDARD.decode(text).ok().map(Zeroizing::new),
            _ => None,
        };
        let bytes = bytes.ok_or(VaultError::BadKey)?;
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(VaultError::BadKey);
        }
        key.copy_from_slice(&bytes);
        Ok(Unlock::Key(key))
    }
}

/// The passphrase's bytes in NFC.
pub(crate) fn canonical(passphrase: &str) -> Zeroizing<String> {
    // reserved at once, so that growing leaves no copy behind; NFC is at most three times as long in UTF-8 (UAX #15)
    let mut text = Zeroizing::new(String::with_capacity(passphrase.len().saturating_mul(3)));
    text.extend(passphrase.nfc());
    text
}

/// Refuses to seal a new file under too short a passphrase.
pub(crate) fn strong_enough(unlock: &Unlock) -> Result<(), VaultError> {
    match unlock {
        Unlock::Passphrase(text) if canonical(text).chars().count() < MIN_PASSPHRASE_CHARS => {
            Err(VaultError::ShortPassphrase { at_least: MIN_PASSPHRASE_CHARS })
        }
        _ => Ok(()),
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    for pair in text.as_bytes().chunks_exact(2) {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_from_hex_and_base64() {
        let base64 = STANDARD.encode([0xab; 32]);
        for text in ["ab".repeat(32), "AB".repeat(32), base64.clone(), base64[..43].to_owned(), format!(" {base64}\n")]
        {
            let Ok(Unlock::Key(key)) = Unlock::key_from_text(&text) else { panic!("refused {text}") };
            assert_eq!(*key, [0xab; 32]);
        }
    }

    #[test]
    fn what_is_not_32_bytes_is_no_key() {
        for text in ["", "ab", &"zz".repeat(32), &"ab".repeat(31), &"đ".repeat(32), &STANDARD.encode([0; 31])] {
            assert!(matches!(Unlock::key_from_text(text), Err(VaultError::BadKey)), "{text}");
        }
    }

    #[test]
    fn passphrases_are_compared_in_nfc() {
        assert_eq!(*canonical("ma\u{323}\u{302}t kha\u{302}\u{309}u"), "mật khẩu");
    }
}
