//! The text of a file: in Unicode, or in what Vietnamese was written in before.

use contract::import::FileFault;
use encoding_rs::WINDOWS_1258;
use model::legacy::{Legacy, Reading, detect, detect_bytes, vietnamese};
use unicode_normalization::UnicodeNormalization as _;

use super::MAX_BYTES;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, or UTF-16 with its mark.
    Unicode,
    /// windows-1258, with tones as letters of their own.
    Windows1258,
    /// An encoding without a place in the system: fonts drew it.
    Legacy(Legacy),
}

impl Encoding {
    /// Every encoding, as a person may choose it.
    pub const ALL: [Encoding; 6] = [
        Encoding::Unicode,
        Encoding::Legacy(Legacy::Tcvn3),
        Encoding::Legacy(Legacy::Tcvn3Capitals),
        Encoding::Legacy(Legacy::Vni),
        Encoding::Legacy(Legacy::Viscii),
        Encoding::Windows1258,
    ];

    /// Name used in forms.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Unicode => "unicode",
            Encoding::Windows1258 => "windows_1258",
            Encoding::Legacy(legacy) => legacy.name(),
        }
    }

    /// The encoding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.name() == name)
    }

    /// What people call it; the same in every language.
    pub fn title(self) -> &'static str {
        match self {
            Encoding::Unicode => "Unicode (UTF-8)",
            Encoding::Windows1258 => "Windows-1258",
            Encoding::Legacy(Legacy::Tcvn3) => "TCVN3 (ABC, .VnTime)",
            Encoding::Legacy(Legacy::Tcvn3Capitals) => "TCVN3 (.VnTimeH)",
            Encoding::Legacy(Legacy::Vni) => "VNI (VNI-Times)",
            Encoding::Legacy(Legacy::Viscii) => "VISCII",
        }
    }
}

/// A text, and in what it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// In Unicode.
    pub text: String,
    /// In what the file was.
    pub encoding: Encoding,
}

/// Of a hundred words that are not ASCII, so many have to be Vietnamese before a reading is believed.
const BELIEVED: u8 = 50;
/// So much of a long text is looked at.
const LOOKED_AT: usize = 200_000;

/// The text of a file, read as somebody chose, or as it most likely is.
///
/// # Errors
/// [`FileFault::TooLarge`], [`FileFault::Workbook`], [`FileFault::NotUnicode`] also where no reading is believed.
pub fn decode(bytes: &[u8], chosen: Option<Encoding>) -> Result<Decoded, FileFault> {
    if bytes.len() > MAX_BYTES {
        return Err(FileFault::TooLarge);
    }
    let unicode = |text: String| Decoded { text, encoding: Encoding::Unicode };
    let utf16 = |bytes: &[u8], pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|two| pair([two[0], two[1]])).collect();
        String::from_utf16(&units).map(unicode).map_err(|_| FileFault::NotUnicode)
    };
    match bytes {
        // an archive (XLSX, ODS) or an OLE file (XLS)
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => return Err(FileFault::Workbook),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        // in UTF-8 it may still be what another program made of the bytes of an old font
        return Ok(convert(text, chosen));
    }
    let encoding = match chosen {
        Some(Encoding::Unicode) => return Err(FileFault::NotUnicode),
        Some(encoding) => encoding,
        None => likeliest(bytes).ok_or(FileFault::NotUnicode)?,
    };
    Ok(match encoding {
        Encoding::Unicode => return Err(FileFault::NotUnicode),
        Encoding::Windows1258 => Decoded { text: windows_1258(bytes), encoding },
        Encoding::Legacy(legacy) => Decoded { text: legacy.decode(bytes), encoding },
    })
}

/// Text in Unicode, in which parts may be what an old font drew: those are put right, as somebody chose or as is likely.
pub fn convert(text: &str, chosen: Option<Encoding>) -> Decoded {
    let legacy = match chosen {
        Some(Encoding::Legacy(legacy)) => Some(legacy),
        Some(_) => None,
        None => old_font(text),
    };
    let Some(legacy) = legacy else { return Decoded { text: text.to_owned(), encoding: Encoding::Unicode } };
    let cell = |cell: &str| legacy.convert(cell).unwrap_or_else(|_| cell.to_owned());
    let line = |line: &str| line.split('\t').map(cell).collect::<Vec<_>>().join("\t");
    let text = text.split('\n').map(line).collect::<Vec<_>>().join("\n");
    Decoded { text, encoding: Encoding::Legacy(legacy) }
}

/// The encoding of an old font, when the lines that are not plainly Unicode are Vietnamese in it alone.
fn old_font(text: &str) -> Option<Legacy> {
    if text.is_ascii() {
        return None;
    }
    let mut looked_at = String::new();
    for cell in text.split(['\n', '\t']).filter(|cell| !cell.is_ascii()) {
        // one letter of Unicode makes all of it Unicode
        if Legacy::Tcvn3.convert(cell).is_ok() {
            looked_at.push_str(cell);
            looked_at.push(' ');
        }
        if looked_at.len() > LOOKED_AT {
            break;
        }
    }
    let guess = detect(&looked_at);
    // a single name may be Vietnamese in several readings
    let clear = guess.score >= BELIEVED && guess.score >= guess.runner_up.saturating_add(25);
    match guess.reading {
        Reading::Legacy(legacy) if clear && looked_at.split_whitespace().count() >= 4 => Some(legacy),
        _ => None,
    }
}

fn likeliest(bytes: &[u8]) -> Option<Encoding> {
    let begin = &bytes[..bytes.len().min(LOOKED_AT)];
    let guess = detect_bytes(begin);
    let legacy = match guess.reading {
        Reading::Legacy(legacy) => Some((guess.score, Encoding::Legacy(legacy))),
        Reading::Unicode => None,
    };
    let windows = vietnamese(&windows_1258(begin)).map(|score| (score, Encoding::Windows1258));
    let best = [legacy, windows].into_iter().flatten().max_by_key(|(score, _)| *score);
    best.filter(|(score, _)| *score >= BELIEVED).map(|(_, encoding)| encoding)
}

fn windows_1258(bytes: &[u8]) -> String {
    WINDOWS_1258.decode_without_bom_handling(bytes).0.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Họ và tên;Chức vụ\nNguyễn Thị Hường;Phó giám đốc sở\n";

    #[test]
    fn encodings_that_spreadsheet_programs_write() {
        let text = "Tên\tMã";
        let wide = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        for bytes in [
            text.as_bytes().to_vec(),
            [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
            wide(u16::to_le_bytes, [0xFF, 0xFE]),
            wide(u16::to_be_bytes, [0xFE, 0xFF]),
        ] {
            assert_eq!(decode(&bytes, None).map(|read| read.text).as_deref(), Ok(text));
        }
        assert_eq!(decode(b"PK\x03\x04abc", None), Err(FileFault::Workbook));
        assert_eq!(decode(b"\xD0\xCF\x11\xE0abc", None), Err(FileFault::Workbook));
        assert_eq!(decode(b"\xFFxyz\xFE\xFD\xFC", None), Err(FileFault::NotUnicode));
        assert_eq!(decode(b"T\xEAn", Some(Encoding::Unicode)), Err(FileFault::NotUnicode));
    }

    #[test]
    fn windows_1258_is_told_from_old_fonts() {
        // tones are letters of their own there
        let apart: String = TEXT.replace('ọ', "o\u{323}").replace('ễ', "ê\u{303}").replace('ị', "i\u{323}");
        let apart = apart.replace('ứ', "ư\u{301}").replace('ụ', "u\u{323}").replace('ờ', "ơ\u{300}");
        let apart = apart.replace('ó', "o\u{301}").replace('ố', "ô\u{301}").replace('ở', "ơ\u{309}");
        let (bytes, _, lost) = WINDOWS_1258.encode(&apart);
        assert!(!lost);
        let read = decode(&bytes, None).unwrap();
        assert_eq!((read.text.as_str(), read.encoding), (TEXT, Encoding::Windows1258));
    }

    #[test]
    fn old_fonts_are_told_in_bytes_and_in_unicode() {
        let shown = "Hä vµ tªn;Chøc vô\nNguyÔn ThÞ H\u{AD}êng;Phã gi¸m ®èc së\n";
        let bytes: Vec<u8> = shown.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let tcvn3 = Encoding::Legacy(Legacy::Tcvn3);
        for read in [decode(&bytes, None).unwrap(), decode(shown.as_bytes(), None).unwrap()] {
            assert_eq!((read.text.as_str(), read.encoding), (TEXT, tcvn3));
        }
        assert_eq!(decode(shown.as_bytes(), Some(Encoding::Unicode)).unwrap().text, shown);
        assert_eq!(convert(TEXT, None), Decoded { text: TEXT.into(), encoding: Encoding::Unicode });
        // headings in Unicode, names in an old font
        let mixed = format!("Họ và tên;Mã số định danh\n{}", shown.lines().nth(1).unwrap());
        assert!(convert(&mixed, None).text.ends_with("Nguyễn Thị Hường;Phó giám đốc sở"));
        assert!(Encoding::ALL.into_iter().all(|encoding| Encoding::from_name(encoding.name()) == Some(encoding)));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..200), text in "\\PC*") {
            let _ = decode(&bytes, None);
            for encoding in Encoding::ALL {
                let _ = decode(&bytes, Some(encoding));
                let _ = convert(&text, Some(encoding));
            }
            let _ = convert(&text, None);
        }
    }
}
