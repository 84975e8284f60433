//! Vietnamese text of the encodings before Unicode, as old spreadsheets still carry it, and its conversion to NFC (R173).
//!
//! Such text reaches a program as bytes, or as what those bytes are in windows-1252 or ISO 8859-1: `NguyÔn` for `Nguyễn`.
//! Convert before [`crate::text::clean`], which drops the soft hyphen that stands for `ư` in TCVN3.

mod detect;
mod single;
mod vni;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

pub use detect::{Guess, Reading, detect, detect_bytes, vietnamese};

/// An encoding from before Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Legacy {
    /// TCVN3, also called ABC (TCVN 5712:1993, third set): one byte a letter; capitals with a tone have none. In running
    /// text a word in capitals therefore has its toned letters small (`NGUYễN`), which conversion puts right where the rest
    /// of the word, of two letters at least, is capital.
    Tcvn3,
    /// TCVN3 set in a font that draws every letter as a capital; such fonts' names end in `H` (`.VnTimeH`).
    Tcvn3Capitals,
    /// VNI for Windows: a letter, then one for its marks.
    Vni,
    /// VISCII 1.1 (RFC 1456): one byte a letter, six of them among the control characters.
    Viscii,
}

/// Why a text cannot have been in an encoding from before Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LegacyError {
    /// A letter or mark that no byte of windows-1252 or ISO 8859-1 stands for.
    #[error("text contains {0:?}, so it is in Unicode already")]
    Unicode(char),
}

impl Legacy {
    /// Every encoding.
    pub const ALL: [Legacy; 4] = [Legacy::Tcvn3, Legacy::Tcvn3Capitals, Legacy::Vni, Legacy::Viscii];

    /// Name used in settings and in files.
    pub fn name(self) -> &'static str {
        match self {
            Legacy::Tcvn3 => "tcvn3",
            Legacy::Tcvn3Capitals => "tcvn3_capitals",
            Legacy::Vni => "vni",
            Legacy::Viscii => "viscii",
        }
    }

    /// The encoding of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|legacy| legacy.name() == name)
    }

    /// The encoding for which a font was made, by its name: `.VnTime`, `.VnTimeH`, `VNI-Times`. `None` for fonts of Unicode,
    /// and for those of VISCII, which share no name.
    pub fn of_font(font: &str) -> Option<Self> {
        let lower = font.trim().to_lowercase();
        if lower.starts_with(".vn") {
            let capitals = font.trim().ends_with('H');
            return Some(if capitals { Legacy::Tcvn3Capitals } else { Legacy::Tcvn3 });
        }
        (lower.starts_with("vni-") || lower.starts_with("vni ")).then_some(Legacy::Vni)
    }

    /// The text of raw bytes, in NFC. Bytes that the encoding leaves free are read as windows-1252.
    pub fn decode(self, bytes: &[u8]) -> String {
        self.letters(bytes.iter().map(|byte| char::from(*byte)))
    }

    /// The text, in NFC, of bytes that some program has read as windows-1252 or ISO 8859-1. Signs outside both, such as
    /// `≤`, stay.
    ///
    /// # Errors
    /// [`LegacyError::Unicode`].
    pub fn convert(self, text: &str) -> Result<String, LegacyError> {
        let bytes = text.chars().map(byte_of).collect::<Result<Vec<char>, LegacyError>>()?;
        Ok(self.letters(bytes.into_iter()))
    }

    /// `bytes`: characters up to U+00FF stand for bytes, others for themselves.
    fn letters(self, bytes: impl Iterator<Item = char>) -> String {
        match self {
            Legacy::Tcvn3 => single::raise_capitals(&bytes.map(single::tcvn3).nfc().collect::<String>()),
            Legacy::Tcvn3Capitals => bytes.map(single::tcvn3).nfc().collect::<String>().to_uppercase(),
            Legacy::Vni => vni::letters(bytes),
            Legacy::Viscii => bytes.map(single::viscii).nfc().collect(),
        }
    }
}

/// windows-1252 from 0x80; its five free bytes are the control characters of ISO 8859-1.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', //
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// What a byte is in windows-1252.
fn windows_1252(byte: char) -> char {
    match byte {
        '\u{80}'..='\u{9F}' => WINDOWS_1252[byte as usize - 0x80],
        _ => byte,
    }
}

/// The byte that a character of windows-1252 or ISO 8859-1 stands for.
fn byte_of(c: char) -> Result<char, LegacyError> {
    if c <= '\u{FF}' {
        return Ok(c);
    }
    if let Some(byte) = (0x80u8..).zip(WINDOWS_1252).find_map(|(byte, sign)| (sign == c).then_some(byte)) {
        return Ok(char::from(byte));
    }
    if c.is_alphabetic() || is_combining_mark(c) { Err(LegacyError::Unicode(c)) } else { Ok(c) }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    /// The 134 letters of Vietnamese that are not ASCII.
    pub(super) fn letters() -> Vec<char> {
        let toned = "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars().flat_map(|base| {
            ["", "\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
                .into_iter()
                .flat_map(move |tone| format!("{base}{tone}").nfc().collect::<Vec<char>>())
        });
        toned.chain(['đ', 'Đ']).filter(|c| !c.is_ascii()).collect()
    }

    /// Bytes by letter, found by decoding every letter followed by a byte and every byte; what VNI writes as two comes
    /// first, since `à` alone reads as itself.
    fn encoder(legacy: Legacy) -> HashMap<char, Vec<u8>> {
        let pairs = "aeouyAEOUY\u{F4}\u{F6}\u{D4}\u{D6}"
            .chars()
            .flat_map(|c| (0x80..=0xFFu8).map(move |mark| vec![u8::try_from(u32::from(c)).unwrap(), mark]));
        let singles = (0..=0xFFu8).map(|byte| vec![byte]);
        let mut found = HashMap::new();
        for bytes in pairs.filter(|_| legacy == Legacy::Vni).chain(singles) {
            let mut letters = legacy.decode(&bytes).chars().collect::<Vec<_>>().into_iter();
            if let (Some(letter), None) = (letters.next(), letters.next()) {
                found.entry(letter).or_insert(bytes);
            }
        }
        found
    }

    fn encode(legacy: Legacy, text: &str) -> Option<Vec<u8>> {
        let encoder = encoder(legacy);
        text.chars().map(|c| encoder.get(&c).cloned()).collect::<Option<Vec<_>>>().map(|bytes| bytes.concat())
    }

    #[test]
    fn there_are_134_letters() {
        assert_eq!(letters().len(), 134);
        let fits = |legacy: Legacy, letter: &char| encode(legacy, &letter.to_string()).is_some();
        assert_eq!(letters().iter().filter(|letter| fits(Legacy::Vni, letter)).count(), 134);
        assert_eq!(letters().iter().filter(|letter| fits(Legacy::Viscii, letter)).count(), 134);
        let tcvn3: Vec<char> = letters().into_iter().filter(|letter| fits(Legacy::Tcvn3, letter)).collect();
        assert_eq!(tcvn3.iter().filter(|c| c.is_lowercase()).count(), 67);
        assert!("ĂÂÊÔƠƯĐ".chars().all(|c| tcvn3.contains(&c)));
        let capitals: Vec<char> = letters().into_iter().filter(|c| c.is_uppercase()).collect();
        assert!(capitals.iter().all(|letter| fits(Legacy::Tcvn3Capitals, letter)));
    }

    #[test]
    fn text_of_spreadsheets_is_converted() {
        for (legacy, text, unicode) in [
            (Legacy::Tcvn3, "NguyÔn ThÞ H\u{AD}êng", "Nguyễn Thị Hường"),
            (Legacy::Tcvn3, "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
            (Legacy::Tcvn3, "§Æng V¨n ¸nh", "Đặng Văn ánh"),
            (Legacy::Tcvn3Capitals, "NguyÔn thÞ h\u{AD}êng", "NGUYỄN THỊ HƯỜNG"),
            (Legacy::Vni, "Nguyeãn Thò Höôøng", "Nguyễn Thị Hường"),
            (Legacy::Vni, "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            (Legacy::Vni, "Ñaëng Vaên AÙnh", "Đặng Văn Ánh"),
            (Legacy::Viscii, "Nguy\u{AD}n Th\u{B8} H\u{DF}\u{B6}ng", "Nguyễn Thị Hường"),
            (Legacy::Viscii, "\u{D0}£ng Vån Ánh", "Đặng Văn Ánh"),
        ] {
            assert_eq!(legacy.convert(text).as_deref(), Ok(unicode), "{legacy:?}");
        }
    }

    #[test]
    fn bytes_that_windows_1252_shows_as_signs_come_back() {
        // VISCII 8A 8B 8C 8E
        assert_eq!(Legacy::Viscii.convert("Š‹ŒŽ").as_deref(), Ok("ẾỀỂỆ"));
        assert_eq!(Legacy::Viscii.convert("\u{8A}\u{8B}").as_deref(), Ok("ẾỀ"));
        assert_eq!(Legacy::Tcvn3.convert("“Hµ” – ≤").as_deref(), Ok("“Hà” – ≤"));
        assert_eq!(Legacy::Vni.decode(b"\x93Ha\xF8\x94"), "“Hà”");
    }

    #[test]
    fn unicode_is_refused() {
        for legacy in Legacy::ALL {
            assert_eq!(legacy.convert("Nguyễn"), Err(LegacyError::Unicode('ễ')));
            assert_eq!(legacy.convert("Nguye\u{302}\u{303}n"), Err(LegacyError::Unicode('\u{302}')));
            assert_eq!(legacy.convert("đ"), Err(LegacyError::Unicode('đ')));
            assert_eq!(legacy.convert("An 12").as_deref().map(str::to_lowercase), Ok("an 12".to_owned()));
        }
    }

    #[test]
    fn fonts_tell_the_encoding() {
        for (font, legacy) in [
            (".VnTime", Some(Legacy::Tcvn3)),
            (".VnTimeH", Some(Legacy::Tcvn3Capitals)),
            (".VnArial Narrow", Some(Legacy::Tcvn3)),
            ("VNI-Times", Some(Legacy::Vni)),
            ("Times New Roman", None),
        ] {
            assert_eq!(Legacy::of_font(font), legacy, "{font}");
        }
        assert!(Legacy::ALL.into_iter().all(|legacy| Legacy::from_name(legacy.name()) == Some(legacy)));
    }

    fn text(of: Vec<char>) -> impl Strategy<Value = String> {
        prop::collection::vec(prop_oneof![3 => prop::sample::select(of), 1 => prop::char::range(' ', '~')], 0..20)
            .prop_map(String::from_iter)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn all_letters_round_trip(text in text(letters())) {
            for legacy in [Legacy::Vni, Legacy::Viscii] {
                let bytes = encode(legacy, &text).unwrap();
                prop_assert_eq!(&legacy.decode(&bytes), &text);
                let shown: String = bytes.iter().map(|byte| windows_1252(char::from(*byte))).collect();
                prop_assert_eq!(legacy.convert(&shown), Ok(text.clone()));
            }
        }

        #[test]
        fn small_letters_and_all_capitals_round_trip_in_tcvn3(text in text(letters())) {
            let (small, capital) = (text.to_lowercase(), text.to_uppercase());
            let bytes = encode(Legacy::Tcvn3, &small).unwrap();
            prop_assert_eq!(&Legacy::Tcvn3.decode(&bytes), &small);
            prop_assert_eq!(&Legacy::Tcvn3Capitals.decode(&bytes), &capital);
            // shifted keys give the plain capitals, toned letters stay small
            let shifted: String = text.chars().map(|c| if single::is_plain(c) { upper(c) } else { lower(c) }).collect();
            let bytes = encode(Legacy::Tcvn3, &shifted).unwrap();
            prop_assert_eq!(Legacy::Tcvn3.decode(&bytes).to_uppercase(), capital);
        }

        #[test]
        fn no_text_panics(text in "\\PC*|[\u{1}-\u{FF}]*", bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            for legacy in Legacy::ALL {
                prop_assert!(unicode_normalization::is_nfc(&legacy.decode(&bytes)));
                let _ = legacy.convert(&text);
            }
            let _ = (detect(&text), detect_bytes(&bytes));
        }
    }

    fn upper(c: char) -> char {
        c.to_uppercase().next().unwrap()
    }

    fn lower(c: char) -> char {
        c.to_lowercase().next().unwrap()
    }
}
