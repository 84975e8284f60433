//! A system at a unit's doors that is given people's data (R113): asked for by the unit, decided by Home Affairs, ended.

use super::Lifecycle;

/// State of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntrySystem {
    /// The unit has asked.
    Asked,
    /// Home Affairs has approved it.
    Approved,
    /// Home Affairs has not.
    Refused,
    /// It is given nothing any more.
    Ended,
}

/// What happens to a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntrySystemEvent {
    /// Approved.
    Approve,
    /// Refused.
    Refuse,
    /// The unit uses it no more, or does not want it any more.
    End,
}

impl Lifecycle for EntrySystem {
    type Event = EntrySystemEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (EntrySystem::Asked, "asked"),
        (EntrySystem::Approved, "approved"),
        (EntrySystem::Refused, "refused"),
        (EntrySystem::Ended, "ended"),
    ];
    const EVENTS: &'static [(EntrySystemEvent, &'static str)] =
        &[(EntrySystemEvent::Approve, "approve"), (EntrySystemEvent::Refuse, "refuse"), (EntrySystemEvent::End, "end")];
    const TRANSITIONS: &'static [(Self, EntrySystemEvent, Self)] = &[
        (EntrySystem::Asked, EntrySystemEvent::Approve, EntrySystem::Approved),
        (EntrySystem::Asked, EntrySystemEvent::Refuse, EntrySystem::Refused),
        (EntrySystem::Asked, EntrySystemEvent::End, EntrySystem::Ended),
        (EntrySystem::Approved, EntrySystemEvent::End, EntrySystem::Ended),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_approved_twice() {
        assert!(EntrySystem::Approved.after(EntrySystemEvent::Approve).is_err());
        assert!(EntrySystem::Refused.is_final() && EntrySystem::Ended.is_final());
    }
}
