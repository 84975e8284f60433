//! The vault: named keys, and what may be done with them.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::CryptoRng;
use registry::secrets::{Purpose, Secrets, SecretsError};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::key::{HeadKey, OpaqueKey, SealingKey};
use crate::sealed_file::SealedFile;
use crate::{Unlock, VaultError};

const AUDIT_HEAD: &str = "audit-head";
const TOTP: &str = "totp";

/// First byte of every value sealed by [`Secrets::seal`]: how the rest is to be read.
const SEALED_V1: u8 = 0x01;
/// Bound into every seal, so that no other use of a key can be mistaken for it.
const SEAL_LABEL: &[u8] = b"congthe-vault/seal/1\0";

/// The province's long-term keys, opened. No `Debug`, no `Clone`, no `Serialize`; wiped on drop.
pub struct Vault {
    head: HeadKey,
    totp: SealingKey,
    /// Keys that this release does not know; [`Vault::reseal`] keeps them.
    other: BTreeMap<String, OpaqueKey>,
}

/// The payload's form: base64 by name. Borrowed, so that no unwiped copy arises.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names<'a> {
    #[serde(borrow)]
    keys: BTreeMap<&'a str, &'a str>,
}

impl Vault {
    /// Draws new keys and seals them into a new file at `path` (usually [`SealedFile::NAME`] in the data folder).
    ///
    /// # Errors
    /// [`VaultError::Exists`] rather than overwriting; [`VaultError::ShortPassphrase`], [`VaultError::Io`],
    /// [`VaultError::Memory`].
    pub fn create(path: &Path, unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Vault, VaultError> {
        let vault = Vault::ephemeral(rng);
        vault.seal_payload(unlock, rng)?.write_new(path, rng)?;
        Ok(vault)
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// Any [`VaultError`] but [`VaultError::Exists`] and [`VaultError::ShortPassphrase`].
    pub fn open(path: &Path, unlock: &Unlock) -> Result<Vault, VaultError> {
        Vault::parse_payload(&SealedFile::read(path)?.open(unlock)?)
    }

    /// Opens the file at `path`; creates it if there is none.
    ///
    /// # Errors
    /// Those of [`Vault::open`] and [`Vault::create`].
    pub fn open_or_create(
        path: &Path,
        unlock: &Unlock,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vault, VaultError> {
        match Vault::open(path, unlock) {
            Err(VaultError::Missing { .. }) => match Vault::create(path, unlock, rng) {
                // another process was quicker
                Err(VaultError::Exists { .. }) => Vault::open(path, unlock),
                created => created,
            },
            opened => opened,
        }
    }

    /// Replaces the file at `path` by one with the same keys, sealed under `unlock`: a new passphrase or key.
    ///
    /// # Errors
    /// [`VaultError::ShortPassphrase`], [`VaultError::Io`], [`VaultError::Memory`].
    pub fn reseal(&self, path: &Path, unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<(), VaultError> {
        self.seal_payload(unlock, rng)?.replace(path, rng)
    }

    /// New keys that are written nowhere: for tests, and for demonstrations that may forget.
    pub fn ephemeral(rng: &mut (impl CryptoRng + ?Sized)) -> Vault {
        Vault { head: HeadKey::generate(rng), totp: SealingKey::generate(rng), other: BTreeMap::new() }
    }

    fn seal_payload(&self, unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<SealedFile, VaultError> {
        let encode = |bytes: &[u8]| Zeroizing::new(STANDARD.encode(bytes));
        let (head, totp) = (encode(&*self.head.seed()), encode(self.totp.bytes()));
        let other: Vec<_> = self.other.iter().map(|(name, key)| (name.as_str(), encode(&key.0))).collect();
        let mut keys: BTreeMap<&str, &str> = other.iter().map(|(name, text)| (*name, text.as_str())).collect();
        keys.insert(AUDIT_HEAD, &head);
        keys.insert(TOTP, &totp);
        // reserved at once, so that growing leaves no copy behind
        let length = keys.iter().map(|(name, text)| 6 * name.len() + text.len() + 8).sum::<usize>() + 64;
        let mut payload = Zeroizing::new(Vec::with_capacity(length));
        serde_json::to_writer(&mut *payload, &Names { keys })
            .map_err(|_| VaultError::malformed("the payload cannot be written"))?;
        SealedFile::seal(&payload, unlock, rng)
    }

    fn parse_payload(payload: &[u8]) -> Result<Vault, VaultError> {
        // no source: it could quote the payload
        let Names { keys } =
            serde_json::from_slice(payload).map_err(|_| VaultError::malformed("the payload is no list of keys"))?;
        let mut other = BTreeMap::new();
        for (name, text) in keys {
            let bytes = STANDARD.decode(text).map_err(|_| VaultError::malformed("a key is not base64"))?;
            other.insert(name.to_owned(), OpaqueKey(Zeroizing::new(bytes)));
        }
        Ok(Vault {
            head: HeadKey::from_seed(&*take(&mut other, AUDIT_HEAD)?),
            totp: SealingKey::from_bytes(&*take(&mut other, TOTP)?),
            other,
        })
    }

    /// The key of each purpose: drawn independently, so none tells of another.
    fn sealing_key(&self, purpose: Purpose) -> &SealingKey {
        match purpose {
            Purpose::Totp => &self.totp,
        }
    }
}

impl Secrets for Vault {
    fn seal(&self, purpose: Purpose, context: &str, nonce: [u8; 24], plain: &[u8]) -> Vec<u8> {
        let sealed = self.sealing_key(purpose).seal(&nonce, &bound(purpose, context), plain);
        [&[SEALED_V1], nonce.as_slice(), &sealed].concat()
    }

    fn open(&self, purpose: Purpose, context: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        let Some((&SEALED_V1, rest)) = sealed.split_first() else { return Err(SecretsError::DoesNotOpen) };
        let (nonce, rest) = rest.split_first_chunk::<24>().ok_or(SecretsError::DoesNotOpen)?;
        self.sealing_key(purpose).open(nonce, &bound(purpose, context), rest).ok_or(SecretsError::DoesNotOpen)
    }

    fn sign_head(&self, message: &[u8]) -> [u8; 64] {
        self.head.sign(message)
    }

    fn head_key(&self) -> [u8; 32] {
        self.head.public()
    }
}

/// Associated data of a seal. Labels hold no zero byte and the context comes last, so no two pairs read alike.
fn bound(purpose: Purpose, context: &str) -> Vec<u8> {
    [SEAL_LABEL, purpose.label().as_bytes(), b"\0", context.as_bytes()].concat()
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
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
    use tempfile::TempDir;

    use super::*;

    fn rng() -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(1)
    }

    fn key(byte: u8) -> Unlock {
        Unlock::Key(Zeroizing::new([byte; 32]))
    }

    fn folder() -> (TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(SealedFile::NAME);
        (folder, path)
    }

    #[test]
    fn a_vault_opens_with_the_keys_it_was_created_with() {
        let (folder, path) = folder();
        let unlock = Unlock::Passphrase(Zeroizing::new("bốn con ngựa đá".to_owned()));
        let created = Vault::create(&path, &unlock, &mut rng()).unwrap();
        let sealed = created.seal(Purpose::Totp, "account 1", [3; 24], b"secret");
        let opened = Vault::open(&path, &unlock).unwrap();
        assert_eq!(**opened.open(Purpose::Totp, "account 1", &sealed).unwrap(), *b"secret");
        assert_eq!(opened.head_key(), created.head_key());
        assert_eq!(opened.sign_head(b"head"), created.sign_head(b"head"));
        let names: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, [SealedFile::NAME], "no temporary file is left");
    }

    #[test]
    fn a_signature_verifies_with_the_public_key() {
        let vault = Vault::ephemeral(&mut rng());
        let public = ed25519_dalek::VerifyingKey::from_bytes(&vault.head_key()).unwrap();
        let signature = ed25519_dalek::Signature::from_bytes(&vault.sign_head(b"head 17"));
        assert!(public.verify_strict(b"head 17", &signature).is_ok());
        assert!(public.verify_strict(b"head 18", &signature).is_err());
    }

    #[test]
    fn a_missing_vault_is_created_once() {
        let (_folder, path) = folder();
        assert!(matches!(Vault::open(&path, &key(1)), Err(VaultError::Missing { .. })));
        let first = Vault::open_or_create(&path, &key(1), &mut rng()).unwrap();
        let again = Vault::open_or_create(&path, &key(1), &mut rng()).unwrap();
        assert_eq!(first.head_key(), again.head_key());
        assert!(matches!(Vault::create(&path, &key(1), &mut rng()), Err(VaultError::Exists { .. })));
        assert!(matches!(Vault::open_or_create(&path, &key(2), &mut rng()), Err(VaultError::DoesNotOpen)));
    }

    #[test]
    fn resealing_changes_what_opens_and_keeps_the_keys() {
        let (_folder, path) = folder();
        let mut vault = Vault::create(&path, &key(1), &mut rng()).unwrap();
        vault.other.insert("card-master".into(), OpaqueKey(Zeroizing::new(vec![9; 16])));
        vault.reseal(&path, &key(2), &mut rng()).unwrap();
        assert!(matches!(Vault::open(&path, &key(1)), Err(VaultError::DoesNotOpen)));
        let opened = Vault::open(&path, &key(2)).unwrap();
        assert_eq!(opened.head_key(), vault.head_key());
        assert_eq!(*opened.other["card-master"].0, [9; 16], "keys of a later release survive");
    }

    #[cfg(unix)]
    #[test]
    fn a_vault_is_private_or_refused() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, path) = folder();
        Vault::create(&path, &key(1), &mut rng()).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o640, 0o604, 0o620, 0o610] {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
            assert!(matches!(Vault::open(&path, &key(1)), Err(VaultError::NotPrivate { .. })), "{mode:o}");
        }
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o400)).unwrap();
        assert!(Vault::open(&path, &key(1)).is_ok());
    }

    #[test]
    fn a_seal_opens_for_its_context_only() {
        let vault = Vault::ephemeral(&mut rng());
        let sealed = vault.seal(Purpose::Totp, "account 1", [3; 24], b"secret");
        let refused = |context, sealed: &[u8]| vault.open(Purpose::Totp, context, sealed).is_err();
        assert!(!refused("account 1", &sealed));
        assert!(refused("account 2", &sealed) && refused("", &sealed) && refused("account 1\0", &sealed));
        assert!(
            Vault::ephemeral(&mut ChaCha20Rng::seed_from_u64(2)).open(Purpose::Totp, "account 1", &sealed).is_err()
        );
        for length in 0..sealed.len() {
            assert!(refused("account 1", &sealed[..length]));
        }
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 0x10;
            assert!(refused("account 1", &changed), "byte {at}");
        }
    }

    /// There is one purpose so far; that another's seal would not open is seen at the associated data and the key.
    #[test]
    fn a_seal_is_bound_to_its_purpose() {
        let vault = Vault::ephemeral(&mut rng());
        let mut sealed = vec![SEALED_V1];
        sealed.extend([3; 24]);
        sealed.extend(vault.totp.seal(&[3; 24], b"congthe-vault/seal/1\0other\0account 1", b"secret"));
        assert!(vault.open(Purpose::Totp, "account 1", &sealed).is_err());
    }

    #[test]
    fn a_payload_without_its_keys_is_named() {
        let lacking = Vault::parse_payload(br#"{"keys":{"audit-head":"AAAA"}}"#);
        assert!(matches!(lacking, Err(VaultError::KeyMissing { name: AUDIT_HEAD })));
        for payload in [&b""[..], b"{}", br#"{"keys":{"totp":"?"}}"#, br#"{"keys":{"totp":1}}"#] {
            assert!(matches!(Vault::parse_payload(payload), Err(VaultError::Malformed { .. })));
        }
    }
}
