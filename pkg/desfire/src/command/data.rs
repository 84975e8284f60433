//! Standard and backup data files.

use zeroize::Zeroizing;

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{CommMode, Request, Transport};
use crate::types::{FileNo, U24};

/// A standard or a backup data file, as data are exchanged with it in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataFile {
    /// Number.
    pub no: FileNo,
    /// How data travel: the file's mode, or in clear where the access is free.
    pub mode: CommMode,
}

/// Which code: the data sheet of EV2 has a second one for the same command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Opcode {
    /// As on every DESFire: `BD`, `3D`, `BB`, `3B`, `DB`.
    #[default]
    Native,
    /// EV2 and later, with frames of ISO/IEC 14443-4: `AD`, `8D`, `AB`, `8B`, `BA`.
    Iso,
}

/// ReadData.
#[derive(Clone, Copy, Debug)]
pub struct ReadData {
    /// From which file.
    pub file: DataFile,
    /// From where.
    pub offset: U24,
    /// How much; zero is everything from there.
    pub length: U24,
    /// Which code.
    pub opcode: Opcode,
}

/// WriteData.
#[derive(Clone, Debug)]
pub struct WriteData {
    /// Into which file.
    pub file: DataFile,
    /// From where.
    pub offset: U24,
    /// What.
    pub data: Zeroizing<Vec<u8>>,
    /// Which code.
    pub opcode: Opcode,
}

impl Command for ReadData {
    type Reply = Vec<u8>;

    fn request(&self) -> Request {
        let code = if self.opcode == Opcode::Iso { 0xAD } else { 0xBD };
        let length = (self.length != U24::ZERO).then_some(self.length.get() as usize);
        Request::new(code, window(self.file.no, self.offset, self.length), Transport::Read(self.file.mode, length))
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<u8>, Error> {
        let (expected, found) = (self.length.get() as usize, answer.data.len());
        if expected != 0 && expected != found {
            return Err(Error::Length { what: "the data of the file", expected, found });
        }
        Ok(answer.data.clone())
    }
}

tells_nothing! {
    WriteData => |this| {
        let code = if this.opcode == Opcode::Iso { 0x8D } else { 0x3D };
        let length = U24::len_of(&this.data).unwrap_or_default();
        Request::new(code, window(this.file.no, this.offset, length), Transport::Write(this.file.mode))
            .data(this.data.to_vec())
    };
}

/// File number, offset, length.
pub(super) fn window(no: FileNo, first: U24, second: U24) -> Vec<u8> {
    [[no.get()].as_slice(), &first.wire(), &second.wire()].concat()
}
