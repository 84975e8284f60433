//! The national database against what is held (C26): its export wins for print. While the two differ nothing is printed; the
//! difference ends when what the export says is taken over, or when a later export says what is held.

use std::collections::HashSet;

use contract::cards::Snapshot;
use contract::national::{Compared, Difference, NationalRow};
use contract::{Failure, Refusal};
use model::profile::Field;
use model::role::Action;
use model::text::fold;

use super::change_person::{Change, change_many, changed_fields, doubts, values_of};
use super::typed::needed;
use crate::order::Order;
use crate::store::national::{self, Differing, National};
use crate::store::person::{self, Person};
use crate::store::{Record, unit};
use crate::{Actor, Conn, Tx};

/// People on a page.
pub const PAGE: i64 = 50;
const DOCUMENT_CHARS: usize = 120;

/// What is compared of a person, as held or as a card has it.
pub(super) struct Held<'h> {
    name: &'h str,
    sex: Option<&'h str>,
    born_on: Option<&'h str>,
    citizen_id: Option<&'h str>,
    position: Option<&'h str>,
    unit_code: Option<&'h str>,
}

impl<'h> Held<'h> {
    /// As the person's record has it.
    pub(super) fn of(person: &'h Person, unit_code: Option<&'h str>) -> Self {
        Held {
            name: &person.name,
            sex: person.sex.as_deref(),
            born_on: person.born_on.as_deref(),
            citizen_id: person.citizen_id.as_deref(),
            position: person.position.as_deref(),
            unit_code,
        }
    }

    fn beside(found: &'h Differing) -> Self {
        Held {
            name: &found.held_name,
            sex: found.held_sex.as_deref(),
            born_on: found.held_born_on.as_deref(),
            citizen_id: found.held_citizen_id.as_deref(),
            position: found.held_position.as_deref(),
            unit_code: found.held_unit_code.as_deref(),
        }
    }

    fn on_card(snapshot: &'h Snapshot, unit_code: Option<&'h str>) -> Self {
        Held {
            name: &snapshot.full_name,
            sex: Some(&snapshot.sex),
            born_on: Some(&snapshot.born_on),
            citizen_id: Some(&snapshot.citizen_id),
            position: Some(&snapshot.position),
            unit_code,
        }
    }
}

/// What an export says, in the capitals of what is held where it differs in nothing else: exports often are in capitals alone.
pub(super) fn in_own_capitals(mut said: National, held: &Held<'_>) -> National {
    let own = |theirs: &mut Option<String>, ours: &str| {
        if theirs.as_ref().is_some_and(|theirs| theirs.to_lowercase() == ours.to_lowercase()) {
            *theirs = Some(ours.to_owned());
        }
    };
    own(&mut said.name, held.name);
    own(&mut said.position, held.position.unwrap_or_default());
    said
}

/// Where both say something, and not the same.
pub(super) fn differences(said: &National, held: &Held<'_>) -> Vec<Difference> {
    let fields = [
        (Compared::Field(Field::Name), &said.name, Some(held.name)),
        (Compared::Field(Field::Sex), &said.sex, held.sex),
        (Compared::Field(Field::BornOn), &said.born_on, held.born_on),
        (Compared::Field(Field::CitizenId), &said.citizen_id, held.citizen_id),
        (Compared::Field(Field::Position), &said.position, held.position),
        (Compared::Unit, &said.unit_code, held.unit_code),
    ];
    let differs = fields.into_iter().filter(|(_, said, held)| said.is_some() && said.as_deref() != *held);
    differs
        .map(|(of, said, held)| Difference {
            of,
            held: held.unwrap_or_default().to_owned(),
            national: said.clone().unwrap_or_default(),
        })
        .collect()
}

/// Writes what an export says, each with its audit entry.
///
/// # Errors
/// As the database says.
pub(super) async fn put_many(tx: &mut Tx, actor: &Actor, all: &[National]) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    for said in all {
        national::put(tx.conn(), said, &actor.reference, at_ms).await?;
        tx.record(Record {
            actor: &actor.reference,
            action: "national.load",
            object: format!("person:{}", said.person_id),
            facts: serde_json::json!({}),
            personal: Some((
                Some(said.person_id),
                serde_json::json!({
                    "name": said.name, "sex": said.sex, "born_on": said.born_on, "citizen_id": said.citizen_id,
                    "position": said.position, "unit_code": said.unit_code,
                }),
            )),
        });
    }
    Ok(())
}

/// Where what goes on a card comes from: the national export, once it says the same, else the province's own records. `unit_id`: where
/// the person serves as the card has it.
///
/// # Errors
/// [`Refusal::NationalDiffers`].
pub(super) async fn source_of(
    conn: &mut Conn,
    person_id: i64,
    unit_id: i64,
    snapshot: &Snapshot,
) -> Result<String, Failure> {
    let Some(said) = national::of_people(conn, &[person_id]).await?.pop() else { return Ok("province".to_owned()) };
    let unit_code = unit::by_id(conn, unit_id).await?.ok_or(Failure::NotFound)?.code;
    let on_card = Held::on_card(snapshot, unit_code.as_deref());
    let said = in_own_capitals(said, &on_card);
    if differences(&said, &on_card).is_empty() {
        Ok(format!("national:{}", said.loaded_at))
    } else {
        Err(Failure::Refused { why: Refusal::NationalDiffers })
    }
}

/// People whose export says something else than what is held, those that nothing was done about first; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_differences(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<NationalRow>, i64), Failure> {
    if !actor.may_somewhere(Action::CheckLists) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = national::differing(conn, &actor.paths(Action::CheckLists), slice).await?;
    Ok((rows.into_iter().map(|row| view(&row)).collect(), total))
}

/// What the export says of a person beside what is held, for who may see the person; nothing where they say the same.
///
/// # Errors
/// As the database says.
pub async fn show_difference(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Option<NationalRow>, Failure> {
    let Some(found) = national::compared(conn, person_id).await? else { return Ok(None) };
    let seen = actor.may(Action::SeePeople, &found.path);
    Ok(Some(view(&found)).filter(|row| seen && !row.differences.is_empty()))
}

/// Which of these people differ.
///
/// # Errors
/// As the database says.
pub async fn who_differs(conn: &mut Conn, people: &[i64]) -> Result<HashSet<i64>, Failure> {
    Ok(national::who_differs(conn, people).await?.into_iter().collect())
}

/// As [`show_difference`], for who settles it.
///
/// # Errors
/// [`Failure::NotFound`] where nothing differs or the person is out of reach.
pub async fn open_difference(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<NationalRow, Failure> {
    let found = in_reach(conn, actor, person_id).await?;
    Some(view(&found)).filter(|row| !row.differences.is_empty()).ok_or(Failure::NotFound)
}

async fn in_reach(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Differing, Failure> {
    let found = national::compared(conn, person_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::CheckLists, &found.path) {
        return Err(Failure::NotFound);
    }
    Ok(found)
}

/// Takes over what the export says. The unit is left: moving somebody is a step of its own.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::Impossible`] where the unit alone differs.
pub async fn take_over(
    tx: &mut Tx,
    actor: &Actor,
    order: &Order,
    (person_id, version, person_version): (i64, i64, i64),
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = in_reach(tx.conn(), actor, person_id).await?;
    actor.require(Action::ChangePeople, &found.path, at_ms)?;
    if (found.said.version, found.person_version) != (version, person_version) {
        return Err(Failure::Stale);
    }
    let before = person::by_id(tx.conn(), person_id).await?.ok_or(Failure::NotFound)?;
    let mut values = values_of(&before);
    let National { name, sex, born_on, citizen_id, position, .. } = found.said;
    values.name = name.unwrap_or(values.name);
    values.sex = sex.or(values.sex);
    values.born_on = born_on.or(values.born_on);
    values.position = position.or(values.position);
    if citizen_id.is_some() && citizen_id != values.citizen_id {
        // the reason was about the other number
        (values.citizen_id, values.citizen_id_reason) = (citizen_id, None);
    }
    (values.name_folded, values.sort_key) = (fold(&values.name), order.name_key(&values.name));
    values.doubtful = !doubts(&values).is_empty();
    let fields = changed_fields(&before, &values);
    if fields.is_empty() {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    note(tx, actor, person_id, "national.take_over", serde_json::json!({ "fields": fields }));
    change_many(tx, actor, vec![Change { before, values, fields }]).await
}

/// Notes by which document the national database was asked to take over what is held here. The difference stays until an export
/// says so.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Stale`]; faults beside `document`.
pub async fn report_up(
    tx: &mut Tx,
    actor: &Actor,
    (person_id, version): (i64, i64),
    document: &str,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let found = in_reach(tx.conn(), actor, person_id).await?;
    actor.require(Action::CheckLists, &found.path, at_ms)?;
    let document = needed(document, DOCUMENT_CHARS).map_err(|fault| Failure::field("document", fault))?;
    if !national::note_reported(tx.conn(), (person_id, version), &document, &actor.reference, at_ms).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, person_id, "national.report", serde_json::json!({ "document": document }));
    Ok(())
}

fn note(tx: &mut Tx, actor: &Actor, person_id: i64, action: &'static str, facts: serde_json::Value) {
    let object = format!("person:{person_id}");
    tx.record(Record { actor: &actor.reference, action, object, facts, personal: None });
}

fn view(found: &Differing) -> NationalRow {
    NationalRow {
        person_id: found.said.person_id,
        name: found.held_name.clone(),
        personnel_code: found.personnel_code.clone(),
        unit: found.unit.clone(),
        differences: differences(&found.said, &Held::beside(found)),
        loaded_at: found.said.loaded_at,
        document: found.said.document.clone(),
        reported_at: found.said.reported_at,
        version: found.said.version,
        person_version: found.person_version,
    }
}
