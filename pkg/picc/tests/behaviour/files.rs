//! Files: rights, messaging, limits.
use crate::host::{AID, Reader, ZERO};
use picc::Model;

/// Standard file 1 of 100 bytes: Read key 1, Write key 2, ReadWrite key 3, Change key 0.
fn with_file(model: Model, option: u8) -> Reader {
    let mut reader = Reader::in_application(model);
    reader.plain(0xCD, &[0x01, option, 0x30, 0x12, 100, 0, 0]).unwrap();
    reader
}

const READ: [u8; 7] = [0x01, 0, 0, 0, 0, 0, 0];

#[test]
fn rights_open_what_they_name() {
    for (key, reads, writes) in [(0, false, false), (1, true, false), (2, false, true), (3, true, true)] {
        let mut reader = with_file(Model::Ev1, 0x00);
        reader.aes(key, ZERO).unwrap();
        assert_eq!(reader.mac(0xBD, &READ, false).is_ok(), reads);
        reader.aes(key, ZERO).unwrap();
        assert_eq!(reader.mac(0x3D, &[0x01, 0, 0, 0, 1, 0, 0, 7], false).is_ok(), writes);
    }
}

#[test]
fn every_mode_of_every_messaging_carries_data_over_several_frames() {
    let data: Vec<u8> = (0..100).collect();
    let header = [0x01, 0, 0, 0, 100, 0, 0];
    for model in [Model::Ev1, Model::Ev2, Model::Ev3] {
        for option in [0x00, 0x01, 0x03] {
            for ev2 in [false, true] {
                if ev2 && (model == Model::Ev1 || option == 0x00) {
                    continue;
                }
                let mut reader = with_file(model, option);
                reader.login(ev2, 3, ZERO).unwrap();
                if option == 0x03 {
                    reader.full(0x3D, &header, &data, false).unwrap();
                    assert_eq!(reader.full(0xBD, &READ, &[], true), Ok(data.clone()));
                } else {
                    reader.mac(0x3D, &[&header[..], &data].concat(), option == 0x01).unwrap();
                    assert_eq!(reader.mac(0xBD, &READ, false), Ok(data.clone()));
                }
            }
        }
    }
}

#[test]
fn limits_of_a_file() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 10, 0, 0]).unwrap();
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 11, 0, 0]), Err(0xBE));
    assert_eq!(reader.plain(0xBD, &[0x01, 10, 0, 0, 0, 0, 0]), Err(0xBE));
    assert_eq!(reader.plain(0xBD, &[0x01, 4, 0, 0, 0, 0, 0]), Ok(vec![0; 6]));
    assert_eq!(reader.plain(0x3D, &[0x01, 9, 0, 0, 2, 0, 0, 1, 2]), Err(0xBE));
    assert_eq!(reader.plain(0x3D, &[0x01, 0, 0, 0, 0xFF, 0xFF, 0xFF, 1, 2]), Err(0xBE));
    assert_eq!(reader.plain(0xBD, &[0x02, 0, 0, 0, 0, 0, 0]), Err(0xF0));
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 0, 0]), Err(0x7E));
    assert_eq!(reader.plain(0xAD, &[0x01, 0, 0, 0, 0, 0, 0]), Err(0x1C)); // came with EV2
    reader.select([0; 3]);
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 0, 0, 0]), Err(0x9D));
}

#[test]
fn creating_files_is_checked() {
    let mut reader = Reader::in_application(Model::Ev2);
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 10, 0, 0]).unwrap();
    assert_eq!(reader.plain(0xCB, &[0x01, 0x00, 0xEE, 0xEE, 10, 0, 0]), Err(0xDE));
    assert_eq!(reader.plain(0xCD, &[0x20, 0x00, 0xEE, 0xEE, 10, 0, 0]), Err(0x9E));
    assert_eq!(reader.plain(0xCD, &[0x02, 0x00, 0xEE, 0xEE, 0, 0, 0]), Err(0x9E));
    assert_eq!(reader.plain(0xCD, &[0x02, 0x40, 0xEE, 0xEE, 10, 0, 0]), Err(0x9E)); // SDM came with EV3
    assert_eq!(reader.plain(0xC0, &[0x02, 0x00, 0xEE, 0xEE, 10, 0, 0, 1, 0, 0]), Err(0x9E));
    assert_eq!(reader.plain(0xDF, &[0x09]), Err(0xF0));
    assert_eq!(reader.plain(0x6F, &[]), Ok(vec![0x01]));
}

#[test]
fn in_an_application_with_iso_identifiers_every_data_file_has_one() {
    let mut reader = Reader::new(Model::Ev3);
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0xA1, 0x10, 0xE1]).unwrap();
    reader.select(AID);
    assert_eq!(reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 10, 0, 0]), Err(0x7E));
    reader.plain(0xCD, &[0x01, 0x03, 0xE1, 0x00, 0xEE, 0xEE, 10, 0, 0]).unwrap();
    assert_eq!(reader.plain(0xCD, &[0x02, 0x03, 0xE1, 0x00, 0xEE, 0xEE, 10, 0, 0]), Err(0xDE));
    assert_eq!(reader.plain(0x61, &[]), Ok(vec![0x03, 0xE1]));
}

#[test]
fn settings_are_shown_and_changed() {
    let mut reader = with_file(Model::Ev3, 0x03);
    assert_eq!(reader.plain(0xF5, &[0x01]), Ok(vec![0x00, 0x03, 0x30, 0x12, 100, 0, 0]));
    assert_eq!(reader.plain(0x5F, &[0x01, 0x00, 0xEE, 0xEE]), Err(0x9D));
    reader.ev2(0, ZERO).unwrap();
    reader.full(0x5F, &[0x01], &[0x00, 0xEE, 0xEE], false).unwrap();
    assert_eq!(reader.mac(0xF5, &[0x01], false), Ok(vec![0x00, 0x00, 0xEE, 0xEE, 100, 0, 0]));
    reader.select(AID);
    reader.plain(0x5F, &[0x01, 0x80, 0xF0, 0xFF, 1, 0xFF, 0xEF]).unwrap(); // free to change, so plain; reading still free
    assert_eq!(reader.plain(0xBD, &READ).map(|data| data.len()), Ok(100));
    assert_eq!(reader.plain(0x5F, &[0x01, 0x00, 0xEE, 0xEE]), Err(0x9D));
}

#[test]
fn values_have_limits_and_a_limited_credit() {
    let mut reader = Reader::in_application(Model::Ev1);
    let create = [0x01, 0x00, 0xEE, 0xEE, 0, 0, 0, 0, 100, 0, 0, 0, 50, 0, 0, 0, 0x01];
    reader.plain(0xCC, &create).unwrap();
    assert_eq!(reader.plain(0x0C, &[0x01, 51, 0, 0, 0]), Err(0xBE));
    assert_eq!(reader.plain(0x0C, &[0x01, 0, 0, 0, 0x80]), Err(0x9E));
    assert_eq!(reader.plain(0x1C, &[0x01, 1, 0, 0, 0]), Err(0xBE));
    reader.plain(0xDC, &[0x01, 20, 0, 0, 0]).unwrap();
    assert_eq!(reader.plain(0x6C, &[0x01]), Ok(vec![50, 0, 0, 0]));
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0x6C, &[0x01]), Ok(vec![30, 0, 0, 0]));
    reader.plain(0x1C, &[0x01, 15, 0, 0, 0]).unwrap();
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0x1C, &[0x01, 5, 0, 0, 0]), Err(0xBE)); // once
    assert_eq!(reader.plain(0xF5, &[0x01]).unwrap()[4..], [0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!(reader.plain(0x6C, &[0x01]), Ok(vec![45, 0, 0, 0]));
}

#[test]
fn values_travel_enciphered() {
    let mut reader = Reader::in_application(Model::Ev2);
    let create = [0x01, 0x03, 0x11, 0x11, 0, 0, 0, 0, 100, 0, 0, 0, 50, 0, 0, 0, 0x00];
    reader.plain(0xCC, &create).unwrap();
    for ev2 in [false, true] {
        reader.login(ev2, 1, ZERO).unwrap();
        reader.full(0x0C, &[0x01], &[1, 0, 0, 0], false).unwrap();
        reader.mac(0xC7, &[], false).unwrap();
    }
    assert_eq!(reader.full(0x6C, &[0x01], &[], true), Ok(vec![52, 0, 0, 0]));
}

#[test]
fn a_full_linear_file_and_a_cleared_one() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xC1, &[0x01, 0x00, 0xEE, 0xEE, 2, 0, 0, 1, 0, 0]).unwrap();
    let write = [0x01, 0, 0, 0, 2, 0, 0, 1, 2];
    assert_eq!(reader.plain(0xBB, &READ), Err(0xBE));
    reader.plain(0x3B, &write).unwrap();
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0x3B, &write), Err(0xBE));
    assert_eq!(reader.plain(0x3B, &[0x01, 1, 0, 0, 2, 0, 0, 1, 2]), Err(0xBE));
    reader.plain(0xDB, &[0x01, 0, 0, 0, 1, 0, 0, 1, 0, 0, 9]).unwrap();
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0xBB, &READ), Ok(vec![1, 9]));
    reader.plain(0xEB, &[0x01]).unwrap();
    assert_eq!(reader.plain(0x3B, &write), Err(0x9D));
    reader.plain(0xC7, &[]).unwrap();
    assert_eq!(reader.plain(0xBB, &READ), Err(0xBE));
}

#[test]
fn pages_count_their_writes() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 96, 0, 0]).unwrap();
    reader.plain(0x3D, &[0x01, 30, 0, 0, 4, 0, 0, 1, 2, 3, 4]).unwrap();
    reader.plain(0x3D, &[0x01, 64, 0, 0, 1, 0, 0, 1]).unwrap();
    assert_eq!(reader.card.page_writes(AID, 1), Some(&[1, 1, 1][..]));
    let writes = reader.card.writes();
    reader.plain(0xBD, &READ).unwrap();
    assert_eq!(reader.card.writes(), writes);
}
