//! The block protocol T=1 (ISO/IEC 7816-3 §11), for readers that leave it to the host.

use reader::{Fault, LONGEST};

/// NAD PCB LEN.
const PROLOGUE: usize = 3;
/// Times that a block is asked for again before the protocol is resynchronised (§11.6.3.2).
const MOST_REPEATS: u8 = 3;
/// S-blocks that a card may send within one command.
const MOST_SUPERVISION: u16 = 1000;

const MORE: u8 = 0x20;
const S_RESPONSE: u8 = 0x20;
const RESYNCH: u8 = 0x00;
const IFS: u8 = 0x01;
const ABORT: u8 = 0x02;
const WTX: u8 = 0x03;

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum T1Step {
    /// Send this block; the card asked for so many block waiting times (0 for one).
    Send { block: Vec<u8>, times: u8 },
    /// The answer is whole; empty when the information field size was announced.
    Done(Vec<u8>),
}

/// The host's end.
#[derive(Debug)]
pub(crate) struct T1 {
    crc: bool,
    ifsc: usize,
    /// N(S) of the next I-block from here, N(R) of the next from the card.
    sends: bool,
    expects: bool,
    command: Vec<u8>,
    /// How many bytes the card has acknowledged, and how many are in the block under way.
    sent: usize,
    under_way: usize,
    answer: Vec<u8>,
    last: Vec<u8>,
    repeats: u8,
    supervision: u16,
    /// What the last S-block from here asked for.
    asked: Option<u8>,
    resynchronised: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Block<'a> {
    Information { number: bool, more: bool, data: &'a [u8] },
    Receive { number: bool },
    Supervise { kind: u8, response: bool, data: &'a [u8] },
}

impl T1 {
    pub(crate) fn new(ifsc: u8, crc: bool) -> Self {
        T1 {
            crc,
            ifsc: usize::from(ifsc.clamp(1, 254)),
            sends: false,
            expects: false,
            command: Vec::new(),
            sent: 0,
            under_way: 0,
            answer: Vec::new(),
            last: Vec::new(),
            repeats: 0,
            supervision: 0,
            asked: None,
            resynchronised: false,
        }
    }

    /// S(IFS request): information fields from the card may have so many bytes (§11.4.2).
    pub(crate) fn announce(&mut self, ifsd: u8) -> Vec<u8> {
        self.begin_anew(Vec::new());
        self.asked = Some(IFS);
        self.block(0xC0 | IFS, &[ifsd])
    }

    /// A command; the first block.
    pub(crate) fn begin(&mut self, command: Vec<u8>) -> Vec<u8> {
        self.begin_anew(command);
        self.resynchronised = false;
        self.information()
    }

    fn begin_anew(&mut self, command: Vec<u8>) {
        self.command = command;
        (self.sent, self.under_way, self.repeats, self.supervision, self.asked) = (0, 0, 0, 0, None);
        self.answer.clear();
    }

    /// Something came that is no block, or nothing: it is asked for again (rule 7.1, 7.3), then the protocol is resynchronised.
    pub(crate) fn garbled(&mut self) -> Result<T1Step, Fault> {
        self.repeats += 1;
        if self.repeats <= MOST_REPEATS {
            // a supervisory request is repeated itself; anything else is asked for with R(error)
            let block = if self.asked.is_some() { self.last.clone() } else { self.receive(0x01) };
            return Ok(T1Step::Send { block, times: 0 });
        }
        if self.asked == Some(RESYNCH) || self.resynchronised {
            return Err(Fault::Mute);
        }
        self.repeats = 0;
        self.resynchronised = true;
        self.asked = Some(RESYNCH);
        Ok(T1Step::Send { block: self.block(0xC0 | RESYNCH, &[]), times: 0 })
    }

    pub(crate) fn received(&mut self, bytes: &[u8]) -> Result<T1Step, Fault> {
        let Some(block) = self.parse(bytes) else { return self.garbled() };
        match block {
            Block::Supervise { kind, response: true, data } => self.supervised(kind, data),
            Block::Supervise { kind, response: false, data } => self.supervises(kind, data),
            // whatever else comes while a supervisory answer is due is no answer to it
            _ if self.asked.is_some() => self.garbled(),
            Block::Receive { number } => self.acknowledged(number),
            Block::Information { number, more, data } => {
                if number != self.expects || self.sent + self.under_way < self.command.len() {
                    return self.garbled();
                }
                let data = data.to_vec();
                self.take(more, &data)
            }
        }
    }

    fn take(&mut self, more: bool, data: &[u8]) -> Result<T1Step, Fault> {
        // it acknowledges the last block from here, too (rule 2.1)
        if self.under_way > 0 {
            self.sent += self.under_way;
            self.under_way = 0;
            self.sends = !self.sends;
        }
        self.expects = !self.expects;
        self.repeats = 0;
        if more && data.is_empty() {
            return Err(Fault::Protocol("a piece of an answer without anything in it"));
        }
        self.answer.extend_from_slice(data);
        if self.answer.len() > LONGEST {
            return Err(Fault::Protocol("an answer that does not end"));
        }
        if more {
            return Ok(T1Step::Send { block: self.receive(0x00), times: 0 });
        }
        Ok(T1Step::Done(std::mem::take(&mut self.answer)))
    }

    /// R(N(R)): the next one is due, or the last one again (rules 5 and 7.2).
    fn acknowledged(&mut self, number: bool) -> Result<T1Step, Fault> {
        let next = number != self.sends;
        if next && self.sent + self.under_way < self.command.len() {
            self.sent += self.under_way;
            self.sends = !self.sends;
            self.repeats = 0;
            return Ok(T1Step::Send { block: self.information(), times: 0 });
        }
        self.repeats += 1;
        if self.repeats > MOST_REPEATS {
            return self.garbled();
        }
        Ok(T1Step::Send { block: self.last.clone(), times: 0 })
    }

    /// The card answers an S-block.
    fn supervised(&mut self, kind: u8, data: &[u8]) -> Result<T1Step, Fault> {
        match (self.asked, kind) {
            (Some(IFS), IFS) if data.len() == 1 => {
                self.asked = None;
                Ok(T1Step::Done(Vec::new()))
            }
            (Some(RESYNCH), RESYNCH) => {
                // both sides begin with 0 (rule 6.4). The command is not sent again: it may have been carried out
                (self.sends, self.expects) = (false, false);
                self.begin_anew(Vec::new());
                Err(Fault::Mute)
            }
            _ => self.garbled(),
        }
    }

    /// The card asks by an S-block.
    fn supervises(&mut self, kind: u8, data: &[u8]) -> Result<T1Step, Fault> {
        self.supervision += 1;
        if self.supervision > MOST_SUPERVISION {
            return Err(Fault::Protocol("waiting that does not end"));
        }
        match (kind, data) {
            (WTX, [times]) => Ok(T1Step::Send { block: self.answered(WTX, &[*times]), times: *times }),
            (IFS, [ifsc @ 1..=254]) => {
                self.ifsc = usize::from(*ifsc);
                Ok(T1Step::Send { block: self.answered(IFS, &[*ifsc]), times: 0 })
            }
            (ABORT, []) => Err(Fault::Protocol("the card gave the command up")),
            _ => self.garbled(),
        }
    }

    /// Answers a supervisory request; what was sent before it stays the block to repeat.
    fn answered(&mut self, kind: u8, data: &[u8]) -> Vec<u8> {
        let last = self.last.clone();
        let block = self.block(0xC0 | S_RESPONSE | kind, data);
        self.last = last;
        block
    }

    fn information(&mut self) -> Vec<u8> {
        let rest = self.command.len() - self.sent;
        self.under_way = rest.min(self.ifsc);
        let data = self.command[self.sent..self.sent + self.under_way].to_vec();
        let more = if rest > self.under_way { MORE } else { 0x00 };
        self.block(u8::from(self.sends) << 6 | more, &data)
    }

    fn receive(&mut self, error: u8) -> Vec<u8> {
        let last = self.last.clone();
        let block = self.block(0x80 | u8::from(self.expects) << 4 | error, &[]);
        if error != 0x00 {
            self.last = last;
        }
        block
    }

    fn block(&mut self, pcb: u8, data: &[u8]) -> Vec<u8> {
        let mut block = vec![0x00, pcb, data.len() as u8];
        block.extend_from_slice(data);
        block.extend(self.check(&block));
        self.last = block.clone();
        block
    }

    /// LRC, or the CRC of ISO/IEC 13239, most significant byte first.
    fn check(&self, bytes: &[u8]) -> Vec<u8> {
        if !self.crc {
            return vec![bytes.iter().fold(0, |check, byte| check ^ byte)];
        }
        let crc = bytes.iter().fold(0xFFFF_u16, |crc, byte| {
            (0..8).fold(crc ^ u16::from(*byte), |crc, _| if crc & 1 != 0 { crc >> 1 ^ 0x8408 } else { crc >> 1 })
        });
        (!crc).to_be_bytes().to_vec()
    }

    fn parse<'a>(&self, bytes: &'a [u8]) -> Option<Block<'a>> {
        let check = if self.crc { 2 } else { 1 };
        let (body, found) = bytes.split_at_checked(bytes.len().checked_sub(check)?)?;
        let [_, pcb, length, data @ ..] = body else { return None };
        if self.check(body) != found || usize::from(*length) != data.len() || body.len() < PROLOGUE || *length == 0xFF {
            return None;
        }
        match *pcb {
            pcb if pcb & 0x80 == 0 => Some(Block::Information { number: pcb & 0x40 != 0, more: pcb & MORE != 0, data }),
            pcb if pcb & 0x40 == 0 && data.is_empty() => Some(Block::Receive { number: pcb & 0x10 != 0 }),
            pcb if pcb & 0xC0 == 0xC0 => {
                Some(Block::Supervise { kind: pcb & 0x1F, response: pcb & S_RESPONSE != 0, data })
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(block: &[u8]) -> T1Step {
        T1Step::Send { block: block.to_vec(), times: 0 }
    }

    #[test]
    fn a_command_in_one_block_each_way() {
        let mut t1 = T1::new(32, false);
        assert_eq!(t1.announce(254), [0x00, 0xC1, 0x01, 0xFE, 0x3E]);
        assert_eq!(t1.received(&[0x00, 0xE1, 0x01, 0xFE, 0x1E]), Ok(T1Step::Done(vec![])));
        assert_eq!(t1.begin(vec![0x90, 0x60]), [0x00, 0x00, 0x02, 0x90, 0x60, 0xF2]);
        assert_eq!(t1.received(&[0x00, 0x00, 0x02, 0x91, 0x00, 0x93]), Ok(T1Step::Done(vec![0x91, 0x00])));
        // N(S) toggles on both sides
        assert_eq!(t1.begin(vec![0x90]), [0x00, 0x40, 0x01, 0x90, 0xD1]);
        assert_eq!(t1.received(&[0x00, 0x40, 0x01, 0x91, 0xD0]), Ok(T1Step::Done(vec![0x91])));
    }

    #[test]
    fn chaining_both_ways() {
        let mut t1 = T1::new(2, false);
        assert_eq!(t1.begin(vec![1, 2, 3]), [0x00, 0x20, 0x02, 1, 2, 0x21]);
        assert_eq!(t1.received(&[0x00, 0x90, 0x00, 0x90]), Ok(send(&[0x00, 0x40, 0x01, 3, 0x42])));
        assert_eq!(t1.received(&[0x00, 0x20, 0x01, 7, 0x26]), Ok(send(&[0x00, 0x90, 0x00, 0x90])));
        assert_eq!(t1.received(&[0x00, 0x40, 0x01, 8, 0x49]), Ok(T1Step::Done(vec![7, 8])));
    }

    #[test]
    fn the_card_takes_its_time() {
        let mut t1 = T1::new(32, false);
        t1.begin(vec![0x90]);
        let asked = t1.received(&[0x00, 0xC3, 0x01, 0x05, 0xC7]);
        assert_eq!(asked, Ok(T1Step::Send { block: vec![0x00, 0xE3, 0x01, 0x05, 0xE7], times: 5 }));
        assert_eq!(t1.received(&[0x00, 0x00, 0x01, 0x91, 0x90]), Ok(T1Step::Done(vec![0x91])));
    }

    #[test]
    fn what_is_garbled_is_asked_for_again_and_then_both_begin_anew() {
        let mut t1 = T1::new(32, false);
        t1.begin(vec![0x90]);
        for _ in 0..3 {
            assert_eq!(t1.received(&[0x00, 0x00, 0x01, 0x91, 0xFF]), Ok(send(&[0x00, 0x81, 0x00, 0x81])));
        }
        assert_eq!(t1.received(&[]), Ok(send(&[0x00, 0xC0, 0x00, 0xC0])));
        // the command may have been carried out: it is not sent again, and the next one begins with 0
        assert_eq!(t1.received(&[0x00, 0xE0, 0x00, 0xE0]), Err(Fault::Mute));
        assert_eq!(t1.begin(vec![0x90]), [0x00, 0x00, 0x01, 0x90, 0x91]);
        for _ in 0..7 {
            assert!(t1.received(&[]).is_ok());
        }
        assert_eq!(t1.received(&[]), Err(Fault::Mute));
    }

    #[test]
    fn crc_instead_of_lrc() {
        let mut t1 = T1::new(32, true);
        let block = t1.begin(vec![0x90]);
        assert_eq!(block.len(), 6);
        assert!(matches!(t1.parse(&block), Some(Block::Information { number: false, more: false, data: [0x90] })));
    }
}
