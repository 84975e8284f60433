//! The record that is a link: NFC Forum URI RTD 1.0.

use crate::{Name, Record};

/// What the first byte stands for (URI RTD 1.0, table 3).
const PREFIXES: [&str; 36] = [
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
];

/// A link, abbreviated as far as it goes.
pub fn record(uri: &str) -> Record {
    let longest = PREFIXES.iter().enumerate().filter(|(_, prefix)| uri.starts_with(**prefix));
    let (code, prefix) = longest.max_by_key(|(_, prefix)| prefix.len()).unwrap_or((0, &""));
    Record::well_known(b"U", [&[code as u8], &uri.as_bytes()[prefix.len()..]].concat())
}

/// The link of a record; `None` for another record, an unknown abbreviation, or bytes that are no UTF-8.
pub fn of(record: &Record) -> Option<String> {
    if record.name != Name::WellKnown(b"U".to_vec()) {
        return None;
    }
    let (code, rest) = record.payload.split_first()?;
    let prefix = PREFIXES.get(usize::from(*code))?;
    Some([prefix, std::str::from_utf8(rest).ok()?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_abbreviated_and_come_back() {
        for (uri, code) in [
            ("https://the.example.vn/t/7Kq2", 0x04),
            ("https://www.example.vn", 0x02),
            ("tel:+84201388", 0x05),
            ("urn:epc:id:x", 0x1E),
            ("geo:1,2", 0x00),
        ] {
            let record = record(uri);
            assert_eq!(record.payload[0], code, "{uri}");
            assert_eq!(of(&record).as_deref(), Some(uri));
        }
        assert_eq!(of(&Record::well_known(b"U", [0x24, b'x'])), None);
        assert_eq!(of(&Record::well_known(b"U", [])), None);
        assert_eq!(of(&Record::well_known(b"T", [0x00])), None);
    }
}
