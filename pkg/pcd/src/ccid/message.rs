//! The ten bytes that begin every bulk message, and what follows (CCID §6).

/// A command of the host: PC_to_RDR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub kind: u8,
    pub slot: u8,
    pub seq: u8,
    pub specific: [u8; 3],
    pub data: Vec<u8>,
}

/// Where the bytes of a message stand.
pub(crate) enum Parsed {
    /// More bytes are needed.
    Incomplete,
    /// Whole; what comes behind it is lost.
    Whole(Command),
}

pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    let Some((&[kind, l0, l1, l2, l3, slot, seq, a, b, c], rest)) = bytes.split_first_chunk() else {
        return Parsed::Incomplete;
    };
    let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
    match rest.get(..length) {
        Some(data) => Parsed::Whole(Command { kind, slot, seq, specific: [a, b, c], data: data.to_vec() }),
        None => Parsed::Incomplete,
    }
}

/// An answer of the reader: RDR_to_PC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub kind: u8,
    /// bits 0-1 bmICCStatus, bits 6-7 bmCommandStatus.
    pub status: u8,
    pub error: u8,
    /// bChainParameter, bClockStatus or bProtocolNum.
    pub last: u8,
    pub data: Vec<u8>,
}

impl Answer {
    pub fn bytes(&self, slot: u8, seq: u8) -> Vec<u8> {
        let length = u32::try_from(self.data.len()).unwrap_or(u32::MAX).to_le_bytes();
        [&[self.kind], &length[..], &[slot, seq, self.status, self.error, self.last], &self.data].concat()
    }
}

/// Values of bError (CCID §6.2.6).
pub(crate) mod error {
    pub const ABORTED: u8 = 0xFF;
    pub const ICC_MUTE: u8 = 0xFE;
    pub const SLOT_BUSY: u8 = 0xE0;
    pub const NOT_SUPPORTED: u8 = 0x00;
    /// Offsets of bad fields.
    pub const LENGTH: u8 = 0x01;
    pub const SLOT: u8 = 0x05;
    pub const FIRST_SPECIFIC: u8 = 0x07;
    pub const LEVEL: u8 = 0x08;
}
