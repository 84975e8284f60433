//! ChangeKey (C4) and ChangeKeyEV2 (C6): who may, and the cryptogram of each messaging.
use crate::card::Card;
use crate::crypto::{crc16, crc32, xor};
use crate::fields::Fields;
use crate::keys::{Key, KeyType};
use crate::messaging::{Answer, Messaging};
use crate::state::PICC;
use crate::status::Status;

/// Whether the new key travels by itself or XORed to the old one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Own,
    Other,
}

impl Card {
    /// ChangeKey C4: key number (at card level with type bits), cryptogram.
    pub(crate) fn change_key(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let sent = fields.u8()?;
        let cryptogram = fields.rest();
        let at_picc = self.v.selected == PICC;
        let number = if at_picc { sent & 0x3F } else { sent };
        let old = match self.key(number) {
            Ok(key) => key.clone(),
            // delegation and virtual card keys begin as zeros
            Err(_) if at_picc && self.may_exist(number) => Key::zero(KeyType::Aes),
            Err(status) => return Err(status),
        };
        self.may_change(number)?;
        let kind = match (at_picc, number) {
            (true, 0) => KeyType::from_bits(sent).ok_or(Status::ParameterError)?,
            _ => old.kind,
        };
        let form = if self.authenticated() == Some(number) { Form::Own } else { Form::Other };
        let new = self.open_key(kind, &old, form, &[0xC4, sent], cryptogram)?;
        let place = match self.nv.application_mut(self.v.selected) {
            Some(application) => {
                let active = application.active;
                application.sets.get_mut(active).and_then(|set| set.keys.get_mut(usize::from(number)))
            }
            None if number == 0 => Some(&mut self.nv.master),
            None => Some(self.nv.others.entry(number).or_insert(old)),
        };
        *place.ok_or(Status::NoSuchKey)? = new;
        self.written();
        if form == Form::Other {
            return Ok(Answer::default());
        }
        self.v.session = None;
        Ok(Answer::bare())
    }

    /// ChangeKeyEV2 C6: key set, key number, cryptogram. A key of another set than the active one travels XORed, always.
    pub(crate) fn change_key_ev2(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (set, number) = (fields.u8()?, fields.u8()?);
        let cryptogram = fields.rest();
        let application = self.application()?;
        let keys = &application.sets.get(usize::from(set)).ok_or(Status::ParameterError)?.keys;
        let old = keys.get(usize::from(number)).ok_or(Status::NoSuchKey)?.clone();
        let active = application.active == usize::from(set);
        self.may_change(number)?;
        let form = if active && self.authenticated() == Some(number) { Form::Own } else { Form::Other };
        let new = self.open_key(old.kind, &old, form, &[0xC6, set, number], cryptogram)?;
        let sets = &mut self.application_mut()?.sets;
        let place = sets.get_mut(usize::from(set)).and_then(|set| set.keys.get_mut(usize::from(number)));
        *place.ok_or(Status::NoSuchKey)? = new;
        self.written();
        if form == Form::Other {
            return Ok(Answer::default());
        }
        self.v.session = None;
        Ok(Answer::bare())
    }

    /// Delegation keys 10 to 12 and virtual card keys 20 to 23 of the card, since EV2.
    fn may_exist(&self, number: u8) -> bool {
        self.nv.model >= crate::Model::Ev2 && matches!(number, 0x10..=0x12 | 0x20..=0x23)
    }

    /// KeySett1: bit 0 lets the master key be changed, bits 4 to 7 say with which key the others are. Refused with AE.
    fn may_change(&self, number: u8) -> Result<(), Status> {
        let with = self.authenticated();
        let (settings, changer) = match self.application() {
            Ok(application) => (application.settings, application.settings >> 4),
            Err(_) => (self.nv.settings, 0), // the card's other keys are changed with its master key
        };
        let may = match (number, changer) {
            (0, _) => with == Some(0) && settings & 0x01 != 0,
            (_, 0x0F) => false,
            (_, 0x0E) => with == Some(number),
            // the changing key itself is changed with the master key
            (_, changer) if changer == number => with == Some(0),
            (_, changer) => with == Some(changer),
        };
        if may { Ok(()) } else { Err(Status::AuthenticationError) }
    }

    /// Takes the new key out of the deciphered cryptogram. `prefix`: command byte and what stayed in clear.
    fn open_key(&self, kind: KeyType, old: &Key, form: Form, prefix: &[u8], cryptogram: &[u8]) -> Result<Key, Status> {
        let messaging = &self.v.session.as_ref().ok_or(Status::AuthenticationError)?.messaging;
        let mut fields = Fields::new(cryptogram);
        let mut bytes = fields.bytes(kind.size())?.to_vec();
        let version = if kind == KeyType::Aes { fields.u8()? } else { 0 };
        let travelled = Key::travelling(kind, &bytes, version);
        if form == Form::Other {
            xor(&mut bytes, &old.bytes);
        }
        let check = |holds: bool| if holds { Ok(()) } else { Err(Status::IntegrityError) };
        match messaging {
            Messaging::D40(_) => {
                check(fields.array()? == crc16(&travelled))?;
                if form == Form::Other {
                    check(fields.array()? == crc16(&bytes))?;
                }
            }
            Messaging::Ev1(_) => {
                check(fields.array()? == crc32(&[prefix, &travelled].concat()))?;
                if form == Form::Other {
                    check(fields.array()? == crc32(&bytes))?;
                }
            }
            Messaging::Ev2(_) if form == Form::Other => check(fields.array()? == crc32(&bytes))?,
            Messaging::Ev2(_) => {}
        }
        match messaging {
            Messaging::Ev2(_) => fields.end()?,
            _ => {
                let padding = fields.rest();
                check(padding.len() < 16 && padding.iter().all(|byte| *byte == 0))?;
            }
        }
        Ok(Key::with_version(kind, bytes, version))
    }
}
