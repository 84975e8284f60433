//! The record that is a text: NFC Forum Text RTD 1.0.

use crate::{Name, Record};

/// A text in a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// As in `vi` or `en-GB`, at most 63 characters.
    pub language: String,
    /// The text.
    pub text: String,
}

const UTF16: u8 = 0x80;
const LANGUAGE: u8 = 0x3F;

/// A text as UTF-8; `None` for a language of more than 63 characters or of others than ASCII's.
pub fn record(text: &Text) -> Option<Record> {
    let language = Some(&text.language).filter(|language| language.is_ascii())?;
    let length = u8::try_from(language.len()).ok().filter(|length| *length <= LANGUAGE)?;
    Some(Record::well_known(b"T", [&[length], language.as_bytes(), text.text.as_bytes()].concat()))
}

/// The text of a record, UTF-8 or UTF-16; `None` for another record or a malformed one.
pub fn of(record: &Record) -> Option<Text> {
    if record.name != Name::WellKnown(b"T".to_vec()) {
        return None;
    }
    let (status, rest) = record.payload.split_first()?;
    let (language, text) = rest.split_at_checked(usize::from(status & LANGUAGE))?;
    let text = if status & UTF16 == 0 { String::from_utf8(text.to_vec()).ok()? } else { utf16(text)? };
    Some(Text { language: String::from_utf8(language.to_vec()).ok().filter(|language| language.is_ascii())?, text })
}

/// Big-endian unless a byte order mark says otherwise (Text RTD 1.0, §3.4).
fn utf16(bytes: &[u8]) -> Option<String> {
    if !bytes.len().is_multiple_of(2) {
        return None;
    }
    let (bytes, little) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest, true),
        [0xFE, 0xFF, rest @ ..] => (rest, false),
        rest => (rest, false),
    };
    let units = bytes.chunks_exact(2).map(|pair| {
        let pair = [pair[0], pair[1]];
        if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) }
    });
    char::decode_utf16(units).collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_comes_back() {
        let text = Text { language: "vi".into(), text: "Thẻ công chức".into() };
        let record = record(&text).unwrap();
        assert_eq!(record.payload[..3], [2, b'v', b'i']);
        assert_eq!(of(&record), Some(text));
        assert_eq!(super::record(&Text { language: "x".repeat(64), text: String::new() }), None);
    }

    #[test]
    fn the_other_encoding_is_read_too() {
        let payload = |bytes: &[u8]| Record::well_known(b"T", [&[0x82, b'v', b'i'], bytes].concat());
        for bytes in [&[0x1E, 0xBB][..], &[0xFE, 0xFF, 0x1E, 0xBB], &[0xFF, 0xFE, 0xBB, 0x1E]] {
            assert_eq!(of(&payload(bytes)).unwrap().text, "ẻ");
        }
        assert_eq!(of(&payload(&[0x1E])), None);
        assert_eq!(of(&payload(&[0xD8, 0x00])), None);
        assert_eq!(of(&Record::well_known(b"T", [0x05, b'v'])), None);
    }
}
