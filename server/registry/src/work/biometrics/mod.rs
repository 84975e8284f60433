//! Biometric and app-based entry systems that are given people's data from the portal (R113): seen by who works with them, and by
//! everybody whom they concern.
//!
//! Luật 91/2025/QH15 and 356/2025/NĐ-CP: consent is given for one purpose, can be proven, and is withdrawn as easily as it is given. So it is
//! given to one system, whose purpose, operator and fields never change; each answer is a row; and a yes and its withdrawal are one
//! button each.

pub mod consent;
pub mod export;
pub mod systems;

use std::collections::HashSet;

use contract::Failure;
use contract::biometric::{ConsentLine, ExportLine, MySystem, SystemDetail, SystemRow, SystemTerms};
use model::biometric::{ConsentAnswer, ExportField};
use model::lifecycle::{EntrySystem, EntrySystemEvent, Lifecycle as _};
use model::role::Action;

use crate::hex::hex;
use crate::store::biometric::{self, Answer, Entitled, Export, System};
use crate::store::{person, unit};
use crate::{Actor, Conn, date};

/// Systems, or answers, on a page.
pub const PAGE: i64 = 50;
/// Files that are shown.
const EXPORTS: i64 = 50;

/// Systems that the actor may see; and how many there are.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_systems(conn: &mut Conn, actor: &Actor, page: i64) -> Result<(Vec<SystemRow>, i64), Failure> {
    if !actor.may_somewhere(Action::SeeBiometrics) {
        return Err(Failure::Forbidden);
    }
    let slice = ((page.max(1) - 1) * PAGE, PAGE);
    let (rows, total) = biometric::within(conn, &actor.paths(Action::SeeBiometrics), &[], slice).await?;
    Ok((rows.iter().map(row).collect::<Result<_, _>>()?, total))
}

/// The system, if the actor may see it.
async fn seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<System, Failure> {
    let found = biometric::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if actor.may(Action::SeeBiometrics, &found.path) { Ok(found) } else { Err(Failure::NotFound) }
}

/// Whether the actor may see the signed paper of an answer: who works with it, and whose it is.
///
/// # Errors
/// As the database says.
pub(in crate::work) async fn paper_seen(conn: &mut Conn, actor: &Actor, answer_id: i64) -> Result<bool, Failure> {
    let Some((system_id, person_id)) = biometric::of_answer(conn, answer_id).await? else { return Ok(false) };
    let Some(found) = biometric::by_id(conn, system_id).await? else { return Ok(false) };
    Ok(actor.person_id == Some(person_id)
        || actor.may(Action::KeepBiometrics, &found.path)
        || actor.may(Action::DecideBiometrics, &found.path))
}

/// One system with what people answered, a page of it, and what was taken.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn show_system(
    conn: &mut Conn,
    actor: &Actor,
    id: i64,
    page: i64,
    at_ms: i64,
) -> Result<SystemDetail, Failure> {
    let found = seen(conn, actor, id).await?;
    let state = of_name(&found.state)?;
    let (answers, answered) = biometric::answers(conn, id, ((page.max(1) - 1) * PAGE, PAGE)).await?;
    let entitled = entitled(conn, &found, at_ms).await?;
    let to_delete = to_delete(conn, &found, &entitled).await?.len() as i64;
    let may_keep = actor.may(Action::KeepBiometrics, &found.path);
    let something = state == EntrySystem::Approved || to_delete > 0;
    Ok(SystemDetail {
        system: row(&found)?,
        terms: terms(&found),
        consents: answers.into_iter().map(line).collect::<Result<_, _>>()?,
        answered,
        exports: biometric::exports(conn, id, EXPORTS).await?.into_iter().map(export_line).collect(),
        to_delete,
        may_decide: state.may(EntrySystemEvent::Approve) && actor.may(Action::DecideBiometrics, &found.path),
        own: found.created_by.is_some() && found.created_by == actor.account_id,
        may_keep,
        may_export: something && actor.may(Action::ExportBiometrics, &found.path),
        asked_by: found.asked_by,
        asked_at: found.created_at,
        decided_by: found.decider,
        decided_at: found.decided_at,
        answer: found.answer,
    })
}

/// The systems that concern the actor, each with the last answer and what was sent there.
///
/// # Errors
/// As the database says.
pub async fn my_systems(conn: &mut Conn, actor: &Actor) -> Result<Vec<MySystem>, Failure> {
    let Some(person_id) = actor.person_id else { return Ok(Vec::new()) };
    let person = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let path = unit::by_id(conn, person.unit_id).await?.map(|unit| unit.path).unwrap_or_default();
    let mut mine = Vec::new();
    for found in biometric::concerning(conn, person_id, &path).await? {
        let last = biometric::last_answer(conn, found.id, person_id).await?;
        let told = biometric::exported(conn, found.id, person_id).await?;
        let answer = last.map(|last| Ok::<_, Failure>((answer_of(&last.answer)?, last.at))).transpose()?;
        mine.push(MySystem {
            id: found.id,
            open: of_name(&found.state)? == EntrySystem::Approved && path.starts_with(&found.path),
            terms: terms(&found),
            answer,
            sent: told.iter().filter(|(_, withdrawn)| *withdrawn == 0).map(|(at, _)| *at).collect(),
            deletion_told: told.first().filter(|(_, withdrawn)| *withdrawn == 1).map(|(at, _)| *at),
            name: found.name,
            unit: found.unit,
        });
    }
    Ok(mine)
}

/// Whose data the next file has: nobody of a system that has ended.
async fn entitled(conn: &mut Conn, found: &System, at_ms: i64) -> Result<Vec<Entitled>, Failure> {
    if of_name(&found.state)? != EntrySystem::Approved {
        return Ok(Vec::new());
    }
    Ok(biometric::entitled(conn, found.id, &found.path, &date::iso_day(at_ms)).await?)
}

/// Who is to be deleted there: whose data were sent, and who is not entitled any more, because they withdrew, left, moved to another
/// unit or were erased.
async fn to_delete(
    conn: &mut Conn,
    found: &System,
    entitled: &[Entitled],
) -> Result<Vec<(i64, Option<String>)>, Failure> {
    let kept: HashSet<i64> = entitled.iter().map(|person| person.id).collect();
    let mut sent = biometric::handed_over(conn, found.id).await?;
    sent.retain(|(person_id, _)| !kept.contains(person_id));
    Ok(sent)
}

fn of_name(name: &str) -> Result<EntrySystem, Failure> {
    EntrySystem::from_name(name).ok_or(Failure::Internal)
}

fn answer_of(name: &str) -> Result<ConsentAnswer, Failure> {
    ConsentAnswer::from_name(name).ok_or(Failure::Internal)
}

fn terms(found: &System) -> SystemTerms {
    SystemTerms {
        purpose: found.purpose.clone(),
        operator: found.operator.clone(),
        contact: found.contact.clone(),
        fields: ExportField::list(&found.fields),
    }
}

fn row(found: &System) -> Result<SystemRow, Failure> {
    Ok(SystemRow {
        id: found.id,
        name: found.name.clone(),
        unit_id: found.unit_id,
        unit: found.unit.clone(),
        state: of_name(&found.state)?,
        consents: found.consents,
        last_export: found.last_export,
        version: found.version,
    })
}

fn line(answer: Answer) -> Result<ConsentLine, Failure> {
    Ok(ConsentLine {
        person_id: answer.person_id,
        name: answer.name,
        code: answer.code,
        unit: answer.unit,
        answer: answer_of(&answer.answer)?,
        at: answer.at,
        signed_on: answer.signed_on,
        file_id: answer.file_id,
    })
}

fn export_line(export: Export) -> ExportLine {
    ExportLine {
        id: export.id,
        at: export.at,
        by: export.taken_by,
        people: export.people,
        withdrawn: export.withdrawn,
        sha256: hex(&export.sha256),
    }
}
