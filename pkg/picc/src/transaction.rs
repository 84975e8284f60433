//! Transactions: what backup, value and record files take on with the commit, and the transaction MAC over all of it.
use crate::card::Card;
use crate::crypto::Cipher;
use crate::fields::Fields;
use crate::file::{Content, FREE, File, NEVER, TransactionMac};
use crate::keys::KeyType;
use crate::messaging::Answer;
use crate::model::Model;
use crate::state::Bytes;
use crate::status::Status;
use std::collections::BTreeMap;

/// An open transaction of the selected application. It is gone without power, and with another selection.
#[derive(Clone, Default)]
pub(crate) struct Transaction {
    files: BTreeMap<u8, Pending>,
    /// Transaction MAC input.
    tmi: Vec<u8>,
    /// Identity of the reader, once CommitReaderID has told it.
    reader: Option<[u8; 16]>,
}

/// What a file becomes.
#[derive(Clone)]
pub(crate) enum Pending {
    Backup(Vec<u8>),
    Value(PendingValue),
    Records(PendingRecords),
}

#[derive(Clone, Copy)]
pub(crate) struct PendingValue {
    pub value: i32,
    pub debited: i32,
    pub limited_used: bool,
}

#[derive(Clone, Default)]
pub(crate) struct PendingRecords {
    pub cleared: bool,
    pub new: Option<Vec<u8>>,
    /// By place from the oldest.
    pub updates: BTreeMap<usize, Vec<u8>>,
}

impl Transaction {
    pub fn open(&mut self, number: u8, begin: impl FnOnce() -> Pending) -> &mut Pending {
        self.files.entry(number).or_insert_with(begin)
    }

    pub fn forget(&mut self, number: u8) {
        self.files.remove(&number);
    }
}

impl Card {
    /// CommitTransaction C7: [option 01] answers with TMC (4) and TMV (8). With nothing to commit 0C.
    pub(crate) fn commit_transaction(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let option = if fields.left() > 0 && self.nv.model >= Model::Ev2 { fields.u8()? } else { 0x00 };
        fields.end()?;
        let mac = self.application()?.transaction_mac().map(|(number, file)| (number, file.rights.read_write()));
        if option > 0x01 {
            return Err(Status::ParameterError);
        }
        if option == 0x01 && mac.is_none() {
            return Err(Status::PermissionDenied);
        }
        let transaction = &self.v.transaction;
        if transaction.files.is_empty() && (mac.is_none() || transaction.tmi.is_empty()) {
            return Err(Status::NoChanges);
        }
        // where a right names who may identify the reader, somebody must have done so
        if mac.is_some_and(|(_, holder)| holder != NEVER) && transaction.reader.is_none() {
            return Err(Status::PermissionDenied);
        }
        // which code a card answers is not published
        if let Some((number, _)) = mac
            && let Content::TransactionMac(mac) = &self.file(number)?.content
            && mac.limit.is_some_and(|limit| mac.counter >= limit)
        {
            return Err(Status::PermissionDenied);
        }
        let Transaction { files, tmi, reader } = std::mem::take(&mut self.v.transaction);
        for (number, pending) in files {
            self.file_mut(number)?.become_(pending);
        }
        let uid = self.nv.uid;
        let mut answer = Vec::new();
        if let Some((number, _)) = mac
            && let Content::TransactionMac(mac) = &mut self.file_mut(number)?.content
        {
            mac.finish(&uid, &tmi, reader);
            if option == 0x01 {
                answer = [&mac.counter.to_le_bytes()[..], &mac.value].concat();
            }
        }
        self.written();
        Ok(answer.into())
    }

    /// AbortTransaction A7.
    pub(crate) fn abort_transaction(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        self.application()?;
        let transaction = std::mem::take(&mut self.v.transaction);
        if transaction.files.is_empty() && transaction.tmi.is_empty() {
            return Err(Status::NoChanges);
        }
        Ok(Answer::default())
    }

    /// CommitReaderID C8: the reader's 16 bytes; answered, where authenticated, by the last reader's, enciphered.
    pub(crate) fn commit_reader_id(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let reader: [u8; 16] = fields.array()?;
        fields.end()?;
        let (_, file) = self.application()?.transaction_mac().ok_or(Status::PermissionDenied)?;
        let Content::TransactionMac(mac) = &file.content else { return Err(Status::PermissionDenied) };
        let holder = file.rights.read_write();
        let authenticated = self.authenticated();
        if (holder != FREE && authenticated != Some(holder)) || self.v.transaction.reader.is_some() {
            return Err(Status::PermissionDenied);
        }
        let mut entry = [&[0xC8][..], &reader].concat();
        let mut answer = Vec::new();
        if authenticated.is_some() {
            answer = mac.reader.to_vec();
            let cipher = mac.session(0xA5, &self.nv.uid);
            cipher.cbc_encipher(&mut cipher.zero_iv(), &mut answer);
            entry.extend_from_slice(&answer);
        }
        self.v.transaction.reader = Some(reader);
        self.v.transaction.note(&entry);
        Ok(answer.into())
    }

    /// Notes a data command for the transaction MAC, if the application makes one; not what concerns the MAC file itself.
    pub(crate) fn log(&mut self, number: u8, entry: &[u8]) {
        let wanted =
            self.application().is_ok_and(|found| found.transaction_mac().is_some_and(|(own, _)| own != number));
        if wanted {
            self.v.transaction.note(entry);
        }
    }
}

impl Transaction {
    /// Each entry is padded with zeros to whole blocks.
    fn note(&mut self, entry: &[u8]) {
        self.tmi.extend_from_slice(entry);
        crate::crypto::pad_00(&mut self.tmi, 16);
    }
}

impl TransactionMac {
    /// SesTMMACKey (label 5A) or SesTMENCKey (A5) of the transaction that is open: label 00 01 00 80, TMC + 1, UID.
    fn session(&self, label: u8, uid: &[u8; 7]) -> Cipher {
        session(&self.key, label, self.counter.wrapping_add(1), uid)
    }

    fn finish(&mut self, uid: &[u8; 7], tmi: &[u8], reader: Option<[u8; 16]>) {
        self.value = self.session(0x5A, uid).short_mac(tmi);
        self.counter = self.counter.wrapping_add(1);
        if let Some(reader) = reader {
            self.reader = reader;
        }
    }
}

pub(crate) fn session(key: &[u8], label: u8, counter: u32, uid: &[u8; 7]) -> Cipher {
    let vector = [&[label, 0x00, 0x01, 0x00, 0x80], &counter.to_le_bytes()[..], uid].concat();
    Cipher::of(KeyType::Aes, &Cipher::of(KeyType::Aes, key).cmac(&vector))
}

impl File {
    /// Takes on what was pending.
    fn become_(&mut self, pending: Pending) {
        match (&mut self.content, pending) {
            (Content::Backup { data }, Pending::Backup(new)) => {
                let length = new.len();
                *data = Bytes(new);
                self.wrote(0, length);
            }
            (Content::Value(value), Pending::Value(pending)) => {
                value.value = pending.value;
                if pending.debited > 0 {
                    value.limited = pending.debited;
                } else if pending.limited_used {
                    value.limited = 0;
                }
                self.wrote(0, 4);
            }
            (Content::Records(file), Pending::Records(pending)) => {
                if pending.cleared {
                    file.records.clear();
                }
                for (place, bytes) in pending.updates {
                    if let Some(record) = file.records.get_mut(place) {
                        *record = Bytes(bytes);
                    }
                }
                file.records.extend(pending.new.map(Bytes));
                let surplus = file.records.len().saturating_sub(file.capacity());
                file.records.drain(..surplus);
                let (place, size) = (file.records.len().saturating_sub(1), file.size);
                self.wrote(place * size, size);
            }
            _ => {}
        }
    }
}
