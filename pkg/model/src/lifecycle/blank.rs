//! A blank card in stock (R34–R39).

use super::Lifecycle;

/// State of a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Blank {
    /// Delivered, not looked at yet.
    Received,
    /// Accepted; anybody's.
    OnHand,
    /// Kept apart (phôi dự phòng, R37).
    Spare,
    /// On the way to another place, which has not confirmed it yet.
    Moving,
    /// For a named person's card.
    Reserved,
    /// A card.
    Used,
    /// Of no use, for a reason (R39).
    Spoiled,
    /// Destroyed, with minutes and a witness (R39).
    Destroyed,
    /// Not where the ledger has it.
    Missing,
    /// Returned to the supplier (R38).
    SentBack,
}

/// What happens to a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BlankEvent {
    /// The lot is good.
    Accept,
    /// Given back to the supplier.
    SendBack,
    /// Put among the spare ones.
    SetAside,
    /// Taken from there, or from a person.
    Release,
    /// Sent to another place.
    Send,
    /// Taken in there, or turned back.
    Arrive,
    /// Taken for a person's card.
    Reserve,
    /// Printed, and confirmed.
    Use,
    /// Misprinted, broken, or its chip does not answer.
    Spoil,
    /// Shredded before a witness.
    Destroy,
    /// A count does not find it.
    Miss,
    /// A later one does.
    Find,
}

impl Lifecycle for Blank {
    type Event = BlankEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Blank::Received, "received"),
        (Blank::OnHand, "on_hand"),
        (Blank::Spare, "spare"),
        (Blank::Moving, "moving"),
        (Blank::Reserved, "reserved"),
        (Blank::Used, "used"),
        (Blank::Spoiled, "spoiled"),
        (Blank::Destroyed, "destroyed"),
        (Blank::Missing, "missing"),
        (Blank::SentBack, "sent_back"),
    ];
    const EVENTS: &'static [(BlankEvent, &'static str)] = &[
        (BlankEvent::Accept, "accept"),
        (BlankEvent::SendBack, "send_back"),
        (BlankEvent::SetAside, "set_aside"),
        (BlankEvent::Release, "release"),
        (BlankEvent::Send, "send"),
        (BlankEvent::Arrive, "arrive"),
        (BlankEvent::Reserve, "reserve"),
        (BlankEvent::Use, "use"),
        (BlankEvent::Spoil, "spoil"),
        (BlankEvent::Destroy, "destroy"),
        (BlankEvent::Miss, "miss"),
        (BlankEvent::Find, "find"),
    ];
    const TRANSITIONS: &'static [(Self, BlankEvent, Self)] = &[
        (Blank::Received, BlankEvent::Accept, Blank::OnHand),
        (Blank::Received, BlankEvent::SendBack, Blank::SentBack),
        (Blank::OnHand, BlankEvent::SetAside, Blank::Spare),
        (Blank::OnHand, BlankEvent::Send, Blank::Moving),
        (Blank::OnHand, BlankEvent::Reserve, Blank::Reserved),
        (Blank::OnHand, BlankEvent::Spoil, Blank::Spoiled),
        (Blank::OnHand, BlankEvent::SendBack, Blank::SentBack),
        (Blank::OnHand, BlankEvent::Miss, Blank::Missing),
        (Blank::Spare, BlankEvent::Release, Blank::OnHand),
        (Blank::Spare, BlankEvent::Spoil, Blank::Spoiled),
        (Blank::Spare, BlankEvent::Miss, Blank::Missing),
        (Blank::Moving, BlankEvent::Arrive, Blank::OnHand),
        (Blank::Reserved, BlankEvent::Release, Blank::OnHand),
        (Blank::Reserved, BlankEvent::Use, Blank::Used),
        (Blank::Reserved, BlankEvent::Spoil, Blank::Spoiled),
        (Blank::Reserved, BlankEvent::Miss, Blank::Missing),
        (Blank::Spoiled, BlankEvent::Destroy, Blank::Destroyed),
        (Blank::Missing, BlankEvent::Find, Blank::OnHand),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_is_one_thing_at_the_end() {
        // R38: received = issued + spoiled + sent back + on hand
        let ends: Vec<_> = Blank::STATES.iter().map(|(state, _)| *state).filter(|state| state.is_final()).collect();
        assert_eq!(ends, [Blank::Used, Blank::Destroyed, Blank::SentBack]);
        assert!(Blank::Used.after(BlankEvent::Spoil).is_err());
    }
}
