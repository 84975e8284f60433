//! The card's half of the half-duplex block protocol (ISO/IEC 14443-4 §7).
use super::pace::Pace;
use picc::Card;
use std::collections::VecDeque;

/// Frame sizes by FSDI or FSCI (ISO/IEC 14443-4 §5.1).
const SIZES: [usize; 9] = [16, 24, 32, 40, 48, 64, 96, 128, 256];

/// Bytes of a frame, checksum included; codes reserved for more are the largest.
fn size(code: u8) -> usize {
    SIZES.get(usize::from(code & 0x0F)).copied().unwrap_or(256)
}

/// A block that the card sends, and after how many microseconds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub block: Vec<u8>,
    pub after: u64,
}

/// The protocol from RATS to DESELECT.
pub(crate) struct Blocks {
    /// Largest frame that the reader takes.
    fsd: usize,
    /// Largest frame that the card takes.
    fsc: usize,
    cid: u8,
    /// Frame waiting time in microseconds.
    fwt: u64,
    /// Rule C: 1 at first.
    number: u8,
    command: Vec<u8>,
    answer: VecDeque<Vec<u8>>,
    /// Microseconds that the answer still needs.
    remaining: u64,
    /// WTXM that the card has asked for.
    asked: Option<u8>,
    last: Vec<u8>,
    exchanged: bool,
}

impl Blocks {
    /// After RATS with that parameter byte, answered by that ATS. CID 15 is reserved.
    pub fn new(parameter: u8, ats: &[u8]) -> Option<Self> {
        let cid = parameter & 0x0F;
        if cid == 0x0F {
            return None;
        }
        let t0 = ats.get(1).copied().unwrap_or(0x02);
        let tb = ats.get(if t0 & 0x10 == 0 { 2 } else { 3 }).filter(|_| t0 & 0x20 != 0);
        let fwi = tb.map_or(4, |tb| tb >> 4).min(14);
        Some(Self {
            fsd: size(parameter >> 4),
            fsc: size(t0),
            cid,
            fwt: 302 << fwi, // 256 · 16 / 13.56 MHz · 2^FWI
            number: 1,
            command: Vec::new(),
            answer: VecDeque::new(),
            remaining: 0,
            asked: None,
            last: Vec::new(),
            exchanged: false,
        })
    }

    /// PPS is answered when nothing else has come before it (ISO/IEC 14443-4 §5.3). Only 106 kbit/s to 848 kbit/s exist.
    pub fn pps(&mut self, frame: &[u8]) -> Option<Vec<u8>> {
        let [start, rest @ ..] = frame else { return None };
        let fits = match rest {
            [0x11, pps1] => pps1 & 0xF0 == 0,
            [0x01] => true,
            _ => false,
        };
        (!self.exchanged && *start == 0xD0 | self.cid && fits).then(|| vec![*start])
    }

    /// Whether the block is S(DESELECT) for this card.
    pub fn is_deselect(&self, block: &[u8]) -> bool {
        matches!(block, [pcb, ..] if pcb & 0xF7 == 0xC2) && self.body(block).is_some_and(<[u8]>::is_empty)
    }

    /// One block in, checksums left out; `None` when the card stays mute.
    pub fn block(&mut self, block: &[u8], card: &mut Card, pace: Pace) -> Option<Sent> {
        let pcb = *block.first()?;
        let body = self.body(block)?;
        self.exchanged = true;
        let number = pcb & 0x01;
        match pcb & 0xE2 {
            0x02 => self.information(pcb & 0x10 != 0, body, card, pace),
            0xA2 if number == self.number => self.sent(self.last.clone(), 0), // rule 11
            0xA2 if pcb & 0x10 != 0 => self.acknowledge(),                    // rule 12
            0xA2 if !self.answer.is_empty() => {
                self.number ^= 1; // rule E
                self.chunk(0)
            }
            0xE2 if pcb & 0xF7 == 0xF2 => self.extended(body),
            _ => None,
        }
    }

    /// What follows the prologue; `None` when the block is not for this card or too long.
    fn body<'a>(&self, block: &'a [u8]) -> Option<&'a [u8]> {
        let pcb = *block.first()?;
        if block.len().saturating_add(2) > self.fsc {
            return None;
        }
        let with_nad = pcb & 0xE2 == 0x02 && pcb & 0x04 != 0;
        match (pcb & 0x08 != 0, with_nad) {
            (_, true) => None, // no NAD on this card
            (true, _) => (block.get(1)? & 0x0F == self.cid).then(|| block.get(2..)).flatten(),
            (false, _) => (self.cid == 0).then(|| block.get(1..)).flatten(),
        }
    }

    fn information(&mut self, chained: bool, body: &[u8], card: &mut Card, pace: Pace) -> Option<Sent> {
        self.number ^= 1; // rule D
        self.answer.clear();
        self.asked = None;
        self.command.extend_from_slice(body);
        if chained {
            return self.acknowledge(); // rule 2
        }
        let command = std::mem::take(&mut self.command);
        let answer = card.transmit(&command);
        if answer.is_empty() {
            return None;
        }
        self.remaining = pace.of(&command);
        let room = self.fsd.saturating_sub(self.prologue(0).len()).saturating_sub(2).max(1);
        self.answer = answer.chunks(room).map(<[u8]>::to_vec).collect();
        self.wait_or_answer(0)
    }

    /// S(WTX) response: only with the multiplier that was asked for (ISO/IEC 14443-4 §7.3).
    fn extended(&mut self, body: &[u8]) -> Option<Sent> {
        let wtxm = self.asked.take()?;
        if body != [wtxm] {
            return None;
        }
        let granted = self.fwt.saturating_mul(u64::from(wtxm)).min(self.remaining);
        self.remaining = self.remaining.saturating_sub(granted);
        self.wait_or_answer(granted)
    }

    /// The answer, `spent` microseconds from now, or S(WTX) when it needs longer than a frame may take.
    fn wait_or_answer(&mut self, spent: u64) -> Option<Sent> {
        if self.remaining <= self.fwt {
            let after = spent.saturating_add(std::mem::take(&mut self.remaining));
            return self.chunk(after);
        }
        let needed = self.remaining.div_ceil(self.fwt).min(8);
        let wtxm = u8::try_from(needed).unwrap_or(8);
        self.asked = Some(wtxm);
        let mut block = self.prologue(0xF2);
        block.push(wtxm);
        self.sent(block, spent)
    }

    fn chunk(&mut self, after: u64) -> Option<Sent> {
        let chunk = self.answer.pop_front()?;
        let more = if self.answer.is_empty() { 0x00 } else { 0x10 };
        let mut block = self.prologue(0x02 | more | self.number);
        block.extend(chunk);
        self.sent(block, after)
    }

    fn acknowledge(&mut self) -> Option<Sent> {
        self.sent(self.prologue(0xA2 | self.number), 0)
    }

    fn prologue(&self, pcb: u8) -> Vec<u8> {
        if self.cid == 0 { vec![pcb] } else { vec![pcb | 0x08, self.cid] }
    }

    fn sent(&mut self, block: Vec<u8>, after: u64) -> Option<Sent> {
        if block.is_empty() {
            return None;
        }
        self.last.clone_from(&block);
        Some(Sent { block, after })
    }
}
