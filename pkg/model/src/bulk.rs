//! Work on a selection: what can be done to one can be done to many, each by the same use case.

use crate::role::Action;

/// What is done to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BulkTask {
    /// A card is asked for, with the profile as it is held (R17).
    Ask,
    /// The card was printed on the next of some blanks (R114).
    Print,
    /// The printed card is good.
    Confirm,
    /// The card is locked (R29).
    Lock,
    /// The unit has heard of the loss that the holder reported.
    ConfirmLock,
    /// The lock was a mistake.
    Unlock,
    /// The card is void for good (R30).
    Invalidate,
    /// The void card was handed back.
    Recover,
    /// They leave, all by one decision (R29).
    Leave,
    /// Their data have served their time (Luật 91/2025/QH15, Điều 14).
    Erase,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// People.
    People,
    /// Cards of the register.
    Cards,
    /// Cards that are to be made.
    Issue,
    /// People who left long enough ago.
    Leavers,
}

impl BulkTask {
    /// Every one, in the order in which it is offered.
    pub const ALL: [BulkTask; 10] = [
        BulkTask::Ask,
        BulkTask::Leave,
        BulkTask::Print,
        BulkTask::Confirm,
        BulkTask::ConfirmLock,
        BulkTask::Lock,
        BulkTask::Recover,
        BulkTask::Invalidate,
        BulkTask::Unlock,
        BulkTask::Erase,
    ];

    /// Name used in the database and in addresses.
    pub fn name(self) -> &'static str {
        match self {
            BulkTask::Ask => "ask",
            BulkTask::Print => "print",
            BulkTask::Confirm => "confirm",
            BulkTask::Lock => "lock",
            BulkTask::ConfirmLock => "confirm_lock",
            BulkTask::Unlock => "unlock",
            BulkTask::Invalidate => "invalidate",
            BulkTask::Recover => "recover",
            BulkTask::Leave => "leave",
            BulkTask::Erase => "erase",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.name() == name)
    }

    /// What it is done to.
    pub fn to(self) -> Chosen {
        match self {
            BulkTask::Ask | BulkTask::Leave => Chosen::People,
            BulkTask::Erase => Chosen::Leavers,
            BulkTask::Print | BulkTask::Confirm => Chosen::Issue,
            BulkTask::Lock | BulkTask::ConfirmLock | BulkTask::Unlock | BulkTask::Invalidate | BulkTask::Recover => {
                Chosen::Cards
            }
        }
    }

    /// What somebody has to be allowed to do.
    pub fn action(self) -> Action {
        match self {
            BulkTask::Ask => Action::ChangePeople,
            BulkTask::Print | BulkTask::Confirm => Action::IssueCards,
            BulkTask::Lock | BulkTask::ConfirmLock | BulkTask::Recover => Action::ReportCards,
            BulkTask::Unlock | BulkTask::Invalidate => Action::DecideCards,
            BulkTask::Leave => Action::ReportDepartures,
            BulkTask::Erase => Action::ErasePeople,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BulkTask;

    #[test]
    fn every_task_is_found_by_its_name() {
        for task in BulkTask::ALL {
            assert_eq!(BulkTask::from_name(task.name()), Some(task));
        }
        assert_eq!(BulkTask::from_name("print_all"), None);
    }
}
