//! A PN53x with one card, as a [`reader::Reader`].

use reader::{Card, Fault, LONGEST, Outcome, Presence, Reader, Step, Task};

use crate::dialogue::{Dialogue, Heard};

/// Commands (UM0701-02 §7).
const DIAGNOSE: u8 = 0x00;
const GET_FIRMWARE_VERSION: u8 = 0x02;
const SET_PARAMETERS: u8 = 0x12;
const RF_CONFIGURATION: u8 = 0x32;
const IN_DATA_EXCHANGE: u8 = 0x40;
const IN_LIST_PASSIVE_TARGET: u8 = 0x4A;
const IN_RELEASE: u8 = 0x52;

const ANSWERED: u32 = 3_000;
/// The chip itself waits for the card, as long as the card asks for.
const EXCHANGED: u32 = 60_000;
/// Bytes of a command that go into one normal frame, behind D4 40 Tg.
const CHUNK: usize = 252;
/// More to come: in Tg from the host, in the status from the chip.
const MORE: u8 = 0x40;

/// One of the chips.
#[derive(Debug)]
pub struct Pn53x {
    dialogue: Dialogue,
    doing: Doing,
    /// Number of the connected card.
    target: Option<u8>,
}

#[derive(Debug)]
enum Doing {
    Nothing,
    /// The commands that are still to be sent, the next one last.
    Open(Vec<Vec<u8>>),
    Look,
    Probe,
    /// The field is switched off and on, and a card is looked for.
    Connect {
        field_was_off: bool,
    },
    Exchange {
        target: u8,
        rest: Vec<u8>,
        answer: Vec<u8>,
    },
    Release {
        field_off: bool,
    },
}

impl Default for Pn53x {
    fn default() -> Self {
        Pn53x { dialogue: Dialogue::pn53x(), doing: Doing::Nothing, target: None }
    }
}

/// One card of type A, 106 kbit/s.
const ONE_TYPE_A: [u8; 3] = [IN_LIST_PASSIVE_TARGET, 0x01, 0x00];
const FIELD_OFF: [u8; 3] = [RF_CONFIGURATION, 0x01, 0x00];

impl Pn53x {
    /// A chip that was just plugged in, or that somebody else has used.
    pub fn new() -> Self {
        Pn53x::default()
    }

    fn ask(&mut self, command: &[u8], wait: u32) -> Step {
        self.dialogue.ask(command, wait)
    }

    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.dialogue.give_up();
        (self.doing, self.target) = (Doing::Nothing, None);
        Err(fault)
    }

    fn done(&mut self, outcome: Outcome) -> Result<Step, Fault> {
        self.doing = Doing::Nothing;
        Ok(Step::Done(outcome))
    }

    /// The answer to what was asked, behind its code.
    fn answered(&mut self, data: &[u8]) -> Result<Step, Fault> {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => self.fail(Fault::Turn),
            Doing::Open(mut rest) => match rest.pop() {
                Some(command) => {
                    self.doing = Doing::Open(rest);
                    Ok(self.ask(&command, ANSWERED))
                }
                None => self.done(Outcome::Ready),
            },
            Doing::Look => {
                let seen = data.first().is_some_and(|count| *count > 0);
                self.done(Outcome::Presence(if seen { Presence::Fresh } else { Presence::Absent }))
            }
            Doing::Probe if data == [0x00] => self.done(Outcome::Presence(Presence::Connected)),
            Doing::Probe => {
                // gone, or another one: look
                self.target = None;
                self.doing = Doing::Look;
                Ok(self.ask(&ONE_TYPE_A, ANSWERED))
            }
            Doing::Connect { field_was_off: false } => {
                self.doing = Doing::Connect { field_was_off: true };
                Ok(self.ask(&ONE_TYPE_A, ANSWERED))
            }
            Doing::Connect { field_was_off: true } => match target(data) {
                Ok((number, card)) => {
                    self.target = Some(number);
                    self.done(Outcome::Connected(card))
                }
                Err(fault) => self.fail(fault),
            },
            Doing::Exchange { target, rest, answer } => self.exchanged(target, rest, answer, data),
            Doing::Release { field_off: false } => {
                self.doing = Doing::Release { field_off: true };
                Ok(self.ask(&FIELD_OFF, ANSWERED))
            }
            Doing::Release { field_off: true } => self.done(Outcome::Released),
        }
    }

    fn exchanged(&mut self, target: u8, rest: Vec<u8>, mut answer: Vec<u8>, data: &[u8]) -> Result<Step, Fault> {
        let Some((status, data)) = data.split_first() else {
            return self.fail(Fault::Malformed { what: "InDataExchange", expected: 1, found: 0 });
        };
        match status & 0x3F {
            0x00 => {}
            // no answer in time; no such target any more; released by the card
            0x01 | 0x27 | 0x29 => return self.fail(Fault::CardGone),
            // CRC, parity, bit count, framing, collision, protocol
            0x02..=0x06 | 0x0B | 0x13 => return self.fail(Fault::Protocol("its frames come garbled")),
            code => return self.fail(Fault::Refused { what: "moving a command", code }),
        }
        if !rest.is_empty() {
            return Ok(self.send_chunk(target, rest, answer));
        }
        answer.extend_from_slice(data);
        if answer.len() > LONGEST {
            let found = answer.len();
            return self.fail(Fault::Malformed { what: "an answer", expected: LONGEST, found });
        }
        if status & MORE != 0 && data.is_empty() {
            return self.fail(Fault::Malformed { what: "a piece of an answer", expected: 1, found: 0 });
        }
        if status & MORE != 0 {
            self.doing = Doing::Exchange { target, rest: Vec::new(), answer };
            return Ok(self.ask(&[IN_DATA_EXCHANGE, target], EXCHANGED));
        }
        if answer.is_empty() { self.fail(Fault::Mute) } else { self.done(Outcome::Answer(answer)) }
    }

    fn send_chunk(&mut self, target: u8, mut rest: Vec<u8>, answer: Vec<u8>) -> Step {
        let next = rest.split_off(rest.len().min(CHUNK));
        let more = if next.is_empty() { 0x00 } else { MORE };
        let command = [&[IN_DATA_EXCHANGE, target | more], rest.as_slice()].concat();
        self.doing = Doing::Exchange { target, rest: next, answer };
        self.ask(&command, EXCHANGED)
    }
}

/// NbTg, then of the first: Tg SENS_RES(2) SEL_RES length NFCID ATS.
fn target(data: &[u8]) -> Result<(u8, Card), Fault> {
    let wrong = Fault::Malformed { what: "InListPassiveTarget", expected: 6, found: data.len() };
    let (count, data) = data.split_first().ok_or(wrong.clone())?;
    if *count == 0 {
        return Err(Fault::NoCard);
    }
    let [number, _, _, sak, length, rest @ ..] = data else { return Err(wrong) };
    let (uid, ats) = rest.split_at_checked(usize::from(*length)).ok_or(wrong)?;
    if sak & 0x20 == 0 {
        return Err(Fault::WrongCard);
    }
    if ats.is_empty() {
        return Err(Fault::Mute);
    }
    Ok((*number, Card::of_iso_14443(ats.to_vec(), uid.to_vec())))
}

impl Reader for Pn53x {
    fn start(&mut self, task: Task) -> Result<Step, Fault> {
        if !matches!(self.doing, Doing::Nothing) || (self.dialogue.is_unclear() && task != Task::Open) {
            return Err(Fault::Turn);
        }
        match task {
            Task::Open => {
                self.target = None;
                // the next one last: RATS by itself; one try for a card; as long as a card asks for
                self.doing = Doing::Open(vec![
                    FIELD_OFF.to_vec(),
                    vec![RF_CONFIGURATION, 0x02, 0x00, 0x0B, 0x10],
                    vec![RF_CONFIGURATION, 0x05, 0xFF, 0x01, 0x00],
                    vec![SET_PARAMETERS, 0x14],
                ]);
                Ok(self.dialogue.begin(&[GET_FIRMWARE_VERSION], ANSWERED))
            }
            Task::Look => {
                if self.target.is_some() {
                    self.doing = Doing::Probe;
                    // attention request, or a presence check of ISO/IEC 14443-4 (§7.2.1)
                    return Ok(self.ask(&[DIAGNOSE, 0x06], ANSWERED));
                }
                self.doing = Doing::Look;
                Ok(self.ask(&ONE_TYPE_A, ANSWERED))
            }
            Task::Connect => {
                self.target = None;
                self.doing = Doing::Connect { field_was_off: false };
                Ok(self.ask(&FIELD_OFF, ANSWERED))
            }
            Task::Exchange(command) => {
                let Some(target) = self.target else { return Err(Fault::Turn) };
                self.takes(&command)?;
                Ok(self.send_chunk(target, command, Vec::new()))
            }
            Task::Release => {
                self.target = None;
                self.doing = Doing::Release { field_off: false };
                Ok(self.ask(&[IN_RELEASE, 0x00], ANSWERED))
            }
        }
    }

    fn received(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        match self.dialogue.received(bytes) {
            Ok(Heard::Wait(step)) => Ok(step),
            Ok(Heard::Answer(data)) => self.answered(&data),
            // PN531 and old firmware do not know every setting: opening goes on without it
            Ok(Heard::Refused(code)) if matches!(self.doing, Doing::Open(_)) && code != GET_FIRMWARE_VERSION => {
                self.answered(&[])
            }
            Ok(Heard::Refused(code)) => self.fail(Fault::Refused { what: "a command for the chip", code }),
            Err(fault) => self.fail(fault),
        }
    }

    fn timed_out(&mut self) -> Result<Step, Fault> {
        self.fail(Fault::Timeout)
    }

    fn longest_answer(&self) -> usize {
        // an extended frame around 265 bytes
        280
    }
}
