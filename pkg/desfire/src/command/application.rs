//! Applications.

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::key::KeyType;
use crate::request::{Afterwards, CommMode, Request, Transport};
use crate::types::{Aid, DfName, Fields, KeyCount, KeyNo};

/// SelectApplication, `5A`. Ends every session.
#[derive(Clone, Copy, Debug)]
pub struct SelectApplication {
    /// Which.
    pub aid: Aid,
    /// A second one (EV2 and later).
    pub second: Option<Aid>,
}

impl SelectApplication {
    /// One application.
    pub fn new(aid: Aid) -> Self {
        SelectApplication { aid, second: None }
    }
}

/// KeySettings1: what may be done with keys and settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySettings {
    /// Bit 0; once taken away it is gone for good.
    pub master_key_changeable: bool,
    /// Bit 1: files, or applications, are listed without a session.
    pub free_directory: bool,
    /// Bit 2: they are created and deleted without one.
    pub free_create_delete: bool,
    /// Bit 3; once taken away it is gone for good.
    pub settings_changeable: bool,
    /// Bits 4 to 7: who changes keys.
    pub change_key: ChangeKeyRight,
}

/// Who may change the keys of an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKeyRight {
    /// The key of that number, 0 to 13; 0 is the application master key.
    Key(KeyNo),
    /// Each key changes itself: `E`.
    Same,
    /// Only the master key can be changed: `F`.
    Frozen,
}

impl KeySettings {
    /// As on a blank: everything is allowed, keys are changed with the master key.
    pub const FACTORY: KeySettings = KeySettings::from_byte(0x0F);

    pub(crate) const fn from_byte(byte: u8) -> Self {
        KeySettings {
            master_key_changeable: byte & 0x01 != 0,
            free_directory: byte & 0x02 != 0,
            free_create_delete: byte & 0x04 != 0,
            settings_changeable: byte & 0x08 != 0,
            change_key: match KeyNo::new(byte >> 4) {
                Some(no) => ChangeKeyRight::Key(no),
                None if byte >> 4 == 0x0E => ChangeKeyRight::Same,
                None => ChangeKeyRight::Frozen,
            },
        }
    }

    pub(crate) fn byte(self) -> u8 {
        let change_key = match self.change_key {
            ChangeKeyRight::Key(no) => no.get(),
            ChangeKeyRight::Same => 0x0E,
            ChangeKeyRight::Frozen => 0x0F,
        };
        u8::from(self.master_key_changeable)
            | u8::from(self.free_directory) << 1
            | u8::from(self.free_create_delete) << 2
            | u8::from(self.settings_changeable) << 3
            | change_key << 4
    }
}

/// Keys in several versions of which one set is active (EV2 and later).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeySets {
    version: u8,
    count: u8,
    long_keys: bool,
    roll_key: u8,
}

impl KeySets {
    /// `version`: of the set that is active first. `count`: 2 to 16 sets. `long_keys`: whether a set has room for 3K3DES keys, 24
    /// bytes instead of 16. `roll_key`: the key that may roll, 0 to 7. `None` for other numbers.
    pub fn new(version: u8, count: u8, long_keys: bool, roll_key: u8) -> Option<Self> {
        ((2..=16).contains(&count) && roll_key <= 7).then_some(KeySets { version, count, long_keys, roll_key })
    }
}

/// How an application is made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationSettings {
    /// KeySettings1.
    pub key_settings: KeySettings,
    /// Type of every key.
    pub key_type: KeyType,
    /// How many.
    pub keys: KeyCount,
    /// Whether its files can have ISO identifiers.
    pub iso_files: bool,
    /// Key sets.
    pub key_sets: Option<KeySets>,
    /// Whether it has virtual card keys of its own (EV2 and later).
    pub vc_keys: bool,
    /// Whether it has capability data of its own (EV2 and later).
    pub capability_data: bool,
    /// How ISO/IEC 7816-4 finds it.
    pub iso: Option<IsoApplication>,
}

/// How SELECT finds an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IsoApplication {
    /// Its identifier.
    pub file_id: u16,
    /// Its name: there is none without an identifier.
    pub name: Option<DfName>,
}

impl ApplicationSettings {
    /// KS1 KS2 \[KS3 \[version count size roll\]\] \[FID\] \[name\].
    pub(crate) fn wire(&self) -> Vec<u8> {
        let more =
            u8::from(self.key_sets.is_some()) | u8::from(self.vc_keys) << 1 | u8::from(self.capability_data) << 2;
        let keys = self.keys.get() | u8::from(more != 0x00) << 4 | u8::from(self.iso_files) << 5 | self.key_type.bits();
        let mut bytes = vec![self.key_settings.byte(), keys];
        if more != 0x00 {
            bytes.push(more);
        }
        // KS3 bit 0: the block of the key sets is there; it comes before the ISO fields
        if let Some(sets) = self.key_sets {
            let size = if sets.long_keys { 24 } else { 16 };
            bytes.extend([sets.version, sets.count, size, sets.roll_key]);
        }
        if let Some(iso) = &self.iso {
            bytes.extend(iso.file_id.to_le_bytes());
            bytes.extend_from_slice(iso.name.as_ref().map_or(&[], DfName::as_bytes));
        }
        bytes
    }
}

/// CreateApplication, `CA`.
#[derive(Clone, Debug)]
pub struct CreateApplication {
    /// Its identifier.
    pub aid: Aid,
    /// How it is made up.
    pub settings: ApplicationSettings,
}

/// DeleteApplication, `DA`. Its memory comes back only with FormatPICC.
#[derive(Clone, Debug)]
pub struct DeleteApplication {
    /// Which.
    pub aid: Aid,
    /// Proof of the application's provider, for a delegated one.
    pub dam_mac: Option<[u8; 8]>,
    /// Whether it is the selected one: with it goes the session.
    pub selected: bool,
}

/// GetApplicationIDs, `6A`.
#[derive(Clone, Copy, Debug)]
pub struct GetApplicationIds;

impl Command for GetApplicationIds {
    type Reply = Vec<Aid>;

    fn request(&self) -> Request {
        Request::administrative(0x6A, [])
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<Aid>, Error> {
        let mut fields = Fields::new("application identifiers", &answer.data);
        let mut aids = Vec::new();
        while !fields.is_empty() {
            aids.push(Aid::from_wire(fields.take()?));
        }
        Ok(aids)
    }
}

/// GetDFNames, `6D`. Never in a session: an EV1 that is asked so destroys itself.
#[derive(Clone, Copy, Debug)]
pub struct GetDfNames;

/// An application that has a name for SELECT.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedApplication {
    /// Identifier.
    pub aid: Aid,
    /// ISO identifier.
    pub iso_file_id: u16,
    /// Name, possibly empty.
    pub name: Vec<u8>,
}

impl Command for GetDfNames {
    type Reply = Vec<NamedApplication>;

    fn request(&self) -> Request {
        Request { never_in_session: true, ..Request::administrative(0x6D, []) }
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<NamedApplication>, Error> {
        let mut begin = 0;
        let mut names = Vec::new();
        // each frame is one entry, and the name is what is left of it
        for end in &answer.frames {
            let frame = answer.data.get(begin..*end).unwrap_or_default();
            begin = *end;
            if frame.is_empty() {
                continue;
            }
            let mut fields = Fields::new("a name of an application", frame);
            let (aid, iso_file_id) = (Aid::from_wire(fields.take()?), fields.u16()?);
            names.push(NamedApplication { aid, iso_file_id, name: fields.rest().to_vec() });
        }
        Ok(names)
    }
}

/// GetKeySettings, `45`.
#[derive(Clone, Copy, Debug)]
pub struct GetKeySettings;

/// What a card tells of the keys of an application, or of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysInfo {
    /// KeySettings1.
    pub settings: KeySettings,
    /// How many keys.
    pub keys: u8,
    /// Of which type; 2K3DES stands for DES, too.
    pub key_type: KeyType,
}

impl Command for GetKeySettings {
    type Reply = KeysInfo;

    fn request(&self) -> Request {
        Request::administrative(0x45, [])
    }

    fn reply(&self, answer: &Answer) -> Result<KeysInfo, Error> {
        let mut fields = Fields::new("key settings", &answer.data);
        let (settings, keys) = (fields.u8()?, fields.u8()?);
        // key sets of an EV2 are told behind it
        fields.rest();
        let key_type = match keys & 0xC0 {
            0x00 => KeyType::TwoKey3Des,
            0x40 => KeyType::ThreeKey3Des,
            0x80 => KeyType::Aes,
            _ => return Err(Error::Value("the type of the keys")),
        };
        Ok(KeysInfo { settings: KeySettings::from_byte(settings), keys: keys & 0x0F, key_type })
    }
}

/// ChangeKeySettings, `54`: always enciphered.
#[derive(Clone, Copy, Debug)]
pub struct ChangeKeySettings(pub KeySettings);

tells_nothing! {
    SelectApplication => |this| Request::new(0x5A, this.aid.wire(), Transport::Bare)
        .data(this.second.map(Aid::wire).unwrap_or_default()[..if this.second.is_some() { 3 } else { 0 }].to_vec())
        .afterwards(Afterwards::EndsBare);
    CreateApplication => |this| Request::administrative(0xCA, [this.aid.wire().as_slice(), &this.settings.wire()].concat());
    DeleteApplication => |this| {
        let mac = this.dam_mac.unwrap_or_default();
        let mac = if this.dam_mac.is_some() { mac.as_slice() } else { &[] };
        let request = Request::administrative(0xDA, [this.aid.wire().as_slice(), mac].concat());
        request.afterwards(if this.selected { Afterwards::Ends } else { Afterwards::Stays })
    };
    ChangeKeySettings => |this| Request::new(0x54, [], Transport::Write(CommMode::Full)).data([this.0.byte()]);
}
