//! What the card keeps without power, and how much room it takes.
use crate::file::File;
use crate::hex;
use crate::keys::{Key, KeyType};
use crate::model::{Memory, Model};
use crate::status::Status;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

/// Application identifier in wire order; three zeros are the card itself.
pub type Aid = [u8; 3];

/// The card level.
pub(crate) const PICC: Aid = [0; 3];

/// Memory is given out in blocks of 32 bytes.
pub(crate) const BLOCK: u32 = 32;

/// Bytes that are written as hexadecimal text when exported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Bytes(#[serde(with = "hex")] pub Vec<u8>);

impl Deref for Bytes {
    type Target = Vec<u8>;
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}

/// The whole non-volatile memory. Export it with serde, import it with [`crate::Card::from_state`].
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub(crate) model: Model,
    pub(crate) memory: Memory,
    #[serde(with = "hex")]
    pub(crate) uid: [u8; 7],
    /// Batch number, calendar week and year of production (both BCD).
    #[serde(with = "hex")]
    pub(crate) production: [u8; 7],
    /// Originality signature, 56 bytes.
    pub(crate) signature: Bytes,
    /// KeySett1 of the card.
    pub(crate) settings: u8,
    pub(crate) master: Key,
    /// Keys of the card other than 0: delegation 10, 11, 12; virtual card 20 to 23.
    pub(crate) others: BTreeMap<u8, Key>,
    pub(crate) configuration: Configuration,
    pub(crate) applications: Vec<Application>,
    /// Bytes given out. Deleting returns none; formatting does.
    pub(crate) used: u32,
    /// The card has disabled itself for good.
    pub(crate) dead: bool,
    /// Non-volatile writes so far, one for each command that changed something.
    pub(crate) writes: u64,
}

/// What SetConfiguration sets.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Configuration {
    /// Option 00: bit 0 formatting disabled, bit 1 random UID, bit 2 proximity check mandatory, bit 3 AuthVC mandatory.
    pub flags: u8,
    /// Option 01: 24 bytes, the keys of new applications begin with.
    pub default_key: Bytes,
    pub default_version: u8,
    /// Option 02.
    pub ats: Bytes,
    /// Option 03.
    #[serde(with = "hex")]
    pub sak: [u8; 2],
    /// Option 04, second byte: bit 0 no D40, bit 1 no EV1 messaging, bit 2 no chained writing in EV2 messaging.
    pub messaging: u8,
    /// What the card says of itself in AuthenticateEV2First.
    #[serde(with = "hex")]
    pub pd_capabilities: [u8; 6],
    /// Options that are stored and have no effect here, by number.
    pub others: BTreeMap<u8, Bytes>,
}

/// An application.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Application {
    #[serde(with = "hex")]
    pub aid: Aid,
    /// KeySett1.
    pub settings: u8,
    /// Keys in each set, 0 to 14.
    pub keys: u8,
    /// Files have ISO/IEC 7816-4 file identifiers.
    pub iso_files: bool,
    pub fid: Option<u16>,
    /// DF name, at most 16 bytes; empty for none.
    pub name: Bytes,
    pub sets: Vec<KeySet>,
    pub active: usize,
    /// 16 or 24; an application without key sets takes what its type needs.
    pub max_key_size: u8,
    /// AppKeySetSett: the key that may roll.
    pub roll_key: u8,
    pub delegated: Option<Delegated>,
    pub files: BTreeMap<u8, File>,
}

/// Keys of one set.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeySet {
    pub version: u8,
    pub finalized: bool,
    /// Empty until initialised.
    pub keys: Vec<Key>,
}

/// What a delegated application has been given.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Delegated {
    pub slot: u16,
    pub version: u8,
    /// In blocks of 32 bytes.
    pub quota: u16,
    /// Bytes taken of it.
    pub used: u32,
}

impl State {
    /// As it leaves the factory: a DES master key of zeros, everything permitted.
    pub fn factory(model: Model, memory: Memory, uid: [u8; 7]) -> Self {
        Self {
            model,
            memory,
            uid,
            production: [0xBA, 0x45, 0x19, 0xE3, 0x20, 0x49, 0x13],
            signature: Bytes(vec![0; 56]),
            settings: 0x0F,
            master: Key::zero(KeyType::TwoKey),
            others: BTreeMap::new(),
            configuration: Configuration {
                flags: 0,
                default_key: Bytes(vec![0; 24]),
                default_version: 0,
                ats: Bytes(model.ats().to_vec()),
                sak: [0x20, 0x20],
                messaging: 0,
                pd_capabilities: [0; 6],
                others: BTreeMap::new(),
            },
            applications: Vec::new(),
            used: 0,
            dead: false,
            writes: 0,
        }
    }

    /// Sets what GetVersion says of production: batch (5 bytes), calendar week and year, both BCD.
    #[must_use]
    pub fn with_production(mut self, batch: [u8; 5], week: u8, year: u8) -> Self {
        let [b0, b1, b2, b3, b4] = batch;
        self.production = [b0, b1, b2, b3, b4, week, year];
        self
    }

    /// Sets the originality signature that ReadSig answers with.
    #[must_use]
    pub fn with_signature(mut self, signature: [u8; 56]) -> Self {
        self.signature = Bytes(signature.to_vec());
        self
    }

    /// Generation.
    pub fn model(&self) -> Model {
        self.model
    }

    /// Unique identifier.
    pub fn uid(&self) -> [u8; 7] {
        self.uid
    }

    /// Bytes that are left for applications and files.
    pub fn free(&self) -> u32 {
        self.memory.bytes().saturating_sub(self.used)
    }

    /// Takes memory from the card, in whole blocks, or refuses.
    pub(crate) fn take(&mut self, bytes: u32) -> Result<(), Status> {
        let bytes = bytes.checked_next_multiple_of(BLOCK).ok_or(Status::OutOfEeprom)?;
        if bytes > self.free() {
            return Err(Status::OutOfEeprom);
        }
        self.used += bytes;
        Ok(())
    }

    pub(crate) fn application(&self, aid: Aid) -> Option<&Application> {
        self.applications.iter().find(|application| application.aid == aid)
    }

    pub(crate) fn application_mut(&mut self, aid: Aid) -> Option<&mut Application> {
        self.applications.iter_mut().find(|application| application.aid == aid)
    }
}

impl Application {
    /// Keys in force.
    pub fn active_keys(&self) -> &[Key] {
        self.sets.get(self.active).map_or(&[], |set| &set.keys)
    }

    /// Cipher of the keys in force.
    pub fn kind(&self) -> KeyType {
        self.active_keys().first().map_or(KeyType::TwoKey, |key| key.kind)
    }

    /// Bytes that the application's own record and keys take.
    pub fn size(&self) -> u32 {
        let keys = self.sets.len() * usize::from(self.keys) * usize::from(self.max_key_size);
        u32::try_from(keys).unwrap_or(u32::MAX).saturating_add(BLOCK)
    }
}
