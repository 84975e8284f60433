//! The profile of a person field by field: what is held, what is asked for, what was compared with paper (R19–R21).

use contract::cards::FieldLine;
use contract::{Failure, Fault};
use model::card_type::{Employment, Rank};
use model::person::Sex;
use model::profile::Field;
use model::text::PersonName;
use model::unit::{PostKind, UnitClass};

use super::change_person::{POSITION_CHARS, optional, parse_citizen_id, past};
use super::invite_account::name_fault;
use super::typed::text;
use crate::Conn;
use crate::date;
use crate::store::person::Person;
use crate::store::request::{self, FieldRow};
use crate::store::{portrait, unit};

/// What is held in a field; empty where nothing is. `portrait` is the hash of the present one.
fn held(person: &Person, class: &str, portrait: Option<String>, field: Field) -> String {
    let of = |value: &Option<String>| value.clone().unwrap_or_default();
    match field {
        Field::Name => person.name.clone(),
        Field::Sex => of(&person.sex),
        Field::BornOn => of(&person.born_on),
        Field::CitizenId => of(&person.citizen_id),
        Field::Position => of(&person.position),
        Field::Employment => employment(person, class).map(|it| it.name().to_owned()).unwrap_or_default(),
        Field::Rank => person.rank.clone(),
        Field::Portrait => portrait.unwrap_or_default(),
    }
}

/// The category that is stated, or else that kind of post and class of unit tell.
fn employment(person: &Person, class: &str) -> Option<Employment> {
    let stated = person.employment.as_deref().and_then(Employment::from_name);
    stated.or_else(|| Some(Employment::of_post(PostKind::from_name(&person.kind)?, UnitClass::from_name(class)?)))
}

/// Reads what was typed or chosen; empty where it is empty.
///
/// # Errors
/// The fault to be told beside the field.
pub(super) fn read(field: Field, typed: &str, at_ms: i64) -> Result<String, Fault> {
    let chosen = |known: bool| known.then(|| typed.to_owned()).ok_or(Fault::Choice);
    let read = match field {
        _ if typed.trim().is_empty() => None,
        Field::Name => {
            Some(PersonName::parse(typed).map_err(|error| name_fault(&error)).map(|it| it.as_str().to_owned())?)
        }
        Field::Sex => Some(chosen(Sex::from_name(typed).is_some())?),
        Field::BornOn => past(typed, date::day_of(at_ms))?.map(|day| day.to_string()),
        Field::CitizenId => optional(typed, parse_citizen_id)?.map(|it| it.as_str().to_owned()),
        Field::Position => text(typed, POSITION_CHARS)?,
        Field::Employment => Some(chosen(Employment::from_name(typed).is_some())?),
        Field::Rank => Some(chosen(Rank::from_name(typed).is_some())?),
        // it is given on its own page
        Field::Portrait => return Err(Fault::Choice),
    };
    Ok(read.unwrap_or_default())
}

/// Every field of the person, with what the request asks for.
///
/// # Errors
/// As the database says.
pub(super) async fn lines(
    conn: &mut Conn,
    person: &Person,
    request_id: Option<i64>,
) -> Result<Vec<FieldLine>, Failure> {
    let class = unit::by_id(conn, person.unit_id).await?.ok_or(Failure::NotFound)?.class;
    let portrait = portrait::present(conn, person.id).await?.map(|it| it.hash.to_string());
    let verified = request::verified(conn, person.id).await?;
    let asked = match request_id {
        Some(id) => request::fields(conn, id).await?,
        None => Vec::new(),
    };
    let line = |field: Field| {
        let held = held(person, &class, portrait.clone(), field);
        let row: Option<&FieldRow> = asked.iter().find(|row| row.field == field.name());
        // a row may also only say what was wrong with what is held
        let value = row.filter(|_| field != Field::Portrait).map_or_else(|| held.clone(), |row| row.value.clone());
        let verified = verified.iter().find(|it| it.field == field.name()).map(|it| (it.value.clone(), it.verified_at));
        FieldLine {
            field,
            to_verify: verified.as_ref().is_none_or(|(verified, _)| *verified != value),
            verified,
            held,
            value,
            remark: row.and_then(|row| row.remark.clone()),
        }
    };
    Ok(Field::ALL.into_iter().map(line).collect())
}

/// The value of one of the lines.
pub(super) fn value(lines: &[FieldLine], field: Field) -> String {
    lines.iter().find(|line| line.field == field).map(|line| line.value.clone()).unwrap_or_default()
}
