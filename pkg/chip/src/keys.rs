//! The keys of a card by name. Which bytes they have is the vault's affair.

mod version;

pub use desfire::Key;
pub(crate) use version::on_card;
pub use version::{SetVersion, Stage};

/// Identifier of a card, 7 bytes, as its anticollision or GetVersion tells it.
pub type Uid = [u8; 7];

/// A key of the card or of an application on it (README, "What is on the chip").
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyName {
    /// Opens a blank on its way from the stock to the desk: PICC key 0 until the card is issued. It opens nothing of a person.
    Transport,
    /// What applications get as their keys when they are created (SetConfiguration 01), until they are given their own.
    Default,
    /// PICC key 0 of an issued card.
    Picc,
    /// Keys of the identity application.
    Identity(IdentityKey),
    /// Key 0 of the application that phones read.
    Tag,
    /// Opens what a Secure Dynamic Message tells of identifier and counter. The same for all cards of a key set: it is needed before
    /// it is known which card it is.
    SdmMeta,
    /// Proves a Secure Dynamic Message.
    SdmFile,
}

/// Keys of the identity application; the discriminant is the key's number on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum IdentityKey {
    /// Changes keys and settings of the application.
    Master = 0,
    /// Reads the identity record.
    Read = 1,
    /// Writes what the issuer writes.
    Write = 2,
    /// Door systems.
    Access = 3,
    /// Timekeeping systems.
    Timekeeping = 4,
}

/// There is no such key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("key set {set:02X} does not hold {name:?}")]
pub struct NoKey {
    /// The set asked for.
    pub set: u8,
    /// The key asked for.
    pub name: KeyName,
}

/// Why a key is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// There is no such key.
    #[error(transparent)]
    NoKey(#[from] NoKey),
    /// There is no such set, so nothing that signs for it.
    #[error("there is no key set {set:02X}, so nothing signs for it")]
    NoSigner {
        /// The set asked for.
        set: u8,
    },
    /// The token that holds the keys does not answer.
    #[error("the token that holds the cards' keys does not answer")]
    Unavailable,
}

/// Whoever holds the keys: the vault. The bytes come out only to be used in the same process, and are wiped when they are dropped.
pub trait Keys {
    /// The key that a card has, diversified by its identifier (AN10922) except [`KeyName::SdmMeta`], with the set's version.
    ///
    /// # Errors
    /// [`KeyFault::NoKey`], [`KeyFault::Unavailable`].
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault>;

    /// Signs what stands on a card with the set's own key (Ed25519, RFC 8032).
    ///
    /// # Errors
    /// [`KeyFault::NoSigner`], [`KeyFault::Unavailable`].
    fn sign_card(&self, set: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault>;
}
