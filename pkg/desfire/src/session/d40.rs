//! Messaging of the first DESFire: every operation for itself with IV 0, a MAC of four bytes over the data alone, CRC-16.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::fill::{data, mark};
use super::mac_begins;
use crate::cipher::{Block, Iv, filled, xor};
use crate::crc::crc16;
use crate::error::{Check, Error};
use crate::key::{Key, KeyType};
use crate::request::{Body, CommMode, KeyChange, Request, Transport};

/// A session after `0A`.
pub(crate) struct D40 {
    pub(super) kind: KeyType,
    block: Block,
}

const MAC: usize = 4;
/// The longest key change with its checksums and filling: no buffer that holds a key is left behind by growing.
const ROOM: usize = 64;

impl D40 {
    pub(crate) fn new(kind: KeyType, session_key: &[u8]) -> Self {
        D40 { kind, block: Block::of(kind, session_key) }
    }

    pub(super) fn seal(&mut self, request: &Request) -> Result<Vec<u8>, Error> {
        let mut payload = request.header.clone();
        let data = match &request.body {
            Body::Key(change) => {
                payload.extend(self.encipher(&[&key_change(change)?]));
                return Ok(payload);
            }
            Body::Data(data) => data,
        };
        match request.transport {
            Transport::Write(CommMode::Full) => {
                payload.extend(self.encipher(&[data, &crc16(&[data])]));
            }
            Transport::Write(CommMode::Maced) => {
                payload.extend_from_slice(data);
                payload.extend(self.mac(data));
            }
            _ => payload.extend_from_slice(data),
        }
        Ok(payload)
    }

    pub(super) fn open(&mut self, request: &Request, mut answer: Vec<u8>) -> Result<Vec<u8>, Error> {
        match request.transport {
            Transport::Read(CommMode::Full, length) => {
                if answer.is_empty() || !answer.len().is_multiple_of(self.block.len()) {
                    let expected = answer.len().next_multiple_of(self.block.len()).max(self.block.len());
                    return Err(Error::Length { what: "enciphered data", expected, found: answer.len() });
                }
                self.block.cbc_decrypt(&mut Iv::default(), &mut answer);
                data(answer, self.block.len(), length, |data| crc16(&[data]))
            }
            Transport::Read(CommMode::Maced, _) => {
                let len = mac_begins(&answer, MAC)?;
                if !bool::from(self.mac(&answer[..len]).ct_eq(&answer[len..])) {
                    return Err(Error::Integrity(Check::Mac));
                }
                answer.truncate(len);
                Ok(answer)
            }
            _ => Ok(answer),
        }
    }

    /// The card enciphers what it sends; the host only ever deciphers.
    pub(super) fn foresee(&mut self, request: &Request, plain: &[u8]) -> Vec<u8> {
        match request.transport {
            Transport::Read(CommMode::Full, length) => {
                let mut bytes = filled(&[plain, &crc16(&[plain]), mark(length)], self.block.len());
                self.block.cbc_encrypt(&mut Iv::default(), &mut bytes);
                bytes
            }
            Transport::Read(CommMode::Maced, _) => [plain, &self.mac(plain)].concat(),
            _ => plain.to_vec(),
        }
    }

    fn encipher(&self, plain: &[&[u8]]) -> Vec<u8> {
        let mut bytes = filled(plain, self.block.len());
        self.block.send_decipher(&mut bytes);
        bytes
    }

    /// CBC-MAC with zeros for padding: the first four bytes of the last block.
    fn mac(&self, data: &[u8]) -> [u8; MAC] {
        let mut padded = Zeroizing::new(filled(&[data], self.block.len()));
        let mut iv = Iv::default();
        self.block.cbc_encrypt(&mut iv, &mut padded);
        [iv.0[0], iv.0[1], iv.0[2], iv.0[3]]
    }
}

/// Own key: new, \[AES version\], CRC-16 of both. Another: new ^ old, \[AES version\], CRC-16 of both, CRC-16 of new.
fn key_change(change: &KeyChange) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut plain = Zeroizing::new(transported(&change.new, change.old.as_ref())?);
    let crc = crc16(&[&plain]);
    plain.extend(crc);
    if change.old.is_some() {
        plain.extend(crc16(&[change.new.stored()]));
    }
    Ok(plain)
}

/// What a ChangeKey transports: the new key, or new ^ old; behind it the version of an AES key. Both are of one length,
/// since keys of an application are of one type.
pub(super) fn transported(new: &Key, old: Option<&Key>) -> Result<Vec<u8>, Error> {
    let mut plain = Vec::with_capacity(ROOM);
    plain.extend_from_slice(new.stored());
    if let Some(old) = old {
        let des = |key: &Key| matches!(key.kind(), KeyType::Des | KeyType::TwoKey3Des);
        if old.kind() != new.kind() && !(des(old) && des(new)) {
            return Err(Error::KeyType);
        }
        xor(&mut plain, old.stored());
    }
    if new.kind() == KeyType::Aes {
        plain.push(new.version());
    }
    Ok(plain)
}
