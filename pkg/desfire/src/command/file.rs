//! Files: made, listed, deleted, and their settings.

use super::{Command, tells_nothing};
use crate::channel::Answer;
use crate::error::Error;
use crate::key::{Key, KeyType};
use crate::request::{CommMode, Request, Transport};
use crate::sdm::SdmSettings;
use crate::types::{AccessRights, Fields, FileNo, Right, U24};

/// What every file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Number.
    pub no: FileNo,
    /// ISO identifier: needed in an application with ISO files, impossible in others.
    pub iso_file_id: Option<u16>,
    /// How data travel.
    pub mode: CommMode,
    /// Who may do what.
    pub rights: AccessRights,
}

impl NewFile {
    fn wire(&self, option: u8) -> Vec<u8> {
        let mut bytes = vec![self.no.get()];
        bytes.extend(self.iso_file_id.into_iter().flat_map(u16::to_le_bytes));
        bytes.push(self.mode.bits() | option);
        bytes.extend(self.rights.wire());
        bytes
    }
}

/// CreateStdDataFile, `CD`: written at once; a cut of power in the midst leaves it undefined.
#[derive(Clone, Copy, Debug)]
pub struct CreateStdDataFile {
    /// What every file has.
    pub file: NewFile,
    /// Bytes.
    pub size: U24,
    /// Whether Secure Dynamic Messaging can be switched on later (EV3).
    pub sdm: bool,
}

/// CreateBackupDataFile, `CB`: written with the commit, or not at all.
#[derive(Clone, Copy, Debug)]
pub struct CreateBackupDataFile {
    /// What every file has.
    pub file: NewFile,
    /// Bytes; it takes twice as many.
    pub size: U24,
}

/// CreateValueFile, `CC`. It has no ISO identifier.
#[derive(Clone, Copy, Debug)]
pub struct CreateValueFile {
    /// Number.
    pub no: FileNo,
    /// How data travel.
    pub mode: CommMode,
    /// Who may do what.
    pub rights: AccessRights,
    /// Least and most.
    pub limits: (i32, i32),
    /// At first.
    pub value: i32,
    /// Whether LimitedCredit works.
    pub limited_credit: bool,
    /// Whether everybody may read the value.
    pub free_get_value: bool,
}

/// Which order records have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordOrder {
    /// `C1`: full when it is full.
    Linear,
    /// `C0`: the newest takes the place of the oldest.
    Cyclic,
}

/// CreateLinearRecordFile and CreateCyclicRecordFile.
#[derive(Clone, Copy, Debug)]
pub struct CreateRecordFile {
    /// What every file has.
    pub file: NewFile,
    /// Which of the two.
    pub order: RecordOrder,
    /// Bytes of a record.
    pub record: U24,
    /// Records; a cyclic file keeps one less.
    pub records: U24,
}

/// CreateTransactionMACFile, `CE` (EV2 and later): the key goes enciphered.
#[derive(Clone, Debug)]
pub struct CreateTransactionMacFile {
    no: FileNo,
    mode: CommMode,
    rights: AccessRights,
    key: Key,
}

impl CreateTransactionMacFile {
    /// `reader_id`: who sends CommitReaderID before a commit, or nobody. `key`: AppTransactionMACKey. Nobody ever writes it.
    ///
    /// # Errors
    /// [`Error::KeyType`] for a key that is not AES.
    pub fn new(
        no: FileNo,
        mode: CommMode,
        (read, reader_id, change): (Right, Right, Right),
        key: Key,
    ) -> Result<Self, Error> {
        if key.kind() != KeyType::Aes {
            return Err(Error::KeyType);
        }
        let rights = AccessRights { read, write: Right::Never, read_write: reader_id, change };
        Ok(CreateTransactionMacFile { no, mode, rights, key })
    }
}

/// DeleteFile, `DF`. Its memory comes back only with FormatPICC.
#[derive(Clone, Copy, Debug)]
pub struct DeleteFile(pub FileNo);

/// GetFileIDs, `6F`.
#[derive(Clone, Copy, Debug)]
pub struct GetFileIds;

impl Command for GetFileIds {
    type Reply = Vec<FileNo>;

    fn request(&self) -> Request {
        Request::administrative(0x6F, [])
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<FileNo>, Error> {
        answer.data.iter().map(|no| FileNo::new(*no).ok_or(Error::Value("a file number"))).collect()
    }
}

/// GetISOFileIDs, `61`.
#[derive(Clone, Copy, Debug)]
pub struct GetIsoFileIds;

impl Command for GetIsoFileIds {
    type Reply = Vec<u16>;

    fn request(&self) -> Request {
        Request::administrative(0x61, [])
    }

    fn reply(&self, answer: &Answer) -> Result<Vec<u16>, Error> {
        let mut fields = Fields::new("ISO file identifiers", &answer.data);
        let mut ids = Vec::new();
        while !fields.is_empty() {
            ids.push(fields.u16()?);
        }
        Ok(ids)
    }
}

/// GetFileSettings, `F5`.
#[derive(Clone, Copy, Debug)]
pub struct GetFileSettings(pub FileNo);

/// What a card tells of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSettings {
    /// How data travel.
    pub mode: CommMode,
    /// Who may do what.
    pub rights: AccessRights,
    /// Who else may do what (EV2 and later), at most seven.
    pub additional: Vec<AccessRights>,
    /// What it is.
    pub kind: FileKind,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// Standard data.
    StdData {
        /// Bytes.
        size: u32,
        /// Secure Dynamic Messaging, where it is on.
        sdm: Option<SdmSettings>,
    },
    /// Backup data.
    BackupData {
        /// Bytes.
        size: u32,
    },
    /// A value.
    Value {
        /// Least and most.
        limits: (i32, i32),
        /// What LimitedCredit may still give back.
        limited_credit: i32,
        /// Whether LimitedCredit works (bit 0), whether GetValue is free (bit 1).
        options: u8,
    },
    /// Records.
    Records {
        /// In which order.
        order: RecordOrder,
        /// Bytes of a record.
        size: u32,
        /// Most.
        most: u32,
        /// As many as there are.
        count: u32,
    },
    /// The transaction MAC.
    TransactionMac {
        /// Option of the key, and its version.
        key: (u8, u8),
        /// After so many transactions no further one is committed (EV3).
        limit: Option<u32>,
    },
}

/// The option's bit that says that Secure Dynamic Messaging is on, or can be.
const SDM: u8 = 0x40;
/// The option's bit that says that a limit of the transaction counter follows.
const TMC_LIMIT: u8 = 0x20;
/// The option's bit that says that additional access rights follow.
const ADDITIONAL: u8 = 0x80;
const MOST_ADDITIONAL: usize = 7;

impl Command for GetFileSettings {
    type Reply = FileSettings;

    fn request(&self) -> Request {
        Request::administrative(0xF5, [self.0.get()])
    }

    fn reply(&self, answer: &Answer) -> Result<FileSettings, Error> {
        let mut fields = Fields::new("file settings", &answer.data);
        let (kind, option) = (fields.u8()?, fields.u8()?);
        let rights = AccessRights::from_wire(fields.take()?);
        let mut kind = match kind {
            0x00 => FileKind::StdData { size: fields.u24()?, sdm: None },
            0x01 => FileKind::BackupData { size: fields.u24()? },
            0x02 => FileKind::Value {
                limits: (fields.i32()?, fields.i32()?),
                limited_credit: fields.i32()?,
                options: fields.u8()?,
            },
            0x03 | 0x04 => FileKind::Records {
                order: if kind == 0x03 { RecordOrder::Linear } else { RecordOrder::Cyclic },
                size: fields.u24()?,
                most: fields.u24()?,
                count: fields.u24()?,
            },
            0x05 => FileKind::TransactionMac { key: (fields.u8()?, fields.u8()?), limit: None },
            _ => return Err(Error::Value("the type of the file")),
        };
        let mut additional = Vec::new();
        if option & ADDITIONAL != 0 {
            let count = usize::from(fields.u8()?);
            if !(1..=MOST_ADDITIONAL).contains(&count) {
                return Err(Error::Value("the number of additional access rights"));
            }
            for _ in 0..count {
                additional.push(AccessRights::from_wire(fields.take()?));
            }
        }
        match &mut kind {
            FileKind::StdData { sdm, .. } if option & SDM != 0 && !fields.is_empty() => {
                *sdm = Some(SdmSettings::parse(&mut fields)?);
            }
            FileKind::TransactionMac { limit, .. } if option & TMC_LIMIT != 0 => {
                *limit = Some(u32::from_le_bytes(fields.take()?));
            }
            _ => {}
        }
        // what later generations add
        fields.rest();
        Ok(FileSettings { mode: CommMode::from_bits(option), rights, additional, kind })
    }
}

/// ChangeFileSettings, `5F`.
#[derive(Clone, Debug)]
pub struct ChangeFileSettings {
    /// Number.
    pub no: FileNo,
    /// How data travel from now on.
    pub mode: CommMode,
    /// Who may do what from now on.
    pub rights: AccessRights,
    /// Who else may do what from now on (EV2 and later); the first seven are sent.
    pub additional: Vec<AccessRights>,
    /// Secure Dynamic Messaging from now on; only for a file that was made for it.
    pub sdm: Option<SdmSettings>,
    /// After so many transactions no further one is committed; only for a file with the transaction MAC (EV3).
    pub tmc_limit: Option<u32>,
    /// Whether everybody may change the settings: then they go in clear.
    pub free: bool,
}

/// GetFileCounters, `F6` (EV3): how often the file was read through Secure Dynamic Messaging.
#[derive(Clone, Copy, Debug)]
pub struct GetFileCounters {
    /// Number.
    pub no: FileNo,
    /// Whether everybody may read the counter: then it comes in clear.
    pub free: bool,
}

impl Command for GetFileCounters {
    type Reply = u32;

    fn request(&self) -> Request {
        let mode = if self.free { CommMode::Plain } else { CommMode::Full };
        Request::new(0xF6, [self.no.get()], Transport::Read(mode, Some(5)))
    }

    fn reply(&self, answer: &Answer) -> Result<u32, Error> {
        let mut fields = Fields::new("the counter of the file", &answer.data);
        let counter = fields.u24()?;
        fields.take::<2>()?;
        fields.end()?;
        Ok(counter)
    }
}

tells_nothing! {
    CreateStdDataFile => |this| {
        let option = if this.sdm { SDM } else { 0x00 };
        Request::administrative(0xCD, [this.file.wire(option).as_slice(), &this.size.wire()].concat())
    };
    CreateBackupDataFile => |this| {
        Request::administrative(0xCB, [this.file.wire(0x00).as_slice(), &this.size.wire()].concat())
    };
    CreateValueFile => |this| {
        let mut bytes = vec![this.no.get(), this.mode.bits()];
        bytes.extend(this.rights.wire());
        for value in [this.limits.0, this.limits.1, this.value] {
            bytes.extend(value.to_le_bytes());
        }
        bytes.push(u8::from(this.limited_credit) | u8::from(this.free_get_value) << 1);
        Request::administrative(0xCC, bytes)
    };
    CreateRecordFile => |this| {
        let code = if this.order == RecordOrder::Linear { 0xC1 } else { 0xC0 };
        let bytes = [this.file.wire(0x00).as_slice(), &this.record.wire(), &this.records.wire()].concat();
        Request::administrative(code, bytes)
    };
    CreateTransactionMacFile => |this| {
        const AES: u8 = 0x02;
        let mut header = vec![this.no.get(), this.mode.bits()];
        header.extend(this.rights.wire());
        header.push(AES);
        let key = [this.key.stored(), &[this.key.version()]].concat();
        Request::new(0xCE, header, Transport::Write(CommMode::Full)).data(key)
    };
    DeleteFile => |this| Request::administrative(0xDF, [this.0.get()]);
    ChangeFileSettings => |this| {
        let additional = &this.additional[..this.additional.len().min(MOST_ADDITIONAL)];
        let flag = |set: bool, bit: u8| if set { bit } else { 0x00 };
        let option = this.mode.bits()
            | flag(this.tmc_limit.is_some(), TMC_LIMIT)
            | flag(this.sdm.is_some(), SDM)
            | flag(!additional.is_empty(), ADDITIONAL);
        let mut bytes = vec![option];
        bytes.extend(this.rights.wire());
        if !additional.is_empty() {
            bytes.push(additional.len() as u8);
            bytes.extend(additional.iter().flat_map(|rights| rights.wire()));
        }
        if let Some(sdm) = &this.sdm {
            bytes.extend(sdm.wire());
        }
        bytes.extend(this.tmc_limit.into_iter().flat_map(u32::to_le_bytes));
        let mode = if this.free { CommMode::Plain } else { CommMode::Full };
        Request::new(0x5F, [this.no.get()], Transport::Write(mode)).data(bytes)
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdm::{PiccData, Protected};
    use crate::types::KeyNo;

    /// AN12196, table 7: the settings of a file with enciphered card data, enciphered file data and a MAC.
    const AN12196_TABLE_7: &str = "0040EEEE000100D1FE001F00004400004400002000006A0000";

    #[test]
    fn settings_with_dynamic_messaging_are_read_and_written() {
        let answer = Answer { data: crate::proof::bytes(AN12196_TABLE_7), frames: Vec::new() };
        let settings = GetFileSettings(FileNo::new(2).unwrap()).reply(&answer).unwrap();
        let place = |at: u16| U24::from(at);
        let sdm = SdmSettings {
            picc: PiccData::Encrypted { key: KeyNo::of::<0>(), offset: place(0x1F), uid: true, counter: true },
            protected: Some(Protected {
                key: KeyNo::of::<0>(),
                mac_input: place(0x44),
                mac: place(0x6A),
                encrypted: Some((place(0x44), place(0x20))),
            }),
            counter_read: Right::Free,
            counter_limit: None,
        };
        assert_eq!(settings.kind, FileKind::StdData { size: 256, sdm: Some(sdm) });
        assert_eq!(sdm.wire(), answer.data[7..]);
    }

    #[test]
    fn the_limit_of_the_transaction_counter_is_read_and_written() {
        let data = crate::proof::bytes("0521 1FF0 02 07 10270000".replace(' ', "").as_str());
        let settings = GetFileSettings(FileNo::of::<3>()).reply(&Answer { data, frames: Vec::new() }).unwrap();
        assert_eq!(settings.kind, FileKind::TransactionMac { key: (2, 7), limit: Some(10_000) });
        let change = ChangeFileSettings {
            no: FileNo::of::<3>(),
            mode: settings.mode,
            rights: settings.rights,
            additional: Vec::new(),
            sdm: None,
            tmc_limit: Some(10_000),
            free: false,
        };
        let crate::request::Body::Data(data) = change.request().body else { panic!("settings are data") };
        assert_eq!(*data, [0x21, 0x1F, 0xF0, 0x10, 0x27, 0x00, 0x00]);
    }

    #[test]
    fn what_is_not_shown_may_count_in_the_keys() {
        let sdm = SdmSettings {
            picc: PiccData::Hidden { uid: true, counter: true },
            protected: None,
            counter_read: Right::Never,
            counter_limit: None,
        };
        assert_eq!(sdm.wire(), [0xC1, 0xFF, 0xFF]);
        assert_eq!(SdmSettings::parse(&mut Fields::new("settings", &sdm.wire())), Ok(sdm));
    }
}
