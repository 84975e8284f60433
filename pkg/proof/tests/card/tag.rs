//! The card as phones see it: a Type 4 Tag, and one that signs each tap.

use desfire::command::*;
use desfire::sdm::{PiccData, Protected, SdmSettings, Tap, verify_sun};
use desfire::{
    AccessRights, Authentication, Capabilities, CommMode, Framing, Key, KeyCount, KeyNo, KeyType, Right, U24,
};
use ndef::tag::{AID, Layout, Reading, Step, TagError, Writing};
use ndef::{Record, uri};
use picc::{Model, Tear};

use crate::desk::{Desk, UID, blank, key, no};

/// What a phone does: it knows no keys.
fn tap(desk: &mut Desk) -> Result<Vec<Record>, TagError> {
    desk.card.power_on();
    desk.channel.lost();
    let (mut reading, mut command) = Reading::begin();
    loop {
        let back = desk.transmit(&command.encode().unwrap());
        match reading.answer(&back)? {
            Step::Send(next) => command = next,
            Step::Done(records) => return Ok(records),
        }
    }
}

/// A phone writes, too, with UPDATE BINARY, after it has read; whether the card lets it.
fn phone_writes(desk: &mut Desk, layout: &Layout, records: &[Record]) -> bool {
    desk.transmit(&apdu::Command::select_file(0xE104).encode().unwrap());
    let writing = Writing::new(&layout.container(), records).unwrap();
    writing.pieces().iter().all(|piece| {
        let update = apdu::Command::update_binary(piece.offset, &piece.data);
        desk.transmit(&update.encode().unwrap()) == [0x90, 0x00]
    })
}

/// Makes the tag of the layout; key 0 is zero.
fn made(model: Model, layout: &Layout) -> Desk {
    let mut desk = Desk::new(model, Framing::Wrapped);
    assert_eq!(tap(&mut desk), Err(TagError::NoTag), "a blank is no tag");
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    desk.run(&layout.application().unwrap()).unwrap();
    desk.select(AID);
    desk.authenticate(Authentication::aes(0, &blank(KeyType::Aes)).unwrap()).unwrap();
    desk.run(&layout.container_file().unwrap()).unwrap();
    desk.run(&layout.message_file().unwrap()).unwrap();
    let file = DataFile { no: no(1), mode: CommMode::Plain };
    let container = layout.container().encode().to_vec().into();
    desk.run(&WriteData { file, offset: U24::ZERO, data: container, opcode: Opcode::Native }).unwrap();
    desk
}

#[test]
fn a_link_is_written_and_read_by_phones() {
    for model in [Model::Ev1, Model::Ev2, Model::Ev3] {
        let layout = Layout::new(256);
        let mut desk = made(model, &layout);
        assert_eq!(tap(&mut desk), Ok(vec![]), "empty");
        let records = [uri::record("https://the.example.vn/t/7Kq2"), Record::mime("text/plain", vec![b'x'; 150])];
        assert!(phone_writes(&mut desk, &layout, &records));
        assert_eq!(tap(&mut desk), Ok(records.to_vec()), "{model:?}");
        if model == Model::Ev1 {
            desk.hold_transcript("type-4-tag-on-an-ev1");
        }
    }
}

/// Torn away before or after any command, the card holds the old message, none, or the new one.
#[test]
fn a_card_torn_away_while_it_is_written_is_never_a_malformed_tag() {
    let layout = Layout { writable: false, ..Layout::new(256) };
    let old = vec![uri::record("https://example.vn/old")];
    let new = vec![uri::record(&format!("https://example.vn/{}", "n".repeat(150)))];
    let write = |desk: &mut Desk, records: &[Record], torn: Option<(usize, Tear)>| {
        desk.card.power_on();
        desk.channel.lost();
        desk.select(AID);
        desk.authenticate(Authentication::aes(0, &blank(KeyType::Aes)).unwrap()).unwrap();
        let file = DataFile { no: no(2), mode: CommMode::Plain };
        for (nth, piece) in Writing::by_owner(&layout.container(), records).unwrap().pieces().iter().enumerate() {
            if let Some((at, tear)) = torn
                && at == nth
            {
                desk.card.tear(tear);
            }
            let data = piece.data.clone().into();
            let done = desk.run(&WriteData { file, offset: U24::from(piece.offset), data, opcode: Opcode::Native });
            if done.is_err() {
                return false;
            }
        }
        true
    };
    for at in 0..6 {
        for tear in [Tear::BeforeCommand, Tear::BeforeAnswer] {
            let mut desk = made(Model::Ev1, &layout);
            assert!(write(&mut desk, &old, None));
            assert_eq!(tap(&mut desk), Ok(old.clone()));
            assert!(!write(&mut desk, &new, Some((at, tear))));
            let found = tap(&mut desk).unwrap();
            assert!(found == old || found.is_empty() || found == new, "{at} {tear:?}: {found:?}");
            assert!(write(&mut desk, &new, None));
            assert_eq!(tap(&mut desk), Ok(new.clone()));
        }
    }
}

#[test]
fn each_tap_of_an_ev3_signs_itself() {
    signs_itself(true, true);
}

/// What a link does not show takes no place in the keys of its MAC (AN12196).
#[test]
fn a_tap_that_shows_less_signs_itself_too() {
    signs_itself(true, false);
    signs_itself(false, true);
}

/// A locked tag is read as before, refuses a phone's writing, and its owner still clears it.
#[test]
fn a_tag_is_locked_and_cleared() {
    let layout = Layout::new(256);
    let mut desk = made(Model::Ev1, &layout);
    let old = vec![uri::record("https://example.vn/old")];
    assert_eq!(tap(&mut desk), Ok(Vec::new()));
    assert!(phone_writes(&mut desk, &layout, &old));
    desk.select(AID);
    desk.authenticate(Authentication::aes(0, &blank(KeyType::Aes)).unwrap()).unwrap();
    let (settings, piece) = layout.lock(None);
    desk.run(&settings).unwrap();
    let put = |desk: &mut Desk, file: u8, piece: &ndef::tag::Piece| {
        let file = DataFile { no: no(file), mode: CommMode::Plain };
        let data = piece.data.clone().into();
        desk.run(&WriteData { file, offset: U24::from(piece.offset), data, opcode: Opcode::Native }).unwrap();
    };
    put(&mut desk, 1, &piece);
    assert_eq!(tap(&mut desk), Ok(old.clone()));
    assert!(!phone_writes(&mut desk, &layout, &[uri::record("https://example.vn/new")]));
    assert_eq!(tap(&mut desk), Ok(old));
    desk.select(AID);
    desk.authenticate(Authentication::aes(0, &blank(KeyType::Aes)).unwrap()).unwrap();
    put(&mut desk, 2, &Writing::nothing().pieces()[0]);
    assert_eq!(tap(&mut desk), Ok(Vec::new()));
}

fn signs_itself(uid: bool, counter: bool) {
    let layout =
        Layout { keys: KeyCount::of::<4>(), writable: false, sdm: true, most: (0xF0, 0xF0), ..Layout::new(256) };
    let mut desk = made(Model::Ev3, &layout);
    let zero = blank(KeyType::Aes);
    let (meta, file_read) = (key(KeyType::Aes, 30, 1), key(KeyType::Aes, 31, 1));
    desk.authenticate(Authentication::ev2_first(0, &zero, Capabilities::default()).unwrap()).unwrap();
    desk.run(&ChangeKey { key_no: 2, new: meta.clone(), old: zero.clone() }).unwrap();
    desk.run(&ChangeKey { key_no: 3, new: file_read.clone(), old: zero }).unwrap();

    let link = format!("https://the.example.vn/t?p={}&m={}", "0".repeat(32), "0".repeat(16));
    let records = [uri::record(&link)];
    let file = DataFile { no: no(2), mode: CommMode::Plain };
    for piece in Writing::by_owner(&layout.container(), &records).unwrap().pieces() {
        let data = piece.data.clone().into();
        desk.run(&WriteData { file, offset: U24::from(piece.offset), data, opcode: Opcode::Native }).unwrap();
    }
    // where the two stand in the file: NLEN, the record's head, the abbreviated link
    let in_file = |what: &str| {
        let head = 2 + 4 + 1;
        U24::new((head + link.find(what).unwrap() - "https://".len() + what.len()) as u32).unwrap()
    };
    let (picc_at, mac_at) = (in_file("p="), in_file("m="));
    let sdm = SdmSettings {
        picc: PiccData::Encrypted { key: KeyNo::of::<2>(), offset: picc_at, uid, counter },
        protected: Some(Protected { key: KeyNo::of::<3>(), mac_input: picc_at, mac: mac_at, encrypted: None }),
        counter_read: Right::Free,
        counter_limit: None,
    };
    let owner = Right::Key(KeyNo::of::<0>());
    let rights = AccessRights { read: Right::Free, write: owner, read_write: owner, change: owner };
    let settings = ChangeFileSettings {
        no: no(2),
        mode: CommMode::Plain,
        rights,
        additional: Vec::new(),
        sdm: Some(sdm),
        tmc_limit: None,
        free: false,
    };
    desk.run(&settings).unwrap();
    let told = desk.run(&GetFileSettings(no(2))).unwrap();
    assert_eq!(told.kind, FileKind::StdData { size: 256, sdm: Some(sdm) });

    let hex = |text: &str| -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let mut seen = Vec::new();
    for round in 1..=3 {
        let records = tap(&mut desk).unwrap();
        let tapped = uri::of(&records[0]).unwrap();
        assert!(!seen.contains(&tapped), "each tap is another link");
        let picc_data: [u8; 16] = hex(&tapped[27..59]).try_into().unwrap();
        let mac: [u8; 8] = hex(&tapped[62..]).try_into().unwrap();
        let input = &tapped.as_bytes()[27..62];
        let told = verify_sun(&meta, &file_read, &picc_data, input, &mac).unwrap();
        assert_eq!(told, Tap { uid: uid.then_some(UID), counter: counter.then_some(round) });
        let other = key(KeyType::Aes, 99, 1);
        assert!(verify_sun(&meta, &other, &picc_data, input, &mac).is_err());
        seen.push(tapped);
    }
    desk.select(AID);
    assert_eq!(desk.run(&GetFileCounters { no: no(2), free: true }), Ok(3));
    if uid && counter {
        desk.hold_transcript("dynamic-messages-of-an-ev3");
    }
}
