//! PN533 and its relatives, directly on USB (PN533 user manual UM0801-03).
mod command;
pub(crate) mod frame;
mod make;

pub(crate) use self::command::{Commands, Reply};
pub use self::make::{Chip, Pn53x};

use self::frame::{ACK, ERROR, Frame, NACK, Order};
use crate::firmware::{Board, Bulk, Firmware};
use crate::usb::{Endpoint, Interface};

const ENDPOINTS: Bulk = [0x04, 0x84];
const PACKET: u16 = 64;

pub(crate) struct Pn53xReader {
    chip: Chip,
    commands: Commands,
    /// Part of a frame that goes on in the next transfer.
    received: Vec<u8>,
    /// Answer to a NACK.
    last: Vec<u8>,
    /// A command that waits for a card.
    waiting: Option<Vec<u8>>,
}

impl Pn53xReader {
    pub fn new(make: &Pn53x) -> Self {
        Self::with(make.chip)
    }

    fn with(chip: Chip) -> Self {
        Self { chip, commands: Commands::new(chip), received: Vec::new(), last: Vec::new(), waiting: None }
    }

    fn run(&mut self, board: &mut Board, body: &[u8]) {
        self.waiting = None;
        match self.commands.run(board, body) {
            Reply::Response(after, answer) => {
                self.last = frame::build(&answer, Order::Big);
                let timeout = [0xD5, answer.get(1).copied().unwrap_or_default(), 0x01];
                board.send_awaited(ENDPOINTS[1], after, &self.last, frame::build(&timeout, Order::Big));
            }
            Reply::WithCard => self.waiting = Some(body.to_vec()),
            Reply::SyntaxError => self.send(board, 0, ERROR.to_vec()),
        }
    }

    fn send(&mut self, board: &mut Board, after: u64, frame: Vec<u8>) {
        board.send(ENDPOINTS[1], after, &frame);
        self.last = frame;
    }
}

impl Firmware for Pn53xReader {
    fn interfaces(&self) -> Vec<Interface> {
        let [outward, inward] = ENDPOINTS;
        vec![Interface {
            class: 0xFF,
            endpoints: vec![Endpoint::bulk(outward, PACKET), Endpoint::bulk(inward, PACKET)],
            functional: Vec::new(),
            functional_last: false,
        }]
    }

    fn reset(&mut self, board: &mut Board) {
        *self = Self::with(self.chip);
        board.field.switch(false);
    }

    fn out(&mut self, board: &mut Board, _endpoint: u8, data: &[u8]) {
        self.received.extend_from_slice(data);
        if !data.is_empty() && data.len().is_multiple_of(usize::from(PACKET)) {
            // whole packets: the transfer may go on, unless the frame is complete
            if matches!(frame::parse(&self.received, Order::Big), Frame::Bad) && self.received.len() < 1024 {
                return;
            }
        }
        let received = std::mem::take(&mut self.received);
        match frame::parse(&received, Order::Big) {
            // UM0801-03: the host's ACK ends the running command
            Frame::Ack => {
                self.waiting = None;
                board.retract(ENDPOINTS[1]);
            }
            Frame::Nack => {
                let last = self.last.clone();
                board.send(ENDPOINTS[1], 0, &last);
            }
            Frame::Information(body) => {
                board.retract(ENDPOINTS[1]);
                board.send(ENDPOINTS[1], 0, &ACK);
                self.run(board, body);
            }
            Frame::Bad => board.send(ENDPOINTS[1], 0, &NACK),
            Frame::Nothing => {}
        }
    }

    fn card_moved(&mut self, board: &mut Board) {
        if board.field.is_present()
            && let Some(body) = self.waiting.take()
        {
            self.run(board, &body);
        }
    }
}
