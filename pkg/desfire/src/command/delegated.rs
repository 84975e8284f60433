//! Delegated applications: somebody else's application in a slot of this card (EV2 and later).

use super::{ApplicationSettings, Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{Request, Transport};
use crate::types::{Aid, Fields};

/// The place for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Number.
    pub number: u16,
    /// Version of the contract about it.
    pub version: u8,
    /// Quota: so many blocks of 32 bytes.
    pub quota: u16,
}

/// CreateDelegatedApplication, `C9`. The second part was computed off line with [`crate::dam`].
#[derive(Clone, Debug)]
pub struct CreateDelegatedApplication {
    /// Identifier.
    pub aid: Aid,
    /// Where.
    pub slot: Slot,
    /// How it is made up.
    pub settings: ApplicationSettings,
    /// EncK: its first key, for the card alone.
    pub encrypted_key: [u8; 32],
    /// DAMMAC over everything.
    pub mac: [u8; 8],
}

impl CreateDelegatedApplication {
    /// What the MAC covers, in front of EncK: code and parameters.
    pub(crate) fn parameters(aid: Aid, slot: Slot, settings: &ApplicationSettings) -> Vec<u8> {
        let (number, quota) = (slot.number.to_le_bytes(), slot.quota.to_le_bytes());
        [aid.wire().as_slice(), &number, &[slot.version], &quota, &settings.wire()].concat()
    }
}

/// GetDelegatedInfo, `69`.
#[derive(Clone, Copy, Debug)]
pub struct GetDelegatedInfo {
    /// Number of the slot.
    pub slot: u16,
}

/// What is in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelegatedInfo {
    /// Version of the contract.
    pub version: u8,
    /// Blocks of 32 bytes that it may have.
    pub quota: u16,
    /// Blocks of 32 bytes that are left.
    pub free: u16,
    /// The application.
    pub aid: Aid,
}

impl Command for GetDelegatedInfo {
    type Reply = DelegatedInfo;

    fn request(&self) -> Request {
        Request::administrative(0x69, self.slot.to_le_bytes())
    }

    fn reply(&self, answer: &Answer) -> Result<DelegatedInfo, Error> {
        let mut fields = Fields::new("the slot", &answer.data);
        let (version, quota, free) = (fields.u8()?, fields.u16()?, fields.u16()?);
        let aid = Aid::from_wire(fields.take()?);
        fields.end()?;
        Ok(DelegatedInfo { version, quota, free, aid })
    }
}

tells_nothing! {
    CreateDelegatedApplication => |this| {
        let parameters = CreateDelegatedApplication::parameters(this.aid, this.slot, &this.settings);
        Request { break_after_header: true, ..Request::new(0xC9, parameters, Transport::Administrative) }
            .data([this.encrypted_key.as_slice(), &this.mac].concat())
    };
}
