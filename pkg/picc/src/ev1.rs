//! Messaging of EV1, after 1A and AA: one chaining value through every cryptogram and CMAC of both directions.
use crate::crypto::{Cipher, crc32, pad_00, pad_80};
use crate::messaging::{Answer, Mode, clear_length, data_length, split, without_crc};
use crate::status::Status;
use crate::table::{Body, Command};

pub(crate) struct Channel {
    pub cipher: Cipher,
    pub iv: Vec<u8>,
}

impl Channel {
    pub fn new(cipher: Cipher) -> Self {
        let iv = cipher.zero_iv();
        Self { cipher, iv }
    }

    pub fn open(&mut self, command: &Command, mode: Mode, wire: &[u8]) -> Result<Vec<u8>, Status> {
        if mode == Mode::Full && command.carries_data() {
            return self.decipher(command, wire);
        }
        // plain commands move the chain too
        let sends_mac = mode == Mode::Mac && matches!(command.body, Body::Data | Body::Proof);
        let signed = if sends_mac { wire.len().checked_sub(8).ok_or(Status::LengthError)? } else { wire.len() };
        let (signed, sent) = wire.split_at(signed);
        if sends_mac && command.body == Body::Data {
            let (header, data) = split(command, signed)?;
            if data_length(command, header) != Some(data.len()) {
                return Err(Status::LengthError);
            }
        }
        let mac = self.mac(&[&[command.ins], signed]);
        if sends_mac && mac != sent {
            return Err(Status::IntegrityError);
        }
        Ok(signed.to_vec())
    }

    fn decipher(&mut self, command: &Command, wire: &[u8]) -> Result<Vec<u8>, Status> {
        let (header, body) = split(command, wire)?;
        if body.is_empty() || !body.len().is_multiple_of(self.cipher.block()) {
            return Err(Status::LengthError);
        }
        let mut plain = body.to_vec();
        self.cipher.cbc_decipher(&mut self.iv, &mut plain);
        let mut clear = header.to_vec();
        if command.body == Body::Cryptogram {
            clear.extend_from_slice(&plain); // ChangeKey checks for itself
            return Ok(clear);
        }
        let checked = |data: &[u8]| crc32(&[&[command.ins], header, data].concat());
        clear.extend(without_crc(&plain, clear_length(command, header, &plain), checked)?);
        Ok(clear)
    }

    pub fn seal(&mut self, command: &Command, mode: Mode, answer: &Answer) -> Vec<u8> {
        let mut data = answer.data.clone();
        let with_status = [&data[..], &[Status::OperationOk as u8]].concat();
        if mode == Mode::Full && command.reads() {
            data.extend_from_slice(&crc32(&with_status));
            if answer.open_ended {
                pad_80(&mut data, self.cipher.block());
            } else {
                pad_00(&mut data, self.cipher.block());
            }
            self.cipher.cbc_encipher(&mut self.iv, &mut data);
        } else {
            let mac = self.mac(&[&with_status]);
            data.extend_from_slice(&mac);
        }
        data
    }

    /// First eight bytes of a CMAC that goes on from the chain and becomes it.
    pub fn mac(&mut self, parts: &[&[u8]]) -> Vec<u8> {
        self.iv = self.cipher.cmac_from(&self.iv, &parts.concat());
        self.iv.iter().take(8).copied().collect()
    }
}
