//! Messaging of EV2, after 71 and 77: a MAC over command counter and transaction identifier in every protected message,
//! fresh initial vectors for each cryptogram (AN12343, AN12196).
use crate::crypto::{Cipher, pad_80, without_80};
use crate::keys::KeyType;
use crate::messaging::{Answer, Mode, split};
use crate::status::Status;
use crate::table::Command;

pub(crate) struct Channel {
    pub enc: Cipher,
    pub mac: Cipher,
    /// Transaction identifier.
    pub ti: [u8; 4],
    /// Commands so far.
    pub counter: u16,
}

impl Channel {
    pub fn new(keys: [Vec<u8>; 2], ti: [u8; 4], counter: u16) -> Self {
        let [enc, mac] = keys.map(|key| Cipher::of(KeyType::Aes, &key));
        Self { enc, mac, ti, counter }
    }

    /// The MAC is checked before anything is deciphered.
    pub fn open(&mut self, command: &Command, mode: Mode, wire: &[u8]) -> Result<Vec<u8>, Status> {
        if self.counter == u16::MAX {
            return Err(Status::IntegrityError); // the counter never wraps
        }
        if mode == Mode::Plain {
            return Ok(wire.to_vec());
        }
        let (signed, sent) = wire.len().checked_sub(8).map(|at| wire.split_at(at)).ok_or(Status::LengthError)?;
        let message = [&[command.ins][..], &self.counter.to_le_bytes(), &self.ti, signed].concat();
        if self.mac.short_mac(&message) != sent {
            return Err(Status::IntegrityError);
        }
        if mode == Mode::Mac {
            return Ok(signed.to_vec());
        }
        let (header, body) = split(command, signed)?;
        let mut clear = header.to_vec();
        if !body.is_empty() {
            if !body.len().is_multiple_of(16) {
                return Err(Status::LengthError);
            }
            let mut plain = body.to_vec();
            let mut iv = self.iv([0xA5, 0x5A]);
            self.enc.cbc_decipher(&mut iv, &mut plain);
            clear.extend_from_slice(without_80(&plain).ok_or(Status::IntegrityError)?);
        }
        Ok(clear)
    }

    /// The counter rises with every command that succeeds, plain ones too.
    pub fn seal(&mut self, mode: Mode, answer: &Answer) -> Vec<u8> {
        self.counter = self.counter.saturating_add(1);
        let mut data = answer.data.clone();
        if mode == Mode::Full && !data.is_empty() {
            pad_80(&mut data, 16);
            let mut iv = self.iv([0x5A, 0xA5]);
            self.enc.cbc_encipher(&mut iv, &mut data);
        }
        if mode != Mode::Plain {
            let status = Status::OperationOk as u8;
            let message = [&[status][..], &self.counter.to_le_bytes(), &self.ti, &data].concat();
            data.extend_from_slice(&self.mac.short_mac(&message));
        }
        data
    }

    /// E(SesAuthENC, label || TI || CmdCtr || 0…): A55A for commands, 5AA5 for answers.
    pub fn iv(&self, label: [u8; 2]) -> Vec<u8> {
        let mut block = [&label[..], &self.ti, &self.counter.to_le_bytes(), &[0; 8]].concat();
        self.enc.cbc_encipher(&mut [0; 16], &mut block);
        block
    }
}
