//! A certificate of a digital signature: from the certification authority to its end (R119, R134, R167).

use super::Lifecycle;

/// State of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certificate {
    /// Tiếp nhận: with the subscriber manager, not handed over yet.
    Received,
    /// Đang dùng: handed over.
    InUse,
    /// Another one, renewed or changed, took its place.
    Replaced,
    /// Its last day is over.
    Expired,
    /// Thu hồi: void for good.
    Revoked,
}

/// What happens to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CertificateEvent {
    /// Its keeper has it, with minutes.
    HandOver,
    /// A renewed or changed one is handed over.
    Replace,
    /// Its day has come.
    Expire,
    /// The certification authority has revoked it.
    Revoke,
}

impl Certificate {
    /// Whether somebody can sign with it, as far as the records know.
    pub fn is_live(self) -> bool {
        matches!(self, Certificate::Received | Certificate::InUse)
    }
}

impl Lifecycle for Certificate {
    type Event = CertificateEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Certificate::Received, "received"),
        (Certificate::InUse, "in_use"),
        (Certificate::Replaced, "replaced"),
        (Certificate::Expired, "expired"),
        (Certificate::Revoked, "revoked"),
    ];
    const EVENTS: &'static [(CertificateEvent, &'static str)] = &[
        (CertificateEvent::HandOver, "hand_over"),
        (CertificateEvent::Replace, "replace"),
        (CertificateEvent::Expire, "expire"),
        (CertificateEvent::Revoke, "revoke"),
    ];
    const TRANSITIONS: &'static [(Self, CertificateEvent, Self)] = &[
        (Certificate::Received, CertificateEvent::HandOver, Certificate::InUse),
        (Certificate::Received, CertificateEvent::Expire, Certificate::Expired),
        (Certificate::Received, CertificateEvent::Revoke, Certificate::Revoked),
        (Certificate::InUse, CertificateEvent::Replace, Certificate::Replaced),
        (Certificate::InUse, CertificateEvent::Expire, Certificate::Expired),
        (Certificate::InUse, CertificateEvent::Revoke, Certificate::Revoked),
        // the one before a renewal is often revoked afterwards
        (Certificate::Replaced, CertificateEvent::Revoke, Certificate::Revoked),
    ];
}

impl CertificateEvent {
    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Certificate::EVENTS.iter().find(|(_, known)| *known == name).map(|(event, _)| *event)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        super::event_name::<Certificate>(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_happens_nothing_brings_a_revoked_one_back(events in prop::collection::vec(0..Certificate::EVENTS.len(), 0..30)) {
            let mut state = Certificate::Received;
            let (mut handed_over, mut revoked) = (false, false);
            for event in events.into_iter().map(|at| Certificate::EVENTS[at].0) {
                if let Ok(next) = state.after(event) {
                    prop_assert!(!revoked, "{next:?} after it was revoked");
                    handed_over |= event == CertificateEvent::HandOver;
                    revoked |= event == CertificateEvent::Revoke;
                    state = next;
                }
            }
            prop_assert_eq!(state == Certificate::Revoked, revoked);
            // nothing is used, or replaced, that was not handed over
            prop_assert!(handed_over || !matches!(state, Certificate::InUse | Certificate::Replaced));
        }
    }
}
