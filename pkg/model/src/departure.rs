//! Leaving the province's service, and what has to be done about the cards (R6, R29, R167).

use crate::lifecycle::Card;

/// How somebody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Departure {
    /// Nghỉ hưu.
    Retirement,
    /// Thôi việc.
    Resignation,
    /// Từ trần.
    Death,
    /// Chuyển khỏi tỉnh.
    MovedAway,
}

impl Departure {
    /// Every kind.
    pub const ALL: [Departure; 4] =
        [Departure::Retirement, Departure::Resignation, Departure::Death, Departure::MovedAway];

    /// Name used in the database; also the code of the reason for which the card is locked.
    pub fn name(self) -> &'static str {
        match self {
            Departure::Retirement => "retirement",
            Departure::Resignation => "resignation",
            Departure::Death => "death",
            Departure::MovedAway => "moved_away",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What has to be done to a card of somebody who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Task {
    /// Lock it on the day itself.
    LockCard,
    /// Make it void for good.
    InvalidateCard,
    /// Get it back.
    RecoverCard,
}

impl Task {
    /// Every task, in order.
    pub const ALL: [Task; 3] = [Task::LockCard, Task::InvalidateCard, Task::RecoverCard];

    /// Name used in the database.
    pub fn name(self) -> &'static str {
        match self {
            Task::LockCard => "lock_card",
            Task::InvalidateCard => "invalidate_card",
            Task::RecoverCard => "recover_card",
        }
    }

    /// The task of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }

    /// Until so many days after that since which the person has left.
    pub fn days(self) -> i32 {
        match self {
            Task::LockCard => 0,
            Task::InvalidateCard => 3,
            Task::RecoverCard => 10,
        }
    }

    /// Whether it is still to be done to a card in that state. A card that was never active has none: its approval is taken back.
    pub fn is_open(self, state: Card) -> bool {
        match self {
            Task::LockCard => matches!(state, Card::Active | Card::Suspended),
            Task::InvalidateCard => matches!(state, Card::Active | Card::Suspended | Card::Locked),
            Task::RecoverCard => {
                matches!(state, Card::Active | Card::Suspended | Card::Locked | Card::Invalidated | Card::Expired)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Lifecycle as _;

    #[test]
    fn names_are_read_back() {
        for kind in Departure::ALL {
            assert_eq!(Departure::from_name(kind.name()), Some(kind));
        }
        for task in Task::ALL {
            assert_eq!(Task::from_name(task.name()), Some(task));
        }
    }

    #[test]
    fn a_card_at_its_end_leaves_nothing_to_do() {
        for (state, name) in Card::STATES {
            if state.is_final() {
                assert!(Task::ALL.into_iter().all(|task| !task.is_open(*state)), "{name}");
            }
        }
        assert!(Task::ALL.into_iter().all(|task| task.is_open(Card::Active)));
    }
}
