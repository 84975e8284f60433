//! What every reader's firmware works with, and what it must answer.
use crate::air::Field;
use crate::faults::Faults;
use crate::pipe::{Ending, Pipe};
use crate::usb::{Endpoint, Interface, Setup, Transfer};
use std::collections::BTreeMap;

/// The hardware that firmware runs on.
pub(crate) struct Board {
    /// Microseconds since the beginning.
    pub now: u64,
    pub field: Field,
    pub faults: Faults,
    /// IN endpoints by address.
    pub pipes: BTreeMap<u8, Pipe>,
    awaited: Option<Awaited>,
}

/// What is sent instead of an answer when the card has gone before it was ready.
struct Awaited {
    endpoint: u8,
    ready: u64,
    otherwise: Vec<u8>,
}

impl Board {
    pub fn new(interfaces: &[Interface], ending: Ending) -> Self {
        let inward = interfaces.iter().flat_map(|interface| &interface.endpoints).filter(|one| one.address & 0x80 != 0);
        let pipe = |one: &Endpoint| (one.address, Pipe::new(one.packet, ending));
        Self {
            now: 0,
            field: Field::default(),
            faults: Faults::default(),
            pipes: inward.map(pipe).collect(),
            awaited: None,
        }
    }

    /// Sends a message `after` microseconds from now.
    pub fn send(&mut self, endpoint: u8, after: u64, message: &[u8]) {
        let ready = self.now.saturating_add(after);
        if let Some(pipe) = self.pipes.get_mut(&endpoint) {
            pipe.push(ready, message);
        }
    }

    /// Sends the card's answer, or something else should the card go before it is ready.
    pub fn send_awaited(&mut self, endpoint: u8, after: u64, message: &[u8], otherwise: Vec<u8>) {
        self.send(endpoint, after, message);
        self.awaited = Some(Awaited { endpoint, ready: self.now.saturating_add(after), otherwise });
    }

    /// The card has gone.
    pub fn card_gone(&mut self) {
        let Some(Awaited { endpoint, ready, otherwise }) = self.awaited.take() else { return };
        if ready > self.now {
            self.retract(endpoint);
            self.send(endpoint, ready.saturating_sub(self.now), &otherwise);
        }
    }

    /// Takes back what has not been sent yet.
    pub fn retract(&mut self, endpoint: u8) {
        self.awaited = self.awaited.take().filter(|awaited| awaited.endpoint != endpoint);
        if let Some(pipe) = self.pipes.get_mut(&endpoint) {
            pipe.retract(self.now);
        }
    }
}

/// Addresses of a bulk OUT and a bulk IN endpoint.
pub(crate) type Bulk = [u8; 2];

/// The software of a reader.
pub(crate) trait Firmware: Send {
    fn interfaces(&self) -> Vec<Interface>;

    /// The device has been plugged in, or reset.
    fn reset(&mut self, board: &mut Board);

    /// One OUT transfer.
    fn out(&mut self, board: &mut Board, endpoint: u8, data: &[u8]);

    /// A class or vendor request; `None` when it is not known.
    fn control(&mut self, _board: &mut Board, _setup: Setup, _data: &[u8]) -> Option<Transfer> {
        None
    }

    /// A card has come or gone.
    fn card_moved(&mut self, board: &mut Board);
}
