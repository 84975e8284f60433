//! What the reader keeps for its contactless slot.
use super::t1::T1;
use picc::Activation;

/// abProtocolDataStructure for T=1 (CCID §6.1.7): Fi/Di 372/1, LRC, no extra guard time, BWI 4 CWI 5, IFSC 32.
pub(crate) const PARAMETERS: [u8; 7] = [0x11, 0x10, 0x00, 0x45, 0x00, 0x20, 0x00];

/// The slot while a card is active.
#[derive(Default)]
pub(crate) struct Slot {
    pub activation: Option<Activation>,
    /// A chained command, as far as it has come.
    pub command: Option<Vec<u8>>,
    /// What is left of a chained answer.
    pub answer: Vec<u8>,
    pub t1: T1,
    pub parameters: Option<[u8; 7]>,
}

impl Slot {
    pub fn is_active(&self) -> bool {
        self.activation.is_some()
    }
}
