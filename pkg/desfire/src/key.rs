//! Keys as a card stores them.

use std::fmt;

use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

/// Which cipher a key is for. A two-key triple DES key whose halves are equal *is* a DES key, for the card too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyType {
    /// DES: stored twice, as 16 bytes.
    Des,
    /// 2K3DES.
    TwoKey3Des,
    /// 3K3DES.
    ThreeKey3Des,
    /// AES-128.
    Aes,
}

impl KeyType {
    /// Bytes that a card stores and ChangeKey transports.
    pub fn stored_len(self) -> usize {
        match self {
            KeyType::Des | KeyType::TwoKey3Des | KeyType::Aes => 16,
            KeyType::ThreeKey3Des => 24,
        }
    }

    /// Block of the cipher, bytes.
    pub fn block_len(self) -> usize {
        if self == KeyType::Aes { 16 } else { 8 }
    }

    /// Bytes of a challenge: 8 for DES and 2K3DES, 16 for 3K3DES and AES.
    pub fn challenge_len(self) -> usize {
        match self {
            KeyType::Des | KeyType::TwoKey3Des => 8,
            KeyType::ThreeKey3Des | KeyType::Aes => 16,
        }
    }

    /// The bits that CreateApplication's KeySettings2 and ChangeKey at PICC level have for it.
    pub fn bits(self) -> u8 {
        match self {
            KeyType::Des | KeyType::TwoKey3Des => 0x00,
            KeyType::ThreeKey3Des => 0x40,
            KeyType::Aes => 0x80,
        }
    }
}

/// A key with its version. DES keys carry the version in bit 0 of their first eight bytes, the first byte's bit the highest;
/// an AES key has it beside.
///
/// Wiped on drop; never shown by `Debug`.
#[derive(Clone)]
pub struct Key {
    kind: KeyType,
    /// As stored: 16 or 24 bytes.
    bytes: Zeroizing<Vec<u8>>,
    aes_version: u8,
}

impl Key {
    /// A DES key; the version is in its bits.
    pub fn des(bytes: [u8; 8]) -> Self {
        // the version bits are part of what is doubled
        Key { kind: KeyType::Des, bytes: Zeroizing::new([bytes, bytes].concat()), aes_version: 0 }
    }

    /// A 2K3DES key; a DES key when its halves are equal but for the bits that are no key bits.
    pub fn two_key(bytes: [u8; 16]) -> Self {
        let (first, second) = bytes.split_at(8);
        let degraded = first.iter().zip(second).fold(0, |found, (a, b)| found | ((a ^ b) & 0xFE)) == 0;
        let kind = if degraded { KeyType::Des } else { KeyType::TwoKey3Des };
        Key { kind, bytes: Zeroizing::new(bytes.to_vec()), aes_version: 0 }
    }

    /// A 3K3DES key; the version is in its first eight bytes.
    pub fn three_key(bytes: [u8; 24]) -> Self {
        Key { kind: KeyType::ThreeKey3Des, bytes: Zeroizing::new(bytes.to_vec()), aes_version: 0 }
    }

    /// An AES-128 key.
    pub fn aes(bytes: [u8; 16], version: u8) -> Self {
        Key { kind: KeyType::Aes, bytes: Zeroizing::new(bytes.to_vec()), aes_version: version }
    }

    /// The key of a blank card: DES, all zero.
    pub fn factory() -> Self {
        Key::des([0; 8])
    }

    /// The same key with another version.
    #[must_use]
    pub fn with_version(mut self, version: u8) -> Self {
        match self.kind {
            KeyType::Aes => self.aes_version = version,
            KeyType::Des => {
                set_version(&mut self.bytes[..8], version);
                self.bytes.copy_within(..8, 8);
            }
            KeyType::TwoKey3Des | KeyType::ThreeKey3Des => set_version(&mut self.bytes[..8], version),
        }
        self
    }

    /// Which cipher it is for.
    pub fn kind(&self) -> KeyType {
        self.kind
    }

    /// Its version, as GetKeyVersion tells it.
    pub fn version(&self) -> u8 {
        match self.kind {
            KeyType::Aes => self.aes_version,
            _ => self.bytes[..8].iter().fold(0, |version, byte| version << 1 | byte & 1),
        }
    }

    /// As stored: 16 or 24 bytes.
    pub(crate) fn stored(&self) -> &[u8] {
        &self.bytes
    }

    /// The same key but for bits that are no key bits.
    pub fn same_key(&self, other: &Key) -> bool {
        let mask = if self.kind == KeyType::Aes { 0xFF } else { 0xFE };
        let masked = |key: &Key| Zeroizing::new(key.bytes.iter().map(|byte| byte & mask).collect::<Vec<_>>());
        let (ours, theirs) = (masked(self), masked(other));
        (Choice::from(u8::from(self.kind == other.kind)) & ours.ct_eq(&theirs)).into()
    }
}

fn set_version(bytes: &mut [u8], version: u8) {
    for (nth, byte) in bytes.iter_mut().enumerate() {
        *byte = *byte & 0xFE | version >> (7 - nth) & 1;
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({:?}, version {:02X})", self.kind, self.version())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_key_key_with_equal_halves_is_a_des_key() {
        assert_eq!(Key::two_key([0; 16]).kind(), KeyType::Des);
        // bit 0 is no key bit
        let mut bytes = [0x10; 16];
        bytes[9] = 0x11;
        assert_eq!(Key::two_key(bytes).kind(), KeyType::Des);
        bytes[9] = 0x12;
        assert_eq!(Key::two_key(bytes).kind(), KeyType::TwoKey3Des);
    }

    #[test]
    fn version_bits_come_before_doubling() {
        let key = Key::des([0x10; 8]).with_version(0x55);
        assert_eq!(key.stored(), [[0x10, 0x11].repeat(4), [0x10, 0x11].repeat(4)].concat());
        assert_eq!(key.version(), 0x55);
        assert!(key.same_key(&Key::des([0x11; 8])));
        assert!(!key.same_key(&Key::des([0x12; 8])));
    }

    #[test]
    fn a_version_changes_only_the_first_eight_bytes_of_longer_keys() {
        let mut bytes = [0x21; 16];
        bytes[8..].fill(0x30);
        let key = Key::two_key(bytes).with_version(0x80);
        assert_eq!(key.stored()[..8], [0x21, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20, 0x20]);
        assert_eq!(key.stored()[8..], [0x30; 8]);
        assert_eq!(Key::aes([7; 16], 3).with_version(9).version(), 9);
    }

    #[test]
    fn no_key_is_printed() {
        assert_eq!(format!("{:?}", Key::aes([0xAB; 16], 0x10)), "Key(Aes, version 10)");
    }
}
