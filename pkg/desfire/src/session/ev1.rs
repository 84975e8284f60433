//! EV1's messaging: one chain of CMACs and ciphertexts through the whole session, in both directions; CRC-32.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::d40::transported;
use super::fill::{data, mark};
use super::mac_begins;
use crate::cipher::{Block, Iv, filled};
use crate::crc::crc32;
use crate::error::{Check, Error};
use crate::key::KeyType;
use crate::request::{Afterwards, Body, CommMode, Request, Transport};

/// A session after `1A` or `AA`.
pub(crate) struct Ev1 {
    pub(super) kind: KeyType,
    block: Block,
    iv: Iv,
}

/// Of the CMAC, the first eight bytes travel.
const MAC: usize = 8;

impl Ev1 {
    /// The chain begins with zeros.
    pub(crate) fn new(kind: KeyType, session_key: &[u8]) -> Self {
        Ev1 { kind, block: Block::of(kind, session_key), iv: Iv::default() }
    }

    pub(super) fn seal(&mut self, request: &Request) -> Result<Vec<u8>, Error> {
        let (code, header) = ([request.code], &request.header);
        let mut payload = header.clone();
        let data = match &request.body {
            Body::Key(change) => {
                let mut plain = Zeroizing::new(transported(&change.new, change.old.as_ref())?);
                let crc = crc32(&[&code, header, &plain]);
                plain.extend(crc);
                if change.old.is_some() {
                    plain.extend(crc32(&[change.new.stored()]));
                }
                payload.extend(self.encipher(&[&plain]));
                return Ok(payload);
            }
            Body::Data(data) => data,
        };
        match request.transport {
            Transport::Bare => payload.extend_from_slice(data),
            Transport::Write(CommMode::Full) => {
                let crc = crc32(&[&code, header, data]);
                payload.extend(self.encipher(&[data, &crc]));
            }
            transport => {
                // computed for every command; few send it
                self.block.cmac(&mut self.iv, &[&code, header, data]);
                payload.extend_from_slice(data);
                if matches!(transport, Transport::Write(CommMode::Maced) | Transport::AdministrativeMaced) {
                    payload.extend_from_slice(&self.iv.0[..MAC]);
                }
            }
        }
        Ok(payload)
    }

    pub(super) fn open(&mut self, request: &Request, status: u8, mut answer: Vec<u8>) -> Result<Vec<u8>, Error> {
        if request.transport == Transport::Bare {
            return Ok(answer);
        }
        if request.afterwards == Afterwards::EndsBare && answer.is_empty() {
            return Ok(answer);
        }
        if let Transport::Read(CommMode::Full, length) = request.transport {
            let block = self.block.len();
            if answer.is_empty() || !answer.len().is_multiple_of(block) {
                let expected = answer.len().next_multiple_of(block).max(block);
                return Err(Error::Length { what: "enciphered data", expected, found: answer.len() });
            }
            self.block.cbc_decrypt(&mut self.iv, &mut answer);
            return data(answer, block, length, |data| crc32(&[data, &[status]]));
        }
        let len = mac_begins(&answer, MAC)?;
        self.block.cmac(&mut self.iv, &[&answer[..len], &[status]]);
        if !bool::from(self.iv.0[..MAC].ct_eq(&answer[len..])) {
            return Err(Error::Integrity(Check::Mac));
        }
        answer.truncate(len);
        Ok(answer)
    }

    pub(super) fn foresee(&mut self, request: &Request, plain: &[u8]) -> Vec<u8> {
        const OK: [u8; 1] = [0x00];
        if request.transport == Transport::Bare || (request.afterwards == Afterwards::EndsBare && plain.is_empty()) {
            return plain.to_vec();
        }
        if let Transport::Read(CommMode::Full, length) = request.transport {
            return self.encipher(&[plain, &crc32(&[plain, &OK]), mark(length)]);
        }
        self.block.cmac(&mut self.iv, &[plain, &OK]);
        [plain, &self.iv.0[..MAC]].concat()
    }

    fn encipher(&mut self, plain: &[&[u8]]) -> Vec<u8> {
        let mut bytes = filled(plain, self.block.len());
        self.block.cbc_encrypt(&mut self.iv, &mut bytes);
        bytes
    }
}
