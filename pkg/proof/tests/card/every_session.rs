//! Everything that every generation speaks, in every session.

use desfire::command::*;
use desfire::cost::{Act, Meter, fewest};
use desfire::{
    AccessRights, Aid, Authentication, Capabilities, CommMode, Error, Framing, Generation, Key, KeyCount, KeyNo,
    KeyType, Right, Status, U24,
};
use picc::Model;

use crate::desk::{APPLICATION, Desk, UID, blank, free_for, key, no};

/// Every handshake that a key type has.
fn handshakes(key_no: u8, key: &Key) -> Vec<Authentication> {
    let all = [
        Authentication::d40(key_no, key),
        Authentication::iso(key_no, key),
        Authentication::aes(key_no, key),
        Authentication::ev2_first(key_no, key, Capabilities::default()),
    ];
    all.into_iter().flatten().collect()
}

/// Model, framing, key type.
fn places() -> impl Iterator<Item = (Model, Framing, KeyType)> {
    let models = [Model::Ev1, Model::Ev2, Model::Ev3];
    let kinds = [KeyType::Des, KeyType::TwoKey3Des, KeyType::ThreeKey3Des, KeyType::Aes];
    models.into_iter().flat_map(move |model| {
        [Framing::Wrapped, Framing::Native]
            .into_iter()
            .flat_map(move |framing| kinds.into_iter().map(move |kind| (model, framing, kind)))
    })
}

fn speaks(model: Model, generation: Option<Generation>) -> bool {
    model != Model::Ev1 || generation != Some(Generation::Ev2)
}

/// Runs it in a session of every handshake of every key type, on every model, in both framings. The application's key 0 is
/// `key(kind, 1, 0x10)`, key 1 is `key(kind, 2, 0x20)`.
pub fn in_every_session(mut check: impl FnMut(&mut Desk, KeyType, Generation)) {
    let mut seen = Vec::new();
    for (model, framing, kind) in places() {
        let count = handshakes(0, &key(kind, 1, 0x10)).len();
        for nth in 0..count {
            let mut desk = Desk::new(model, framing);
            desk.application(kind);
            desk.authenticate(Authentication::ev1(0, &blank(kind)).unwrap()).unwrap();
            desk.run(&ChangeKey { key_no: 1, new: key(kind, 2, 0x20), old: blank(kind) }).unwrap();
            let _unconfirmed = desk.run(&ChangeOwnKey { key_no: 0, new: key(kind, 1, 0x10), picc: false }).unwrap();
            let handshake = handshakes(0, &key(kind, 1, 0x10)).swap_remove(nth);
            if desk.authenticate(handshake).is_err() {
                assert!(model == Model::Ev1, "{model:?} {kind:?} handshake {nth}");
                continue;
            }
            let generation = desk.channel.session().unwrap();
            assert!(speaks(model, Some(generation)), "an EV1 does not speak EV2");
            seen.push((kind, generation));
            check(&mut desk, kind, generation);
        }
    }
    for pair in [
        (KeyType::Des, Generation::D40),
        (KeyType::TwoKey3Des, Generation::D40),
        (KeyType::Des, Generation::Ev1),
        (KeyType::TwoKey3Des, Generation::Ev1),
        (KeyType::ThreeKey3Des, Generation::Ev1),
        (KeyType::Aes, Generation::Ev1),
        (KeyType::Aes, Generation::Ev2),
    ] {
        assert!(seen.contains(&pair), "{pair:?} was never tried");
    }
}

#[test]
fn administration_is_understood_in_every_session() {
    in_every_session(|desk, kind, _| {
        let info = desk.run(&GetKeySettings).unwrap();
        assert_eq!((info.keys, info.settings), (3, KeySettings::FACTORY));
        assert_eq!(desk.run(&GetKeyVersion { key_no: 0, key_set: None }), Ok(0x10));
        assert_eq!(desk.run(&GetKeyVersion { key_no: 1, key_set: None }), Ok(0x20));
        assert_eq!(desk.run(&GetVersion).unwrap().uid, UID);
        if desk.channel.session() != Some(Generation::D40) {
            assert_eq!(desk.run(&GetCardUid), Ok(UID), "{kind:?}");
        }
        let closed = KeySettings { free_directory: false, ..KeySettings::FACTORY };
        desk.run(&ChangeKeySettings(closed)).unwrap();
        assert_eq!(desk.run(&GetKeySettings).unwrap().settings, closed);
        assert_eq!(desk.run(&GetFileIds), Ok(vec![]));
    });
}

#[test]
fn data_travel_in_every_mode_of_every_session() {
    in_every_session(|desk, kind, generation| {
        for (nth, mode) in [CommMode::Plain, CommMode::Maced, CommMode::Full].into_iter().enumerate() {
            for backup in [false, true] {
                let number = no(nth as u8 * 2 + u8::from(backup));
                let file = NewFile { no: number, iso_file_id: None, mode, rights: free_for(0) };
                let size = U24::from(200);
                if backup {
                    desk.run(&CreateBackupDataFile { file, size }).unwrap();
                } else {
                    desk.run(&CreateStdDataFile { file, size, sdm: false }).unwrap();
                }
                let file = DataFile { no: number, mode };
                for (offset, length) in [(0_u16, 1_u16), (3, 16), (8, 24), (0, 200), (150, 47)] {
                    let label = format!("{kind:?} {generation:?} {mode:?} backup {backup} {offset}+{length}");
                    let data: Vec<u8> = (0..length).map(|at| (at * 7 + offset) as u8).collect();
                    let written =
                        WriteData { file, offset: offset.into(), data: data.clone().into(), opcode: Opcode::Native };
                    desk.run(&written).unwrap_or_else(|error| panic!("write {label}: {error}"));
                    if backup {
                        desk.run(&CommitTransaction).unwrap_or_else(|error| panic!("commit {label}: {error}"));
                    }
                    let read = ReadData { file, offset: offset.into(), length: length.into(), opcode: Opcode::Native };
                    assert_eq!(desk.run(&read), Ok(data), "{label}");
                }
                let all = ReadData { file, offset: U24::ZERO, length: U24::ZERO, opcode: Opcode::Native };
                assert_eq!(desk.run(&all).unwrap().len(), 200, "{kind:?} {generation:?} {mode:?}: all of it");
                let settings = desk.run(&GetFileSettings(number)).unwrap();
                assert_eq!((settings.mode, settings.rights), (mode, free_for(0)));
            }
        }
    });
}

#[test]
fn values_and_records_travel_in_every_mode_of_every_session() {
    in_every_session(|desk, kind, generation| {
        for (nth, mode) in [CommMode::Plain, CommMode::Maced, CommMode::Full].into_iter().enumerate() {
            let label = format!("{kind:?} {generation:?} {mode:?}");
            let (purse, log) = (no(nth as u8 * 2), no(nth as u8 * 2 + 1));
            let limits = (-50, 1000);
            let made = CreateValueFile {
                no: purse,
                mode,
                rights: free_for(0),
                limits,
                value: 100,
                limited_credit: true,
                free_get_value: false,
            };
            desk.run(&made).unwrap();
            let file = ValueFile { no: purse, mode };
            desk.run(&Debit { file, amount: 30 }).unwrap_or_else(|error| panic!("{label}: {error}"));
            desk.run(&CommitTransaction).unwrap();
            assert_eq!(desk.run(&GetValue(file)), Ok(70), "{label}");
            desk.run(&LimitedCredit { file, amount: 30 }).unwrap();
            desk.run(&CommitTransaction).unwrap();
            desk.run(&Credit { file, amount: 5 }).unwrap();
            desk.run(&CommitTransaction).unwrap();
            assert_eq!(desk.run(&GetValue(file)), Ok(105), "{label}");

            let file = NewFile { no: log, iso_file_id: None, mode, rights: free_for(0) };
            let order = if nth == 1 { RecordOrder::Linear } else { RecordOrder::Cyclic };
            desk.run(&CreateRecordFile { file, order, record: U24::from(20), records: U24::from(4) }).unwrap();
            let file = RecordFile { no: log, mode, size: U24::from(20) };
            for round in 0..3_u8 {
                let data = vec![round + 1; 20].into();
                desk.run(&WriteRecord { file, offset: U24::ZERO, data, opcode: Opcode::Native })
                    .unwrap_or_else(|error| panic!("{label}: {error}"));
                desk.run(&CommitTransaction).unwrap();
            }
            let all = ReadRecords { file, first: U24::ZERO, count: U24::ZERO, opcode: Opcode::Native };
            // oldest first
            assert_eq!(desk.run(&all).unwrap(), [vec![1; 20], vec![2; 20], vec![3; 20]], "{label}");
            let newest = ReadRecords { count: U24::from(1), ..all };
            assert_eq!(desk.run(&newest).unwrap(), [vec![3; 20]], "{label}");
        }
    });
}

#[test]
fn keys_change_in_every_session() {
    in_every_session(|desk, kind, generation| {
        let label = format!("{kind:?} {generation:?}");
        let others = ChangeKey { key_no: 1, new: key(kind, 9, 0x33), old: key(kind, 2, 0x20) };
        desk.run(&others).unwrap_or_else(|error| panic!("another's {label}: {error}"));
        assert_eq!(desk.run(&GetKeyVersion { key_no: 1, key_set: None }), Ok(0x33), "{label}");
        let own = ChangeOwnKey { key_no: 0, new: key(kind, 8, 0x44), picc: false };
        let _unconfirmed = desk.run(&own).unwrap_or_else(|error| panic!("own {label}: {error}"));
        assert_eq!(desk.channel.session(), None, "{label}");
        for (number, changed) in [(0, key(kind, 8, 0x44)), (1, key(kind, 9, 0x33))] {
            desk.authenticate(Authentication::ev1(number, &changed).unwrap())
                .unwrap_or_else(|error| panic!("key {number} {label}: {error}"));
        }
        let old = desk.authenticate(Authentication::ev1(1, &key(kind, 2, 0x20)).unwrap());
        assert_eq!(old, Err(Error::Refused(Status::Authentication)), "{label}");
    });
}

#[test]
fn the_card_s_own_key_changes_its_type() {
    for kind in [KeyType::TwoKey3Des, KeyType::ThreeKey3Des, KeyType::Aes] {
        let mut desk = Desk::new(Model::Ev1, Framing::Wrapped);
        desk.select(0);
        desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
        let _unconfirmed = desk.run(&ChangeOwnKey { key_no: 0, new: key(kind, 5, 0x01), picc: true }).unwrap();
        desk.authenticate(Authentication::ev1(0, &key(kind, 5, 0x01)).unwrap()).unwrap();
        assert_eq!(desk.run(&FormatPicc), Ok(()));
        assert_eq!(desk.run(&GetApplicationIds), Ok(vec![]));
    }
}

/// One application of five keys and four files, 440 bytes enciphered, and Secure Dynamic Messaging: the fewest exchanges are 21.
#[test]
fn a_personalisation_takes_as_few_exchanges_as_it_can() {
    use desfire::sdm::{PiccData, Protected, SdmSettings};
    let mut desk = Desk::new(Model::Ev3, Framing::Wrapped);
    let blank = Key::aes([0; 16], 0);
    let aid = Aid::new(APPLICATION).unwrap();
    let settings = ApplicationSettings {
        key_settings: KeySettings::FACTORY,
        key_type: KeyType::Aes,
        keys: KeyCount::of::<5>(),
        iso_files: false,
        key_sets: None,
        vc_keys: false,
        capability_data: false,
        iso: None,
    };
    let owner = free_for(0);
    let new = |number, rights| NewFile { no: no(number), iso_file_id: None, mode: CommMode::Full, rights };
    let free = AccessRights { read: Right::Free, ..owner };
    let mut acts = Vec::new();

    desk.meter = Meter::default();
    desk.select(0);
    desk.authenticate(Authentication::d40(0, &Key::factory()).unwrap()).unwrap();
    acts.push(Act::Session);
    macro_rules! does {
        ($command:expr) => {{
            let command = $command;
            acts.push(Act::Command(command.request()));
            desk.run(&command).map(drop).unwrap();
        }};
    }
    does!(CreateApplication { aid, settings });
    desk.select(APPLICATION);
    desk.authenticate(Authentication::ev2_first(0, &blank, Capabilities::default()).unwrap()).unwrap();
    acts.push(Act::Session);
    for (number, size, rights) in [(1, 110_u16, owner), (2, 110, owner), (3, 110, owner), (4, 110, free)] {
        does!(CreateStdDataFile { file: new(number, rights), size: size.into(), sdm: number == 4 });
    }
    for number in 1..=4 {
        let file = DataFile { no: no(number), mode: CommMode::Full };
        does!(WriteData { file, offset: U24::ZERO, data: vec![b'0'; 110].into(), opcode: Opcode::Native });
    }
    does!(ChangeFileSettings {
        no: no(4),
        mode: CommMode::Full,
        rights: free,
        additional: Vec::new(),
        sdm: Some(SdmSettings {
            picc: PiccData::Encrypted { key: KeyNo::of::<2>(), offset: U24::from(20), uid: true, counter: true },
            protected: Some(Protected {
                key: KeyNo::of::<3>(),
                mac_input: U24::from(60),
                mac: U24::from(60),
                encrypted: None
            }),
            counter_read: Right::Never,
            counter_limit: None,
        }),
        tmc_limit: None,
        free: false,
    });
    for number in 1..=4 {
        does!(ChangeKey { key_no: number, new: key(KeyType::Aes, number, 1), old: blank.clone() });
    }
    does!(ChangeOwnKey { key_no: 0, new: key(KeyType::Aes, 7, 1), picc: false });

    let bound = fewest(&acts, 256);
    assert_eq!(bound, 21);
    assert!(desk.meter.exchanges * 100 <= bound * 115, "{:?} against {bound}", desk.meter);
    desk.hold_transcript("personalisation-of-an-ev3");
}
