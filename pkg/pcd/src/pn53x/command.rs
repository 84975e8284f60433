//! The chip's commands for an initiator (PN532 user manual UM0701-02 §7, PN533 user manual UM0801-03 §8).
use super::make::Chip;
use crate::air::{ATQA, SAK, checked, with_crc};
use crate::firmware::Board;
use std::collections::BTreeMap;

/// Most bytes of a target's answer in one response (UM0801-03 §8.4.8).
const LIMIT: usize = 262;
/// More information: bit 6 of Tg and of the status.
const MORE: u8 = 0x40;
/// SetParameters: RATS is sent by InListPassiveTarget.
const AUTOMATIC_RATS: u8 = 0x10;
/// Registers of the contactless interface unit: checksums on, and bits of the last byte.
const TX_MODE: u16 = 0x6302;
const RX_MODE: u16 = 0x6303;
const BIT_FRAMING: u16 = 0x633D;

/// Error codes (UM0701-02 §7.1).
mod status {
    pub const OK: u8 = 0x00;
    pub const TIMEOUT: u8 = 0x01;
    pub const CRC: u8 = 0x02;
    pub const BUFFER: u8 = 0x07;
    pub const CONTEXT: u8 = 0x27;
}

/// What comes of a command.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// D5 and what follows, that many microseconds from now.
    Response(u64, Vec<u8>),
    /// When a card comes.
    WithCard,
    /// Not a command of this chip.
    SyntaxError,
}

pub(crate) struct Commands {
    chip: Chip,
    /// A target has number 1.
    listed: bool,
    parameters: u8,
    /// MxRtyPassiveActivation; FF is for ever.
    retries: u8,
    /// Microseconds that InCommunicateThru waits.
    timeout: u64,
    registers: BTreeMap<u16, u8>,
    command: Vec<u8>,
    answer: Vec<u8>,
}

impl Commands {
    pub fn new(chip: Chip) -> Self {
        Self {
            chip,
            listed: false,
            parameters: 0x14,
            retries: 0xFF,
            timeout: 51_200,
            registers: BTreeMap::from([(TX_MODE, 0x80), (RX_MODE, 0x80)]),
            command: Vec::new(),
            answer: Vec::new(),
        }
    }

    /// `D4 code data`.
    pub fn run(&mut self, board: &mut Board, body: &[u8]) -> Reply {
        let &[0xD4, code, ref data @ ..] = body else { return Reply::SyntaxError };
        let own = self.chip != Chip::Pn532;
        let (after, answer) = match (code, data) {
            (0x00, [0x00, ..]) => (0, data.to_vec()), // Diagnose: communication line
            (0x00, [0x06]) => (0, vec![if board.field.is_active() { status::OK } else { status::TIMEOUT }]),
            (0x00, [..]) if !data.is_empty() => (0, vec![0x00]),
            (0x02, []) => (0, self.chip.version().to_vec()),
            (0x04, []) => (0, self.general_status(board)),
            (0x06, _) if data.len().is_multiple_of(2) => (0, self.read_registers(data)),
            (0x08, _) if data.len().is_multiple_of(3) => (0, self.write_registers(data)),
            (0x0C, []) => (0, vec![0x00, 0x00, 0x00]),
            (0x0E, [_, _]) => (0, if own { vec![status::OK] } else { Vec::new() }),
            (0x12, [flags]) => {
                self.parameters = *flags;
                (0, Vec::new())
            }
            (0x14, [_, ..]) if !own => (0, Vec::new()),
            (0x16, [_, ..]) => (0, vec![status::OK]),
            (0x18, [_]) if self.chip == Chip::RcS956 => {
                *self = Self::new(self.chip);
                board.field.switch(false);
                (0, Vec::new())
            }
            (0x32, [item, values @ ..]) => {
                self.configure(board, *item, values);
                (0, Vec::new())
            }
            (0x4A, [most, kind, initiator @ ..]) => match self.list(board, *most, *kind, initiator) {
                Some(listed) => (0, listed),
                None => return Reply::WithCard,
            },
            (0x40, [target, data @ ..]) => self.exchange(board, *target, data),
            (0x42, _) => self.through(board, data),
            (0x44, [_]) => {
                board.field.halt();
                (0, vec![status::OK])
            }
            (0x52, [_]) => {
                board.field.halt();
                self.listed = false;
                (0, vec![status::OK])
            }
            (0x54, [_]) => {
                let code = match (self.listed, board.field.is_active()) {
                    (false, _) => status::CONTEXT,
                    (true, true) => status::OK,
                    (true, false) if board.field.activate().is_some() => status::OK,
                    _ => status::TIMEOUT,
                };
                (0, vec![code])
            }
            (0x50, [_, _, ..]) => match (self.listed, board.field.start()) {
                (true, Some(ats)) => (0, [&[status::OK], &ats[..]].concat()),
                (true, None) => (0, vec![status::TIMEOUT]),
                (false, _) => (0, vec![status::CONTEXT]),
            },
            (0x4E, [_, _, _]) => (0, vec![if self.listed { status::OK } else { status::CONTEXT }]),
            _ => return Reply::SyntaxError,
        };
        Reply::Response(after, [&[0xD5, code.wrapping_add(1)], &answer[..]].concat())
    }

    /// Err, field, targets; for each Tg, both bit rates and modulation type; PN532: SAM status.
    fn general_status(&self, board: &Board) -> Vec<u8> {
        let mut answer = vec![0x00, u8::from(board.field.is_on()), u8::from(self.listed)];
        if self.listed {
            answer.extend([0x01, 0x00, 0x00, 0x00]);
        }
        if self.chip == Chip::Pn532 {
            answer.push(0x80);
        }
        answer
    }

    fn read_registers(&self, addresses: &[u8]) -> Vec<u8> {
        let (pairs, _) = addresses.as_chunks::<2>();
        let values = pairs.iter().map(|pair| self.register(u16::from_be_bytes(*pair)));
        let status = if self.chip == Chip::Pn532 { None } else { Some(status::OK) };
        status.into_iter().chain(values).collect()
    }

    fn register(&self, address: u16) -> u8 {
        self.registers.get(&address).copied().unwrap_or_default()
    }

    fn write_registers(&mut self, triples: &[u8]) -> Vec<u8> {
        for [high, low, value] in triples.as_chunks::<3>().0 {
            self.registers.insert(u16::from_be_bytes([*high, *low]), *value);
        }
        if self.chip == Chip::Pn532 { Vec::new() } else { vec![status::OK] }
    }

    /// RFConfiguration: field, timings, retries (UM0701-02 §7.3.1).
    fn configure(&mut self, board: &mut Board, item: u8, values: &[u8]) {
        match (item, values) {
            (0x01, [field, ..]) => {
                board.field.switch(field & 0x01 != 0);
                self.listed &= board.field.is_on();
            }
            (0x02, [_, _, retry, ..]) => {
                let exponent = u32::from(retry.clamp(&1, &16).wrapping_sub(1));
                self.timeout = 100 << exponent;
            }
            (0x05, [_, _, passive, ..]) => self.retries = *passive,
            _ => {}
        }
    }

    /// InListPassiveTarget; `None` while it goes on polling.
    fn list(&mut self, board: &mut Board, most: u8, kind: u8, initiator: &[u8]) -> Option<Vec<u8>> {
        board.field.halt();
        self.listed = false;
        self.answer.clear();
        self.command.clear();
        let wanted = kind == 0x00 && most > 0;
        if wanted
            && let Some(uid) = board.field.find()
            && (initiator.is_empty() || initiator == uid)
        {
            self.listed = true;
            let length = u8::try_from(uid.len()).unwrap_or_default();
            let [low, high] = ATQA;
            let low = if uid.len() == 4 { 0x04 } else { low };
            let mut listed = vec![0x01, 0x01, high, low, SAK, length];
            listed.extend(uid);
            if self.parameters & AUTOMATIC_RATS != 0 {
                listed.extend(board.field.start().unwrap_or_default());
            }
            return Some(listed);
        }
        board.field.switch(true);
        (self.retries != 0xFF).then(|| vec![0x00])
    }

    /// InDataExchange: chained to the target by bit 6 of Tg, chained to the host by bit 6 of the status.
    fn exchange(&mut self, board: &mut Board, target: u8, data: &[u8]) -> (u64, Vec<u8>) {
        if !self.listed || target & 0x3F != 0x01 {
            return (0, vec![status::CONTEXT]);
        }
        if data.len() > LIMIT {
            return (0, vec![status::BUFFER]);
        }
        if data.is_empty() && !self.answer.is_empty() {
            return (0, self.piece());
        }
        self.answer.clear();
        self.command.extend_from_slice(data);
        if target & MORE != 0 {
            return (0, vec![status::OK]);
        }
        let command = std::mem::take(&mut self.command);
        if !board.field.is_active() {
            return self.through(board, &command);
        }
        match board.field.exchange(&command) {
            Some((after, answer)) => {
                self.answer = answer;
                (after, self.piece())
            }
            None => (self.timeout, vec![status::TIMEOUT]),
        }
    }

    fn piece(&mut self) -> Vec<u8> {
        let rest = self.answer.split_off(LIMIT.min(self.answer.len()));
        let piece = std::mem::replace(&mut self.answer, rest);
        let more = if self.answer.is_empty() { status::OK } else { MORE };
        [&[more], &piece[..]].concat()
    }

    /// InCommunicateThru: a frame that the host has made, checksums as the registers say.
    fn through(&mut self, board: &mut Board, data: &[u8]) -> (u64, Vec<u8>) {
        let frame = if self.register(TX_MODE) & 0x80 == 0 { data.to_vec() } else { with_crc(data) };
        let bits = self.register(BIT_FRAMING) & 0x07;
        let sent = board.field.frame(&frame, bits, &mut board.faults);
        let Some(sent) = sent.filter(|sent| sent.after <= self.timeout) else {
            return (self.timeout, vec![status::TIMEOUT]);
        };
        let block = if self.register(RX_MODE) & 0x80 == 0 { Some(&sent.block[..]) } else { checked(&sent.block) };
        let answer = match block {
            Some(block) => [&[status::OK], block].concat(),
            None => vec![status::CRC],
        };
        (sent.after, answer)
    }
}
