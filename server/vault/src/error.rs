//! What can go wrong with the vault, each in a sentence for the operator.

use std::path::{Path, PathBuf};

/// The vault's file could not be made, read or opened.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no file at that place.
    #[error("there is no vault at {path}; `create` makes one, or restore it from the backup")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A new vault would overwrite one.
    #[error("there is already a vault at {path}; it was not touched")]
    Exists {
        /// The vault that stands there.
        path: PathBuf,
    },
    /// Wrong passphrase, wrong key or changed file: authenticated encryption cannot tell them apart.
    #[error(
        "the vault does not open: the passphrase or key is wrong, or the file was changed (the two cannot be told apart)"
    )]
    DoesNotOpen,
    /// The file is sealed in the other way.
    #[error("this vault opens with {wants}, which was not given")]
    OtherUnlock {
        /// What the file asks for.
        wants: &'static str,
    },
    /// Somebody has sealed the file under another passphrase or key, or replaced it, since it was opened.
    #[error("the vault's file was sealed anew or replaced since it was opened; start this program again")]
    SealedAnew,
    /// The file was written by another release.
    #[error("the vault file has version {found}; this program reads version {known} only")]
    UnknownVersion {
        /// Version in the file.
        found: u64,
        /// Version that this program writes.
        known: u64,
    },
    /// The bytes are no vault file.
    #[error("the vault file is damaged or is none: {what}")]
    Malformed {
        /// What was found wrong.
        what: &'static str,
        /// The JSON reader's complaint about the (unsealed) envelope.
        source: Option<serde_json::Error>,
    },
    /// The file asks for more work than any vault that this program writes.
    #[error("the vault file asks for key derivation outside the accepted limits (memory, passes, lanes or salt)")]
    Derivation,
    /// The machine has not the memory that key derivation takes.
    #[error("there is not enough memory to derive the vault's key: {kib} KiB are needed")]
    Memory {
        /// How much is needed.
        kib: u32,
    },
    /// Others than the owner may read or write the file.
    #[error("{path} is open to other accounts (mode {mode:03o}); set it to 600 and consider the keys exposed")]
    NotPrivate {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The sealed payload lacks a key that this release needs.
    #[error("the vault holds no key named “{name}”, or one of the wrong length")]
    KeyMissing {
        /// The key's name.
        name: &'static str,
    },
    /// A passphrase too short to protect a file that can be guessed at off line.
    #[error("the passphrase is too short: at least {at_least} characters")]
    ShortPassphrase {
        /// The least number of characters.
        at_least: usize,
    },
    /// The environment's key is not 32 bytes.
    #[error("the vault's key must be 32 bytes, written as 64 hexadecimal digits or as base64")]
    BadKey,
    /// The system refused.
    #[error("cannot {doing} {path}")]
    Io {
        /// What was tried, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl VaultError {
    pub(crate) fn io(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        VaultError::Io { doing, path: path.to_owned(), source }
    }

    pub(crate) fn malformed(what: &'static str) -> Self {
        VaultError::Malformed { what, source: None }
    }
}
