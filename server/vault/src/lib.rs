//! Long-term keys, kept in one sealed file; the cards' keys there, too, or in a PKCS #11 token. Keys go in; signatures, sealed values and the
//! keys of single cards come out.
//!
//! [`Vault`] implements [`registry::secrets::Secrets`] and [`registry::card_vault::CardVault`]; `Token`, with the feature `pkcs11`, the
//! latter. Their keys exist nowhere else (README, Invariants, 4): their types have neither `Debug` nor `Clone` nor `Serialize`,
//! and they are wiped when dropped.
#![warn(missing_docs)]

mod card_key;
mod card_keys;
mod card_vault;
mod contents;
mod drawing;
mod error;
mod file_key;
mod folder;
mod key;
#[cfg(feature = "pkcs11")]
mod pkcs11;
mod sealed_file;
mod unlock;
mod vault;

pub use card_key::{CardKey, NoKey, key_id};
pub use error::VaultError;
#[cfg(feature = "pkcs11")]
pub use pkcs11::{Pkcs11, Slot, Token, TokenError};
pub use sealed_file::SealedFile;
pub use unlock::{MIN_PASSPHRASE_CHARS, Unlock};
pub use vault::Vault;
