//! Secure dynamic messaging.
use crate::ciphers::{aes_cmac, short};
use crate::host::{Reader, UID, ZERO};
use picc::Model;

/// A file of 64 dots whose UID, counter and MAC are mirrored at 0, 16 and 40; `settings` follow the rights.
fn with_sdm(settings: &[u8]) -> Reader {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xCD, &[0x01, 0x40, 0xE0, 0xEE, 64, 0, 0]).unwrap();
    reader.plain(0x3D, &[&[0x01, 0, 0, 0, 64, 0, 0], &[b'.'; 64][..]].concat()).unwrap();
    reader.ev2(0, ZERO).unwrap();
    reader.full(0x5F, &[0x01], &[&[0x40, 0xE0, 0xEE], settings].concat(), false).unwrap();
    reader
}

/// UID and counter plain, MAC with key 1, counter asked with key 2.
const PLAIN: [u8; 15] = [0xC1, 0xF2, 0xE1, 0, 0, 0, 16, 0, 0, 0, 0, 0, 40, 0, 0];
const READ: [u8; 7] = [0x01, 0, 0, 0, 0, 0, 0];

fn select(reader: &mut Reader) {
    reader.select(crate::host::AID);
}

#[test]
fn identifier_counter_and_mac_are_mirrored() {
    let mut reader = with_sdm(&PLAIN);
    select(&mut reader);
    let picture = reader.plain(0xBD, &READ).unwrap();
    let mut expected = vec![b'.'; 64];
    expected[..14].copy_from_slice(b"04A1A2A3A4A5A6");
    expected[16..22].copy_from_slice(b"000001");
    let vector = [&[0x3C, 0xC3, 0, 1, 0, 0x80], &UID[..], &[1, 0, 0]].concat();
    let mac = short(&aes_cmac(&aes_cmac(&ZERO, &vector), &expected[..40]));
    let shown: String = mac.iter().map(|byte| format!("{byte:02X}")).collect();
    expected[40..56].copy_from_slice(shown.as_bytes());
    assert_eq!(String::from_utf8(picture).unwrap(), String::from_utf8(expected).unwrap());
}

#[test]
fn the_counter_rises_once_for_each_selection() {
    let mut reader = with_sdm(&PLAIN);
    for reads in [b"000001", b"000002"] {
        select(&mut reader);
        for _ in 0..2 {
            assert_eq!(reader.plain(0xBD, &[0x01, 16, 0, 0, 6, 0, 0]), Ok(reads.to_vec()));
        }
    }
    reader.ev2(2, ZERO).unwrap();
    assert_eq!(reader.full(0xF6, &[0x01], &[], true), Ok(vec![2, 0, 0, 0, 0]));
}

#[test]
fn a_session_sees_the_template() {
    let mut reader = with_sdm(&PLAIN);
    select(&mut reader);
    reader.ev2(3, ZERO).unwrap();
    assert_eq!(reader.plain(0xBD, &READ), Ok(vec![b'.'; 64])); // a free right: plain
    select(&mut reader);
    assert_eq!(reader.plain(0xF6, &[0x01]), Err(0x9D));
}

#[test]
fn settings_are_read_back_and_checked() {
    let mut reader = with_sdm(&PLAIN);
    let shown = [&[0x00, 0x40, 0xE0, 0xEE, 64, 0, 0][..], &PLAIN].concat();
    assert_eq!(reader.mac(0xF5, &[0x01], false), Ok(shown));
    let mut wrong = PLAIN;
    wrong[12] = 60; // the MAC would reach beyond the file
    assert_eq!(reader.full(0x5F, &[0x01], &[&[0x40, 0xE0, 0xEE], &wrong[..]].concat(), false), Err(0x9E));
    reader.ev2(0, ZERO).unwrap();
    reader.full(0x5F, &[0x01], &[0x00, 0xE0, 0xEE], false).unwrap();
    select(&mut reader);
    assert_eq!(reader.plain(0xBD, &READ), Ok(vec![b'.'; 64]));
}

#[test]
fn a_limit_ends_the_reading() {
    // 20: limit, one read
    let mut reader = with_sdm(&[&[0xE1, 0xF2, 0xE1, 0, 0, 0, 16, 0, 0, 0, 0, 0, 40, 0, 0][..], &[1, 0, 0]].concat());
    select(&mut reader);
    reader.plain(0xBD, &READ).unwrap();
    select(&mut reader);
    assert_eq!(reader.plain(0xBD, &READ), Err(0x9D));
}

#[test]
fn a_file_without_the_option_has_no_sdm() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 64, 0, 0]).unwrap();
    assert_eq!(reader.plain(0x5F, &[&[0x01, 0x40, 0xEE, 0xEE], &PLAIN[..]].concat()), Err(0x9E));
}
