//! Step 4.
use super::{aes, ev2_first, make, no, rights, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Result, ensure};
use desfire::command::{ChangeKey, CreateStdDataFile, DataFile, GetFileIds, NewFile, Opcode, ReadData, WriteData};
use desfire::{Authentication, CommMode, KeyNo, KeyType, U24};

pub fn messaging<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    make(desk, KeyType::Aes, None)?;
    desk.authenticate(ev2_first(0, &zero(KeyType::Aes)))?;
    desk.run(&ChangeKey { key_no: 1, new: aes(5), old: zero(KeyType::Aes) })?;
    for (number, mode) in (0..).zip([CommMode::Plain, CommMode::Maced, CommMode::Full]) {
        for (owner, number) in [(KeyNo::of::<0>(), number), (KeyNo::of::<1>(), number + 3)] {
            let file = NewFile { no: no(number)?, iso_file_id: None, mode, rights: rights(owner) };
            desk.run(&CreateStdDataFile { file, size: U24::from(64), sdm: false })?;
        }
    }
    ten_in_each_mode(desk, 0)?;
    desk.authenticate(Authentication::ev2_non_first(1, &aes(5)))?;
    ten_in_each_mode(desk, 3)
}

fn ten_in_each_mode<R: Reader>(desk: &mut Desk<R>, first: u8) -> Result<()> {
    for (number, mode) in (first..).zip([CommMode::Plain, CommMode::Maced, CommMode::Full]) {
        let file = DataFile { no: no(number)?, mode };
        for round in 1..=5_u8 {
            let data = vec![round; usize::from(round) * 12];
            let (offset, opcode) = (U24::ZERO, Opcode::Native);
            desk.run(&WriteData { file, offset, data: data.clone().into(), opcode })?;
            let length = U24::from(u16::from(round) * 12);
            ensure!(desk.run(&ReadData { file, offset, length, opcode })? == data, "round {round} in {mode:?}");
        }
        ensure!(desk.run(&GetFileIds)?.len() == 6, "the files");
    }
    Ok(())
}
