//! Reminders before a certificate ends: ninety days before to its holder, then to more and more people, until it is renewed.

use jiff::civil::Date;

/// How near the end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// At most ninety days are left.
    Days90,
    /// At most sixty.
    Days60,
    /// At most thirty.
    Days30,
    /// At most seven.
    Days7,
    /// It is over.
    Over,
}

super::named!(Stage: Days90 = "90", Days60 = "60", Days30 = "30", Days7 = "7", Over = "over");

/// Whom a reminder reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reminded {
    /// Who keeps it.
    Holder,
    /// The unit's personnel officer.
    Officer,
    /// The unit's head.
    Head,
    /// The subscriber manager.
    Manager,
}

impl Stage {
    /// The stage on a day of a certificate that is valid until a day (that day included); none when more than ninety days are left.
    pub fn on(today: Date, until: Date) -> Option<Self> {
        let left = today.until(until).map_or(0, |span| span.get_days());
        match left {
            ..0 => Some(Stage::Over),
            0..=7 => Some(Stage::Days7),
            8..=30 => Some(Stage::Days30),
            31..=60 => Some(Stage::Days60),
            61..=90 => Some(Stage::Days90),
            _ => None,
        }
    }

    /// Whom it reaches: each stage everybody of the one before, and one more.
    pub fn reminded(self) -> &'static [Reminded] {
        const ALL: &[Reminded] = &[Reminded::Holder, Reminded::Officer, Reminded::Head, Reminded::Manager];
        let many = match self {
            Stage::Days90 => 1,
            Stage::Days60 => 2,
            Stage::Days30 => 3,
            Stage::Days7 | Stage::Over => 4,
        };
        ALL.get(..many).unwrap_or(ALL)
    }
}

impl Reminded {
    /// So many days before the end the first reminder reaches them.
    pub fn days(self) -> i32 {
        match self {
            Reminded::Holder => 90,
            Reminded::Officer => 60,
            Reminded::Head => 30,
            Reminded::Manager => 7,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_stage_begins_on_its_day() {
        let until = date(2027, 3, 31);
        let stage = |left: i32| Stage::on(until.checked_sub(left.days()).unwrap(), until);
        for (left, expected) in [
            (91, None),
            (90, Some(Stage::Days90)),
            (61, Some(Stage::Days90)),
            (60, Some(Stage::Days60)),
            (31, Some(Stage::Days60)),
            (30, Some(Stage::Days30)),
            (8, Some(Stage::Days30)),
            (7, Some(Stage::Days7)),
            (0, Some(Stage::Days7)),
            (-1, Some(Stage::Over)),
        ] {
            assert_eq!(stage(left), expected, "{left}");
        }
    }

    #[test]
    fn everybody_is_reached_from_their_day_on() {
        let until = date(2027, 3, 31);
        for whom in [Reminded::Holder, Reminded::Officer, Reminded::Head, Reminded::Manager] {
            let reached = |left: i32| {
                let stage = Stage::on(until.checked_sub(left.days()).unwrap(), until);
                stage.is_some_and(|stage| stage.reminded().contains(&whom))
            };
            assert!(reached(whom.days()) && !reached(whom.days() + 1), "{whom:?}");
        }
    }

    proptest! {
        #[test]
        fn nobody_is_left_out_later(first in 0_i32..4000, later in 0_i32..200, length in 0_i32..2000) {
            let at = |days: i32| date(2024, 1, 1).checked_add(days.days()).unwrap();
            let until = at(length);
            let (before, after) = (Stage::on(at(first), until), Stage::on(at(first + later), until));
            prop_assert!(before <= after);
            if let Some(before) = before {
                let after = after.unwrap().reminded();
                prop_assert!(before.reminded().iter().all(|one| after.contains(one)));
            }
        }
    }
}
