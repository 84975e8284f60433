//! Taking a command's parameters apart: whatever does not fit is a length error.
use crate::status::Status;

/// Bytes of a command, read from the left. Numbers are sent least significant byte first.
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], Status> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Status::LengthError)?;
        self.0 = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Status> {
        self.bytes(N)?.try_into().map_err(|_| Status::LengthError)
    }

    pub fn u8(&mut self) -> Result<u8, Status> {
        self.array().map(|[byte]| byte)
    }

    pub fn u16(&mut self) -> Result<u16, Status> {
        self.array().map(u16::from_le_bytes)
    }

    /// Three bytes: offsets, lengths, counters.
    pub fn u24(&mut self) -> Result<usize, Status> {
        let [low, middle, high] = self.array()?;
        Ok(usize::from(low) | usize::from(middle) << 8 | usize::from(high) << 16)
    }

    pub fn i32(&mut self) -> Result<i32, Status> {
        self.array().map(i32::from_le_bytes)
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    pub fn left(&self) -> usize {
        self.0.len()
    }

    /// Nothing may be left: a MAC that nobody expects is read as parameters too many.
    pub fn end(&self) -> Result<(), Status> {
        if self.0.is_empty() { Ok(()) } else { Err(Status::LengthError) }
    }
}

/// Three bytes, least significant first.
pub(crate) fn three(number: usize) -> [u8; 3] {
    let [low, middle, high, ..] = number.to_le_bytes();
    [low, middle, high]
}
