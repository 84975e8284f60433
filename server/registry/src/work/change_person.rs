//! Adding people, correcting what is held about them, and moving them to another unit.
//!
//! Personnel code and ordinal are allotted by the system, in order and without gaps; nobody types them (R8–R13).

use std::collections::HashSet;

use contract::view::Doubt;
use contract::{Failure, Fault, Faults, Refusal};
use jiff::civil::Date;
use model::card_type::{Employment, Rank};
use model::citizen::{self, CitizenId, CitizenIdError};
use model::person::Sex;
use model::personnel::{IdentificationCode, PersonnelCode};
use model::role::Action;
use model::text::{PersonName, clean, fold};
use model::unit::PostKind;
use model::unit_code::AgencyCode;

use super::begin_exchange::begin_exchange;
use super::invite_account::name_fault;
use super::show_unit::unit_meant;
use super::typed::text;
use super::verify_request::reopen;
use crate::order::Order;
use crate::store::person::{self, NewPerson, Person, PersonValues};
use crate::store::unit::{self, Unit};
use crate::store::{Record, request};
use crate::{Actor, Tx, date};

/// What was typed.
#[derive(Clone, Default)]
pub struct PersonForm {
    /// Full name.
    pub name: String,
    /// Sex by name; may be empty.
    pub sex: String,
    /// Birth date; may be empty.
    pub born_on: String,
    /// Citizen number; may be empty.
    pub citizen_id: String,
    /// Why a doubtful number is right all the same.
    pub citizen_id_reason: String,
    /// Official e-mail; may be empty.
    pub email: String,
    /// Kind of post by name.
    pub kind: String,
    /// Position; may be empty.
    pub position: String,
    /// Category by name, where the kind of post does not tell it; may be empty.
    pub employment: String,
    /// Rank by name; empty for an ordinary one.
    pub rank: String,
    /// First day in service; may be empty.
    pub started_on: String,
}

pub(super) const POSITION_CHARS: usize = 100;
const EMAIL_CHARS: usize = 100;
const REASON_CHARS: usize = 500;

/// The name of the counter behind personnel codes.
pub const PERSONNEL_CODE: &str = "personnel_code";

/// Adds a person to a unit; the id.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Refusal::UnitClosed`], [`Refusal::NumbersExhausted`]; faults
/// beside the form's fields.
pub async fn add_person(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    unit_id: i64,
    form: PersonForm,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let unit = open_unit(tx, unit_id).await?;
    actor.require(Action::ChangePeople, &unit.path, at_ms)?;
    let values = parse(order, &form, Doubtful::Refuse, at_ms)?;
    let number = unit::next_numbers(tx.conn(), PERSONNEL_CODE, 1).await?;
    let personnel_code = personnel_code(number)?;
    let ordinal = unit::next_ordinal(tx.conn(), unit_id).await?;
    let identification_code = identification_code(&unit, ordinal);
    let day = values.started_on.clone().unwrap_or_else(|| date::iso_day(at_ms));
    let new = NewPerson {
        id: 0,
        personnel_code: Some(personnel_code),
        identification_code: identification_code.clone(),
        unit_id,
        ordinal,
        created_at: at_ms,
        values,
    };
    let id = person::insert(tx.conn(), &new).await?;
    person::assign(tx.conn(), id, unit_id, ordinal, identification_code.as_deref(), &day).await?;
    record_added(tx, actor, id, &new);
    Ok(id)
}

/// Adds many people, each to one of `units` by its place there; codes and ordinals in the order given. The personnel codes.
///
/// # Errors
/// [`Refusal::NumbersExhausted`]; what the database says.
pub(super) async fn add_many(
    tx: &mut Tx,
    actor: &Actor,
    units: &[Unit],
    people: Vec<(usize, PersonValues)>,
) -> Result<Vec<String>, Failure> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let at_ms = tx.at_ms();
    let mut number = unit::next_numbers(tx.conn(), PERSONNEL_CODE, people.len() as i64).await?;
    let mut ordinals: Vec<i64> = vec![0; units.len()];
    for (place, _) in &people {
        ordinals[*place] += 1;
    }
    for (unit, ordinal) in units.iter().zip(&mut ordinals) {
        if *ordinal > 0 {
            *ordinal = unit::next_ordinals(tx.conn(), unit.id, *ordinal).await?;
        }
    }
    let ids = person::next_ids(tx.conn(), people.len() as i64).await?;
    let today = date::iso_day(at_ms);
    let mut new = Vec::with_capacity(people.len());
    let mut days = Vec::with_capacity(people.len());
    for ((place, values), id) in people.into_iter().zip(ids) {
        let (unit, ordinal) = (&units[place], ordinals[place]);
        days.push(values.started_on.clone().unwrap_or_else(|| today.clone()));
        new.push(NewPerson {
            id,
            personnel_code: Some(personnel_code(number)?),
            identification_code: identification_code(unit, ordinal),
            unit_id: unit.id,
            ordinal,
            created_at: at_ms,
            values,
        });
        ordinals[place] += 1;
        number += 1;
    }
    person::insert_many(tx.conn(), &new).await?;
    person::assign_many(tx.conn(), &new, &days).await?;
    for person in &new {
        record_added(tx, actor, person.id, person);
    }
    Ok(new.into_iter().filter_map(|person| person.personnel_code).collect())
}

/// A change of somebody who is held.
pub(super) struct Change {
    /// The person as held.
    pub(super) before: Person,
    /// What will be held.
    pub(super) values: PersonValues,
    /// The fields that differ.
    pub(super) fields: Vec<&'static str>,
}

/// Changes many people, as [`change_person`] does one.
///
/// # Errors
/// [`Failure::Stale`]; what the database says.
pub(super) async fn change_many(tx: &mut Tx, actor: &Actor, changes: Vec<Change>) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let open: HashSet<i64> = request::people_with_open(tx.conn()).await?.into_iter().collect();
    for Change { before, values, fields } in changes {
        if !person::update(tx.conn(), before.id, before.version, &values).await? {
            return Err(Failure::Stale);
        }
        record_changed(tx, actor, before.id, &fields, &values);
        if open.contains(&before.id) {
            reopen(tx, actor, before.id).await?;
        }
    }
    Ok(())
}

fn record_changed(tx: &mut Tx, actor: &Actor, id: i64, fields: &[&'static str], values: &PersonValues) {
    tx.record(Record {
        actor: &actor.reference,
        action: "person.change",
        object: format!("person:{id}"),
        facts: serde_json::json!({ "fields": fields }),
        personal: Some((Some(id), personal(values))),
    });
}

fn record_added(tx: &mut Tx, actor: &Actor, id: i64, new: &NewPerson) {
    tx.record(Record {
        actor: &actor.reference,
        action: "person.add",
        object: format!("person:{id}"),
        facts: serde_json::json!({
            "personnel_code": new.personnel_code, "unit": new.unit_id, "ordinal": new.ordinal,
        }),
        personal: Some((Some(id), personal(&new.values))),
    });
}

/// Corrects a person's data.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::NotFound`], [`Failure::Stale`], [`Refusal::Erased`]; faults beside the fields.
pub async fn change_person(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    (id, version): (i64, i64),
    form: PersonForm,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let before = existing(tx, actor, id).await?;
    let values = parse(order, &form, Doubtful::Refuse, at_ms)?;
    if !person::update(tx.conn(), id, version, &values).await? {
        return Err(Failure::Stale);
    }
    record_changed(tx, actor, id, &changed_fields(&before, &values), &values);
    reopen(tx, actor, id).await
}

/// Moves a person to another unit inside the province: a new ordinal there, the old one stays in the history (R13); a card is to be
/// exchanged (R26).
///
/// # Errors
/// As [`change_person`]; [`Refusal::UnitClosed`]; a fault beside `unit_code` when it is the same unit.
pub async fn move_person(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    unit_code: &str,
    from: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let before = existing(tx, actor, id).await?;
    let mut faults = Faults::default();
    let today = date::day_of(at_ms);
    let day = match from.trim() {
        "" => Some(today),
        text => faults.take("from", date::parse(text)),
    };
    if day.is_some_and(|day| day > today) {
        faults.add("from", Fault::Future);
    }
    let since = person::assignments(tx.conn(), id).await?.into_iter().next().map(|stay| stay.valid_from);
    if let (Some(day), Some(since)) = (day, since)
        && day.to_string() < since
    {
        faults.add("from", Fault::Before { day: since });
    }
    let target = unit_meant(tx.conn(), actor, Action::ChangePeople, unit_code).await?;
    let target = faults.take("unit_code", target);
    faults.check()?;
    let (Some(target), Some(day)) = (target, day) else { return Err(Failure::Internal) };
    if target.id == before.unit_id {
        return Err(Failure::field("unit_code", Fault::SameUnit));
    }
    if target.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    actor.require(Action::ChangePeople, &target.path, at_ms)?;
    let ordinal = unit::next_ordinal(tx.conn(), target.id).await?;
    let code = identification_code(&target, ordinal);
    if !person::place(tx.conn(), id, version, target.id, ordinal, code.as_deref()).await? {
        return Err(Failure::Stale);
    }
    person::assign(tx.conn(), id, target.id, ordinal, code.as_deref(), &day.to_string()).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "person.move",
        object: format!("person:{id}"),
        facts: serde_json::json!({
            "from_unit": before.unit_id, "from_ordinal": before.ordinal, "unit": target.id, "ordinal": ordinal,
            "on": day.to_string(),
        }),
        personal: None,
    });
    begin_exchange(tx, actor, id, target.id).await
}

async fn existing(tx: &mut Tx, actor: &Actor, id: i64) -> Result<Person, Failure> {
    let at_ms = tx.at_ms();
    let person = person::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(tx.conn(), person.unit_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::ChangePeople, &unit.path, at_ms)?;
    if person.erased_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    Ok(person)
}

async fn open_unit(tx: &mut Tx, id: i64) -> Result<Unit, Failure> {
    let unit = unit::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    if unit.closed_on.is_some() {
        return Err(Failure::Refused { why: Refusal::UnitClosed });
    }
    Ok(unit)
}

/// A number as personnel code.
pub(super) fn personnel_code(number: i64) -> Result<String, Failure> {
    let code = u32::try_from(number).ok().and_then(|number| PersonnelCode::from_number(number).ok());
    code.map(|code| code.as_str().to_owned()).ok_or(Failure::Refused { why: Refusal::NumbersExhausted })
}

/// `00.10.H57-15` (R12); nothing in a unit without an agency code.
pub(super) fn identification_code(unit: &Unit, ordinal: i64) -> Option<String> {
    let agency = AgencyCode::parse(unit.code_issued.as_deref()?).ok()?;
    let code = IdentificationCode::new(&agency, u32::try_from(ordinal).ok()?).ok()?;
    Some(code.as_str().to_owned())
}

/// What becomes of a citizen number that does not agree with what else is known, and has no reason beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubtful {
    /// Whoever types it compares it, or gives the reason.
    Refuse,
    /// It is taken, and waits to be compared.
    Mark,
}

/// Reads the form, all faults at once.
pub(super) fn parse(order: &Order, form: &PersonForm, doubtful: Doubtful, at_ms: i64) -> Result<PersonValues, Failure> {
    let today = date::day_of(at_ms);
    let mut faults = Faults::default();
    let name = faults.take("name", PersonName::parse(&form.name).map_err(|error| name_fault(&error)));
    let sex = optional(&form.sex, |text| Sex::from_name(text).ok_or(Fault::Choice));
    let sex = faults.take("sex", sex).flatten();
    let born_on = faults.take("born_on", past(&form.born_on, today)).flatten();
    let started_on = faults.take("started_on", past(&form.started_on, today)).flatten();
    if let (Some(born), Some(started)) = (born_on, started_on)
        && started <= born
    {
        faults.add("started_on", Fault::Before { day: date::days_later(born, 1).to_string() });
    }
    let citizen_id = faults.take("citizen_id", optional(&form.citizen_id, parse_citizen_id)).flatten();
    let reason = faults.take("citizen_id_reason", text(&form.citizen_id_reason, REASON_CHARS)).flatten();
    if let Some(number) = &citizen_id
        && doubtful == Doubtful::Refuse
        && !number.doubts(sex, born_on.map(|day| day.year())).is_empty()
        && reason.is_none()
    {
        faults.add("citizen_id", Fault::CitizenNumberDoubt);
    }
    let email = faults.take("email", optional(&form.email, parse_email)).flatten();
    let kind = faults.take("kind", PostKind::from_name(&form.kind).ok_or(Fault::Choice));
    let position = faults.take("position", text(&form.position, POSITION_CHARS)).flatten();
    let employment = optional(&form.employment, |text| Employment::from_name(text).ok_or(Fault::Choice));
    let employment = faults.take("employment", employment).flatten();
    let rank = faults.take("rank", optional(&form.rank, |text| Rank::from_name(text).ok_or(Fault::Choice))).flatten();
    faults.check()?;
    let (Some(name), Some(kind)) = (name, kind) else { return Err(Failure::Internal) };
    let mut values = PersonValues {
        name_folded: fold(name.as_str()),
        sort_key: order.name_key(name.as_str()),
        name: name.as_str().to_owned(),
        sex: sex.map(|sex| sex.name().to_owned()),
        born_on: born_on.map(|day| day.to_string()),
        citizen_id: citizen_id.map(|number| number.as_str().to_owned()),
        citizen_id_reason: reason,
        email,
        kind: kind.name().to_owned(),
        position,
        employment: employment.map(|employment| employment.name().to_owned()),
        rank: rank.unwrap_or(Rank::Ordinary).name().to_owned(),
        started_on: started_on.map(|day| day.to_string()),
        doubtful: false,
    };
    values.doubtful = !doubts(&values).is_empty();
    Ok(values)
}

/// What is doubtful or missing. A reason settles the doubts about the citizen number.
pub(crate) fn doubts(values: &PersonValues) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let mut need = |missing: bool, doubt: Doubt| {
        if missing {
            doubts.push(doubt);
        }
    };
    need(values.born_on.is_none(), Doubt::NoBirthDate);
    need(values.sex.is_none(), Doubt::NoSex);
    need(values.position.is_none(), Doubt::NoPosition);
    need(values.citizen_id.is_none(), Doubt::NoCitizenNumber);
    let number = values.citizen_id.as_deref().and_then(|text| CitizenId::parse(text).ok());
    if let (Some(number), None) = (number, &values.citizen_id_reason) {
        let sex = values.sex.as_deref().and_then(Sex::from_name);
        let year = values.born_on.as_deref().and_then(|day| day.parse::<Date>().ok()).map(|day| day.year());
        doubts.extend(number.doubts(sex, year).into_iter().map(|doubt| match doubt {
            citizen::Doubt::UnknownPlace => Doubt::Place,
            citizen::Doubt::Sex { .. } => Doubt::Sex,
            citizen::Doubt::BirthYear { .. } => Doubt::BirthYear,
        }));
    }
    doubts
}

pub(super) fn optional<T>(typed: &str, parse: impl FnOnce(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    let typed = typed.trim();
    if typed.is_empty() { Ok(None) } else { parse(typed).map(Some) }
}

pub(super) fn past(typed: &str, today: Date) -> Result<Option<Date>, Fault> {
    optional(typed, |text| {
        let day = date::parse(text)?;
        if day > today { Err(Fault::Future) } else { Ok(day) }
    })
}

pub(super) fn parse_citizen_id(typed: &str) -> Result<CitizenId, Fault> {
    CitizenId::parse(typed).map_err(|error| match error {
        CitizenIdError::Empty => Fault::Missing,
        CitizenIdError::NotDigits => Fault::Number,
        CitizenIdError::LeadingZeroLost => Fault::CitizenNumberLeadingZero,
        CitizenIdError::Length { found } => Fault::CitizenNumberLength { found },
    })
}

/// One at-sign with something on both sides and a dot behind it; the rest is the mail server's business.
fn parse_email(typed: &str) -> Result<String, Fault> {
    let email = clean(typed).to_lowercase();
    if email.chars().count() > EMAIL_CHARS {
        return Err(Fault::TooLong { max: EMAIL_CHARS });
    }
    let Some((local, domain)) = email.split_once('@') else { return Err(Fault::Email) };
    let whole = !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    let plain = email.chars().all(|character| character.is_ascii_graphic()) && !domain.contains('@');
    if whole && plain { Ok(email) } else { Err(Fault::Email) }
}

/// The values as they stand in the erasable part of an audit entry.
pub(super) fn personal(values: &PersonValues) -> serde_json::Value {
    serde_json::json!({
        "name": values.name, "sex": values.sex, "born_on": values.born_on, "citizen_id": values.citizen_id,
        "citizen_id_reason": values.citizen_id_reason, "email": values.email, "kind": values.kind,
        "position": values.position, "employment": values.employment, "rank": values.rank,
        "started_on": values.started_on,
    })
}

pub(super) fn changed_fields(before: &Person, after: &PersonValues) -> Vec<&'static str> {
    let pairs = [
        ("name", Some(&before.name) != Some(&after.name)),
        ("sex", before.sex != after.sex),
        ("born_on", before.born_on != after.born_on),
        ("citizen_id", before.citizen_id != after.citizen_id),
        ("citizen_id_reason", before.citizen_id_reason != after.citizen_id_reason),
        ("email", before.email != after.email),
        ("kind", before.kind != after.kind),
        ("position", before.position != after.position),
        ("employment", before.employment != after.employment),
        ("rank", before.rank != after.rank),
        ("started_on", before.started_on != after.started_on),
    ];
    pairs.into_iter().filter(|(_, changed)| *changed).map(|(field, _)| field).collect()
}

/// A stored person's values, for judging them again.
pub(super) fn values_of(person: &Person) -> PersonValues {
    PersonValues {
        name: person.name.clone(),
        name_folded: String::new(),
        sort_key: Vec::new(),
        sex: person.sex.clone(),
        born_on: person.born_on.clone(),
        citizen_id: person.citizen_id.clone(),
        citizen_id_reason: person.citizen_id_reason.clone(),
        email: person.email.clone(),
        kind: person.kind.clone(),
        position: person.position.clone(),
        employment: person.employment.clone(),
        rank: person.rank.clone(),
        started_on: person.started_on.clone(),
        doubtful: person.doubtful == 1,
    }
}
