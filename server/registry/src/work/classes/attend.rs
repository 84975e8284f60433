//! Who comes is noted for each morning and afternoon: by the card that is tapped or whose code is read, or on the sheet (R49, R170).

use std::collections::BTreeSet;

use contract::{Failure, Fault};
use model::lifecycle::{Card, Lifecycle as _};
use model::role::Action;

use super::{ClassHead, enrol, kept, record};
use crate::store::training_class as stored;
use crate::store::{person, unit};
use crate::{Actor, Tx, date};

/// What was read, or typed, at the door of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The chip of the card with this id has proved a tap.
    Tap(i64),
    /// The link of the card with this id, which may be a copy.
    Link(i64),
    /// A code that names the card with this code: on its front or back.
    Code(String),
    /// Something else that was typed: a card's code, or a person's.
    Typed(String),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Noted {
    /// They are there: name.
    Here(String),
    /// It was noted before.
    Already(String),
    /// They are not enrolled; a name where the actor may know it.
    NotEnrolled(Option<String>),
    /// The card is theirs, and is not valid.
    Invalid(String),
    /// Nobody has such a card or code.
    Unknown,
}

/// Notes who came to a session, and who did not after all. `ticked`: who is there by the sheet. `shown`: who was there by the page that it was
/// filled on; what was noted meanwhile by cards stays.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`contract::Refusal::Impossible`]; a fault beside `session` for one that is none, or is to
/// come.
pub async fn note_sheet(
    tx: &mut Tx,
    actor: &Actor,
    (id, session): (i64, i64),
    (ticked, shown): (&BTreeSet<i64>, &BTreeSet<i64>),
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = kept(tx.conn(), actor, id, at_ms).await?;
    begun(&found, session, at_ms)?;
    let enrolled: BTreeSet<i64> = stored::learners(tx.conn(), id).await?.into_iter().map(|of| of.person_id).collect();
    let (mut came, mut absent) = (Vec::new(), Vec::new());
    for person_id in ticked.difference(shown).filter(|of| enrolled.contains(of)) {
        if stored::attend(tx.conn(), (id, *person_id, session), "hand", at_ms).await? {
            came.push(*person_id);
        }
    }
    for person_id in shown.difference(ticked) {
        if stored::unattend(tx.conn(), (id, *person_id, session)).await? {
            absent.push(*person_id);
        }
    }
    if !came.is_empty() || !absent.is_empty() {
        let facts = serde_json::json!({ "session": session, "came": came, "absent": absent });
        record(tx, actor, id, "training_class.attend", facts);
    }
    Ok(())
}

/// Notes that whoever showed this came to a session.
///
/// # Errors
/// As [`note_sheet`].
pub async fn note_shown(
    tx: &mut Tx,
    actor: &Actor,
    (id, session): (i64, i64),
    shown: &Shown,
) -> Result<Noted, Failure> {
    let at_ms = tx.at_ms();
    let found = kept(tx.conn(), actor, id, at_ms).await?;
    begun(&found, session, at_ms)?;
    let (held, how) = match shown {
        Shown::Tap(card_id) => (stored::holder_by_id(tx.conn(), *card_id).await?, "tap"),
        Shown::Link(card_id) => (stored::holder_by_id(tx.conn(), *card_id).await?, "code"),
        Shown::Code(code) => (stored::holder_of(tx.conn(), code).await?, "code"),
        // for this nobody had to show a card
        Shown::Typed(code) => (stored::holder_of(tx.conn(), code).await?, "hand"),
    };
    let person_id = match (held, shown) {
        (Some((person_id, state)), _) if state == Card::Active.name() => person_id,
        (Some((person_id, _)), _) => {
            let name = name(tx, actor, &found, person_id).await?;
            return Ok(name.map_or(Noted::Unknown, Noted::Invalid));
        }
        (None, Shown::Typed(code)) => match enrol::by_code(tx.conn(), std::slice::from_ref(&found.path), code).await? {
            Some(person) => person.id,
            None => return Ok(Noted::Unknown),
        },
        (None, _) => return Ok(Noted::Unknown),
    };
    let learner = stored::learners(tx.conn(), id).await?.into_iter().find(|of| of.person_id == person_id);
    let Some(learner) = learner else {
        return Ok(Noted::NotEnrolled(name(tx, actor, &found, person_id).await?));
    };
    if !stored::attend(tx.conn(), (id, person_id, session), how, at_ms).await? {
        return Ok(Noted::Already(learner.name));
    }
    let facts = serde_json::json!({ "session": session, "came": [person_id], "how": how });
    record(tx, actor, id, "training_class.attend", facts);
    Ok(Noted::Here(learner.name))
}

/// Their name, if they are of the units that the class is for, where the actor keeps classes.
async fn name(tx: &mut Tx, actor: &Actor, class: &ClassHead, person_id: i64) -> Result<Option<String>, Failure> {
    let Some(person) = person::by_id(tx.conn(), person_id).await? else { return Ok(None) };
    let path = unit::by_id(tx.conn(), person.unit_id).await?.map(|unit| unit.path).unwrap_or_default();
    let known = path.starts_with(&class.path) && actor.may(Action::KeepClasses, &path);
    Ok(known.then_some(person.name))
}

/// A session of the class, on a day that has come.
fn begun(class: &ClassHead, session: i64, at_ms: i64) -> Result<(), Failure> {
    let found = class.sessions().into_iter().find(|of| of.nth == session);
    match found.map(|of| of.day <= date::day_of(at_ms)) {
        Some(true) => Ok(()),
        Some(false) => Err(Failure::field("session", Fault::Future)),
        None => Err(Failure::field("session", Fault::Choice)),
    }
}
