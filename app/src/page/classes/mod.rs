//! The pages of training classes, one a file; what they share (R49, R57, R156, R170).

pub mod attendance;
pub mod class;
pub mod costs;
pub mod form;
pub mod list;

use contract::{Fault, Lang};
use jiff::civil::Date;
use leptos::prelude::*;
use model::lifecycle::{TrainingClass, TrainingClassEvent};
use model::training::{Audience, Session, Topic};
use registry::work::classes::{AttendedLine, ClassHead};

use crate::part::{Column, Crumb, Table, Tag, Tone};
use crate::words::{self, training_classes as text};
use crate::{naming, routes};

fn crumbs(l: Lang) -> Vec<Crumb> {
    vec![Crumb::new(text::title(l), routes::CLASSES)]
}

fn class_crumbs(l: Lang, of: &ClassHead) -> Vec<Crumb> {
    let mut crumbs = crumbs(l);
    crumbs.push(Crumb::new(of.title.clone(), routes::with_id(routes::CLASS, of.id)));
    crumbs
}

pub fn topic(l: Lang, of: Topic) -> &'static str {
    match of {
        Topic::Cards => text::topic_cards(l),
        Topic::Signatures => text::topic_signatures(l),
        Topic::Both => text::topic_both(l),
    }
}

pub fn audience(l: Lang, of: Audience) -> &'static str {
    match of {
        Audience::Users => text::audience_users(l),
        Audience::ItStaff => text::audience_it_staff(l),
        Audience::Clerks => text::audience_clerks(l),
        Audience::Leaders => text::audience_leaders(l),
    }
}

pub fn state(l: Lang, of: TrainingClass) -> (Tone, &'static str) {
    match of {
        TrainingClass::Announced => (Tone::Info, text::state_announced(l)),
        TrainingClass::Held => (Tone::Good, text::state_held(l)),
        TrainingClass::Cancelled => (Tone::Plain, text::state_cancelled(l)),
    }
}

fn event(l: Lang, of: TrainingClassEvent) -> &'static str {
    match of {
        TrainingClassEvent::Close => text::event_close(l),
        TrainingClassEvent::Cancel => text::event_cancel(l),
        TrainingClassEvent::Reopen => text::event_reopen(l),
    }
}

/// Whether somebody completed a class.
pub fn completion(l: Lang, of: Option<bool>) -> (Tone, &'static str) {
    match of {
        Some(true) => (Tone::Good, text::completed(l)),
        Some(false) => (Tone::Warn, text::not_completed(l)),
        None => (Tone::Plain, text::enrolled(l)),
    }
}

/// From one day to another.
fn days(l: Lang, of: &[Date]) -> String {
    match (of.first(), of.last()) {
        (Some(first), Some(last)) if first != last => {
            format!("{} – {}", words::date(l, *first), words::date(l, *last))
        }
        (Some(day), _) => words::date(l, *day),
        (None, _) => String::new(),
    }
}

/// A morning or an afternoon of a day.
pub fn session(l: Lang, of: Session) -> String {
    let day = words::date(l, of.day);
    if of.afternoon { text::afternoon(l, day) } else { text::morning(l, day) }
}

/// Classes of a person, on the page about them; nothing where there are none.
pub fn attended(l: Lang, classes: &[AttendedLine], linked: bool) -> Option<AnyView> {
    (!classes.is_empty()).then(|| {
        let columns = vec![
            Column::text(text::name(l)),
            Column::text(text::days(l)),
            Column::text(text::place(l)),
            Column::text(text::result(l)),
        ];
        let rows = classes
            .iter()
            .map(|of| {
                let (tone, said) = completion(l, of.completed);
                let name = match linked {
                    true => view! { <a href=routes::with_id(routes::CLASS, of.id)>{of.title.clone()}</a> }.into_any(),
                    false => of.title.clone().into_any(),
                };
                view! {
                    <tr>
                        <th scope="row">{name}</th>
                        <td>{days(l, &of.days)}</td>
                        <td>{of.place.clone()}</td>
                        <td><Tag tone text=said /></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <section>
                <h2>{text::title(l)}</h2>
                <Table label=text::title(l) columns>{rows}</Table>
            </section>
        }
        .into_any()
    })
}

/// What is wrong with what was typed about classes; `None` for faults of other pages.
pub fn fault(l: Lang, field: &str, fault: &Fault) -> Option<String> {
    use text::fault as own;
    let said = match (field, fault) {
        ("class_unit", Fault::Unknown) => words::fault::no_unit(l),
        ("class_unit", Fault::Taken) => own::unit_taken(l),
        ("class_days", Fault::Number) => own::days(l),
        ("class_days", Fault::Taken) => own::days_taken(l),
        ("places", Fault::Number) => own::places(l),
        ("places", Fault::Taken) => own::places_taken(l),
        ("codes", Fault::Missing) => own::nobody(l),
        ("codes", Fault::Taken) => own::all_enrolled(l),
        ("codes", Fault::TooLong { max: 0 }) => own::full(l),
        ("codes", Fault::TooLong { max }) => return Some(own::too_many(l, max)),
        ("learner", Fault::Unknown) => own::not_enrolled(l),
        ("session", Fault::Future) => own::session_to_come(l),
        ("class_event", Fault::Future) => own::class_to_come(l),
        _ => return None,
    };
    Some(said.to_owned())
}

/// The facts that lists and papers begin with.
fn places(l: Lang, of: &ClassHead) -> String {
    text::of(l, words::number(l, of.learners), words::number(l, of.capacity))
}

/// Its first day as forms have it.
fn first_day(l: Lang, iso: &str) -> String {
    if iso.is_empty() { String::new() } else { naming::day(l, iso) }
}
