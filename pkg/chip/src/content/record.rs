//! The identity record: CBOR (RFC 8949, core deterministic encoding), behind its length.

use jiff::civil::Date;
use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::card_type::CardType;
use model::text::PersonName;
use model::unit_code::UnitCode;

/// Who the card is about. `Debug` tells nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// The holder's name.
    pub name: PersonName,
    /// Code of the unit.
    pub unit: UnitCode,
    /// Position, at most [`MOST_POSITION`] bytes.
    pub position: String,
    /// Type of the card.
    pub card_type: CardType,
    /// Number of the card.
    pub number: CardNumber,
    /// From this day on.
    pub issued: Date,
    /// To the end of this day, where it ends.
    pub expires: Option<Date>,
    /// The random code that the QR code has, too.
    pub code: CardCode,
}

/// Bytes (UTF-8) of a name on a chip: 50 letters of three bytes each.
pub const MOST_NAME: usize = 150;
/// Bytes (UTF-8) of a position on a chip.
pub const MOST_POSITION: usize = 200;
/// Bytes of the longest record.
pub const MOST: usize = 478;
/// Bytes in front of the record: its length, most significant first.
const LENGTH: usize = 2;
const VERSION: u8 = 1;

/// Keys of the map, in their order.
const KEYS: [&str; 9] = ["version", "name", "unit", "position", "type", "number", "issued", "expires", "code"];
const EXPIRES: u8 = 7;
/// RFC 8943: a day as text.
const DAY: u64 = 1004;

/// Why something is no record, or does not fit a chip.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A field is longer than there is room for.
    #[error("the {field} has {bytes} bytes, there is room for {most}")]
    Long {
        /// Which.
        field: &'static str,
        /// How long it is.
        bytes: usize,
        /// How long it may be.
        most: usize,
    },
    /// The bytes end before the record does, or its length is impossible.
    #[error("the record is cut short")]
    Short,
    /// Not CBOR, or not as this record has it.
    #[error("the record is malformed")]
    Malformed,
    /// CBOR that says the right thing, but not in the one way that it is written here.
    #[error("the record is not written in its canonical form")]
    NotCanonical,
    /// Another version of the record.
    #[error("the record has version {0}")]
    Version(u64),
    /// A field does not hold what it should.
    #[error("the {0} of the record is no such thing")]
    Field(&'static str),
}

impl Record {
    /// The record as it is signed.
    ///
    /// # Errors
    /// [`RecordError::Long`].
    pub fn encode(&self) -> Result<Vec<u8>, RecordError> {
        fits("name", self.name.as_str().len(), MOST_NAME)?;
        fits("position", self.position.len(), MOST_POSITION)?;
        let bytes = self.written().map_err(|_| RecordError::Malformed)?;
        fits("record", bytes.len(), MOST)?;
        Ok(bytes)
    }

    fn written(&self) -> Result<Vec<u8>, minicbor::encode::Error<std::convert::Infallible>> {
        let mut cbor = Encoder::new(Vec::new());
        let count = KEYS.len() as u64 - u64::from(self.expires.is_none());
        cbor.map(count)?.u8(0)?.u8(VERSION)?;
        cbor.u8(1)?.str(self.name.as_str())?;
        cbor.u8(2)?.str(self.unit.as_str())?;
        cbor.u8(3)?.str(&self.position)?;
        cbor.u8(4)?.str(self.card_type.as_str())?;
        cbor.u8(5)?.str(self.number.as_str())?;
        cbor.u8(6)?.tag(Tag::new(DAY))?.str(&self.issued.to_string())?;
        if let Some(expires) = self.expires {
            cbor.u8(EXPIRES)?.tag(Tag::new(DAY))?.str(&expires.to_string())?;
        }
        cbor.u8(8)?.str(self.code.as_str())?;
        Ok(cbor.into_writer())
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`RecordError`]: whatever is not written in the one way that [`Record::encode`] has.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        fits("record", bytes.len(), MOST)?;
        let mut cbor = Decoder::new(bytes);
        let count = cbor.map().map_err(malformed)?.ok_or(RecordError::NotCanonical)?;
        let has_end = count == KEYS.len() as u64;
        if !has_end && count != KEYS.len() as u64 - 1 {
            return Err(RecordError::Malformed);
        }
        key(&mut cbor, 0)?;
        match cbor.u64().map_err(malformed)? {
            version if version == u64::from(VERSION) => {}
            version => return Err(RecordError::Version(version)),
        }
        let record = Record {
            name: parsed(&mut cbor, 1, |text| PersonName::parse(text).ok())?,
            unit: parsed(&mut cbor, 2, |text| UnitCode::parse(text).ok())?,
            position: parsed(&mut cbor, 3, |text| Some(text.to_owned()))?,
            card_type: parsed(&mut cbor, 4, |text| CardType::parse(text).ok())?,
            number: parsed(&mut cbor, 5, |text| CardNumber::parse(text).ok())?,
            issued: day(&mut cbor, 6)?,
            expires: if has_end { Some(day(&mut cbor, EXPIRES)?) } else { None },
            code: parsed(&mut cbor, 8, |text| CardCode::parse(text).ok())?,
        };
        // fields are cleaned as they are parsed, numbers could be longer than they need be, and something could follow
        if record.encode()? == bytes { Ok(record) } else { Err(RecordError::NotCanonical) }
    }
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Record")
    }
}

/// A record's bytes out of a file: its length, the record, and zeros up to the file's end.
///
/// # Errors
/// [`RecordError::Short`], [`RecordError::NotCanonical`] for anything but zeros behind it.
pub fn of_file(file: &[u8]) -> Result<&[u8], RecordError> {
    let (length, rest) = file.split_first_chunk::<LENGTH>().ok_or(RecordError::Short)?;
    let (record, fill) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(RecordError::Short)?;
    if fill.iter().any(|byte| *byte != 0) { Err(RecordError::NotCanonical) } else { Ok(record) }
}

/// A record's bytes as they begin its file.
pub(super) fn into_file(record: &[u8]) -> Vec<u8> {
    // encode has seen that it is short
    [(record.len() as u16).to_be_bytes().as_slice(), record].concat()
}

fn fits(field: &'static str, bytes: usize, most: usize) -> Result<(), RecordError> {
    if bytes <= most { Ok(()) } else { Err(RecordError::Long { field, bytes, most }) }
}

fn malformed(_: minicbor::decode::Error) -> RecordError {
    RecordError::Malformed
}

fn key(cbor: &mut Decoder<'_>, number: u8) -> Result<(), RecordError> {
    if cbor.u8().map_err(malformed)? == number { Ok(()) } else { Err(RecordError::Malformed) }
}

fn parsed<T>(cbor: &mut Decoder<'_>, number: u8, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, RecordError> {
    key(cbor, number)?;
    let text = cbor.str().map_err(malformed)?;
    parse(text).ok_or(RecordError::Field(KEYS[usize::from(number)]))
}

fn day(cbor: &mut Decoder<'_>, number: u8) -> Result<Date, RecordError> {
    key(cbor, number)?;
    if cbor.datatype().map_err(malformed)? != Type::Tag || cbor.tag().map_err(malformed)? != Tag::new(DAY) {
        return Err(RecordError::Field(KEYS[usize::from(number)]));
    }
    let text = cbor.str().map_err(malformed)?;
    text.parse().map_err(|_| RecordError::Field(KEYS[usize::from(number)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn record() -> Record {
        Record {
            name: PersonName::parse("Nguyễn Thị Ánh Tuyết").unwrap(),
            unit: UnitCode::parse("H57.10.3").unwrap(),
            position: "Chuyên viên chính".to_owned(),
            card_type: CardType::parse("CC").unwrap(),
            number: CardNumber::parse("H57.046090001234.CC").unwrap(),
            issued: "2026-11-23".parse().unwrap(),
            expires: Some("2031-11-23".parse().unwrap()),
            code: CardCode::parse("7hKq").unwrap(),
        }
    }

    #[test]
    fn bytes_and_back() {
        for expires in [record().expires, None] {
            let record = Record { expires, ..record() };
            let bytes = record.encode().unwrap();
            assert_eq!(Record::decode(&bytes), Ok(record));
            let file = [into_file(&bytes), vec![0; 100]].concat();
            assert_eq!(of_file(&file), Ok(bytes.as_slice()));
        }
        // a map of nine, its version
        assert_eq!(record().encode().unwrap()[..4], [0xA9, 0x00, 0x01, 0x01]);
        assert_eq!(format!("{:?}", record()), "Record");
    }

    #[test]
    fn the_longest_record_fits_and_longer_ones_are_refused_by_name() {
        let longest = Record {
            name: PersonName::parse(&"Ễ".repeat(50)).unwrap(),
            unit: UnitCode::parse(&format!("H57.{}", "9".repeat(31))).unwrap(),
            position: "ễ".repeat(66),
            ..record()
        };
        assert!(longest.encode().unwrap().len() <= MOST);
        let name = PersonName::parse(&"Ễ".repeat(51)).unwrap();
        let error = Record { name, ..longest.clone() }.encode();
        assert_eq!(error, Err(RecordError::Long { field: "name", bytes: 153, most: MOST_NAME }));
        let error = Record { position: "x".repeat(201), ..longest }.encode();
        assert_eq!(error, Err(RecordError::Long { field: "position", bytes: 201, most: MOST_POSITION }));
    }

    #[test]
    fn one_way_to_write_it() {
        let bytes = record().encode().unwrap();
        let with = |at: usize, byte: u8| {
            let mut bytes = bytes.clone();
            bytes[at] = byte;
            Record::decode(&bytes)
        };
        assert_eq!(with(0, 0xBF), Err(RecordError::NotCanonical));
        assert_eq!(with(0, 0xA7), Err(RecordError::Malformed));
        assert_eq!(with(2, 0x02), Err(RecordError::Version(2)));
        assert_eq!(with(2, 0x61), Err(RecordError::Malformed));
        assert_eq!(Record::decode(&[bytes.as_slice(), &[0x00]].concat()), Err(RecordError::NotCanonical));
        // the version in two bytes instead of one
        let long = [&bytes[..2], &[0x18, 0x01], &bytes[3..]].concat();
        assert_eq!(Record::decode(&long), Err(RecordError::NotCanonical));
        assert_eq!(Record::decode(&[]), Err(RecordError::Malformed));
        assert_eq!(of_file(&[0x00]), Err(RecordError::Short));
        assert_eq!(of_file(&[0x00, 0x02, 0x01]), Err(RecordError::Short));
        assert_eq!(of_file(&[0x00, 0x01, 0x01, 0x01]), Err(RecordError::NotCanonical));
    }

    proptest! {
        #[test]
        fn bytes_never_panic(at in 0_usize..200, byte: u8, noise: Vec<u8>) {
            let _ = Record::decode(&noise);
            let mut bytes = record().encode().unwrap();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(record) = Record::decode(&bytes) {
                prop_assert_eq!(record.encode().unwrap(), bytes);
            }
            let _ = of_file(&noise);
        }
    }
}
