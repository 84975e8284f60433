//! What the sealed file holds: keys by name, in base64. Names that this release does not know are carried along.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chip::keys::SetVersion;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::VaultError;
use crate::card_keys::CardKeys;
use crate::card_keys::secret::{HeldSet, SetSecret};
use crate::key::{HeadKey, OpaqueKey, SealingKey};

const AUDIT_HEAD: &str = "audit-head";
const TOTP: &str = "totp";
/// Before a set's version in two hexadecimal digits; 32 bytes, the set's secret.
const CARD_SET: &str = "card-set-";
/// The same of a draft.
const CARD_DRAFT: &str = "card-draft-";

/// All keys of a vault. No `Debug`, no `Clone`; wiped on drop.
pub(crate) struct Contents {
    pub(crate) head: HeadKey,
    pub(crate) totp: SealingKey,
    pub(crate) cards: CardKeys,
    /// Keys that this release does not know.
    other: BTreeMap<String, OpaqueKey>,
}

/// The payload's form. Borrowed, so that no unwiped copy arises.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names<'a> {
    #[serde(borrow)]
    keys: BTreeMap<&'a str, &'a str>,
}

impl Contents {
    /// New keys, and no key set.
    pub(crate) fn fresh(rng: &mut (impl CryptoRng + ?Sized)) -> Contents {
        Contents {
            head: HeadKey::generate(rng),
            totp: SealingKey::generate(rng),
            cards: CardKeys::default(),
            other: BTreeMap::new(),
        }
    }

    /// The payload: JSON.
    ///
    /// # Errors
    /// None in practice: the JSON writer's signature has one.
    pub(crate) fn payload(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let encode = |bytes: &[u8]| Zeroizing::new(STANDARD.encode(bytes));
        let named =
            |kind: &str, set: &HeldSet| (format!("{kind}{:02x}", set.version.get()), encode(set.secret().bytes()));
        let mut all: Vec<(String, Zeroizing<String>)> =
            self.other.iter().map(|(name, key)| (name.clone(), encode(&key.0))).collect();
        all.push((AUDIT_HEAD.to_owned(), encode(&*self.head.seed())));
        all.push((TOTP.to_owned(), encode(self.totp.bytes())));
        all.extend(self.cards.sets.values().map(|set| named(CARD_SET, set)));
        all.extend(self.cards.drafts.values().map(|set| named(CARD_DRAFT, set)));
        let keys: BTreeMap<&str, &str> = all.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        // reserved at once, so that growing leaves no copy behind
        let length = keys.iter().map(|(name, text)| 6 * name.len() + text.len() + 8).sum::<usize>() + 64;
        let mut payload = Zeroizing::new(Vec::with_capacity(length));
        serde_json::to_writer(&mut *payload, &Names { keys })
            .map_err(|_| VaultError::malformed("the payload cannot be written"))?;
        Ok(payload)
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// [`VaultError::Malformed`], [`VaultError::KeyMissing`].
    pub(crate) fn parse(payload: &[u8]) -> Result<Contents, VaultError> {
        // no source: it could quote the payload
        let Names { keys } =
            serde_json::from_slice(payload).map_err(|_| VaultError::malformed("the payload is no list of keys"))?;
        let mut other = BTreeMap::new();
        let mut cards = CardKeys::default();
        for (name, text) in keys {
            let bytes = STANDARD.decode(text).map(Zeroizing::new);
            let bytes = bytes.map_err(|_| VaultError::malformed("a key is not base64"))?;
            let (kind, sets) =
                if name.starts_with(CARD_SET) { (CARD_SET, &mut cards.sets) } else { (CARD_DRAFT, &mut cards.drafts) };
            match name.strip_prefix(kind).and_then(version) {
                Some(version) => {
                    let secret: &[u8; 32] = bytes
                        .as_slice()
                        .try_into()
                        .map_err(|_| VaultError::malformed("a key set is not 32 bytes long"))?;
                    sets.insert(version, HeldSet::new(version, SetSecret::from_bytes(secret)));
                }
                None => _ = other.insert(name.to_owned(), OpaqueKey(bytes)),
            }
        }
        Ok(Contents {
            head: HeadKey::from_seed(&*take(&mut other, AUDIT_HEAD)?),
            totp: SealingKey::from_bytes(&*take(&mut other, TOTP)?),
            cards,
            other,
        })
    }
}

/// Two small hexadecimal digits and nothing else.
fn version(digits: &str) -> Option<SetVersion> {
    let version = u8::from_str_radix(digits, 16).ok()?;
    SetVersion::new(version).filter(|_| digits == format!("{version:02x}"))
}

fn take(keys: &mut BTreeMap<String, OpaqueKey>, name: &'static str) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let key = keys.remove(name).ok_or(VaultError::KeyMissing { name })?;
    let mut bytes = Zeroizing::new([0; 32]);
    if key.0.len() != bytes.len() {
        return Err(VaultError::KeyMissing { name });
    }
    bytes.copy_from_slice(&key.0);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(more: &str) -> String {
        let key = STANDARD.encode([1; 32]);
        format!(r#"{{"keys":{{"audit-head":"{key}","totp":"{key}"{more}}}}}"#)
    }

    #[test]
    fn a_payload_without_its_keys_is_named() {
        let lacking = Contents::parse(br#"{"keys":{"audit-head":"AAAA"}}"#);
        assert!(matches!(lacking, Err(VaultError::KeyMissing { name: AUDIT_HEAD })));
        for payload in [&b""[..], b"{}", br#"{"keys":{"totp":"?"}}"#, br#"{"keys":{"totp":1}}"#] {
            assert!(matches!(Contents::parse(payload), Err(VaultError::Malformed { .. })));
        }
    }

    /// As the first release wrote it: two keys and no set.
    #[test]
    fn a_payload_without_key_sets_is_read() {
        let contents = Contents::parse(payload("").as_bytes()).unwrap();
        assert_eq!(contents.cards.describe(), []);
        assert_eq!(*contents.payload().unwrap(), payload("").into_bytes());
    }

    #[test]
    fn key_sets_and_names_of_later_releases_survive() {
        let key = STANDARD.encode([7; 32]);
        let more = format!(
            r#","card-set-01":"{key}","card-set-7e":"{key}","card-draft-02":"{key}","card-set-00":"AAAA","card-set-0A":"AAAA","card-set-1":"AAAA","card-draft-ff":"AAAA","reader-set-01":"AAAA""#
        );
        let contents = Contents::parse(payload(&more).as_bytes()).unwrap();
        let sets: Vec<_> = contents.cards.describe().iter().map(|set| (set.version.get(), set.draft)).collect();
        assert_eq!(sets, [(1, false), (2, true), (0x7E, false)]);
        let again = Contents::parse(&contents.payload().unwrap()).unwrap();
        assert_eq!(again.cards.describe(), contents.cards.describe());
        let names: Vec<_> = again.other.keys().map(String::as_str).collect();
        assert_eq!(names, ["card-draft-ff", "card-set-00", "card-set-0A", "card-set-1", "reader-set-01"]);
    }

    #[test]
    fn a_key_set_of_another_length_is_malformed() {
        for length in [0, 16, 31, 33] {
            let more = format!(r#","card-set-01":"{}""#, STANDARD.encode(vec![7; length]));
            assert!(matches!(Contents::parse(payload(&more).as_bytes()), Err(VaultError::Malformed { .. })));
        }
    }
}
