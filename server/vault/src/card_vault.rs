//! The cards' keys in the sealed file.

use chip::keys::{KeyFault, KeyName, Keys, NoKey, SetVersion, Uid};
use desfire::Key;
use registry::Draw;
use registry::card_vault::{
    COMPONENT_BYTES, CUSTODIANS, CardVault, CardVaultError, Component, Drawn, KeySet, SetId, ShareFault, ShareHead,
    ShareText,
};

use crate::card_keys::secret::{HeldSet, SetSecret};
use crate::card_keys::share;
use crate::drawing::Drawing;
use crate::{Vault, VaultError};

impl From<VaultError> for CardVaultError {
    fn from(error: VaultError) -> Self {
        CardVaultError::Store(Box::new(error))
    }
}

impl Keys for Vault {
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
        self.with_set(set, |held| held.card_key(name, uid)).ok_or(KeyFault::NoKey(NoKey { set: set.get(), name }))
    }

    fn sign_card(&self, set: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        self.with_set(set, |held| Some(held.sign(message))).ok_or(KeyFault::NoSigner { set: set.get() })
    }
}

impl CardVault for Vault {
    fn key_sets(&self) -> Result<Vec<KeySet>, CardVaultError> {
        Ok(self.cards().describe())
    }

    fn draw_set(
        &self,
        version: SetVersion,
        components: &[Component; CUSTODIANS],
        draw: &Draw,
    ) -> Result<Drawn, CardVaultError> {
        let secret = drawn_secret(components, draw)?;
        let shares = share::split(&secret, version, &mut Drawing(draw));
        let draft = HeldSet::new(version, secret);
        let set = draft.describe(true);
        self.edit_cards(&mut Drawing(draw), |cards| cards.draft(draft))?;
        Ok(Drawn { set, shares })
    }

    fn keep_set(&self, version: SetVersion, id: SetId, draw: &Draw) -> Result<(), CardVaultError> {
        self.edit_cards(&mut Drawing(draw), |cards| cards.keep(version, id))
    }

    fn discard_draft(&self, version: SetVersion, draw: &Draw) -> Result<(), CardVaultError> {
        self.edit_cards(&mut Drawing(draw), |cards| Ok(cards.discard(version)))
    }

    fn restore_set(&self, shares: &[ShareText; 2], draw: &Draw) -> Result<KeySet, CardVaultError> {
        let (version, secret) = share::combine(shares)?;
        let restored = HeldSet::new(version, secret);
        let set = restored.describe(false);
        self.edit_cards(&mut Drawing(draw), |cards| cards.restore(restored))?;
        Ok(set)
    }

    fn destroy_set(&self, version: SetVersion, draw: &Draw) -> Result<(), CardVaultError> {
        self.edit_cards(&mut Drawing(draw), |cards| cards.destroy(version))
    }

    fn read_share(&self, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        share::read(typed)
    }

    fn compare_shares(&self, shown: &ShareText, typed: &ShareText) -> Result<ShareHead, ShareFault> {
        share::compare(shown, typed)
    }
}

/// The secret of a new set.
///
/// # Errors
/// [`CardVaultError::Component`].
pub(crate) fn drawn_secret(components: &[Component; CUSTODIANS], draw: &Draw) -> Result<SetSecret, CardVaultError> {
    if components.iter().any(|component| component.as_bytes().len() > COMPONENT_BYTES) {
        return Err(CardVaultError::Component);
    }
    Ok(SetSecret::draw(components, &mut Drawing(draw)))
}
