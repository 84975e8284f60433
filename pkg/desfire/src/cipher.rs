//! The block ciphers, and the chaining that DESFire builds from them.

use aes::Aes128;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2, TdesEde3};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::key::{Key, KeyType};

/// Largest block.
const BLOCK: usize = 16;

/// A keyed block cipher.
pub(crate) enum Block {
    Des(Des),
    TwoKey(TdesEde2),
    ThreeKey(TdesEde3),
    Aes(Aes128),
}

/// The last block of a chain: what the next operation begins with. Eight bytes of it are used by the DES ciphers.
#[derive(Clone, Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Iv(pub(crate) [u8; BLOCK]);

impl Block {
    /// Of a key as a card stores it.
    pub(crate) fn new(key: &Key) -> Self {
        Block::of(key.kind(), key.stored())
    }

    /// Of the bytes of a session key: 8 or 16 (both halves) for DES, 16, 24, 16. Missing bytes are zero.
    pub(crate) fn of(kind: KeyType, bytes: &[u8]) -> Self {
        match kind {
            KeyType::Des => Block::Des(Des::new(&sized::<8>(bytes).into())),
            KeyType::TwoKey3Des => Block::TwoKey(TdesEde2::new(&sized::<16>(bytes).into())),
            KeyType::ThreeKey3Des => Block::ThreeKey(TdesEde3::new(&sized::<24>(bytes).into())),
            KeyType::Aes => Block::Aes(Aes128::new(&sized::<16>(bytes).into())),
        }
    }

    pub(crate) fn len(&self) -> usize {
        if matches!(self, Block::Aes(_)) { 16 } else { 8 }
    }

    fn encrypt(&self, block: &mut [u8]) {
        match self {
            Block::Des(cipher) => each(block, |block| cipher.encrypt_block(block.into())),
            Block::TwoKey(cipher) => each(block, |block| cipher.encrypt_block(block.into())),
            Block::ThreeKey(cipher) => each(block, |block| cipher.encrypt_block(block.into())),
            Block::Aes(cipher) => each(block, |block| cipher.encrypt_block(block.into())),
        }
    }

    fn decrypt(&self, block: &mut [u8]) {
        match self {
            Block::Des(cipher) => each(block, |block| cipher.decrypt_block(block.into())),
            Block::TwoKey(cipher) => each(block, |block| cipher.decrypt_block(block.into())),
            Block::ThreeKey(cipher) => each(block, |block| cipher.decrypt_block(block.into())),
            Block::Aes(cipher) => each(block, |block| cipher.decrypt_block(block.into())),
        }
    }

    /// CBC, forward. `data` is whole blocks.
    pub(crate) fn cbc_encrypt(&self, iv: &mut Iv, data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.len()) {
            xor(block, &iv.0);
            self.encrypt(block);
            iv.0[..block.len()].copy_from_slice(block);
        }
    }

    /// CBC, backward.
    pub(crate) fn cbc_decrypt(&self, iv: &mut Iv, data: &mut [u8]) {
        for block in data.chunks_exact_mut(self.len()) {
            let mut before = Iv::default();
            before.0[..block.len()].copy_from_slice(block);
            self.decrypt(block);
            xor(block, &iv.0);
            *iv = before;
        }
    }

    /// D40's sending: the host only ever deciphers, y_i = D(x_i ^ y_(i-1)).
    pub(crate) fn send_decipher(&self, data: &mut [u8]) {
        let mut last = Iv::default();
        for block in data.chunks_exact_mut(self.len()) {
            xor(block, &last.0);
            self.decrypt(block);
            last.0[..block.len()].copy_from_slice(block);
        }
    }

    /// CMAC (NIST SP 800-38B) of a message that goes on from `iv`, which becomes the whole MAC: EV1 chains it through a
    /// session.
    pub(crate) fn cmac(&self, iv: &mut Iv, message: &[&[u8]]) {
        let len = self.len();
        let (k1, k2) = self.subkeys();
        let total: usize = message.iter().map(|part| part.len()).sum();
        let whole = total != 0 && total.is_multiple_of(len);
        // padding method 2 of ISO/IEC 9797-1 where there is no whole block
        let mark: &[u8] = if whole { &[] } else { &[0x80] };
        let mut message = filled(&[message, &[mark]].concat(), len);
        let last = message.len() - len;
        xor(&mut message[last..], if whole { &k1 } else { &k2 });
        self.cbc_encrypt(iv, &mut message);
        message.zeroize();
    }

    /// K1 and K2.
    pub(crate) fn subkeys(&self) -> ([u8; BLOCK], [u8; BLOCK]) {
        let mut zero = [0; BLOCK];
        self.encrypt(&mut zero[..self.len()]);
        let k1 = double(&zero, self.len());
        (k1, double(&k1, self.len()))
    }
}

/// Multiplies by x in the field of the block's size: R is 0x87 for 16 bytes, 0x1B for 8.
fn double(block: &[u8; BLOCK], len: usize) -> [u8; BLOCK] {
    let mut doubled = [0; BLOCK];
    let mut carry = 0;
    for at in (0..len).rev() {
        doubled[at] = block[at] << 1 | carry;
        carry = block[at] >> 7;
    }
    // no branch on what is secret
    doubled[len - 1] ^= carry * if len == 16 { 0x87 } else { 0x1B };
    doubled
}

/// The parts, and zeros to a whole block; none where there is one. One buffer from the beginning: growing would leave the parts
/// behind in clear.
pub(crate) fn filled(parts: &[&[u8]], block: usize) -> Vec<u8> {
    let len: usize = parts.iter().map(|part| part.len()).sum();
    let mut data = Vec::with_capacity(len.next_multiple_of(block));
    parts.iter().for_each(|part| data.extend_from_slice(part));
    data.resize(len.next_multiple_of(block), 0x00);
    data
}

pub(crate) fn xor(into: &mut [u8], with: &[u8]) {
    for (byte, other) in into.iter_mut().zip(with) {
        *byte ^= other;
    }
}

/// One byte to the left, the first becomes the last.
pub(crate) fn rotate_left(bytes: &[u8]) -> Vec<u8> {
    let mut rotated = bytes.to_vec();
    rotated.rotate_left(1.min(bytes.len()));
    rotated
}

fn sized<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut sized = [0; N];
    let len = bytes.len().min(N);
    sized[..len].copy_from_slice(&bytes[..len]);
    sized
}

fn each<const N: usize>(block: &mut [u8], run: impl FnOnce(&mut [u8; N])) {
    if let Ok(block) = block.try_into() {
        run(block);
    }
}
