//! EV2's messaging: two session keys, a transaction identifier, a counter of commands; an IV of its own for each command.

use cmac::{Cmac, KeyInit as _, Mac as _};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::d40::transported;
use super::mac_begins;
use crate::cipher::{Block, Iv};
use crate::crc::crc32;
use crate::error::{Check, Error};
use crate::key::KeyType;
use crate::request::{Afterwards, Body, CommMode, KeyChange, Request, Transport};

/// A session after `71`, continued by `77`.
pub(crate) struct Ev2 {
    enc: Block,
    mac: Cmac<aes::Aes128>,
    ti: [u8; 4],
    counter: u16,
}

const MAC: usize = 8;
const COMMAND: [u8; 2] = [0xA5, 0x5A];
const ANSWER: [u8; 2] = [0x5A, 0xA5];

impl Ev2 {
    pub(crate) fn new(keys: &SessionKeys, ti: [u8; 4], counter: u16) -> Self {
        let mac = Cmac::new((&*keys.mac).into());
        Ev2 { enc: Block::of(KeyType::Aes, &*keys.enc), mac, ti, counter }
    }

    /// What AuthenticateEV2NonFirst goes on with.
    pub(crate) fn continues(&self) -> ([u8; 4], u16) {
        (self.ti, self.counter)
    }

    pub(crate) fn seal(&mut self, request: &Request) -> Result<Vec<u8>, Error> {
        let begin = request.header.len();
        let changed;
        let data: &[u8] = match &request.body {
            Body::Data(data) => data,
            Body::Key(change) => {
                changed = key_change(change)?;
                &changed
            }
        };
        // room for filling and MAC, so that nothing that is still in clear is left behind elsewhere
        let mut payload = Vec::with_capacity(begin + data.len() + self.enc.len() + MAC);
        payload.extend_from_slice(&request.header);
        payload.extend_from_slice(data);
        if request.transport == Transport::Bare {
            return Ok(payload);
        }
        if self.counter == u16::MAX {
            return Err(Error::CounterExhausted);
        }
        if matches!(request.transport, Transport::Write(CommMode::Full)) && payload.len() > begin {
            payload.push(0x80);
            payload.resize(begin + (payload.len() - begin).next_multiple_of(self.enc.len()), 0x00);
            self.enc.cbc_encrypt(&mut self.iv(COMMAND, self.counter), &mut payload[begin..]);
        }
        if !is_plain(request.transport) {
            let mac = self.mac(request.code, self.counter, &payload);
            payload.extend(mac);
        }
        Ok(payload)
    }

    pub(crate) fn open(&mut self, request: &Request, status: u8, mut answer: Vec<u8>) -> Result<Vec<u8>, Error> {
        if request.transport == Transport::Bare {
            return Ok(answer);
        }
        // plain commands count, too
        self.counter += 1;
        if is_plain(request.transport) || (request.afterwards == Afterwards::EndsBare && answer.is_empty()) {
            return Ok(answer);
        }
        let len = mac_begins(&answer, MAC)?;
        if !bool::from(self.mac(status, self.counter, &answer[..len]).ct_eq(&answer[len..])) {
            return Err(Error::Integrity(Check::Mac));
        }
        answer.truncate(len);
        if !is_full(request.transport) || answer.is_empty() {
            return Ok(answer);
        }
        if !answer.len().is_multiple_of(self.enc.len()) {
            let expected = answer.len().next_multiple_of(self.enc.len());
            return Err(Error::Length { what: "enciphered data", expected, found: answer.len() });
        }
        self.enc.cbc_decrypt(&mut self.iv(ANSWER, self.counter), &mut answer);
        let last = answer.iter().rposition(|byte| *byte != 0x00).filter(|at| answer[*at] == 0x80);
        let Some(len) = last.filter(|at| answer.len() - at <= self.enc.len()) else {
            answer.zeroize();
            return Err(Error::Integrity(Check::Padding));
        };
        answer.truncate(len);
        Ok(answer)
    }

    pub(crate) fn foresee(&mut self, request: &Request, plain: &[u8]) -> Vec<u8> {
        if request.transport == Transport::Bare {
            return plain.to_vec();
        }
        self.counter += 1;
        if is_plain(request.transport) || (request.afterwards == Afterwards::EndsBare && plain.is_empty()) {
            return plain.to_vec();
        }
        let mut answer = Vec::with_capacity(plain.len() + self.enc.len() + MAC);
        answer.extend_from_slice(plain);
        if is_full(request.transport) && !plain.is_empty() {
            answer.push(0x80);
            answer.resize(answer.len().next_multiple_of(self.enc.len()), 0x00);
            self.enc.cbc_encrypt(&mut self.iv(ANSWER, self.counter), &mut answer);
        }
        let mac = self.mac(0x00, self.counter, &answer);
        answer.extend(mac);
        answer
    }

    /// E(SesAuthENC, label || TI || CmdCtr || 0).
    pub(crate) fn iv(&self, label: [u8; 2], counter: u16) -> Iv {
        let mut block = [0; 16];
        block[..2].copy_from_slice(&label);
        block[2..6].copy_from_slice(&self.ti);
        block[6..8].copy_from_slice(&counter.to_le_bytes());
        let mut iv = Iv::default();
        self.enc.cbc_encrypt(&mut iv, &mut block);
        iv
    }

    /// Every second byte of the CMAC of code or status, counter, TI, data.
    fn mac(&self, first: u8, counter: u16, data: &[u8]) -> [u8; MAC] {
        let mut mac = self.mac.clone();
        mac.update(&[first]);
        mac.update(&counter.to_le_bytes());
        mac.update(&self.ti);
        mac.update(data);
        truncated(&mac.finalize().into_bytes())
    }
}

/// Own key: new, version. Another: new ^ old, version, CRC-32 of new.
fn key_change(change: &KeyChange) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut plain = Zeroizing::new(transported(&change.new, change.old.as_ref())?);
    if change.new.kind() != KeyType::Aes {
        plain.push(change.new.version());
    }
    if change.old.is_some() {
        plain.extend(crc32(&[change.new.stored()]));
    }
    Ok(plain)
}

fn is_plain(transport: Transport) -> bool {
    matches!(transport, Transport::Write(CommMode::Plain) | Transport::Read(CommMode::Plain, _))
}

fn is_full(transport: Transport) -> bool {
    matches!(transport, Transport::Read(CommMode::Full, _) | Transport::Write(CommMode::Full))
}

/// Bytes 1, 3, 5, … 15 of a CMAC.
pub(crate) fn truncated(mac: &[u8]) -> [u8; MAC] {
    std::array::from_fn(|at| mac.get(2 * at + 1).copied().unwrap_or_default())
}

/// SesAuthENCKey and SesAuthMACKey.
pub(crate) struct SessionKeys {
    pub(crate) enc: Zeroizing<[u8; 16]>,
    pub(crate) mac: Zeroizing<[u8; 16]>,
}
