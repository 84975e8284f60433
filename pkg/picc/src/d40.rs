//! Messaging after Authenticate (0A): CBC without chaining between commands, MACs of four bytes over the data alone.
use crate::crypto::{Cipher, crc16, pad_00, pad_80};
use crate::messaging::{Answer, Mode, clear_length, data_length, split, without_crc};
use crate::status::Status;
use crate::table::{Body, Command};

pub(crate) fn open(cipher: &Cipher, command: &Command, mode: Mode, wire: &[u8]) -> Result<Vec<u8>, Status> {
    if mode == Mode::Plain || !command.carries_data() {
        return Ok(wire.to_vec());
    }
    let (header, body) = split(command, wire)?;
    let mut clear = header.to_vec();
    match mode {
        Mode::Plain | Mode::Mac => {
            let length = data_length(command, header).ok_or(Status::LengthError)?;
            if body.len() != length + 4 {
                return Err(Status::LengthError);
            }
            let (data, sent) = body.split_at(length);
            if mac(cipher, data) != sent {
                return Err(Status::IntegrityError);
            }
            clear.extend_from_slice(data);
        }
        Mode::Full => {
            if body.is_empty() || !body.len().is_multiple_of(cipher.block()) {
                return Err(Status::LengthError);
            }
            let mut plain = body.to_vec();
            cipher.d40_receive(&mut plain);
            if command.body == Body::Cryptogram {
                clear.extend_from_slice(&plain); // ChangeKey checks for itself
            } else {
                clear.extend(without_crc(&plain, clear_length(command, header, &plain), crc16)?);
            }
        }
    }
    Ok(clear)
}

pub(crate) fn seal(cipher: &Cipher, command: &Command, mode: Mode, answer: &Answer) -> Vec<u8> {
    let mut data = answer.data.clone();
    match mode {
        // answers of administrative commands have no MAC
        Mode::Mac if command.reads() => {
            let mac = mac(cipher, &data);
            data.extend_from_slice(&mac);
        }
        Mode::Full if command.reads() => {
            data.extend_from_slice(&crc16(&answer.data));
            if answer.open_ended {
                pad_80(&mut data, cipher.block());
            } else {
                pad_00(&mut data, cipher.block());
            }
            cipher.cbc_encipher(&mut cipher.zero_iv(), &mut data);
        }
        _ => {}
    }
    data
}

/// First four bytes of the last block of a CBC over the data, padded with zeros.
fn mac(cipher: &Cipher, data: &[u8]) -> Vec<u8> {
    let mut padded = data.to_vec();
    pad_00(&mut padded, cipher.block());
    let mut chain = cipher.zero_iv();
    cipher.cbc_encipher(&mut chain, &mut padded);
    chain.truncate(4);
    chain
}
