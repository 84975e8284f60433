//! Cards on their way from the issuing station to their holders, with minutes (R36).

use super::Lifecycle;

/// State of a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Handover {
    /// Being put together.
    Draft,
    /// The station has given the cards and said so.
    Given,
    /// The unit has counted otherwise.
    Disputed,
    /// The unit has the cards and said so.
    Received,
    /// Every holder has confirmed.
    Delivered,
    /// Given up before anything was given.
    Cancelled,
    /// Over without a card that reached its holder: all were missing, or void on the way.
    Failed,
}

/// What happens to a handover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum HandoverEvent {
    /// The station confirms.
    Give,
    /// The unit confirms.
    Receive,
    /// The unit does not.
    Dispute,
    /// The discrepancy is written down and agreed.
    Settle,
    /// The last holder confirms.
    Deliver,
    /// Not now.
    Cancel,
    /// No card is left that anybody could get.
    Fail,
}

impl Lifecycle for Handover {
    type Event = HandoverEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Handover::Draft, "draft"),
        (Handover::Given, "given"),
        (Handover::Disputed, "disputed"),
        (Handover::Received, "received"),
        (Handover::Delivered, "delivered"),
        (Handover::Cancelled, "cancelled"),
        (Handover::Failed, "failed"),
    ];
    const EVENTS: &'static [(HandoverEvent, &'static str)] = &[
        (HandoverEvent::Give, "give"),
        (HandoverEvent::Receive, "receive"),
        (HandoverEvent::Dispute, "dispute"),
        (HandoverEvent::Settle, "settle"),
        (HandoverEvent::Deliver, "deliver"),
        (HandoverEvent::Cancel, "cancel"),
        (HandoverEvent::Fail, "fail"),
    ];
    const TRANSITIONS: &'static [(Self, HandoverEvent, Self)] = &[
        (Handover::Draft, HandoverEvent::Give, Handover::Given),
        (Handover::Draft, HandoverEvent::Cancel, Handover::Cancelled),
        (Handover::Given, HandoverEvent::Receive, Handover::Received),
        (Handover::Given, HandoverEvent::Dispute, Handover::Disputed),
        (Handover::Disputed, HandoverEvent::Settle, Handover::Received),
        (Handover::Received, HandoverEvent::Deliver, Handover::Delivered),
        (Handover::Received, HandoverEvent::Fail, Handover::Failed),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_confirm_before_anybody_has_a_card() {
        let given = Handover::Draft.after(HandoverEvent::Give).unwrap();
        assert!(given.after(HandoverEvent::Deliver).is_err());
        let received = given.after(HandoverEvent::Dispute).and_then(|it| it.after(HandoverEvent::Settle));
        assert_eq!(received, Ok(Handover::Received));
    }
}
