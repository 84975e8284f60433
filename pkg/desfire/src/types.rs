//! Small things with a range of their own.

use crate::error::Error;
use crate::request::CommMode;

/// Application identifier: 24 bits, sent least significant byte first. `000000` is the card itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Aid(u32);

impl Aid {
    /// The card itself (PICC level).
    pub const PICC: Aid = Aid(0);

    /// `None` for more than 24 bits.
    pub fn new(value: u32) -> Option<Self> {
        (value <= 0x00FF_FFFF).then_some(Aid(value))
    }

    /// One that is written in the program: with more than 24 bits it does not compile.
    pub const fn of<const VALUE: u32>() -> Self {
        const { assert!(VALUE <= 0x00FF_FFFF, "more than 24 bits") };
        Aid(VALUE)
    }

    /// As it is written: `0xDE1624`.
    pub fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn wire(self) -> [u8; 3] {
        wire24(self.0)
    }

    pub(crate) fn from_wire(bytes: [u8; 3]) -> Self {
        let [low, middle, high] = bytes;
        Aid(u32::from_le_bytes([low, middle, high, 0]))
    }
}

/// A number of 24 bits: offsets, lengths, sizes, record numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct U24(u32);

impl U24 {
    /// Zero.
    pub const ZERO: U24 = U24(0);

    /// `None` for more than 24 bits.
    pub fn new(value: u32) -> Option<Self> {
        (value <= 0x00FF_FFFF).then_some(U24(value))
    }

    /// The length of some bytes, `None` for more than 24 bits.
    pub fn len_of(bytes: &[u8]) -> Option<Self> {
        u32::try_from(bytes.len()).ok().and_then(U24::new)
    }

    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }

    pub(crate) fn wire(self) -> [u8; 3] {
        wire24(self.0)
    }
}

impl From<u16> for U24 {
    fn from(value: u16) -> Self {
        U24(u32::from(value))
    }
}

fn wire24(value: u32) -> [u8; 3] {
    let [low, middle, high, _] = value.to_le_bytes();
    [low, middle, high]
}

/// A number with a range of its own.
macro_rules! number {
    ($($(#[$meta:meta])* $name:ident, $least:literal to $most:literal;)+) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub struct $name(u8);

            impl $name {
                /// `None` outside the range.
                pub const fn new(value: u8) -> Option<Self> {
                    if $name::has(value) { Some($name(value)) } else { None }
                }

                /// One that is written in the program: outside the range it does not compile.
                pub const fn of<const VALUE: u8>() -> Self {
                    const { assert!($name::has(VALUE), "outside the range") };
                    $name(VALUE)
                }

                const fn has(value: u8) -> bool {
                    matches!(value, $least..=$most)
                }

                /// The number.
                pub const fn get(self) -> u8 {
                    self.0
                }
            }
        )+
    };
}

number! {
    /// File number within an application.
    FileNo, 0 to 0x1F;
    /// Number of an application's key.
    KeyNo, 0 to 0x0D;
    /// How many keys an application has.
    KeyCount, 1 to 14;
    /// Number of a set of keys; 0 is the active one.
    KeySetNo, 0 to 0x0F;
}

/// DF name of an application for ISO/IEC 7816-4 SELECT: 1 to 16 bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DfName(Vec<u8>);

impl DfName {
    /// `None` for no bytes and for more than 16.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        (1..=16).contains(&bytes.len()).then(|| DfName(bytes.to_vec()))
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Who has a right on a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Whoever knows the application's key of that number.
    Key(KeyNo),
    /// Everybody: `E`.
    Free,
    /// Nobody: `F`.
    Never,
}

impl Right {
    pub(crate) fn nibble(self) -> u8 {
        match self {
            Right::Key(no) => no.get(),
            Right::Free => 0x0E,
            Right::Never => 0x0F,
        }
    }

    pub(crate) fn from_nibble(nibble: u8) -> Self {
        let nibble = nibble & 0x0F;
        let other = if nibble == 0x0E { Right::Free } else { Right::Never };
        KeyNo::new(nibble).map_or(other, Right::Key)
    }
}

/// Four rights of 4 bits: Read, Write, ReadWrite, Change; sent least significant byte first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AccessRights {
    /// Read, GetValue, Debit.
    pub read: Right,
    /// Write, GetValue, Debit, LimitedCredit.
    pub write: Right,
    /// Both, and Credit.
    pub read_write: Right,
    /// ChangeFileSettings.
    pub change: Right,
}

impl AccessRights {
    pub(crate) fn wire(self) -> [u8; 2] {
        [self.read_write.nibble() << 4 | self.change.nibble(), self.read.nibble() << 4 | self.write.nibble()]
    }

    pub(crate) fn from_wire(bytes: [u8; 2]) -> Self {
        let [low, high] = bytes;
        AccessRights {
            read: Right::from_nibble(high >> 4),
            write: Right::from_nibble(high),
            read_write: Right::from_nibble(low >> 4),
            change: Right::from_nibble(low),
        }
    }

    /// How data travel in a session of that key when a right is used that any of `rights` gives: in the file's mode when one of
    /// them names the key, in clear when the access is only free.
    pub fn mode(rights: &[Right], key_no: KeyNo, file: CommMode) -> CommMode {
        if rights.contains(&Right::Key(key_no)) { file } else { CommMode::Plain }
    }
}

/// Takes fields from the beginning of an answer.
pub(crate) struct Fields<'a> {
    what: &'static str,
    bytes: &'a [u8],
    taken: usize,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(what: &'static str, bytes: &'a [u8]) -> Self {
        Fields { what, bytes, taken: 0 }
    }

    pub(crate) fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let rest = &self.bytes[self.taken..];
        let Some(field) = rest.first_chunk::<N>() else {
            return Err(Error::Length { what: self.what, expected: self.taken + N, found: self.bytes.len() });
        };
        self.taken += N;
        Ok(*field)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Error> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Error> {
        self.take().map(u16::from_le_bytes)
    }

    pub(crate) fn u24(&mut self) -> Result<u32, Error> {
        self.take().map(|[low, middle, high]| u32::from_le_bytes([low, middle, high, 0]))
    }

    pub(crate) fn i32(&mut self) -> Result<i32, Error> {
        self.take().map(i32::from_le_bytes)
    }

    pub(crate) fn rest(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.taken..];
        self.taken = self.bytes.len();
        rest
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.taken == self.bytes.len()
    }

    /// Nothing may be left.
    pub(crate) fn end(self) -> Result<(), Error> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Length { what: self.what, expected: self.taken, found: self.bytes.len() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_travel_least_significant_byte_first() {
        let owner = Right::Key(KeyNo::of::<0>());
        let rights = AccessRights { read: Right::Free, write: owner, read_write: owner, change: owner };
        assert_eq!(rights.wire(), [0x00, 0xE0]);
        assert_eq!(AccessRights::from_wire([0x00, 0xE0]), rights);
        assert_eq!(AccessRights::from_wire([0xE0, 0xEE]).read_write, Right::Free);
    }

    #[test]
    fn free_access_in_a_session_is_in_clear() {
        let rights = [Right::Free, Right::Key(KeyNo::of::<2>())];
        assert_eq!(AccessRights::mode(&rights, KeyNo::of::<2>(), CommMode::Full), CommMode::Full);
        assert_eq!(AccessRights::mode(&rights, KeyNo::of::<1>(), CommMode::Full), CommMode::Plain);
    }

    #[test]
    fn ranges() {
        assert_eq!(Aid::new(0x0100_0000), None);
        assert_eq!(Aid::new(0x00DE_1624).unwrap().wire(), [0x24, 0x16, 0xDE]);
        assert_eq!(U24::new(0x0100_0000), None);
        assert_eq!(FileNo::new(32), None);
        assert_eq!((KeyNo::new(14), KeyCount::new(0), KeyCount::new(15), KeySetNo::new(16)), (None, None, None, None));
        assert_eq!(DfName::new(&[0; 17]), None);
    }
}
