//! The vault as ceremonies use it: what it seals, the cards' keys, and the randomness that it is given.

use std::sync::Arc;

use chip::keys::{IdentityKey, KeyName, SetVersion};
use contract::keys::ShareWrong;
use contract::{Failure, Fault, Outage, Refusal};
use zeroize::Zeroizing;

use crate::Draw;
use crate::card_vault::{CardVault, CardVaultError, CheckValue, PublicKey, ShareFault, ShareText};
use crate::secrets::{Purpose, Secrets};

/// See the module.
#[derive(Clone)]
pub struct Safe {
    /// Seals components and shares.
    pub secrets: Arc<dyn Secrets>,
    /// Has the cards' keys.
    pub cards: Arc<dyn CardVault>,
    /// Randomness.
    pub draw: Draw,
}

impl Safe {
    /// Lets the vault do what waits for a disk or a token, on a thread that may wait.
    ///
    /// # Errors
    /// As the vault says; [`CardVaultError::Store`] where it panicked.
    pub(super) async fn wait_for<T, F>(&self, act: F) -> Result<T, CardVaultError>
    where
        F: FnOnce(&dyn CardVault, &Draw) -> Result<T, CardVaultError> + Send + 'static,
        T: Send + 'static,
    {
        let (cards, draw) = (Arc::clone(&self.cards), Arc::clone(&self.draw));
        let done = tokio::task::spawn_blocking(move || act(cards.as_ref(), &draw)).await;
        done.unwrap_or_else(|panicked| Err(CardVaultError::Store(Box::new(panicked))))
    }

    /// Seals what a custodian gave or is given.
    pub(super) fn seal(&self, context: &str, plain: &str) -> Vec<u8> {
        let mut nonce = [0; 24];
        (self.draw)(&mut nonce);
        self.secrets.seal(Purpose::Ceremony, context, nonce, plain.as_bytes())
    }

    /// Opens it again.
    pub(super) fn open(&self, context: &str, sealed: &[u8]) -> Result<Zeroizing<String>, Failure> {
        let opened = self.secrets.open(Purpose::Ceremony, context, sealed).map_err(|error| {
            tracing::error!(%error, context, "a component or share cannot be opened");
            Failure::Internal
        })?;
        std::str::from_utf8(&opened).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| Failure::Internal)
    }
}

/// A share as a custodian typed it.
pub(super) fn typed(text: &Zeroizing<String>) -> ShareText {
    ShareText::new(text.clone())
}

/// What the vault says, in the terms that a person is told. The boundary at which a fault of ours is logged, once.
pub(super) fn told(error: CardVaultError) -> Failure {
    match error {
        CardVaultError::Share(fault) => share_fault(fault),
        CardVaultError::Held { .. } => Failure::Refused { why: Refusal::SetHeld },
        CardVaultError::Missing { .. } => Failure::Refused { why: Refusal::SetMissing },
        CardVaultError::Component => {
            Failure::field("component", Fault::TooLong { max: crate::card_vault::COMPONENT_BYTES })
        }
        CardVaultError::Store(source) => {
            tracing::error!(error = source.as_ref() as &dyn std::error::Error, "the store of the cards' keys refuses");
            Failure::Unavailable { why: Outage::Keys }
        }
    }
}

/// What is wrong with a typed share, beside its field.
pub(super) fn share_fault(fault: ShareFault) -> Failure {
    let why = match fault {
        ShareFault::Lines { wanted, found } => ShareWrong::Lines { wanted, found },
        ShareFault::Line { number } => ShareWrong::Line { number },
        ShareFault::Kind => ShareWrong::Kind,
        ShareFault::SameNumber { .. } => ShareWrong::SameNumber,
        ShareFault::OtherSet => ShareWrong::OtherSet,
        ShareFault::OtherShare => ShareWrong::OtherShare,
        ShareFault::DoNotFit => ShareWrong::DoNotFit,
    };
    wrong_share(why)
}

pub(super) fn wrong_share(why: ShareWrong) -> Failure {
    Failure::field("share", Fault::Share { why })
}

/// A version as the database has it.
pub(super) fn version_of(number: i64) -> Result<SetVersion, Failure> {
    u8::try_from(number).ok().and_then(SetVersion::new).ok_or(Failure::NotFound)
}

/// Names of masters in the database, in the log and in the pages' words.
fn key_name(name: KeyName) -> &'static str {
    match name {
        KeyName::Transport => "transport",
        KeyName::Default => "default",
        KeyName::Picc => "picc",
        KeyName::Identity(IdentityKey::Master) => "identity_master",
        KeyName::Identity(IdentityKey::Read) => "identity_read",
        KeyName::Identity(IdentityKey::Write) => "identity_write",
        KeyName::Identity(IdentityKey::Access) => "identity_access",
        KeyName::Identity(IdentityKey::Timekeeping) => "identity_timekeeping",
        KeyName::Tag => "tag",
        KeyName::SdmMeta => "sdm_meta",
        KeyName::SdmFile => "sdm_file",
    }
}

/// Check values as they are stored.
pub(super) fn written(values: &[(KeyName, CheckValue)]) -> String {
    let pairs: Vec<_> = values.iter().map(|(name, value)| (key_name(*name), value.to_string())).collect();
    serde_json::json!(pairs).to_string()
}

/// Check values as they were stored.
pub(super) fn read(stored: &str) -> Vec<(String, String)> {
    serde_json::from_str(stored).unwrap_or_default()
}

/// What is kept of a set for ever.
pub(super) fn identity(
    signer: &PublicKey,
    id: crate::card_vault::SetId,
    values: &[(KeyName, CheckValue)],
    ceremony_id: Option<i64>,
) -> crate::store::key::set::NewSet {
    crate::store::key::set::NewSet {
        set_version: i64::from(signer.set.get()),
        set_id: id.0.to_vec(),
        check_values: written(values),
        public_key: signer.key.to_vec(),
        key_id: signer.id.to_vec(),
        ceremony_id,
    }
}
