//! The card as a whole: version, identifier, memory, formatting, originality.
use crate::card::Card;
use crate::fields::{Fields, three};
use crate::messaging::Answer;
use crate::state::PICC;
use crate::status::Status;

impl Card {
    /// GetVersion 60: hardware (7 bytes), software (7), identifier and production (14), a frame each.
    pub(crate) fn get_version(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        let storage = self.nv.memory.code();
        let [hw_major, hw_minor] = self.nv.model.hardware(self.nv.memory);
        let [sw_major, sw_minor] = self.nv.model.software();
        // vendor NXP, type DESFire, subtype; last the protocol: ISO/IEC 14443-2 and -3
        let hardware = [0x04, 0x01, 0x01, hw_major, hw_minor, storage, 0x05];
        let software = [0x04, 0x01, 0x01, sw_major, sw_minor, storage, 0x05];
        let random = self.nv.configuration.flags & 0x02 != 0;
        let uid = if random { [0; 7] } else { self.nv.uid };
        let data = [&hardware[..], &software, &uid, &self.nv.production].concat();
        Ok(Answer { data, frames: vec![7, 7], ..Answer::default() })
    }

    /// GetCardUID 51: always enciphered, any key will do.
    pub(crate) fn get_card_uid(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        Ok(self.nv.uid.to_vec().into())
    }

    /// FreeMemory 6E: three bytes.
    pub(crate) fn free_memory(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        Ok(three(self.nv.free() as usize).to_vec().into())
    }

    /// FormatPICC FC: applications go and their memory comes back; keys and configuration of the card stay.
    pub(crate) fn format_picc(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        self.at_picc()?;
        self.by_master()?;
        if self.nv.configuration.flags & 0x01 != 0 {
            return Err(Status::PermissionDenied);
        }
        self.nv.applications.clear();
        self.nv.used = 0;
        self.written();
        Ok(Answer::default())
    }

    /// ReadSig 3C 00: the maker's signature over the identifier, 56 bytes.
    pub(crate) fn read_sig(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let address = fields.u8()?;
        fields.end()?;
        if address != 0x00 {
            return Err(Status::ParameterError);
        }
        Ok(self.nv.signature.to_vec().into())
    }

    /// SelectApplication 5A: ends session and transaction, also when the same is selected again.
    pub(crate) fn select_application(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let aid = fields.array()?;
        fields.end()?;
        if aid != PICC && self.nv.application(aid).is_none() {
            return Err(Status::ApplicationNotFound);
        }
        self.enter(aid);
        Ok(Answer::default())
    }
}
