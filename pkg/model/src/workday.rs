//! Working days (ngày làm việc): a term of three working days counts neither weekends nor public holidays (27/2026/NĐ-CP). Which days
//! are holidays is data: some follow the moon, and some weekends are worked in exchange for them.

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

/// The days that are not what their day of the week says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Public holidays, in order.
    holidays: Vec<Date>,
    /// Weekend days that are worked instead of others, in order.
    worked: Vec<Date>,
}

impl Calendar {
    /// Of these days, in any order.
    pub fn new(holidays: impl IntoIterator<Item = Date>, worked: impl IntoIterator<Item = Date>) -> Self {
        let mut calendar = Calendar { holidays: holidays.into_iter().collect(), worked: worked.into_iter().collect() };
        calendar.holidays.sort_unstable();
        calendar.worked.sort_unstable();
        calendar
    }

    /// Whether the day is worked.
    pub fn is_worked(&self, day: Date) -> bool {
        if self.worked.binary_search(&day).is_ok() {
            return true;
        }
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && self.holidays.binary_search(&day).is_err()
    }

    /// The last day of a term of so many working days that begins on the day after `from` (Bộ luật Dân sự 2015, Điều 147 §2).
    pub fn last_day(&self, from: Date, working_days: u32) -> Date {
        let mut day = from;
        for _ in 0..working_days {
            // nobody has a year of holidays: what is entered by mistake must not keep this from ending
            for _ in 0..366 {
                day = day.checked_add(1.day()).unwrap_or(Date::MAX);
                if self.is_worked(day) {
                    break;
                }
            }
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_term_counts_neither_weekends_nor_holidays() {
        let none = Calendar::default();
        // Friday: Monday, Tuesday, Wednesday
        assert_eq!(none.last_day(date(2026, 11, 20), 3), date(2026, 11, 25));
        assert_eq!(none.last_day(date(2026, 11, 22), 3), date(2026, 11, 25), "a Sunday begins nothing");
        let reunification = Calendar::new([date(2026, 4, 30), date(2026, 5, 1)], []);
        assert_eq!(reunification.last_day(date(2026, 4, 29), 3), date(2026, 5, 6));
        let exchanged = Calendar::new([date(2026, 4, 30), date(2026, 5, 1)], [date(2026, 5, 9)]);
        assert!(exchanged.is_worked(date(2026, 5, 9)));
        assert_eq!(exchanged.last_day(date(2026, 5, 8), 1), date(2026, 5, 9));
    }

    proptest! {
        #[test]
        fn a_term_ends_on_a_worked_day_and_has_as_many(
            start in 0_i32..3000, length in 1_u32..30, off in proptest::collection::vec(0_i32..3100, 0..60),
        ) {
            let first = date(2026, 1, 1);
            let at = |days: i32| first.checked_add(days.days()).unwrap_or(Date::MAX);
            let calendar = Calendar::new(off.into_iter().map(at), []);
            let last = calendar.last_day(at(start), length);
            prop_assert!(calendar.is_worked(last));
            let mut worked = 0;
            let mut day = at(start);
            while day < last {
                day = day.checked_add(1.day()).unwrap_or(Date::MAX);
                worked += u32::from(calendar.is_worked(day));
            }
            prop_assert_eq!(worked, length);
        }
    }
}
