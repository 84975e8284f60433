//! Reading the QR code of any issuer's card.

use std::collections::BTreeMap;
use std::fmt;

use model::text::clean;

use super::field::Field;

/// Most characters that any QR code holds: digits in version 40-L (ISO/IEC 18004:2015, table 7).
const MAX_CHARS: usize = 7_089;

/// What the code of a card says, as its issuer wrote it: cleaned, but neither checked for its length nor believed.
#[derive(Clone, PartialEq, Eq)]
pub struct Reading {
    parts: [String; 9],
    separator: char,
}

/// Why a text is not that of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Nothing is left after cleaning.
    #[error("the code is empty")]
    Empty,
    /// More than any QR code holds.
    #[error("the code has {found} characters, no QR code has more than {maximum}")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters that a QR code can hold.
        maximum: usize,
    },
    /// No separator yields nine fields, or eight of which one can tell which is missing.
    #[error("the code has no nine fields")]
    NoFields,
}

impl Reading {
    /// A field's text; `None` if it is empty or missing.
    pub fn get(&self, field: Field) -> Option<&str> {
        Some(self.parts[field as usize].as_str()).filter(|text| !text.is_empty())
    }

    /// What separates the fields.
    pub fn separator(&self) -> char {
        self.separator
    }
}

impl fmt::Debug for Reading {
    /// Says nothing of the person: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reading(… {:?} …)", self.separator)
    }
}

/// Splits a code into the regulation's nine fields, whatever its issuer separates them by: the text of 838/QĐ-BNV has lost
/// the character (C7). Any character but letters, digits and what stands inside dates, names and addresses may be it; the
/// one that puts a date and a citizen number where they belong is it. With eight fields, the missing one is the card's code,
/// the unit's or the address.
///
/// # Errors
/// [`DecodeError`]. Nothing is said of a field's contents: an issuer's mistakes are shown, not hidden.
pub fn decode(text: &str) -> Result<Reading, DecodeError> {
    let found = text.chars().count();
    if found > MAX_CHARS {
        return Err(DecodeError::TooLong { found, maximum: MAX_CHARS });
    }
    if clean(text).is_empty() {
        return Err(DecodeError::Empty);
    }
    let mut best: Option<(u32, Reading)> = None;
    for separator in candidates(text) {
        let Some(reading) = split(text, separator) else { continue };
        let evidence = evidence(&reading);
        // a character that nobody is known to use needs both
        if evidence < 2 && !is_known(separator) {
            continue;
        }
        if best.as_ref().is_none_or(|(known, _)| evidence > *known) {
            best = Some((evidence, reading));
        }
    }
    best.map(|(_, reading)| reading).ok_or(DecodeError::NoFields)
}

/// Characters that occur often enough and not too often, the known ones first.
fn candidates(text: &str) -> Vec<char> {
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for c in text.chars().filter(|c| !c.is_alphanumeric() && !" /.-'’:_\r".contains(*c)) {
        *counts.entry(c).or_default() += 1;
    }
    // seven to eight between the fields, one behind the last
    let mut candidates: Vec<char> =
        counts.into_iter().filter(|(_, count)| (7..=9).contains(count)).map(|(c, _)| c).collect();
    candidates.sort_by_key(|c| KNOWN.iter().position(|known| known == c).unwrap_or(KNOWN.len()));
    candidates
}

/// What we may use ourselves, and what separates columns, lines and records elsewhere.
const KNOWN: [char; 15] = ['|', ';', '#', '~', '^', '$', '*', '!', '\t', '\n', '\u{1D}', '\u{1E}', '\u{1F}', '¦', ','];

fn is_known(c: char) -> bool {
    KNOWN.contains(&c)
}

fn split(text: &str, separator: char) -> Option<Reading> {
    let mut parts: Vec<String> = text.split(separator).map(clean).collect();
    if parts.last().is_some_and(String::is_empty)
        && (parts.len() == 10 || parts.len() == 9 && missing(&parts[..8]).is_some())
    {
        parts.pop(); // a separator behind the last field as well
    }
    if parts.len() == 8 {
        parts.insert(missing(&parts)? as usize, String::new());
    }
    Some(Reading { parts: parts.try_into().ok()?, separator })
}

/// Which of nine fields is not among these eight.
fn missing(parts: &[String]) -> Option<Field> {
    let is = |at: usize, looks: fn(&str) -> bool| parts.get(at).is_some_and(|part| looks(part));
    let at = |field: Field| field as usize;
    if is(at(Field::BirthDate) - 1, is_date) && is(at(Field::CitizenId) - 1, is_citizen_id) {
        // else the name may be missing
        let is_name = parts.first().is_some_and(|part| part.bytes().any(|byte| !byte.is_ascii_alphanumeric()));
        return is_name.then_some(Field::CardCode);
    }
    if !is(at(Field::BirthDate), is_date) || !is(at(Field::CitizenId), is_citizen_id) {
        return None;
    }
    match (is(at(Field::UnitCode), is_code), is(7, is_address)) {
        (true, false) => Some(Field::StatusUrl),
        (false, true) => Some(Field::UnitCode),
        _ => None, // agency or position: their texts do not tell
    }
}

/// How many of birth date and citizen number stand where they belong.
fn evidence(reading: &Reading) -> u32 {
    let is = |field: Field, looks: fn(&str) -> bool| u32::from(reading.get(field).is_some_and(looks));
    is(Field::BirthDate, is_date) + is(Field::CitizenId, is_citizen_id)
}

/// Eight digits, or three numbers of which one has four digits: `02/09/1985`, `2-9-1985`, `1985.09.02`, `02091985`.
fn is_date(text: &str) -> bool {
    let numbers: Vec<&str> = text.split(['/', '-', '.']).collect();
    let digits = numbers.iter().all(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()));
    digits
        && match numbers.as_slice() {
            [all] => all.len() == 8,
            [first, _, last] => (first.len() == 4) != (last.len() == 4),
            _ => false,
        }
}

/// Twelve digits, or the nine of the older identity card.
fn is_citizen_id(text: &str) -> bool {
    matches!(text.len(), 9 | 12) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A code of letters, digits and dots with a digit in it: `H57.10`, `00.10.H57`.
fn is_code(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A host or URL: no space, ASCII, a dot inside.
fn is_address(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic()) && text.trim_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::records::example;
    use super::super::{Payload, QrFields, Resolution, Separator};
    use super::*;

    const PARTS: [&str; 9] = [
        "7kQp",
        "Nguyễn Thị Hường",
        "02/09/1985",
        "Nữ",
        "046185001234",
        "H57.10",
        "UBND tỉnh Hương Giang",
        "Chuyên viên",
        "the.hg.gov.vn/t/7kQp",
    ];

    fn parts(reading: &Reading) -> [Option<&str>; 9] {
        Field::ALL.map(|field| reading.get(field))
    }

    #[test]
    fn other_issuers_separators_are_understood() {
        for separator in
            KNOWN.into_iter().map(String::from).chain(["\r\n", " | ", "¤", "@", "\u{3001}"].map(String::from))
        {
            let reading = decode(&PARTS.join(&separator)).unwrap();
            assert_eq!(parts(&reading), PARTS.map(Some), "{separator:?}");
            assert!(separator.contains(reading.separator()));
            let reading = decode(&(PARTS.join(&separator) + &separator)).unwrap();
            assert_eq!(parts(&reading), PARTS.map(Some), "{separator:?} at the end");
        }
    }

    #[test]
    fn commas_inside_an_agencys_name_do_not_mislead() {
        let mut with_commas = PARTS;
        with_commas[6] = "a,b,c,d,e,f,g,h,i";
        assert_eq!(parts(&decode(&with_commas.join("|")).unwrap()), with_commas.map(Some));
        assert_eq!(parts(&decode(&with_commas.join("@")).unwrap()), with_commas.map(Some));
    }

    #[test]
    fn which_of_eight_fields_is_missing_shows_where_it_can() {
        for field in Field::ALL {
            let mut left = PARTS.to_vec();
            left.remove(field as usize);
            let reading = decode(&left.join("|"));
            if matches!(field, Field::CardCode | Field::UnitCode | Field::StatusUrl) {
                let reading = reading.unwrap();
                assert_eq!(reading.get(field), None);
                assert_eq!(parts(&reading).into_iter().flatten().collect::<Vec<_>>(), left);
            } else {
                assert_eq!(reading, Err(DecodeError::NoFields), "{field}");
            }
        }
    }

    #[test]
    fn an_empty_field_stays_in_its_place() {
        let mut parts = PARTS;
        parts[5] = "";
        assert_eq!(decode(&parts.join(";")).unwrap().get(Field::UnitCode), None);
        assert_eq!(decode(&parts.join(";")).unwrap().get(Field::Position), Some("Chuyên viên"));
    }

    #[test]
    fn what_is_not_a_card_says_so() {
        assert_eq!(decode(" \u{200B}\n"), Err(DecodeError::Empty));
        assert_eq!(decode("https://the.hg.gov.vn/t/7kQp"), Err(DecodeError::NoFields));
        // the citizen card's own code has seven fields
        let citizen_card = "046185001234||Nguyễn Thị Hường|02091985|Nữ|Phường An Hòa|01052021";
        assert_eq!(decode(citizen_card), Err(DecodeError::NoFields));
        assert_eq!(decode(&"|".repeat(7_090)), Err(DecodeError::TooLong { found: 7_090, maximum: 7_089 }));
        assert_eq!(decode("a@b@c@d@e@f@g@h@i"), Err(DecodeError::NoFields), "an unknown separator needs evidence");
        assert!(decode("a|b|c|d|e|f|g|h|i").is_ok());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*|[a-z0-9|;,@/\\n]{0,80}|([0-9]{8,12}[|~§]){7,9}") {
            if let Ok(reading) = decode(&text) {
                prop_assert!(Field::ALL.iter().any(|field| reading.get(*field).is_some()) || text.contains(reading.separator()));
            }
        }

        #[test]
        fn what_we_encode_is_read_back(agency in "[A-ZĐa-zệữ][,;#~a-zệữ ]{0,12}[a-z]", separator in 0..9_usize) {
            let separator = Separator::new(Separator::ALL[separator]).unwrap();
            let fields = QrFields { managing_agency: agency, ..example() };
            if let Ok(payload) = Payload::new(&fields, separator, Resolution::Dpi600) {
                let reading = decode(payload.as_str()).unwrap();
                prop_assert_eq!(reading.separator(), separator.character());
                for field in Field::ALL {
                    prop_assert_eq!(reading.get(field), Some(payload.get(field)));
                }
            }
        }
    }
}
