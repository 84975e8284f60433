//! Value files.

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{CommMode, Request, Transport};
use crate::types::{Fields, FileNo};

/// A value file, as data are exchanged with it in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueFile {
    /// Number.
    pub no: FileNo,
    /// How data travel.
    pub mode: CommMode,
}

/// GetValue, `6C`.
#[derive(Clone, Copy, Debug)]
pub struct GetValue(pub ValueFile);

impl Command for GetValue {
    type Reply = i32;

    fn request(&self) -> Request {
        Request::new(0x6C, [self.0.no.get()], Transport::Read(self.0.mode, Some(4)))
    }

    fn reply(&self, answer: &Answer) -> Result<i32, Error> {
        let mut fields = Fields::new("a value", &answer.data);
        let value = fields.i32()?;
        fields.end()?;
        Ok(value)
    }
}

/// Credit, `0C`: after the commit there is so much more.
#[derive(Clone, Copy, Debug)]
pub struct Credit {
    /// Of which file.
    pub file: ValueFile,
    /// How much, not negative.
    pub amount: u32,
}

/// Debit, `DC`: after the commit there is so much less.
#[derive(Clone, Copy, Debug)]
pub struct Debit {
    /// Of which file.
    pub file: ValueFile,
    /// How much, not negative.
    pub amount: u32,
}

/// LimitedCredit, `1C`: at most what the last transaction took away.
#[derive(Clone, Copy, Debug)]
pub struct LimitedCredit {
    /// Of which file.
    pub file: ValueFile,
    /// How much, not negative.
    pub amount: u32,
}

fn change(code: u8, file: ValueFile, amount: u32) -> Request {
    Request::new(code, [file.no.get()], Transport::Write(file.mode)).data(amount.to_le_bytes())
}

tells_nothing! {
    Credit => |this| change(0x0C, this.file, this.amount);
    Debit => |this| change(0xDC, this.file, this.amount);
    LimitedCredit => |this| change(0x1C, this.file, this.amount);
}
