//! Access by ISO/IEC 7816-4: SELECT, READ and UPDATE BINARY, READ and APPEND RECORD; how a phone reads the card.
//! Only what is free, or open to the session and plain, can be reached so.
use crate::card::{Card, Chain};
use crate::file::{Content, Use};
use crate::framing::{self, Apdu};
use crate::iso_auth::Proof;
use crate::messaging::Mode;
use crate::state::{Aid, PICC};
use crate::status::Status;

const OK: u16 = 0x9000;
const SECURITY: u16 = 0x6982;
const CONDITIONS: u16 = 0x6985;
const NO_CURRENT_FILE: u16 = 0x6986;
const INCOMPATIBLE: u16 = 0x6981;
pub(crate) const NOT_FOUND: u16 = 0x6A82;
pub(crate) const RECORD_NOT_FOUND: u16 = 0x6A83;
pub(crate) const PARAMETERS: u16 = 0x6A86;
pub(crate) const REFERENCE_NOT_FOUND: u16 = 0x6A88;
pub(crate) const LENGTH: u16 = 0x6700;
const OUT_OF_FILE: u16 = 0x6B00;
const NOT_SUPPORTED: u16 = 0x6D00;
const MEMORY: u16 = 0x6581;

/// The master file.
const MF: u16 = 0x3F00;

/// What ISO/IEC 7816-4 commands remember.
#[derive(Default)]
pub(crate) struct IsoState {
    /// Selected elementary file, by its file number.
    pub file: Option<u8>,
    pub proof: Proof,
}

impl IsoState {
    pub fn leave(&mut self, number: u8) {
        if self.file == Some(number) {
            self.file = None;
        }
    }
}

impl Card {
    pub(crate) fn iso_command(&mut self, apdu: &Apdu<'_>) -> Vec<u8> {
        if self.nv.dead {
            return framing::iso(MEMORY, &[]);
        }
        self.v.chain = Chain::Nothing;
        let result = match apdu.ins {
            _ if self.v.proximity.is_some() => Err(CONDITIONS),
            0xA4 => self.iso_select(apdu),
            0xB0 => self.read_binary(apdu),
            0xD6 => self.update_binary(apdu),
            0xB2 => self.iso_read_records(apdu),
            0xE2 => self.append_record(apdu),
            0x84 => self.get_challenge(apdu),
            0x82 => self.external_authenticate(apdu),
            0x88 => self.internal_authenticate(apdu),
            _ => Err(NOT_SUPPORTED),
        };
        match result {
            Ok(data) => framing::iso(OK, &data),
            Err(sw) => {
                self.v.session = None;
                framing::iso(sw, &[])
            }
        }
    }

    /// SELECT (§11.2.2): P1 00 by file identifier, 01 application, 02 file in the application, 03 up, 04 by DF name.
    fn iso_select(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        if !matches!(apdu.p2, 0x00 | 0x0C) {
            return Err(PARAMETERS);
        }
        let fid = || match apdu.data {
            [high, low] => Ok(u16::from_be_bytes([*high, *low])),
            _ => Err(LENGTH),
        };
        match apdu.p1 {
            0x00 if apdu.data.is_empty() => self.enter(PICC),
            0x00 => match fid()? {
                MF => self.enter(PICC),
                fid => match self.application_of(fid) {
                    Some(aid) => self.enter(aid),
                    None => self.select_file(fid)?,
                },
            },
            0x01 => {
                let aid = self.application_of(fid()?).ok_or(NOT_FOUND)?;
                self.enter(aid);
            }
            0x02 => self.select_file(fid()?)?,
            0x03 if apdu.data.is_empty() => self.enter(PICC),
            0x03 => return Err(LENGTH),
            0x04 => {
                let named = |name: &[u8]| !name.is_empty() && name == apdu.data;
                let found = self.nv.applications.iter().find(|application| named(&application.name));
                let aid = found.map(|application| application.aid).ok_or(NOT_FOUND)?;
                self.enter(aid);
            }
            _ => return Err(PARAMETERS),
        }
        Ok(Vec::new())
    }

    fn application_of(&self, fid: u16) -> Option<Aid> {
        self.nv.applications.iter().find(|application| application.fid == Some(fid)).map(|application| application.aid)
    }

    /// A selection begins a new picture of a file with dynamic data.
    fn select_file(&mut self, fid: u16) -> Result<(), u16> {
        let application = self.application().map_err(|_| NOT_FOUND)?;
        let found = application.files.iter().find(|(_, file)| file.iso == Some(fid)).map(|(number, _)| *number);
        let number = found.ok_or(NOT_FOUND)?;
        self.v.iso.file = Some(number);
        self.v.pictures.remove(&number);
        Ok(())
    }

    /// READ BINARY (§11.3.3). Without Le, or with 00, what there is, at most 256 bytes.
    fn read_binary(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        let (number, offset) = self.binary_place(apdu)?;
        if !apdu.data.is_empty() {
            return Err(LENGTH);
        }
        self.plainly(number, Use::Read)?;
        let size = self.binary_size(number)?;
        let left = size.checked_sub(offset).filter(|left| *left > 0).ok_or(OUT_OF_FILE)?;
        let wanted = apdu.le.unwrap_or(256);
        let length = if wanted == 256 { left.min(256) } else { wanted };
        self.read(number, offset, length).map_err(word)
    }

    /// UPDATE BINARY (§11.3.5).
    fn update_binary(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        let (number, offset) = self.binary_place(apdu)?;
        if apdu.data.is_empty() {
            return Err(LENGTH);
        }
        self.plainly(number, Use::Write)?;
        if offset >= self.binary_size(number)? {
            return Err(OUT_OF_FILE);
        }
        self.write(number, offset, apdu.data).map_err(word)?;
        Ok(Vec::new())
    }

    /// READ RECORD (§11.4.3): P1 record, 1 the newest, 0 the same; P2's low bits 100 that one, 101 from it to the oldest.
    fn iso_read_records(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        let number = self.record_place(apdu)?;
        self.plainly(number, Use::Read)?;
        let count = match apdu.p2 & 0x07 {
            0x04 => 1,
            0x05 => 0,
            _ => return Err(PARAMETERS),
        };
        let first = usize::from(apdu.p1.saturating_sub(1));
        match self.records(number, first, count) {
            Ok((data, _)) if apdu.le.is_some_and(|le| le != 256 && le != data.len()) => Err(LENGTH),
            Ok((data, _)) if data.len() > 256 => Err(LENGTH),
            Ok((data, _)) => Ok(data),
            Err(Status::BoundaryError) => Err(RECORD_NOT_FOUND),
            Err(status) => Err(word(status)),
        }
    }

    /// APPEND RECORD (§11.4.5): kept with the native CommitTransaction.
    fn append_record(&mut self, apdu: &Apdu<'_>) -> Result<Vec<u8>, u16> {
        if apdu.p1 != 0x00 || apdu.p2 & 0x07 != 0x00 {
            return Err(PARAMETERS);
        }
        let number = self.record_place(apdu)?;
        self.plainly(number, Use::Write)?;
        // what is refused leaves what was pending as it was
        let before = self.v.transaction.clone();
        self.append(number, 0, apdu.data).inspect_err(|_| self.v.transaction = before).map_err(word)?;
        Ok(Vec::new())
    }

    /// File and offset: P1 bit 8 set says a short identifier, which is the file number, and an offset of one byte.
    fn binary_place(&mut self, apdu: &Apdu<'_>) -> Result<(u8, usize), u16> {
        if apdu.p1 & 0x80 == 0 {
            let offset = usize::from(u16::from_be_bytes([apdu.p1, apdu.p2]));
            return Ok((self.v.iso.file.ok_or(NO_CURRENT_FILE)?, offset));
        }
        let number = apdu.p1 & 0x1F;
        self.file(number).map_err(word)?;
        self.v.iso.file = Some(number);
        Ok((number, usize::from(apdu.p2)))
    }

    /// Short identifier in the five high bits of P2, 0 for the selected file.
    fn record_place(&self, apdu: &Apdu<'_>) -> Result<u8, u16> {
        match apdu.p2 >> 3 {
            0 => self.v.iso.file.ok_or(NO_CURRENT_FILE),
            number => self.file(number).map(|_| number).map_err(word),
        }
    }

    fn binary_size(&self, number: u8) -> Result<usize, u16> {
        match &self.file(number).map_err(word)?.content {
            content @ (Content::Standard { .. } | Content::Backup { .. }) => Ok(content.size()),
            _ => Err(INCOMPATIBLE),
        }
    }

    /// These commands have no secure messaging: only what travels plain.
    fn plainly(&self, number: u8, usage: Use) -> Result<(), u16> {
        match self.file_mode(number, usage) {
            Ok(Mode::Plain) => Ok(()),
            Ok(_) => Err(SECURITY),
            Err(status) => Err(word(status)),
        }
    }
}

/// The status word nearest to a native status.
fn word(status: Status) -> u16 {
    match status {
        Status::FileNotFound | Status::ApplicationNotFound => NOT_FOUND,
        Status::PermissionDenied | Status::AuthenticationError => SECURITY,
        Status::BoundaryError | Status::LengthError => LENGTH,
        _ => CONDITIONS,
    }
}
