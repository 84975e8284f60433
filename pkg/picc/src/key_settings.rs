//! Key settings and key versions.
use crate::card::Card;
use crate::fields::Fields;
use crate::messaging::Answer;
use crate::model::Model;
use crate::state::PICC;
use crate::status::Status;

impl Card {
    /// GetKeySettings 45: KeySett1, number of keys with the key type in the two highest bits.
    pub(crate) fn get_key_settings(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        let (settings, keys) = match self.application() {
            Ok(application) => (application.settings, application.keys | application.kind().bits()),
            Err(_) => (self.nv.settings, 0x01 | self.nv.master.kind.bits()),
        };
        self.may_list(settings)?;
        Ok(vec![settings, keys].into())
    }

    /// ChangeKeySettings 54: by the master key, while KeySett1 bit 3 is set.
    pub(crate) fn change_key_settings(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let new = fields.u8()?;
        fields.end()?;
        self.by_master()?;
        let settings = match self.nv.application_mut(self.v.selected) {
            Some(application) => &mut application.settings,
            None => &mut self.nv.settings,
        };
        if *settings & 0x08 == 0 {
            return Err(Status::PermissionDenied);
        }
        *settings = new;
        self.written();
        Ok(Answer::default())
    }

    /// GetKeyVersion 64: key number; since EV2 also key number + 40 and a key set, 80 for the versions of all sets.
    pub(crate) fn get_key_version(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        let set = if number & 0x40 != 0 && self.nv.model >= Model::Ev2 && self.v.selected != PICC {
            Some(fields.u8()?)
        } else {
            None
        };
        fields.end()?;
        let Some(set) = set else {
            // type bits may stand over the card's master key
            let number = if self.v.selected == PICC { number & 0x3F } else { number };
            return self.key(number).map(|key| vec![key.version].into());
        };
        let application = self.application()?;
        if set & 0x80 != 0 {
            return Ok(application.sets.iter().map(|set| set.version).collect::<Vec<u8>>().into());
        }
        let set = application.sets.get(usize::from(set)).ok_or(Status::ParameterError)?;
        let key = set.keys.get(usize::from(number & 0x3F)).ok_or(Status::NoSuchKey)?;
        Ok(vec![key.version].into())
    }
}
