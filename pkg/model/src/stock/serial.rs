//! Serials of blanks, one by one and by the range, as delivery notes list them.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::newtype::text_newtype;
use crate::text::clean;

/// Blanks that are taken in, moved or counted at a time.
pub const MAX_SERIALS: usize = 100_000;

/// Serial of a blank: letters A–Z, digits, hyphens, dots and slashes, with digits at its end; `PH000123`. Unique in the province.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

/// What is wrong with a serial, or with a list of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum SerialFault {
    /// No serial.
    #[error("not a serial")]
    Form,
    /// The ends of a range differ in more than their last digits, or in length.
    #[error("not two ends of one range")]
    Range,
    /// The last comes before the first.
    #[error("the range is reversed")]
    Reversed,
    /// Twice in one list.
    #[error("listed twice")]
    Repeated,
    /// More than [`MAX_SERIALS`].
    #[error("too many serials")]
    TooMany,
    /// Not as many as are needed.
    #[error("not as many as are needed")]
    Count,
    /// Entered already.
    #[error("exists already")]
    Exists,
    /// Never entered.
    #[error("unknown")]
    Unknown,
    /// At another place.
    #[error("at another place")]
    Elsewhere,
    /// In a state in which this cannot happen.
    #[error("in another state")]
    State,
    /// In minutes that wait for their witness.
    #[error("listed in other minutes")]
    Listed,
}

/// A fault, and the first place where it was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}: {fault}")]
pub struct SerialProblem {
    /// What is wrong.
    pub fault: SerialFault,
    /// The text that it is about.
    pub text: String,
}

impl Serial {
    const MAX_CHARS: usize = 32;
    /// So many last digits count; what stands before them is the prefix.
    const MAX_DIGITS: usize = 15;

    /// Reads a serial; small letters are taken as capitals.
    ///
    /// # Errors
    /// [`SerialFault::Form`].
    pub fn parse(text: &str) -> Result<Self, SerialFault> {
        let text = clean(text).to_ascii_uppercase();
        let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-./".contains(&byte);
        let good = text.len() <= Self::MAX_CHARS
            && text.bytes().all(allowed)
            && text.bytes().next_back().is_some_and(|last| last.is_ascii_digit())
            && !text.starts_with(['-', '.', '/']);
        if good { Ok(Serial(text)) } else { Err(SerialFault::Form) }
    }

    /// The serial.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the digits that count, and those digits with their leading zeros.
    fn parts(&self) -> (&str, &str) {
        let counting = self.0.bytes().rev().take(Self::MAX_DIGITS).take_while(u8::is_ascii_digit).count();
        self.0.split_at(self.0.len() - counting)
    }
}

text_newtype!(Serial, SerialFault);

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads a list: a serial or a range `PH000001–PH001000` a line; commas and semicolons part them, too. In the order in which they stand.
///
/// # Errors
/// The first [`SerialProblem`]; an empty list is no error.
pub fn read_serials(text: &str) -> Result<Vec<Serial>, SerialProblem> {
    let mut serials = Vec::new();
    for item in text.split(['\n', '\r', ',', ';', '\t']).map(clean).filter(|item| !item.is_empty()) {
        let problem = |fault| SerialProblem { fault, text: item.chars().take(80).collect() };
        match ends(&item) {
            Some((first, last)) => range(first, last, &mut serials).map_err(problem)?,
            None => serials.push(Serial::parse(&item).map_err(problem)?),
        }
        if serials.len() > MAX_SERIALS {
            return Err(problem(SerialFault::TooMany));
        }
    }
    let mut seen = HashSet::with_capacity(serials.len());
    match serials.iter().find(|serial| !seen.insert(serial.as_str())) {
        Some(twice) => Err(SerialProblem { fault: SerialFault::Repeated, text: twice.to_string() }),
        None => Ok(serials),
    }
}

/// The two ends of a range. A hyphen is one only between two texts of one length that begin alike.
fn ends(item: &str) -> Option<(&str, &str)> {
    for between in ["–", "—", "…", "..", "→", " - ", " đến ", " to "] {
        if let Some((first, last)) = item.split_once(between) {
            return Some((first, last.trim_start_matches('.')));
        }
    }
    let middle = item.len() / 2;
    if item.len().is_multiple_of(2) || !item.is_ascii() || item.as_bytes().get(middle) != Some(&b'-') {
        return None;
    }
    let (first, last) = (Serial::parse(&item[..middle]).ok()?, Serial::parse(&item[middle + 1..]).ok()?);
    (first.parts().0 == last.parts().0).then(|| (&item[..middle], &item[middle + 1..]))
}

fn range(first: &str, last: &str, into: &mut Vec<Serial>) -> Result<(), SerialFault> {
    let (first, last) = (Serial::parse(first)?, Serial::parse(last)?);
    let ((prefix, from), (other, to)) = (first.parts(), last.parts());
    if prefix != other || from.len() != to.len() {
        return Err(SerialFault::Range);
    }
    let width = from.len();
    let number = |digits: &str| digits.parse::<u64>().map_err(|_| SerialFault::Range);
    let (from, to) = (number(from)?, number(to)?);
    if to < from {
        return Err(SerialFault::Reversed);
    }
    if to - from >= MAX_SERIALS as u64 {
        return Err(SerialFault::TooMany);
    }
    into.extend((from..=to).map(|number| Serial(format!("{prefix}{number:0width$}"))));
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Result<Vec<String>, SerialFault> {
        read_serials(text).map(|list| list.into_iter().map(String::from).collect()).map_err(|problem| problem.fault)
    }

    #[test]
    fn ranges_keep_their_leading_zeros() {
        for text in ["ph0098–PH0101", "PH0098-PH0101", "PH0098 - PH0101", "PH0098..PH0101", "PH0098 đến PH0101"] {
            assert_eq!(read(text).unwrap(), ["PH0098", "PH0099", "PH0100", "PH0101"], "{text}");
        }
        assert_eq!(read("8-9").unwrap(), ["8", "9"]);
        assert_eq!(read("A-1–A-3\n\nB7, B9;C1").unwrap(), ["A-1", "A-2", "A-3", "B7", "B9", "C1"]);
        // a hyphen within a serial is none between two
        assert_eq!(read("PH-0001").unwrap(), ["PH-0001"]);
        assert_eq!(read("").unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_list_says_why() {
        for (text, fault) in [
            ("PH", SerialFault::Form),
            ("PH 1", SerialFault::Form),
            ("Đ1", SerialFault::Form),
            ("-1", SerialFault::Form),
            (&"9".repeat(33), SerialFault::Form),
            ("PH01–PH001", SerialFault::Range),
            ("PH01–PK02", SerialFault::Range),
            ("PH02–PH01", SerialFault::Reversed),
            ("PH000001–PH100001", SerialFault::TooMany),
            ("PH000001–PH060000\nPK000001–PK060000", SerialFault::TooMany),
            ("PH1\nPH2\nph1", SerialFault::Repeated),
            ("PH1–PH5\nPH3", SerialFault::Repeated),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
        assert_eq!(read("PH000001–PH100000").unwrap().len(), MAX_SERIALS);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC*|[A-Z0-9–. \\-\n]{0,40}") {
            let _ = read_serials(&text);
        }
    }
}
