//! As a phone reads it: the Type 4 Tag mapping of the NFC Forum over ISO/IEC 7816-4.
use crate::host::Reader;
use picc::Model;

const NAME: [u8; 7] = [0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01];
const CC: [u8; 15] = [0, 15, 0x20, 0, 0x3B, 0, 0x34, 4, 6, 0xE1, 4, 0, 64, 0, 0];

fn tag(model: Model) -> Reader {
    let mut reader = Reader::new(model);
    let create = [&[1, 0, 0, 0x0F, 0xA1, 0x10, 0xE1], &NAME[..]].concat();
    reader.plain(0xCA, &create).unwrap();
    reader.select([1, 0, 0]);
    reader.plain(0xCD, &[0x01, 0x03, 0xE1, 0x00, 0x00, 0xE0, 15, 0, 0]).unwrap();
    reader.plain(0xCD, &[0x02, 0x04, 0xE1, 0x00, 0xE0, 0xEE, 64, 0, 0]).unwrap();
    reader.aes(0, [0; 16]).unwrap();
    reader.mac(0x3D, &[&[0x01, 0, 0, 0, 15, 0, 0], &CC[..]].concat(), false).unwrap();
    reader.reset();
    reader
}

fn apdu(reader: &mut Reader, bytes: &[u8]) -> Vec<u8> {
    reader.card.transmit(bytes)
}

fn select(reader: &mut Reader) {
    let frame = [&[0, 0xA4, 4, 0, 7], &NAME[..], &[0]].concat();
    assert_eq!(apdu(reader, &frame), [0x90, 0x00]);
}

#[test]
fn a_tag_is_read_and_written() {
    for model in [Model::Ev1, Model::Ev2, Model::Ev3] {
        let mut reader = tag(model);
        select(&mut reader);
        assert_eq!(apdu(&mut reader, &[0, 0xA4, 0, 0x0C, 2, 0xE1, 0x03]), [0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 0, 15]), [&CC[..], &[0x90, 0x00]].concat());
        assert_eq!(apdu(&mut reader, &[0, 0xD6, 0, 0, 1, 0]), [0x69, 0x82]); // writing it takes key 0
        select(&mut reader);
        assert_eq!(apdu(&mut reader, &[0, 0xA4, 0, 0x0C, 2, 0xE1, 0x04]), [0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xD6, 0, 2, 3, 0xD0, 0, 0]), [0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xD6, 0, 0, 2, 0, 3]), [0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 0, 2]), [0, 3, 0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 2, 3]), [0xD0, 0, 0, 0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 60, 0]), [0, 0, 0, 0, 0x90, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 60, 5]), [0x67, 0x00]);
        assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 64, 1]), [0x6B, 0x00]);
    }
}

#[test]
fn what_is_not_there_is_not_found() {
    let mut reader = tag(Model::Ev3);
    let older = [0, 0xA4, 4, 0, 7, 0xD2, 0x76, 0, 0, 0x85, 1, 0, 0];
    assert_eq!(apdu(&mut reader, &older), [0x6A, 0x82]);
    assert_eq!(apdu(&mut reader, &[0, 0xA4, 0, 0x0C, 2, 0xE1, 0x03]), [0x6A, 0x82]); // not in the master file
    assert_eq!(apdu(&mut reader, &[0, 0xB0, 0, 0, 1]), [0x69, 0x86]);
    select(&mut reader);
    assert_eq!(apdu(&mut reader, &[0, 0xA4, 0, 0x0C, 2, 0xE1, 0x05]), [0x6A, 0x82]);
    assert_eq!(apdu(&mut reader, &[0, 0xA4, 9, 0x0C]), [0x6A, 0x86]);
    assert_eq!(apdu(&mut reader, &[0, 0x20, 0, 0]), [0x6D, 0x00]);
    assert_eq!(apdu(&mut reader, &[0, 0xA4, 0, 0, 2, 0x3F, 0x00]), [0x90, 0x00]);
    assert_eq!(reader.card.selected(), [0; 3]);
    assert_eq!(apdu(&mut reader, &[0, 0xA4, 1, 0, 2, 0xE1, 0x10]), [0x90, 0x00]);
    assert_eq!(reader.card.selected(), [1, 0, 0]);
}

#[test]
fn records_are_appended_and_read() {
    let mut reader = tag(Model::Ev1);
    reader.select([1, 0, 0]);
    reader.plain(0xC1, &[0x03, 0x05, 0xE1, 0x00, 0xEE, 0xEE, 2, 0, 0, 4, 0, 0]).unwrap();
    for number in 1..=2 {
        assert_eq!(apdu(&mut reader, &[0, 0xE2, 0, 3 << 3, 2, number, number]), [0x90, 0x00]);
        reader.plain(0xC7, &[]).unwrap();
    }
    assert_eq!(apdu(&mut reader, &[0, 0xB2, 1, 3 << 3 | 4, 0]), [2, 2, 0x90, 0x00]);
    assert_eq!(apdu(&mut reader, &[0, 0xB2, 0, 3 << 3 | 5, 0]), [1, 1, 2, 2, 0x90, 0x00]);
    assert_eq!(apdu(&mut reader, &[0, 0xB2, 3, 3 << 3 | 4, 0]), [0x6A, 0x83]);
}

#[test]
fn authentication_by_iso_opens_a_session() {
    use crate::ciphers::aes_encipher;
    use crate::host::ZERO;
    let mut reader = tag(Model::Ev1);
    select(&mut reader);
    assert_eq!(apdu(&mut reader, &[0, 0x82, 9, 0x80, 1, 0]), [0x69, 0x85]);
    let challenge = apdu(&mut reader, &[0, 0x84, 0, 0, 16]);
    let proof = aes_encipher(&ZERO, &[&[0x21; 16], &challenge[..16]].concat());
    assert_eq!(apdu(&mut reader, &[&[0, 0x82, 9, 0x80, 32], &proof[..]].concat()), [0x90, 0x00]);
    let answer = apdu(&mut reader, &[&[0, 0x88, 9, 0x80, 16], &[0x22; 16][..], &[0]].concat());
    assert_eq!(answer.len(), 34);
    assert_eq!(reader.card.session_key(), Some(0));
    assert_eq!(apdu(&mut reader, &[0, 0x84, 0, 0, 7]), [0x67, 0x00]);
}
