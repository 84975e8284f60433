//! A card, from its approval to the shredder (R25–R32, R89).

use super::Lifecycle;

/// State of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Card {
    /// Chưa cấp: its snapshot stands, nothing is printed.
    Approved,
    /// Printed, and encoded where it has a chip; not confirmed yet.
    Printed,
    /// Đang hoạt động.
    Active,
    /// Its holder has a temporary card meanwhile.
    Suspended,
    /// Bị khóa: can be unlocked (R30).
    Locked,
    /// Hủy hiệu lực: for good (R30).
    Invalidated,
    /// Hết hiệu lực by its date.
    Expired,
    /// Đã thu hồi: back, and void.
    Recovered,
    /// Given up before it was ever active.
    Cancelled,
}

/// What happens to a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CardEvent {
    /// Printed, and encoded.
    Print,
    /// The blank is spoiled; the card is still to be made.
    Misprint,
    /// Somebody has looked at it: it is good.
    Confirm,
    /// A temporary card is given.
    Suspend,
    /// The temporary card is over.
    Restore,
    /// Lost, or its holder leaves.
    Lock,
    /// Found, or a mistake.
    Unlock,
    /// Decided: never again.
    Invalidate,
    /// Its day has come; of a temporary card, midnight.
    Expire,
    /// It was handed back.
    Recover,
    /// Its approval is taken back.
    Cancel,
}

impl Card {
    /// Whether its holder still waits for it: it is, or may be again, valid.
    pub fn is_waited_for(self) -> bool {
        matches!(self, Card::Active | Card::Suspended | Card::Locked)
    }

    /// Whether its chip may be given other keys, or its content anew: it is valid, or is again when the temporary one is back. A locked card
    /// that is found is unlocked first, or made void.
    pub fn is_rewritten(self) -> bool {
        matches!(self, Card::Active | Card::Suspended)
    }

    /// Whether its chip may be wiped: it is void, and is never valid again.
    pub fn is_wiped(self) -> bool {
        matches!(self, Card::Invalidated | Card::Expired | Card::Recovered | Card::Cancelled)
    }

    /// Whether its holder, who has it or is to get it, gets another one only in its place (R28).
    pub fn is_replaced(self) -> bool {
        self.is_waited_for() || matches!(self, Card::Expired | Card::Printed | Card::Approved)
    }
}

impl Lifecycle for Card {
    type Event = CardEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Card::Approved, "approved"),
        (Card::Printed, "printed"),
        (Card::Active, "active"),
        (Card::Suspended, "suspended"),
        (Card::Locked, "locked"),
        (Card::Invalidated, "invalidated"),
        (Card::Expired, "expired"),
        (Card::Recovered, "recovered"),
        (Card::Cancelled, "cancelled"),
    ];
    const EVENTS: &'static [(CardEvent, &'static str)] = &[
        (CardEvent::Print, "print"),
        (CardEvent::Misprint, "misprint"),
        (CardEvent::Confirm, "confirm"),
        (CardEvent::Suspend, "suspend"),
        (CardEvent::Restore, "restore"),
        (CardEvent::Lock, "lock"),
        (CardEvent::Unlock, "unlock"),
        (CardEvent::Invalidate, "invalidate"),
        (CardEvent::Expire, "expire"),
        (CardEvent::Recover, "recover"),
        (CardEvent::Cancel, "cancel"),
    ];
    const TRANSITIONS: &'static [(Self, CardEvent, Self)] = &[
        (Card::Approved, CardEvent::Print, Card::Printed),
        (Card::Approved, CardEvent::Cancel, Card::Cancelled),
        (Card::Printed, CardEvent::Misprint, Card::Approved),
        (Card::Printed, CardEvent::Confirm, Card::Active),
        (Card::Printed, CardEvent::Cancel, Card::Cancelled),
        (Card::Active, CardEvent::Suspend, Card::Suspended),
        (Card::Active, CardEvent::Lock, Card::Locked),
        (Card::Active, CardEvent::Expire, Card::Expired),
        (Card::Suspended, CardEvent::Restore, Card::Active),
        (Card::Suspended, CardEvent::Lock, Card::Locked),
        (Card::Suspended, CardEvent::Expire, Card::Expired),
        (Card::Locked, CardEvent::Unlock, Card::Active),
        (Card::Locked, CardEvent::Invalidate, Card::Invalidated),
        (Card::Locked, CardEvent::Expire, Card::Expired),
        (Card::Invalidated, CardEvent::Recover, Card::Recovered),
        (Card::Expired, CardEvent::Recover, Card::Recovered),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locking_and_invalidating_are_two_steps() {
        // R30
        assert!(Card::Active.after(CardEvent::Invalidate).is_err());
        let locked = Card::Active.after(CardEvent::Lock).unwrap();
        assert_eq!(locked.after(CardEvent::Unlock), Ok(Card::Active));
        let void = locked.after(CardEvent::Invalidate).unwrap();
        assert_eq!(void.possible().collect::<Vec<_>>(), [CardEvent::Recover]);
    }

    #[test]
    fn a_card_that_may_be_valid_again_is_never_wiped() {
        for (state, name) in Card::STATES {
            let again = |of: Card| of.possible().any(|event| of.after(event).is_ok_and(|to| to.is_waited_for()));
            assert!(!(state.is_wiped() && (state.is_waited_for() || again(*state))), "{name}");
            assert!(!(state.is_wiped() && state.is_rewritten()), "{name}");
        }
    }

    #[test]
    fn a_card_becomes_active_only_when_somebody_confirmed_it_or_gave_it_back() {
        let into: Vec<_> =
            Card::TRANSITIONS.iter().filter(|(.., to)| *to == Card::Active).map(|(_, event, _)| *event).collect();
        assert_eq!(into, [CardEvent::Confirm, CardEvent::Restore, CardEvent::Unlock]);
    }
}
