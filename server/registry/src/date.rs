//! Instants and days. The province lives at UTC+7 the whole year.

use contract::Fault;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

/// Indochina time.
pub const OFFSET: Offset = Offset::constant(7);

/// The civil day on which an instant falls.
pub fn day_of(at_ms: i64) -> Date {
    let instant = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    instant.to_zoned(TimeZone::fixed(OFFSET)).date()
}

/// That day as ISO 8601 text, the form in which days are stored.
pub fn iso_day(at_ms: i64) -> String {
    day_of(at_ms).to_string()
}

/// First instant of a day, Unix milliseconds.
pub fn start_of(day: Date) -> i64 {
    day.to_zoned(TimeZone::fixed(OFFSET)).map_or(0, |zoned| zoned.timestamp().as_millisecond())
}

/// The day some days later.
pub fn days_later(day: Date, days: i32) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// Reads `DD/MM/YYYY`, the same eight digits alone, or the ISO form that browsers send for a date field.
///
/// # Errors
/// [`Fault::Missing`], [`Fault::Date`].
pub fn parse(text: &str) -> Result<Date, Fault> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    if let Ok(date) = text.parse::<Date>()
        && text.len() == 10
    {
        return in_range(date);
    }
    let parts: Vec<&str> = if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        vec![&text[..2], &text[2..4], &text[4..]]
    } else {
        text.split(['/', '.', '-']).collect()
    };
    let [day, month, year] = parts.as_slice() else { return Err(Fault::Date) };
    let number = |text: &str| text.trim().parse::<i16>().map_err(|_| Fault::Date);
    let (day, month) = (number(day)?, number(month)?);
    let (Ok(day), Ok(month)) = (i8::try_from(day), i8::try_from(month)) else { return Err(Fault::Date) };
    in_range(Date::new(number(year)?, month, day).map_err(|_| Fault::Date)?)
}

/// Years in which somebody on the staff can have been born, or a decision can have been taken.
fn in_range(date: Date) -> Result<Date, Fault> {
    if (1900..=2100).contains(&date.year()) { Ok(date) } else { Err(Fault::Date) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_both_forms() {
        let expected = Date::constant(1988, 2, 29);
        assert_eq!(parse("29/02/1988"), Ok(expected));
        assert_eq!(parse(" 29/2/1988 "), Ok(expected));
        assert_eq!(parse("1988-02-29"), Ok(expected));
        assert_eq!(parse("29021988"), Ok(expected));
        for wrong in [
            "31/02/1988",
            "29/02/1987",
            "1988",
            "19880229",
            "2902198",
            "a/b/c",
            "29/02/88",
            "29/02/1788",
            "1/1/99999999999",
        ] {
            assert_eq!(parse(wrong), Err(Fault::Date), "{wrong}");
        }
        assert_eq!(parse("  "), Err(Fault::Missing));
    }

    #[test]
    fn the_day_begins_at_seven_hours_before_utc() {
        let midnight = start_of(Date::constant(2026, 11, 22));
        assert_eq!(iso_day(midnight), "2026-11-22");
        assert_eq!(iso_day(midnight - 1), "2026-11-21");
        assert_eq!(Timestamp::from_millisecond(midnight).unwrap().to_string(), "2026-11-21T17:00:00Z");
    }
}
