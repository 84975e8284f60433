//! Sony RC-S380: NFC Port-100, which leaves everything above the frames in the air to the host.
use crate::air::{checked, with_crc};
use crate::firmware::{Board, Bulk, Firmware};
use crate::pn53x::frame::{self, ACK, Frame, Order};
use crate::usb::{Endpoint, Identity, Interface};
use std::collections::BTreeMap;

const ENDPOINTS: Bulk = [0x02, 0x81];
const PACKET: u16 = 64;
/// What is answered to a frame that cannot be read.
const ERROR: [u8; 5] = [0x00, 0x00, 0xFF, 0xFF, 0xFF];
/// Keys of InSetProtocol.
const ADD_CRC: u8 = 0x01;
const CHECK_CRC: u8 = 0x02;
const LAST_BYTE_BITS: u8 = 0x07;
const LAST_KEY: u8 = 0x13;
/// CRC_A, for the keys above; 2 is CRC_B.
const CRC_A: u8 = 0x01;
/// InSetRF for 106 kbit/s type A, sending and receiving.
const TYPE_A: [u8; 4] = [0x02, 0x03, 0x0F, 0x03];

/// Status byte of most commands.
mod status {
    pub const SUCCESS: u8 = 0x00;
    pub const PARAMETER: u8 = 0x01;
    pub const COMMAND_TYPE: u8 = 0x07;
}

/// Status bits of InCommRF.
mod radio {
    pub const CRC: u32 = 0x04;
    pub const RECEIVE_TIMEOUT: u32 = 0x80;
}

/// An RC-S380.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcS380 {
    /// idProduct: 06C1 for RC-S380/S, 06C3 for RC-S380/P.
    pub product_id: u16,
}

impl RcS380 {
    /// RC-S380/S.
    pub fn s() -> Self {
        Self { product_id: 0x06C1 }
    }

    /// RC-S380/P.
    pub fn p() -> Self {
        Self { product_id: 0x06C3 }
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            vendor_id: 0x054C,
            product_id: self.product_id,
            release: 0x0111,
            manufacturer: "SONY",
            product: "RC-S380/S",
            serial: "0000001",
        }
    }
}

#[derive(Default)]
pub(crate) struct RcS380Reader {
    received: Vec<u8>,
    /// SetCommandType.
    command_type: u8,
    radio: [u8; 4],
    protocol: BTreeMap<u8, u8>,
}

impl RcS380Reader {
    /// What D7 and the next command code precede, and after how many microseconds; `None` for unknown commands.
    fn run(&mut self, board: &mut Board, code: u8, data: &[u8]) -> Option<(u64, Vec<u8>)> {
        let now = |answer: &[u8]| Some((0, answer.to_vec()));
        match (code, data) {
            (0x20, _) => now(&[0x11, 0x01]),                 // GetFirmwareVersion: 1.11
            (0x22, []) => now(&[0x00, 0x01]),                // GetPDDataVersion: 1.00
            (0x28, []) => now(&[0, 0, 0, 0, 0, 0, 0, 0x03]), // GetCommandType: 0 and 1
            (0x2A, [kind]) => {
                let known = *kind <= 1;
                if known {
                    self.command_type = *kind;
                }
                now(&[if known { status::SUCCESS } else { status::PARAMETER }])
            }
            (0x12, [_, _]) => {
                *self = Self::default();
                board.field.switch(false);
                now(&[status::SUCCESS])
            }
            (0x00 | 0x02 | 0x06, _) if self.command_type != 1 => now(&[status::COMMAND_TYPE]),
            (0x00, _) => match <[u8; 4]>::try_from(data) {
                Ok(radio) => {
                    self.radio = radio;
                    now(&[status::SUCCESS])
                }
                Err(_) => now(&[status::PARAMETER]),
            },
            (0x02, _) => now(&[self.set_protocol(data)]),
            (0x06, [on @ 0..=1]) => {
                board.field.switch(*on == 1);
                now(&[status::SUCCESS])
            }
            (0x06, _) => now(&[status::PARAMETER]),
            (0x04, [low, high, frame @ ..]) => Some(self.communicate(board, u16::from_le_bytes([*low, *high]), frame)),
            _ => None,
        }
    }

    /// Pairs of key and value.
    fn set_protocol(&mut self, data: &[u8]) -> u8 {
        let (pairs, rest) = data.as_chunks::<2>();
        if !rest.is_empty() || pairs.iter().any(|[key, _]| *key > LAST_KEY) {
            return status::PARAMETER;
        }
        self.protocol.extend(pairs.iter().map(|[key, value]| (*key, *value)));
        status::SUCCESS
    }

    fn setting(&self, key: u8, otherwise: u8) -> u8 {
        self.protocol.get(&key).copied().unwrap_or(otherwise)
    }

    /// InCommRF: the timeout is in tenths of a millisecond. Status of four bytes, bits of the last byte, and the answer.
    fn communicate(&mut self, board: &mut Board, timeout: u16, data: &[u8]) -> (u64, Vec<u8>) {
        board.field.switch(true);
        let timeout = u64::from(timeout).saturating_mul(100);
        let frame = match self.setting(ADD_CRC, CRC_A) {
            0x00 => data.to_vec(),
            CRC_A => with_crc(data),
            _ => [data, &[0x00, 0x00]].concat(), // not what the card checks
        };
        let bits = self.setting(LAST_BYTE_BITS, 8) & 0x07;
        let heard = self.radio == TYPE_A && self.command_type == 1;
        let sent = if heard { board.field.frame(&frame, bits, &mut board.faults) } else { None };
        let Some(sent) = sent.filter(|sent| sent.after <= timeout) else {
            return (timeout, radio::RECEIVE_TIMEOUT.to_le_bytes().to_vec());
        };
        let block = match self.setting(CHECK_CRC, CRC_A) {
            0x00 => Some(&sent.block[..]),
            CRC_A => checked(&sent.block),
            _ => None,
        };
        let answer = match block {
            Some(block) => [&[0x00, 0x00, 0x00, 0x00, 0x08], block].concat(),
            None => radio::CRC.to_le_bytes().to_vec(),
        };
        (sent.after, answer)
    }
}

impl Firmware for RcS380Reader {
    fn interfaces(&self) -> Vec<Interface> {
        let [outward, inward] = ENDPOINTS;
        vec![Interface {
            class: 0xFF,
            endpoints: vec![Endpoint::bulk(inward, PACKET), Endpoint::bulk(outward, PACKET)],
            functional: Vec::new(),
            functional_last: false,
        }]
    }

    fn reset(&mut self, board: &mut Board) {
        *self = Self::default();
        board.field.switch(false);
    }

    fn out(&mut self, board: &mut Board, _endpoint: u8, data: &[u8]) {
        self.received.extend_from_slice(data);
        let whole = !data.is_empty() && data.len().is_multiple_of(usize::from(PACKET));
        let goes_on = whole && self.received.len() < 1024;
        if goes_on && matches!(frame::parse(&self.received, Order::Little), Frame::Bad) {
            return;
        }
        let received = std::mem::take(&mut self.received);
        match frame::parse(&received, Order::Little) {
            Frame::Ack => board.retract(ENDPOINTS[1]),
            Frame::Information([0xD6, code, data @ ..]) => {
                board.retract(ENDPOINTS[1]);
                board.send(ENDPOINTS[1], 0, &ACK);
                match self.run(board, *code, data) {
                    Some((after, answer)) => {
                        let answer = [&[0xD7, code.wrapping_add(1)], &answer[..]].concat();
                        let timeout = [&[0xD7, 0x05], &radio::RECEIVE_TIMEOUT.to_le_bytes()[..]].concat();
                        let [answer, timeout] = [answer, timeout].map(|body| frame::build(&body, Order::Little));
                        board.send_awaited(ENDPOINTS[1], after, &answer, timeout);
                    }
                    None => board.send(ENDPOINTS[1], 0, &ERROR),
                }
            }
            Frame::Nothing => {}
            _ => board.send(ENDPOINTS[1], 0, &ERROR),
        }
    }

    fn card_moved(&mut self, _board: &mut Board) {}
}
