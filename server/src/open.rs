//! Opening what a command works on: the database, brought up to date, and the vault.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rand::SeedableRng as _;
use rand_chacha::ChaCha20Rng;
use registry::blobs::{self, BlobError, Blobs};
use registry::card_vault::CardVault;
use registry::{Store, StoreError};
use vault::{SealedFile, Unlock, Vault, VaultError};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::entropy::Draw;

/// Name of the key file that a vault without a configured passphrase or key uses.
pub const KEY_FILE: &str = "vault.key";

/// The portal cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The data folder.
    #[error("the data folder {} cannot be used", folder.display())]
    Data {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The key file.
    #[error("the key file {} cannot be used", file.display())]
    KeyFile {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The database.
    #[error("the database {database} cannot be opened")]
    Store {
        /// Its address without secrets.
        database: String,
        /// What it says.
        source: StoreError,
    },
    /// The blobs.
    #[error("photos and scans cannot be kept")]
    Blobs(#[from] BlobError),
    /// The vault that the database was made with is not there.
    #[error(
        "the database holds secrets that are sealed by {}, which is missing: bring that file back, and the key that opens it",
        file.display()
    )]
    VaultMissing {
        /// Where it should be.
        file: PathBuf,
    },
    /// The vault.
    #[error("the vault cannot be opened")]
    Vault(#[from] VaultError),
    /// The token that has the cards' keys.
    #[cfg(feature = "pkcs11")]
    #[error("the token that has the cards' keys cannot be opened")]
    Token(#[from] vault::TokenError),
    /// A token is configured, and this program cannot speak to any.
    #[cfg(not(feature = "pkcs11"))]
    #[error("pkcs11_module is set, but this program was built without the feature pkcs11")]
    NoPkcs11,
}

/// Opens the database without touching its schema.
///
/// # Errors
/// [`OpenError`].
pub async fn store(config: &Config, draw: &Draw) -> Result<Store, OpenError> {
    data_folder(&config.data)?;
    let failed = |source| OpenError::Store { database: config.database.to_string(), source };
    Store::open(config.database.url(), config.database_connections, draw.clone()).await.map_err(failed)
}

/// Opens the database and brings its schema up to this program's.
///
/// # Errors
/// [`OpenError`].
pub async fn migrated(config: &Config, draw: &Draw) -> Result<Store, OpenError> {
    let store = store(config, draw).await?;
    store.migrate().await.map_err(|source| OpenError::Store { database: config.database.to_string(), source })?;
    Ok(store)
}

/// Opens the folder of the blobs, or makes it.
///
/// # Errors
/// [`OpenError`].
pub fn blobs(config: &Config) -> Result<Blobs, OpenError> {
    data_folder(&config.data)?;
    Ok(Blobs::open(&config.data.join(blobs::FOLDER))?)
}

/// Opens the vault, or makes it at the first start. Without a configured passphrase or key it is unlocked by a key
/// file in the data folder.
///
/// # Errors
/// [`OpenError::VaultMissing`] when there is none although the database has secrets that only one can open: a folder that
/// is not mounted must not be filled with new keys. [`OpenError`].
pub async fn vault(config: &Config, store: &Store, draw: &Draw) -> Result<Arc<Vault>, OpenError> {
    data_folder(&config.data)?;
    let (file, key) = (config.data.join(SealedFile::NAME), config.data.join(KEY_FILE));
    let is_there = file.exists();
    if !is_there && sealed_before(config, store).await? {
        return Err(OpenError::VaultMissing { file });
    }
    let unlock = match config.unlock.for_vault() {
        Some(unlock) => unlock,
        // a key that is missing beside its vault, as after a restore, is to be brought back, never drawn anew
        None if is_there => read_key_file(&key)?,
        None => key_file(&key, draw)?,
    };
    let mut seed = [0; 32];
    draw(&mut seed);
    Ok(Arc::new(Vault::open_or_create(&file, &unlock, &mut ChaCha20Rng::from_seed(seed))?))
}

/// Where the cards' keys are: the configured token, or else the vault's own file.
///
/// # Errors
/// [`OpenError`].
pub fn card_vault(config: &Config, vault: &Arc<Vault>) -> Result<Arc<dyn CardVault>, OpenError> {
    match &config.pkcs11 {
        None => Ok(vault.clone()),
        #[cfg(feature = "pkcs11")]
        Some(of) => Ok(Arc::new(vault::Token::open(&vault::Pkcs11 {
            module: of.module.clone(),
            slot: vault::Slot::Label(of.token.clone()),
            pin: Zeroizing::new(of.pin.reveal().to_owned()),
        })?)),
        #[cfg(not(feature = "pkcs11"))]
        Some(_) => Err(OpenError::NoPkcs11),
    }
}

async fn sealed_before(config: &Config, store: &Store) -> Result<bool, OpenError> {
    let asked = async {
        let mut conn = store.read().await?;
        registry::store::account::is_any_sealed(&mut conn).await
    };
    asked.await.map_err(|source| OpenError::Store { database: config.database.to_string(), source })
}

/// The vault, if there is one.
///
/// # Errors
/// [`OpenError`].
pub fn existing_vault(config: &Config) -> Result<Option<Vault>, OpenError> {
    let file = config.data.join(SealedFile::NAME);
    if !file.exists() {
        return Ok(None);
    }
    let unlock = match config.unlock.for_vault() {
        Some(unlock) => unlock,
        None => read_key_file(&config.data.join(KEY_FILE))?,
    };
    Ok(Some(Vault::open(&file, &unlock)?))
}

fn data_folder(folder: &Path) -> Result<(), OpenError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| OpenError::Data { folder: folder.to_owned(), source })
}

fn read_key_file(file: &Path) -> Result<Unlock, OpenError> {
    let text = fs::read_to_string(file).map(Zeroizing::new);
    let text = text.map_err(|source| OpenError::KeyFile { file: file.to_owned(), source })?;
    Ok(Unlock::key_from_text(text.trim())?)
}

/// The key in the file, drawn when there is none.
fn key_file(file: &Path, draw: &Draw) -> Result<Unlock, OpenError> {
    let failed = |source| OpenError::KeyFile { file: file.to_owned(), source };
    match file.try_exists() {
        Ok(true) => read_key_file(file),
        Ok(false) => {
            let mut key = Zeroizing::new([0; 32]);
            draw(key.as_mut());
            let text = Zeroizing::new(key.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
            let mut opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file).map_err(failed)?;
            opened.write_all(text.as_bytes()).and_then(|()| opened.sync_all()).map_err(failed)?;
            tracing::warn!(
                file = %file.display(),
                "the vault's key lies beside the vault; set vault_passphrase_file or vault_key to keep them apart"
            );
            Ok(Unlock::Key(key))
        }
        Err(error) => Err(failed(error)),
    }
}
