//! SetConfiguration (5C): an option number in clear, its data enciphered.
use crate::card::Card;
use crate::fields::Fields;
use crate::messaging::Answer;
use crate::model::Model;
use crate::state::Bytes;
use crate::status::Status;

/// Bytes of an option's data, as far as they are known; the ATS counts itself.
pub(crate) fn length(option: u8, plain: &[u8]) -> Option<usize> {
    match option {
        0x00 => Some(1),
        0x01 => Some(25),
        0x02 => plain.first().map(|length| usize::from(*length)),
        0x03 | 0x04 => Some(2),
        0x05 => Some(10),
        _ => None,
    }
}

impl Card {
    /// Flags of option 00 only ever get set: formatting disabled, random UID, and what EV2 adds.
    pub(crate) fn set_configuration(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let option = fields.u8()?;
        self.at_picc()?;
        self.by_master()?;
        let ev2 = self.nv.model >= Model::Ev2;
        let configuration = &mut self.nv.configuration;
        match option {
            0x00 => {
                let flags = fields.u8()?;
                fields.end()?;
                if flags & !(if ev2 { 0x0F } else { 0x03 }) != 0 {
                    return Err(Status::ParameterError);
                }
                configuration.flags |= flags;
            }
            0x01 => {
                let key = fields.bytes(24)?.to_vec();
                let version = fields.u8()?;
                fields.end()?;
                configuration.default_key = Bytes(key);
                configuration.default_version = version;
            }
            0x02 => {
                let ats = fields.rest();
                // TL counts itself; TL, T0 and up to three interface bytes, then at most 15 historical bytes
                if ats.first().map(|length| usize::from(*length)) != Some(ats.len()) {
                    return Err(Status::LengthError);
                }
                if !(2..=20).contains(&ats.len()) {
                    return Err(Status::ParameterError);
                }
                configuration.ats = Bytes(ats.to_vec());
            }
            0x03 if ev2 => {
                let sak = fields.array()?;
                fields.end()?;
                configuration.sak = sak;
            }
            0x04 if ev2 => {
                let [_, disabled] = fields.array()?;
                fields.end()?;
                configuration.messaging |= disabled & 0x07;
            }
            0x05 if ev2 => {
                let data = fields.bytes(10)?.to_vec();
                fields.end()?;
                configuration.others.insert(option, Bytes(data));
            }
            0x06 | 0x0A | 0x0B if ev2 => {
                configuration.others.insert(option, Bytes(fields.rest().to_vec()));
            }
            _ => return Err(Status::ParameterError),
        }
        self.written();
        Ok(Answer::default())
    }
}
