//! Step 2: every handshake and every mode, as `pkg/proof/tests/card/every_session.rs` has them.
use super::{key, make, no, rights, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Result, ensure};
use desfire::command::{
    ChangeKey, ChangeOwnKey, CommitTransaction, CreateBackupDataFile, CreateRecordFile, CreateStdDataFile,
    CreateValueFile, Credit, DataFile, Debit, GetKeyVersion, GetValue, NewFile, Opcode, ReadData, ReadRecords,
    RecordFile, RecordOrder, ValueFile, WriteData, WriteRecord,
};
use desfire::{Authentication, CommMode, Error, Key, KeyNo, KeyType, U24};

type Handshake = fn(u8, &Key) -> Result<Authentication, Error>;

pub fn every_key_type<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    let all: [(&str, KeyType, Handshake); 6] = [
        ("0A with DES", KeyType::Des, Authentication::d40),
        ("1A with DES", KeyType::Des, Authentication::iso),
        ("0A with 2K3DES", KeyType::TwoKey3Des, Authentication::d40),
        ("1A with 2K3DES", KeyType::TwoKey3Des, Authentication::iso),
        ("1A with 3K3DES", KeyType::ThreeKey3Des, Authentication::iso),
        ("AA", KeyType::Aes, Authentication::aes),
    ];
    for (name, kind, handshake) in all {
        desk.remark(name);
        super::blank(desk)?;
        make(desk, kind, None)?;
        desk.authenticate(Authentication::ev1(0, &zero(kind)))?;
        desk.run(&ChangeKey { key_no: 1, new: key(kind, 2, 0x20), old: zero(kind) })?;
        let _unconfirmed = desk.run(&ChangeOwnKey { key_no: 0, new: key(kind, 1, 0x10), picc: false })?;
        desk.authenticate(handshake(0, &key(kind, 1, 0x10)))?;
        ensure!(desk.run(&GetKeyVersion { key_no: 1, key_set: None })? == 0x20, "the version of the changed key");
        for (number, mode) in (0..).step_by(3).zip([CommMode::Plain, CommMode::Maced, CommMode::Full]) {
            files(desk, number, mode)?;
        }
    }
    Ok(())
}

fn files<R: Reader>(desk: &mut Desk<R>, number: u8, mode: CommMode) -> Result<()> {
    let new = |number: u8| -> Result<NewFile> {
        Ok(NewFile { no: no(number)?, iso_file_id: None, mode, rights: rights(KeyNo::of::<0>()) })
    };
    let size = U24::from(200);
    desk.run(&CreateStdDataFile { file: new(number)?, size, sdm: false })?;
    desk.run(&CreateBackupDataFile { file: new(number + 9)?, size })?;
    for (number, backup) in [(number, false), (number + 9, true)] {
        let file = DataFile { no: no(number)?, mode };
        for length in [1_u16, 16, 24, 200] {
            let data: Vec<u8> = (0..length).map(|at| (at * 7 + length) as u8).collect();
            let (offset, opcode) = (U24::ZERO, Opcode::Native);
            desk.run(&WriteData { file, offset, data: data.clone().into(), opcode })?;
            if backup {
                desk.run(&CommitTransaction)?;
            }
            let read = desk.run(&ReadData { file, offset, length: length.into(), opcode })?;
            ensure!(read == data, "{length} bytes in {mode:?} are read as others");
        }
        let all = ReadData { file, offset: U24::ZERO, length: U24::ZERO, opcode: Opcode::Native };
        ensure!(desk.run(&all)?.len() == 200, "all of the file");
    }
    let purse = CreateValueFile {
        no: no(number + 1)?,
        mode,
        rights: rights(KeyNo::of::<0>()),
        limits: (0, 1000),
        value: 100,
        limited_credit: false,
        free_get_value: false,
    };
    desk.run(&purse)?;
    let file = ValueFile { no: purse.no, mode };
    desk.run(&Debit { file, amount: 30 })?;
    desk.run(&CommitTransaction)?;
    desk.run(&Credit { file, amount: 5 })?;
    desk.run(&CommitTransaction)?;
    ensure!(desk.run(&GetValue(file))? == 75, "the value");
    let (record, records, order) = (U24::from(20), U24::from(4), RecordOrder::Cyclic);
    desk.run(&CreateRecordFile { file: new(number + 2)?, order, record, records })?;
    let file = RecordFile { no: no(number + 2)?, mode, size: record };
    for round in 1..=2_u8 {
        let data = vec![round; 20].into();
        desk.run(&WriteRecord { file, offset: U24::ZERO, data, opcode: Opcode::Native })?;
        desk.run(&CommitTransaction)?;
    }
    let all = ReadRecords { file, first: U24::ZERO, count: U24::ZERO, opcode: Opcode::Native };
    ensure!(desk.run(&all)? == [vec![1; 20], vec![2; 20]], "the records, oldest first");
    Ok(())
}
