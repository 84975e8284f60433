//! The cards' keys in a token (PKCS #11 v3.0): masters and signers can be used there, and never be read.
//!
//! A token must know CKM_AES_CMAC (§2.13.8) and CKM_EDDSA (§2.3.14). With the first it diversifies: for our messages AN10922 is a plain CMAC
//! (`card_keys::derivation`). Only during a ceremony, and when a set is restored from shares, its keys are in this process's memory.
//! What else the vault holds stays in the sealed file.

mod objects;
mod session;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use chip::keys::{KeyFault, KeyName, Keys, NoKey, SetVersion, Uid};
use desfire::Key;
use registry::Draw;
use registry::card_vault::{
    CUSTODIANS, CardVault, CardVaultError, Component, Drawn, KeySet, SetId, ShareFault, ShareHead, ShareText,
};
use zeroize::Zeroizing;

use crate::card_keys::derivation::input;
use crate::card_keys::secret::HeldSet;
use crate::card_keys::share;
use crate::card_vault::drawn_secret;
use crate::drawing::Drawing;
use objects::{Kind, Marker};
use session::{Sessions, cmac, sign};

/// Which token, and what opens it. No `Debug`, no `Clone`; the PIN is wiped on drop.
pub struct Pkcs11 {
    /// The maker's library, as /usr/lib/softhsm/libsofthsm2.so.
    pub module: PathBuf,
    /// Where the token is.
    pub slot: Slot,
    /// Of the user, not of the security officer.
    pub pin: Zeroizing<String>,
}

/// How a token is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// By its label, which must be one token's only.
    Label(String),
    /// By the slot's number, which some libraries change at each start.
    Number(u64),
}

/// The token cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The library or the token refused.
    #[error("the PKCS #11 token cannot {doing}")]
    Refused {
        /// What was tried, as a verb.
        doing: &'static str,
        /// What it answered.
        source: cryptoki::error::Error,
    },
    /// No token, or more than one, has the label.
    #[error("{found} PKCS #11 tokens have the label “{label}”; it has to be one")]
    Label {
        /// The label looked for.
        label: String,
        /// How many have it.
        found: usize,
    },
    /// The token lacks a mechanism.
    #[error("the PKCS #11 token does not know {mechanism}")]
    Mechanism {
        /// Its name in the standard.
        mechanism: &'static str,
    },
    /// The PIN was refused before. It is not tried again: a token locks itself after few attempts.
    #[error("the PKCS #11 token refuses the PIN; it is not tried again before this program is started anew")]
    Pin,
    /// A set lacks one of its objects, or there are two.
    #[error("the PKCS #11 token holds {found} objects for one key of set {set:02X}")]
    Objects {
        /// The set.
        set: u8,
        /// How many.
        found: usize,
    },
    /// What the token computes with a key is not what that key gives.
    #[error("the PKCS #11 token does not compute what it should with the keys that it was given")]
    Computes,
}

/// The cards' keys in a token. No `Debug`, no `Clone`.
pub struct Token {
    sessions: Mutex<Sessions>,
}

impl From<TokenError> for CardVaultError {
    fn from(error: TokenError) -> Self {
        CardVaultError::Store(Box::new(error))
    }
}

impl Token {
    /// Logs in, and makes sure that the token can do what is asked of it.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn open(pkcs11: &Pkcs11) -> Result<Token, TokenError> {
        Ok(Token { sessions: Mutex::new(Sessions::open(pkcs11)?) })
    }

    /// Writes keys, and compares what the token computes with them.
    fn write(&self, set: &HeldSet, kind: Kind) -> Result<(), CardVaultError> {
        let mut sessions = self.sessions();
        let session = sessions.session()?;
        if objects::marker(session, Kind::Set, set.version)?.is_some() {
            return Err(CardVaultError::Held { version: set.version.get() });
        }
        objects::remove(session, set.version)?;
        objects::write(session, set)?;
        let described = objects::describe(session, &Marker::of(set, kind))?;
        let message = b"congthe/token-check/1";
        let signature = sign(session, objects::signer(session, set.version, set.id)?, message)?;
        if described != set.describe(kind == Kind::Draft) || signature != set.sign(message) {
            objects::remove(session, set.version)?;
            return Err(TokenError::Computes.into());
        }
        // last: what has no marker is nothing
        Ok(objects::mark(session, &Marker::of(set, kind))?)
    }

    fn sessions(&self) -> std::sync::MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keys for Token {
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
        let message = [&[0x01], input(name, uid).as_slice()].concat(); // AN10922 §2.2: the constant for AES-128
        let derived = self
            .sessions()
            .with_set(set, |session, held| cmac(session, objects::master(session, set, held, name)?, &message));
        match derived.map_err(unavailable)? {
            Some(bytes) => Ok(Key::aes(*bytes, set.get())),
            None => Err(KeyFault::NoKey(NoKey { set: set.get(), name })),
        }
    }

    fn sign_card(&self, set: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        let signed =
            self.sessions().with_set(set, |session, held| sign(session, objects::signer(session, set, held)?, message));
        signed.map_err(unavailable)?.ok_or(KeyFault::NoSigner { set: set.get() })
    }
}

impl CardVault for Token {
    fn key_sets(&self) -> Result<Vec<KeySet>, CardVaultError> {
        let mut sessions = self.sessions();
        let session = sessions.session()?;
        let markers = objects::markers(session)?;
        Ok(markers.iter().map(|marker| objects::describe(session, marker)).collect::<Result<_, _>>()?)
    }

    fn draw_set(
        &self,
        version: SetVersion,
        components: &[Component; CUSTODIANS],
        draw: &Draw,
    ) -> Result<Drawn, CardVaultError> {
        let secret = drawn_secret(components, draw)?;
        let shares = share::split(&secret, version, &mut Drawing(draw));
        let drawn = HeldSet::new(version, secret);
        self.write(&drawn, Kind::Draft)?;
        Ok(Drawn { set: drawn.describe(true), shares })
    }

    fn keep_set(&self, version: SetVersion, id: SetId, _: &Draw) -> Result<(), CardVaultError> {
        let mut sessions = self.sessions();
        let session = sessions.session()?;
        match objects::marker(session, Kind::Set, version)? {
            Some(held) if held.id == id => return Ok(()),
            Some(_) => return Err(CardVaultError::Held { version: version.get() }),
            None => {}
        }
        match objects::marker(session, Kind::Draft, version)? {
            Some(draft) if draft.id == id => {
                objects::mark(session, &Marker { kind: Kind::Set, ..draft })?;
                // a set with a draft's marker beside it is a set
                Ok(objects::unmark(session, Kind::Draft, version)?)
            }
            _ => Err(CardVaultError::Missing { version: version.get() }),
        }
    }

    fn discard_draft(&self, version: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        let mut sessions = self.sessions();
        let session = sessions.session()?;
        objects::unmark(session, Kind::Draft, version)?;
        if objects::marker(session, Kind::Set, version)?.is_none() {
            objects::remove(session, version)?;
        }
        Ok(())
    }

    fn restore_set(&self, shares: &[ShareText; 2], _: &Draw) -> Result<KeySet, CardVaultError> {
        let (version, secret) = share::combine(shares)?;
        let restored = HeldSet::new(version, secret);
        let held = objects::marker(self.sessions().session()?, Kind::Set, version)?;
        if held.is_none_or(|held| held.id != restored.id) {
            self.write(&restored, Kind::Set)?;
        }
        Ok(restored.describe(false))
    }

    fn destroy_set(&self, version: SetVersion, _: &Draw) -> Result<(), CardVaultError> {
        let mut sessions = self.sessions();
        let session = sessions.session()?;
        if objects::marker(session, Kind::Set, version)?.is_none() {
            return Err(CardVaultError::Missing { version: version.get() });
        }
        // first, so that a set without all of its keys is none
        objects::unmark(session, Kind::Draft, version)?;
        objects::unmark(session, Kind::Set, version)?;
        objects::remove(session, version)?;
        sessions.forget(version);
        Ok(())
    }

    fn read_share(&self, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        share::read(typed)
    }

    fn compare_shares(&self, shown: &ShareText, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        share::compare(shown, typed)
    }
}

/// What the card's side learns; the rest is logged here, for it ends here.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn unavailable(error: TokenError) -> KeyFault {
    tracing::error!(error = &error as &dyn std::error::Error, "the token that holds the cards' keys does not answer");
    KeyFault::Unavailable
}
