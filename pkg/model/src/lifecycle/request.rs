//! One person's case on its way to a card: first issue, exchange, reissue (R17–R33).

use super::Lifecycle;

/// State of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Request {
    /// The holder writes (R17).
    Draft,
    /// Handed in, with two certified copies; the unit compares (R18, R19).
    Submitted,
    /// Back with the holder, for a reason.
    Returned,
    /// Compared, with the scan (R20).
    Verified,
    /// In a list that the unit composes (R22).
    Listed,
    /// The unit head has submitted the list with its letter (R22).
    Proposed,
    /// Compared with the personnel data by Home Affairs (R24).
    Checked,
    /// Approved: the snapshot stands (R33, R72).
    Approved,
    /// Refused, for a reason.
    Refused,
    /// The card was issued.
    Fulfilled,
    /// Not wanted any more.
    Withdrawn,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestEvent {
    /// The holder hands it in.
    Submit,
    /// Somebody sends it back, for a reason.
    Return,
    /// Unit HR verifies it, the scan attached (R20).
    Verify,
    /// A verified field has changed (R21).
    Reopen,
    /// Put into a list.
    List,
    /// Taken out of it.
    Unlist,
    /// The list is submitted.
    Propose,
    /// The checker compares.
    Check,
    /// The approver agrees.
    Approve,
    /// The approver does not.
    Refuse,
    /// Its card is active.
    Fulfil,
    /// Who asked gives it up.
    Withdraw,
}

impl Lifecycle for Request {
    type Event = RequestEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Request::Draft, "draft"),
        (Request::Submitted, "submitted"),
        (Request::Returned, "returned"),
        (Request::Verified, "verified"),
        (Request::Listed, "listed"),
        (Request::Proposed, "proposed"),
        (Request::Checked, "checked"),
        (Request::Approved, "approved"),
        (Request::Refused, "refused"),
        (Request::Fulfilled, "fulfilled"),
        (Request::Withdrawn, "withdrawn"),
    ];
    const EVENTS: &'static [(RequestEvent, &'static str)] = &[
        (RequestEvent::Submit, "submit"),
        (RequestEvent::Return, "return"),
        (RequestEvent::Verify, "verify"),
        (RequestEvent::Reopen, "reopen"),
        (RequestEvent::List, "list"),
        (RequestEvent::Unlist, "unlist"),
        (RequestEvent::Propose, "propose"),
        (RequestEvent::Check, "check"),
        (RequestEvent::Approve, "approve"),
        (RequestEvent::Refuse, "refuse"),
        (RequestEvent::Fulfil, "fulfil"),
        (RequestEvent::Withdraw, "withdraw"),
    ];
    const TRANSITIONS: &'static [(Self, RequestEvent, Self)] = &[
        (Request::Draft, RequestEvent::Submit, Request::Submitted),
        (Request::Draft, RequestEvent::Withdraw, Request::Withdrawn),
        (Request::Submitted, RequestEvent::Verify, Request::Verified),
        (Request::Submitted, RequestEvent::Return, Request::Returned),
        (Request::Submitted, RequestEvent::Withdraw, Request::Withdrawn),
        (Request::Returned, RequestEvent::Submit, Request::Submitted),
        (Request::Returned, RequestEvent::Withdraw, Request::Withdrawn),
        (Request::Verified, RequestEvent::Reopen, Request::Submitted),
        (Request::Verified, RequestEvent::List, Request::Listed),
        (Request::Verified, RequestEvent::Withdraw, Request::Withdrawn),
        (Request::Listed, RequestEvent::Unlist, Request::Verified),
        (Request::Listed, RequestEvent::Reopen, Request::Submitted),
        (Request::Listed, RequestEvent::Propose, Request::Proposed),
        (Request::Proposed, RequestEvent::Check, Request::Checked),
        (Request::Proposed, RequestEvent::Return, Request::Returned),
        (Request::Checked, RequestEvent::Approve, Request::Approved),
        (Request::Checked, RequestEvent::Refuse, Request::Refused),
        (Request::Checked, RequestEvent::Return, Request::Returned),
        (Request::Approved, RequestEvent::Fulfil, Request::Fulfilled),
        (Request::Approved, RequestEvent::Withdraw, Request::Withdrawn),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_approved_that_was_not_verified_and_checked() {
        for (from, event, _) in Request::TRANSITIONS {
            assert!(*event != RequestEvent::Approve || *from == Request::Checked);
            assert!(*event != RequestEvent::List || *from == Request::Verified);
        }
        // R21: a change after verification goes back before it
        assert_eq!(Request::Verified.after(RequestEvent::Reopen), Ok(Request::Submitted));
        assert!(Request::Approved.after(RequestEvent::Reopen).is_err());
    }
}
