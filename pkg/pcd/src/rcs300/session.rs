//! The transparent session (PC/SC part 3, supplement for contactless ICCs): objects in, objects out.
use super::apdu::{self, Object, encode};
use crate::air::{SAK, checked, with_crc};
use crate::firmware::Board;

/// Status words of object C0.
const DONE: [u8; 2] = [0x90, 0x00];
const NOT_SUPPORTED: [u8; 2] = [0x6A, 0x81];
const WRONG_LENGTH: [u8; 2] = [0x67, 0x00];
/// No answer of the card.
const NO_ANSWER: [u8; 2] = [0x64, 0x01];

/// Up to which layer the reader itself speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Protocol {
    /// No protocol, or none that this card knows.
    #[default]
    Foreign,
    /// Type A, frames as they are.
    Frames,
    /// Type A, ISO/IEC 14443-4 by the reader.
    Blocks,
}

pub(super) struct Session {
    layer_4: bool,
    protocol: Protocol,
    /// Microseconds.
    timeout: u64,
    /// Object 90: bit 0 no checksum is added, bit 1 none is taken off.
    flags: u16,
    /// Object 91: bits of the last byte that are sent.
    bits: u8,
    /// Number of the object that was exchanged last.
    object: u8,
}

/// After how many microseconds, and what.
type Answered = (u64, Vec<u8>);

impl Session {
    /// Whether the reader can switch to layer 4.
    pub fn new(layer_4: bool) -> Self {
        Self { layer_4, protocol: Protocol::default(), timeout: 100_000, flags: 0, bits: 0, object: 0 }
    }

    pub fn run(&mut self, board: &mut Board, command: &[u8]) -> Answered {
        match command {
            [0xFF, 0x50, 0x00, part @ 0x00..=0x02, body @ ..] => {
                let Some(objects) = apdu::data(body) else { return (0, WRONG_LENGTH.to_vec()) };
                let Some(objects) = apdu::objects(objects) else { return (0, result(0, WRONG_LENGTH, &[])) };
                match part {
                    0x00 => (0, self.manage(board, &objects)),
                    0x01 => self.transceive(board, &objects),
                    _ => (0, self.switch(board, &objects)),
                }
            }
            [0xFF, 0xCA, 0x00, 0x00, ..] => match board.field.uid().filter(|_| self.protocol != Protocol::Foreign) {
                Some(uid) => (0, [uid, &DONE].concat()),
                None => (0, vec![0x63, 0x00]),
            },
            [0xFF, ..] => (0, NOT_SUPPORTED.to_vec()),
            _ => (0, vec![0x6E, 0x00]),
        }
    }

    /// Answer to the last Transceive had the card gone meanwhile.
    pub fn gone(&self) -> Vec<u8> {
        result(self.object, NO_ANSWER, &[])
    }

    /// 81 begin, 82 end, 83 field off, 84 field on.
    fn manage(&mut self, board: &mut Board, objects: &[Object<'_>]) -> Vec<u8> {
        for (number, object) in (1..).zip(objects) {
            match (object.tag, object.value) {
                (0x81, []) => *self = Self::new(self.layer_4),
                (0x82 | 0x83, []) => {
                    self.protocol = Protocol::Foreign;
                    board.field.switch(false);
                }
                (0x84, []) => board.field.switch(true),
                (0x5F46, &[a, b, c, d]) => self.timeout = u64::from(u32::from_le_bytes([a, b, c, d])),
                (0x80..=0x84 | 0x5F46, _) => return result(number, WRONG_LENGTH, &[]),
                _ => return result(number, NOT_SUPPORTED, &[]),
            }
        }
        result(0, DONE, &[])
    }

    /// Object 8F: standard (00 type A, 01 type B, 03 FeliCa) and layer.
    fn switch(&mut self, board: &mut Board, objects: &[Object<'_>]) -> Vec<u8> {
        let [Object { tag: 0x8F, value: &[standard, layer] }] = *objects else {
            return result(1, NOT_SUPPORTED, &[]);
        };
        self.protocol = Protocol::Foreign;
        match (standard, layer) {
            (0x00, 0x02) => {
                board.field.switch(true);
                self.protocol = Protocol::Frames;
                result(0, DONE, &[])
            }
            (0x00, 0x03) => match board.field.find() {
                Some(_) => {
                    self.protocol = Protocol::Frames;
                    result(0, DONE, &encode(&[0x8F], &[SAK]))
                }
                None => result(1, NO_ANSWER, &[]),
            },
            (0x00, 0x04) if self.layer_4 => match board.field.activate() {
                Some(activation) => {
                    self.protocol = Protocol::Blocks;
                    let answer = [encode(&[0x8F], &activation.ats), encode(&[0x5F, 0x51], &activation.atr)].concat();
                    result(0, DONE, &answer)
                }
                None => result(1, NO_ANSWER, &[]),
            },
            (0x01 | 0x03, 0x00..=0x03) => result(0, DONE, &[]),
            _ => result(1, NOT_SUPPORTED, &[]),
        }
    }

    /// Objects 5F46 timer, 90 flags, 91 bits, 95 transceive.
    fn transceive(&mut self, board: &mut Board, objects: &[Object<'_>]) -> Answered {
        let mut answered = None;
        for (number, object) in (1..).zip(objects) {
            self.object = number;
            match (object.tag, object.value) {
                (0x5F46, &[a, b, c, d]) => self.timeout = u64::from(u32::from_le_bytes([a, b, c, d])),
                (0x90, &[high, low]) => self.flags = u16::from_be_bytes([high, low]),
                (0x91, &[bits]) => self.bits = bits & 0x07,
                (0x95, data) => match self.exchange(board, data) {
                    Some(answer) => answered = Some(answer),
                    None => return (self.timeout, result(number, NO_ANSWER, &[])),
                },
                (0x5F46 | 0x90 | 0x91, _) => return (0, result(number, WRONG_LENGTH, &[])),
                _ => return (0, result(number, NOT_SUPPORTED, &[])),
            }
        }
        let Some((after, data)) = answered else { return (0, result(0, DONE, &[])) };
        let objects = [encode(&[0x92], &[0x00]), encode(&[0x96], &[0x00, 0x00]), encode(&[0x97], &data)].concat();
        (after, result(0, DONE, &objects))
    }

    fn exchange(&mut self, board: &mut Board, data: &[u8]) -> Option<Answered> {
        match self.protocol {
            Protocol::Foreign => None,
            Protocol::Blocks => board.field.exchange(data),
            Protocol::Frames => {
                let bare = self.flags & 0x01 != 0 || self.bits != 0;
                let frame = if bare { data.to_vec() } else { with_crc(data) };
                let sent = board.field.frame(&frame, self.bits, &mut board.faults)?;
                if sent.after > self.timeout {
                    return None;
                }
                let block = if self.flags & 0x02 != 0 { &sent.block } else { checked(&sent.block)? };
                Some((sent.after, block.to_vec()))
            }
        }
    }
}

/// Object C0 with the number of the object that failed, further objects, and the status word.
fn result(number: u8, status: [u8; 2], objects: &[u8]) -> Vec<u8> {
    [&[0xC0, 0x03, number], &status[..], objects, &DONE].concat()
}
