//! Whole messages from OUT transfers, and answers into the IN pipe with the quirks that concern them.
use super::make::Quirks;
use super::message::{Command, Parsed, parse};
use crate::firmware::Board;

/// Largest packet of full speed.
pub(crate) const PACKET: u16 = 64;

/// More than any message has.
const LONGEST: usize = 0x0002_0000;

pub(crate) struct Wire {
    endpoint: u8,
    received: Vec<u8>,
    previous: Vec<u8>,
}

impl Wire {
    /// Answers go to that IN endpoint.
    pub fn new(endpoint: u8) -> Self {
        Self { endpoint, received: Vec::new(), previous: Vec::new() }
    }

    /// A transfer that is not a whole message and ends by a short packet is dropped, its header told.
    pub fn receive(&mut self, data: &[u8]) -> Result<Option<Command>, Vec<u8>> {
        self.received.extend_from_slice(data);
        let ended = !data.len().is_multiple_of(usize::from(PACKET)) || data.is_empty();
        match parse(&self.received) {
            Parsed::Whole(command) => {
                self.received.clear();
                Ok(Some(command))
            }
            Parsed::Incomplete if ended || self.received.len() > LONGEST => Err(std::mem::take(&mut self.received)),
            Parsed::Incomplete => Ok(None),
        }
    }

    pub fn send(&mut self, board: &mut Board, quirks: &Quirks, after: u64, message: Vec<u8>) {
        if quirks.stale && !self.previous.is_empty() {
            board.send(self.endpoint, after, &self.previous);
        }
        board.send(self.endpoint, after, &message);
        if quirks.duplicates {
            board.send(self.endpoint, after, &message);
        }
        self.previous = message;
    }
}
