//! Applications: list, create, delete.
use crate::card::Card;
use crate::crypto::Cipher;
use crate::fields::Fields;
use crate::keys::{Key, KeyType};
use crate::messaging::Answer;
use crate::model::Model;
use crate::state::{Aid, Application, Bytes, Delegated, KeySet, PICC};
use crate::status::Status;
use std::collections::BTreeMap;

/// Most keys of an application.
const MAX_KEYS: u8 = 14;

/// What CreateApplication says after the identifier: KeySett1, KeySett2, [KeySett3, [key sets]], [FID, [DF name]].
pub(crate) struct Wish {
    pub settings: u8,
    pub keys: u8,
    pub kind: KeyType,
    pub iso_files: bool,
    pub sets: Option<KeySets>,
    pub fid: Option<u16>,
    pub name: Vec<u8>,
}

pub(crate) struct KeySets {
    pub version: u8,
    pub count: u8,
    pub max_key_size: u8,
    pub roll_key: u8,
}

impl Wish {
    pub fn parse(model: Model, mut fields: Fields<'_>) -> Result<Self, Status> {
        let settings = fields.u8()?;
        let second = fields.u8()?;
        let kind = KeyType::from_bits(second).ok_or(Status::ParameterError)?;
        let keys = second & 0x0F;
        let has_third = second & 0x10 != 0;
        if keys > MAX_KEYS || (has_third && model < Model::Ev2) {
            return Err(Status::ParameterError);
        }
        let third = if has_third { fields.u8()? } else { 0 };
        // bit 0: key sets; bit 1: own virtual-card keys; bit 2: own capability data
        if third & !0x07 != 0 {
            return Err(Status::ParameterError);
        }
        let sets = if third & 0x01 != 0 { Some(KeySets::parse(kind, &mut fields)?) } else { None };
        let fid = if fields.left() > 0 { Some(fields.u16()?) } else { None };
        let name = fields.rest().to_vec();
        if name.len() > 16 {
            return Err(Status::LengthError);
        }
        if fid.is_some_and(reserved) {
            return Err(Status::ParameterError);
        }
        Ok(Self { settings, keys, kind, iso_files: second & 0x20 != 0, sets, fid, name })
    }

    /// The application with `key` in every place of its active set.
    fn build(self, aid: Aid, key: &Key, delegated: Option<Delegated>) -> Application {
        let sets = self.sets.unwrap_or(KeySets {
            version: 0,
            count: 1,
            max_key_size: if self.kind == KeyType::ThreeKey { 24 } else { 16 },
            roll_key: 0,
        });
        let active = KeySet { version: sets.version, finalized: true, keys: vec![key.clone(); usize::from(self.keys)] };
        let empty = KeySet { version: 0, finalized: false, keys: Vec::new() };
        let others = usize::from(sets.count).saturating_sub(1);
        Application {
            aid,
            settings: self.settings,
            keys: self.keys,
            iso_files: self.iso_files,
            fid: self.fid,
            name: Bytes(self.name),
            sets: std::iter::once(active).chain(vec![empty; others]).collect(),
            active: 0,
            max_key_size: sets.max_key_size,
            roll_key: sets.roll_key,
            delegated,
            files: BTreeMap::new(),
        }
    }
}

impl KeySets {
    fn parse(kind: KeyType, fields: &mut Fields<'_>) -> Result<Self, Status> {
        let [version, count, max_key_size, roll_key] = fields.array()?;
        let fits = matches!(max_key_size, 16 | 24) && kind.size() <= usize::from(max_key_size);
        if !(2..=16).contains(&count) || !fits || roll_key > 0x07 {
            return Err(Status::ParameterError);
        }
        Ok(Self { version, count, max_key_size, roll_key })
    }
}

/// File identifiers that ISO/IEC 7816-4 §7.4.1 keeps for itself.
pub(crate) fn reserved(fid: u16) -> bool {
    matches!(fid, 0x0000 | 0x3F00 | 0x3FFF | 0xFFFF)
}

impl Card {
    /// GetApplicationIDs 6A: three bytes each, 19 in a frame of EV1.
    pub(crate) fn get_application_ids(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        self.at_picc()?;
        self.may_list(self.nv.settings)?;
        let data: Vec<u8> = self.nv.applications.iter().flat_map(|application| application.aid).collect();
        let full = (self.nv.model.frame() - 1) / 3 * 3;
        let frames = vec![full; data.len() / full];
        Ok(Answer { data, frames, ..Answer::default() })
    }

    /// GetDFNames 6D: a frame for each application that has a file identifier: AID, FID, name. An EV1 card that is asked
    /// with a session open answers C1 and never works again (measured on 8 KB cards).
    pub(crate) fn get_df_names(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        self.at_picc()?;
        if self.nv.model == Model::Ev1 && self.v.session.is_some() {
            self.nv.dead = true;
            self.written();
            return Err(Status::PiccIntegrityError);
        }
        self.may_list(self.nv.settings)?;
        let entry = |application: &Application| {
            let fid = application.fid?.to_le_bytes();
            Some([&application.aid[..], &fid, &application.name].concat())
        };
        let entries: Vec<Vec<u8>> = self.nv.applications.iter().filter_map(entry).collect();
        let frames = entries.iter().take(entries.len().saturating_sub(1)).map(Vec::len).collect();
        Ok(Answer { data: entries.concat(), frames, ..Answer::default() })
    }

    /// CreateApplication CA. KeySett1 bit 2 of the card lets everybody.
    pub(crate) fn create_application(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let aid = fields.array()?;
        let wish = Wish::parse(self.nv.model, fields)?;
        self.at_picc()?;
        if self.nv.settings & 0x04 == 0 {
            self.by_master()?;
        }
        let bytes = self.nv.configuration.default_key.iter().take(wish.kind.size()).copied().collect();
        let key = Key::with_version(wish.kind, bytes, self.nv.configuration.default_version);
        self.add_application(aid, wish, &key, None)
    }

    /// What both ways of creating have in common.
    pub(crate) fn add_application(
        &mut self,
        aid: Aid,
        wish: Wish,
        key: &Key,
        delegated: Option<Delegated>,
    ) -> Result<Answer, Status> {
        if aid == PICC {
            return Err(Status::ParameterError);
        }
        let taken = |application: &Application| {
            application.aid == aid
                || (wish.fid.is_some() && application.fid == wish.fid)
                || (!wish.name.is_empty() && *application.name == wish.name)
        };
        if self.nv.applications.iter().any(taken) {
            return Err(Status::DuplicateError);
        }
        if self.nv.applications.len() >= self.nv.model.applications() {
            return Err(Status::CountError);
        }
        let quota = delegated.as_ref().map(|delegated| u32::from(delegated.quota) * crate::state::BLOCK);
        let mut application = wish.build(aid, key, delegated);
        let own = application.size();
        if let (Some(quota), Some(delegated)) = (quota, application.delegated.as_mut()) {
            if own > quota {
                return Err(Status::OutOfEeprom);
            }
            delegated.used = own;
        }
        self.nv.take(quota.unwrap_or(own))?;
        self.nv.applications.push(application);
        self.written();
        Ok(Answer::default())
    }

    /// DeleteApplication DA: with the card's master key, or, where everybody may create, with the application's own.
    /// A delegated application goes with the delegation key and a MAC. Its memory does not come back.
    pub(crate) fn delete_application(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let aid: Aid = fields.array()?;
        let mac: Option<[u8; 8]> = if fields.left() > 0 { Some(fields.array()?) } else { None };
        fields.end()?;
        if aid == PICC {
            return Err(Status::PermissionDenied);
        }
        let target = self.nv.application(aid).ok_or(Status::ApplicationNotFound)?;
        let by_own = self.nv.settings & 0x04 != 0 && self.v.selected == aid;
        let by_delegation = target.delegated.is_some() && self.authenticated() == Some(0x10);
        if self.v.selected != PICC && !by_own {
            return Err(Status::PermissionDenied);
        }
        if by_delegation || mac.is_some() {
            let key = self.nv.others.get(&0x11).ok_or(Status::PermissionDenied)?;
            let expected = Cipher::new(key).short_mac(&[&[0xDA][..], &aid].concat());
            if mac != Some(expected) {
                return Err(Status::IntegrityError);
            }
        }
        if !by_delegation {
            self.by_master()?;
        }
        self.nv.applications.retain(|application| application.aid != aid);
        self.written();
        if self.v.selected == aid {
            self.enter(PICC);
        }
        Ok(Answer::default())
    }

    /// KeySett1 bit 1: listing is free, else the master key's.
    pub(crate) fn may_list(&self, settings: u8) -> Result<(), Status> {
        if settings & 0x02 != 0 { Ok(()) } else { self.by_master() }
    }
}
