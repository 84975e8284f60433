//! A unit's list of people with its submission letter (danh sách, Tờ trình; R22, R24, R33).

use super::Lifecycle;

/// State of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dossier {
    /// The unit composes it.
    Draft,
    /// The unit's head has submitted it.
    Submitted,
    /// Home Affairs has compared everybody on it.
    Checked,
    /// Decided, person by person.
    Decided,
    /// Given up before it was submitted.
    Dissolved,
}

/// What happens to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DossierEvent {
    /// The head signs the letter and submits.
    Submit,
    /// The checker has compared, and somebody is left to decide about.
    Check,
    /// The checker has sent everybody back.
    SendBack,
    /// The approver has decided.
    Decide,
    /// The unit gives it up.
    Dissolve,
}

impl Lifecycle for Dossier {
    type Event = DossierEvent;
    const STATES: &'static [(Self, &'static str)] = &[
        (Dossier::Draft, "draft"),
        (Dossier::Submitted, "submitted"),
        (Dossier::Checked, "checked"),
        (Dossier::Decided, "decided"),
        (Dossier::Dissolved, "dissolved"),
    ];
    const EVENTS: &'static [(DossierEvent, &'static str)] = &[
        (DossierEvent::Submit, "submit"),
        (DossierEvent::Check, "check"),
        (DossierEvent::SendBack, "send_back"),
        (DossierEvent::Decide, "decide"),
        (DossierEvent::Dissolve, "dissolve"),
    ];
    const TRANSITIONS: &'static [(Self, DossierEvent, Self)] = &[
        (Dossier::Draft, DossierEvent::Submit, Dossier::Submitted),
        (Dossier::Draft, DossierEvent::Dissolve, Dossier::Dissolved),
        (Dossier::Submitted, DossierEvent::Check, Dossier::Checked),
        (Dossier::Submitted, DossierEvent::SendBack, Dossier::Decided),
        (Dossier::Checked, DossierEvent::Decide, Dossier::Decided),
    ];
}
