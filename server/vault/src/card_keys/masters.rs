//! A master: from it come the keys of all cards that have its set.

use aes::Aes128;
use chip::keys::{KeyName, SetVersion, Uid};
use cmac::{Cmac, KeyInit as _, Mac as _};
use desfire::Key;
use registry::card_vault::CheckValue;
use zeroize::Zeroizing;

use super::derivation::input;

/// AES-128. No `Debug`, no `Clone`; wiped on drop.
pub(crate) struct Master(Zeroizing<[u8; 16]>);

impl Master {
    pub(crate) fn new(bytes: Zeroizing<[u8; 16]>) -> Self {
        Master(bytes)
    }

    #[cfg(feature = "pkcs11")]
    pub(crate) fn bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The key of a card, with the set's version.
    pub(crate) fn card_key(&self, version: SetVersion, name: KeyName, uid: &Uid) -> Key {
        let master = Key::aes(*self.0, version.get());
        desfire::diversify(&master, &input(name, uid)).expect("an AES key takes inputs of 1 to 31 bytes")
    }

    /// AES-CMAC over sixteen zero bytes, the first three.
    ///
    /// There are three customs for AES: GlobalPlatform enciphers a block of 01, PKCS #11 (`CKA_CHECK_VALUE`) a block of 00, and ANSI
    /// X9.24-1:2017, which PCI PIN follows, takes a CMAC and allows AES nothing else. The reason for it holds here twice: what AES makes of
    /// a zero block is what CMAC's subkeys are doubled from (NIST SP 800-38B §6.1), so the second custom publishes 24 bits of
    /// them. And a key in a token that may do nothing but CMAC can still be checked. No diversification takes this message: theirs have
    /// two blocks.
    pub(crate) fn check_value(&self) -> CheckValue {
        let mut mac = Cmac::<Aes128>::new(&(*self.0).into());
        mac.update(&ZERO_BLOCK);
        let tag = mac.finalize().into_bytes();
        check_value(&tag)
    }
}

/// What the check value is taken over.
pub(crate) const ZERO_BLOCK: [u8; 16] = [0; 16];

/// The part of a CMAC over [`ZERO_BLOCK`] that is printed.
pub(crate) fn check_value(tag: &[u8]) -> CheckValue {
    CheckValue(std::array::from_fn(|at| tag.get(at).copied().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card_keys::derivation::NAMES;

    fn master(text: &str) -> Master {
        let mut bytes = Zeroizing::new([0; 16]);
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap();
        }
        Master(bytes)
    }

    /// CMAC-AES-128 of the key of NIST SP 800-38B, D.1, over sixteen zero bytes: `openssl mac -cipher AES-128-CBC CMAC`.
    #[test]
    fn the_check_value_is_a_cmac_over_zeros() {
        let key = master("2b7e151628aed2a6abf7158809cf4f3c");
        assert_eq!(key.check_value().to_string(), "7AD386");
    }

    #[test]
    fn equal_masters_give_different_keys_by_name_and_by_card() {
        let version = SetVersion::new(1).unwrap();
        let keys: Vec<_> = NAMES
            .iter()
            .flat_map(|name| {
                [[4; 7], [5; 7]]
                    .map(|uid| (*name, master("00112233445566778899aabbccddeeff").card_key(version, *name, &uid)))
            })
            .collect();
        for (at, (name, key)) in keys.iter().enumerate() {
            for (other_name, other) in &keys[..at] {
                let both_meta = *name == KeyName::SdmMeta && *other_name == KeyName::SdmMeta;
                assert_eq!(key.same_key(other), both_meta, "{name:?} {other_name:?}");
            }
        }
    }

    /// With the system identifier of ours AN10922 is a plain CMAC over constant and M; with one block it is none.
    #[test]
    fn our_diversification_is_a_plain_cmac() {
        let key = master("00112233445566778899aabbccddeeff");
        let cmac = |message: &[u8]| {
            let mut mac = Cmac::<Aes128>::new(&(*key.0).into());
            mac.update(&[0x01]);
            mac.update(message);
            let bytes: [u8; 16] = mac.finalize().into_bytes().into();
            Key::aes(bytes, 7)
        };
        let uid = [0x04, 0x78, 0x2E, 0x21, 0x80, 0x1D, 0x80];
        for name in NAMES {
            let ours = key.card_key(SetVersion::new(7).unwrap(), name, &uid);
            assert!(ours.same_key(&cmac(&input(name, &uid))), "{name:?}");
            assert_eq!(ours.version(), 7);
        }
        let whole = Key::aes(*key.0, 7);
        assert!(!desfire::diversify(&whole, &[9; 15]).unwrap().same_key(&cmac(&[9; 15])));
        assert!(desfire::diversify(&whole, &[9; 16]).unwrap().same_key(&cmac(&[9; 16])));
        assert!(desfire::diversify(&whole, &[9; 31]).unwrap().same_key(&cmac(&[9; 31])));
    }
}
