//! Record files. Record 0 is the newest; several records are read oldest first.
use crate::card::Card;
use crate::fields::{Fields, three};
use crate::file::{Content, Records, Use};
use crate::messaging::Answer;
use crate::status::Status;
use crate::transaction::{Pending, PendingRecords};

impl Card {
    /// ReadRecords BB, AB: file, first record (3), count (3); count 0 reads all from there to the oldest.
    pub(crate) fn read_records(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, first, count) = (fields.u8()?, fields.u24()?, fields.u24()?);
        fields.end()?;
        let (data, read) = self.records(number, first, count)?;
        self.log(number, &[&[ins, number][..], &three(first), &three(read), &[0; 8], &data].concat());
        Ok(Answer { data, open_ended: count == 0, ..Answer::default() })
    }

    /// The bytes of committed records, and how many records they are.
    pub(crate) fn records(&self, number: u8, first: usize, count: usize) -> Result<(Vec<u8>, usize), Status> {
        let records = &self.record_file(number)?.records;
        let newest = records.len().checked_sub(first).filter(|end| *end > 0).ok_or(Status::BoundaryError)?;
        let count = if count == 0 { newest } else { count };
        let oldest = newest.checked_sub(count).ok_or(Status::BoundaryError)?;
        let range = records.get(oldest..newest).unwrap_or_default();
        Ok((range.iter().flat_map(|record| record.iter().copied()).collect(), count))
    }

    /// WriteRecord 3B, 8B: file, offset (3), length (3), data. One new record in a transaction, zeros where not written.
    pub(crate) fn write_record(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, offset, length) = (fields.u8()?, fields.u24()?, fields.u24()?);
        let data = fields.rest();
        if length != data.len() {
            return Err(Status::LengthError);
        }
        self.append(number, offset, data)?;
        self.log(number, &[&[ins, number][..], &three(offset), &three(length), &[0; 8], data].concat());
        Ok(Answer::default())
    }

    pub(crate) fn append(&mut self, number: u8, offset: usize, data: &[u8]) -> Result<(), Status> {
        let file = self.record_file(number)?;
        let (size, full) = (file.size, !file.cyclic && file.records.len() >= file.capacity());
        let end = offset.checked_add(data.len()).filter(|end| *end <= size).ok_or(Status::BoundaryError)?;
        let pending = self.pending_records(number)?;
        if pending.cleared {
            return Err(Status::PermissionDenied);
        }
        if full {
            return Err(Status::BoundaryError);
        }
        let record = pending.new.get_or_insert_with(|| vec![0; size]);
        record.get_mut(offset..end).ok_or(Status::BoundaryError)?.copy_from_slice(data);
        Ok(())
    }

    /// UpdateRecord DB, BA: file, record (3), offset (3), length (3), data.
    pub(crate) fn update_record(&mut self, ins: u8, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (number, record, offset, length) = (fields.u8()?, fields.u24()?, fields.u24()?, fields.u24()?);
        let data = fields.rest();
        if length != data.len() {
            return Err(Status::LengthError);
        }
        let file = self.record_file(number)?;
        let end = offset.checked_add(length).ok_or(Status::BoundaryError)?;
        let place = file.records.len().checked_sub(record.saturating_add(1)).ok_or(Status::BoundaryError)?;
        let kept = file.records.get(place).ok_or(Status::BoundaryError)?.to_vec();
        if end > file.size {
            return Err(Status::BoundaryError);
        }
        let pending = self.pending_records(number)?;
        if pending.cleared {
            return Err(Status::PermissionDenied);
        }
        let bytes = pending.updates.entry(place).or_insert(kept);
        bytes.get_mut(offset..end).ok_or(Status::BoundaryError)?.copy_from_slice(data);
        let places = [three(record), three(offset), three(length)].concat();
        self.log(number, &[&[ins, number], &places[..], &[0; 5], data].concat());
        Ok(Answer::default())
    }

    /// ClearRecordFile EB: with the commit; until then nothing can be written to it.
    pub(crate) fn clear_record_file(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        self.record_file(number)?;
        self.file_mode(number, Use::Clear)?;
        *self.pending_records(number)? = PendingRecords { cleared: true, ..PendingRecords::default() };
        self.log(number, &[0xEB, number]);
        Ok(Answer::default())
    }

    fn record_file(&self, number: u8) -> Result<&Records, Status> {
        match &self.file(number)?.content {
            Content::Records(records) => Ok(records),
            _ => Err(Status::PermissionDenied),
        }
    }

    fn pending_records(&mut self, number: u8) -> Result<&mut PendingRecords, Status> {
        match self.v.transaction.open(number, || Pending::Records(PendingRecords::default())) {
            Pending::Records(pending) => Ok(pending),
            _ => Err(Status::PermissionDenied),
        }
    }
}
