//! Ciphers of the tests' own reader, written anew: the card is not measured by itself.
use aes::Aes128;
use aes::cipher::{Array, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::TdesEde2;

pub enum Key {
    Des(Box<TdesEde2>),
    Aes(Box<Aes128>),
}

pub fn des_key(key: &[u8]) -> Key {
    Key::Des(Box::new(TdesEde2::new(&Array::try_from(key).expect("16 bytes"))))
}

pub fn aes_key(key: &[u8]) -> Key {
    Key::Aes(Box::new(Aes128::new(&Array::try_from(key).expect("16 bytes"))))
}

/// AES-CMAC of any message; for what the tests have to compute themselves.
pub fn aes_cmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    aes_key(key).cmac(&[0; 16], message)
}

/// The bytes of a MAC that are sent.
pub fn short(mac: &[u8]) -> Vec<u8> {
    mac.iter().skip(1).step_by(2).copied().collect()
}

pub fn aes_encipher(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    aes_key(key).encipher(&mut [0; 16], &mut data);
    data
}

pub fn rotated(bytes: &[u8]) -> Vec<u8> {
    [&bytes[1..], &bytes[..1]].concat()
}

pub fn crc32(data: &[u8]) -> [u8; 4] {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    crc.to_le_bytes()
}

impl Key {
    pub fn block(&self) -> usize {
        match self {
            Self::Des(_) => 8,
            Self::Aes(_) => 16,
        }
    }

    pub fn encipher(&self, iv: &mut [u8], data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.block()) {
            block.iter_mut().zip(iv.iter()).for_each(|(to, from)| *to ^= from);
            match self {
                Self::Des(key) => key.encrypt_block(block.try_into().expect("a block")),
                Self::Aes(key) => key.encrypt_block(block.try_into().expect("a block")),
            }
            iv.copy_from_slice(block);
        }
    }

    pub fn decipher(&self, iv: &mut [u8], data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.block()) {
            let before = block.to_vec();
            match self {
                Self::Des(key) => key.decrypt_block(block.try_into().expect("a block")),
                Self::Aes(key) => key.decrypt_block(block.try_into().expect("a block")),
            }
            block.iter_mut().zip(iv.iter()).for_each(|(to, from)| *to ^= from);
            iv.copy_from_slice(&before);
        }
    }

    pub fn cmac(&self, iv: &[u8], message: &[u8]) -> Vec<u8> {
        let size = self.block();
        let double = |value: &[u8]| {
            let number = value.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
            let bits = size * 8;
            let carry = number >> (bits - 1) & 1 == 1;
            let number = (number << 1) ^ if carry { if size == 8 { 0x1B } else { 0x87 } } else { 0 };
            number.to_be_bytes()[16 - size..].to_vec()
        };
        let mut zero = vec![0; size];
        self.encipher(&mut vec![0; size], &mut zero);
        let mut subkey = double(&zero);
        let mut padded = message.to_vec();
        if message.is_empty() || !message.len().is_multiple_of(size) {
            subkey = double(&subkey);
            padded.push(0x80);
            padded.resize(padded.len().next_multiple_of(size), 0);
        }
        let last = padded.len() - size;
        padded[last..].iter_mut().zip(subkey).for_each(|(to, from)| *to ^= from);
        let mut chain = iv.to_vec();
        self.encipher(&mut chain, &mut padded);
        chain
    }
}
