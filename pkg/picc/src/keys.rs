//! Keys as the card stores them.
use crate::hex;
use serde::{Deserialize, Serialize};

/// Cipher that a key belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyType {
    /// DES and 2K3DES, 16 bytes; DES is stored doubled.
    #[serde(rename = "2K3DES")]
    TwoKey,
    /// 3K3DES, 24 bytes.
    #[serde(rename = "3K3DES")]
    ThreeKey,
    /// AES-128, 16 bytes and a version.
    #[serde(rename = "AES")]
    Aes,
}

impl KeyType {
    /// From the two highest bits of KeySett2, or of the key number that changes the card's master key.
    pub(crate) fn from_bits(byte: u8) -> Option<Self> {
        match byte & 0xC0 {
            0x00 => Some(Self::TwoKey),
            0x40 => Some(Self::ThreeKey),
            0x80 => Some(Self::Aes),
            _ => None,
        }
    }

    pub(crate) fn bits(self) -> u8 {
        match self {
            Self::TwoKey => 0x00,
            Self::ThreeKey => 0x40,
            Self::Aes => 0x80,
        }
    }

    /// Bytes of a key.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::TwoKey | Self::Aes => 16,
            Self::ThreeKey => 24,
        }
    }

    /// Bytes of the random numbers in an authentication: one block for DES and 2K3DES, else 16.
    pub(crate) fn challenge(self) -> usize {
        match self {
            Self::TwoKey => 8,
            Self::ThreeKey | Self::Aes => 16,
        }
    }
}

/// A key with its version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Key {
    #[serde(rename = "type")]
    pub kind: KeyType,
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
    pub version: u8,
}

impl Key {
    pub fn zero(kind: KeyType) -> Self {
        Self::with_version(kind, vec![0; kind.size()], 0)
    }

    /// A key of the DES family carries its version in the parity bits: bit 0 of its first eight bytes, most significant
    /// bit first. An AES key has the version beside it.
    pub fn with_version(kind: KeyType, bytes: Vec<u8>, version: u8) -> Self {
        let parity = bytes.iter().take(8).fold(0, |version, byte| (version << 1) | (byte & 1));
        Self { kind, bytes, version: if kind == KeyType::Aes { version } else { parity } }
    }

    /// DES in disguise: a 2K3DES key with equal halves, parity aside.
    pub fn is_single_des(&self) -> bool {
        let (left, right) = self.bytes.split_at(self.bytes.len().min(8));
        self.kind == KeyType::TwoKey && left.iter().zip(right).all(|(left, right)| left | 1 == right | 1)
    }

    /// The bytes as they travel in ChangeKey: with the version when AES.
    pub fn travelling(kind: KeyType, bytes: &[u8], version: u8) -> Vec<u8> {
        let mut travelling = bytes.to_vec();
        if kind == KeyType::Aes {
            travelling.push(version);
        }
        travelling
    }
}
