//! A class in which people learn to use cards and certificates: announced, held, or cancelled (R49, R57, R170).

use super::Lifecycle;

/// State of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrainingClass {
    /// People are enrolled, and come.
    Announced,
    /// It is over, and who completed it is known.
    Held,
    /// It does not take place.
    Cancelled,
}

/// What happens to a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TrainingClassEvent {
    /// It is over, and who completed it is said.
    Close,
    /// It does not take place.
    Cancel,
    /// What was closed or cancelled goes on after all.
    Reopen,
}

impl TrainingClassEvent {
    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        TrainingClass::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<TrainingClass>(self)
    }

    /// Whether it has to be said why.
    pub fn needs_reason(self) -> bool {
        self != TrainingClassEvent::Close
    }
}

impl Lifecycle for TrainingClass {
    type Event = TrainingClassEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (TrainingClass::Announced, "announced"),
        (TrainingClass::Held, "held"),
        (TrainingClass::Cancelled, "cancelled"),
    ];
    const EVENTS: &'static [(TrainingClassEvent, &'static str)] = &[
        (TrainingClassEvent::Close, "close"),
        (TrainingClassEvent::Cancel, "cancel"),
        (TrainingClassEvent::Reopen, "reopen"),
    ];
    const TRANSITIONS: &'static [(Self, TrainingClassEvent, Self)] = &[
        (TrainingClass::Announced, TrainingClassEvent::Close, TrainingClass::Held),
        (TrainingClass::Announced, TrainingClassEvent::Cancel, TrainingClass::Cancelled),
        (TrainingClass::Held, TrainingClassEvent::Reopen, TrainingClass::Announced),
        (TrainingClass::Cancelled, TrainingClassEvent::Reopen, TrainingClass::Announced),
    ];
}
