//! What becomes of a request, a list, a card, a blank, a handover, a device, a system at the doors, a key set, a certificate with its
//! requests and plans, a token, and a training class: states, what may happen in each, and what it leads to, as tables.
//!
//! The tables are the only place that says so. Nothing changes its state but through [`Lifecycle::after`], which refuses whatever does not
//! stand there; `LIFECYCLES.md` is drawn from them.

mod blank;
mod card;
mod certificate;
mod certificate_list;
mod certificate_plan;
mod certificate_request;
mod dossier;
mod entry_system;
mod equipment;
mod handover;
mod key;
mod request;
mod token;
mod training_class;

pub use blank::{Blank, BlankEvent};
pub use card::{Card, CardEvent};
pub use certificate::{Certificate, CertificateEvent};
pub use certificate_list::{CertificateList, CertificateListEvent};
pub use certificate_plan::{CertificatePlan, CertificatePlanEvent};
pub use certificate_request::{CertificateRequest, CertificateRequestEvent};
pub use dossier::{Dossier, DossierEvent};
pub use entry_system::{EntrySystem, EntrySystemEvent};
pub use equipment::{Equipment, EquipmentEvent};
pub use handover::{Handover, HandoverEvent};
pub use key::{Ceremony, CeremonyEvent, KeySet, KeySetEvent};
pub use request::{Request, RequestEvent};
pub use token::{Token, TokenEvent};
pub use training_class::{TrainingClass, TrainingClassEvent};

use std::fmt::Write as _;

/// States of one kind of thing.
pub trait Lifecycle: Copy + Eq + std::fmt::Debug + Send + Sync + 'static {
    /// What may happen to it.
    type Event: Copy + Eq + std::fmt::Debug + Send + Sync + 'static;
    /// Every state, the first one first, with its name in the database and in files.
    const STATES: &'static [(Self, &'static str)];
    /// Every event with its name.
    const EVENTS: &'static [(Self::Event, &'static str)];
    /// From which state what leads where.
    const TRANSITIONS: &'static [(Self, Self::Event, Self)];

    /// The state after that.
    ///
    /// # Errors
    /// [`Impossible`] where it cannot happen in this state.
    fn after(self, event: Self::Event) -> Result<Self, Impossible> {
        let found = Self::TRANSITIONS.iter().find(|(from, what, _)| *from == self && *what == event);
        found.map(|(.., to)| *to).ok_or_else(|| Impossible { state: self.name(), event: event_name::<Self>(event) })
    }

    /// What may happen in this state.
    fn possible(self) -> impl Iterator<Item = Self::Event> {
        Self::TRANSITIONS.iter().filter(move |(from, ..)| *from == self).map(|(_, event, _)| *event)
    }

    /// Whether that may happen in this state.
    fn may(self, event: Self::Event) -> bool {
        self.after(event).is_ok()
    }

    /// Whether nothing happens any more.
    fn is_final(self) -> bool {
        self.possible().next().is_none()
    }

    /// Name used in the database.
    fn name(self) -> &'static str {
        Self::STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// The state of that name.
    fn from_name(name: &str) -> Option<Self> {
        Self::STATES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// Something that cannot happen in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{event} cannot happen to what is {state}")]
pub struct Impossible {
    /// The state, by name.
    pub state: &'static str,
    /// The event, by name.
    pub event: &'static str,
}

fn event_name<L: Lifecycle>(event: L::Event) -> &'static str {
    L::EVENTS.iter().find(|(known, _)| *known == event).map_or("", |(_, name)| name)
}

/// The table as a Mermaid state diagram.
pub fn diagram<L: Lifecycle>() -> String {
    let mut out = String::from("stateDiagram-v2\n");
    // a String takes everything
    if let Some((first, _)) = L::STATES.first() {
        let _ = writeln!(out, "    [*] --> {}", first.name());
    }
    for (from, event, to) in L::TRANSITIONS {
        let _ = writeln!(out, "    {} --> {}: {}", from.name(), to.name(), event_name::<L>(*event));
    }
    for (state, name) in L::STATES {
        if state.is_final() {
            let _ = writeln!(out, "    {name} --> [*]");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    fn sound<L: Lifecycle>() {
        let names: BTreeSet<&str> = L::STATES.iter().map(|(_, name)| *name).collect();
        assert_eq!(names.len(), L::STATES.len());
        let events: BTreeSet<&str> = L::EVENTS.iter().map(|(_, name)| *name).collect();
        assert_eq!(events.len(), L::EVENTS.len());
        for (state, name) in L::STATES {
            assert_eq!((state.name(), L::from_name(name)), (*name, Some(*state)));
            for (event, named) in L::EVENTS {
                let listed: Vec<_> =
                    L::TRANSITIONS.iter().filter(|(from, what, _)| (from, what) == (state, event)).collect();
                assert!(listed.len() <= 1, "{name} on {named} leads to two places");
                let expected = listed.first().map(|(.., to)| *to).ok_or(Impossible { state: name, event: named });
                assert_eq!(state.after(*event), expected);
            }
        }
        for (event, name) in L::EVENTS {
            assert!(L::TRANSITIONS.iter().any(|(_, what, _)| what == event), "{name} never happens");
        }
        // every state is reached from the first
        let mut reached = vec![L::STATES[0].0];
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            for event in state.possible() {
                let next = state.after(event).unwrap();
                if !reached.contains(&next) {
                    reached.push(next);
                }
            }
            at += 1;
        }
        assert_eq!(reached.len(), L::STATES.len());
        assert_eq!(L::from_name("elsewhere"), None);
    }

    #[test]
    fn tables_are_sound() {
        sound::<Request>();
        sound::<Dossier>();
        sound::<Card>();
        sound::<Blank>();
        sound::<Handover>();
        sound::<Equipment>();
        sound::<EntrySystem>();
        sound::<Ceremony>();
        sound::<KeySet>();
        sound::<Certificate>();
        sound::<CertificateList>();
        sound::<CertificatePlan>();
        sound::<CertificateRequest>();
        sound::<Token>();
        sound::<TrainingClass>();
    }

    #[test]
    fn the_diagrams_are_those_of_the_tables() {
        let all = [
            ("A request", diagram::<Request>()),
            ("A list", diagram::<Dossier>()),
            ("A card", diagram::<Card>()),
            ("A blank", diagram::<Blank>()),
            ("A handover", diagram::<Handover>()),
            ("A device", diagram::<Equipment>()),
            ("A system at the doors", diagram::<EntrySystem>()),
            ("A key ceremony", diagram::<Ceremony>()),
            ("A key set", diagram::<KeySet>()),
            ("A certificate", diagram::<Certificate>()),
            ("A request for a certificate", diagram::<CertificateRequest>()),
            ("A list of requests for certificates", diagram::<CertificateList>()),
            ("A plan of certificates", diagram::<CertificatePlan>()),
            ("A token", diagram::<Token>()),
            ("A training class", diagram::<TrainingClass>()),
        ];
        let mut text = String::from(
            "# What becomes of things\n\nDrawn from the tables in `src/lifecycle`; `UPDATE=1 cargo test -p model` draws them anew.\n",
        );
        for (title, diagram) in all {
            text.push_str(&format!("\n## {title}\n\n```mermaid\n{diagram}```\n"));
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("LIFECYCLES.md");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), text, "run with UPDATE=1");
    }
}
