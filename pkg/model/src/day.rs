//! Days as official documents write them and people type them.

use jiff::civil::Date;

use crate::text::clean;

/// Years that a day on file can have: nobody on the staff was born before, no document is dated after.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// Why a text is not a day. Carries no number of it, since a day of birth is personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Nothing is left after cleaning.
    #[error("date is empty")]
    Empty,
    /// Neither a digit nor a separator.
    #[error("date contains {0:?}")]
    Character(char),
    /// Not a day, a month and a year.
    #[error("date has {found} numbers instead of 3")]
    Parts {
        /// Numbers found; of a day of birth 1 to 3 are allowed.
        found: usize,
    },
    /// Nothing between two separators or at an end.
    #[error("number {position} of the date is missing")]
    Gap {
        /// Which number, from 1, as written.
        position: usize,
    },
    /// A year that has not four digits; `90` may be 1990 or a slip.
    #[error("year has {digits} digits instead of 4")]
    YearDigits {
        /// Digits found.
        digits: usize,
    },
    /// A year outside [`YEARS`].
    #[error("year is not between {first} and {last}")]
    Year {
        /// First year allowed.
        first: i16,
        /// Last year allowed.
        last: i16,
    },
    /// The month stands before the day, as in American dates: `10/25/2023`.
    #[error("month is greater than 12 and the day is not: they are probably exchanged")]
    MonthFirst,
    /// A month outside 1 to 12.
    #[error("month is not between 1 and 12")]
    Month,
    /// A day that the month has not.
    #[error("day is not between 1 and {last}")]
    Day {
        /// Last day of that month.
        last: i8,
    },
}

/// `DD/MM/YYYY`, the form on the card and in tables: `05/03/1990`.
pub fn short(day: Date) -> String {
    format!("{:02}/{:02}/{:04}", day.day(), day.month(), day.year())
}

/// The form in the text of documents: `ngày 25 tháng 10 năm 2023`, `ngày 05 tháng 02 năm 2024`, `ngày 05 tháng 3 năm 2024`.
pub fn long(day: Date) -> String {
    // NĐ 30/2020/NĐ-CP, Phụ lục I, phần I mục II: a zero before days below 10 and before the months 1 and 2 only
    let zero = if day.month() <= 2 { "0" } else { "" };
    format!("ngày {:02} tháng {zero}{} năm {:04}", day.day(), day.month(), day.year())
}

/// Reads a day: `1/9/2026`, `01-09-2026`, `01.09.2026`, `01 09 2026`, `01092026`, `ngày 01 tháng 9 năm 2026`, or year first,
/// `2026-09-01`.
///
/// # Errors
/// [`DayError`]; year, then month, then day are judged.
pub fn parse(text: &str) -> Result<Date, DayError> {
    match numbers(text)?.as_slice() {
        [year, month, day] if year.digits == 4 => date(*year, *month, *day),
        [day, month, year] => date(*year, *month, *day),
        others => Err(DayError::Parts { found: others.len() }),
    }
}

/// A number of a date as written.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub value: i16,
    pub digits: usize,
}

impl Number {
    fn of(digits: &str) -> Self {
        // digits only; more than an i16 holds is out of every range
        Self { value: digits.parse().unwrap_or(i16::MAX), digits: digits.len() }
    }
}

/// The numbers of a date in the order written; eight digits alone are day, month and year.
pub(crate) fn numbers(text: &str) -> Result<Vec<Number>, DayError> {
    let mut text = clean(text);
    if text.is_empty() {
        return Err(DayError::Empty);
    }
    for word in ["ngày", "Ngày", "NGÀY", "tháng", "Tháng", "THÁNG", "năm", "Năm", "NĂM"] {
        text = text.replace(word, " ");
    }
    let separator = |c| matches!(c, '/' | '-' | '.' | '\u{2013}');
    if let Some(c) = text.chars().find(|c| !c.is_ascii_digit() && *c != ' ' && !separator(*c)) {
        return Err(DayError::Character(c));
    }
    if text.len() == 8 && text.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok([&text[..2], &text[2..4], &text[4..]].map(Number::of).to_vec());
    }
    let mut numbers = Vec::new();
    for part in text.split(separator) {
        let before = numbers.len();
        numbers.extend(part.split_whitespace().map(Number::of));
        if numbers.len() == before {
            return Err(DayError::Gap { position: before + 1 });
        }
    }
    Ok(numbers)
}

pub(crate) fn date(year: Number, month: Number, day: Number) -> Result<Date, DayError> {
    let year = year_of(year)?;
    if (13..=31).contains(&month.value) && (1..=12).contains(&day.value) {
        return Err(DayError::MonthFirst);
    }
    let month = month_of(month)?;
    let last = Date::new(year, month, 1).map_or(31, Date::days_in_month);
    let day = i8::try_from(day.value).map_err(|_| DayError::Day { last })?;
    Date::new(year, month, day).map_err(|_| DayError::Day { last })
}

pub(crate) fn year_of(year: Number) -> Result<i16, DayError> {
    if year.digits != 4 {
        return Err(DayError::YearDigits { digits: year.digits });
    }
    if !YEARS.contains(&year.value) {
        return Err(DayError::Year { first: *YEARS.start(), last: *YEARS.end() });
    }
    Ok(year.value)
}

pub(crate) fn month_of(month: Number) -> Result<i8, DayError> {
    i8::try_from(month.value).ok().filter(|month| (1..=12).contains(month)).ok_or(DayError::Month)
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEPTEMBER: Date = Date::constant(2026, 9, 1);

    #[test]
    fn documents_write_zeros_before_small_days_and_two_months() {
        // 838/QĐ-BNV is dated so
        assert_eq!(long(Date::constant(2023, 10, 25)), "ngày 25 tháng 10 năm 2023");
        assert_eq!(long(Date::constant(2024, 2, 5)), "ngày 05 tháng 02 năm 2024");
        assert_eq!(long(Date::constant(2024, 1, 31)), "ngày 31 tháng 01 năm 2024");
        assert_eq!(long(SEPTEMBER), "ngày 01 tháng 9 năm 2026");
        assert_eq!(long(Date::constant(2024, 3, 10)), "ngày 10 tháng 3 năm 2024");
        assert_eq!(short(SEPTEMBER), "01/09/2026");
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "1/9/2026",
            "01/09/2026",
            "01-09-2026",
            "01.09.2026",
            "1 – 9 – 2026",
            " 01 / 09 / 2026 ",
            "01 09\u{A0}2026",
            "01092026",
            "2026-09-01",
            "2026/9/1",
            "ngày 01 tháng 9 năm 2026",
            "Ngày 1 tháng 9 năm 2026",
        ] {
            assert_eq!(parse(text), Ok(SEPTEMBER), "{text}");
        }
        assert_eq!(parse("29/02/2024"), Ok(Date::constant(2024, 2, 29)));
    }

    #[test]
    fn each_mistake_has_its_error() {
        let years = DayError::Year { first: 1900, last: 2100 };
        for (text, error) in [
            (" \u{200B}", DayError::Empty),
            ("1/9/2026x", DayError::Character('x')),
            ("1/Sep/2026", DayError::Character('S')),
            ("9/2026", DayError::Parts { found: 2 }),
            ("2026", DayError::Parts { found: 1 }),
            ("1/9/20/26", DayError::Parts { found: 4 }),
            ("/9/2026", DayError::Gap { position: 1 }),
            ("1//2026", DayError::Gap { position: 2 }),
            ("1/9/", DayError::Gap { position: 3 }),
            ("ngày", DayError::Gap { position: 1 }),
            ("1/9/26", DayError::YearDigits { digits: 2 }),
            ("1/9/20266", DayError::YearDigits { digits: 5 }),
            ("1/9/1899", years),
            ("1/9/2101", years),
            ("9/15/2026", DayError::MonthFirst),
            ("1/13/2026", DayError::MonthFirst),
            ("15/13/2026", DayError::Month),
            ("1/0/2026", DayError::Month),
            ("1/99999/2026", DayError::Month),
            ("0/9/2026", DayError::Day { last: 30 }),
            ("31/9/2026", DayError::Day { last: 30 }),
            ("29/02/2026", DayError::Day { last: 28 }),
            ("30/02/2024", DayError::Day { last: 29 }),
            ("99999/1/2024", DayError::Day { last: 31 }),
        ] {
            assert_eq!(parse(text), Err(error), "{text}");
        }
    }

    pub(crate) fn day() -> impl Strategy<Value = Date> {
        (YEARS, 1i8..=12, 1i8..=31).prop_filter_map("no such day", |(y, m, d)| Date::new(y, m, d).ok())
    }

    proptest! {
        #[test]
        fn every_form_is_read_back(day in day()) {
            let compact = short(day).replace('/', "");
            for text in [short(day), long(day), day.to_string(), short(day).replace('/', "."), compact] {
                prop_assert_eq!(parse(&text), Ok(day));
            }
            prop_assert_eq!(short(day).len(), 10);
        }

        #[test]
        fn no_text_panics(text in "[0-9/. -]{0,14}|\\PC*") {
            let _ = parse(&text);
        }
    }
}
