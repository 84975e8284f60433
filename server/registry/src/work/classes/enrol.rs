//! People are enrolled: by their codes, as a unit names them, or those that are offered (R57).

use std::collections::BTreeSet;

use contract::{Failure, Fault, Refusal};
use model::role::Action;
use model::text::clean;

use super::{announced, enrolling, record, seen};
use crate::store::person::{self, Person};
use crate::store::training_class as stored;
use crate::store::unit;
use crate::{Actor, Conn, Tx};

/// Codes at once, at most: more than any class has places.
const MOST: usize = 600;

/// Why somebody who was named is not enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Nobody whom the actor may enrol has that code.
    Unknown(String),
    /// They have left: name.
    Left(String),
}

/// Enrols people: those with these codes, one a line, and those with these ids; how many they are. Who is enrolled already stays so. All of them
/// or, where something is wrong with one, nobody.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::Impossible`]; a fault beside `codes` where nobody new is named, more than there
/// are places for, or too many at once.
pub async fn enrol(
    tx: &mut Tx,
    actor: &Actor,
    id: i64,
    (codes, ids): (&str, &[i64]),
) -> Result<Result<usize, Vec<Wrong>>, Failure> {
    let at_ms = tx.at_ms();
    let found = announced(seen(tx.conn(), actor, id).await?)?;
    let within = enrolling(actor, &found);
    if within.is_empty() {
        return Err(Failure::Forbidden);
    }
    let codes = named(codes);
    if codes.is_empty() && ids.is_empty() {
        return Err(Failure::field("codes", Fault::Missing));
    }
    let places = usize::try_from(found.capacity - found.learners).unwrap_or_default();
    if codes.len() + ids.len() > MOST {
        return Err(Failure::field("codes", Fault::TooLong { max: places }));
    }
    let (mut people, mut wrong) = (BTreeSet::new(), Vec::new());
    for code in codes {
        match by_code(tx.conn(), &within, &code).await? {
            Some(person) if person.left_on.is_some() => wrong.push(Wrong::Left(person.name)),
            Some(person) => {
                people.insert(person.id);
            }
            None => wrong.push(Wrong::Unknown(code)),
        }
    }
    for of in ids {
        match of_units(tx.conn(), &within, *of).await? {
            Some(person) if person.left_on.is_some() => wrong.push(Wrong::Left(person.name)),
            Some(person) => {
                people.insert(person.id);
            }
            // a page does not offer anybody else
            None => return Err(Failure::NotFound),
        }
    }
    if !wrong.is_empty() {
        return Ok(Err(wrong));
    }
    let mut new = Vec::new();
    for person_id in people {
        if stored::enrol(tx.conn(), (id, person_id), at_ms).await? {
            new.push(person_id);
        }
    }
    if new.is_empty() {
        return Err(Failure::field("codes", Fault::Taken));
    }
    if new.len() > places {
        return Err(Failure::field("codes", Fault::TooLong { max: places }));
    }
    let many = new.len();
    record(tx, actor, id, "training_class.enrol", serde_json::json!({ "people": new }));
    Ok(Ok(many))
}

/// Takes somebody out who has come to no session yet.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`]; a fault beside `learner` for somebody who is not enrolled; [`Refusal::Impossible`] for a class
/// that is over, and for somebody who came.
pub async fn take_out(tx: &mut Tx, actor: &Actor, id: i64, person_id: i64) -> Result<(), Failure> {
    let found = announced(seen(tx.conn(), actor, id).await?)?;
    let learner = stored::learners(tx.conn(), id).await?.into_iter().find(|of| of.person_id == person_id);
    if enrolling(actor, &found).is_empty() {
        return Err(Failure::Forbidden);
    }
    // of people elsewhere nobody is told whether they are enrolled
    if !learner.is_some_and(|of| actor.may(Action::EnrolLearners, &of.path)) {
        return Err(Failure::field("learner", Fault::Unknown));
    }
    if !stored::take_out(tx.conn(), (id, person_id)).await? {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    record(tx, actor, id, "training_class.take_out", serde_json::json!({ "people": [person_id] }));
    Ok(())
}

/// The codes in what was typed or pasted: one a line, or with commas or semicolons between; what a table has behind a code is left out.
fn named(typed: &str) -> Vec<String> {
    let first = |part: &str| clean(part.split('\t').find(|cell| !cell.trim().is_empty()).unwrap_or_default());
    let found = typed.split(['\n', ',', ';']).map(first).filter(|code| !code.is_empty());
    let mut seen = BTreeSet::new();
    found.filter(|code| seen.insert(code.clone())).collect()
}

/// Whoever has a personnel code, identification code or citizen number, if it is somebody of those units.
pub(super) async fn by_code(conn: &mut Conn, within: &[String], code: &str) -> Result<Option<Person>, Failure> {
    match person::ids_by_code(conn, code).await?.as_slice() {
        [id] => of_units(conn, within, *id).await,
        _ => Ok(None),
    }
}

async fn of_units(conn: &mut Conn, within: &[String], id: i64) -> Result<Option<Person>, Failure> {
    let Some(found) = person::by_id(conn, id).await?.filter(|person| person.erased_at.is_none()) else {
        return Ok(None);
    };
    let path = unit::by_id(conn, found.unit_id).await?.map(|unit| unit.path).unwrap_or_default();
    Ok(within.iter().any(|above| path.starts_with(above)).then_some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_from_what_is_pasted() {
        let pasted = "57.00001\tNguyễn Văn A\n\n 57.00002 ; 57.00003,57.00001\n\t57.00004\tB";
        assert_eq!(named(pasted), ["57.00001", "57.00002", "57.00003", "57.00004"]);
        assert!(named(" \n;,\t").is_empty());
    }
}
