//! The field, and the card's side of ISO/IEC 14443 around a [`Card`].
mod block;
mod crc;
mod pace;

pub(crate) use self::block::Sent;
pub(crate) use self::crc::{checked, with_crc};
pub use self::pace::Pace;

use self::block::Blocks;
use crate::faults::{AirFault, Faults};
use picc::{Activation, Card};

/// ATQA of a DESFire card, as it is sent (ISO/IEC 14443-3 §6.5.2): bit frame anticollision, UID of seven bytes.
pub(crate) const ATQA: [u8; 2] = [0x44, 0x03];
/// ATQA with a random UID of four bytes.
const ATQA_SINGLE: [u8; 2] = [0x04, 0x03];
/// SAK (ISO/IEC 14443-3 §6.5.3.4): ISO/IEC 14443-4 is spoken.
pub(crate) const SAK: u8 = 0x20;
/// SAK: the UID is not complete.
const SAK_CASCADE: u8 = 0x04;
/// Cascade tag.
const CT: u8 = 0x88;

/// States of ISO/IEC 14443-3 §6.3, and that of part 4.
#[derive(Default)]
enum State {
    #[default]
    Idle,
    /// Cascade level, 0 or 1.
    Ready(usize),
    Active,
    Halt,
    Protocol(Box<Blocks>),
}

/// The reader's field with at most one card in it.
#[derive(Default)]
pub(crate) struct Field {
    card: Option<Card>,
    on: bool,
    state: State,
    /// Came from HALT: what does not fit sends it back there.
    halted: bool,
    /// What the card told when it got power.
    activation: Option<Activation>,
    /// The protocol has run since: RATS starts the card anew.
    used: bool,
    pub pace: Pace,
}

impl Field {
    pub fn insert(&mut self, card: Card) -> Option<Card> {
        let before = self.remove();
        self.card = Some(card);
        self.power();
        before
    }

    pub fn remove(&mut self) -> Option<Card> {
        let mut card = self.card.take();
        if let Some(card) = &mut card {
            card.power_off();
        }
        self.power();
        card
    }

    pub fn is_present(&self) -> bool {
        self.card.is_some()
    }

    pub fn is_on(&self) -> bool {
        self.on
    }

    pub fn card(&self) -> Option<&Card> {
        self.card.as_ref()
    }

    pub fn card_mut(&mut self) -> Option<&mut Card> {
        self.card.as_mut()
    }

    /// Turns the field on or off; off takes the power from the card.
    pub fn switch(&mut self, on: bool) {
        if self.on != on {
            self.on = on;
            self.power();
        }
    }

    fn power(&mut self) {
        self.state = State::Idle;
        self.halted = false;
        self.used = false;
        self.activation = None;
        if let Some(card) = &mut self.card {
            if self.on {
                self.activation = Some(card.power_on());
            } else {
                card.power_off();
            }
        }
    }

    /// What the reader's own firmware does when it finds a card: anticollision, RATS.
    pub fn activate(&mut self) -> Option<Activation> {
        self.switch(true);
        self.start()?;
        self.activation.clone()
    }

    /// What the reader's own firmware does: one command through the block protocol. Microseconds, and the answer.
    pub fn exchange(&mut self, command: &[u8]) -> Option<(u64, Vec<u8>)> {
        if !matches!(self.state, State::Protocol(_)) {
            return None;
        }
        let card = self.card.as_mut()?;
        let answer = card.transmit(command);
        (!answer.is_empty()).then(|| (self.pace.of(command), answer))
    }

    /// Whether the card is in the protocol of part 4.
    pub fn is_active(&self) -> bool {
        matches!(self.state, State::Protocol(_))
    }

    /// What the reader's own firmware does when it is to leave part 4 to the host: anticollision alone.
    pub fn find(&mut self) -> Option<Vec<u8>> {
        self.switch(true);
        self.card.as_ref()?;
        self.state = State::Active;
        self.activation.as_ref().map(|activation| activation.uid.clone())
    }

    /// What the reader's own firmware does: RATS with frames of 256 bytes, answered by the ATS.
    pub fn start(&mut self) -> Option<Vec<u8>> {
        self.rats(0x80)
    }

    /// UID of the card that has power.
    pub fn uid(&self) -> Option<&[u8]> {
        self.activation.as_ref().map(|activation| activation.uid.as_slice())
    }

    /// What the reader's own firmware does: S(DESELECT) or HLTA.
    pub fn halt(&mut self) {
        if self.card.is_some() && !matches!(self.state, State::Idle) {
            self.state = State::Halt;
        }
    }

    fn rats(&mut self, parameter: u8) -> Option<Vec<u8>> {
        let card = self.card.as_mut().filter(|_| self.on)?;
        if self.used {
            let uid = self.activation.take().map(|activation| activation.uid);
            let mut activation = card.power_on();
            activation.uid = uid.unwrap_or(activation.uid);
            self.activation = Some(activation);
        }
        let ats = self.activation.as_ref()?.ats.clone();
        self.state = State::Protocol(Box::new(Blocks::new(parameter, &ats)?));
        self.used = true;
        Some(ats)
    }

    /// One frame that the host makes itself, as it is in the air: checksums included, `bits` valid in the last byte.
    pub fn frame(&mut self, frame: &[u8], bits: u8, faults: &mut Faults) -> Option<Sent> {
        let fault = faults.frame();
        if fault == Some(AirFault::CommandLost) {
            return None;
        }
        let mut sent = self.receive(frame, bits)?;
        match fault {
            Some(AirFault::AnswerLost) => return None,
            Some(AirFault::AnswerGarbled) => sent.block.iter_mut().take(1).for_each(|byte| *byte ^= 0x40),
            _ => {}
        }
        Some(sent)
    }

    fn receive(&mut self, frame: &[u8], bits: u8) -> Option<Sent> {
        if !self.on || self.card.is_none() {
            return None;
        }
        let at_once = |block: Vec<u8>| Some(Sent { block, after: 0 });
        match (frame, bits) {
            ([0x26], 7) if matches!(self.state, State::Idle) => at_once(self.request()),
            ([0x52], 7) if matches!(self.state, State::Idle | State::Halt) => at_once(self.request()),
            (_, 1..=7) => self.refuse(),
            _ => match std::mem::take(&mut self.state) {
                State::Ready(level) => self.select(level, frame).and_then(at_once),
                State::Active => self.enter(frame).and_then(at_once),
                State::Protocol(blocks) => self.protocol(blocks, frame),
                other => {
                    self.state = other;
                    None
                }
            },
        }
    }

    fn request(&mut self) -> Vec<u8> {
        self.halted = matches!(self.state, State::Halt);
        self.state = State::Ready(0);
        let single = self.activation.as_ref().is_some_and(|activation| activation.uid.len() == 4);
        if single { ATQA_SINGLE } else { ATQA }.to_vec()
    }

    /// ISO/IEC 14443-3 §6.3: back to IDLE or HALT without an answer. Part 4 ignores it.
    fn refuse(&mut self) -> Option<Sent> {
        if matches!(self.state, State::Ready(_) | State::Active) {
            self.state = if self.halted { State::Halt } else { State::Idle };
        }
        None
    }

    /// Four bytes of the UID, or cascade tag and three, and their check byte.
    fn uid_part(&self, level: usize) -> Option<(Vec<u8>, bool)> {
        let uid = &self.activation.as_ref()?.uid;
        let (mut part, complete) = match (uid.len(), level) {
            (4, 0) => (uid.clone(), true),
            (_, 0) => ([&[CT], uid.get(..3)?].concat(), false),
            (_, _) => (uid.get(3..7)?.to_vec(), true),
        };
        part.push(part.iter().fold(0, |check, byte| check ^ byte));
        Some((part, complete))
    }

    /// ANTICOLLISION and SELECT (ISO/IEC 14443-3 §6.5.3), whole bytes only.
    fn select(&mut self, level: usize, frame: &[u8]) -> Option<Vec<u8>> {
        let (uid, complete) = self.uid_part(level)?;
        let sel = if level == 0 { 0x93 } else { 0x95 };
        let selected = checked(frame).and_then(|frame| frame.strip_prefix(&[sel, 0x70])).is_some_and(|who| who == uid);
        if selected {
            self.state = if complete { State::Active } else { State::Ready(1) };
            return Some(with_crc(&[if complete { SAK } else { SAK_CASCADE }]));
        }
        if let [first, nvb, known @ ..] = frame
            && *first == sel
            && usize::from(*nvb) == known.len().saturating_add(2) << 4
            && let Some(rest) = uid.strip_prefix(known).filter(|rest| !rest.is_empty())
        {
            self.state = State::Ready(level);
            return Some(rest.to_vec());
        }
        self.state = if self.halted { State::Halt } else { State::Idle };
        None
    }

    /// RATS (ISO/IEC 14443-4 §5.6.1.1) or HLTA.
    fn enter(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        match checked(frame) {
            Some([0xE0, parameter]) => self.rats(*parameter).map(|ats| with_crc(&ats)),
            Some([0x50, 0x00]) => {
                self.state = State::Halt;
                None
            }
            _ => {
                self.state = if self.halted { State::Halt } else { State::Idle };
                None
            }
        }
    }

    fn protocol(&mut self, mut blocks: Box<Blocks>, frame: &[u8]) -> Option<Sent> {
        let block = checked(frame);
        if let Some(block) = block
            && blocks.is_deselect(block)
        {
            self.state = State::Halt;
            return Some(Sent { block: with_crc(block), after: 0 });
        }
        let sent = match (block, self.card.as_mut()) {
            (Some(block), Some(card)) => match blocks.pps(block) {
                Some(answer) => Some(Sent { block: answer, after: 0 }),
                None => blocks.block(block, card, self.pace),
            },
            _ => None, // a wrong checksum: mute
        };
        self.state = State::Protocol(blocks);
        sent.map(|Sent { block, after }| Sent { block: with_crc(&block), after })
    }
}
