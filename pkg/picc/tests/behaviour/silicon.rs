//! What has been seen on real cards, one test each.
use crate::ciphers::{aes_key, rotated};
use crate::host::{AID, Reader, ZERO};
use picc::{Card, Memory, Model};

#[test]
fn an_error_ends_the_session_and_the_next_mac_is_a_wrong_length() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.ev2(0, ZERO).unwrap();
    assert_eq!(reader.mac(0xF5, &[0x09], true), Err(0xF0));
    assert_eq!(reader.card.session_key(), None);
    assert_eq!(reader.mac(0xF5, &[0x09], true), Err(0x7E));
}

#[test]
fn a_read_whose_session_is_gone_is_a_wrong_length_before_it_is_forbidden() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xCD, &[0x01, 0x01, 0x11, 0x11, 0x20, 0, 0]).unwrap();
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]), Err(0x7E));
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 0, 0, 0]), Err(0x9D));
    assert_eq!(reader.plain(0x3D, &[0x01, 0, 0, 0, 1, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7, 8]), Err(0x7E));
}

#[test]
fn a_wrong_mac_is_an_integrity_error() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.ev2(0, ZERO).unwrap();
    assert_eq!(reader.plain(0x6F, &[0; 8]), Err(0x1E));
    assert_eq!(reader.card.session_key(), None);
}

#[test]
fn get_df_names_with_a_session_kills_an_ev1_card_for_good() {
    let mut reader = Reader::new(Model::Ev1);
    assert_eq!(reader.plain(0x6D, &[]), Ok(vec![]));
    reader.factory();
    assert_eq!(reader.plain(0x6D, &[]), Err(0xC1));
    reader.reset();
    assert_eq!(reader.plain(0x60, &[]), Err(0xCD));
    assert_eq!(reader.card.transmit(&[0x00, 0xA4, 0x00, 0x00]), [0x65, 0x81]);
    assert!(reader.card.is_dead());
}

#[test]
fn get_df_names_with_a_session_is_harmless_on_ev2() {
    let mut reader = Reader::new(Model::Ev2);
    reader.factory();
    assert_eq!(reader.mac(0x6D, &[], false), Ok(vec![]));
}

#[test]
fn each_df_name_has_a_frame_of_its_own() {
    let mut reader = Reader::new(Model::Ev1);
    reader.plain(0xCA, &[1, 0, 0, 0x0F, 0xA1, 0x10, 0xE1, 0xD2, 0x76, 0, 0, 0x85, 1, 1]).unwrap();
    reader.plain(0xCA, &[2, 0, 0, 0x0F, 0x81]).unwrap();
    reader.plain(0xCA, &[3, 0, 0, 0x0F, 0xA1, 0x11, 0xE1, b'x']).unwrap();
    assert_eq!(reader.card.transmit(&[0x6D]), [0xAF, 1, 0, 0, 0x10, 0xE1, 0xD2, 0x76, 0, 0, 0x85, 1, 1]);
    assert_eq!(reader.card.transmit(&[0xAF]), [0x00, 3, 0, 0, 0x11, 0xE1, b'x']);
}

#[test]
fn change_key_that_the_settings_forbid_is_ae() {
    let mut reader = Reader::new(Model::Ev3);
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0xF0, 0x85]).unwrap(); // frozen keys, master key too
    reader.select(AID);
    reader.aes(0, ZERO).unwrap();
    assert_eq!(reader.change_key(&[0xC4, 0x01], [1; 16], 1, Some(ZERO)), Err(0xAE));
    reader.aes(0, ZERO).unwrap();
    assert_eq!(reader.change_key(&[0xC4, 0x00], [1; 16], 1, None), Err(0xAE));
}

#[test]
fn aes_with_the_factory_key_is_ae_and_an_absent_application_a0() {
    let mut reader = Reader::new(Model::Ev3);
    assert_eq!(reader.aes(0, ZERO), Err(0xAE));
    assert_eq!(reader.plain(0x5A, &[9, 9, 9]), Err(0xA0));
}

#[test]
fn several_records_come_oldest_first_and_record_0_is_the_newest() {
    let mut reader = Reader::in_application(Model::Ev3);
    reader.plain(0xC1, &[0x01, 0x00, 0xEE, 0xEE, 2, 0, 0, 5, 0, 0]).unwrap();
    for number in 1..=3 {
        reader.plain(0x3B, &[0x01, 0, 0, 0, 1, 0, 0, number]).unwrap();
        reader.plain(0x3B, &[0x01, 1, 0, 0, 1, 0, 0, number + 0x10]).unwrap(); // the same pending record
        reader.plain(0xC7, &[]).unwrap();
    }
    assert_eq!(reader.plain(0xBB, &[0x01, 0, 0, 0, 1, 0, 0]), Ok(vec![3, 0x13]));
    assert_eq!(reader.plain(0xBB, &[0x01, 1, 0, 0, 0, 0, 0]), Ok(vec![1, 0x11, 2, 0x12]));
    assert_eq!(reader.plain(0xBB, &[0x01, 1, 0, 0, 3, 0, 0]), Err(0xBE));
}

#[test]
fn a_cyclic_file_keeps_one_record_less() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.plain(0xC0, &[0x01, 0x00, 0xEE, 0xEE, 1, 0, 0, 3, 0, 0]).unwrap();
    for number in 1..=5 {
        reader.plain(0x3B, &[0x01, 0, 0, 0, 1, 0, 0, number]).unwrap();
        reader.plain(0xC7, &[]).unwrap();
    }
    assert_eq!(reader.plain(0xBB, &[0x01, 0, 0, 0, 0, 0, 0]), Ok(vec![4, 5]));
}

#[test]
fn prepare_pc_blocks_everything_until_the_field_drops() {
    let mut reader = Reader::new(Model::Ev3);
    assert_eq!(reader.card.transmit(&[0xF0]), [0x90, 0x01, 0x03, 0x20, 0x0A]);
    assert_eq!(reader.plain(0x60, &[]), Err(0x0B));
    assert_eq!(reader.card.transmit(&[0x00, 0xA4, 0, 0]), [0x69, 0x85]);
    reader.reset();
    assert!(reader.plain(0x60, &[]).is_ok());
}

#[test]
fn notify_transaction_success_is_unknown() {
    assert_eq!(Reader::new(Model::Ev3).plain(0xEE, &[]), Err(0x1C));
}

#[test]
fn deleting_returns_no_memory_and_formatting_does() {
    let mut reader = Reader::in_application(Model::Ev3);
    let whole = Card::new(Model::Ev3, Memory::K8, [0; 7], Box::new(|_| {})).free();
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 0x00, 0x04, 0]).unwrap();
    let before = reader.card.free();
    reader.plain(0xDF, &[0x01]).unwrap();
    assert_eq!(reader.card.free(), before);
    reader.select([0; 3]);
    reader.factory();
    reader.mac(0xDA, &AID, false).unwrap();
    assert_eq!(reader.card.free(), before);
    reader.mac(0xFC, &[], false).unwrap();
    assert_eq!(reader.card.free(), whole);
}

#[test]
fn commit_and_abort_with_nothing_pending_change_nothing() {
    let mut reader = Reader::in_application(Model::Ev1);
    assert_eq!(reader.plain(0xC7, &[]), Err(0x0C));
    assert_eq!(reader.plain(0xA7, &[]), Err(0x0C));
}

#[test]
fn a_frame_in_between_aborts_the_command() {
    let mut reader = Reader::new(Model::Ev1);
    assert_eq!(reader.card.transmit(&[0x90, 0x60, 0, 0, 0])[7..], [0x91, 0xAF]);
    assert_eq!(reader.card.transmit(&[0x90, 0x6E, 0, 0, 0]), [0x91, 0xCA]);
    assert_eq!(reader.card.transmit(&[0x90, 0xAF, 0, 0, 0]), [0x91, 0x1C]);
}

#[test]
fn a_free_right_is_plain_in_the_session_of_another_key() {
    let mut reader = Reader::in_application(Model::Ev3);
    // enciphered; read free, write key 2
    reader.plain(0xCD, &[0x01, 0x03, 0x00, 0xE2, 4, 0, 0]).unwrap();
    reader.ev2(1, ZERO).unwrap();
    assert_eq!(reader.plain(0xBD, &[0x01, 0, 0, 0, 0, 0, 0]), Ok(vec![0; 4]));
    // the counter has moved all the same: the next MAC is over 1
    assert_eq!(reader.card.session_key(), Some(1));
    assert_eq!(reader.mac(0x6F, &[], true), Err(0x1E));
}

#[test]
fn frames_are_as_long_as_the_generation_allows() {
    for (model, room) in [(Model::Ev1, 59), (Model::Ev2, 123), (Model::Ev3, 251)] {
        let mut reader = Reader::in_application(model);
        reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 0x2C, 0x01, 0]).unwrap();
        let first = reader.card.transmit(&[0xBD, 0x01, 0, 0, 0, 0, 0, 0]);
        assert_eq!((first[0], first.len() - 1), (0xAF, room));
        reader.plain(0xAF, &[]).unwrap();
        assert_eq!(reader.card.transmit(&vec![0x60; room + 2]), [0x7E]);
    }
}

#[test]
fn the_atr_does_not_tell_the_generation() {
    for model in [Model::Ev1, Model::Ev2, Model::Ev3] {
        let mut card = Card::new(model, Memory::K4, [4, 0, 0, 0, 0, 0, 1], Box::new(|_| {}));
        assert_eq!(card.power_on().atr, [0x3B, 0x81, 0x80, 0x01, 0x80, 0x80]);
    }
}

#[test]
fn a_reader_that_restarts_its_chain_is_answered_and_sees_a_wrong_proof() {
    let mut reader = Reader::in_application(Model::Ev1);
    let key = aes_key(&ZERO);
    let mut rnd_b = reader.card.transmit(&[0xAA, 0x00])[1..].to_vec();
    let mut chain = rnd_b.clone();
    key.decipher(&mut [0; 16], &mut rnd_b);
    let rnd_a = [0x5C; 16];
    let mut token = [&rnd_a[..], &rotated(&rnd_b)].concat();
    key.encipher(&mut [0; 16], &mut token); // where the chain of the first frame should go on
    let answer = reader.card.transmit(&[&[0xAF], &token[..]].concat());
    assert_eq!(answer[0], 0x00);
    chain.copy_from_slice(&token[16..]);
    let mut proof = answer[1..].to_vec();
    key.decipher(&mut chain, &mut proof);
    assert_ne!(proof, rotated(&rnd_a));
}

#[test]
fn the_counter_of_ev2_messaging_never_wraps() {
    let mut reader = Reader::in_application(Model::Ev2);
    reader.plain(0xCD, &[0x01, 0x00, 0x00, 0xE0, 1, 0, 0]).unwrap();
    reader.ev2(1, ZERO).unwrap();
    for _ in 0..0xFFFF {
        assert_eq!(reader.card.transmit(&[0xBD, 0x01, 0, 0, 0, 1, 0, 0]), [0x00, 0x00]); // plain commands count too
    }
    assert_eq!(reader.card.transmit(&[0xBD, 0x01, 0, 0, 0, 1, 0, 0]), [0x1E]);
}
