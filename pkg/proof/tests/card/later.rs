//! What only EV2 and EV3 speak.

use desfire::command::*;
use desfire::tmac::{Transaction, TransactionKeys};
use desfire::{
    AccessRights, Aid, Authentication, Capabilities, Check, CommMode, DfName, Error, Framing, Key, KeyCount, KeyNo,
    KeySetNo, KeyType, Right, Status, U24, dam, originality,
};
use picc::Model;

use crate::desk::{APPLICATION, Desk, UID, blank, free_for, key, no};

fn ev2(key_no: u8, key: &Key) -> Authentication {
    Authentication::ev2_first(key_no, key, Capabilities::default()).unwrap()
}

fn aes(seed: u8) -> Key {
    key(KeyType::Aes, seed, 1)
}

#[test]
fn a_second_key_within_the_transaction() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.application(KeyType::Aes);
    let zero = blank(KeyType::Aes);
    desk.authenticate(ev2(0, &zero)).unwrap();
    desk.run(&ChangeKey { key_no: 1, new: aes(5), old: zero }).unwrap();
    let file = NewFile { no: no(1), iso_file_id: None, mode: CommMode::Full, rights: free_for(1) };
    desk.run(&CreateBackupDataFile { file, size: U24::from(32) }).unwrap();
    desk.authenticate(Authentication::ev2_non_first(1, &aes(5)).unwrap()).unwrap();
    let file = DataFile { no: no(1), mode: CommMode::Full };
    let data = vec![7; 32];
    desk.run(&WriteData { file, offset: U24::ZERO, data: data.clone().into(), opcode: Opcode::Iso }).unwrap();
    desk.run(&CommitTransaction).unwrap();
    let read = ReadData { file, offset: U24::ZERO, length: U24::from(32), opcode: Opcode::Iso };
    assert_eq!(desk.run(&read), Ok(data));
}

#[test]
fn key_sets_are_filled_and_rolled() {
    let mut desk = Desk::new(Model::Ev3, Framing::Native);
    desk.select(0);
    desk.authenticate(Authentication::d40(0, &Key::factory()).unwrap()).unwrap();
    let settings = ApplicationSettings {
        key_settings: KeySettings::FACTORY,
        key_type: KeyType::Aes,
        keys: KeyCount::of::<2>(),
        iso_files: false,
        key_sets: KeySets::new(1, 3, false, 0),
        vc_keys: false,
        capability_data: false,
        iso: None,
    };
    desk.run(&CreateApplication { aid: Aid::new(APPLICATION).unwrap(), settings }).unwrap();
    desk.select(APPLICATION);
    let zero = blank(KeyType::Aes);
    desk.authenticate(ev2(0, &zero)).unwrap();
    desk.run(&InitializeKeySet { key_set: KeySetNo::of::<1>(), key_type: KeyType::Aes }).unwrap();
    for key_no in 0..2 {
        let new = aes(20 + key_no);
        desk.run(&ChangeKeyEv2 { key_set: KeySetNo::of::<1>(), key_no, new, old: zero.clone() }).unwrap();
    }
    desk.run(&FinalizeKeySet { key_set: KeySetNo::of::<1>(), version: 2 }).unwrap();
    assert_eq!(desk.run(&GetKeyVersion { key_no: 1, key_set: Some(KeySetNo::of::<1>()) }), Ok(1));
    let _unconfirmed = desk.run(&RollKeySet { key_set: KeySetNo::of::<1>() }).unwrap();
    assert_eq!(desk.channel.session(), None);
    assert_eq!(desk.authenticate(ev2(0, &zero)), Err(Error::Refused(Status::Authentication)));
    desk.authenticate(ev2(1, &aes(21))).unwrap();
}

/// NXP publishes no worked example: two hands at least read the layout alike.
#[test]
fn the_transaction_mac_tells_what_was_done() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.application(KeyType::Aes);
    let zero = blank(KeyType::Aes);
    desk.authenticate(ev2(0, &zero)).unwrap();
    let file = NewFile { no: no(1), iso_file_id: None, mode: CommMode::Full, rights: free_for(0) };
    desk.run(&CreateBackupDataFile { file, size: U24::from(40) }).unwrap();
    let purse = ValueFile { no: no(2), mode: CommMode::Maced };
    let made = CreateValueFile {
        no: no(2),
        mode: CommMode::Maced,
        rights: free_for(0),
        limits: (0, 100),
        value: 50,
        limited_credit: false,
        free_get_value: false,
    };
    desk.run(&made).unwrap();
    let log = RecordFile { no: no(3), mode: CommMode::Plain, size: U24::from(8) };
    let file = NewFile { no: no(3), iso_file_id: None, mode: CommMode::Plain, rights: free_for(0) };
    desk.run(&CreateRecordFile { file, order: RecordOrder::Cyclic, record: U24::from(8), records: U24::from(3) })
        .unwrap();
    let (mac_key, owner) = (aes(77), Right::Key(KeyNo::of::<0>()));
    let rights = (Right::Free, owner, owner);
    let mac_file = CreateTransactionMacFile::new(no(15), CommMode::Plain, rights, mac_key.clone()).unwrap();
    desk.run(&mac_file).unwrap();
    assert!(CreateTransactionMacFile::new(no(15), CommMode::Plain, rights, Key::factory()).is_err());

    let file = DataFile { no: no(1), mode: CommMode::Full };
    let mut previous = [0; 16];
    for round in 1..=3_u8 {
        let mut told = Transaction::default();
        let data = vec![round; 21];
        desk.run(&WriteData { file, offset: U24::from(3), data: data.clone().into(), opcode: Opcode::Native }).unwrap();
        told.data(0x3D, no(1), U24::from(3), &data);
        // everything, and so is told as what it was
        let all = ReadData { file, offset: U24::ZERO, length: U24::ZERO, opcode: Opcode::Native };
        let read = desk.run(&all).unwrap();
        told.data(0xBD, no(1), U24::ZERO, &read);
        desk.run(&Debit { file: purse, amount: 5 }).unwrap();
        told.value(0xDC, no(2), 5);
        let record = vec![round; 8];
        desk.run(&WriteRecord { file: log, offset: U24::ZERO, data: record.clone().into(), opcode: Opcode::Native })
            .unwrap();
        told.records(0x3B, no(3), (U24::ZERO, U24::from(8)), &record);
        let reader = [round; 16];
        let encrypted = desk.run(&CommitReaderId { reader }).unwrap();
        told.reader(&reader, encrypted.as_ref());
        let answered = desk.run(&CommitTransactionMaced).unwrap();
        assert_eq!(answered.counter, u32::from(round));
        let keys = TransactionKeys::new(&mac_key, &UID, answered.counter).unwrap();
        keys.verify(&told, &answered).unwrap();
        assert_eq!(keys.previous_reader(&encrypted.unwrap()), previous);
        previous = reader;
        let mut lie = told.clone();
        lie.clear(no(3));
        assert!(keys.verify(&lie, &answered).is_err());
    }
    desk.hold_transcript("transaction-mac-of-an-ev2");
}

#[test]
fn transactions_end_at_the_limit_of_their_counter() {
    let mut desk = Desk::new(Model::Ev3, Framing::Wrapped);
    desk.application(KeyType::Aes);
    desk.authenticate(ev2(0, &blank(KeyType::Aes))).unwrap();
    let owner = Right::Key(KeyNo::of::<0>());
    let purse = NewFile { no: no(1), iso_file_id: None, mode: CommMode::Full, rights: free_for(0) };
    desk.run(&CreateBackupDataFile { file: purse, size: U24::from(8) }).unwrap();
    let made = CreateTransactionMacFile::new(no(15), CommMode::Plain, (Right::Free, Right::Never, owner), aes(77));
    desk.run(&made.unwrap()).unwrap();
    let rights = AccessRights { read: Right::Free, write: Right::Never, read_write: Right::Never, change: owner };
    let settings = ChangeFileSettings {
        no: no(15),
        mode: CommMode::Plain,
        rights,
        additional: Vec::new(),
        sdm: None,
        tmc_limit: Some(2),
        free: false,
    };
    desk.run(&settings).unwrap();
    let told = desk.run(&GetFileSettings(no(15))).unwrap();
    assert_eq!(told.kind, FileKind::TransactionMac { key: (2, 1), limit: Some(2) });
    let write = WriteData {
        file: DataFile { no: no(1), mode: CommMode::Full },
        offset: U24::ZERO,
        data: vec![1].into(),
        opcode: Opcode::Native,
    };
    for _ in 0..2 {
        desk.run(&write).unwrap();
        desk.run(&CommitTransaction).unwrap();
    }
    desk.run(&write).unwrap();
    assert!(matches!(desk.run(&CommitTransaction), Err(Error::Refused(_))));
}

/// As far as it is published: the key's number and the order of the MAC's input are from one source each.
#[test]
fn both_sides_of_a_proximity_check_prove_the_key() {
    const PROXIMITY: u8 = 0x21;
    let mut desk = Desk::new(Model::Ev3, Framing::Wrapped);
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    desk.run(&ChangeKey { key_no: PROXIMITY, new: aes(50), old: blank(KeyType::Aes) }).unwrap();
    let mut check = |key: &Key| {
        desk.card.power_off();
        desk.card.power_on();
        desk.select(0);
        let mut transcript = ProximityTranscript::new(desk.run(&PreparePc).unwrap());
        for host in [[1, 2, 3, 4], [5, 6, 7, 8]] {
            let card = desk.run(&ProximityRound { random: host.to_vec() }).unwrap();
            transcript.round(&card, &host);
        }
        let answered = desk.run(&transcript.verify(key).unwrap())?;
        assert_eq!(transcript.check(&aes(51), &answered), Err(Error::Integrity(Check::Mac)));
        transcript.check(key, &answered)
    };
    assert_eq!(check(&aes(50)), Ok(()));
    assert!(matches!(check(&aes(51)), Err(Error::Refused(_))));
}

#[test]
fn somebody_else_s_application_in_a_slot() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    let [auth, mac, enc] = [aes(40), aes(41), aes(42)];
    for (key_no, new) in [(0x10, &auth), (0x11, &mac), (0x12, &enc)] {
        desk.run(&ChangeKey { key_no, new: new.clone(), old: blank(KeyType::Aes) }).unwrap();
    }
    // made where the card's owner has the keys, off line
    let aid = Aid::new(APPLICATION).unwrap();
    let settings = ApplicationSettings {
        key_settings: KeySettings::FACTORY,
        key_type: KeyType::Aes,
        keys: KeyCount::of::<2>(),
        iso_files: false,
        key_sets: None,
        vc_keys: false,
        capability_data: false,
        iso: None,
    };
    let first = aes(43);
    let encrypted = dam::encrypt_key(&enc, [1, 2, 3, 4, 5, 6, 7], &first).unwrap();
    let slot = Slot { number: 0, version: 3, quota: 0x40 };
    let command = dam::create(&mac, aid, slot, settings, encrypted).unwrap();

    desk.select(0);
    desk.authenticate(ev2(0x10, &auth)).unwrap();
    desk.run(&command).unwrap();
    let info = desk.run(&GetDelegatedInfo { slot: 0 }).unwrap();
    assert_eq!((info.aid, info.version, info.quota), (aid, 3, 0x40));
    desk.select(APPLICATION);
    desk.authenticate(ev2(0, &first)).unwrap();
    assert_eq!(desk.run(&GetKeyVersion { key_no: 0, key_set: None }), Ok(1));
    desk.select(0);
    let dam_mac = Some(dam::delete(&mac, aid).unwrap());
    desk.authenticate(ev2(0x10, &auth)).unwrap();
    desk.run(&DeleteApplication { aid, dam_mac, selected: false }).unwrap();
    assert_eq!(desk.run(&GetApplicationIds), Ok(vec![]));
}

#[test]
fn what_is_configured_holds() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    desk.run(&SetDefaultKey(aes(60))).unwrap();
    desk.application(KeyType::Aes);
    desk.authenticate(ev2(0, &aes(60))).unwrap();
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    let for_good = ForGood::confirm(ForGood::WORDS).unwrap();
    let random_id = SetPiccConfiguration {
        disable_format: false,
        random_id: true,
        proximity_check: false,
        authenticate_vc: false,
        for_good,
    };
    desk.run(&random_id).unwrap();
    assert_eq!(desk.card.power_on().uid[0], 0x08);
    desk.channel.lost();
    desk.select(0);
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    assert_eq!(desk.run(&GetCardUid), Ok(UID), "the true one is told to who knows the key");
    desk.run(&SetSak { sak: [0x00, 0x20], for_good }).unwrap();
    desk.run(&SetCapabilities { capabilities: [0; 10], for_good }).unwrap();
    desk.run(&SetVirtualCardName { name: DfName::new(b"virtual").unwrap(), for_good }).unwrap();
    desk.run(&SetFailedAuthentications { counted: true, limit: 1000, decrement: 10, for_good }).unwrap();
    desk.run(&SetHardware { strong_modulation: true }).unwrap();
    let only_ev2 =
        SetSecureMessaging { disable_d40: true, disable_ev1: false, disable_chained_writing: false, for_good };
    desk.run(&only_ev2).unwrap();
    assert!(desk.authenticate(Authentication::d40(0, &Key::factory()).unwrap()).is_err());
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    assert_eq!(desk.run(&FormatPicc), Ok(()));
}

#[test]
fn a_file_has_more_than_one_set_of_rights() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.application(KeyType::Aes);
    let zero = blank(KeyType::Aes);
    desk.authenticate(ev2(0, &zero)).unwrap();
    let new = NewFile { no: no(1), iso_file_id: None, mode: CommMode::Full, rights: free_for(1) };
    desk.run(&CreateStdDataFile { file: new, size: U24::from(16), sdm: false }).unwrap();
    let additional = vec![free_for(2)];
    let change = ChangeFileSettings {
        no: no(1),
        mode: CommMode::Full,
        rights: free_for(1),
        additional: additional.clone(),
        sdm: None,
        tmc_limit: None,
        free: false,
    };
    desk.run(&change).unwrap();
    let told = desk.run(&GetFileSettings(no(1))).unwrap();
    assert_eq!((told.rights, told.additional), (free_for(1), additional));
    // key 2 reads by the second set, key 0 by none
    let file = DataFile { no: no(1), mode: CommMode::Full };
    let read = ReadData { file, offset: U24::ZERO, length: U24::from(16), opcode: Opcode::Native };
    desk.authenticate(ev2(2, &zero)).unwrap();
    assert_eq!(desk.run(&read), Ok(vec![0; 16]));
    desk.authenticate(ev2(0, &zero)).unwrap();
    assert_eq!(desk.run(&read), Err(Error::Refused(Status::PermissionDenied)));
}

#[test]
fn the_maker_s_signature_is_fetched() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.select(0);
    let signature = desk.run(&ReadSig).unwrap();
    // the simulated maker has no key
    assert!(originality::KEYS.iter().all(|(_, key)| !originality::is_genuine(&UID, &signature, key)));
    desk.authenticate(Authentication::iso(0, &Key::factory()).unwrap()).unwrap();
    assert_eq!(desk.run(&ReadSig), Ok(signature));
}

#[test]
fn a_record_is_changed_and_all_of_them_cleared() {
    let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
    desk.application(KeyType::Aes);
    desk.authenticate(ev2(0, &blank(KeyType::Aes))).unwrap();
    let new = NewFile { no: no(1), iso_file_id: None, mode: CommMode::Full, rights: free_for(0) };
    desk.run(&CreateRecordFile { file: new, order: RecordOrder::Linear, record: U24::from(6), records: U24::from(5) })
        .unwrap();
    let file = RecordFile { no: no(1), mode: CommMode::Full, size: U24::from(6) };
    for round in 1..=2_u8 {
        let data = vec![round; 6].into();
        desk.run(&WriteRecord { file, offset: U24::ZERO, data, opcode: Opcode::Iso }).unwrap();
        desk.run(&CommitTransaction).unwrap();
    }
    let change = UpdateRecord {
        file,
        record: U24::from(1),
        offset: U24::from(2),
        data: vec![9; 3].into(),
        opcode: Opcode::Native,
    };
    desk.run(&change).unwrap();
    desk.run(&CommitTransaction).unwrap();
    let all = ReadRecords { file, first: U24::ZERO, count: U24::ZERO, opcode: Opcode::Iso };
    assert_eq!(desk.run(&all).unwrap(), [vec![1, 1, 9, 9, 9, 1], vec![2; 6]]);
    desk.run(&ClearRecordFile(no(1))).unwrap();
    desk.run(&CommitTransaction).unwrap();
    let settings = desk.run(&GetFileSettings(no(1))).unwrap();
    assert!(matches!(settings.kind, FileKind::Records { count: 0, most: 5, .. }), "{settings:?}");
    assert_eq!(desk.run(&AbortTransaction), Err(Error::Refused(Status::NoChanges)));
}
