//! Key sets of cards: from what a ceremony drew to the key that one card has.
//!
//! A set is 32 bytes, the ceremony's secret ([`secret`]). From them come, each independently of the others (HKDF, RFC 5869), one AES-128
//! master for each key name, the Ed25519 seed of the set's signer, and the set's identifier. From a master and a card's identifier
//! comes the card's key ([`derivation`], AN10922). What custodians hold is the secret in three shares ([`share`]).

pub(crate) mod derivation;
pub(crate) mod masters;
pub(crate) mod secret;
pub(crate) mod share;

use std::collections::BTreeMap;

use chip::keys::SetVersion;
use registry::card_vault::{CardVaultError, KeySet, SetId};

use secret::HeldSet;

/// All sets, and drafts that ceremonies have not yet finished. No `Debug`, no `Clone`; wiped on drop.
#[derive(Default)]
pub(crate) struct CardKeys {
    /// They open cards.
    pub(crate) sets: BTreeMap<SetVersion, HeldSet>,
    /// They open nothing.
    pub(crate) drafts: BTreeMap<SetVersion, HeldSet>,
}

/// Whether an edit has changed anything that has to be written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edited {
    Changed,
    Same,
}

impl CardKeys {
    /// Without keys, by version; a set comes before a draft of the same version.
    pub(crate) fn describe(&self) -> Vec<KeySet> {
        let sets = self.sets.values().map(|set| set.describe(false));
        let mut all: Vec<_> = sets.chain(self.drafts.values().map(|set| set.describe(true))).collect();
        all.sort_by_key(|set| (set.version, set.draft));
        all
    }

    /// Puts a draft, in the place of a former one.
    ///
    /// # Errors
    /// [`CardVaultError::Held`].
    pub(crate) fn draft(&mut self, draft: HeldSet) -> Result<Edited, CardVaultError> {
        self.refuse_held(draft.version)?;
        self.drafts.insert(draft.version, draft);
        Ok(Edited::Changed)
    }

    /// Makes a draft a set.
    ///
    /// # Errors
    /// [`CardVaultError::Missing`], [`CardVaultError::Held`].
    pub(crate) fn keep(&mut self, version: SetVersion, id: SetId) -> Result<Edited, CardVaultError> {
        if self.sets.get(&version).is_some_and(|set| set.id == id) {
            return Ok(Edited::Same);
        }
        self.refuse_held(version)?;
        let missing = CardVaultError::Missing { version: version.get() };
        match self.drafts.remove(&version) {
            Some(draft) if draft.id == id => {
                self.sets.insert(version, draft);
                Ok(Edited::Changed)
            }
            Some(other) => {
                self.drafts.insert(version, other);
                Err(missing)
            }
            None => Err(missing),
        }
    }

    /// Forgets a draft.
    pub(crate) fn discard(&mut self, version: SetVersion) -> Edited {
        if self.drafts.remove(&version).is_some() { Edited::Changed } else { Edited::Same }
    }

    /// Puts a set that two shares gave. A draft of the version opens nothing and goes.
    ///
    /// # Errors
    /// [`CardVaultError::Held`] where another draw of the version is held.
    pub(crate) fn restore(&mut self, set: HeldSet) -> Result<Edited, CardVaultError> {
        if self.sets.get(&set.version).is_some_and(|held| held.id == set.id) {
            return Ok(Edited::Same);
        }
        self.refuse_held(set.version)?;
        self.drafts.remove(&set.version);
        self.sets.insert(set.version, set);
        Ok(Edited::Changed)
    }

    /// Destroys a set.
    ///
    /// # Errors
    /// [`CardVaultError::Missing`].
    pub(crate) fn destroy(&mut self, version: SetVersion) -> Result<Edited, CardVaultError> {
        match self.sets.remove(&version) {
            Some(_) => Ok(Edited::Changed),
            None => Err(CardVaultError::Missing { version: version.get() }),
        }
    }

    fn refuse_held(&self, version: SetVersion) -> Result<(), CardVaultError> {
        match self.sets.contains_key(&version) {
            true => Err(CardVaultError::Held { version: version.get() }),
            false => Ok(()),
        }
    }
}
