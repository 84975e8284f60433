//! The card as a whole.

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{CommMode, Request, Transport};
use crate::types::Fields;

/// GetVersion, `60`: which card this is. (Its ATR never tells.)
#[derive(Clone, Copy, Debug)]
pub struct GetVersion;

/// One half of a version: hardware or software.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// 04 is NXP.
    pub vendor: u8,
    /// 01 is DESFire, 81 one on a microcontroller, 08 Light.
    pub kind: u8,
    /// Subtype.
    pub subtype: u8,
    /// 00 the first, 01 EV1, 12 EV2, 33 EV3.
    pub major: u8,
    /// Minor.
    pub minor: u8,
    /// Coded size: 2^(n >> 1) bytes, more than that where n is odd.
    pub storage: u8,
    /// 05: ISO/IEC 14443-2 and -3.
    pub protocol: u8,
}

/// What a card tells of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Hardware.
    pub hardware: Part,
    /// Software.
    pub software: Part,
    /// Seven bytes; zeros on a card with random identifier.
    pub uid: [u8; 7],
    /// Production batch.
    pub batch: [u8; 5],
    /// Calendar week, BCD.
    pub week: u8,
    /// Year, BCD.
    pub year: u8,
}

/// Which DESFire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Model {
    /// The first.
    D40,
    /// EV1.
    Ev1,
    /// EV2, also the ones with more memory.
    Ev2,
    /// EV3.
    Ev3,
    /// A relative or a later one.
    Other,
}

impl Version {
    /// Which DESFire.
    pub fn model(&self) -> Model {
        match (self.hardware.kind & 0x0F, self.hardware.major) {
            (0x01, 0x00) => Model::D40,
            (0x01, 0x01) => Model::Ev1,
            (0x01, 0x12 | 0x22 | 0x42) => Model::Ev2,
            (0x01, 0x33 | 0x43) => Model::Ev3,
            _ => Model::Other,
        }
    }

    /// Bytes of memory at least.
    pub fn memory(&self) -> u32 {
        1_u32.checked_shl(u32::from(self.hardware.storage >> 1)).unwrap_or_default()
    }
}

impl Command for GetVersion {
    type Reply = Version;

    fn request(&self) -> Request {
        Request::administrative(0x60, [])
    }

    fn reply(&self, answer: &Answer) -> Result<Version, Error> {
        let mut fields = Fields::new("the version", &answer.data);
        let mut part = || -> Result<Part, Error> {
            let [vendor, kind, subtype, major, minor, storage, protocol] = fields.take()?;
            Ok(Part { vendor, kind, subtype, major, minor, storage, protocol })
        };
        let (hardware, software) = (part()?, part()?);
        let version = Version {
            hardware,
            software,
            uid: fields.take()?,
            batch: fields.take()?,
            week: fields.u8()?,
            year: fields.u8()?,
        };
        // customised cards tell a fabrication identifier behind it
        fields.rest();
        Ok(version)
    }
}

/// GetCardUID, `51`: the true identifier, enciphered.
#[derive(Clone, Copy, Debug)]
pub struct GetCardUid;

impl Command for GetCardUid {
    type Reply = [u8; 7];

    fn request(&self) -> Request {
        Request::new(0x51, [], Transport::Read(CommMode::Full, Some(7)))
    }

    fn reply(&self, answer: &Answer) -> Result<[u8; 7], Error> {
        let mut fields = Fields::new("the identifier", &answer.data);
        let uid = fields.take()?;
        fields.end()?;
        Ok(uid)
    }
}

/// FreeMemory, `6E`: bytes that are left.
#[derive(Clone, Copy, Debug)]
pub struct FreeMemory;

impl Command for FreeMemory {
    type Reply = u32;

    fn request(&self) -> Request {
        Request::administrative(0x6E, [])
    }

    fn reply(&self, answer: &Answer) -> Result<u32, Error> {
        let mut fields = Fields::new("the free memory", &answer.data);
        let free = fields.u24()?;
        fields.end()?;
        Ok(free)
    }
}

/// FormatPICC, `FC`: deletes every application and gives the memory back. Keys and configuration stay.
#[derive(Clone, Copy, Debug)]
pub struct FormatPicc;

/// ReadSig, `3C`: the maker's signature over the identifier, to be checked with [`crate::originality`].
#[derive(Clone, Copy, Debug)]
pub struct ReadSig;

impl Command for ReadSig {
    type Reply = [u8; 56];

    fn request(&self) -> Request {
        Request::administrative(0x3C, [0x00])
    }

    fn reply(&self, answer: &Answer) -> Result<[u8; 56], Error> {
        let mut fields = Fields::new("the signature", &answer.data);
        let signature = fields.take()?;
        fields.end()?;
        Ok(signature)
    }
}

tells_nothing! {
    FormatPicc => |_this| Request::administrative(0xFC, []);
}
