//! What the registry needs of the cards' keys. The `vault` crate implements it, over its sealed file and over a PKCS #11 token.
//!
//! A set is *drawn* into a draft, its shares are handed to three custodians, and only a draft that the registry *keeps* opens cards.
//! Which set is in use, since when, and which cards have it, the registry notes in its own tables.
//!
//! # A ceremony
//! 1. Each custodian may type a [`Component`]. Between two custodians it lies in the database under
//!    [`Purpose::Ceremony`](crate::secrets::Purpose::Ceremony).
//! 2. [`CardVault::draw_set`] draws the set, writes it as a draft so that it survives a power cut, and only then gives the three
//!    shares. They are sealed at once, each for its custodian, and shown to that custodian alone.
//! 3. Each custodian copies the share and types it back: [`CardVault::compare_shares`]. The sealed share is then deleted.
//! 4. [`CardVault::keep_set`] makes the draft a set; done twice, as after a restart, it changes nothing. Whatever happens before,
//!    [`CardVault::draw_set`] begins anew with other keys: shares of the draft before do not go together with the new ones, and nothing
//!    was ever written on a card with it.

use chip::keys::{KeyName, Keys, SetVersion};
use zeroize::Zeroizing;

use crate::Draw;

/// How many custodians there are; any two of them restore a set.
pub const CUSTODIANS: usize = 3;
/// Most bytes of a component.
pub const COMPONENT_BYTES: usize = 1024;

/// What a custodian adds to the draw: anything that others do not guess, as digits of dice. May be empty: the vault's own randomness
/// is always in it. Wiped on drop.
#[derive(Default)]
pub struct Component(Zeroizing<String>);

/// A share as it is shown and typed: see `vault`'s `share` for its form. Alone it tells nothing of the keys. Wiped on drop.
pub struct ShareText(Zeroizing<String>);

/// Identifier of a set: two draws of one version differ in it. It tells nothing of the keys.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SetId(pub [u8; 5]);

/// First three bytes of AES-CMAC under a master over a block of zeros (ANSI X9.24-1:2017, PCI PIN 15-1).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CheckValue(pub [u8; 3]);

/// A key set, without its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySet {
    /// The version that its keys have on cards.
    pub version: SetVersion,
    /// Which draw it is.
    pub id: SetId,
    /// Whether it was only drawn: it then opens and signs nothing.
    pub draft: bool,
    /// The check value of each master, in a fixed order.
    pub check_values: Vec<(KeyName, CheckValue)>,
    /// What checks its signatures.
    pub signer: PublicKey,
}

/// A public key that cards are signed with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey {
    /// The set that it belongs to.
    pub set: SetVersion,
    /// Its identifier: the first four bytes of the key's SHA-256, as in the second code on the back of cards.
    pub id: [u8; 4],
    /// Ed25519, 32 bytes.
    pub key: [u8; 32],
}

/// What a draw gives: the shares, in the order of the custodians, never to be seen again.
pub struct Drawn {
    /// The set, a draft.
    pub set: KeySet,
    /// One for each custodian.
    pub shares: [ShareText; CUSTODIANS],
}

/// What stands in clear on a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareHead {
    /// Version of the set.
    pub version: SetVersion,
    /// Which draw.
    pub id: SetId,
    /// 1 to 3.
    pub number: u8,
}

/// What is wrong with a typed share. None of them quotes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShareFault {
    /// Not as many lines as a share has.
    #[error("a share has {wanted} lines; there are {found}")]
    Lines {
        /// How many there should be.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// A line was mistyped, or stands in another's place.
    #[error("line {number} is mistyped")]
    Line {
        /// From 1.
        number: usize,
    },
    /// Of a later release, or no share.
    #[error("this is no share that this release reads")]
    Kind,
    /// The same share twice.
    #[error("both are share {number}")]
    SameNumber {
        /// Which.
        number: u8,
    },
    /// Shares of different draws.
    #[error("the shares belong to different key sets")]
    OtherSet,
    /// The typed share is another than the one that was shown.
    #[error("this is another share than the one that was shown")]
    OtherShare,
    /// Each is whole, but together they give no set.
    #[error("the shares do not fit together")]
    DoNotFit,
}

/// The vault did not do it.
#[derive(Debug, thiserror::Error)]
pub enum CardVaultError {
    /// There is a set of this version, which is never drawn over.
    #[error("there is a key set {version:02X} already")]
    Held {
        /// Its version.
        version: u8,
    },
    /// There is no such set, or no such draft.
    #[error("there is no such key set {version:02X}")]
    Missing {
        /// The version asked for.
        version: u8,
    },
    /// A component is too long.
    #[error("a custodian's component has more than {COMPONENT_BYTES} bytes")]
    Component,
    /// A share is not right.
    #[error("a share is not right")]
    Share(#[from] ShareFault),
    /// File or token refused.
    #[error("the store of the cards' keys refuses")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Holds the cards' key sets. What changes or restores one waits for a disk or a token, some milliseconds and more: not for a thread that
/// serves others meanwhile.
pub trait CardVault: Keys + Send + Sync {
    /// All sets and drafts, by version; a set comes before a draft of the same version.
    ///
    /// # Errors
    /// [`CardVaultError::Store`].
    fn key_sets(&self) -> Result<Vec<KeySet>, CardVaultError>;

    /// Draws a set and keeps it as a draft, in the place of a former draft of this version. When it returns, the draft is on the disk.
    ///
    /// # Errors
    /// [`CardVaultError::Held`], [`CardVaultError::Component`], [`CardVaultError::Store`]: then nothing was shown and nothing has changed.
    fn draw_set(
        &self,
        version: SetVersion,
        components: &[Component; CUSTODIANS],
        draw: &Draw,
    ) -> Result<Drawn, CardVaultError>;

    /// Makes a draft a set. Once more with the same identifier changes nothing.
    ///
    /// # Errors
    /// [`CardVaultError::Missing`] also where the draft is another draw than `id`; [`CardVaultError::Held`], [`CardVaultError::Store`].
    fn keep_set(&self, version: SetVersion, id: SetId, draw: &Draw) -> Result<(), CardVaultError>;

    /// Forgets a draft, if there is one.
    ///
    /// # Errors
    /// [`CardVaultError::Store`].
    fn discard_draft(&self, version: SetVersion, draw: &Draw) -> Result<(), CardVaultError>;

    /// Makes a set from two shares. Who did it compares the check values with those on paper. A set that is held already is left as it is,
    /// so that shares can be tried at any time. Shares of a draft that was never kept give a set, too: who knows which draw of a version was
    /// kept compares it with [`CardVault::read_share`] before.
    ///
    /// # Errors
    /// [`CardVaultError::Share`], [`CardVaultError::Held`] where another draw of the version is held, [`CardVaultError::Store`].
    fn restore_set(&self, shares: &[ShareText; 2], draw: &Draw) -> Result<KeySet, CardVaultError>;

    /// Destroys a set. **The caller has made sure that no card has it.** Its public key goes too; who publishes it keeps a copy.
    ///
    /// # Errors
    /// [`CardVaultError::Missing`], [`CardVaultError::Store`].
    fn destroy_set(&self, version: SetVersion, draw: &Draw) -> Result<(), CardVaultError>;

    /// What a typed share says of itself. Each line is checked.
    ///
    /// # Errors
    /// [`ShareFault`].
    fn read_share(&self, typed: &ShareText) -> Result<ShareHead, ShareFault>;

    /// Whether a typed share is the one that was shown.
    ///
    /// # Errors
    /// [`ShareFault`] of the typed one; [`ShareFault::OtherShare`].
    fn compare_shares(&self, shown: &ShareText, typed: &ShareText) -> Result<ShareHead, ShareFault>;

    /// The public keys of all sets, to be published, by version.
    ///
    /// # Errors
    /// [`CardVaultError::Store`].
    fn public_keys(&self) -> Result<Vec<PublicKey>, CardVaultError> {
        Ok(self.key_sets()?.into_iter().filter(|set| !set.draft).map(|set| set.signer).collect())
    }
}

impl Component {
    /// As typed.
    pub fn new(typed: Zeroizing<String>) -> Self {
        Component(typed)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl ShareText {
    /// As typed, or as it was sealed.
    pub fn new(text: Zeroizing<String>) -> Self {
        ShareText(text)
    }

    /// To be shown to its custodian, or sealed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for CheckValue {
    /// Six hexadecimal digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl std::fmt::Display for SetId {
    /// Ten hexadecimal digits.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02X}"))
    }
}

impl std::fmt::Debug for CheckValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CheckValue({self})")
    }
}

impl std::fmt::Debug for SetId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SetId({self})")
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({:02X}, {:02x?})", self.set.get(), self.id)
    }
}
