//! Step 6.
use super::{OWNER, aes, ev2_first, make, no, rights, zero};
use crate::desk::{Desk, Reader};
use anyhow::{Result, ensure};
use desfire::command::{
    CommitReaderId, CommitTransactionMaced, CreateBackupDataFile, CreateTransactionMacFile, DataFile, DeleteFile,
    GetVersion, NewFile, Opcode, ReadData, SelectApplication, WriteData,
};
use desfire::tmac::{Transaction, TransactionKeys};
use desfire::{Aid, CommMode, KeyNo, KeyType, Right, U24};

pub fn verified<R: Reader>(desk: &mut Desk<R>) -> Result<()> {
    desk.run(&SelectApplication::new(Aid::PICC))?;
    let uid = desk.run(&GetVersion)?.uid;
    make(desk, KeyType::Aes, None)?;
    desk.authenticate(ev2_first(0, &zero(KeyType::Aes)))?;
    let mode = CommMode::Full;
    let file = NewFile { no: no(1)?, iso_file_id: None, mode, rights: rights(KeyNo::of::<0>()) };
    desk.run(&CreateBackupDataFile { file, size: U24::from(40) })?;
    let file = DataFile { no: no(1)?, mode };
    for reader_id in [false, true] {
        let holder = if reader_id { OWNER } else { Right::Never };
        let made = CreateTransactionMacFile::new(no(15)?, CommMode::Plain, (Right::Free, holder, OWNER), aes(7))?;
        desk.run(&made)?;
        for round in 1..=3_u8 {
            let mut told = Transaction::default();
            let (offset, opcode) = (U24::from(3), Opcode::Native);
            let data = vec![round; 21];
            desk.run(&WriteData { file, offset, data: data.clone().into(), opcode })?;
            told.data(0x3D, no(1)?, offset, &data);
            let read = desk.run(&ReadData { file, offset: U24::ZERO, length: U24::ZERO, opcode })?;
            told.data(0xBD, no(1)?, U24::ZERO, &read);
            if reader_id {
                let reader = [round; 16];
                let previous = desk.run(&CommitReaderId { reader })?;
                told.reader(&reader, previous.as_ref());
            }
            let answered = desk.run(&CommitTransactionMaced)?;
            ensure!(answered.counter == u32::from(round), "the counter is {}", answered.counter);
            TransactionKeys::new(&aes(7), &uid, answered.counter)?.verify(&told, &answered)?;
        }
        desk.run(&DeleteFile(no(15)?))?;
    }
    Ok(())
}
