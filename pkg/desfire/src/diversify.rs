//! Key diversification (NXP AN10922): from a master key and what is public of a card, a key of its own.

use zeroize::Zeroizing;

use crate::cipher::{Block, Iv, xor};
use crate::error::Error;
use crate::key::{Key, KeyType};

/// The key of a card. `input` is M: identifier (7 bytes), application identifier (3), system identifier; 1 to 31 bytes for AES,
/// to 15 for 2K3DES and 3K3DES. The version is the master key's: it belongs to the key as loaded, not to the derivation.
///
/// # Errors
/// [`Error::KeyType`] for DES; [`Error::Length`] for an input that is empty or too long.
pub fn diversify(master: &Key, input: &[u8]) -> Result<Key, Error> {
    let block = Block::new(master);
    let derive = |constant: u8| derived(&block, constant, input);
    let (constants, most): (&[u8], usize) = match master.kind() {
        KeyType::Aes => (&[0x01], 31),
        KeyType::TwoKey3Des => (&[0x21, 0x22], 15),
        KeyType::ThreeKey3Des => (&[0x31, 0x32, 0x33], 15),
        KeyType::Des => return Err(Error::KeyType),
    };
    if !(1..=most).contains(&input.len()) {
        return Err(Error::Length { what: "the diversification input", expected: most, found: input.len() });
    }
    let bytes: Zeroizing<Vec<u8>> = Zeroizing::new(constants.iter().flat_map(|constant| derive(*constant)).collect());
    let key = match master.kind() {
        KeyType::Aes => Key::aes(array(&bytes), 0),
        KeyType::ThreeKey3Des => Key::three_key(array(&bytes)),
        KeyType::TwoKey3Des | KeyType::Des => Key::two_key(array(&bytes)),
    };
    Ok(key.with_version(master.version()))
}

/// CMAC of constant and input, but padded always to two blocks: with one block this is no RFC 4493.
fn derived(block: &Block, constant: u8, input: &[u8]) -> Vec<u8> {
    let len = block.len();
    let (k1, k2) = block.subkeys();
    let mut message = Zeroizing::new([&[constant], input].concat());
    let whole = message.len() == 2 * len;
    if !whole {
        message.push(0x80);
        message.resize(2 * len, 0x00);
    }
    xor(&mut message[len..], if whole { &k1 } else { &k2 });
    block.cbc_encrypt(&mut Iv::default(), &mut message);
    message[len..].to_vec()
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default())
}
