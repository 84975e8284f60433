//! Key sets (EV2 on): prepare one, finish it, make it the active one.
use crate::card::Card;
use crate::fields::Fields;
use crate::keys::{Key, KeyType};
use crate::messaging::Answer;
use crate::state::KeySet;
use crate::status::Status;
use crate::transaction::Transaction;

impl Card {
    /// InitializeKeySet 56: set, type (00 2K3DES, 01 3K3DES, 02 AES). The keys are zeros. The type is not compared with
    /// the application's: 00 in an AES application makes a set that is of no use (seen on an EV3 card).
    pub(crate) fn initialize_key_set(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, kind) = (fields.u8()?, fields.u8()?);
        fields.end()?;
        let kind = match kind {
            0x00 => KeyType::TwoKey,
            0x01 => KeyType::ThreeKey,
            0x02 => KeyType::Aes,
            _ => return Err(Status::ParameterError),
        };
        self.by_master()?;
        let application = self.application()?;
        if kind.size() > usize::from(application.max_key_size) {
            return Err(Status::ParameterError);
        }
        let keys = vec![Key::zero(kind); usize::from(application.keys)];
        *self.inactive_set(number)? = KeySet { version: 0, finalized: false, keys };
        self.written();
        Ok(Answer::default())
    }

    /// FinalizeKeySet 57: set, version.
    pub(crate) fn finalize_key_set(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, version) = (fields.u8()?, fields.u8()?);
        fields.end()?;
        self.by_master()?;
        let set = self.inactive_set(number)?;
        if set.keys.is_empty() {
            return Err(Status::PermissionDenied);
        }
        set.version = version;
        set.finalized = true;
        self.written();
        Ok(Answer::default())
    }

    /// RollKeySet 55: set. Only with the key that AppKeySetSett names; answered without MAC, the session is gone.
    pub(crate) fn roll_key_set(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        if self.authenticated() != Some(self.application()?.roll_key) {
            return Err(Status::AuthenticationError);
        }
        if !self.inactive_set(number)?.finalized {
            return Err(Status::PermissionDenied);
        }
        self.application_mut()?.active = usize::from(number);
        self.written();
        self.v.session = None;
        self.v.transaction = Transaction::default();
        Ok(Answer::bare())
    }

    fn inactive_set(&mut self, number: u8) -> Result<&mut KeySet, Status> {
        let application = self.application_mut()?;
        if usize::from(number) == application.active {
            return Err(Status::ParameterError);
        }
        application.sets.get_mut(usize::from(number)).ok_or(Status::ParameterError)
    }
}
