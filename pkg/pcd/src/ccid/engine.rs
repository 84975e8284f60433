//! Bulk messages in, bulk and interrupt messages out.
use super::acr122::Acr122;
use super::make::{Ccid, Dialect};
use super::message::{Answer, Command, error};
use super::slot::{PARAMETERS, Slot};
use super::wire::{PACKET, Wire};
use crate::firmware::{Board, Firmware};
use crate::usb::{Endpoint, Interface, Setup, Transfer};

/// Bulk OUT, bulk IN and interrupt IN.
const ENDPOINTS: [u8; 3] = [0x02, 0x82, 0x83];
/// A time extension for every so many microseconds.
const EXTENSION: u64 = 400_000;
/// bmCommandStatus: failed, time extension.
const FAILED: u8 = 0x40;
const TIME_EXTENSION: u8 = 0x80;

/// How a command ended.
pub(super) enum Outcome {
    /// DataBlock, `after` microseconds from now.
    Data { after: u64, chain: u8, data: Vec<u8> },
    /// Failed with that bError.
    Failed(u8),
}

/// A command whose answer is not ready.
struct Running {
    ready: u64,
    slot: u8,
    seq: u8,
}

pub(crate) struct CcidReader {
    pub(super) make: Ccid,
    pub(super) slot: Slot,
    endpoints: [u8; 3],
    wire: Wire,
    running: Option<Running>,
    /// ABORT seen on the control pipe: slot, sequence number.
    abort_asked: Option<(u8, u8)>,
    /// PC_to_RDR_Abort seen.
    abort_sent: Option<(u8, u8)>,
    status_asked: bool,
    /// Until when a card that has gone is believed to be there.
    lingers: u64,
    acr122: Acr122,
}

impl CcidReader {
    pub fn new(make: Ccid) -> Self {
        Self::at(make, ENDPOINTS)
    }

    /// With other endpoint addresses: bulk OUT, bulk IN, interrupt IN.
    pub fn at(make: Ccid, endpoints: [u8; 3]) -> Self {
        Self {
            make,
            slot: Slot::default(),
            endpoints,
            wire: Wire::new(endpoints[1]),
            running: None,
            abort_asked: None,
            abort_sent: None,
            status_asked: false,
            lingers: 0,
            acr122: Acr122::new(),
        }
    }

    pub fn interface(&self) -> Interface {
        let [outward, inward, interrupt] = self.endpoints;
        let mut endpoints = vec![Endpoint::bulk(outward, PACKET), Endpoint::bulk(inward, PACKET)];
        if !self.make.quirks.no_interrupt {
            endpoints.push(Endpoint::interrupt(interrupt, 0x08));
        }
        Interface {
            class: self.make.class,
            endpoints,
            functional: self.make.descriptor(),
            functional_last: self.make.quirks.descriptor_last,
        }
    }

    /// bmICCStatus: 0 active, 1 inactive, 2 absent.
    fn icc(&self, board: &Board, slot: u8) -> u8 {
        let present = board.field.is_present() || board.now < self.lingers;
        match (slot == self.make.slot && present, self.slot.is_active()) {
            (false, _) => 2,
            (true, false) => 1,
            (true, true) => 0,
        }
    }

    fn reply(&mut self, board: &mut Board, to: (u8, u8), after: u64, answer: &Answer) {
        self.wire.send(board, &self.make.quirks, after, answer.bytes(to.0, to.1));
    }

    fn fail(&mut self, board: &mut Board, command: (u8, u8, u8), code: u8) {
        let (kind, slot, seq) = command;
        let kind = match kind {
            0x62 | 0x6F | 0x69 => 0x80,
            0x6C | 0x6D | 0x61 => 0x82,
            0x6B => 0x83,
            _ => 0x81,
        };
        let status = FAILED | self.icc(board, slot);
        self.reply(board, (slot, seq), 0, &Answer { kind, status, error: code, last: 0, data: Vec::new() });
    }

    fn execute(&mut self, board: &mut Board, command: &Command) {
        if !board.field.is_present() && board.now >= self.lingers {
            self.slot = Slot::default();
        }
        let id = (command.kind, command.slot, command.seq);
        let to = (command.slot, command.seq);
        if command.slot > self.make.max_slot_index {
            return self.fail(board, id, error::SLOT);
        }
        if command.kind == 0x72 {
            self.abort_sent = Some(to);
            return self.finish_abort(board);
        }
        if self.abort_asked.is_some() || self.abort_sent.is_some() {
            return self.fail(board, id, error::ABORTED); // CCID §5.3.1
        }
        if self.running.as_ref().is_some_and(|running| running.ready > board.now) {
            return self.fail(board, id, error::SLOT_BUSY);
        }
        self.running = None;
        if command.data.len().saturating_add(10) > usize::try_from(self.make.max_message).unwrap_or(usize::MAX) {
            return self.fail(board, id, error::LENGTH);
        }
        match command.kind {
            0x62 => self.power_on(board, command),
            0x63 => {
                if command.slot == self.make.slot {
                    self.slot = Slot::default();
                    board.field.switch(false);
                }
                self.slot_status(board, to, 0, 0);
            }
            0x65 => {
                self.status_asked = true;
                let code = if self.make.quirks.status_fails { error::ICC_MUTE } else { 0 };
                self.slot_status(board, to, self.make.quirks.status_takes, code);
            }
            0x6F => self.block(board, command),
            0x6C | 0x6D | 0x61 => self.parameters(board, command),
            0x6B if self.make.dialect == Dialect::Acr122 => match self.own(board, &command.data) {
                Some((after, data)) => {
                    let status = self.icc(board, command.slot);
                    self.reply(board, to, after, &Answer { kind: 0x83, status, error: 0, last: 0, data });
                }
                None => self.fail(board, id, error::NOT_SUPPORTED),
            },
            _ => self.fail(board, id, error::NOT_SUPPORTED),
        }
    }

    /// RDR_to_PC_SlotStatus; `absent` is bError when there is no card, which then counts as failure.
    fn slot_status(&mut self, board: &mut Board, to: (u8, u8), after: u64, absent: u8) {
        let icc = self.icc(board, to.0);
        let (status, error) = if icc == 2 && absent != 0 { (FAILED | icc, absent) } else { (icc, 0) };
        self.reply(board, to, after, &Answer { kind: 0x81, status, error, last: 0, data: Vec::new() });
    }

    /// bPowerSelect: 0 automatic, 1 5 V, 2 3 V, 3 1.8 V (CCID §6.1.1).
    fn power_on(&mut self, board: &mut Board, command: &Command) {
        let id = (command.kind, command.slot, command.seq);
        let select = command.specific[0];
        if command.slot == self.make.slot {
            self.slot = Slot::default();
        }
        if self.make.dialect == Dialect::Acr122 && self.icc(board, command.slot) == 2 {
            // as seen: no card, and yet an ATR
            let data = vec![0x3B, 0x00];
            let answer = Answer { kind: 0x80, status: 0x02, error: 0x81, last: 0, data };
            return self.reply(board, (command.slot, command.seq), 0, &answer);
        }
        if self.icc(board, command.slot) == 2 || (self.make.quirks.status_first && !self.status_asked) {
            return self.fail(board, id, error::ICC_MUTE);
        }
        if !self.make.finds_voltage() && self.make.dialect == Dialect::Standard {
            let volts = 1u8.checked_shl(u32::from(select.wrapping_sub(1))).unwrap_or(0);
            if select == 0 || volts & self.make.voltages == 0 {
                return self.fail(board, id, error::FIRST_SPECIFIC);
            }
            if volts & self.make.quirks.volts == 0 {
                return self.fail(board, id, error::ICC_MUTE);
            }
        } else if select > 3 {
            return self.fail(board, id, error::FIRST_SPECIFIC);
        }
        board.field.switch(false);
        self.slot.activation = board.field.activate();
        let Some(activation) = &self.slot.activation else { return self.fail(board, id, error::ICC_MUTE) };
        let data = if self.make.quirks.whole_ats { whole_ats(&activation.ats) } else { activation.atr.clone() };
        let answer = Answer { kind: 0x80, status: 0, error: 0, last: 0, data };
        self.reply(board, (command.slot, command.seq), 0, &answer);
    }

    fn block(&mut self, board: &mut Board, command: &Command) {
        let id = (command.kind, command.slot, command.seq);
        let to = (command.slot, command.seq);
        if self.make.dialect == Dialect::Acr122
            && let Some((after, data)) = self.own(board, &command.data)
        {
            // as seen: without a card the answer reports FE, and is valid nevertheless
            let icc = self.icc(board, command.slot);
            let (status, error) = if icc == 2 { (icc, error::ICC_MUTE) } else { (icc, 0) };
            return self.reply(board, to, after, &Answer { kind: 0x80, status, error, last: 0, data });
        }
        if self.icc(board, command.slot) != 0 {
            return self.fail(board, id, error::ICC_MUTE);
        }
        match self.transfer(board, command) {
            Outcome::Failed(code) => self.fail(board, id, code),
            Outcome::Data { after, chain, data } => {
                self.extend_time(board, to, after);
                let ready = board.now.saturating_add(after);
                self.running = Some(Running { ready, slot: to.0, seq: to.1 });
                self.reply(board, to, after, &Answer { kind: 0x80, status: 0, error: 0, last: chain, data });
            }
        }
    }

    /// Time extensions until the answer is ready (CCID §6.2.6).
    fn extend_time(&mut self, board: &mut Board, to: (u8, u8), after: u64) {
        let count = u64::from(self.make.quirks.time_extensions).max(after / EXTENSION);
        let status = TIME_EXTENSION;
        let error = self.make.quirks.multiplier;
        for number in 0..count {
            let at = after / count.saturating_add(1) * number;
            self.reply(board, to, at, &Answer { kind: 0x80, status, error, last: 0, data: Vec::new() });
        }
    }

    /// GetParameters, ResetParameters, SetParameters; T=1 is the only protocol.
    fn parameters(&mut self, board: &mut Board, command: &Command) {
        let id = (command.kind, command.slot, command.seq);
        if self.icc(board, command.slot) != 0 {
            return self.fail(board, id, error::ICC_MUTE);
        }
        match (command.kind, command.specific[0]) {
            (0x61, 0x01) => match <[u8; 7]>::try_from(command.data.as_slice()) {
                Ok(parameters) => self.slot.parameters = Some(parameters),
                Err(_) => return self.fail(board, id, error::LENGTH),
            },
            (0x61, _) => return self.fail(board, id, error::FIRST_SPECIFIC),
            (0x6D, _) => self.slot.parameters = None,
            _ => {}
        }
        let data = self.slot.parameters.unwrap_or(PARAMETERS).to_vec();
        let answer = Answer { kind: 0x82, status: 0, error: 0, last: 0x01, data };
        self.reply(board, (command.slot, command.seq), 0, &answer);
    }

    /// ABORT on the control pipe and PC_to_RDR_Abort with the same number together end a command (CCID §5.3.1).
    fn finish_abort(&mut self, board: &mut Board) {
        let (Some(asked), Some(sent)) = (self.abort_asked, self.abort_sent) else { return };
        if asked != sent {
            self.abort_sent = None;
            return self.fail(board, (0x72, sent.0, sent.1), error::ABORTED);
        }
        self.abort_asked = None;
        self.abort_sent = None;
        board.retract(self.endpoints[1]);
        self.running = None;
        self.slot.command = None;
        self.slot.answer.clear();
        self.slot_status(board, sent, 0, 0);
    }

    /// NotifySlotChange (CCID §6.3.1): two bits a slot, present and changed.
    fn notify(&mut self, board: &mut Board, delay: u64, present: bool) {
        let interrupt = self.endpoints[2];
        if self.make.quirks.other_interrupts {
            board.send(interrupt, delay, &[0x51, self.make.slot, 0x00, 0x01]); // HardwareError: overcurrent
            board.send(interrupt, delay, &[0x40, 0x00]);
        }
        let bit = usize::from(self.make.slot) * 2;
        let mut message = vec![0x50];
        message.resize(usize::from(self.make.max_slot_index) / 4 + 2, 0x00);
        if let Some(byte) = message.get_mut(1 + bit / 8) {
            *byte = (0x02 | u8::from(present)) << (bit % 8);
        }
        board.send(interrupt, delay, &message);
    }

    /// Commands of the reader's own; `None` for those to the card.
    fn own(&mut self, board: &mut Board, command: &[u8]) -> Option<(u64, Vec<u8>)> {
        self.acr122.run(board, command)
    }
}

/// 3B 8n 80 01 and the ATS, as some readers build it.
fn whole_ats(ats: &[u8]) -> Vec<u8> {
    let ats = ats.get(..15).unwrap_or(ats);
    let count = u8::try_from(ats.len()).unwrap_or_default();
    let mut atr = [&[0x3B, 0x80 | count, 0x80, 0x01], ats].concat();
    atr.push(atr.iter().skip(1).fold(0, |check, byte| check ^ byte));
    atr
}

impl Firmware for CcidReader {
    fn interfaces(&self) -> Vec<Interface> {
        vec![self.interface()]
    }

    fn reset(&mut self, board: &mut Board) {
        *self = Self::at(self.make.clone(), self.endpoints);
        board.field.switch(false);
    }

    fn out(&mut self, board: &mut Board, _endpoint: u8, data: &[u8]) {
        match self.wire.receive(data) {
            Ok(Some(command)) => self.execute(board, &command),
            Ok(None) => {}
            Err(rest) => {
                if let [kind, _, _, _, _, slot, seq, ..] = *rest {
                    self.fail(board, (kind, slot, seq), error::LENGTH);
                }
            }
        }
    }

    fn control(&mut self, board: &mut Board, setup: Setup, _data: &[u8]) -> Option<Transfer> {
        let [slot, seq] = setup.value.to_le_bytes();
        match (setup.request_type, setup.request) {
            (0x21, 0x01) => {
                self.abort_asked = Some((slot, seq));
                self.finish_abort(board);
                Some(Transfer::Data(Vec::new()))
            }
            (0xA1, 0x02) => Some(Transfer::Data(4000u32.to_le_bytes().to_vec())), // GET_CLOCK_FREQUENCIES, kHz
            (0xA1, 0x03) => Some(Transfer::Data(10752u32.to_le_bytes().to_vec())), // GET_DATA_RATES, bit/s
            _ => None,
        }
    }

    fn card_moved(&mut self, board: &mut Board) {
        let present = board.field.is_present();
        let delay = if present || !self.slot.is_active() { 0 } else { self.make.quirks.removal_takes };
        self.lingers = board.now.saturating_add(delay);
        if delay == 0 {
            self.slot = Slot::default();
        }
        if let Some(running) = self.running.take().filter(|running| running.ready > board.now) {
            board.retract(self.endpoints[1]);
            self.fail(board, (0x6F, running.slot, running.seq), error::ICC_MUTE);
        }
        if !self.make.quirks.no_interrupt {
            self.notify(board, delay, present);
        }
    }
}
