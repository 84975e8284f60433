//! Days of birth, of which only the month or the year may be known.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::day::{DayError, Number, date, month_of, numbers, short, year_of};

/// A day of birth as far as it is known; personnel files often have the year only.
///
/// Personal data: `Debug` says which part is known and nothing of it; `Display`, [`BirthDate::iso`] and serde (ISO) give
/// all. Made by [`BirthDate::parse`] or [`BirthDate::of`] only, so that month and year are always valid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum BirthDate {
    /// The day.
    #[non_exhaustive]
    Full(Date),
    /// Month and year.
    #[non_exhaustive]
    YearMonth {
        /// Year, within [`crate::day::YEARS`].
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// The year.
    #[non_exhaustive]
    Year {
        /// Year, within [`crate::day::YEARS`].
        year: i16,
    },
}

impl BirthDate {
    /// Reads a day as [`crate::day::parse`] does, or a month (`3/1990`, `1990-03`, `00/03/1990`), or a year (`1990`,
    /// `00/00/1990`).
    ///
    /// # Errors
    /// [`DayError`].
    pub fn parse(text: &str) -> Result<Self, DayError> {
        let numbers = numbers(text)?;
        // year last, whatever the order in which they were written
        let ordered: Vec<Number> = match numbers.as_slice() {
            [year, rest @ ..] if year.digits == 4 => rest.iter().rev().chain([year]).copied().collect(),
            all => all.to_vec(),
        };
        match ordered.as_slice() {
            [year] => Ok(Self::Year { year: year_of(*year)? }),
            [month, year] => Self::of_month(*month, *year),
            [day, month, year] if day.value == 0 && month.value == 0 => Ok(Self::Year { year: year_of(*year)? }),
            [day, month, year] if day.value == 0 => Self::of_month(*month, *year),
            [day, month, year] => Ok(Self::Full(date(*year, *month, *day)?)),
            others => Err(DayError::Parts { found: others.len() }),
        }
    }

    /// A birth of which the day is known.
    ///
    /// # Errors
    /// [`DayError::Year`] for a day outside [`crate::day::YEARS`].
    pub fn of(day: Date) -> Result<Self, DayError> {
        year_of(Number { value: day.year(), digits: 4 })?;
        Ok(Self::Full(day))
    }

    /// The year, which is always known.
    pub fn year(self) -> i16 {
        match self {
            BirthDate::Full(day) => day.year(),
            BirthDate::YearMonth { year, .. } | BirthDate::Year { year } => year,
        }
    }

    /// The day, if it is known.
    pub fn full(self) -> Option<Date> {
        match self {
            BirthDate::Full(day) => Some(day),
            _ => None,
        }
    }

    /// What is known as ISO 8601: `1990-03-05`, `1990-03` or `1990`; the form in which it is stored.
    pub fn iso(self) -> String {
        match self {
            BirthDate::Full(day) => day.to_string(),
            BirthDate::YearMonth { year, month } => format!("{year:04}-{month:02}"),
            BirthDate::Year { year } => format!("{year:04}"),
        }
    }

    fn of_month(month: Number, year: Number) -> Result<Self, DayError> {
        let year = year_of(year)?;
        Ok(Self::YearMonth { year, month: month_of(month)? })
    }
}

impl std::str::FromStr for BirthDate {
    type Err = DayError;
    fn from_str(text: &str) -> Result<Self, DayError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = DayError;
    fn try_from(text: String) -> Result<Self, DayError> {
        Self::parse(&text)
    }
}

impl From<BirthDate> for String {
    fn from(birth: BirthDate) -> String {
        birth.iso()
    }
}

impl fmt::Display for BirthDate {
    /// `05/03/1990`, `03/1990` or `1990`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BirthDate::Full(day) => f.write_str(&short(*day)),
            BirthDate::YearMonth { year, month } => write!(f, "{month:02}/{year:04}"),
            BirthDate::Year { year } => write!(f, "{year:04}"),
        }
    }
}

impl fmt::Debug for BirthDate {
    /// Says nothing of the day: personal data does not reach the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BirthDate::Full(_) => "Full(…)",
            BirthDate::YearMonth { .. } => "YearMonth(…)",
            BirthDate::Year { .. } => "Year(…)",
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::day::tests::day;

    fn birth(text: &str) -> BirthDate {
        BirthDate::parse(text).unwrap()
    }

    #[test]
    fn a_birth_may_be_known_in_part() {
        for (text, shown, iso) in [
            ("5/3/1990", "05/03/1990", "1990-03-05"),
            ("1990-03-05", "05/03/1990", "1990-03-05"),
            ("3/1990", "03/1990", "1990-03"),
            ("1990-03", "03/1990", "1990-03"),
            ("00/03/1990", "03/1990", "1990-03"),
            ("tháng 3 năm 1990", "03/1990", "1990-03"),
            ("1990", "1990", "1990"),
            ("0/0/1990", "1990", "1990"),
            ("năm 1990", "1990", "1990"),
        ] {
            let birth = birth(text);
            assert_eq!((birth.to_string().as_str(), birth.iso().as_str(), birth.year()), (shown, iso, 1990), "{text}");
            assert_eq!(birth.full().is_some(), shown.len() == 10);
        }
        assert_eq!(BirthDate::of(Date::constant(2026, 9, 1)), Ok(birth("01092026")));
        assert_eq!(BirthDate::parse("90"), Err(DayError::YearDigits { digits: 2 }));
        assert_eq!(BirthDate::parse("13/1990"), Err(DayError::Month));
        assert_eq!(BirthDate::parse("5/0/1990"), Err(DayError::Month));
        assert_eq!(BirthDate::parse("1/2/3/1990"), Err(DayError::Parts { found: 4 }));
    }

    #[test]
    fn a_birth_is_within_the_years_on_file() {
        let years = Err(DayError::Year { first: 1900, last: 2100 });
        assert_eq!(BirthDate::of(Date::constant(1899, 12, 31)), years);
        assert_eq!(BirthDate::of(Date::constant(-1, 1, 1)), years);
        assert_eq!(BirthDate::parse("1899"), years);
    }

    #[test]
    fn debug_does_not_show_a_birth() {
        let shown = format!("{:?} {:?} {:?}", birth("5/3/1990"), birth("3/1990"), birth("1990"));
        assert_eq!(shown, "Full(…) YearMonth(…) Year(…)");
        assert_eq!(serde_json::to_string(&birth("3/1990")).unwrap(), "\"1990-03\"");
        assert_eq!(serde_json::from_str::<BirthDate>("\"1990-03\"").unwrap(), birth("3/1990"));
    }

    proptest! {
        #[test]
        fn a_birth_is_read_back(day in day(), known in 0u8..3) {
            let birth = birth(&match known {
                0 => format!("{}", day.year()),
                1 => format!("{}/{}", day.month(), day.year()),
                _ => short(day),
            });
            prop_assert_eq!(BirthDate::parse(&birth.iso()), Ok(birth));
            prop_assert_eq!(BirthDate::parse(&birth.to_string()), Ok(birth));
        }

        #[test]
        fn a_day_is_a_birth(day in day()) {
            for text in [short(day), day.to_string()] {
                prop_assert_eq!(BirthDate::parse(&text), BirthDate::of(day));
            }
        }

        #[test]
        fn no_text_panics(text in "[0-9/. -]{0,14}|\\PC*") {
            let _ = BirthDate::parse(&text);
        }
    }
}
