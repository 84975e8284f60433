//! Records and messages: NFC Forum NDEF 1.0, §3.

/// What a record's type says (TNF).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// Nothing: a record without a type, an identifier or data.
    Empty,
    /// A type that the NFC Forum defines: `U`, `T`, `Sig`, `Sp`.
    WellKnown(Vec<u8>),
    /// A media type: `text/vcard`.
    Mime(String),
    /// An absolute URI as a type. (Not a link: that is the well-known type `U`.)
    AbsoluteUri(String),
    /// Somebody's own type: `example.vn:card`.
    External(String),
    /// Data of no known type.
    Unknown,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its type.
    pub name: Name,
    /// Its identifier, mostly none.
    pub id: Vec<u8>,
    /// Its data.
    pub payload: Vec<u8>,
}

/// Bytes that are no NDEF message, or records that no message can hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// The bytes end within a record.
    #[error("record {record}: {missing} more bytes were announced than there are")]
    Truncated {
        /// Counted from 0.
        record: usize,
        /// How many.
        missing: usize,
    },
    /// The first record does not begin the message, or another one does.
    #[error("record {0} has a wrong message begin flag")]
    Begin(usize),
    /// The bytes go on after the last record.
    #[error("{0} bytes follow the last record")]
    Trailing(usize),
    /// No record ends the message.
    #[error("the message has no end")]
    NoEnd,
    /// Pieces of a record that do not belong together.
    #[error("record {0} is a piece of nothing")]
    Chunk(usize),
    /// A type where none may be, or none where one must be.
    #[error("record {0} has a type that does not suit its name format")]
    Type(usize),
    /// A type that is not text.
    #[error("the type of record {0} is not ASCII")]
    Ascii(usize),
    /// A type or an identifier of more than 255 bytes, or data of more than 4 GB.
    #[error("record {0} has a field that is too long")]
    TooLong(usize),
    /// A message has at least one record.
    #[error("a message without records")]
    Empty,
}

const MESSAGE_BEGIN: u8 = 0x80;
const MESSAGE_END: u8 = 0x40;
const CHUNK: u8 = 0x20;
const SHORT: u8 = 0x10;
const ID_LENGTH: u8 = 0x08;
const UNCHANGED: u8 = 0x06;

impl Record {
    /// A record of a type that the NFC Forum defines.
    pub fn well_known(name: &[u8], payload: impl Into<Vec<u8>>) -> Self {
        Record { name: Name::WellKnown(name.to_vec()), id: Vec::new(), payload: payload.into() }
    }

    /// A record of a media type.
    pub fn mime(name: &str, payload: impl Into<Vec<u8>>) -> Self {
        Record { name: Name::Mime(name.to_owned()), id: Vec::new(), payload: payload.into() }
    }

    /// A record of somebody's own type: `example.vn:card`.
    pub fn external(name: &str, payload: impl Into<Vec<u8>>) -> Self {
        Record { name: Name::External(name.to_owned()), id: Vec::new(), payload: payload.into() }
    }

    /// Name format and type as they are written.
    fn typed(&self) -> (u8, &[u8]) {
        match &self.name {
            Name::Empty => (0x00, &[]),
            Name::WellKnown(name) => (0x01, name),
            Name::Mime(name) => (0x02, name.as_bytes()),
            Name::AbsoluteUri(name) => (0x03, name.as_bytes()),
            Name::External(name) => (0x04, name.as_bytes()),
            Name::Unknown => (0x05, &[]),
        }
    }
}

/// Writes a message; short records where they suffice, no chunks.
///
/// # Errors
/// [`MessageError::Empty`], [`MessageError::TooLong`], [`MessageError::Type`] for a type without letters or an empty record that
/// has something.
pub fn encode(records: &[Record]) -> Result<Vec<u8>, MessageError> {
    if records.is_empty() {
        return Err(MessageError::Empty);
    }
    let mut bytes = Vec::new();
    for (at, record) in records.iter().enumerate() {
        let (format, name) = record.typed();
        let untyped = matches!(record.name, Name::Empty | Name::Unknown);
        let hollow = record.id.is_empty() && record.payload.is_empty();
        if untyped != name.is_empty() || (record.name == Name::Empty && !hollow) {
            return Err(MessageError::Type(at));
        }
        let lengths = (u8::try_from(name.len()), u8::try_from(record.id.len()), u32::try_from(record.payload.len()));
        let (Ok(name_len), Ok(id_len), Ok(payload_len)) = lengths else { return Err(MessageError::TooLong(at)) };
        let short = u8::try_from(payload_len).ok();
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        bytes.push(
            format
                | flag(at == 0, MESSAGE_BEGIN)
                | flag(at + 1 == records.len(), MESSAGE_END)
                | flag(short.is_some(), SHORT)
                | flag(id_len > 0, ID_LENGTH),
        );
        bytes.push(name_len);
        match short {
            Some(len) => bytes.push(len),
            None => bytes.extend(payload_len.to_be_bytes()),
        }
        if id_len > 0 {
            bytes.push(id_len);
        }
        bytes.extend_from_slice(name);
        bytes.extend_from_slice(&record.id);
        bytes.extend_from_slice(&record.payload);
    }
    Ok(bytes)
}

/// Reads a message. Chunked records come out whole.
///
/// # Errors
/// [`MessageError`].
pub fn decode(bytes: &[u8]) -> Result<Vec<Record>, MessageError> {
    let mut rest = Rest { bytes, record: 0 };
    let mut records: Vec<Record> = Vec::new();
    let mut open = false; // the last record goes on in the next piece
    loop {
        let at = rest.record;
        let [header, name_len] = rest.array()?;
        if (header & MESSAGE_BEGIN != 0) != (at == 0) {
            return Err(MessageError::Begin(at));
        }
        let payload_len =
            if header & SHORT != 0 { u32::from(rest.array::<1>()?[0]) } else { u32::from_be_bytes(rest.array()?) };
        let id_len = if header & ID_LENGTH != 0 { rest.array::<1>()?[0] } else { 0 };
        let name = rest.take(usize::from(name_len))?;
        let id = rest.take(usize::from(id_len))?;
        let payload = rest.take(usize::try_from(payload_len).unwrap_or(usize::MAX))?;
        let format = header & 0x07;
        if open != (format == UNCHANGED) || (open && (!name.is_empty() || !id.is_empty())) {
            return Err(MessageError::Chunk(at));
        }
        if format == 0x00 && (!id.is_empty() || !payload.is_empty() || header & CHUNK != 0) {
            return Err(MessageError::Type(at));
        }
        match records.last_mut().filter(|_| open) {
            Some(record) => record.payload.extend_from_slice(payload),
            None => {
                records.push(Record { name: read_name(format, name, at)?, id: id.to_vec(), payload: payload.to_vec() });
            }
        }
        open = header & CHUNK != 0;
        rest.record += 1;
        if header & MESSAGE_END != 0 {
            return match rest.bytes.len() {
                _ if open => Err(MessageError::Chunk(at)),
                0 => Ok(records),
                left => Err(MessageError::Trailing(left)),
            };
        }
        if rest.bytes.is_empty() {
            return Err(MessageError::NoEnd);
        }
    }
}

fn read_name(format: u8, name: &[u8], at: usize) -> Result<Name, MessageError> {
    let ascii = || {
        let text = std::str::from_utf8(name).ok().filter(|text| text.is_ascii());
        text.map(str::to_owned).ok_or(MessageError::Ascii(at))
    };
    match (format, name.is_empty()) {
        (0x00, true) => Ok(Name::Empty),
        (0x01, false) => Ok(Name::WellKnown(name.to_vec())),
        (0x02, false) => ascii().map(Name::Mime),
        (0x03, false) => ascii().map(Name::AbsoluteUri),
        (0x04, false) => ascii().map(Name::External),
        (0x05, true) => Ok(Name::Unknown),
        _ => Err(MessageError::Type(at)),
    }
}

struct Rest<'b> {
    bytes: &'b [u8],
    record: usize,
}

impl<'b> Rest<'b> {
    fn take(&mut self, len: usize) -> Result<&'b [u8], MessageError> {
        let Some((taken, rest)) = self.bytes.split_at_checked(len) else {
            return Err(MessageError::Truncated { record: self.record, missing: len - self.bytes.len() });
        };
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], MessageError> {
        let taken = self.take(N)?;
        Ok(std::array::from_fn(|at| taken[at]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_as_every_phone_reads_it() {
        let record = Record::well_known(b"U", [&[0x04], b"example.vn/t/7Kq2".as_slice()].concat());
        let bytes = encode(std::slice::from_ref(&record)).unwrap();
        assert_eq!(bytes[..5], [0xD1, 0x01, 0x12, b'U', 0x04]);
        assert_eq!(decode(&bytes), Ok(vec![record]));
    }

    #[test]
    fn long_data_have_a_long_length() {
        let record = Record { id: b"a".to_vec(), ..Record::mime("text/plain", vec![7; 300]) };
        let bytes = encode(&[record.clone(), Record::external("example.vn:card", [1])]).unwrap();
        assert_eq!(bytes[..8], [0x8A, 10, 0, 0, 1, 44, 1, b't']);
        assert_eq!(decode(&bytes).unwrap()[0], record);
    }

    #[test]
    fn pieces_come_out_whole() {
        let bytes = [
            0xB2, 1, 2, b'x', 1, 2, // begins, goes on
            0x36, 0, 1, 3, // in the midst
            0x56, 0, 1, 4, // the last piece ends the message
        ];
        assert_eq!(decode(&bytes), Ok(vec![Record::mime("x", [1, 2, 3, 4])]));
    }

    #[test]
    fn what_is_malformed_says_which_record() {
        for (bytes, error) in [
            (&[][..], MessageError::Truncated { record: 0, missing: 2 }),
            (&[0xD1, 1, 5, b'U', 1], MessageError::Truncated { record: 0, missing: 4 }),
            (&[0x51, 1, 0, b'U'], MessageError::Begin(0)),
            (&[0x91, 1, 0, b'U'], MessageError::NoEnd),
            (&[0xD1, 1, 0, b'U', 9], MessageError::Trailing(1)),
            (&[0x91, 1, 0, b'U', 0xD1, 1, 0, b'U'], MessageError::Begin(1)),
            (&[0xD6, 0, 0], MessageError::Chunk(0)),
            (&[0xF1, 1, 0, b'U'], MessageError::Chunk(0)),
            (&[0xD1, 0, 0], MessageError::Type(0)),
            (&[0xD7, 0, 0], MessageError::Type(0)),
            (&[0xD0, 0, 1, 0x41], MessageError::Type(0)),
            (&[0xD2, 1, 0, 0xC3], MessageError::Ascii(0)),
            (&[0xC1, 1, 0xFF, 0xFF, 0xFF, 0xFF, b'U'], MessageError::Truncated { record: 0, missing: 0xFFFF_FFFF }),
        ] {
            assert_eq!(decode(bytes), Err(error), "{bytes:02X?}");
        }
        assert_eq!(encode(&[]), Err(MessageError::Empty));
        assert_eq!(encode(&[Record::mime("", [1])]), Err(MessageError::Type(0)));
        assert_eq!(encode(&[Record::external(&"x".repeat(256), [])]), Err(MessageError::TooLong(0)));
    }

    fn records() -> impl Strategy<Value = Vec<Record>> {
        let name = prop_oneof![
            Just(Name::Unknown),
            prop::collection::vec(any::<u8>(), 1..4).prop_map(Name::WellKnown),
            "[a-z]{1,8}/[a-z]{1,8}".prop_map(Name::Mime),
            "[a-z]{1,8}:[a-z]{1,8}".prop_map(Name::External),
            "[a-z]{1,8}://[a-z]{1,8}".prop_map(Name::AbsoluteUri),
        ];
        let bytes = |most| prop::collection::vec(any::<u8>(), 0..most);
        let record = (name, bytes(5), bytes(400)).prop_map(|(name, id, payload)| Record { name, id, payload });
        prop::collection::vec(record, 1..5)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(records in records()) {
            prop_assert_eq!(decode(&encode(&records).unwrap()), Ok(records));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(records) = decode(&bytes) {
                prop_assert_eq!(decode(&encode(&records).unwrap()), Ok(records));
            }
        }
    }
}
