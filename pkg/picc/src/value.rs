//! Value files: GetValue, Credit, Debit, LimitedCredit, RestoreTransfer. Amounts are four bytes, never negative.
use crate::card::Card;
use crate::fields::Fields;
use crate::file::{Content, Use, Value};
use crate::messaging::Answer;
use crate::status::Status;
use crate::transaction::{Pending, PendingValue};

impl Card {
    /// GetValue 6C: what is committed.
    pub(crate) fn get_value(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        fields.end()?;
        let bytes = self.value(number)?.value.to_le_bytes();
        self.log(number, &[&[0x6C, number], &bytes[..]].concat());
        Ok(bytes.to_vec().into())
    }

    /// Credit 0C.
    pub(crate) fn credit(&mut self, params: &[u8]) -> Result<Answer, Status> {
        self.change_value(0x0C, params, |value, pending, amount| {
            pending.value = value.within(i64::from(pending.value) + i64::from(amount))?;
            Ok(())
        })
    }

    /// Debit DC: what it takes can be given back by one LimitedCredit after the commit.
    pub(crate) fn debit(&mut self, params: &[u8]) -> Result<Answer, Status> {
        self.change_value(0xDC, params, |value, pending, amount| {
            pending.value = value.within(i64::from(pending.value) - i64::from(amount))?;
            pending.debited = pending.debited.saturating_add(amount);
            Ok(())
        })
    }

    /// LimitedCredit 1C: once, at most what the last transaction debited.
    pub(crate) fn limited_credit(&mut self, params: &[u8]) -> Result<Answer, Status> {
        self.change_value(0x1C, params, |value, pending, amount| {
            if value.options & 0x01 == 0 {
                return Err(Status::PermissionDenied);
            }
            if pending.limited_used || amount > value.limited {
                return Err(Status::BoundaryError);
            }
            pending.value = value.within(i64::from(pending.value) + i64::from(amount))?;
            pending.limited_used = true;
            Ok(())
        })
    }

    /// RestoreTransfer B1: target, source; the target takes the source's value with the commit.
    pub(crate) fn restore_transfer(&mut self, params: &[u8]) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let (target, source) = (fields.u8()?, fields.u8()?);
        fields.end()?;
        let from = self.value(source)?;
        let to = self.value(target)?;
        self.file_mode(source, Use::GetValue)?;
        self.file_mode(target, Use::Credit)?;
        let value = to.within(i64::from(from.value))?;
        self.pending_value(target, to)?.value = value;
        self.log(target, &[0xB1, target, source]);
        Ok(Answer::default())
    }

    fn change_value(
        &mut self,
        ins: u8,
        params: &[u8],
        change: impl FnOnce(&Value, &mut PendingValue, i32) -> Result<(), Status>,
    ) -> Result<Answer, Status> {
        let mut fields = Fields::new(params);
        let number = fields.u8()?;
        let amount = fields.i32()?;
        fields.end()?;
        let value = self.value(number)?;
        if amount < 0 {
            return Err(Status::ParameterError);
        }
        change(&value, self.pending_value(number, value)?, amount)?;
        self.log(number, &[&[ins, number], &amount.to_le_bytes()[..]].concat());
        Ok(Answer::default())
    }

    fn value(&self, number: u8) -> Result<Value, Status> {
        match &self.file(number)?.content {
            Content::Value(value) => Ok(*value),
            _ => Err(Status::PermissionDenied),
        }
    }

    fn pending_value(&mut self, number: u8, value: Value) -> Result<&mut PendingValue, Status> {
        let begin = PendingValue { value: value.value, debited: 0, limited_used: false };
        match self.v.transaction.open(number, || Pending::Value(begin)) {
            Pending::Value(pending) => Ok(pending),
            _ => Err(Status::PermissionDenied),
        }
    }
}

impl Value {
    fn within(&self, value: i64) -> Result<i32, Status> {
        let value = i32::try_from(value).map_err(|_| Status::BoundaryError)?;
        if (self.lower..=self.upper).contains(&value) { Ok(value) } else { Err(Status::BoundaryError) }
    }
}
