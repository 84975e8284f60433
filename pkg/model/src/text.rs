//! Vietnamese text: repair to NFC, folding for search, tone placement, and people's names.
//!
//! TCVN 6909:2001 (mandatory between State bodies, QĐ 72/2002/QĐ-TTg) allows precomposed and combining forms; the portal
//! stores NFC only (R173).

use std::fmt;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

use crate::newtype::text_newtype;

const CIRCUMFLEX: char = '\u{0302}';
const BREVE: char = '\u{0306}';
const HORN: char = '\u{031B}';
/// Huyền, sắc, ngã, hỏi, nặng.
const TONES: [char; 5] = ['\u{0300}', '\u{0301}', '\u{0303}', '\u{0309}', '\u{0323}'];
/// What people and programs write for the apostrophe of names such as `H'Hen`.
const APOSTROPHES: [char; 8] = ['\'', '\u{2019}', '\u{2018}', '\u{02BC}', '`', '\u{00B4}', '\u{2032}', '\u{02B9}'];

/// Repairs text and brings it to NFC; the form in which everything is stored (R173).
///
/// Drops zero-width and other invisible characters, bidirectional marks and control characters; turns tabs, line ends and
/// every Unicode space into one space, collapses runs of spaces and trims; writes `Đ`/`đ` for the look-alikes `Ð`
/// U+00D0/`ð` U+00F0 and `Ɖ` U+0189/`ɖ` U+0256 (`HĐ` is U+0048 U+0110, C15); puts circumflex, breve and horn before the tone marks of one letter,
/// which normalisation alone does not (`e` + tilde + circumflex → `ễ`). Idempotent; accepts any text.
pub fn clean(text: &str) -> String {
    let mut repaired: Vec<char> = Vec::with_capacity(text.len());
    for c in text.chars().filter_map(repair) {
        if c != ' ' || repaired.last().is_some_and(|last| *last != ' ') {
            repaired.push(c);
        }
    }
    if repaired.last() == Some(&' ') {
        repaired.pop();
    }
    if repaired.iter().all(char::is_ascii) {
        return repaired.into_iter().collect();
    }
    // NFD also maps the tone marks U+0340 and U+0341 to U+0300 and U+0301 (singleton decompositions).
    let mut letters: Vec<char> = repaired.into_iter().nfd().collect();
    order_marks(&mut letters);
    letters.into_iter().nfc().collect()
}

/// Folds text for searching: [`clean`], lower case, no diacritics, `đ` → `d`, apostrophes removed, whatever else is not a
/// letter or digit → one space. `H'Hen Niê` → `hhen nie`. Idempotent.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).to_lowercase().nfd() {
        if is_combining_mark(c) || APOSTROPHES.contains(&c) {
            continue;
        }
        let c = match c {
            'đ' => 'd', // U+0111 has no decomposition
            'ƀ' => 'b', // U+0180, Ê Đê and Gia Rai names
            _ => c,
        };
        push_word_char(&mut out, c, c.is_alphanumeric());
    }
    trim_end(out)
}

/// The words of [`fold`]; empty for text without letters or digits.
pub fn fold_tokens(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|token| !token.is_empty()).map(str::to_owned).collect()
}

/// Whether a query carries tones, other Vietnamese diacritics or `đ`, so that exact matches can rank first.
pub fn has_marks(text: &str) -> bool {
    clean(text).nfd().any(|c| matches!(c, 'đ' | 'Đ' | CIRCUMFLEX | BREVE | HORN) || TONES.contains(&c))
}

/// Whether every word of `query` is, marks included, a word of `name`; the last word of the query may be only the beginning
/// of one. Case and tone placement ([`canonical_tone`]) do not count. A query without words matches every name.
pub fn matches_with_marks(query: &str, name: &str) -> bool {
    let query = words(query);
    let name = words(name);
    let name_canonical: Vec<String> = name.iter().map(|word| canonical_tone(word)).collect();
    let last = query.len().saturating_sub(1);
    query.iter().enumerate().all(|(position, word)| {
        let canonical = canonical_tone(word);
        if position < last {
            name_canonical.contains(&canonical)
        } else {
            // "hò" is the beginning of "hòa" as written though not of "hoà"
            name_canonical.iter().any(|whole| whole.starts_with(&canonical))
                || name.iter().any(|whole| whole.starts_with(word))
        }
    })
}

/// Moves the tone of `oa`, `oe` and `uy` to the second vowel: `hòa` and `hoà` both become `hoà`. Case stays; the result is
/// NFC. For comparing only, never for storing: both spellings are in people's papers.
pub fn canonical_tone(text: &str) -> String {
    let mut letters: Vec<(char, Vec<char>)> = Vec::with_capacity(text.len());
    for c in text.nfd() {
        match letters.last_mut() {
            Some((_, marks)) if canonical_combining_class(c) != 0 => marks.push(c),
            _ => letters.push((c, Vec::new())),
        }
    }
    for second in 1..letters.len() {
        let (before, after) = letters.split_at_mut(second);
        let (Some(first), Some(second)) = (before.last_mut(), after.first_mut()) else { continue };
        let pair = (first.0.to_ascii_lowercase(), second.0.to_ascii_lowercase());
        let shaped = first.1.iter().any(|mark| !TONES.contains(mark)); // ô, ơ, ư are other vowels
        let toned = second.1.iter().any(|mark| TONES.contains(mark));
        if matches!(pair, ('o', 'a' | 'e') | ('u', 'y')) && !shaped && !toned {
            second.1.append(&mut first.1);
        }
    }
    letters.into_iter().flat_map(|(base, marks)| std::iter::once(base).chain(marks)).nfc().collect()
}

/// A person's name in its parts; each is cleaned and may be empty.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct NameParts {
    /// Họ: the first word; empty if the name has one word only.
    pub surname: String,
    /// Tên đệm: the words between.
    pub middle: String,
    /// Tên: the last word, by which official lists are sorted.
    pub given: String,
}

impl fmt::Debug for NameParts {
    /// Says nothing of the name: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NameParts(…)")
    }
}

/// Splits a full name at its first and last space. Any number of words is legal: one word is all given name, and ethnic
/// names have up to eight.
pub fn split_name(name: &str) -> NameParts {
    let name = clean(name);
    let Some((front, given)) = name.rsplit_once(' ') else {
        return NameParts { given: name, ..NameParts::default() };
    };
    let (surname, middle) = front.split_once(' ').unwrap_or((front, ""));
    NameParts { surname: surname.to_owned(), middle: middle.to_owned(), given: given.to_owned() }
}

/// A person's full name: 1 to 100 characters of NFC, letters with their marks, spaces, apostrophes, hyphens and dots, with
/// at least one letter. Typographic apostrophes and hyphens are stored as U+0027 and U+002D.
///
/// `Debug` does not show the name; `Display` and `as_str` do.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Why a text is not a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PersonNameError {
    /// Nothing is left after cleaning.
    #[error("name is empty")]
    Empty,
    /// More characters (NFC) than allowed.
    #[error("name has {chars} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        chars: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A character that no name has.
    #[error("name contains {0:?}")]
    Character(char),
    /// Only punctuation.
    #[error("name contains no letter")]
    NoLetter,
}

impl PersonName {
    /// Most characters (Unicode scalar values in NFC) that a name may have.
    pub const MAX_CHARS: usize = 100;

    /// Cleans and checks a name.
    ///
    /// # Errors
    /// [`PersonNameError`]; length is judged after cleaning, before the characters.
    pub fn parse(text: &str) -> Result<Self, PersonNameError> {
        let name: String = clean(text).chars().map(plain_punctuation).collect();
        if name.is_empty() {
            return Err(PersonNameError::Empty);
        }
        let chars = name.chars().count();
        if chars > Self::MAX_CHARS {
            return Err(PersonNameError::TooLong { chars, max: Self::MAX_CHARS });
        }
        let mut after_letter = false;
        for c in name.chars() {
            // Ê Đê letters such as ơ̆ have no precomposed form, so marks may follow a letter.
            let mark = is_combining_mark(c) && after_letter;
            let letter = c.is_alphabetic() && !is_combining_mark(c);
            if !letter && !mark && !matches!(c, ' ' | '\'' | '-' | '.') {
                return Err(PersonNameError::Character(c));
            }
            after_letter = letter || mark;
        }
        if !name.chars().any(char::is_alphabetic) {
            return Err(PersonNameError::NoLetter);
        }
        Ok(Self(name))
    }

    /// The name in NFC.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Surname, middle and given name.
    pub fn parts(&self) -> NameParts {
        split_name(&self.0)
    }
}

text_newtype!(PersonName, PersonNameError);

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PersonName {
    /// Says nothing of the name: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

fn repair(c: char) -> Option<char> {
    match c {
        _ if c.is_whitespace() => Some(' '), // NBSP and others survive NFC
        _ if c.is_control() || is_invisible(c) => None,
        '\u{00D0}' | '\u{0189}' => Some('Đ'), // would lower-case to ð and ɖ, not đ
        '\u{00F0}' | '\u{0256}' => Some('đ'),
        _ => Some(c),
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Within each letter's run of marks, those that make another vowel come first; canonical order keeps the marks of one
/// combining class as typed, so this decides whether they compose.
fn order_marks(letters: &mut [char]) {
    let mut at = 0;
    while at < letters.len() {
        let base = letters[at];
        let marks = letters[at + 1..].iter().take_while(|c| canonical_combining_class(**c) != 0).count();
        letters[at + 1..at + 1 + marks].sort_by_key(|mark| !shapes(base, *mark));
        at += 1 + marks;
    }
}

fn shapes(base: char, mark: char) -> bool {
    match mark {
        CIRCUMFLEX => matches!(base, 'a' | 'e' | 'o' | 'A' | 'E' | 'O'),
        BREVE => matches!(base, 'a' | 'A'),
        HORN => matches!(base, 'o' | 'u' | 'O' | 'U'),
        _ => false,
    }
}

/// Lower-case words with their marks, NFC.
fn words(text: &str) -> Vec<String> {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).to_lowercase().nfc() {
        if !APOSTROPHES.contains(&c) {
            push_word_char(&mut out, c, c.is_alphanumeric() || is_combining_mark(c));
        }
    }
    out.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn push_word_char(out: &mut String, c: char, in_word: bool) {
    if in_word {
        out.push(c);
    } else if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

fn trim_end(mut text: String) -> String {
    text.truncate(text.trim_end_matches(' ').len());
    text
}

fn plain_punctuation(c: char) -> char {
    match c {
        '\u{2010}' | '\u{2011}' => '-',
        _ if APOSTROPHES.contains(&c) => '\'',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nguyen_thi_huong_is_16_characters_in_nfc() {
        // R173
        let nfd: String = "Nguyễn Thị Hường".nfd().collect();
        assert_eq!(nfd.chars().count(), 22);
        assert_eq!(clean(&nfd).chars().count(), 16);
        assert_eq!(clean(&nfd), "Nguyễn Thị Hường");
    }

    #[test]
    fn nguyen_is_8_bytes_in_nfc_and_10_in_nfd() {
        let nfd: String = "Nguyễn".nfd().collect();
        assert_eq!((nfd.len(), clean(&nfd).len()), (10, 8));
    }

    #[test]
    fn cp1258_mixed_input_composes() {
        assert_eq!(clean("Nguy\u{00EA}\u{0303}n"), "Nguyễn");
    }

    #[test]
    fn tone_before_circumflex_is_put_right() {
        assert_eq!(clean("Nguye\u{0303}\u{0302}n"), "Nguyễn");
        assert_eq!(clean("\u{1EBD}\u{0302}"), "ễ"); // ẽ + circumflex
        assert_eq!(clean("A\u{0301}\u{0306}"), "Ắ");
        assert_eq!(clean("o\u{0300}\u{031B}"), "ờ");
        assert_eq!(clean("u\u{0303}\u{031B}"), "ữ");
    }

    #[test]
    fn dot_below_composes_in_either_order() {
        assert_eq!(clean("e\u{0323}\u{0302}"), "ệ");
        assert_eq!(clean("e\u{0302}\u{0323}"), "ệ");
        assert_eq!(clean("o\u{0323}\u{031B}"), "ợ");
    }

    #[test]
    fn every_letter_composes_from_its_marks_in_any_order() {
        for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY".chars() {
            for tone in TONES {
                let nfc: String = [base, tone].into_iter().nfc().collect();
                let marks: Vec<char> = nfc.nfd().collect();
                assert_eq!(nfc.chars().count(), 1, "{nfc}");
                assert_eq!(clean(&marks.iter().collect::<String>()), nfc);
                let turned: String = marks[..1].iter().chain(marks[1..].iter().rev()).collect();
                assert_eq!(clean(&turned), nfc);
                assert_eq!(clean(&turned.nfc().collect::<String>()), nfc); // ẽ + circumflex
            }
        }
    }

    #[test]
    fn deprecated_tone_marks_are_mapped() {
        assert_eq!(clean("a\u{0340}e\u{0341}"), "àé");
        assert_eq!(clean("e\u{0341}\u{0302}"), "ế");
    }

    #[test]
    fn look_alikes_become_d_with_stroke() {
        assert_eq!(clean("H\u{0189}\u{0256}"), "H\u{0110}\u{0111}");
        assert_eq!(clean("H\u{00D0}"), "H\u{0110}"); // C15: the type code HĐ
        assert_eq!(clean("\u{00F0}"), "đ");
        assert_eq!(fold("\u{00D0}ào"), "dao");
    }

    #[test]
    fn d_with_stroke_folds_though_it_never_decomposes() {
        assert_eq!("đ".nfd().count(), 1);
        assert_eq!(fold("Đặng Đình Đức"), "dang dinh duc");
    }

    #[test]
    fn invisible_characters_and_spaces_are_repaired() {
        assert_eq!(clean("\u{FEFF}Lê\u{00A0}\u{200B}Văn\u{3000}\u{2009}An\u{00AD}\u{200E} "), "Lê Văn An");
        assert_eq!(clean("Lê\tVăn\r\nAn\u{0007}"), "Lê Văn An");
        assert_eq!(clean("\u{200B}"), "");
        assert_eq!(clean("e\u{200D}\u{0302}"), "ê");
    }

    #[test]
    fn hoa_in_both_spellings_is_equal_only_when_compared() {
        assert_ne!(clean("Hòa"), clean("Hoà"));
        assert_eq!(canonical_tone("Hòa"), "Hoà");
        assert_eq!(canonical_tone("HÒA"), "HOÀ");
        assert_eq!(canonical_tone("khỏe thúy hoàn quý"), "khoẻ thuý hoàn quý");
        assert_eq!(canonical_tone("múa của hoa ngoài Tạo"), "múa của hoa ngoài Tạo");
        assert_eq!(fold("Hòa"), fold("Hoà"));
        assert!(matches_with_marks("hòa", "Nguyễn Thị Hoà"));
        assert!(matches_with_marks("hoà", "Nguyễn Thị Hòa"));
        assert!(matches_with_marks("hò", "Nguyễn Thị Hòa"));
        assert!(matches_with_marks("thuý", "Trần Thúy"));
    }

    #[test]
    fn marks_distinguish_names_and_last_word_may_be_a_beginning() {
        assert!(matches_with_marks("nguyễn hư", "Nguyễn Thị Hường"));
        assert!(matches_with_marks("HƯỜNG nguyễn", "Nguyễn Thị Hường"));
        assert!(!matches_with_marks("hương", "Nguyễn Thị Hường"));
        assert!(!matches_with_marks("nguy hường", "Nguyễn Thị Hường"));
        assert!(matches_with_marks("h’hen", "H'Hen Niê"));
        assert!(matches_with_marks("", "An"));
    }

    #[test]
    fn marks_are_seen() {
        for marked in ["ă", "â", "Đ", "đ", "ê", "ô", "ơ", "ư", "á", "ạ", "a\u{0301}", "\u{00D0}"] {
            assert!(has_marks(marked), "{marked}");
        }
        assert!(!has_marks("nguyen van an 12"));
    }

    #[test]
    fn ethnic_names_have_one_to_eight_words_and_apostrophes() {
        assert_eq!(fold_tokens("H'Hen Niê"), ["hhen", "nie"]);
        for name in ["Điểu", "H'Hen Niê", "Y Ƀăm Ê-ban", "Lê Thị A B C D E Êban", "K’ Brêm", "Hơ\u{0306} Niê"]
        {
            assert_eq!(PersonName::parse(name).map(|name| name.as_str().to_owned()), Ok(clean(name).replace('’', "'")));
        }
        let one = split_name("Điểu");
        assert_eq!((one.surname.as_str(), one.middle.as_str(), one.given.as_str()), ("", "", "Điểu"));
        let two = split_name("Lê An");
        assert_eq!((two.surname.as_str(), two.middle.as_str(), two.given.as_str()), ("Lê", "", "An"));
        let eight = split_name("Tôn Nữ Thị A B C D Êban");
        assert_eq!(
            (eight.surname.as_str(), eight.middle.as_str(), eight.given.as_str()),
            ("Tôn", "Nữ Thị A B C D", "Êban")
        );
    }

    #[test]
    fn what_is_no_name_is_refused_with_its_reason() {
        assert_eq!(PersonName::parse(" \u{200B}\u{00A0}"), Err(PersonNameError::Empty));
        assert_eq!(PersonName::parse("A1"), Err(PersonNameError::Character('1')));
        assert_eq!(PersonName::parse("An, Lê"), Err(PersonNameError::Character(',')));
        assert_eq!(PersonName::parse("-\u{0301}"), Err(PersonNameError::Character('\u{0301}')));
        assert_eq!(PersonName::parse("-.'"), Err(PersonNameError::NoLetter));
        assert_eq!(PersonName::parse(&"ễ".repeat(101)), Err(PersonNameError::TooLong { chars: 101, max: 100 }));
        assert!(PersonName::parse(&"e\u{0303}\u{0302}".repeat(100)).is_ok());
    }

    #[test]
    fn debug_does_not_show_a_name() {
        let name = PersonName::parse("Lê Văn An").unwrap();
        assert!(!format!("{name:?} {:?}", name.parts()).contains("An"));
        assert_eq!(name.to_string(), "Lê Văn An");
    }

    #[test]
    fn serde_goes_through_parse() {
        let name: PersonName = serde_json::from_str("\"  Nguye\u{0303}\u{0302}n  An\"").unwrap();
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"Nguyễn An\"");
        assert!(serde_json::from_str::<PersonName>("\"7\"").is_err());
    }

    /// Letters, marks and oddities that make trouble, more often than arbitrary characters would.
    fn text() -> impl Strategy<Value = String> {
        let odd = prop::sample::select(
            "aeouyAEOUYdDđĐÐð \u{A0}\u{200B}\t'’-.\u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31B}\u{323}\u{340}\u{341}\u{34F}ễệờİß가"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![3 => odd, 1 => any::<char>()], 0..24).prop_map(String::from_iter)
    }

    proptest! {
        #[test]
        fn clean_is_idempotent_and_nfc(text in text()) {
            let once = clean(&text);
            prop_assert_eq!(&clean(&once), &once);
            prop_assert!(unicode_normalization::is_nfc(&once));
            prop_assert!(!once.contains("  ") && once.trim() == once);
        }

        #[test]
        fn clean_does_not_mind_the_form_it_gets(text in text()) {
            prop_assert_eq!(clean(&text.nfd().to_string()), clean(&text));
            prop_assert_eq!(clean(&text.nfc().to_string()), clean(&text));
        }

        #[test]
        fn fold_is_idempotent_and_plain(text in text()) {
            let once = fold(&text);
            prop_assert_eq!(&fold(&once), &once);
            prop_assert!(once.chars().all(|c| c == ' ' || c.is_alphanumeric()));
            prop_assert_eq!(fold_tokens(&text).join(" "), once);
        }

        #[test]
        fn canonical_tone_is_idempotent_and_folds_alike(text in text()) {
            let once = canonical_tone(&clean(&text));
            prop_assert_eq!(&canonical_tone(&once), &once);
            prop_assert_eq!(fold(&once), fold(&text));
        }

        #[test]
        fn a_text_matches_itself(text in text()) {
            prop_assert!(matches_with_marks(&text, &text));
        }

        #[test]
        fn name_parts_join_to_the_name(text in text()) {
            let parts = split_name(&text);
            let joined = [parts.surname, parts.middle, parts.given].into_iter().filter(|part| !part.is_empty())
                .collect::<Vec<_>>().join(" ");
            prop_assert_eq!(joined, clean(&text));
        }

        #[test]
        fn person_names_reparse_to_themselves(text in text()) {
            if let Ok(name) = PersonName::parse(&text) {
                let again = PersonName::parse(name.as_str());
                prop_assert_eq!(again, Ok(name));
            }
        }
    }
}
