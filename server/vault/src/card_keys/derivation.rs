//! What is public of a card and enters its keys: M of NXP AN10922 §2.2, and which key it is.

use chip::keys::{IdentityKey, KeyName, Uid};
use chip::layout::Place;

/// Every key name, in the order in which check values are printed.
pub(crate) const NAMES: [KeyName; 11] = [
    KeyName::Transport,
    KeyName::Default,
    KeyName::Picc,
    KeyName::Identity(IdentityKey::Master),
    KeyName::Identity(IdentityKey::Read),
    KeyName::Identity(IdentityKey::Write),
    KeyName::Identity(IdentityKey::Access),
    KeyName::Identity(IdentityKey::Timekeeping),
    KeyName::Tag,
    KeyName::SdmMeta,
    KeyName::SdmFile,
];

/// System identifier. AN10922 leaves it to the system; ours is as long as it is for a reason: constant, identifier, application, this
/// and the key's byte fill more than one block and no more than two, and for such a message the padding of AN10922 is that of CMAC
/// (NIST SP 800-38B §6.2). So a token that knows AES-CMAC diversifies without ever giving a master out.
const SYSTEM: &[u8; 17] = b"vn.congthe/card/1";

/// Length of M: identifier (7), application (3), system identifier, key.
pub(crate) const INPUT: usize = 7 + 3 + SYSTEM.len() + 1;

/// Which key, in one byte. A byte never changes its meaning: keys of cards in the field and shares on paper hang on it.
pub(crate) fn key_byte(name: KeyName) -> u8 {
    match name {
        KeyName::Transport => 0x01,
        KeyName::Default => 0x02,
        KeyName::Picc => 0x03,
        KeyName::Identity(key) => 0x10 | key as u8,
        KeyName::Tag => 0x20,
        KeyName::SdmMeta => 0x30,
        KeyName::SdmFile => 0x31,
    }
}

/// M. The application's identifier stands in it as on the wire, least significant byte first. [`KeyName::SdmMeta`] belongs to no card: its
/// identifier is seven zero bytes, which no card has (ISO/IEC 7816-6: the first byte is the maker's, 04 for NXP).
pub(crate) fn input(name: KeyName, uid: &Uid) -> [u8; INPUT] {
    let uid = if name == KeyName::SdmMeta { &[0; 7] } else { uid };
    let mut input = [0; INPUT];
    input[..7].copy_from_slice(uid);
    input[7..10].copy_from_slice(&application(name).to_le_bytes()[..3]);
    input[10..INPUT - 1].copy_from_slice(SYSTEM);
    input[INPUT - 1] = key_byte(name);
    input
}

/// The application that a key belongs to, 24 bits; 0 is the card itself.
fn application(name: KeyName) -> u32 {
    let place = match name {
        KeyName::Transport | KeyName::Default | KeyName::Picc => Place::Picc,
        KeyName::Identity(_) => Place::Identity,
        KeyName::Tag | KeyName::SdmMeta | KeyName::SdmFile => Place::Tag,
    };
    place.aid().get()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const CARD: Uid = [0x04, 0x78, 0x2E, 0x21, 0x80, 0x1D, 0x80];

    #[test]
    fn no_two_keys_of_a_card_have_one_input() {
        let inputs: BTreeSet<_> = NAMES.iter().map(|name| input(*name, &CARD)).collect();
        assert_eq!(inputs.len(), NAMES.len());
    }

    #[test]
    fn the_input_is_identifier_application_system_and_key() {
        let access = input(KeyName::Identity(IdentityKey::Access), &CARD);
        assert_eq!(access[..10], [0x04, 0x78, 0x2E, 0x21, 0x80, 0x1D, 0x80, 0x01, 0x4E, 0x56]);
        assert_eq!(access[10..], *b"vn.congthe/card/1\x13");
    }

    #[test]
    fn one_key_is_the_same_for_all_cards() {
        for name in NAMES {
            let same = input(name, &CARD) == input(name, &[4; 7]);
            assert_eq!(same, name == KeyName::SdmMeta, "{name:?}");
        }
    }

    /// Constant and M together: more than one block of AES, at most two.
    #[test]
    fn the_message_is_two_blocks_long() {
        assert!((17..=32).contains(&(1 + INPUT)));
    }
}
