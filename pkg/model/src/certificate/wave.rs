//! Waves in which positions get their certificates (R140), and how far a wave is.

use super::plan::{Position, UnitGroup};

/// A quarter of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Quarter {
    /// The year.
    pub year: i16,
    /// 1 to 4.
    pub quarter: u8,
}

/// Positions of some units, which are to have certificates within a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wave {
    /// First quarter.
    pub from: Quarter,
    /// Last quarter.
    pub to: Quarter,
    /// Who.
    pub scope: Vec<(UnitGroup, Position)>,
    /// How many of a hundred are to have one at its end; none where it only prepares.
    pub goal: Option<u8>,
}

impl Wave {
    /// Whether a position is in it.
    pub fn covers(&self, group: UnitGroup, position: Position) -> bool {
        self.scope.contains(&(group, position))
    }
}

/// Percent reached, rounded down, so that 100 means all; none where there is nobody.
pub fn reached(done: u64, all: u64) -> Option<u8> {
    let percent = done.min(all).checked_mul(100)?.checked_div(all)?;
    u8::try_from(percent).ok()
}

/// How many make up so many percent: the least that reach it.
pub fn needed(percent: u8, all: u64) -> u64 {
    (u128::from(all) * u128::from(percent)).div_ceil(100).try_into().unwrap_or(u64::MAX)
}

/// The waves of Hà Tĩnh 2019–2025 (plan of July 2019, III.4): a template that a province may begin with.
pub fn ha_tinh() -> Vec<Wave> {
    let quarter = |year, quarter| Quarter { year, quarter };
    let pairs = |groups: &[UnitGroup], positions: &[Position]| {
        groups.iter().flat_map(|group| positions.iter().map(|position| (*group, *position))).collect()
    };
    let agencies = [UnitGroup::Agencies, UnitGroup::Districts];
    let leaders = [Position::Head, Position::Deputy];
    let both = [UnitGroup::Agencies, UnitGroup::Districts, UnitGroup::Communes];
    vec![
        // the plan is approved, the positions are reviewed
        Wave { from: quarter(2019, 3), to: quarter(2019, 3), scope: Vec::new(), goal: None },
        Wave {
            from: quarter(2019, 4),
            to: quarter(2019, 4),
            scope: pairs(&agencies, &[Position::Head, Position::Deputy, Position::ChiefOfOffice]),
            goal: None,
        },
        Wave {
            from: quarter(2020, 1),
            to: quarter(2020, 4),
            scope: pairs(&[UnitGroup::Communes], &leaders),
            goal: None,
        },
        Wave { from: quarter(2020, 4), to: quarter(2020, 4), scope: pairs(&both, &leaders), goal: Some(100) },
        Wave {
            from: quarter(2021, 1),
            to: quarter(2025, 4),
            scope: pairs(&both, &[Position::DivisionHead, Position::DivisionDeputy, Position::Specialist]),
            goal: Some(100),
        },
    ]
}

/// Certificates that Hà Tĩnh asks for from 2019 to 2025 (R139).
pub const HA_TINH_TARGET: u64 = 3_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_waves_of_ha_tinh_go_by_position() {
        let waves = ha_tinh();
        assert!(waves.is_sorted_by_key(|wave| wave.to));
        assert!(waves.iter().all(|wave| wave.from <= wave.to));
        let first = |group, position| {
            waves.iter().find(|wave| wave.covers(group, position)).map(|wave| (wave.from.year, wave.from.quarter))
        };
        // directors, district chairs and chiefs of their offices; then the communes; then divisions and specialists
        assert_eq!(first(UnitGroup::Agencies, Position::Head), Some((2019, 4)));
        assert_eq!(first(UnitGroup::Districts, Position::Deputy), Some((2019, 4)));
        assert_eq!(first(UnitGroup::Agencies, Position::ChiefOfOffice), Some((2019, 4)));
        assert_eq!(first(UnitGroup::Communes, Position::Head), Some((2020, 1)));
        assert_eq!(first(UnitGroup::Communes, Position::Deputy), Some((2020, 1)));
        assert_eq!(first(UnitGroup::Communes, Position::ChiefOfOffice), None);
        assert_eq!(first(UnitGroup::Agencies, Position::Specialist), Some((2021, 1)));
        // end of 2020: all heads and deputies; 2025: everybody
        let goals: Vec<_> =
            waves.iter().filter_map(|wave| wave.goal.map(|goal| (wave.to.year, wave.to.quarter, goal))).collect();
        assert_eq!(goals, [(2020, 4, 100), (2025, 4, 100)]);
    }

    #[test]
    fn percents_are_not_rounded_up_to_all() {
        assert_eq!(reached(2_999, HA_TINH_TARGET), Some(99));
        assert_eq!(reached(3_000, HA_TINH_TARGET), Some(100));
        assert_eq!(reached(0, 0), None);
        assert_eq!(reached(7, 5), Some(100));
        assert_eq!(needed(50, 13), 7);
        assert_eq!(needed(0, 13), 0);
        assert_eq!(needed(100, u64::MAX), u64::MAX);
    }

    proptest! {
        #[test]
        fn the_number_needed_reaches_the_percentage_and_one_less_does_not(percent in 1u8..=100, all in 1u64..1_000_000) {
            let least = needed(percent, all);
            prop_assert!(reached(least, all).unwrap() >= percent);
            prop_assert!(reached(least - 1, all).unwrap() < percent);
        }
    }
}
