//! Keys, key settings, key sets, and the counters of EV2 messaging.
use crate::host::{AID, Reader, ZERO};
use picc::Model;

const NEW: [u8; 16] = [0x5A; 16];

#[test]
fn own_key_ends_the_session_and_another_does_not() {
    for ev2 in [false, true] {
        let mut reader = Reader::in_application(Model::Ev3);
        reader.login(ev2, 0, ZERO).unwrap();
        assert_eq!(reader.change_key(&[0xC4, 0x01], NEW, 7, Some(ZERO)), Ok(vec![]));
        assert_eq!(reader.mac(0x64, &[0x01], false), Ok(vec![7]));
        assert_eq!(reader.change_key(&[0xC4, 0x00], NEW, 9, None), Ok(vec![]));
        assert_eq!(reader.card.session_key(), None);
        assert_eq!(reader.login(ev2, 0, ZERO), Err(0xAE));
        reader.login(ev2, 0, NEW).unwrap();
        reader.login(ev2, 1, NEW).unwrap();
    }
}

#[test]
fn a_wrong_old_key_is_an_integrity_error_and_changes_nothing() {
    let mut reader = Reader::in_application(Model::Ev2);
    reader.ev2(0, ZERO).unwrap();
    assert_eq!(reader.change_key(&[0xC4, 0x01], NEW, 7, Some([1; 16])), Err(0x1E));
    reader.ev2(1, ZERO).unwrap();
}

#[test]
fn keys_that_are_not_there() {
    let mut reader = Reader::in_application(Model::Ev3);
    assert_eq!(reader.aes(5, ZERO), Err(0x40));
    assert_eq!(reader.plain(0x64, &[0x05]), Err(0x40));
    assert_eq!(reader.plain(0x0A, &[0x00]), Err(0xAE)); // D40 with an AES key
    assert_eq!(reader.plain(0x71, &[0x00]), Err(0x7E));
    assert_eq!(reader.plain(0x77, &[0x00]), Err(0xAE)); // nothing to go on from
    let mut ev1 = Reader::in_application(Model::Ev1);
    assert_eq!(ev1.plain(0x71, &[0x00, 0x00]), Err(0x1C));
}

#[test]
fn the_second_authentication_goes_on_counting() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.ev2(0, ZERO).unwrap();
    reader.mac(0x6F, &[], true).unwrap();
    reader.ev2_again(1, ZERO).unwrap();
    assert_eq!(reader.card.session_key(), Some(1));
    reader.mac(0x6F, &[], true).unwrap();
}

#[test]
fn the_key_that_changes_keys_is_named_in_the_settings() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.aes(0, ZERO).unwrap();
    reader.full(0x54, &[], &[0x2F], false).unwrap(); // key 2 changes the others
    reader.aes(2, ZERO).unwrap();
    reader.change_key(&[0xC4, 0x01], NEW, 1, Some(ZERO)).unwrap();
    assert_eq!(reader.change_key(&[0xC4, 0x02], NEW, 1, None), Err(0xAE)); // itself with the master key only
    reader.aes(0, ZERO).unwrap();
    reader.change_key(&[0xC4, 0x02], NEW, 1, Some(ZERO)).unwrap();
}

#[test]
fn settings_are_frozen_for_good() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.aes(0, ZERO).unwrap();
    reader.full(0x54, &[], &[0x05], false).unwrap();
    assert_eq!(reader.mac(0x45, &[], false), Ok(vec![0x05, 0x85]));
    assert_eq!(reader.full(0x54, &[], &[0x0F], false), Err(0x9D));
    assert_eq!(reader.plain(0x45, &[]), Err(0xAE)); // listing is the master key's now
    assert_eq!(reader.plain(0x54, &[0x0F]), Err(0xAE));
}

#[test]
fn key_sets_are_prepared_and_rolled() {
    let mut reader = Reader::new(Model::Ev2);
    // three sets of 16 bytes, version 10, rolled by key 1
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x92, 0x01, 0x10, 3, 16, 1]).unwrap();
    reader.select(AID);
    reader.ev2(0, ZERO).unwrap();
    reader.mac(0x56, &[1, 2], true).unwrap();
    reader.change_key(&[0xC6, 1, 0], NEW, 3, Some(ZERO)).unwrap();
    reader.mac(0x57, &[1, 0x44], true).unwrap();
    assert_eq!(reader.mac(0x64, &[0x40, 0x80], false), Ok(vec![0x10, 0x44, 0x00]));
    assert_eq!(reader.mac(0x64, &[0x40, 0x01], false), Ok(vec![3]));
    assert_eq!(reader.mac(0x55, &[1], true), Err(0xAE)); // not the key that may roll
    reader.aes(1, ZERO).unwrap();
    let mac = reader.ev1_mac(&[0x55, 1]);
    let rolled = reader.card.transmit(&[&[0x55, 1], &mac[..]].concat()); // answered without MAC
    assert_eq!(rolled, [0x00]);
    assert_eq!(reader.card.session_key(), None);
    assert_eq!(reader.ev2(0, ZERO), Err(0xAE));
    reader.ev2(0, NEW).unwrap();
}

#[test]
fn a_useless_set_of_another_type_is_taken() {
    let mut reader = Reader::new(Model::Ev3);
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x92, 0x01, 0x10, 2, 16, 0]).unwrap();
    reader.select(AID);
    reader.ev2(0, ZERO).unwrap();
    reader.mac(0x56, &[1, 0], true).unwrap();
    assert_eq!(reader.mac(0x56, &[1, 1], true), Err(0x9E)); // 24 bytes do not fit
}
