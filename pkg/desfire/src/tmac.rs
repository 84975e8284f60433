//! The transaction MAC, off line: what a card and whoever knows the AppTransactionMACKey compute over a whole transaction. NXP
//! publishes no worked example; the layout follows the data sheet, and no card has confirmed it here.

use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::auth::aes_cmac;
use crate::cipher::{Block, Iv};
use crate::command::TransactionMac;
use crate::error::{Check, Error};
use crate::key::{Key, KeyType};
use crate::session::truncated;
use crate::types::{FileNo, U24};

/// The transaction MAC input: what was done, in its order, in clear.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transaction(Vec<u8>);

impl Transaction {
    /// ReadData or WriteData, with the offset and the length as they were carried out: a length of zero is told as what was read.
    pub fn data(&mut self, code: u8, file: FileNo, offset: U24, data: &[u8]) {
        let length = U24::len_of(data).unwrap_or_default();
        self.add(&[&[code, file.get()], &offset.wire(), &length.wire(), &[0; 8], data]);
    }

    /// GetValue, Credit, Debit, LimitedCredit.
    pub fn value(&mut self, code: u8, file: FileNo, value: i32) {
        self.add(&[&[code, file.get()], &value.to_le_bytes()]);
    }

    /// ReadRecords (first, count) or WriteRecord (offset, length).
    pub fn records(&mut self, code: u8, file: FileNo, parameters: (U24, U24), data: &[u8]) {
        self.add(&[&[code, file.get()], &parameters.0.wire(), &parameters.1.wire(), &[0; 8], data]);
    }

    /// UpdateRecord.
    pub fn update_record(&mut self, code: u8, file: FileNo, record: U24, offset: U24, data: &[u8]) {
        let length = U24::len_of(data).unwrap_or_default();
        self.add(&[&[code, file.get()], &record.wire(), &offset.wire(), &length.wire(), &[0; 5], data]);
    }

    /// ClearRecordFile.
    pub fn clear(&mut self, file: FileNo) {
        self.add(&[&[0xEB, file.get()]]);
    }

    /// CommitReaderID, with what the card answered in a session.
    pub fn reader(&mut self, reader: &[u8; 16], previous: Option<&[u8; 16]>) {
        self.add(&[&[0xC8], reader, previous.map_or(&[], <[u8; 16]>::as_slice)]);
    }

    /// Each command begins at a whole block.
    fn add(&mut self, parts: &[&[u8]]) {
        self.0.extend(parts.concat());
        self.0.resize(self.0.len().next_multiple_of(16), 0x00);
    }
}

/// The keys of one transaction.
pub struct TransactionKeys {
    mac: Zeroizing<[u8; 16]>,
    enc: Zeroizing<[u8; 16]>,
}

impl TransactionKeys {
    /// From the AppTransactionMACKey. `counter`: TMC as CommitTransaction answered it, already counted up.
    ///
    /// # Errors
    /// [`Error::KeyType`] for a key that is not AES.
    pub fn new(key: &Key, uid: &[u8; 7], counter: u32) -> Result<Self, Error> {
        if key.kind() != KeyType::Aes {
            return Err(Error::KeyType);
        }
        let derive = |label: u8| {
            let vector = [[label, 0x00, 0x01, 0x00, 0x80].as_slice(), &counter.to_le_bytes(), uid].concat();
            aes_cmac(key.stored(), &vector)
        };
        Ok(TransactionKeys { mac: derive(0x5A), enc: derive(0xA5) })
    }

    /// Whether the card did what it is said to have done.
    ///
    /// # Errors
    /// [`Error::Integrity`].
    pub fn verify(&self, transaction: &Transaction, answered: &TransactionMac) -> Result<(), Error> {
        let value = self.value(&transaction.0);
        if value.ct_eq(&answered.value).into() { Ok(()) } else { Err(Error::Integrity(Check::Mac)) }
    }

    /// Who carried the transaction before this one out, as CommitReaderID answered it.
    pub fn previous_reader(&self, encrypted: &[u8; 16]) -> [u8; 16] {
        let mut reader = *encrypted;
        Block::of(KeyType::Aes, &*self.enc).cbc_decrypt(&mut Iv::default(), &mut reader);
        reader
    }

    fn value(&self, input: &[u8]) -> [u8; 8] {
        truncated(&*aes_cmac(&*self.mac, input))
    }
}

#[cfg(any(test, feature = "proof"))]
impl TransactionKeys {
    pub(crate) fn shown(&self) -> (&[u8], &[u8]) {
        (&*self.mac, &*self.enc)
    }
}
