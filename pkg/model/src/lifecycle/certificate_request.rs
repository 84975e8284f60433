//! A request to the certification authority: asked for, agreed to by the unit, reviewed, on a list with its letter, sent, answered, handed over (R118, R119, R138).

use super::{Impossible, Lifecycle};
use crate::certificate::Operation;

/// State of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateRequest {
    /// Asked for by the holder or the unit.
    Asked,
    /// The unit's head agrees, or asked for it: it is the unit's word (68/2024/NĐ-CP, cơ quan quản lý trực tiếp).
    Endorsed,
    /// Sent back: something has to be corrected.
    SentBack,
    /// The subscriber manager has reviewed it.
    Accepted,
    /// On a list, whose letter is drawn up.
    Listed,
    /// The list went to the certification authority.
    Sent,
    /// The certification authority agreed: issued, revoked or restored.
    Granted,
    /// The certificate is with the subscriber manager.
    Received,
    /// Done: handed over, or nothing is left to do.
    Done,
    /// Refused by the subscriber manager or the certification authority.
    Refused,
    /// Given up by who asked.
    Withdrawn,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateRequestEvent {
    /// The unit's head agrees.
    Endorse,
    /// Reviewed, and good.
    Accept,
    /// Reviewed, and to be corrected.
    SendBack,
    /// Corrected.
    AskAgain,
    /// Put on a list.
    List,
    /// Taken off it.
    Unlist,
    /// The list is sent.
    Send,
    /// The answer: yes.
    Grant,
    /// The answer, or the review: no.
    Refuse,
    /// The certificate has come.
    Receive,
    /// It was handed over, with minutes.
    HandOver,
    /// What brings no certificate is over with the answer.
    Close,
    /// Given up.
    Withdraw,
}

impl CertificateRequest {
    /// The state after an event of a request for an operation: a certificate is received and handed over where one comes, and only there.
    ///
    /// # Errors
    /// [`Impossible`]
    pub fn after_for(self, operation: Operation, event: CertificateRequestEvent) -> Result<Self, Impossible> {
        let fits = match event {
            CertificateRequestEvent::Receive | CertificateRequestEvent::HandOver => operation.brings_certificate(),
            CertificateRequestEvent::Close => !operation.brings_certificate(),
            _ => true,
        };
        if fits {
            self.after(event)
        } else {
            Err(Impossible { state: self.name(), event: super::event_name::<Self>(event) })
        }
    }

    /// Whether somebody still has to do something.
    pub fn is_open(self) -> bool {
        !self.is_final()
    }
}

impl CertificateRequestEvent {
    /// Whether it has to be said why.
    pub fn needs_reason(self) -> bool {
        matches!(self, CertificateRequestEvent::SendBack | CertificateRequestEvent::Refuse)
    }

    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        CertificateRequest::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<CertificateRequest>(self)
    }
}

impl Lifecycle for CertificateRequest {
    type Event = CertificateRequestEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (CertificateRequest::Asked, "asked"),
        (CertificateRequest::Endorsed, "endorsed"),
        (CertificateRequest::SentBack, "sent_back"),
        (CertificateRequest::Accepted, "accepted"),
        (CertificateRequest::Listed, "listed"),
        (CertificateRequest::Sent, "sent"),
        (CertificateRequest::Granted, "granted"),
        (CertificateRequest::Received, "received"),
        (CertificateRequest::Done, "done"),
        (CertificateRequest::Refused, "refused"),
        (CertificateRequest::Withdrawn, "withdrawn"),
    ];
    const EVENTS: &'static [(CertificateRequestEvent, &'static str)] = &[
        (CertificateRequestEvent::Endorse, "endorse"),
        (CertificateRequestEvent::Accept, "accept"),
        (CertificateRequestEvent::SendBack, "send_back"),
        (CertificateRequestEvent::AskAgain, "ask_again"),
        (CertificateRequestEvent::List, "list"),
        (CertificateRequestEvent::Unlist, "unlist"),
        (CertificateRequestEvent::Send, "send"),
        (CertificateRequestEvent::Grant, "grant"),
        (CertificateRequestEvent::Refuse, "refuse"),
        (CertificateRequestEvent::Receive, "receive"),
        (CertificateRequestEvent::HandOver, "hand_over"),
        (CertificateRequestEvent::Close, "close"),
        (CertificateRequestEvent::Withdraw, "withdraw"),
    ];
    const TRANSITIONS: &'static [(Self, CertificateRequestEvent, Self)] = &[
        (CertificateRequest::Asked, CertificateRequestEvent::Endorse, CertificateRequest::Endorsed),
        (CertificateRequest::Asked, CertificateRequestEvent::SendBack, CertificateRequest::SentBack),
        (CertificateRequest::Asked, CertificateRequestEvent::Withdraw, CertificateRequest::Withdrawn),
        (CertificateRequest::Endorsed, CertificateRequestEvent::Accept, CertificateRequest::Accepted),
        (CertificateRequest::Endorsed, CertificateRequestEvent::SendBack, CertificateRequest::SentBack),
        (CertificateRequest::Endorsed, CertificateRequestEvent::Refuse, CertificateRequest::Refused),
        (CertificateRequest::Endorsed, CertificateRequestEvent::Withdraw, CertificateRequest::Withdrawn),
        (CertificateRequest::SentBack, CertificateRequestEvent::AskAgain, CertificateRequest::Asked),
        (CertificateRequest::SentBack, CertificateRequestEvent::Withdraw, CertificateRequest::Withdrawn),
        (CertificateRequest::Accepted, CertificateRequestEvent::List, CertificateRequest::Listed),
        (CertificateRequest::Accepted, CertificateRequestEvent::SendBack, CertificateRequest::SentBack),
        (CertificateRequest::Accepted, CertificateRequestEvent::Withdraw, CertificateRequest::Withdrawn),
        (CertificateRequest::Listed, CertificateRequestEvent::Unlist, CertificateRequest::Accepted),
        (CertificateRequest::Listed, CertificateRequestEvent::Send, CertificateRequest::Sent),
        (CertificateRequest::Sent, CertificateRequestEvent::Grant, CertificateRequest::Granted),
        (CertificateRequest::Sent, CertificateRequestEvent::Refuse, CertificateRequest::Refused),
        (CertificateRequest::Granted, CertificateRequestEvent::Receive, CertificateRequest::Received),
        (CertificateRequest::Granted, CertificateRequestEvent::Close, CertificateRequest::Done),
        (CertificateRequest::Received, CertificateRequestEvent::HandOver, CertificateRequest::Done),
    ];
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use CertificateRequestEvent as Event;

    #[test]
    fn each_kind_has_a_way_to_its_end() {
        for operation in Operation::ALL.iter().copied() {
            let mut way = vec![Event::Endorse, Event::Accept, Event::List, Event::Send, Event::Grant];
            way.extend(if operation.brings_certificate() {
                vec![Event::Receive, Event::HandOver]
            } else {
                vec![Event::Close]
            });
            let end = way
                .into_iter()
                .try_fold(CertificateRequest::Asked, |state, event| state.after_for(operation, event))
                .unwrap();
            assert_eq!(end, CertificateRequest::Done, "{operation:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_done_that_was_not_reviewed_and_sent(
            operation in prop::sample::select(Operation::ALL), events in prop::collection::vec(0..CertificateRequest::EVENTS.len(), 0..40),
        ) {
            let mut state = CertificateRequest::Asked;
            let mut happened = Vec::new();
            for event in events.into_iter().map(|at| CertificateRequest::EVENTS[at].0) {
                if let Ok(next) = state.after_for(operation, event) {
                    prop_assert!(state.is_open());
                    happened.push(event);
                    state = next;
                }
            }
            let last = |event| happened.iter().rposition(|one| *one == event);
            if state == CertificateRequest::Done {
                prop_assert!(last(Event::Endorse) < last(Event::Accept));
                prop_assert!(last(Event::Accept) < last(Event::List) && last(Event::List) < last(Event::Send));
                prop_assert!(last(Event::Send) < last(Event::Grant));
                prop_assert_eq!(happened.contains(&Event::HandOver), operation.brings_certificate());
                prop_assert_eq!(happened.contains(&Event::Receive), operation.brings_certificate());
            }
            // what is with the authority is not given up behind its back
            if happened.contains(&Event::Send) {
                prop_assert!(state != CertificateRequest::Withdrawn);
            }
        }
    }
}
