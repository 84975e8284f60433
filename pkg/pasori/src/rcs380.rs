//! RC-S380: the NFC Port-100, which moves frames of every kind and selects no card by itself.

use isodep::{Frame, Link, LinkStep};
use pn53x::{Dialogue, Heard};
use reader::{Fault, Outcome, Presence, Reader, Step, Task};

/// Commands.
const IN_SET_RF: u8 = 0x00;
const IN_SET_PROTOCOL: u8 = 0x02;
const IN_COMM_RF: u8 = 0x04;
const SWITCH_RF: u8 = 0x06;
const GET_FIRMWARE_VERSION: u8 = 0x20;
const SET_COMMAND_TYPE: u8 = 0x2A;

/// Type A at 106 kbit/s both ways.
const TYPE_A: [u8; 5] = [IN_SET_RF, 0x02, 0x03, 0x0F, 0x03];
const FIELD_OFF: [u8; 2] = [SWITCH_RF, 0x00];
/// Number and value of each setting: guard time, checksums, parity, bits of the last byte, and the rest of what a type A needs.
const PROTOCOL: [u8; 39] = [
    IN_SET_PROTOCOL,
    0x00,
    0x06,
    0x01,
    0x00,
    0x02,
    0x00,
    0x03,
    0x00,
    0x04,
    0x00,
    0x05,
    0x01,
    0x06,
    0x00,
    0x07,
    0x08,
    0x08,
    0x00,
    0x09,
    0x00,
    0x0A,
    0x00,
    0x0B,
    0x00,
    0x0C,
    0x00,
    0x0E,
    0x04,
    0x0F,
    0x00,
    0x10,
    0x00,
    0x11,
    0x00,
    0x12,
    0x00,
    0x13,
    0x06,
];
const ADD_CRC: u8 = 0x01;
const CHECK_CRC: u8 = 0x02;
/// A parity bit behind each byte that is sent; not behind seven bits.
const ADD_PARITY: u8 = 0x04;
const BITS: u8 = 0x07;

const ANSWERED: u32 = 2_000;
const MARGIN: u32 = 1_000;
/// Frames with their checksum.
const FRAME: usize = 256;

/// An RC-S380/S or /P.
#[derive(Debug)]
pub struct RcS380 {
    dialogue: Dialogue,
    link: Link,
    doing: Doing,
    /// Settings that the reader has: bits of the last byte, checksums.
    set: Option<(u8, bool)>,
    wanted: Wanted,
}

#[derive(Debug)]
enum Doing {
    Nothing,
    CommandType,
    Firmware,
    OpenFieldOff,
    FieldOff,
    Rate,
    Protocol,
    Settings(Frame, u64),
    Air,
    Release,
}

/// What the field is switched on for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Look,
    Connect,
}

impl Default for RcS380 {
    fn default() -> Self {
        RcS380 {
            dialogue: Dialogue::port100(),
            link: Link::new(FRAME),
            doing: Doing::Nothing,
            set: None,
            wanted: Wanted::Look,
        }
    }
}

impl RcS380 {
    /// A reader that was just plugged in, or that somebody else has used.
    pub fn new() -> Self {
        RcS380::default()
    }

    fn ask(&mut self, doing: Doing, command: &[u8], wait: u32) -> Result<Step, Fault> {
        self.doing = doing;
        Ok(self.dialogue.ask(command, wait))
    }

    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.dialogue.give_up();
        self.doing = Doing::Nothing;
        self.link.drop_card();
        Err(fault)
    }

    fn done(&mut self, outcome: Outcome) -> Result<Step, Fault> {
        self.doing = Doing::Nothing;
        Ok(Step::Done(outcome))
    }

    fn seek(&mut self, wanted: Wanted) -> Result<Step, Fault> {
        self.wanted = wanted;
        self.link.drop_card();
        self.ask(Doing::FieldOff, &FIELD_OFF, ANSWERED)
    }

    fn air(&mut self, step: Result<LinkStep, Fault>) -> Result<Step, Fault> {
        let look = self.wanted == Wanted::Look;
        match step {
            Ok(LinkStep::Send { frame, wait }) => self.send(frame, wait),
            Ok(LinkStep::Connected(_)) if look => {
                // it was only looked for: the next connecting switches the field off first
                self.link.drop_card();
                self.done(Outcome::Presence(Presence::Fresh))
            }
            Ok(LinkStep::Connected(card)) => self.done(Outcome::Connected(card)),
            Ok(LinkStep::Answer(answer)) => self.done(Outcome::Answer(answer)),
            Ok(LinkStep::Present(true)) => self.done(Outcome::Presence(Presence::Connected)),
            // another one may lie there: the next look finds it
            Ok(LinkStep::Present(false)) => self.done(Outcome::Presence(Presence::Absent)),
            Ok(LinkStep::Absent) if look => self.done(Outcome::Presence(Presence::Absent)),
            Ok(LinkStep::Absent) => self.fail(Fault::NoCard),
            // something is there
            Err(Fault::Protocol(_) | Fault::WrongCard | Fault::Mute) if look => {
                self.link.drop_card();
                self.done(Outcome::Presence(Presence::Fresh))
            }
            Err(fault) => self.fail(fault),
        }
    }

    /// InCommRF, after the settings that the frame needs.
    fn send(&mut self, frame: Frame, wait: u64) -> Result<Step, Fault> {
        let wanted = (if frame.short { 7 } else { 8 }, frame.crc);
        if self.set != Some(wanted) {
            self.set = Some(wanted);
            let (bits, crc) = (wanted.0, u8::from(wanted.1));
            let parity = u8::from(!frame.short);
            let command = [IN_SET_PROTOCOL, ADD_CRC, crc, CHECK_CRC, crc, ADD_PARITY, parity, BITS, bits];
            return self.ask(Doing::Settings(frame, wait), &command, ANSWERED);
        }
        // tenths of a millisecond
        let [low, high] = u16::try_from(wait / 100 + 1).unwrap_or(u16::MAX).to_le_bytes();
        let milliseconds = u32::try_from(wait / 1000).unwrap_or(u32::MAX).saturating_add(MARGIN);
        self.ask(Doing::Air, &[&[IN_COMM_RF, low, high], frame.bytes.as_slice()].concat(), milliseconds)
    }

    fn answered(&mut self, data: &[u8]) -> Result<Step, Fault> {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => self.fail(Fault::Turn),
            Doing::Firmware => self.ask(Doing::CommandType, &[SET_COMMAND_TYPE, 0x01], ANSWERED),
            Doing::CommandType => self.settled(data, Doing::OpenFieldOff, &FIELD_OFF),
            Doing::OpenFieldOff => self.done(Outcome::Ready),
            Doing::FieldOff => self.settled(data, Doing::Rate, &TYPE_A),
            Doing::Rate => self.settled(data, Doing::Protocol, &PROTOCOL),
            Doing::Protocol => {
                if data != [0x00] {
                    return self.refused(data);
                }
                self.set = None;
                let step = self.link.connect();
                self.air(Ok(step))
            }
            Doing::Settings(frame, wait) => {
                if data != [0x00] {
                    return self.refused(data);
                }
                self.send(frame, wait)
            }
            Doing::Air => self.heard(data),
            Doing::Release => self.done(Outcome::Released),
        }
    }

    /// Goes on when the reader took the setting.
    fn settled(&mut self, data: &[u8], doing: Doing, command: &[u8]) -> Result<Step, Fault> {
        if data == [0x00] { self.ask(doing, command, ANSWERED) } else { self.refused(data) }
    }

    fn refused(&mut self, data: &[u8]) -> Result<Step, Fault> {
        self.fail(Fault::Refused { what: "a setting", code: data.first().copied().unwrap_or_default() })
    }

    /// The answer to InCommRF: status of four bytes, bits of the last byte, data.
    fn heard(&mut self, data: &[u8]) -> Result<Step, Fault> {
        const RECEIVE_TIMEOUT: u32 = 0x80;
        // protocol, parity, checksum, collision, overflow
        const GARBLED: u32 = 0x1F;
        const RF_OFF: u32 = 0x0400;
        let Some((status, rest)) = data.split_first_chunk::<4>() else {
            return self.fail(Fault::Malformed { what: "InCommRF", expected: 4, found: data.len() });
        };
        match u32::from_le_bytes(*status) {
            0 => {
                let step = self.link.received(Some(rest.get(1..).unwrap_or_default()));
                self.air(step)
            }
            status if status & (RECEIVE_TIMEOUT | GARBLED) != 0 => {
                let step = self.link.received(None);
                self.air(step)
            }
            RF_OFF => self.fail(Fault::CardGone),
            status => self.fail(Fault::Refused { what: "moving a frame", code: status.to_le_bytes()[0] }),
        }
    }
}

impl Reader for RcS380 {
    fn start(&mut self, task: Task) -> Result<Step, Fault> {
        if !matches!(self.doing, Doing::Nothing) || (self.dialogue.is_unclear() && task != Task::Open) {
            return Err(Fault::Turn);
        }
        match task {
            Task::Open => {
                self.link.drop_card();
                self.set = None;
                self.doing = Doing::Firmware;
                Ok(self.dialogue.begin(&[GET_FIRMWARE_VERSION], ANSWERED))
            }
            Task::Look if self.link.is_connected() => {
                let step = self.link.probe();
                self.wanted = Wanted::Look;
                self.air(step)
            }
            Task::Look => self.seek(Wanted::Look),
            Task::Connect => self.seek(Wanted::Connect),
            Task::Exchange(command) => {
                self.takes(&command)?;
                self.wanted = Wanted::Connect;
                let step = self.link.exchange(command)?;
                self.air(Ok(step))
            }
            Task::Release => {
                self.link.drop_card();
                self.ask(Doing::Release, &FIELD_OFF, ANSWERED)
            }
        }
    }

    fn received(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        match self.dialogue.received(bytes) {
            Ok(Heard::Wait(step)) => Ok(step),
            Ok(Heard::Answer(data)) => self.answered(&data),
            Ok(Heard::Refused(code)) => self.fail(Fault::Refused { what: "a command for the reader", code }),
            Err(fault) => self.fail(fault),
        }
    }

    fn timed_out(&mut self) -> Result<Step, Fault> {
        self.fail(Fault::Timeout)
    }

    fn longest_answer(&self) -> usize {
        // an extended frame around 290 bytes and their status
        310
    }
}
