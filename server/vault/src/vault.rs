//! The vault: named keys, and what may be done with them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use chip::keys::SetVersion;
use rand::CryptoRng;
use registry::secrets::{Purpose, Secrets, SecretsError};
use zeroize::Zeroizing;

use crate::card_keys::secret::HeldSet;
use crate::card_keys::{CardKeys, Edited};
use crate::contents::Contents;
use crate::file_key::FileKey;
use crate::folder::Folder;
use crate::key::{HeadKey, SealingKey};
use crate::sealed_file::SealedFile;
use crate::{Unlock, VaultError};

/// First byte of every value sealed by [`Secrets::seal`]: how the rest is to be read.
const SEALED_V1: u8 = 0x01;
/// Bound into every seal, so that no other use of a key can be mistaken for it.
const SEAL_LABEL: &[u8] = b"congthe-vault/seal/1\0";

/// The province's long-term keys, opened. No `Debug`, no `Clone`, no `Serialize`; wiped on drop.
pub struct Vault {
    head: HeadKey,
    totp: SealingKey,
    ceremony: SealingKey,
    portrait: SealingKey,
    webhook: SealingKey,
    cards: RwLock<CardKeys>,
    /// Where changes are written; held while one is.
    home: Mutex<Home>,
}

/// Where a vault is kept.
enum Home {
    Nowhere,
    File { path: PathBuf, key: FileKey },
}

impl Vault {
    /// Draws new keys and seals them into a new file at `path` (usually [`SealedFile::NAME`] in the data folder).
    ///
    /// # Errors
    /// [`VaultError::Exists`] rather than overwriting; [`VaultError::ShortPassphrase`], [`VaultError::Io`],
    /// [`VaultError::Memory`].
    pub fn create(path: &Path, unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<Vault, VaultError> {
        let contents = Contents::fresh(rng);
        let key = FileKey::fresh(unlock, rng)?;
        SealedFile::seal_under(&contents.payload()?, &key, rng)?.write_new(path, rng)?;
        Vault::at(path, key, contents)
    }

    /// Opens the file at `path`.
    ///
    /// # Errors
    /// Any [`VaultError`] but [`VaultError::Exists`] and [`VaultError::ShortPassphrase`].
    pub fn open(path: &Path, unlock: &Unlock) -> Result<Vault, VaultError> {
        let file = SealedFile::read(path)?;
        let key = file.file_key(unlock)?;
        let contents = Contents::parse(&file.open_under(&key)?)?;
        Vault::at(path, key, contents)
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

    /// Seals the file anew, with the keys that it has, under another passphrase or key. Other processes that have it open must be
    /// started again before they can write.
    ///
    /// # Errors
    /// [`VaultError::ShortPassphrase`], [`VaultError::Memory`], and those of reading and writing the file.
    pub fn reseal(&self, unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<(), VaultError> {
        let mut home = self.home();
        let Home::File { path, key } = &mut *home else { return Ok(()) };
        let fresh = FileKey::fresh(unlock, rng)?;
        let _folder = Folder::lock(path)?;
        let contents = self.on_disk(path, key)?;
        SealedFile::seal_under(&contents.payload()?, &fresh, rng)?.replace(path, rng)?;
        *key = fresh;
        Ok(())
    }

    /// New keys that are written nowhere: for tests, and for demonstrations that may forget.
    pub fn ephemeral(rng: &mut (impl CryptoRng + ?Sized)) -> Vault {
        Vault::new(Contents::fresh(rng), Home::Nowhere)
    }

    fn at(path: &Path, key: FileKey, contents: Contents) -> Result<Vault, VaultError> {
        // the program may change its folder
        let path = std::path::absolute(path).map_err(|source| VaultError::io("find", path, source))?;
        Ok(Vault::new(contents, Home::File { path, key }))
    }

    fn new(contents: Contents, home: Home) -> Vault {
        let Contents { head, totp, cards, .. } = contents;
        let ceremony = totp.derived(Purpose::Ceremony.label());
        let portrait = totp.derived(Purpose::Portrait.label());
        let webhook = totp.derived(Purpose::Webhook.label());
        Vault { head, totp, ceremony, portrait, webhook, cards: RwLock::new(cards), home: Mutex::new(home) }
    }

    /// The cards' keys as they were last read or written.
    pub(crate) fn cards(&self) -> RwLockReadGuard<'_, CardKeys> {
        self.cards.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the cards' keys: reads what the file holds now, so that no other process's change is lost, edits that, and replaces the
    /// file. Only then the change is seen here. A crash or an error leaves the file as it was, or as it is to be, and never
    /// between the two.
    ///
    /// # Errors
    /// Those of `edit`; [`VaultError`] of reading and writing, as [`VaultError::SealedAnew`].
    pub(crate) fn edit_cards<E: From<VaultError>>(
        &self,
        rng: &mut (impl CryptoRng + ?Sized),
        edit: impl FnOnce(&mut CardKeys) -> Result<Edited, E>,
    ) -> Result<(), E> {
        let home = self.home();
        let Home::File { path, key } = &*home else {
            edit(&mut self.cards.write().unwrap_or_else(PoisonError::into_inner))?;
            return Ok(());
        };
        let _folder = Folder::lock(path)?;
        let mut contents = self.on_disk(path, key)?;
        if edit(&mut contents.cards)? == Edited::Changed {
            SealedFile::seal_under(&contents.payload()?, key, rng)?.replace(path, rng)?;
        }
        *self.cards.write().unwrap_or_else(PoisonError::into_inner) = contents.cards;
        Ok(())
    }

    /// Does something with a set that is no draft. One that is not known may have come by another process, so the file is read once more.
    pub(crate) fn with_set<T>(&self, version: SetVersion, act: impl Fn(&HeldSet) -> Option<T>) -> Option<T> {
        if let Some(held) = self.cards().sets.get(&version) {
            return act(held);
        }
        if let Err(error) = self.refresh() {
            tracing::warn!(error = &error as &dyn std::error::Error, "the vault's file cannot be read anew");
        }
        self.cards().sets.get(&version).and_then(act)
    }

    fn refresh(&self) -> Result<(), VaultError> {
        let home = self.home();
        if let Home::File { path, key } = &*home {
            *self.cards.write().unwrap_or_else(PoisonError::into_inner) = self.on_disk(path, key)?.cards;
        }
        Ok(())
    }

    /// What the file holds now, if it is still this vault's.
    fn on_disk(&self, path: &Path, key: &FileKey) -> Result<Contents, VaultError> {
        let contents = Contents::parse(&SealedFile::read(path)?.open_under(key)?)?;
        match contents.head.public() == self.head.public() {
            true => Ok(contents),
            false => Err(VaultError::SealedAnew),
        }
    }

    fn home(&self) -> MutexGuard<'_, Home> {
        self.home.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The key of each purpose. All but the first are derived (see [`SealingKey::derived`]), so that a file of the first release serves, too.
    fn sealing_key(&self, purpose: Purpose) -> &SealingKey {
        match purpose {
            Purpose::Totp => &self.totp,
            Purpose::Ceremony => &self.ceremony,
            Purpose::Portrait => &self.portrait,
            Purpose::Webhook => &self.webhook,
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

    fn folder() -> (TempDir, PathBuf) {
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
        let vault = Vault::create(&path, &key(1), &mut rng()).unwrap();
        vault.reseal(&key(2), &mut rng()).unwrap();
        assert!(matches!(Vault::open(&path, &key(1)), Err(VaultError::DoesNotOpen)));
        assert_eq!(Vault::open(&path, &key(2)).unwrap().head_key(), vault.head_key());
        let passphrase = Unlock::Passphrase(Zeroizing::new("bốn con ngựa đá".to_owned()));
        vault.reseal(&passphrase, &mut rng()).unwrap();
        assert_eq!(Vault::open(&path, &passphrase).unwrap().head_key(), vault.head_key());
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

    #[test]
    fn a_seal_is_bound_to_its_purpose() {
        let vault = Vault::ephemeral(&mut rng());
        let seal = |purpose| vault.seal(purpose, "account 1", [3; 24], b"secret");
        assert!(vault.open(Purpose::Ceremony, "account 1", &seal(Purpose::Ceremony)).is_ok());
        assert!(vault.open(Purpose::Totp, "account 1", &seal(Purpose::Ceremony)).is_err());
        assert!(vault.open(Purpose::Ceremony, "account 1", &seal(Purpose::Totp)).is_err());
        // not by the key alone: the same key under another label
        let mut sealed = vec![SEALED_V1];
        sealed.extend([3; 24]);
        sealed.extend(vault.totp.seal(&[3; 24], b"congthe-vault/seal/1\0other\0account 1", b"secret"));
        assert!(vault.open(Purpose::Totp, "account 1", &sealed).is_err());
    }

    #[test]
    fn a_ceremony_survives_a_restart() {
        let (_folder, path) = folder();
        let sealed = Vault::create(&path, &key(1), &mut rng()).unwrap().seal(
            Purpose::Ceremony,
            "ceremony 1, custodian 2",
            [3; 24],
            b"share",
        );
        let vault = Vault::open(&path, &key(1)).unwrap();
        assert_eq!(**vault.open(Purpose::Ceremony, "ceremony 1, custodian 2", &sealed).unwrap(), *b"share");
        assert!(vault.open(Purpose::Ceremony, "ceremony 1, custodian 3", &sealed).is_err());
    }
}
