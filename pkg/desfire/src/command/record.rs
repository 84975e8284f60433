//! Linear and cyclic record files. Record 0 is the newest; several are read oldest first. A cyclic file made for N records
//! keeps N - 1.

use zeroize::Zeroizing;

use super::data::window;
use super::{Command, Opcode, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{CommMode, Request, Transport};
use crate::types::{FileNo, U24};

/// A linear or cyclic record file, as data are exchanged with it in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordFile {
    /// Number.
    pub no: FileNo,
    /// How data travel.
    pub mode: CommMode,
    /// Bytes of a record.
    pub size: U24,
}

/// ReadRecords.
#[derive(Clone, Copy, Debug)]
pub struct ReadRecords {
    /// From which file.
    pub file: RecordFile,
    /// The newest that is wanted, counted from the newest there is.
    pub first: U24,
    /// How many; zero is all of them.
    pub count: U24,
    /// Which code.
    pub opcode: Opcode,
}

impl Command for ReadRecords {
    /// Oldest first.
    type Reply = Vec<Vec<u8>>;

    fn request(&self) -> Request {
        let code = if self.opcode == Opcode::Iso { 0xAB } else { 0xBB };
        let length = (self.count != U24::ZERO)
            .then_some((self.count.get() as usize).saturating_mul(self.file.size.get() as usize));
        Request::new(code, window(self.file.no, self.first, self.count), Transport::Read(self.file.mode, length))
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<Vec<u8>>, Error> {
        let (size, found) = (self.file.size.get().max(1) as usize, answer.data.len());
        let expected = match self.count.get() as usize {
            0 => found.next_multiple_of(size),
            count => count.saturating_mul(size),
        };
        if expected != found {
            return Err(Error::Length { what: "records", expected, found });
        }
        Ok(answer.data.chunks(size).map(<[u8]>::to_vec).collect())
    }
}

/// WriteRecord: into the one new record of the transaction.
#[derive(Clone, Debug)]
pub struct WriteRecord {
    /// Into which file.
    pub file: RecordFile,
    /// From where in the record.
    pub offset: U24,
    /// What.
    pub data: Zeroizing<Vec<u8>>,
    /// Which code.
    pub opcode: Opcode,
}

/// UpdateRecord: a record that is there already (EV2 and later).
#[derive(Clone, Debug)]
pub struct UpdateRecord {
    /// In which file.
    pub file: RecordFile,
    /// Which, 0 the newest.
    pub record: U24,
    /// From where in the record.
    pub offset: U24,
    /// What.
    pub data: Zeroizing<Vec<u8>>,
    /// Which code.
    pub opcode: Opcode,
}

/// ClearRecordFile, `EB`: it is empty after the commit.
#[derive(Clone, Copy, Debug)]
pub struct ClearRecordFile(pub FileNo);

tells_nothing! {
    WriteRecord => |this| {
        let code = if this.opcode == Opcode::Iso { 0x8B } else { 0x3B };
        let length = U24::len_of(&this.data).unwrap_or_default();
        Request::new(code, window(this.file.no, this.offset, length), Transport::Write(this.file.mode))
            .data(this.data.to_vec())
    };
    UpdateRecord => |this| {
        let code = if this.opcode == Opcode::Iso { 0xBA } else { 0xDB };
        let length = U24::len_of(&this.data).unwrap_or_default();
        let header = [[this.file.no.get()].as_slice(), &this.record.wire(), &this.offset.wire(), &length.wire()].concat();
        Request::new(code, header, Transport::Write(this.file.mode)).data(this.data.to_vec())
    };
    ClearRecordFile => |this| Request::administrative(0xEB, [this.0.get()]);
}
