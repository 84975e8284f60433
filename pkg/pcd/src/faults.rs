//! What goes wrong on the cable and in the air, planned in advance.
use std::collections::BTreeMap;

/// What happens to one transfer on the cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is lost. OUT: the host believes that it arrived. IN: the host keeps waiting.
    Drop,
    /// It comes twice.
    Duplicate,
    /// What comes in, or the answers to what goes out, comes this many microseconds later.
    Delay(u64),
    /// IN: held back until the next OUT transfer has been sent. OUT: the same for all its answers.
    Late,
    /// Only the first bytes get through.
    Truncate(usize),
    /// One byte is changed.
    Corrupt {
        /// Which byte.
        offset: usize,
        /// Bits that are flipped.
        mask: u8,
    },
    /// All bytes are random.
    Noise,
    /// The endpoint halts, until CLEAR_FEATURE(ENDPOINT_HALT).
    Stall,
    /// IN: reported as babble, and lost. OUT: as [`Fault::Drop`].
    Babble,
    /// The reader is pulled out of the socket.
    Unplug,
    /// The card leaves the field before the transfer is handled.
    RemoveCard,
    /// The card leaves the field and comes back at once.
    ReplaceCard,
}

/// What happens to one frame between reader and card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AirFault {
    /// The card does not get it.
    CommandLost,
    /// The card acts, its answer does not reach the reader.
    AnswerLost,
    /// The card's answer arrives with a wrong checksum.
    AnswerGarbled,
}

/// Faults by the number of the transfer or frame, the first being 1.
#[derive(Default)]
pub struct Faults {
    transfers: u64,
    frames: u64,
    cable: BTreeMap<u64, Fault>,
    air: BTreeMap<u64, AirFault>,
}

impl Faults {
    /// OUT and IN transfers completed so far, control transfers not counted.
    pub fn transfers(&self) -> u64 {
        self.transfers
    }

    /// Frames that have been sent to a card at the level of ISO/IEC 14443 so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Plans a fault for the transfer of that number.
    pub fn at(&mut self, transfer: u64, fault: Fault) -> &mut Self {
        self.cable.insert(transfer, fault);
        self
    }

    /// Plans a fault for the next transfer.
    pub fn next(&mut self, fault: Fault) -> &mut Self {
        self.at(self.transfers.saturating_add(1), fault)
    }

    /// Plans a fault for the frame of that number. Only frames that the host sends itself count: RC-S380, transparent
    /// session, InCommunicateThru.
    pub fn at_frame(&mut self, frame: u64, fault: AirFault) -> &mut Self {
        self.air.insert(frame, fault);
        self
    }

    /// Forgets what is planned and starts counting anew.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn transfer(&mut self) -> Option<Fault> {
        self.transfers = self.transfers.saturating_add(1);
        self.cable.remove(&self.transfers)
    }

    /// The transfer just counted was put off, not completed.
    pub(crate) fn uncount(&mut self) {
        self.transfers = self.transfers.saturating_sub(1);
    }

    pub(crate) fn frame(&mut self) -> Option<AirFault> {
        self.frames = self.frames.saturating_add(1);
        self.air.remove(&self.frames)
    }
}
