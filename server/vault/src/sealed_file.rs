//! The sealed file: a JSON envelope in clear, bound as associated data, around XChaCha20-Poly1305 ciphertext.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::file_key::{FileKey, Kdf};
use crate::folder::{BESIDE, remove_leftovers, sync_folder};
use crate::{Unlock, VaultError};

const FORMAT: &str = "congthe-vault";
const VERSION: u64 = 1;
/// More than any vault needs; keeps a wrong path from being read into memory.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// The envelope, as parsed: well formed, but not yet opened.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedFile {
    format: String,
    version: u64,
    kdf: Kdf,
    nonce: String,
    ciphertext: String,
}

/// What is bound as associated data: everything of the envelope but the ciphertext.
#[derive(Serialize)]
struct Header<'a> {
    format: &'a str,
    version: u64,
    kdf: &'a Kdf,
    nonce: &'a str,
}

impl SealedFile {
    /// Name of the file in the data folder.
    pub const NAME: &'static str = "vault.sealed";

    /// Seals `payload` under a new key.
    ///
    /// # Errors
    /// [`VaultError::ShortPassphrase`], [`VaultError::Memory`].
    pub fn seal(
        payload: &[u8],
        unlock: &Unlock,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SealedFile, VaultError> {
        SealedFile::seal_under(payload, &FileKey::fresh(unlock, rng)?, rng)
    }

    /// Seals `payload` under a key that has sealed before: salt and key stay, the nonce of 24 bytes is drawn anew.
    ///
    /// # Errors
    /// None in practice: the JSON writer's signature has one.
    pub(crate) fn seal_under(
        payload: &[u8],
        key: &FileKey,
        rng: &mut (impl CryptoRng + ?Sized),
    ) -> Result<SealedFile, VaultError> {
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let mut file = SealedFile {
            format: FORMAT.to_owned(),
            version: VERSION,
            kdf: key.kdf().clone(),
            nonce: STANDARD.encode(nonce),
            ciphertext: String::new(),
        };
        file.ciphertext = STANDARD.encode(key.key().seal(&nonce, &file.header()?, payload));
        Ok(file)
    }

    /// Opens the payload.
    ///
    /// # Errors
    /// [`VaultError::DoesNotOpen`], [`VaultError::OtherUnlock`], [`VaultError::Derivation`], [`VaultError::Memory`],
    /// [`VaultError::Malformed`].
    pub fn open(&self, unlock: &Unlock) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.open_under(&self.file_key(unlock)?)
    }

    /// The key that this file is sealed under, if `unlock` is right.
    ///
    /// # Errors
    /// Those of [`SealedFile::open`] but [`VaultError::DoesNotOpen`].
    pub(crate) fn file_key(&self, unlock: &Unlock) -> Result<FileKey, VaultError> {
        FileKey::derive(self.kdf.clone(), unlock)
    }

    /// Opens the payload with a key that was derived before.
    ///
    /// # Errors
    /// [`VaultError::SealedAnew`] where the file asks for another; [`VaultError::DoesNotOpen`], [`VaultError::Malformed`].
    pub(crate) fn open_under(&self, key: &FileKey) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        if *key.kdf() != self.kdf {
            return Err(VaultError::SealedAnew);
        }
        let nonce = decode(&self.nonce, "the nonce")?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| VaultError::malformed("the nonce is not 24 bytes"))?;
        let ciphertext = decode(&self.ciphertext, "the ciphertext")?;
        key.key().open(&nonce, &self.header()?, &ciphertext).ok_or(VaultError::DoesNotOpen)
    }

    /// Reads the envelope's text.
    ///
    /// # Errors
    /// [`VaultError::Malformed`], [`VaultError::UnknownVersion`].
    pub fn parse(bytes: &[u8]) -> Result<SealedFile, VaultError> {
        /// Enough to tell a file of a later version from a damaged one.
        #[derive(Deserialize)]
        struct Kind {
            format: String,
            version: u64,
        }
        let no_envelope = |source| VaultError::Malformed { what: "no envelope", source: Some(source) };
        let kind: Kind = serde_json::from_slice(bytes).map_err(no_envelope)?;
        if kind.format != FORMAT {
            return Err(VaultError::malformed("another format"));
        }
        if kind.version != VERSION {
            return Err(VaultError::UnknownVersion { found: kind.version, known: VERSION });
        }
        serde_json::from_slice(bytes).map_err(no_envelope)
    }

    /// The envelope's text.
    ///
    /// # Errors
    /// None in practice: the JSON writer's signature has one.
    pub fn to_json(&self) -> Result<Vec<u8>, VaultError> {
        let mut text = serde_json::to_vec_pretty(self).map_err(unwritable)?;
        text.push(b'\n');
        Ok(text)
    }

    /// Reads the file at `path`. Refuses one that other accounts may read or write.
    ///
    /// # Errors
    /// [`VaultError::Missing`], [`VaultError::NotPrivate`], [`VaultError::Io`], and those of [`SealedFile::parse`].
    pub fn read(path: &Path) -> Result<SealedFile, VaultError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            ErrorKind::NotFound => VaultError::Missing { path: path.to_owned() },
            _ => VaultError::io("open", path, source),
        })?;
        refuse_public(path, &file)?;
        let mut bytes = Vec::new();
        (&file)
            .take(MAX_FILE_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| VaultError::io("read", path, source))?;
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Err(VaultError::malformed("too long"));
        }
        SealedFile::parse(&bytes)
    }

    /// Writes a file where there is none: whole or not at all, for the owner's eyes only (mode 0600).
    ///
    /// # Errors
    /// [`VaultError::Exists`], [`VaultError::Io`].
    pub fn write_new(&self, path: &Path, rng: &mut (impl CryptoRng + ?Sized)) -> Result<(), VaultError> {
        if path.symlink_metadata().is_ok() {
            return Err(VaultError::Exists { path: path.to_owned() });
        }
        let temporary = self.write_beside(path, rng)?;
        // a link, unlike a rename, does not replace what another process put there meanwhile
        let linked = std::fs::hard_link(&temporary, path);
        let done = match linked {
            Err(source) if source.kind() == ErrorKind::AlreadyExists => {
                Err(VaultError::Exists { path: path.to_owned() })
            }
            // file systems without links
            Err(_) => std::fs::rename(&temporary, path).map_err(|source| VaultError::io("write", path, source)),
            Ok(()) => Ok(()),
        };
        // gone already after a rename
        let _ = std::fs::remove_file(&temporary);
        done?;
        sync_folder(path)
    }

    /// Replaces the file at `path`: a crash leaves the old one or the new one. [`crate::folder::Folder`] is locked: what a process that was killed has
    /// left beside it goes, for it may hold keys that are destroyed later.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub(crate) fn replace(&self, path: &Path, rng: &mut (impl CryptoRng + ?Sized)) -> Result<(), VaultError> {
        remove_leftovers(path);
        let temporary = self.write_beside(path, rng)?;
        if let Err(source) = std::fs::rename(&temporary, path) {
            let _ = std::fs::remove_file(&temporary);
            return Err(VaultError::io("write", path, source));
        }
        sync_folder(path)
    }

    /// A complete, synced file in the same folder, under a name of its own.
    fn write_beside(&self, path: &Path, rng: &mut (impl CryptoRng + ?Sized)) -> Result<PathBuf, VaultError> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{:016x}{BESIDE}", rng.next_u64()));
        let temporary = path.with_file_name(name);
        let text = self.to_json()?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary).map_err(|source| VaultError::io("create", &temporary, source))?;
        if let Err(source) = file.write_all(&text).and_then(|()| file.sync_all()) {
            let _ = std::fs::remove_file(&temporary);
            return Err(VaultError::io("write", &temporary, source));
        }
        Ok(temporary)
    }

    fn header(&self) -> Result<Vec<u8>, VaultError> {
        let header = Header { format: &self.format, version: self.version, kdf: &self.kdf, nonce: &self.nonce };
        serde_json::to_vec(&header).map_err(unwritable)
    }
}

#[cfg(unix)]
fn refuse_public(path: &Path, file: &File) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(|source| VaultError::io("read", path, source))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::NotPrivate { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_public(_: &Path, _: &File) -> Result<(), VaultError> {
    Ok(())
}

fn decode(text: &str, what: &'static str) -> Result<Vec<u8>, VaultError> {
    STANDARD.decode(text).map_err(|_| VaultError::malformed(what))
}

fn unwritable(source: serde_json::Error) -> VaultError {
    VaultError::Malformed { what: "it cannot be written as JSON", source: Some(source) }
}

#[cfg(test)]
mod tests {
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    use super::*;

    fn key() -> Unlock {
        Unlock::Key(Zeroizing::new([7; 32]))
    }

    fn passphrase(text: &str) -> Unlock {
        Unlock::Passphrase(Zeroizing::new(text.to_owned()))
    }

    fn sealed(unlock: &Unlock) -> SealedFile {
        SealedFile::seal(b"payload", unlock, &mut ChaCha20Rng::seed_from_u64(1)).unwrap()
    }

    fn text(file: &SealedFile) -> String {
        String::from_utf8(file.to_json().unwrap()).unwrap()
    }

    fn open(text: &[u8], unlock: &Unlock) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        SealedFile::parse(text)?.open(unlock)
    }

    #[test]
    fn what_a_passphrase_seals_it_opens_and_no_other_does() {
        let file = text(&sealed(&passphrase("bốn con ngựa đá")));
        assert_eq!(**open(file.as_bytes(), &passphrase("bốn con ngựa đá")).unwrap(), *b"payload");
        // as a keyboard for combining marks types it
        let decomposed: String = unicode_normalization::UnicodeNormalization::nfd("bốn con ngựa đá").collect();
        assert!(open(file.as_bytes(), &passphrase(&decomposed)).is_ok());
        assert!(matches!(open(file.as_bytes(), &passphrase("bốn con ngựa da")), Err(VaultError::DoesNotOpen)));
        assert!(matches!(open(file.as_bytes(), &key()), Err(VaultError::OtherUnlock { .. })));
    }

    #[test]
    fn what_a_key_seals_it_opens_and_no_other_does() {
        let file = text(&sealed(&key()));
        assert_eq!(**open(file.as_bytes(), &key()).unwrap(), *b"payload");
        assert!(matches!(open(file.as_bytes(), &Unlock::Key(Zeroizing::new([8; 32]))), Err(VaultError::DoesNotOpen)));
        assert!(matches!(open(file.as_bytes(), &passphrase("x")), Err(VaultError::OtherUnlock { .. })));
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let file = text(&sealed(&key())).into_bytes();
        for at in 0..file.len() {
            for bit in 0..8 {
                let mut changed = file.clone();
                changed[at] ^= 1 << bit;
                assert!(open(&changed, &key()).is_err(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn flipped_bytes_are_refused_under_a_passphrase_too() {
        let file = text(&sealed(&passphrase("bốn con ngựa đá"))).into_bytes();
        for at in (0..file.len()).step_by(29) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(open(&changed, &passphrase("bốn con ngựa đá")).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_truncated_file_is_malformed() {
        let file = text(&sealed(&key())).into_bytes();
        // the last byte is the line's end
        for length in 0..file.len() - 1 {
            assert!(matches!(SealedFile::parse(&file[..length]), Err(VaultError::Malformed { .. })), "{length}");
        }
    }

    #[test]
    fn hostile_derivation_is_refused_before_it_starts() {
        let file = text(&sealed(&passphrase("bốn con ngựa đá")));
        for (good, hostile) in [
            ("\"m_kib\": 65536", "\"m_kib\": 1073741824"), // 1 TiB
            ("\"m_kib\": 65536", "\"m_kib\": 4294967295"),
            ("\"m_kib\": 65536", "\"m_kib\": 0"),
            ("\"t\": 3", "\"t\": 4294967295"),
            ("\"t\": 3", "\"t\": 0"),
            ("\"p\": 1", "\"p\": 16777215"),
            ("\"p\": 1", "\"p\": 0"),
            ("\"argon2id\": 19", "\"argon2id\": 16"),
        ] {
            let changed = file.replace(good, hostile);
            assert_ne!(changed, file);
            let refusal = open(changed.as_bytes(), &passphrase("bốn con ngựa đá"));
            assert!(matches!(refusal, Err(VaultError::Derivation)), "{hostile}");
        }
        let negative = file.replace("\"t\": 3", "\"t\": -3");
        assert!(matches!(SealedFile::parse(negative.as_bytes()), Err(VaultError::Malformed { .. })));
    }

    #[test]
    fn other_versions_and_formats_are_named() {
        let file = text(&sealed(&key()));
        let later = file.replace("\"version\": 1", "\"version\": 2");
        assert!(matches!(SealedFile::parse(later.as_bytes()), Err(VaultError::UnknownVersion { found: 2, known: 1 })));
        let other = file.replace(FORMAT, "congthe-backup");
        assert!(matches!(SealedFile::parse(other.as_bytes()), Err(VaultError::Malformed { .. })));
        let more = file.replacen('{', "{\"extra\": 1,", 1);
        assert!(matches!(SealedFile::parse(more.as_bytes()), Err(VaultError::Malformed { .. })));
    }

    #[test]
    fn a_new_file_takes_no_short_passphrase() {
        let refusal = SealedFile::seal(b"", &passphrase("mật khẩu"), &mut ChaCha20Rng::seed_from_u64(1));
        assert!(matches!(refusal, Err(VaultError::ShortPassphrase { .. })));
    }
}
