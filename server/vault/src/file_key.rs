//! The key that the file is sealed under, and how it comes about.
//!
//! The vault rewrites its file while the portal runs: when a key set is drawn. For that it neither keeps the passphrase, which people use
//! elsewhere, too, nor asks for it: [`FileKey`] holds what Argon2id made of it, and the salt. Whoever reads this process's memory has the
//! vault's keys themselves; the derived key adds the copies of this file that were sealed under the same salt, and nothing else.
//! Each rewriting draws a nonce of 24 bytes, which may be done as often as one likes under one key (draft-irtf-cfrg-xchacha-03).

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use crate::key::SealingKey;
use crate::unlock::{canonical, strong_enough};
use crate::{Unlock, VaultError};

const SALT_BYTES: usize = 16;

/// What new files use: 64 MiB, three passes, one lane (RFC 9106 §4, second recommendation, with one lane).
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);
/// Most that is accepted on reading: 256 MiB, ten passes, four lanes. A hostile file cannot ask for more.
const MAX_COST: (u32, u32, u32) = (256 * 1024, 10, 4);

/// A file's key with its recipe. No `Debug`, no `Clone`; wiped on drop.
pub(crate) struct FileKey {
    kdf: Kdf,
    key: SealingKey,
}

/// How the file's key comes about.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Kdf {
    Argon2id(Argon2id),
    Environment(Environment),
}

/// Argon2id, version 0x13 (RFC 9106).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Argon2id {
    argon2id: u32,
    m_kib: u32,
    t: u32,
    p: u32,
    salt: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Environment {
    env: bool,
}

impl FileKey {
    /// A key with a salt of its own.
    ///
    /// # Errors
    /// [`VaultError::ShortPassphrase`], [`VaultError::Memory`].
    pub(crate) fn fresh(unlock: &Unlock, rng: &mut (impl CryptoRng + ?Sized)) -> Result<FileKey, VaultError> {
        strong_enough(unlock)?;
        let kdf = match unlock {
            Unlock::Passphrase(_) => {
                let mut salt = [0; SALT_BYTES];
                rng.fill_bytes(&mut salt);
                let (m_kib, t, p) = COST;
                Kdf::Argon2id(Argon2id { argon2id: Version::V0x13.into(), m_kib, t, p, salt: STANDARD.encode(salt) })
            }
            Unlock::Key(_) => Kdf::Environment(Environment { env: true }),
        };
        FileKey::derive(kdf, unlock)
    }

    /// The key that a file's recipe gives.
    ///
    /// # Errors
    /// [`VaultError::OtherUnlock`], [`VaultError::Derivation`], [`VaultError::Memory`], [`VaultError::Malformed`].
    pub(crate) fn derive(kdf: Kdf, unlock: &Unlock) -> Result<FileKey, VaultError> {
        Ok(FileKey { key: kdf.key(unlock)?, kdf })
    }

    pub(crate) fn kdf(&self) -> &Kdf {
        &self.kdf
    }

    pub(crate) fn key(&self) -> &SealingKey {
        &self.key
    }
}

impl Kdf {
    fn key(&self, unlock: &Unlock) -> Result<SealingKey, VaultError> {
        match (self, unlock) {
            (Kdf::Argon2id(argon2id), Unlock::Passphrase(text)) => argon2id.derive(text),
            (Kdf::Environment(Environment { env: true }), Unlock::Key(key)) => Ok(SealingKey::from_bytes(key)),
            (Kdf::Environment(Environment { env: false }), _) => Err(VaultError::malformed("no key derivation")),
            (Kdf::Argon2id(_), Unlock::Key(_)) => Err(VaultError::OtherUnlock { wants: "a passphrase" }),
            (Kdf::Environment(_), Unlock::Passphrase(_)) => {
                Err(VaultError::OtherUnlock { wants: "the key in the environment" })
            }
        }
    }
}

impl Argon2id {
    fn derive(&self, passphrase: &str) -> Result<SealingKey, VaultError> {
        let salt = STANDARD.decode(&self.salt).map_err(|_| VaultError::malformed("the salt"))?;
        // bounds first: nothing is allocated before they hold
        if self.argon2id != u32::from(Version::V0x13)
            || self.m_kib > MAX_COST.0
            || self.t > MAX_COST.1
            || self.p > MAX_COST.2
            || salt.len() != SALT_BYTES
        {
            return Err(VaultError::Derivation);
        }
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).map_err(|_| VaultError::Derivation)?;
        let mut memory = Vec::new();
        memory.try_reserve_exact(params.block_count()).map_err(|_| VaultError::Memory { kib: self.m_kib })?;
        memory.resize(params.block_count(), Block::default());
        let mut key = Zeroizing::new([0; 32]);
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
            canonical(passphrase).as_bytes(),
            &salt,
            &mut *key,
            &mut memory,
        );
        memory.iter_mut().for_each(Zeroize::zeroize);
        derived.map_err(|_| VaultError::Derivation)?;
        Ok(SealingKey::from_bytes(&key))
    }
}
