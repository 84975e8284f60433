//! Ten thousand sessions of commands by chance, right and wrong ones, against a small model of what the card should hold.

use desfire::command::*;
use desfire::{Authentication, Capabilities, CommMode, Error, Framing, KeyType, Status, U24};
use picc::Model;
use proptest::prelude::*;

use crate::desk::{APPLICATION, Desk, blank, free_for, no};

const STANDARD: u8 = 1;
const BACKUP: u8 = 2;
const PURSE: u8 = 3;
const LOG: u8 = 4;
const SIZE: u16 = 24;
const RECORD: u16 = 4;
/// A cyclic file made for four records keeps three.
const KEPT: usize = 3;

#[derive(Clone, Debug)]
enum Act {
    WriteStandard {
        offset: u16,
        data: Vec<u8>,
    },
    WriteBackup {
        offset: u16,
        data: Vec<u8>,
    },
    Credit(u32),
    Debit(u32),
    WriteRecord {
        offset: u16,
        data: Vec<u8>,
    },
    Clear,
    Commit,
    Abort,
    /// A file that is not there.
    Lost,
    /// Out of the field and back.
    Power,
}

/// What the card holds, and what waits for the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Held {
    standard: Vec<u8>,
    backup: Vec<u8>,
    purse: i64,
    log: Vec<Vec<u8>>,
}

#[derive(Clone, Debug)]
struct Expected {
    held: Held,
    backup: Option<Vec<u8>>,
    purse: Option<i64>,
    /// The one new record of the transaction.
    record: Option<Vec<u8>>,
    cleared: bool,
}

impl Expected {
    fn new() -> Self {
        let empty = vec![0; usize::from(SIZE)];
        let held = Held { standard: empty.clone(), backup: empty, purse: 50, log: Vec::new() };
        Expected { held, backup: None, purse: None, record: None, cleared: false }
    }

    fn forget(&mut self) {
        (self.backup, self.purse, self.record, self.cleared) = (None, None, None, false);
    }

    fn pending(&self) -> bool {
        self.backup.is_some() || self.purse.is_some() || self.record.is_some() || self.cleared
    }

    /// What the card should answer.
    fn act(&mut self, act: &Act) -> Result<(), Status> {
        let within = |offset: u16, data: &[u8], size: u16| {
            if usize::from(offset) + data.len() > usize::from(size) { Err(Status::Boundary) } else { Ok(()) }
        };
        let place = |into: &mut Vec<u8>, offset: u16, data: &[u8]| {
            into[usize::from(offset)..usize::from(offset) + data.len()].copy_from_slice(data);
        };
        match act {
            Act::WriteStandard { offset, data } => {
                within(*offset, data, SIZE)?;
                place(&mut self.held.standard, *offset, data);
            }
            Act::WriteBackup { offset, data } => {
                within(*offset, data, SIZE)?;
                place(self.backup.get_or_insert(self.held.backup.clone()), *offset, data);
            }
            Act::Credit(amount) | Act::Debit(amount) => {
                let sign = if matches!(act, Act::Credit(_)) { 1 } else { -1 };
                let value = self.purse.unwrap_or(self.held.purse) + sign * i64::from(*amount);
                if !(0..=100).contains(&value) {
                    return Err(Status::Boundary);
                }
                self.purse = Some(value);
            }
            Act::WriteRecord { offset, data } => {
                within(*offset, data, RECORD)?;
                if self.cleared {
                    return Err(Status::PermissionDenied);
                }
                place(self.record.get_or_insert(vec![0; usize::from(RECORD)]), *offset, data);
            }
            Act::Clear => {
                self.cleared = true;
                self.record = None;
            }
            Act::Commit | Act::Abort if !self.pending() => return Err(Status::NoChanges),
            Act::Commit => {
                if let Some(backup) = self.backup.take() {
                    self.held.backup = backup;
                }
                if let Some(purse) = self.purse.take() {
                    self.held.purse = purse;
                }
                if self.cleared {
                    self.held.log.clear();
                }
                if let Some(record) = self.record.take() {
                    self.held.log.push(record);
                    let old = self.held.log.len().saturating_sub(KEPT);
                    self.held.log.drain(..old);
                }
                self.forget();
            }
            Act::Abort | Act::Power => self.forget(),
            Act::Lost => return Err(Status::FileNotFound),
        }
        Ok(())
    }
}

fn make(desk: &mut Desk, mode: CommMode) {
    let new = |number| NewFile { no: no(number), iso_file_id: None, mode, rights: free_for(0) };
    desk.application(KeyType::Aes);
    authenticate(desk, false);
    desk.run(&CreateStdDataFile { file: new(STANDARD), size: SIZE.into(), sdm: false }).unwrap();
    desk.run(&CreateBackupDataFile { file: new(BACKUP), size: SIZE.into() }).unwrap();
    let purse = CreateValueFile {
        no: no(PURSE),
        mode,
        rights: free_for(0),
        limits: (0, 100),
        value: 50,
        limited_credit: false,
        free_get_value: false,
    };
    desk.run(&purse).unwrap();
    let log = CreateRecordFile {
        file: new(LOG),
        order: RecordOrder::Cyclic,
        record: RECORD.into(),
        records: U24::from(KEPT as u16 + 1),
    };
    desk.run(&log).unwrap();
}

fn authenticate(desk: &mut Desk, later: bool) {
    let key = blank(KeyType::Aes);
    let handshake =
        if later { Authentication::ev2_first(0, &key, Capabilities::default()) } else { Authentication::aes(0, &key) };
    desk.authenticate(handshake.unwrap()).unwrap();
}

fn carry_out(desk: &mut Desk, act: &Act, mode: CommMode) -> Result<(), Error> {
    let opcode = Opcode::Native;
    let write = |number, offset: u16, data: &[u8]| WriteData {
        file: DataFile { no: no(number), mode },
        offset: offset.into(),
        data: data.to_vec().into(),
        opcode,
    };
    let purse = ValueFile { no: no(PURSE), mode };
    let log = RecordFile { no: no(LOG), mode, size: RECORD.into() };
    match act {
        Act::WriteStandard { offset, data } => desk.run(&write(STANDARD, *offset, data)),
        Act::WriteBackup { offset, data } => desk.run(&write(BACKUP, *offset, data)),
        Act::Credit(amount) => desk.run(&Credit { file: purse, amount: *amount }),
        Act::Debit(amount) => desk.run(&Debit { file: purse, amount: *amount }),
        Act::WriteRecord { offset, data } => {
            let data = data.clone().into();
            desk.run(&WriteRecord { file: log, offset: (*offset).into(), data, opcode })
        }
        Act::Clear => desk.run(&ClearRecordFile(no(LOG))),
        Act::Commit => desk.run(&CommitTransaction),
        Act::Abort => desk.run(&AbortTransaction),
        Act::Lost => desk.run(&GetFileSettings(no(30))).map(drop),
        Act::Power => {
            desk.card.power_on();
            desk.channel.lost();
            desk.select(APPLICATION);
            Ok(())
        }
    }
}

fn held(desk: &mut Desk, mode: CommMode) -> Held {
    let all = |number| ReadData {
        file: DataFile { no: no(number), mode },
        offset: U24::ZERO,
        length: SIZE.into(),
        opcode: Opcode::Native,
    };
    let (standard, backup) = (desk.run(&all(STANDARD)).unwrap(), desk.run(&all(BACKUP)).unwrap());
    let purse = i64::from(desk.run(&GetValue(ValueFile { no: no(PURSE), mode })).unwrap());
    let FileKind::Records { count, .. } = desk.run(&GetFileSettings(no(LOG))).unwrap().kind else { panic!("a log") };
    let file = RecordFile { no: no(LOG), mode, size: RECORD.into() };
    let records = ReadRecords { file, first: U24::ZERO, count: U24::ZERO, opcode: Opcode::Native };
    // a card refuses to read where there is nothing
    let log = if count == 0 { Vec::new() } else { desk.run(&records).unwrap() };
    Held { standard, backup, purse, log }
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let data = |most| prop::collection::vec(any::<u8>(), 1..most);
    let act = prop_oneof![
        (0..SIZE + 2, data(12)).prop_map(|(offset, data)| Act::WriteStandard { offset, data }),
        (0..SIZE + 2, data(12)).prop_map(|(offset, data)| Act::WriteBackup { offset, data }),
        (0..60_u32).prop_map(Act::Credit),
        (0..60_u32).prop_map(Act::Debit),
        (0..RECORD + 1, data(5)).prop_map(|(offset, data)| Act::WriteRecord { offset, data }),
        Just(Act::Clear),
        Just(Act::Commit),
        Just(Act::Abort),
        Just(Act::Lost),
        Just(Act::Power),
    ];
    prop::collection::vec(act, 30)
}

proptest! {
    // about ten sessions each: every refusal ends one
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn the_card_holds_what_the_model_holds(
        acts in acts(), mode in prop::sample::select(vec![CommMode::Plain, CommMode::Maced, CommMode::Full]), later in any::<bool>()
    ) {
        let mut desk = Desk::new(Model::Ev2, Framing::Wrapped);
        make(&mut desk, mode);
        let mut expected = Expected::new();
        authenticate(&mut desk, later);
        for act in &acts {
            let should = expected.act(act);
            let did = carry_out(&mut desk, act, mode);
            prop_assert_eq!(&did, &should.map_err(Error::Refused), "{:?}", act);
            if desk.channel.session().is_none() {
                authenticate(&mut desk, later);
            }
            let seen = held(&mut desk, mode);
            prop_assert_eq!(&seen, &expected.held, "after {:?}", act);
        }
    }
}
