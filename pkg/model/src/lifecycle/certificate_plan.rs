//! A plan of certificates: written by one, fixed by another (R123, R138).

use super::Lifecycle;

/// State of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificatePlan {
    /// It is being written.
    Draft,
    /// It waits for whoever fixes it.
    Proposed,
    /// It holds.
    Fixed,
}

/// What happens to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificatePlanEvent {
    /// It is put before whoever fixes it.
    Propose,
    /// It goes back with what is to be mended.
    SendBack,
    /// It is fixed by a document.
    Fix,
    /// It is changed after all: somebody else fixes it anew.
    Reopen,
}

impl CertificatePlanEvent {
    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        CertificatePlan::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<CertificatePlan>(self)
    }

    /// Whether it has to be said why.
    pub fn needs_reason(self) -> bool {
        matches!(self, CertificatePlanEvent::SendBack | CertificatePlanEvent::Reopen)
    }

    /// Whether it is done by who fixes plans, not by who writes them.
    pub fn decides(self) -> bool {
        matches!(self, CertificatePlanEvent::SendBack | CertificatePlanEvent::Fix)
    }
}

impl Lifecycle for CertificatePlan {
    type Event = CertificatePlanEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (CertificatePlan::Draft, "draft"),
        (CertificatePlan::Proposed, "proposed"),
        (CertificatePlan::Fixed, "fixed"),
    ];
    const EVENTS: &'static [(CertificatePlanEvent, &'static str)] = &[
        (CertificatePlanEvent::Propose, "propose"),
        (CertificatePlanEvent::SendBack, "send_back"),
        (CertificatePlanEvent::Fix, "fix"),
        (CertificatePlanEvent::Reopen, "reopen"),
    ];
    const TRANSITIONS: &'static [(Self, CertificatePlanEvent, Self)] = &[
        (CertificatePlan::Draft, CertificatePlanEvent::Propose, CertificatePlan::Proposed),
        (CertificatePlan::Proposed, CertificatePlanEvent::SendBack, CertificatePlan::Draft),
        (CertificatePlan::Proposed, CertificatePlanEvent::Fix, CertificatePlan::Fixed),
        (CertificatePlan::Fixed, CertificatePlanEvent::Reopen, CertificatePlan::Draft),
    ];
}
