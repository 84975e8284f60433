//! The half-duplex block protocol (ISO/IEC 14443-4 §7) from the reader's side, without CID and NAD.

use reader::{Fault, LONGEST};

use crate::Ats;

/// Times that a block is asked for again.
const MOST_REPEATS: u8 = 3;
/// Times that a card may ask for more time within one command.
const MOST_EXTENSIONS: u16 = 1_000;
/// FWT with its multiplier is never longer (§7.3), microseconds.
const MOST_WAITING: u64 = 4_949_000 + MARGIN;
/// Microseconds that are added to the card's own time: what it takes until its answer has begun.
const MARGIN: u64 = 5_000;

const R_ACK: u8 = 0xA2;
const R_NAK: u8 = 0xB2;
const DESELECT: u8 = 0xC2;
const WTX: u8 = 0xF2;
const MORE: u8 = 0x10;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockStep {
    /// Send this frame, which needs its checksum, and wait so many microseconds for the answer.
    Send {
        /// Without checksum.
        frame: Vec<u8>,
        /// Microseconds.
        wait: u64,
    },
    /// The answer is whole; empty when the card is deselected.
    Done(Vec<u8>),
}

/// The reader's end.
#[derive(Debug)]
pub struct Blocks {
    /// Bytes of an information field.
    room: usize,
    waiting: u64,
    number: bool,
    command: Vec<u8>,
    /// How many bytes the card has acknowledged, and how many are in the block under way.
    sent: usize,
    under_way: usize,
    answer: Vec<u8>,
    last: Vec<u8>,
    repeats: u8,
    extensions: u16,
    doing: Doing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    Sending,
    /// The card chains its answer.
    Receiving,
    Deselecting,
}

impl Blocks {
    /// With a card that was just activated. `frame`: most bytes of a frame that the reader moves, with two of checksum.
    pub fn new(ats: &Ats, frame: usize) -> Self {
        Blocks {
            // PCB and checksum
            room: ats.frame.min(frame).saturating_sub(3).max(1),
            waiting: ats.waiting + MARGIN,
            number: false,
            command: Vec::new(),
            sent: 0,
            under_way: 0,
            answer: Vec::new(),
            last: Vec::new(),
            repeats: 0,
            extensions: 0,
            doing: Doing::Nothing,
        }
    }

    /// A command.
    pub fn begin(&mut self, command: Vec<u8>) -> BlockStep {
        self.command = command;
        (self.sent, self.under_way, self.repeats, self.extensions) = (0, 0, 0, 0);
        self.answer.clear();
        self.doing = Doing::Sending;
        self.information()
    }

    /// S(DESELECT): the card is let go.
    pub fn deselect(&mut self) -> BlockStep {
        self.repeats = 0;
        self.doing = Doing::Deselecting;
        self.send(vec![DESELECT], 1)
    }

    /// A frame that a card which is still there answers with R(ACK), and nothing else changes (rule 12).
    pub fn probe(&self) -> Vec<u8> {
        vec![R_NAK | u8::from(self.number)]
    }

    /// Whether that is the answer to [`Blocks::probe`].
    pub fn is_there(answer: &[u8]) -> bool {
        matches!(answer, [pcb] if pcb & 0xF6 == R_ACK)
    }

    /// How long the card takes at most, microseconds.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Takes a frame, without checksum.
    ///
    /// # Errors
    /// [`Fault::Mute`], [`Fault::Protocol`], [`Fault::Turn`].
    pub fn received(&mut self, frame: &[u8]) -> Result<BlockStep, Fault> {
        let Some((pcb, data)) = frame.split_first() else { return self.lost() };
        match (self.doing, *pcb, data) {
            (Doing::Nothing, ..) => Err(Fault::Turn),
            (Doing::Deselecting, DESELECT, []) => {
                self.doing = Doing::Nothing;
                Ok(BlockStep::Done(Vec::new()))
            }
            (Doing::Deselecting, ..) => self.lost(),
            // S(WTX): the same, and so many times the time (§7.3); the two high bits tell of power
            (_, WTX, [times]) if (1..=59).contains(&(times & 0x3F)) => {
                self.extensions += 1;
                if self.extensions > MOST_EXTENSIONS {
                    return Err(Fault::Protocol("waiting that does not end"));
                }
                let times = times & 0x3F;
                let wait = (self.waiting * u64::from(times)).min(MOST_WAITING);
                Ok(BlockStep::Send { frame: vec![WTX, times], wait })
            }
            (Doing::Sending, pcb, []) if pcb & 0xF6 == R_ACK => self.acknowledged(pcb & 0x01 != 0),
            (_, pcb, data) if pcb & 0xEE == 0x02 && (pcb & 0x01 != 0) == self.number => {
                let whole = self.sent + self.under_way == self.command.len();
                if whole { self.take(pcb & MORE != 0, data) } else { self.lost() }
            }
            _ => self.lost(),
        }
    }

    /// Nothing came within the time, or its checksum is wrong (§7.5.5.2, rules 4, 5 and 8).
    ///
    /// # Errors
    /// [`Fault::Mute`] after three more tries, [`Fault::Turn`].
    pub fn lost(&mut self) -> Result<BlockStep, Fault> {
        self.repeats += 1;
        if self.repeats > MOST_REPEATS {
            self.doing = Doing::Nothing;
            return Err(Fault::Mute);
        }
        let number = u8::from(self.number);
        Ok(match self.doing {
            Doing::Nothing => return Err(Fault::Turn),
            Doing::Sending => BlockStep::Send { frame: vec![R_NAK | number], wait: self.waiting },
            Doing::Receiving => BlockStep::Send { frame: vec![R_ACK | number], wait: self.waiting },
            Doing::Deselecting => BlockStep::Send { frame: vec![DESELECT], wait: self.waiting },
        })
    }

    /// R(ACK): the next block of the chain, or the last one again (rules 6, 7).
    fn acknowledged(&mut self, number: bool) -> Result<BlockStep, Fault> {
        if number == self.number && self.sent + self.under_way < self.command.len() {
            self.number = !self.number;
            self.sent += self.under_way;
            self.repeats = 0;
            return Ok(self.information());
        }
        if number == self.number {
            // acknowledged, though nothing was chained: the answer is asked for
            return self.lost();
        }
        self.repeats += 1;
        if self.repeats > MOST_REPEATS {
            self.doing = Doing::Nothing;
            return Err(Fault::Mute);
        }
        Ok(BlockStep::Send { frame: self.last.clone(), wait: self.waiting })
    }

    fn take(&mut self, more: bool, data: &[u8]) -> Result<BlockStep, Fault> {
        if more && data.is_empty() {
            return Err(Fault::Protocol("a piece of an answer without anything in it"));
        }
        self.number = !self.number;
        self.repeats = 0;
        self.answer.extend_from_slice(data);
        if self.answer.len() > LONGEST {
            return Err(Fault::Protocol("an answer that does not end"));
        }
        if more {
            self.doing = Doing::Receiving;
            return Ok(BlockStep::Send { frame: vec![R_ACK | u8::from(self.number)], wait: self.waiting });
        }
        self.doing = Doing::Nothing;
        Ok(BlockStep::Done(std::mem::take(&mut self.answer)))
    }

    fn information(&mut self) -> BlockStep {
        let rest = self.command.len() - self.sent;
        self.under_way = rest.min(self.room);
        let more = if rest > self.under_way { MORE } else { 0x00 };
        let pcb = 0x02 | more | u8::from(self.number);
        let frame = [&[pcb], &self.command[self.sent..self.sent + self.under_way]].concat();
        self.last.clone_from(&frame);
        self.send(frame, 1)
    }

    fn send(&self, frame: Vec<u8>, times: u64) -> BlockStep {
        BlockStep::Send { frame, wait: self.waiting * times }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn blocks(fsci: u8) -> Blocks {
        Blocks::new(&Ats::parse(&[0x02, fsci]).unwrap(), 256)
    }

    fn frame(step: Result<BlockStep, Fault>) -> Vec<u8> {
        let Ok(BlockStep::Send { frame, .. }) = step else { panic!("{step:?}") };
        frame
    }

    #[test]
    fn numbers_toggle_with_each_answer() {
        let mut blocks = blocks(8);
        assert_eq!(frame(Ok(blocks.begin(vec![0x60]))), [0x02, 0x60]);
        assert_eq!(blocks.received(&[0x02, 0xAF]), Ok(BlockStep::Done(vec![0xAF])));
        assert_eq!(frame(Ok(blocks.begin(vec![0xAF]))), [0x03, 0xAF]);
        assert_eq!(blocks.received(&[0x03, 0x00]), Ok(BlockStep::Done(vec![0x00])));
    }

    #[test]
    fn chaining_both_ways() {
        let mut blocks = blocks(0);
        let command: Vec<u8> = (0..20).collect();
        assert_eq!(frame(Ok(blocks.begin(command))), [&[0x12][..], &(0..13).collect::<Vec<_>>()].concat());
        assert_eq!(frame(blocks.received(&[0xA2])), [0x03, 13, 14, 15, 16, 17, 18, 19]);
        assert_eq!(frame(blocks.received(&[0x13, 1, 2])), [0xA2]);
        assert_eq!(blocks.received(&[0x02, 3]), Ok(BlockStep::Done(vec![1, 2, 3])));
    }

    #[test]
    fn a_lost_answer_is_asked_for_and_a_lost_command_sent_again() {
        let mut blocks = blocks(8);
        blocks.begin(vec![0x60]);
        assert_eq!(frame(blocks.lost()), [0xB2]);
        // the card has not had it: R(ACK) with the other number
        assert_eq!(frame(blocks.received(&[0xA3])), [0x02, 0x60]);
        assert_eq!(blocks.received(&[0x02, 0x00]), Ok(BlockStep::Done(vec![0x00])));
        blocks.begin(vec![0x60]);
        for _ in 0..3 {
            assert_eq!(frame(blocks.lost()), [0xB3]);
        }
        assert_eq!(blocks.lost(), Err(Fault::Mute));
        assert_eq!(blocks.received(&[0x03, 0x00]), Err(Fault::Turn));
    }

    #[test]
    fn the_card_takes_its_time() {
        let mut blocks = blocks(8);
        blocks.begin(vec![0xFC]);
        let waits = (302 << 4) + MARGIN;
        assert_eq!(blocks.received(&[0xF2, 0x0B]), Ok(BlockStep::Send { frame: vec![0xF2, 0x0B], wait: waits * 11 }));
        assert_eq!(blocks.received(&[0x02, 0x00]), Ok(BlockStep::Done(vec![0x00])));
        assert_eq!(frame(Ok(blocks.deselect())), [0xC2]);
        assert_eq!(frame(blocks.lost()), [0xC2]);
        assert_eq!(blocks.received(&[0xC2]), Ok(BlockStep::Done(vec![])));
    }

    proptest! {
        /// Whatever comes, it ends: in an answer made of information blocks, or in a fault.
        #[test]
        fn whatever_comes_ends(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 0..200)) {
            let mut blocks = blocks(0);
            blocks.begin(vec![0; 30]);
            for frame in frames {
                if !matches!(blocks.received(&frame), Ok(BlockStep::Send { .. })) {
                    break;
                }
            }
        }
    }
}
