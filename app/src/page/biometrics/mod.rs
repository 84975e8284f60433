//! The pages about biometric and app-based entry systems, one a file, and what stands about them on "My profile"; what they share (R113).

pub mod form;
pub mod list;
pub mod mine;
pub mod system;

use contract::biometric::SystemTerms;
use contract::{Fault, Lang};
use model::biometric::{ConsentAnswer, ExportField};
use model::lifecycle::EntrySystem;

use crate::part::{Crumb, Fact, Tone};
use crate::routes;
use crate::words::{self, biometrics as text, cards, people};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::ENTRY_SYSTEMS)]
}

pub fn state(l: Lang, state: EntrySystem) -> (Tone, &'static str) {
    use text::state as own;
    match state {
        EntrySystem::Asked => (Tone::Warn, own::asked(l)),
        EntrySystem::Approved => (Tone::Good, own::approved(l)),
        EntrySystem::Refused => (Tone::Plain, own::refused(l)),
        EntrySystem::Ended => (Tone::Plain, own::ended(l)),
    }
}

pub fn field(l: Lang, field: ExportField) -> &'static str {
    match field {
        ExportField::Name => people::name(l),
        ExportField::PersonnelCode => people::personnel_code(l),
        ExportField::Unit => people::unit(l),
        ExportField::Position => people::position(l),
        ExportField::CardCode => cards::code(l),
        ExportField::Portrait => text::portrait(l),
    }
}

fn answer(l: Lang, answer: ConsentAnswer) -> (Tone, &'static str) {
    use text::answer as own;
    match answer {
        ConsentAnswer::Given => (Tone::Good, own::given(l)),
        ConsentAnswer::Refused => (Tone::Plain, own::refused(l)),
        ConsentAnswer::Withdrawn => (Tone::Warn, own::withdrawn(l)),
    }
}

/// What people are told before they answer.
fn terms(l: Lang, of: &SystemTerms) -> Vec<Fact> {
    let fields = of.fields.iter().map(|of| field(l, *of)).collect::<Vec<_>>().join(", ");
    vec![
        Fact::new(text::purpose(l), of.purpose.clone()),
        Fact::new(text::fields(l), fields),
        Fact::new(text::operator(l), of.operator.clone()),
        Fact::new(text::contact(l), of.contact.clone()),
    ]
}

/// What is wrong with what was typed about systems; `None` for faults of other pages.
pub fn fault(l: Lang, field: &str, fault: &Fault) -> Option<String> {
    use text::fault as own;
    let fitting = match (field, fault) {
        ("fields", Fault::Missing) => own::fields(l),
        ("consent", Fault::Missing) => own::consent(l),
        ("consent_answer", Fault::Choice) => words::fault::choice(l),
        ("opinion", Fault::Missing) => own::opinion(l),
        _ => return None,
    };
    Some(fitting.to_owned())
}
