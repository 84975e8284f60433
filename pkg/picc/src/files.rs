//! Files: list, create, delete.
use crate::applications::reserved;
use crate::card::Card;
use crate::fields::Fields;
use crate::file::{Content, File, NEVER, Records, Rights, TransactionMac, Value};
use crate::messaging::Answer;
use crate::model::Model;
use crate::state::{Application, Bytes};
use crate::status::Status;

/// Highest file number.
const LAST: u8 = 0x1F;
/// FileOption: SDM may be switched on later.
const SDM: u8 = 0x40;
/// FileOption: additional access rights, which ChangeFileSettings sets.
const ADDITIONAL: u8 = 0x80;

impl Card {
    /// GetFileIDs 6F: a byte each.
    pub(crate) fn get_file_ids(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        let application = self.application()?;
        self.may_list(application.settings)?;
        Ok(application.files.keys().copied().collect::<Vec<u8>>().into())
    }

    /// GetISOFileIDs 61: two bytes each.
    pub(crate) fn get_iso_file_ids(&mut self, params: &[u8]) -> Result<Answer, Status> {
        Fields::new(params).end()?;
        let application = self.application()?;
        self.may_list(application.settings)?;
        Ok(application
            .files
            .values()
            .filter_map(|file| file.iso)
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
            .into())
    }

    /// CreateStdDataFile CD, CreateBackupDataFile CB: number, [FID], option, rights, size (3).
    pub(crate) fn create_data_file(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let head = self.head(&mut fields, true)?;
        let size = fields.u24()?;
        fields.end()?;
        self.check_head(&head)?;
        if size == 0 || (head.sdm && ins != 0xCD) {
            return Err(Status::ParameterError);
        }
        self.room_for(size)?;
        let data = Bytes(vec![0; size]);
        let sdm = None;
        self.add_file(&head, if ins == 0xCD { Content::Standard { data, sdm } } else { Content::Backup { data } })
    }

    /// CreateValueFile CC: number, option, rights, lower and upper limit, value (4 each), options.
    pub(crate) fn create_value_file(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let head = self.head(&mut fields, false)?;
        let (lower, upper, value, options) = (fields.i32()?, fields.i32()?, fields.i32()?, fields.u8()?);
        fields.end()?;
        self.check_head(&head)?;
        if lower > upper || value < lower || value > upper || options & !0x03 != 0 || head.sdm {
            return Err(Status::ParameterError);
        }
        self.add_file(&head, Content::Value(Value { lower, upper, value, limited: 0, options }))
    }

    /// CreateLinearRecordFile C1, CreateCyclicRecordFile C0: number, [FID], option, rights, record size (3), records (3).
    pub(crate) fn create_record_file(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let head = self.head(&mut fields, true)?;
        let (size, max) = (fields.u24()?, fields.u24()?);
        fields.end()?;
        self.check_head(&head)?;
        let cyclic = ins == 0xC0;
        if size == 0 || max < (if cyclic { 2 } else { 1 }) || head.sdm {
            return Err(Status::ParameterError);
        }
        self.room_for(size.saturating_mul(max))?;
        self.add_file(&head, Content::Records(Records { cyclic, size, max, records: Vec::new() }))
    }

    /// CreateTransactionMACFile CE: number, option, rights, key option 02 (AES); enciphered the key (16) and its version.
    /// One for each application; nobody ever writes it.
    pub(crate) fn create_transaction_mac_file(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let head = self.head(&mut fields, false)?;
        let key_option = fields.u8()?;
        let key = Bytes(fields.bytes(16)?.to_vec());
        let version = fields.u8()?;
        fields.end()?;
        self.check_head(&head)?;
        if key_option != 0x02 || head.rights.write() != NEVER || head.sdm {
            return Err(Status::ParameterError);
        }
        if self.application()?.transaction_mac().is_some() {
            return Err(Status::DuplicateError);
        }
        let mac = TransactionMac { key, version, key_option, counter: 0, limit: None, value: [0; 8], reader: [0; 16] };
        self.add_file(&head, Content::TransactionMac(mac))
    }

    /// DeleteFile DF. Its memory does not come back.
    pub(crate) fn delete_file(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        let application = self.application()?;
        if !application.files.contains_key(&number) {
            return Err(Status::FileNotFound);
        }
        self.may_shape(application)?;
        self.application_mut()?.files.remove(&number);
        self.v.transaction.forget(number);
        self.v.pictures.remove(&number);
        self.v.iso.leave(number);
        self.written();
        Ok(Answer::default())
    }

    /// What all files begin with. In an application with ISO file identifiers a file without one is a wrong length.
    fn head(&self, fields: &mut Fields<'_>, iso: bool) -> Result<Head, Status> {
        let application = self.application()?;
        let number = fields.u8()?;
        let iso = if iso && application.iso_files { Some(fields.u16()?) } else { None };
        let option = fields.u8()?;
        let rights = Rights(fields.u16()?);
        Ok(Head { number, iso, option: option & 0x03, rights, sdm: option & SDM != 0, raw: option })
    }

    /// Checks what a file begins with, once its length is known to be right.
    fn check_head(&self, head: &Head) -> Result<(), Status> {
        let model = self.nv.model;
        let early = (head.sdm && model < Model::Ev3) || (head.raw & ADDITIONAL != 0 && model < Model::Ev2);
        let reserved = head.iso.is_some_and(reserved);
        if head.number > LAST || head.raw & !(SDM | ADDITIONAL | 0x03) != 0 || early || reserved {
            return Err(Status::ParameterError);
        }
        Ok(())
    }

    /// Refuses sizes far beyond the memory before anything is made of them.
    fn room_for(&self, bytes: usize) -> Result<(), Status> {
        if u32::try_from(bytes).is_ok_and(|bytes| bytes <= self.nv.memory.bytes()) {
            Ok(())
        } else {
            Err(Status::OutOfEeprom)
        }
    }

    fn add_file(&mut self, head: &Head, content: Content) -> Result<Answer, Status> {
        let application = self.application()?;
        self.may_shape(application)?;
        let same_iso = |file: &File| head.iso.is_some() && file.iso == head.iso;
        if application.files.contains_key(&head.number) || application.files.values().any(same_iso) {
            return Err(Status::DuplicateError);
        }
        let mut file = File::new(head.iso, head.option, head.rights, content);
        file.sdm_possible = head.sdm;
        let size = file.content.footprint();
        match self.application_mut()?.delegated.as_mut() {
            // a delegated application lives on its quota
            Some(delegated) => {
                let used = delegated.used.saturating_add(size);
                if used > u32::from(delegated.quota) * crate::state::BLOCK {
                    return Err(Status::OutOfEeprom);
                }
                delegated.used = used;
            }
            None => self.nv.take(size)?,
        }
        self.application_mut()?.files.insert(head.number, file);
        self.written();
        Ok(Answer::default())
    }

    /// KeySett1 bit 2: files are created and deleted freely, else by the application's master key.
    fn may_shape(&self, application: &Application) -> Result<(), Status> {
        if application.settings & 0x04 != 0 { Ok(()) } else { self.by_master() }
    }
}

/// What all files begin with.
struct Head {
    number: u8,
    iso: Option<u16>,
    option: u8,
    rights: Rights,
    sdm: bool,
    /// FileOption as sent.
    raw: u8,
}
