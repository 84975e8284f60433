//! The card level: applications, delegated ones too, memory, configuration.
use crate::ciphers::{aes_cmac, aes_encipher, short};
use crate::host::{AID, Reader, UID, ZERO, random};
use picc::{Card, Memory, Model};

#[test]
fn get_version_tells_generation_and_memory() {
    let rows = [
        (Model::Ev1, Memory::K4, 0x01, 0x18),
        (Model::Ev2, Memory::K8, 0x12, 0x1A),
        (Model::Ev2, Memory::K16, 0x22, 0x1C),
        (Model::Ev3, Memory::K2, 0x33, 0x16),
    ];
    for (model, memory, major, storage) in rows {
        let mut reader = Reader::with(Card::new(model, memory, UID, random(0)));
        let version = reader.plain(0x60, &[]).unwrap();
        assert_eq!(version.len(), 28);
        assert_eq!((version[3], version[5]), (major, storage));
        assert_eq!(version[14..21], UID);
    }
}

#[test]
fn applications_are_unique_and_28_on_ev1() {
    let mut reader = Reader::new(Model::Ev1);
    for number in 1..=28 {
        reader.plain(0xCA, &[number, 0, 0, 0x0F, 0x81]).unwrap();
    }
    assert_eq!(reader.plain(0xCA, &[29, 0, 0, 0x0F, 0x81]), Err(0xCE));
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0x81]), Err(0xDE));
    // 19 identifiers fill a frame
    assert_eq!(reader.card.transmit(&[0x6A]).len(), 58);
    assert_eq!(reader.card.transmit(&[0xAF]).len(), 28);
}

#[test]
fn wrong_parameters_of_create_application() {
    let mut reader = Reader::new(Model::Ev1);
    assert_eq!(reader.plain(0xCA, &[0, 0, 0, 0x0F, 0x81]), Err(0x9E));
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0x8F]), Err(0x9E)); // 15 keys
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0xC1]), Err(0x9E)); // no such cipher
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0x91, 0x00]), Err(0x9E)); // KeySett3 came with EV2
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F]), Err(0x7E));
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0xA1, 0x00, 0x3F]), Err(0x9E)); // 3F00 is the master file
    reader.plain(0xCA, &[1, 0, 0, 0x0F, 0xA1, 0x10, 0xE1, 1, 2]).unwrap();
    assert_eq!(reader.plain(0xCA, &[2, 0, 0, 0x0F, 0xA1, 0x10, 0xE1]), Err(0xDE));
    assert_eq!(reader.plain(0xCA, &[2, 0, 0, 0x0F, 0xA1, 0x11, 0xE1, 1, 2]), Err(0xDE));
}

#[test]
fn memory_runs_out() {
    let mut reader = Reader::with(Card::new(Model::Ev1, Memory::K2, UID, random(0)));
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x81]).unwrap();
    reader.select(AID);
    let before = reader.card.free();
    assert_eq!(reader.plain(0xCD, &[1, 0, 0xEE, 0xEE, 0xFF, 0xFF, 0xFF]), Err(0x0E));
    assert_eq!(reader.card.free(), before);
    reader.plain(0xCB, &[1, 0, 0xEE, 0xEE, 0x21, 0, 0]).unwrap(); // 33 bytes: two blocks, twice, and one for settings
    assert_eq!(before - reader.card.free(), 160);
    let free = reader.plain(0x6E, &[]).unwrap();
    assert_eq!(u32::from_le_bytes([free[0], free[1], free[2], 0]), reader.card.free());
}

#[test]
fn who_may_create_and_delete() {
    let mut reader = Reader::new(Model::Ev1);
    reader.factory();
    reader.full(0x54, &[], &[0x09], false).unwrap();
    reader.reset();
    assert_eq!(reader.plain(0xCA, &[1, 0, 0, 0x0F, 0x81]), Err(0xAE));
    assert_eq!(reader.plain(0x6A, &[]), Err(0xAE));
    reader.factory();
    reader.mac(0xCA, &[1, 0, 0, 0x0F, 0x81], false).unwrap();
    reader.mac(0xDA, &[1, 0, 0], false).unwrap();
    assert_eq!(reader.mac(0xDA, &[1, 0, 0], false), Err(0xA0));
}

#[test]
fn an_application_deletes_itself_where_creating_is_free() {
    let mut reader = Reader::in_application(Model::Ev1);
    assert_eq!(reader.plain(0xDA, &AID), Err(0xAE));
    reader.aes(0, ZERO).unwrap();
    // the session goes with it: a bare answer
    let mac = reader.ev1_mac(&[0xDA, 0x11, 0x22, 0x33]);
    assert_eq!(mac.len(), 8);
    assert_eq!(reader.card.transmit(&[0xDA, 0x11, 0x22, 0x33]), [0x00]);
    assert_eq!(reader.card.selected(), [0; 3]);
    assert!(reader.card.applications().is_empty());
}

#[test]
fn configuration_is_one_way() {
    let mut reader = Reader::new(Model::Ev1);
    reader.factory();
    reader.full(0x5C, &[0x00], &[0x03], false).unwrap();
    assert_eq!(reader.mac(0xFC, &[], false), Err(0x9D));
    reader.factory();
    reader.full(0x5C, &[0x00], &[0x00], false).unwrap();
    assert_eq!(reader.mac(0xFC, &[], false), Err(0x9D));
    let activation = reader.card.power_on();
    assert_eq!((activation.uid.len(), activation.uid[0]), (4, 0x08));
    reader.reset();
    assert_eq!(reader.plain(0x60, &[]).unwrap()[14..21], [0; 7]);
    reader.factory();
    assert_eq!(reader.full(0x51, &[], &[], true), Ok(UID.to_vec()));
}

#[test]
fn default_key_and_ats_are_configured() {
    let mut reader = Reader::new(Model::Ev1);
    reader.factory();
    reader.full(0x5C, &[0x01], &[&[0x77; 24][..], &[0x42]].concat(), false).unwrap();
    reader.full(0x5C, &[0x02], &[0x08, 0x75, 0x77, 0x81, 0x02, b'a', b'b', b'c'], false).unwrap();
    assert_eq!(reader.full(0x5C, &[0x02], &[0x09, 0x75, 0x77], false), Err(0x1E)); // nothing fits at that length
    assert_eq!(reader.card.power_on().atr, [0x3B, 0x83, 0x80, 0x01, b'a', b'b', b'c', 0x02 ^ 0x60]);
    reader.reset();
    reader.plain(0xCA, &[0x11, 0x22, 0x33, 0x0F, 0x81]).unwrap();
    reader.select(AID);
    assert_eq!(reader.plain(0x64, &[0]), Ok(vec![0x42]));
    reader.aes(0, [0x77; 16]).unwrap();
}

/// Found by a foreign client: the CRC over the first 24 of these bytes begins with 00, as the 25th byte is.
#[test]
fn data_are_not_cut_where_a_shorter_crc_fits() {
    let key = [0x20, 0x22, 0x24, 0x26, 0x28, 0x2A, 0x2C, 0x2E];
    let mut reader = Reader::new(Model::Ev1);
    reader.factory();
    reader.full(0x5C, &[0x01], &[&key[..], &key, &[0; 9]].concat(), false).unwrap();
    assert_eq!(reader.card.session_key(), Some(0));
}

#[test]
fn delegated_application() {
    let mut reader = Reader::new(Model::Ev2);
    reader.factory();
    let [auth, mac, enc] = [[0x10; 16], [0x11; 16], [0x22; 16]];
    for (number, key) in [(0x10, auth), (0x11, mac), (0x12, enc)] {
        reader.change_key(&[0xC4, number], key, 1, Some(ZERO)).unwrap();
    }
    reader.reset();
    let params = [&AID[..], &[0, 0, 0, 0x40, 0, 0x0F, 0x82]].concat();
    let field = [&[0xF5, 0xE8, 0x76, 0xFE, 0xE2, 0x75, 0x60][..], &[0x33; 16], &[0; 8], &[5]].concat();
    let key = aes_encipher(&enc, &field);
    let proof = short(&aes_cmac(&mac, &[&[0xC9], &params[..], &key].concat()));
    let second = [key, proof].concat();

    assert_eq!(reader.card.transmit(&[&[0xC9], &params[..]].concat()), [0xAF]);
    assert_eq!(reader.card.transmit(&[&[0xAF], &second[..]].concat()), [0xAE]); // not by the delegation key
    reader.aes(0x10, auth).unwrap();
    let mut wrong = second.clone();
    wrong[39] ^= 1;
    reader.card.transmit(&[&[0xC9], &params[..]].concat());
    assert_eq!(reader.card.transmit(&[&[0xAF], &wrong[..]].concat()), [0x1E]);
    reader.ev2(0x10, auth).unwrap();
    assert_eq!(reader.delegated(&params, &second), Ok(vec![]));
    assert_eq!(reader.mac(0x69, &[0, 0], false), Ok([&[0, 0x40, 0, 0x3E, 0][..], &AID].concat()));
    reader.select(AID);
    reader.ev2(0, [0x33; 16]).unwrap();
    assert_eq!(reader.mac(0x64, &[0], false), Ok(vec![5]));
    // it lives on its quota: 64 blocks, two taken
    let card = reader.card.free();
    reader.mac(0xCD, &[1, 0, 0xEE, 0xEE, 0, 1, 0], false).unwrap();
    assert_eq!(reader.card.free(), card);
    assert_eq!(reader.mac(0xCD, &[2, 0, 0xEE, 0xEE, 0, 8, 0], false), Err(0x0E));
}
