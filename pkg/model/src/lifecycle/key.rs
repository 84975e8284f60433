//! Key sets of the cards, and the ceremonies in which they are drawn.

use super::Lifecycle;

/// State of a ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ceremony {
    /// Waits for the approver.
    Proposed,
    /// The custodians give their components.
    Agreed,
    /// The custodians copy their shares and type them back.
    Drawn,
    /// There is a key set.
    Kept,
    /// The approver did not agree.
    Refused,
    /// Given up: what was drawn is forgotten.
    BrokenOff,
}

/// What happens to a ceremony.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CeremonyEvent {
    /// The approver agrees.
    Agree,
    /// Or not.
    Refuse,
    /// The vault draws the set.
    Draw,
    /// The last custodian has confirmed.
    Keep,
    /// Something went wrong.
    BreakOff,
}

impl Lifecycle for Ceremony {
    type Event = CeremonyEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Ceremony::Proposed, "proposed"),
        (Ceremony::Agreed, "agreed"),
        (Ceremony::Drawn, "drawn"),
        (Ceremony::Kept, "kept"),
        (Ceremony::Refused, "refused"),
        (Ceremony::BrokenOff, "broken_off"),
    ];
    const EVENTS: &'static [(CeremonyEvent, &'static str)] = &[
        (CeremonyEvent::Agree, "agree"),
        (CeremonyEvent::Refuse, "refuse"),
        (CeremonyEvent::Draw, "draw"),
        (CeremonyEvent::Keep, "keep"),
        (CeremonyEvent::BreakOff, "break_off"),
    ];
    const TRANSITIONS: &'static [(Self, CeremonyEvent, Self)] = &[
        (Ceremony::Proposed, CeremonyEvent::Agree, Ceremony::Agreed),
        (Ceremony::Proposed, CeremonyEvent::Refuse, Ceremony::Refused),
        (Ceremony::Proposed, CeremonyEvent::BreakOff, Ceremony::BrokenOff),
        (Ceremony::Agreed, CeremonyEvent::Draw, Ceremony::Drawn),
        (Ceremony::Agreed, CeremonyEvent::BreakOff, Ceremony::BrokenOff),
        (Ceremony::Drawn, CeremonyEvent::Keep, Ceremony::Kept),
        (Ceremony::Drawn, CeremonyEvent::BreakOff, Ceremony::BrokenOff),
    ];
}

/// State of a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeySet {
    /// Its custodians have their shares; no card has it yet.
    Prepared,
    /// Cards are issued with it.
    InUse,
    /// Opens the cards that have it; no other gets it.
    Retired,
    /// Nobody has it any more.
    Destroyed,
}

/// What happens to a key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeySetEvent {
    /// Cards are issued with it from now on.
    Use,
    /// Another one takes its place.
    Retire,
    /// No card has it.
    Destroy,
}

impl Lifecycle for KeySet {
    type Event = KeySetEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (KeySet::Prepared, "prepared"),
        (KeySet::InUse, "in_use"),
        (KeySet::Retired, "retired"),
        (KeySet::Destroyed, "destroyed"),
    ];
    const EVENTS: &'static [(KeySetEvent, &'static str)] =
        &[(KeySetEvent::Use, "use"), (KeySetEvent::Retire, "retire"), (KeySetEvent::Destroy, "destroy")];
    const TRANSITIONS: &'static [(Self, KeySetEvent, Self)] = &[
        (KeySet::Prepared, KeySetEvent::Use, KeySet::InUse),
        (KeySet::Prepared, KeySetEvent::Destroy, KeySet::Destroyed),
        (KeySet::InUse, KeySetEvent::Retire, KeySet::Retired),
        (KeySet::Retired, KeySetEvent::Destroy, KeySet::Destroyed),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_that_cards_are_issued_with_is_not_destroyed() {
        assert!(KeySet::InUse.after(KeySetEvent::Destroy).is_err());
    }

    #[test]
    fn nothing_is_drawn_without_the_approver() {
        assert!(Ceremony::Proposed.after(CeremonyEvent::Draw).is_err());
        assert!(Ceremony::Kept.is_final());
    }
}
