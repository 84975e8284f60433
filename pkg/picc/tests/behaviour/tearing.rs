//! Power cuts.
use crate::host::{AID, Reader, ZERO};
use picc::{Model, Tear};

const READ: [u8; 7] = [0x01, 0, 0, 0, 0, 0, 0];

/// Arms the cut, sends the command, brings the card back.
fn torn(reader: &mut Reader, tear: Tear, frame: &[u8]) {
    reader.card.tear(tear);
    assert_eq!(reader.card.transmit(frame), [0; 0]);
    assert!(!reader.card.is_powered());
    assert_eq!(reader.card.transmit(&[0x60]), [0; 0]);
    reader.reset();
    assert_eq!(reader.card.session_key(), None);
    reader.select(AID);
}

/// What file 1 holds after a write of eight bytes was torn.
fn after(create: u8, commit: bool, tear: Tear) -> Vec<u8> {
    let mut reader = Reader::in_application(Model::Ev2);
    reader.plain(create, &[0x01, 0x00, 0xEE, 0xEE, 8, 0, 0]).unwrap();
    let write = [0x3D, 0x01, 0, 0, 0, 8, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
    if commit {
        assert_eq!(reader.card.transmit(&write), [0x00]);
        torn(&mut reader, tear, &[0xC7]);
    } else {
        torn(&mut reader, tear, &write);
    }
    reader.plain(0xBD, &READ).unwrap()
}

const OLD: [u8; 8] = [0; 8];
const NEW: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

fn inside(percent: u8) -> Tear {
    Tear::InsideWrite { percent }
}

#[test]
fn a_standard_file_is_undefined() {
    assert_eq!(after(0xCD, false, Tear::BeforeCommand), OLD);
    assert_eq!(after(0xCD, false, inside(0)), OLD);
    assert_eq!(after(0xCD, false, inside(50)), [1, 2, 3, 4, 0, 0, 0, 0]);
    assert_eq!(after(0xCD, false, inside(100)), NEW);
    assert_eq!(after(0xCD, false, Tear::BeforeAnswer), NEW);
}

#[test]
fn a_backup_file_is_old_or_new() {
    assert_eq!(after(0xCB, true, Tear::BeforeCommand), OLD);
    assert_eq!(after(0xCB, true, inside(0)), OLD);
    assert_eq!(after(0xCB, true, inside(50)), OLD);
    assert_eq!(after(0xCB, true, inside(100)), NEW);
    assert_eq!(after(0xCB, true, Tear::BeforeAnswer), NEW);
    assert_eq!(after(0xCB, false, Tear::BeforeAnswer), OLD); // written, never committed
}

#[test]
fn a_key_is_old_or_new() {
    let rows = [(Tear::BeforeCommand, false), (inside(50), false), (inside(100), true), (Tear::BeforeAnswer, true)];
    for (tear, changed) in rows {
        let mut reader = Reader::in_application(Model::Ev1);
        reader.aes(0, ZERO).unwrap();
        reader.card.tear(tear);
        let frame = reader.change_key_frame(&[0xC4, 0x00], [7; 16], 1);
        torn_frame(&mut reader, &frame);
        let old = reader.aes(0, ZERO);
        let new = reader.aes(0, [7; 16]);
        assert_eq!((old.is_err(), new.is_ok()), (changed, changed));
    }
}

fn torn_frame(reader: &mut Reader, frame: &[u8]) {
    assert_eq!(reader.card.transmit(frame), [0; 0]);
    reader.reset();
    reader.select(AID);
}

#[test]
fn a_cut_inside_a_write_waits_for_one() {
    let mut reader = Reader::in_application(Model::Ev1);
    reader.plain(0xCD, &[0x01, 0x00, 0xEE, 0xEE, 100, 0, 0]).unwrap();
    reader.card.tear(inside(50));
    assert_eq!(reader.plain(0x6F, &[]), Ok(vec![1]));
    // two frames; the second one writes
    assert_eq!(reader.card.transmit(&[&[0x3D, 0x01, 0, 0, 0, 60, 0, 0][..], &[7; 50]].concat()), [0xAF]);
    assert_eq!(reader.card.transmit(&[&[0xAF], &[7; 10][..]].concat()), [0; 0]);
    reader.reset();
    reader.select(AID);
    assert_eq!(reader.plain(0xBD, &[0x01, 29, 0, 0, 2, 0, 0]), Ok(vec![7, 0]));
}
