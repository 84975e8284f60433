//! A device of a unit: bought, in use, broken, repaired, given up (R40, R41).

use super::Lifecycle;

/// State of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Equipment {
    /// In the plan, not there yet.
    Planned,
    /// Works.
    InUse,
    /// Does not work: to be repaired, or replaced.
    Broken,
    /// Away to be repaired.
    InRepair,
    /// Written off.
    Retired,
}

/// What happens to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EquipmentEvent {
    /// It has come and works.
    Install,
    /// It does not work any more.
    Break,
    /// It goes to be repaired.
    Repair,
    /// It works again.
    Mend,
    /// It cannot be repaired.
    GiveUp,
    /// It is written off.
    Retire,
}

impl Lifecycle for Equipment {
    type Event = EquipmentEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Equipment::Planned, "planned"),
        (Equipment::InUse, "in_use"),
        (Equipment::Broken, "broken"),
        (Equipment::InRepair, "in_repair"),
        (Equipment::Retired, "retired"),
    ];
    const EVENTS: &'static [(EquipmentEvent, &'static str)] = &[
        (EquipmentEvent::Install, "install"),
        (EquipmentEvent::Break, "break"),
        (EquipmentEvent::Repair, "repair"),
        (EquipmentEvent::Mend, "mend"),
        (EquipmentEvent::GiveUp, "give_up"),
        (EquipmentEvent::Retire, "retire"),
    ];
    const TRANSITIONS: &'static [(Self, EquipmentEvent, Self)] = &[
        (Equipment::Planned, EquipmentEvent::Install, Equipment::InUse),
        (Equipment::Planned, EquipmentEvent::Retire, Equipment::Retired),
        (Equipment::InUse, EquipmentEvent::Break, Equipment::Broken),
        (Equipment::InUse, EquipmentEvent::Retire, Equipment::Retired),
        (Equipment::Broken, EquipmentEvent::Repair, Equipment::InRepair),
        (Equipment::Broken, EquipmentEvent::Mend, Equipment::InUse),
        (Equipment::Broken, EquipmentEvent::Retire, Equipment::Retired),
        (Equipment::InRepair, EquipmentEvent::Mend, Equipment::InUse),
        (Equipment::InRepair, EquipmentEvent::GiveUp, Equipment::Broken),
        (Equipment::InRepair, EquipmentEvent::Retire, Equipment::Retired),
    ];
}

impl EquipmentEvent {
    /// Whether it has to be said why.
    pub fn needs_reason(self) -> bool {
        matches!(self, EquipmentEvent::Break | EquipmentEvent::GiveUp | EquipmentEvent::Retire)
    }

    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Equipment::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<Equipment>(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_off_stays_so() {
        assert!(Equipment::Retired.is_final());
        assert_eq!(Equipment::Planned.after(EquipmentEvent::Break).map_err(|it| it.event), Err("break"));
        assert_eq!(EquipmentEvent::from_name("mend"), Some(EquipmentEvent::Mend));
        assert!(EquipmentEvent::Retire.needs_reason() && !EquipmentEvent::Mend.needs_reason());
    }
}
