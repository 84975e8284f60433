//! Transactions and the transaction MAC.
use crate::ciphers::{aes_cmac, aes_encipher, short};
use crate::host::{AID, Reader, UID, ZERO};
use picc::Model;

const READ: [u8; 7] = [0x01, 0, 0, 0, 0, 0, 0];
const WRITE: [u8; 9] = [0x01, 0, 0, 0, 2, 0, 0, 7, 8];

fn with_backup(model: Model) -> Reader {
    let mut reader = Reader::in_application(model);
    reader.plain(0xCB, &[0x01, 0x00, 0xEE, 0xEE, 2, 0, 0]).unwrap();
    reader
}

#[test]
fn a_backup_file_changes_with_the_commit() {
    let mut reader = with_backup(Model::Ev1);
    reader.plain(0x3D, &WRITE).unwrap();
    assert_eq!(reader.plain(0xBD, &READ), Ok(vec![0, 0]));
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0xBD, &READ), Ok(vec![7, 8]));
}

#[test]
fn abort_selection_and_power_loss_undo() {
    for undo in 0..3 {
        let mut reader = with_backup(Model::Ev1);
        reader.plain(0x3D, &WRITE).unwrap();
        match undo {
            0 => drop(reader.plain(0xA7, &[]).unwrap()),
            1 => reader.select(AID),
            _ => {
                reader.reset();
                reader.select(AID);
            }
        }
        assert_eq!(reader.plain(0xC7, &[]), Err(0x0C));
        assert_eq!(reader.plain(0xBD, &READ), Ok(vec![0, 0]));
    }
}

/// Key of the transaction MAC.
const KEY: [u8; 16] = [0x77; 16];

fn session(label: u8, counter: u32) -> Vec<u8> {
    aes_cmac(&KEY, &[&[label, 0, 1, 0, 0x80], &counter.to_le_bytes()[..], &UID].concat())
}

/// File 0F: read free, ReadWrite `holder` for CommitReaderID.
fn with_mac(holder: u8) -> Reader {
    let mut reader = with_backup(Model::Ev2);
    reader.ev2(0, ZERO).unwrap();
    reader.full(0xCE, &[0x0F, 0x00, holder << 4, 0xEF, 0x02], &[&KEY[..], &[1]].concat(), false).unwrap();
    reader.select(AID);
    reader
}

#[test]
fn the_mac_covers_what_was_done() {
    let mut reader = with_mac(0x0F);
    reader.plain(0x3D, &WRITE).unwrap();
    reader.plain(0xBD, &READ).unwrap();
    let answer = reader.plain(0xC7, &[0x01]).unwrap();
    let zeros = [0; 8];
    let write = [&[0x3D, 0x01, 0, 0, 0, 2, 0, 0], &zeros[..], &[7, 8], &[0; 14]].concat();
    // length 0 is noted as what was read
    let read = [&[0xBD, 0x01, 0, 0, 0, 2, 0, 0], &zeros[..], &[0; 16]].concat();
    let expected = short(&aes_cmac(&session(0x5A, 1), &[write, read].concat()));
    assert_eq!(answer, [&[1, 0, 0, 0], &expected[..]].concat());
    assert_eq!(reader.plain(0xBD, &[0x0F, 0, 0, 0, 0, 0, 0]), Ok(answer));
    assert_eq!(reader.plain(0xF5, &[0x0F]), Ok(vec![0x05, 0x00, 0xF0, 0xEF, 0x02, 0x01]));
}

#[test]
fn the_reader_must_say_who_it_is_where_that_is_asked() {
    let mut reader = with_mac(0x01);
    reader.plain(0x3D, &WRITE).unwrap();
    assert_eq!(reader.plain(0xC7, &[]), Err(0x9D));
    assert_eq!(reader.plain(0xC8, &[9; 16]), Err(0x9D));
    reader.ev2(1, ZERO).unwrap();
    // enciphered: the last reader, so far zeros
    assert_eq!(reader.mac(0xC8, &[9; 16], true), Ok(aes_encipher(&session(0xA5, 1), &ZERO)));
    reader.mac(0xC7, &[], false).unwrap();
    assert_eq!(reader.mac(0xC8, &[8; 16], true), Ok(aes_encipher(&session(0xA5, 2), &[9; 16])));
}

#[test]
fn one_mac_file_that_nobody_writes() {
    let mut reader = with_mac(0x0F);
    reader.ev2(0, ZERO).unwrap();
    let data = [&KEY[..], &[1]].concat();
    assert_eq!(reader.full(0xCE, &[0x0E, 0x00, 0xF0, 0xEF, 0x02], &data, false), Err(0xDE));
    reader.ev2(0, ZERO).unwrap();
    assert_eq!(reader.full(0xCE, &[0x0E, 0x00, 0xF0, 0xEE, 0x02], &data, false), Err(0x9E));
    assert_eq!(reader.plain(0x3D, &[0x0F, 0, 0, 0, 1, 0, 0, 1]), Err(0x9D));
}

#[test]
fn a_value_is_taken_from_another_file() {
    let mut reader = Reader::in_application(Model::Ev2);
    for (file, value) in [(1, 10), (2, 20)] {
        let limits = [0, 0, 0, 0, 100, 0, 0, 0, value, 0, 0, 0, 0];
        reader.plain(0xCC, &[&[file, 0x00, 0xEE, 0xEE], &limits[..]].concat()).unwrap();
    }
    reader.plain(0xB1, &[1, 2]).unwrap();
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0x6C, &[1]), Ok(vec![20, 0, 0, 0]));
}
