//! Long-term keys, kept in one sealed file. Keys go in; signatures and sealed values come out.
//!
//! [`Vault`] implements [`registry::secrets::Secrets`]. Its keys exist nowhere else (README, Invariants, 5): their types
//! have neither `Debug` nor `Clone` nor `Serialize`, and they are wiped when dropped.
#![warn(missing_docs)]

mod card_key;
mod error;
mod key;
mod sealed_file;
mod unlock;
mod vault;

pub use card_key::{CardKey, NoKey};
pub use error::VaultError;
pub use sealed_file::SealedFile;
pub use unlock::{MIN_PASSPHRASE_CHARS, Unlock};
pub use vault::Vault;
