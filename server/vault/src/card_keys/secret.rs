//! What a ceremony draws: 32 bytes, and all keys of a set from them (HKDF with SHA-256, RFC 5869).
//!
//! Extraction takes the vault's own 32 random bytes and what the custodians typed. So neither a weak generator of the server nor any number of
//! dishonest custodians alone decide the keys: whoever does not know *all* of the input knows nothing of the output. Expansion
//! gives each key under a label of its own; who has one of them learns nothing of another. The secret is what is split into shares,
//! so a share is four short lines, and two of them restore every key of the set, without any file.

use chip::keys::{KeyName, SetVersion, Uid};
use desfire::Key;
use hkdf::{Hkdf, HkdfExtract};
use rand::CryptoRng;
use registry::card_vault::{CUSTODIANS, Component, KeySet, PublicKey, SetId};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use super::derivation::{NAMES, key_byte};
use super::masters::Master;
use crate::card_key::{CardKey, key_id};

/// Salt of the extraction: which use of HKDF this is.
const SALT: &[u8] = b"congthe/key-set/1";

/// The secret of a set. No `Debug`, no `Clone`; wiped on drop.
pub(crate) struct SetSecret(Zeroizing<[u8; 32]>);

/// A set with its keys. No `Debug`, no `Clone`; wiped on drop.
pub(crate) struct HeldSet {
    pub(crate) version: SetVersion,
    pub(crate) id: SetId,
    secret: SetSecret,
    /// In the order of [`NAMES`].
    masters: Vec<Master>,
    signer: CardKey,
}

impl SetSecret {
    /// Draws one. A component's length stands before it, so that no two triples of components read alike.
    pub(crate) fn draw(components: &[Component; CUSTODIANS], rng: &mut (impl CryptoRng + ?Sized)) -> SetSecret {
        let mut own = Zeroizing::new([0; 32]);
        rng.fill_bytes(&mut *own);
        let mut extract = HkdfExtract::<Sha256>::new(Some(SALT));
        extract.input_ikm(&*own);
        for component in components {
            let bytes = component.as_bytes();
            extract.input_ikm(&(bytes.len() as u64).to_be_bytes());
            extract.input_ikm(bytes);
        }
        let (mut output, _) = extract.finalize();
        let mut secret = Zeroizing::new([0; 32]);
        secret.copy_from_slice(&output);
        output.as_mut_slice().zeroize();
        SetSecret(secret)
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> SetSecret {
        SetSecret(Zeroizing::new(*bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The identifier of the set that this secret is of.
    pub(crate) fn id(&self, version: SetVersion) -> SetId {
        let mut id = SetId([0; 5]);
        self.expand(version, b"id", 0, &mut id.0);
        id
    }

    pub(crate) fn master(&self, version: SetVersion, name: KeyName) -> Master {
        let mut bytes = Zeroizing::new([0; 16]);
        self.expand(version, b"master", key_byte(name), &mut *bytes);
        Master::new(bytes)
    }

    pub(crate) fn signer_seed(&self, version: SetVersion) -> Zeroizing<[u8; 32]> {
        let mut seed = Zeroizing::new([0; 32]);
        self.expand(version, b"signer", 0, &mut *seed);
        seed
    }

    /// HKDF-Expand. The label comes last: version and key are one byte each, so no two pairs read alike.
    fn expand(&self, version: SetVersion, label: &[u8], key: u8, output: &mut [u8]) {
        Hkdf::<Sha256>::from_prk(&*self.0)
            .expect("32 bytes are a pseudorandom key for SHA-256")
            .expand_multi_info(&[&[version.get(), key], label], output)
            .expect("no output is longer than 255 hashes");
    }
}

impl HeldSet {
    pub(crate) fn new(version: SetVersion, secret: SetSecret) -> HeldSet {
        HeldSet {
            version,
            id: secret.id(version),
            masters: NAMES.iter().map(|name| secret.master(version, *name)).collect(),
            signer: CardKey::from_seed(&secret.signer_seed(version)),
            secret,
        }
    }

    pub(crate) fn secret(&self) -> &SetSecret {
        &self.secret
    }

    /// A card's key; every name has a master.
    pub(crate) fn card_key(&self, name: KeyName, uid: &Uid) -> Option<Key> {
        let at = NAMES.iter().position(|known| *known == name)?;
        Some(self.masters.get(at)?.card_key(self.version, name, uid))
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signer.sign(message)
    }

    /// Without keys.
    pub(crate) fn describe(&self, draft: bool) -> KeySet {
        let key = self.signer.public();
        KeySet {
            version: self.version,
            id: self.id,
            draft,
            check_values: NAMES.iter().zip(&self.masters).map(|(name, master)| (*name, master.check_value())).collect(),
            signer: PublicKey { set: self.version, id: key_id(&key), key },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn components(typed: [&str; 3]) -> [Component; 3] {
        typed.map(|text| Component::new(Zeroizing::new(text.to_owned())))
    }

    fn drawn(seed: u64, typed: [&str; 3]) -> [u8; 32] {
        *SetSecret::draw(&components(typed), &mut ChaCha20Rng::seed_from_u64(seed)).bytes()
    }

    fn version(version: u8) -> SetVersion {
        SetVersion::new(version).unwrap()
    }

    /// Python: `hmac.digest(b"congthe/key-set/1", own + lengths and components, "sha256")`, then HKDF-Expand.
    #[test]
    fn the_draw_is_hkdf_as_others_compute_it() {
        struct Ones;
        impl rand::TryRng for Ones {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(0x0101_0101)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(0x0101_0101_0101_0101)
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(1);
                Ok(())
            }
        }
        impl rand::TryCryptoRng for Ones {}
        let secret = SetSecret::draw(&components(["1324", "", "xúc xắc"]), &mut Ones);
        assert_eq!(hex(secret.bytes()), "9cf50c41236379937fece1576ee48433df1238bff40a0a5207fdd4ea1df6b413");
        assert_eq!(secret.id(version(7)).to_string(), "FA2D422BB2");
        let access = KeyName::Identity(chip::keys::IdentityKey::Access);
        let master = secret.master(version(7), access);
        assert_eq!(master.check_value().to_string(), "4C1347");
        assert_eq!(
            hex(&*secret.signer_seed(version(7))),
            "ee4cdbb82b3f4ea6d3fdce083b204e5a79d0fa3878a0da9438c812777430dff7"
        );
    }

    #[test]
    fn every_custodian_and_the_vault_decide() {
        let all = [
            drawn(1, ["a", "b", "c"]),
            drawn(2, ["a", "b", "c"]),
            drawn(1, ["x", "b", "c"]),
            drawn(1, ["a", "x", "c"]),
            drawn(1, ["a", "b", "x"]),
            drawn(1, ["ab", "", "c"]),
            drawn(1, ["", "ab", "c"]),
            drawn(1, ["", "", ""]),
        ];
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert_eq!(all[0], drawn(1, ["a", "b", "c"]));
    }

    #[test]
    fn versions_and_names_have_masters_of_their_own() {
        let secret = |_| SetSecret::from_bytes(&[7; 32]);
        let sets = [version(1), version(2)].map(|version| HeldSet::new(version, secret(version)).describe(false));
        let values: BTreeSet<_> = sets.iter().flat_map(|set| &set.check_values).map(|(_, value)| value.0).collect();
        assert_eq!(values.len(), 2 * NAMES.len());
        assert_ne!(sets[0].id, sets[1].id);
        assert_ne!(sets[0].signer.key, sets[1].signer.key);
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
