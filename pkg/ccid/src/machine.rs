//! One slot of a CCID reader, as a [`reader::Reader`].

use reader::{Card, Fault, LONGEST, Outcome, Presence, Reader, Step, Task};

use crate::atr;
use crate::descriptor::{Descriptor, Level};
use crate::inbox::Inbox;
use crate::message::{Answer, Ended, HEADER, Icc, Kind, command, notified};
use crate::t1::{T1, T1Step};

/// Readers whose status takes a second, four times (uTrust, ACR122U).
const STATUS: u32 = 5_000;
const POWER: u32 = 10_000;
/// FormatPICC takes seconds; readers ask for more time.
const EXCHANGE: u32 = 15_000;
/// Longer than a reader may ask for at once.
const MOST_WAIT: u32 = 120_000;
/// Answers to other commands that are dropped before something is wrong.
const MOST_STALE: u8 = 10;
/// Times in a row that a reader may ask for more time.
const MOST_EXTENSIONS: u16 = 1_000;
/// ISO/IEC 7816-4: the longest short command.
const SHORT: usize = 261;

/// bError values that mean something here (CCID rev 1.1 table 6.2-2).
const ICC_MUTE: u8 = 0xFE;
const XFR_PARITY_ERROR: u8 = 0xFD;
/// Offset of bPowerSelect: the reader refuses that voltage.
const POWER_SELECT: u8 = 0x07;

/// wLevelParameter and bChainParameter (§6.1.4, §6.2.1).
const WHOLE: u16 = 0x00;
const BEGINS: u16 = 0x01;
const ENDS: u16 = 0x02;
const GOES_ON: u16 = 0x03;
const GO_ON: u16 = 0x10;

/// A slot of a reader.
#[derive(Debug)]
pub struct Ccid {
    descriptor: Descriptor,
    slot: u8,
    seq: u8,
    inbox: Inbox,
    asked: Option<Asked>,
    doing: Doing,
    /// A card is powered, and what was last told of it is still true.
    connected: bool,
    t1: Option<T1>,
}

#[derive(Debug)]
struct Asked {
    kind: Kind,
    wait: u32,
    stale: u8,
    extensions: u16,
}

#[derive(Debug)]
enum Doing {
    Nothing,
    Open,
    Look,
    Connect { voltages: Vec<u8>, card: Card, at: Connecting },
    Exchange(Moving),
    Release,
    Escape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connecting {
    Status,
    Power,
    Pps,
    Parameters,
    Ifsd,
}

#[derive(Debug, Default)]
struct Moving {
    /// What is still to be sent.
    rest: Vec<u8>,
    answer: Vec<u8>,
}

impl Ccid {
    /// A slot, 0 unless the reader keeps another one for contactless cards.
    pub fn new(descriptor: Descriptor, slot: u8) -> Self {
        Ccid {
            descriptor,
            slot,
            seq: 0,
            inbox: Inbox::default(),
            asked: None,
            doing: Doing::Nothing,
            connected: false,
            t1: None,
        }
    }

    /// A command for the reader itself (PC_to_RDR_Escape), which takes so many milliseconds at most; its answer is an
    /// [`Outcome::Answer`].
    ///
    /// # Errors
    /// [`Fault::Turn`], [`Fault::TooLong`].
    pub fn escape(&mut self, data: &[u8], wait: u32) -> Result<Step, Fault> {
        self.expect_idle()?;
        if data.len() > self.descriptor.room() {
            return Err(Fault::TooLong { most: self.descriptor.room(), found: data.len() });
        }
        self.doing = Doing::Escape;
        Ok(self.ask(Kind::Escape, [0; 3], data, wait))
    }

    fn expect_idle(&self) -> Result<(), Fault> {
        if matches!(self.doing, Doing::Nothing) { Ok(()) } else { Err(Fault::Turn) }
    }

    fn ask(&mut self, kind: Kind, specific: [u8; 3], data: &[u8], wait: u32) -> Step {
        self.seq = self.seq.wrapping_add(1);
        self.inbox.begin();
        self.asked = Some(Asked { kind, wait, stale: 0, extensions: 0 });
        Step::Send { writes: vec![command(kind, self.slot, self.seq, specific, data)], wait }
    }

    fn ask_status(&mut self) -> Step {
        self.ask(Kind::GetSlotStatus, [0; 3], &[], STATUS)
    }

    fn transfer(&mut self, level: u16, data: &[u8], times: u8) -> Step {
        let [low, high] = level.to_le_bytes();
        let wait = EXCHANGE.saturating_mul(u32::from(times.max(1))).min(MOST_WAIT);
        self.ask(Kind::Transfer, [times, low, high], data, wait)
    }

    /// The task is over without success.
    fn fail<T>(&mut self, fault: Fault) -> Result<T, Fault> {
        self.doing = Doing::Nothing;
        self.asked = None;
        self.connected = false;
        Err(fault)
    }

    /// Something came that answers nothing: awaited on, a few times.
    fn stray(&mut self, seq: u8) -> Result<u32, Fault> {
        let Some(asked) = &mut self.asked else { return Err(Fault::Turn) };
        asked.stale += 1;
        if asked.stale > MOST_STALE {
            let (expected, found) = (usize::from(self.seq), usize::from(seq));
            return self.fail(Fault::Malformed { what: "bSeq", expected, found });
        }
        Ok(asked.wait)
    }

    fn done(&mut self, outcome: Outcome) -> Result<Step, Fault> {
        self.doing = Doing::Nothing;
        self.asked = None;
        Ok(Step::Done(outcome))
    }

    /// The answer to what was asked, in whichever task.
    fn answered(&mut self, answer: Answer) -> Result<Step, Fault> {
        match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => self.fail(Fault::Turn),
            Doing::Open => {
                // whatever it says of a card: it speaks
                self.connected = false;
                self.done(Outcome::Ready)
            }
            Doing::Look => {
                let presence = self.seen(answer.icc);
                if answer.ended == Ended::Failed && answer.icc != Icc::Absent && answer.error != ICC_MUTE {
                    return self.fail(refused(Kind::GetSlotStatus, &answer));
                }
                self.done(Outcome::Presence(presence))
            }
            Doing::Connect { voltages, card, at } => self.connecting(voltages, card, at, answer),
            Doing::Exchange(moving) => self.moving(moving, answer),
            Doing::Release => {
                self.connected = false;
                self.done(Outcome::Released)
            }
            Doing::Escape => match answer.ended {
                Ended::Failed => self.fail(refused(Kind::Escape, &answer)),
                _ => self.done(Outcome::Answer(answer.data)),
            },
        }
    }

    fn seen(&mut self, icc: Icc) -> Presence {
        // inactive after it was active: taken away and put back, or another one (libccid drops it, too)
        self.connected &= icc == Icc::Active;
        match (icc, self.connected) {
            (Icc::Absent, _) => Presence::Absent,
            (_, true) => Presence::Connected,
            (_, false) => Presence::Fresh,
        }
    }

    fn connecting(
        &mut self,
        mut voltages: Vec<u8>,
        mut card: Card,
        at: Connecting,
        answer: Answer,
    ) -> Result<Step, Fault> {
        if answer.icc == Icc::Absent {
            return self.fail(Fault::NoCard);
        }
        match at {
            Connecting::Status => {
                let voltage = voltages.pop().unwrap_or_default();
                self.doing = Doing::Connect { voltages, card, at: Connecting::Power };
                return Ok(self.ask(Kind::PowerOn, [voltage, 0, 0], &[], POWER));
            }
            Connecting::Power if answer.ended == Ended::Failed => {
                let another = answer.error == POWER_SELECT || !self.descriptor.chooses_voltage();
                let Some(voltage) = voltages.pop().filter(|_| another) else {
                    let fault = if answer.error == ICC_MUTE { Fault::Mute } else { refused(Kind::PowerOn, &answer) };
                    return self.fail(fault);
                };
                self.doing = Doing::Connect { voltages, card, at: Connecting::Power };
                return Ok(self.ask(Kind::PowerOn, [voltage, 0, 0], &[], POWER));
            }
            Connecting::Power => card.atr = answer.data,
            _ if answer.ended == Ended::Failed => return self.fail(refused(Kind::SetParameters, &answer)),
            Connecting::Pps => {
                // PPS response: the card agrees by saying the same (ISO/IEC 7816-3 §9.3)
                if answer.data != PPS_T1 {
                    return self.fail(Fault::Protocol("the card does not agree to T=1"));
                }
            }
            Connecting::Parameters => {}
            Connecting::Ifsd => return self.sized(voltages, card, &answer.data),
        }
        if self.descriptor.level() != Level::Tpdu {
            self.connected = true;
            return self.done(Outcome::Connected(card));
        }
        self.prepare(voltages, card, at)
    }

    /// TPDU level: PPS, parameters and information field size, as far as the reader leaves them to the host.
    fn prepare(&mut self, voltages: Vec<u8>, card: Card, after: Connecting) -> Result<Step, Fault> {
        let Some(parameters) = atr::t1(&card.atr) else {
            return self.fail(Fault::WrongCard);
        };
        if after == Connecting::Power && !self.descriptor.sends_pps() && !parameters.first {
            self.doing = Doing::Connect { voltages, card, at: Connecting::Pps };
            return Ok(self.transfer(WHOLE, &PPS_T1, 0));
        }
        if after != Connecting::Parameters && !self.descriptor.reads_atr() {
            // bmFindexDindex, bmTCCKST1, bGuardTimeT1, bmWaitingIntegersT1, bClockStop, bIFSC, bNadValue (§6.1.7)
            let check = 0x10 | u8::from(parameters.crc);
            let data = [parameters.rates, check, parameters.guard, parameters.waiting, 0x00, parameters.ifsc, 0x00];
            self.doing = Doing::Connect { voltages, card, at: Connecting::Parameters };
            return Ok(self.ask(Kind::SetParameters, [0x01, 0, 0], &data, STATUS));
        }
        // a block with prologue and check goes into one message
        let room = self.descriptor.room().saturating_sub(5);
        let ifsc = parameters.ifsc.min(u8::try_from(room).unwrap_or(u8::MAX));
        let mut t1 = T1::new(ifsc, parameters.crc);
        if self.descriptor.sends_ifsd() {
            self.t1 = Some(t1);
            self.connected = true;
            return self.done(Outcome::Connected(card));
        }
        let ifsd = u8::try_from(room.min(254).min(self.descriptor.max_ifsd as usize)).unwrap_or(254).max(1);
        let block = t1.announce(ifsd);
        self.t1 = Some(t1);
        self.doing = Doing::Connect { voltages, card, at: Connecting::Ifsd };
        Ok(self.transfer(WHOLE, &block, 0))
    }

    /// The answer to S(IFS request).
    fn sized(&mut self, voltages: Vec<u8>, card: Card, block: &[u8]) -> Result<Step, Fault> {
        let Some(t1) = &mut self.t1 else { return self.fail(Fault::Turn) };
        match t1.received(block) {
            Ok(T1Step::Done(_)) => {
                self.connected = true;
                self.done(Outcome::Connected(card))
            }
            Ok(T1Step::Send { block, times }) => {
                self.doing = Doing::Connect { voltages, card, at: Connecting::Ifsd };
                Ok(self.transfer(WHOLE, &block, times))
            }
            Err(fault) => self.fail(fault),
        }
    }

    fn moving(&mut self, mut moving: Moving, answer: Answer) -> Result<Step, Fault> {
        if self.descriptor.level() == Level::Tpdu {
            return self.moving_blocks(moving, &answer);
        }
        if answer.ended == Ended::Failed {
            return self.fail(gone_or(&answer, Kind::Transfer));
        }
        let chain = u16::from(answer.chain);
        if !moving.rest.is_empty() {
            if !answer.data.is_empty() {
                let found = answer.data.len();
                return self.fail(Fault::Malformed { what: "a block between the command's", expected: 0, found });
            }
            let next = moving.rest.split_off(moving.rest.len().min(self.descriptor.room()));
            let now = std::mem::replace(&mut moving.rest, next);
            let level = if moving.rest.is_empty() { ENDS } else { GOES_ON };
            self.doing = Doing::Exchange(moving);
            return Ok(self.transfer(level, &now, 0));
        }
        let piece = answer.data.len();
        moving.answer.extend(answer.data);
        if moving.answer.len() > LONGEST {
            let found = moving.answer.len();
            return self.fail(Fault::Malformed { what: "an answer", expected: LONGEST, found });
        }
        match chain {
            WHOLE | ENDS if moving.answer.is_empty() => self.fail(Fault::Mute),
            WHOLE | ENDS => self.done(Outcome::Answer(moving.answer)),
            // readers at the level of short APDUs chain, too (OMNIKEY 3x21); a piece without anything in it would go on for ever
            BEGINS | GOES_ON if piece > 0 => {
                self.doing = Doing::Exchange(moving);
                Ok(self.transfer(GO_ON, &[], 0))
            }
            _ => {
                let found = usize::from(chain);
                self.fail(Fault::Malformed { what: "bChainParameter", expected: usize::from(WHOLE), found })
            }
        }
    }

    fn moving_blocks(&mut self, moving: Moving, answer: &Answer) -> Result<Step, Fault> {
        let garbled = answer.ended == Ended::Failed
            && answer.icc == Icc::Active
            && matches!(answer.error, ICC_MUTE | XFR_PARITY_ERROR);
        if answer.ended == Ended::Failed && !garbled {
            return self.fail(gone_or(answer, Kind::Transfer));
        }
        let Some(t1) = &mut self.t1 else { return self.fail(Fault::Turn) };
        match if garbled { t1.garbled() } else { t1.received(&answer.data) } {
            Ok(T1Step::Done(answer)) => self.done(Outcome::Answer(answer)),
            Ok(T1Step::Send { block, times }) => {
                self.doing = Doing::Exchange(moving);
                Ok(self.transfer(WHOLE, &block, times))
            }
            Err(fault) => self.fail(fault),
        }
    }
}

/// PPSS, PPS0 for T=1, PCK.
const PPS_T1: [u8; 3] = [0xFF, 0x01, 0xFE];

fn refused(kind: Kind, answer: &Answer) -> Fault {
    Fault::Refused { what: kind.name(), code: answer.error }
}

/// Why a command to the card failed.
fn gone_or(answer: &Answer, kind: Kind) -> Fault {
    match (answer.icc, answer.error) {
        // absent, or put back: inactive after it was active
        (Icc::Absent | Icc::Inactive, _) => Fault::CardGone,
        (Icc::Active, ICC_MUTE) => Fault::Mute,
        _ => refused(kind, answer),
    }
}

impl Reader for Ccid {
    fn start(&mut self, task: Task) -> Result<Step, Fault> {
        self.expect_idle()?;
        match task {
            Task::Open => {
                if self.descriptor.level() == Level::Character {
                    return Err(Fault::Unsupported("it exchanges single characters"));
                }
                if self.slot > self.descriptor.last_slot {
                    return Err(Fault::Unsupported("it has no such slot"));
                }
                self.doing = Doing::Open;
                Ok(self.ask_status())
            }
            Task::Look => {
                self.doing = Doing::Look;
                Ok(self.ask_status())
            }
            Task::Connect => {
                self.connected = false;
                self.t1 = None;
                // taken from the end: the reader's choice where it has one, else 5 V, 3 V, 1.8 V as far as it knows them
                let mut voltages: Vec<u8> =
                    [3, 2, 1].into_iter().filter(|nth| self.descriptor.voltages >> (nth - 1) & 1 != 0).collect();
                if self.descriptor.chooses_voltage() || voltages.is_empty() {
                    voltages.push(0);
                }
                // some readers power nothing before they were asked for a status
                self.doing = Doing::Connect { voltages, card: Card::default(), at: Connecting::Status };
                Ok(self.ask_status())
            }
            Task::Exchange(command) => {
                if !self.connected {
                    return Err(Fault::Turn);
                }
                self.takes(&command)?;
                if self.descriptor.level() == Level::Tpdu {
                    let Some(t1) = &mut self.t1 else { return Err(Fault::Turn) };
                    let block = t1.begin(command);
                    self.doing = Doing::Exchange(Moving::default());
                    return Ok(self.transfer(WHOLE, &block, 0));
                }
                let mut now = command;
                let rest = now.split_off(now.len().min(self.descriptor.room()));
                let level = if rest.is_empty() { WHOLE } else { BEGINS };
                self.doing = Doing::Exchange(Moving { rest, answer: Vec::new() });
                Ok(self.transfer(level, &now, 0))
            }
            Task::Release => {
                self.doing = Doing::Release;
                Ok(self.ask(Kind::PowerOff, [0; 3], &[], POWER))
            }
        }
    }

    fn received(&mut self, bytes: &[u8]) -> Result<Step, Fault> {
        if self.asked.is_none() {
            return Err(Fault::Turn);
        }
        if bytes.is_empty() {
            // a packet that ended the message before; not again and again
            return Ok(Step::Await { wait: self.stray(0)? });
        }
        let most = self.longest_answer();
        let messages = match self.inbox.take(bytes, most) {
            Ok(messages) => messages,
            Err(fault) => return self.fail(fault),
        };
        let mut extended = 0;
        for message in messages {
            let Some(asked) = &mut self.asked else { break };
            if (message.kind, message.slot, message.seq) != (asked.kind.answer(), self.slot, self.seq) {
                self.stray(message.seq)?;
                continue;
            }
            if message.ended == Ended::Later {
                asked.extensions += 1;
                if asked.extensions > MOST_EXTENSIONS {
                    return self.fail(Fault::Timeout);
                }
                // bError multiplies the time of this exchange alone; the answer may be in the same transfer
                extended = asked.wait.saturating_mul(u32::from(message.error.max(1))).min(MOST_WAIT);
                continue;
            }
            return self.answered(message);
        }
        match &self.asked {
            Some(asked) => Ok(Step::Await { wait: asked.wait.max(extended) }),
            None => Err(Fault::Turn),
        }
    }

    fn timed_out(&mut self) -> Result<Step, Fault> {
        // the answer may still come: its sequence number will tell that it is late
        self.fail(Fault::Timeout)
    }

    fn noticed(&mut self, bytes: &[u8]) -> Option<Presence> {
        let (present, changed) = notified(bytes, self.slot)?;
        self.connected &= present && !changed;
        Some(match (present, self.connected) {
            (false, _) => Presence::Absent,
            (true, true) => Presence::Connected,
            (true, false) => Presence::Fresh,
        })
    }

    fn longest_answer(&self) -> usize {
        (self.descriptor.max_message as usize).max(HEADER + SHORT)
    }

    fn longest_command(&self) -> usize {
        match self.descriptor.level() {
            // no chaining is defined at this level
            Level::Short => SHORT.min(self.descriptor.room()),
            _ => LONGEST,
        }
    }
}
