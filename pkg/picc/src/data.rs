//! ReadData and WriteData on standard and backup files; a transaction MAC file is read so too.
use crate::card::Card;
use crate::fields::{Fields, three};
use crate::file::Content;
use crate::messaging::Answer;
use crate::model::Model;
use crate::status::Status;
use crate::table::Command;
use crate::transaction::Pending;

impl Card {
    /// ReadData BD, AD: file, offset (3), length (3); length 0 reads to the end. A backup file shows what is committed.
    pub(crate) fn read_data(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, offset, length) = (fields.u8()?, fields.u24()?, fields.u24()?);
        fields.end()?;
        let data = self.read(number, offset, length)?;
        self.log(number, &[&[ins, number][..], &three(offset), &three(data.len()), &[0; 8], &data].concat());
        Ok(Answer { data, open_ended: length == 0, ..Answer::default() })
    }

    /// What a range of a file looks like now; `length` 0 for all that follows.
    pub(crate) fn read(&mut self, number: u8, offset: usize, length: usize) -> Result<Vec<u8>, Status> {
        let dynamic = self.v.session.is_none();
        let picture;
        let content: &[u8] = match &self.file(number)?.content {
            Content::Standard { sdm: Some(_), .. } if dynamic => {
                picture = self.picture(number)?;
                &picture
            }
            Content::Standard { data, .. } | Content::Backup { data } => data,
            Content::TransactionMac(mac) => {
                picture = [&mac.counter.to_le_bytes()[..], &mac.value].concat();
                &picture
            }
            Content::Value(_) | Content::Records(_) => return Err(Status::PermissionDenied),
        };
        let rest = content.get(offset..).filter(|rest| !rest.is_empty()).ok_or(Status::BoundaryError)?;
        let length = if length == 0 { rest.len() } else { length };
        rest.get(..length).map(<[u8]>::to_vec).ok_or(Status::BoundaryError)
    }

    /// WriteData 3D, 8D: file, offset (3), length (3), data. A standard file is written at once, a backup file with the
    /// commit.
    pub(crate) fn write_data(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, offset, length) = (fields.u8()?, fields.u24()?, fields.u24()?);
        let data = fields.rest();
        if length != data.len() {
            return Err(Status::LengthError);
        }
        self.write(number, offset, data)?;
        self.log(number, &[&[ins, number][..], &three(offset), &three(length), &[0; 8], data].concat());
        Ok(Answer::default())
    }

    pub(crate) fn write(&mut self, number: u8, offset: usize, data: &[u8]) -> Result<(), Status> {
        let end = offset.checked_add(data.len()).ok_or(Status::BoundaryError)?;
        let file = self.file_mut(number)?;
        match &mut file.content {
            Content::Standard { data: kept, .. } => {
                kept.get_mut(offset..end).ok_or(Status::BoundaryError)?.copy_from_slice(data);
                file.wrote(offset, data.len());
                self.v.wrote = Some((number, offset, data.len()));
                self.written();
            }
            Content::Backup { data: kept } => {
                let kept = kept.to_vec();
                let Pending::Backup(pending) = self.v.transaction.open(number, || Pending::Backup(kept)) else {
                    return Err(Status::PermissionDenied);
                };
                pending.get_mut(offset..end).ok_or(Status::BoundaryError)?.copy_from_slice(data);
            }
            _ => return Err(Status::PermissionDenied),
        }
        Ok(())
    }

    /// Refuses a write before its data are there: kind of file, limits. `header` is as long as the command's header.
    pub(crate) fn check_write(&self, command: &Command, header: &[u8], length: usize) -> Result<(), Status> {
        let mut fields = Fields::new(header);
        let file = self.file(fields.u8()?)?;
        let numbers = [fields.u24()?, fields.u24()?];
        let within = |offset: usize, size: usize| match offset.checked_add(length) {
            _ if length == 0 => Err(Status::ParameterError),
            Some(end) if end <= size => Ok(()),
            _ => Err(Status::BoundaryError),
        };
        match (command.ins, &file.content) {
            (0x3D | 0x8D, Content::Standard { data, .. } | Content::Backup { data }) => within(numbers[0], data.len()),
            (0x3B | 0x8B, Content::Records(records)) => within(numbers[0], records.size),
            (0xDB | 0xBA, Content::Records(records)) if self.nv.model >= Model::Ev2 => within(numbers[1], records.size),
            _ => Err(Status::PermissionDenied),
        }
    }
}
