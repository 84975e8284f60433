//! The subscriber manager's list of requests with its letter to the certification authority (R118, R138).

use super::Lifecycle;

/// State of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateList {
    /// The subscriber manager composes it.
    Draft,
    /// It went to the certification authority with its letter.
    Sent,
    /// Every request on it has its answer.
    Answered,
    /// Given up before it was sent.
    Dissolved,
}

/// What happens to a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateListEvent {
    /// It is sent with its letter.
    Send,
    /// The last answer has come.
    Answer,
    /// It is given up.
    Dissolve,
}

impl Lifecycle for CertificateList {
    type Event = CertificateListEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (CertificateList::Draft, "draft"),
        (CertificateList::Sent, "sent"),
        (CertificateList::Answered, "answered"),
        (CertificateList::Dissolved, "dissolved"),
    ];
    const EVENTS: &'static [(CertificateListEvent, &'static str)] = &[
        (CertificateListEvent::Send, "send"),
        (CertificateListEvent::Answer, "answer"),
        (CertificateListEvent::Dissolve, "dissolve"),
    ];
    const TRANSITIONS: &'static [(Self, CertificateListEvent, Self)] = &[
        (CertificateList::Draft, CertificateListEvent::Send, CertificateList::Sent),
        (CertificateList::Draft, CertificateListEvent::Dissolve, CertificateList::Dissolved),
        (CertificateList::Sent, CertificateListEvent::Answer, CertificateList::Answered),
    ];
}
