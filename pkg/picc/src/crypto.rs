//! Ciphers as the card uses them: single blocks, CBC in both of its directions, CMAC that continues a chain, and CRCs.
use crate::keys::{Key, KeyType};
use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{TdesEde2, TdesEde3};

/// A key ready for use.
#[derive(Clone)]
pub(crate) enum Cipher {
    /// 2K3DES; with equal halves it is single DES.
    Two(Box<TdesEde2>),
    Three(Box<TdesEde3>),
    Aes(Box<Aes128>),
}

impl Cipher {
    pub fn new(key: &Key) -> Self {
        Self::of(key.kind, &key.bytes)
    }

    /// Takes as many bytes as the type needs; missing ones are zero.
    pub fn of(kind: KeyType, bytes: &[u8]) -> Self {
        let mut padded = [0; 24];
        for (to, from) in padded.iter_mut().zip(bytes) {
            *to = *from;
        }
        let [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15, ..] = padded;
        let sixteen = [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15];
        match kind {
            KeyType::TwoKey => Self::Two(Box::new(TdesEde2::new(&Array(sixteen)))),
            KeyType::ThreeKey => Self::Three(Box::new(TdesEde3::new(&Array(padded)))),
            KeyType::Aes => Self::Aes(Box::new(Aes128::new(&Array(sixteen)))),
        }
    }

    /// Bytes of a block: 8 or 16.
    pub fn block(&self) -> usize {
        match self {
            Self::Two(_) | Self::Three(_) => 8,
            Self::Aes(_) => 16,
        }
    }

    /// Enciphers one block; another length is left as it is.
    fn encipher(&self, block: &mut [u8]) {
        match self {
            Self::Two(cipher) => each(block, |block| cipher.encrypt_block(block)),
            Self::Three(cipher) => each(block, |block| cipher.encrypt_block(block)),
            Self::Aes(cipher) => each(block, |block| cipher.encrypt_block(block)),
        }
    }

    fn decipher(&self, block: &mut [u8]) {
        match self {
            Self::Two(cipher) => each(block, |block| cipher.decrypt_block(block)),
            Self::Three(cipher) => each(block, |block| cipher.decrypt_block(block)),
            Self::Aes(cipher) => each(block, |block| cipher.decrypt_block(block)),
        }
    }

    /// A chaining value of zeros.
    pub fn zero_iv(&self) -> Vec<u8> {
        vec![0; self.block()]
    }

    /// CBC encipherment of whole blocks; `iv` becomes the last block of ciphertext.
    pub fn cbc_encipher(&self, iv: &mut [u8], data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.block()) {
            xor(block, iv);
            self.encipher(block);
            iv.copy_from_slice(block);
        }
    }

    /// CBC decipherment of whole blocks; `iv` becomes the last block of ciphertext.
    pub fn cbc_decipher(&self, iv: &mut [u8], data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.block()) {
            let ciphertext = block.to_vec();
            self.decipher(block);
            xor(block, iv);
            iv.copy_from_slice(&ciphertext);
        }
    }

    /// What a reader made by deciphering in CBC send mode (D40), undone with the only direction a D40 card has:
    /// y(i) = D(x(i) xor y(i-1)), so x(i) = E(y(i)) xor y(i-1).
    pub fn d40_receive(&self, data: &mut [u8]) {
        let mut previous = self.zero_iv();
        for block in data.chunks_exact_mut(self.block()) {
            let received = block.to_vec();
            self.encipher(block);
            xor(block, &previous);
            previous = received;
        }
    }

    /// The two subkeys of NIST SP 800-38B §6.1.
    pub fn subkeys(&self) -> [Vec<u8>; 2] {
        let mut zero = self.zero_iv();
        self.encipher(&mut zero);
        let one = doubled(&zero);
        let two = doubled(&one);
        [one, two]
    }

    /// CMAC (NIST SP 800-38B) whose first block is chained to `iv`; the result is the new chaining value too.
    pub fn cmac_from(&self, iv: &[u8], message: &[u8]) -> Vec<u8> {
        let size = self.block();
        let mut padded = message.to_vec();
        let whole = !message.is_empty() && message.len().is_multiple_of(size);
        if !whole {
            pad_80(&mut padded, size);
        }
        let [one, two] = self.subkeys();
        let last = padded.len() - size;
        xor(&mut padded[last..], if whole { &one } else { &two });
        let mut chain = iv.to_vec();
        self.cbc_encipher(&mut chain, &mut padded);
        chain
    }

    /// CMAC (NIST SP 800-38B).
    pub fn cmac(&self, message: &[u8]) -> Vec<u8> {
        self.cmac_from(&self.zero_iv(), message)
    }

    /// Bytes 1, 3, … 15 of the CMAC: how EV2 and everything since shortens it.
    pub fn short_mac(&self, message: &[u8]) -> [u8; 8] {
        let long = self.cmac(message);
        std::array::from_fn(|i| long.get(2 * i + 1).copied().unwrap_or_default())
    }
}

/// Applies a cipher to a block of its size.
fn each<N: aes::cipher::array::ArraySize>(block: &mut [u8], apply: impl FnOnce(&mut Array<u8, N>)) {
    if let Ok(block) = <&mut Array<u8, N>>::try_from(block) {
        apply(block);
    }
}

pub(crate) fn xor(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to ^= from;
    }
}

/// Doubling in GF(2^64) or GF(2^128); the constants of NIST SP 800-38B §5.3.
fn doubled(value: &[u8]) -> Vec<u8> {
    let mut carry = 0;
    let mut shifted = value.to_vec();
    for byte in shifted.iter_mut().rev() {
        let out = *byte >> 7;
        *byte = (*byte << 1) | carry;
        carry = out;
    }
    if let (1, Some(last)) = (carry, shifted.last_mut()) {
        *last ^= if value.len() == 8 { 0x1B } else { 0x87 };
    }
    shifted
}

/// Appends 80 00 … up to a whole block, always at least one byte.
pub(crate) fn pad_80(data: &mut Vec<u8>, block: usize) {
    data.push(0x80);
    pad_00(data, block);
}

/// Appends zeros up to a whole block.
pub(crate) fn pad_00(data: &mut Vec<u8>, block: usize) {
    data.resize(data.len().next_multiple_of(block), 0);
}

/// Removes 80 00 …; `None` where there is no such padding.
pub(crate) fn without_80(data: &[u8]) -> Option<&[u8]> {
    let end = data.iter().rposition(|byte| *byte != 0)?;
    (data[end] == 0x80).then(|| &data[..end])
}

/// First byte last.
pub(crate) fn rotated_left(bytes: &[u8]) -> Vec<u8> {
    let mut rotated = bytes.to_vec();
    if !rotated.is_empty() {
        rotated.rotate_left(1);
    }
    rotated
}

/// CRC of ISO/IEC 14443-3 type A (initial value 6363), least significant byte first.
pub(crate) fn crc16(data: &[u8]) -> [u8; 2] {
    let step = |crc: u16, byte: &u8| {
        (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0x8408 } else { crc >> 1 })
    };
    data.iter().fold(0x6363, step).to_le_bytes()
}

/// CRC-32 of Ethernet without the final inversion, least significant byte first.
pub(crate) fn crc32(data: &[u8]) -> [u8; 4] {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    };
    data.iter().fold(0xFFFF_FFFF, step).to_le_bytes()
}
