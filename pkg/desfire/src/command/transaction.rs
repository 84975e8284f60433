//! Transactions.

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::request::{Request, Transport};
use crate::types::{Fields, FileNo};

/// CommitTransaction, `C7`. With nothing pending the card refuses with NoChanges.
#[derive(Clone, Copy, Debug)]
pub struct CommitTransaction;

/// CommitTransaction with the transaction's counter and MAC for an answer (EV2 and later).
#[derive(Clone, Copy, Debug)]
pub struct CommitTransactionMaced;

/// What a transaction leaves: to be checked with [`crate::tmac`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TransactionMac {
    /// TMC, already counted up.
    pub counter: u32,
    /// TMV.
    pub value: [u8; 8],
}

impl Command for CommitTransactionMaced {
    type Reply = TransactionMac;

    fn request(&self) -> Request {
        Request::administrative(0xC7, [0x01])
    }

    fn reply(&self, answer: &Answer) -> Result<TransactionMac, Error> {
        let mut fields = Fields::new("the transaction MAC", &answer.data);
        let counter = u32::from_le_bytes(fields.take()?);
        let value = fields.take()?;
        fields.end()?;
        Ok(TransactionMac { counter, value })
    }
}

/// AbortTransaction, `A7`.
#[derive(Clone, Copy, Debug)]
pub struct AbortTransaction;

/// CommitReaderID, `C8`: who carries the transaction out. In a session the card answers whoever was before, enciphered.
#[derive(Clone, Copy, Debug)]
pub struct CommitReaderId {
    /// TMRI.
    pub reader: [u8; 16],
}

impl Command for CommitReaderId {
    /// EncTMRI, where the card answers one.
    type Reply = Option<[u8; 16]>;

    fn request(&self) -> Request {
        Request::new(0xC8, self.reader, Transport::AdministrativeMaced)
    }

    fn reply(&self, answer: &Answer) -> Result<Option<[u8; 16]>, Error> {
        if answer.data.is_empty() {
            return Ok(None);
        }
        let mut fields = Fields::new("the previous reader", &answer.data);
        let previous = fields.take()?;
        fields.end()?;
        Ok(Some(previous))
    }
}

/// RestoreTransfer, `B1`: the value of one value file into another (EV2 and later).
#[derive(Clone, Copy, Debug)]
pub struct RestoreTransfer {
    /// Into this one.
    pub target: FileNo,
    /// From this one.
    pub source: FileNo,
}

tells_nothing! {
    CommitTransaction => |_this| Request::administrative(0xC7, []);
    AbortTransaction => |_this| Request::administrative(0xA7, []);
    RestoreTransfer => |this| Request::administrative(0xB1, [this.target.get(), this.source.get()]);
}
