//! The card's side of T=1 (ISO/IEC 7816-3 §11), which a contactless reader at TPDU level plays for its card.

/// Longest information field that this side takes: the default, as the ATR has no TA3 (ISO/IEC 7816-3 §11.4.2).
const IFSC: usize = 32;
/// Commands that need longer are answered by S(WTX request) first. Microseconds.
const BWT: u64 = 400_000;

/// What the protocol needs from below: microseconds and the answer to a command.
pub(crate) type Exchange<'a> = dyn FnMut(&[u8]) -> Option<(u64, Vec<u8>)> + 'a;

pub(crate) struct T1 {
    /// N(S) of the next block that is sent.
    sends: u8,
    /// N(S) of the next block that is expected.
    expects: u8,
    ifsd: usize,
    command: Vec<u8>,
    /// What is left to send.
    answer: Vec<u8>,
    /// An answer that waits for S(WTX response): multiplier, microseconds.
    waiting: Option<(u8, u64)>,
    last: Vec<u8>,
}

impl Default for T1 {
    fn default() -> Self {
        Self {
            sends: 0,
            expects: 0,
            ifsd: 32,
            command: Vec::new(),
            answer: Vec::new(),
            waiting: None,
            last: Vec::new(),
        }
    }
}

impl T1 {
    /// One block in, `NAD PCB LEN INF LRC`; after how many microseconds, and the block that answers.
    pub fn block(&mut self, block: &[u8], exchange: &mut Exchange<'_>) -> Option<(u64, Vec<u8>)> {
        let lrc = block.iter().fold(0, |lrc, byte| lrc ^ byte);
        let &[nad, pcb, length, ref rest @ ..] = block else { return Some((0, self.refuse(0x02))) };
        let Some((_, information)) = rest.split_last() else { return Some((0, self.refuse(0x02))) };
        if lrc != 0 {
            return Some((0, self.refuse(0x01))); // §11.6.3.2: R-block, redundancy code error
        }
        if information.len() != usize::from(length) || length == 0xFF || nad != 0 {
            return Some((0, self.refuse(0x02)));
        }
        match pcb {
            0x00..=0x7F => self.information(pcb, information, exchange),
            0x80..=0xBF => Some((0, self.acknowledged(pcb))),
            0xC0 => {
                *self = Self::default(); // S(RESYNCH request), §11.6.2.3
                Some((0, self.send(0xE0, &[])))
            }
            0xC1 => match information {
                [ifsd @ 1..=254] => {
                    self.ifsd = usize::from(*ifsd);
                    Some((0, self.send(0xE1, information)))
                }
                _ => Some((0, self.refuse(0x02))),
            },
            0xC2 => {
                self.command.clear();
                self.answer.clear();
                Some((0, self.send(0xE2, &[])))
            }
            0xE3 => match self.waiting.take() {
                Some((multiplier, time)) if information == [multiplier] => Some((time, self.chunk())),
                _ => Some((0, self.refuse(0x02))),
            },
            _ => Some((0, self.refuse(0x02))),
        }
    }

    fn information(&mut self, pcb: u8, information: &[u8], exchange: &mut Exchange<'_>) -> Option<(u64, Vec<u8>)> {
        if pcb & 0x1F != 0 || information.len() > IFSC || pcb >> 6 != self.expects {
            return Some((0, self.refuse(0x02)));
        }
        self.expects ^= 1;
        self.command.extend_from_slice(information);
        if pcb & 0x20 != 0 {
            return Some((0, self.refuse(0x00))); // R-block without error: go on
        }
        let command = std::mem::take(&mut self.command);
        let (time, answer) = exchange(&command)?;
        self.answer = answer;
        if time > BWT {
            let multiplier = u8::try_from(time.div_ceil(BWT)).unwrap_or(u8::MAX);
            self.waiting = Some((multiplier, time));
            return Some((0, self.send(0xC3, &[multiplier])));
        }
        Some((time, self.chunk()))
    }

    /// R-block: the next piece of a chain, or the last block again (§11.6.2.2, §11.6.3.2).
    fn acknowledged(&mut self, pcb: u8) -> Vec<u8> {
        let number = pcb >> 4 & 0x01;
        if pcb & 0x0F == 0 && number == self.sends && !self.answer.is_empty() && self.waiting.is_none() {
            return self.chunk();
        }
        if self.last.is_empty() { self.refuse(0x00) } else { self.last.clone() }
    }

    fn chunk(&mut self) -> Vec<u8> {
        let rest = self.answer.split_off(self.ifsd.min(self.answer.len()));
        let piece = std::mem::replace(&mut self.answer, rest);
        let more = if self.answer.is_empty() { 0x00 } else { 0x20 };
        let pcb = self.sends << 6 | more;
        self.sends ^= 1;
        self.send(pcb, &piece)
    }

    /// R-block with N(R) and the error in its low nibble.
    fn refuse(&mut self, error: u8) -> Vec<u8> {
        let block = build(0x80 | self.expects << 4 | error, &[]);
        if error == 0 {
            self.last.clone_from(&block);
        }
        block
    }

    fn send(&mut self, pcb: u8, information: &[u8]) -> Vec<u8> {
        self.last = build(pcb, information);
        self.last.clone()
    }
}

fn build(pcb: u8, information: &[u8]) -> Vec<u8> {
    let length = u8::try_from(information.len()).unwrap_or(u8::MAX);
    let mut block = [&[0x00, pcb, length], information].concat();
    block.push(block.iter().fold(0, |lrc, byte| lrc ^ byte));
    block
}
