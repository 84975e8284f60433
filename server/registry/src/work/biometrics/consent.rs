//! What people answer about a system: in the portal, or on a signed paper that their unit enters for who has no account (R113).

use contract::{Failure, Fault, Faults, Refusal};
use model::biometric::ConsentAnswer;
use model::lifecycle::EntrySystem;
use model::role::Action;

use super::{answer_of, of_name, seen};
use crate::blobs::Blobs;
use crate::store::biometric::{self, NewAnswer, System};
use crate::store::person::{self, Person};
use crate::store::{Record, unit};
use crate::work::scan::{KeptScan, Scan, attach};
use crate::{Actor, Conn, Store, Tx, date};

/// What was typed about a paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperAnswer {
    /// Personnel code of who signed.
    pub personnel_code: String,
    /// `ConsentAnswer` by name.
    pub answer: String,
    /// The day on the paper.
    pub signed_on: String,
}

/// The actor answers for themself. A yes can be withdrawn whatever has become of the system or of them.
///
/// # Errors
/// [`Failure::NotFound`] for a system that does not concern the actor; [`Refusal::Impossible`]; a fault beside `answer`.
pub async fn answer_system(tx: &mut Tx, actor: &Actor, system_id: i64, answer: &str) -> Result<(), Failure> {
    let person_id = actor.person_id.ok_or(Failure::NotFound)?;
    let answer = ConsentAnswer::from_name(answer).ok_or_else(|| Failure::field("answer", Fault::Choice))?;
    biometric::hold(tx.conn(), system_id).await?;
    let found = biometric::by_id(tx.conn(), system_id).await?.ok_or(Failure::NotFound)?;
    let last = biometric::last_answer(tx.conn(), system_id, person_id).await?;
    if answer != ConsentAnswer::Withdrawn {
        let person = person::by_id(tx.conn(), person_id).await?.ok_or(Failure::NotFound)?;
        if !asked(tx, &found, &person).await? {
            return Err(Failure::NotFound);
        }
    }
    let before = last.map(|last| answer_of(&last.answer)).transpose()?;
    put(tx, actor, &found, person_id, (answer, before), None).await.map(drop)
}

/// The unit enters what somebody has signed. A yes of who has an account is theirs to give; a withdrawal is taken from everybody, and
/// needs no paper.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Refusal::HolderConfirms`], [`Refusal::Impossible`]; faults beside `personnel_code`,
/// `consent_answer`, `signed_on` and `consent`.
pub async fn enter_answer(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    system_id: i64,
    typed: PaperAnswer,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    // nobody fills the disk with what they may not keep
    let mut conn = store.read().await?;
    let parsed = parse(&mut conn, actor, system_id, &typed, file.is_empty(), at_ms).await?;
    drop(conn);
    let scan = if file.is_empty() {
        None
    } else {
        let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
        Some(looked.map_err(|fault| Failure::field("consent", fault))?)
    };
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let entering = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        store.write(at_ms, move |tx| Box::pin(async move { enter(tx, &actor, system_id, parsed, kept).await })).await
    });
    entering.await.map_err(|_| Failure::Internal)?
}

/// What a paper says.
struct Parsed {
    person_id: i64,
    answer: ConsentAnswer,
    signed_on: Option<String>,
}

async fn parse(
    conn: &mut Conn,
    actor: &Actor,
    system_id: i64,
    typed: &PaperAnswer,
    no_file: bool,
    at_ms: i64,
) -> Result<Parsed, Failure> {
    let found = kept(conn, actor, system_id, at_ms).await?;
    let mut faults = Faults::default();
    let answer = faults.take("consent_answer", ConsentAnswer::from_name(&typed.answer).ok_or(Fault::Choice));
    let withdraws = answer == Some(ConsentAnswer::Withdrawn);
    let person = faults.take("personnel_code", signer(conn, &found, &typed.personnel_code, withdraws).await?);
    let signed_on = match typed.signed_on.trim() {
        "" if withdraws => Ok(None),
        day => date::parse(day).and_then(|day| match day > date::day_of(at_ms) {
            true => Err(Fault::Future),
            false => Ok(Some(day.to_string())),
        }),
    };
    let signed_on = faults.take("signed_on", signed_on);
    if no_file && !withdraws {
        faults.add("consent", Fault::Missing);
    }
    faults.check()?;
    match (person, answer, signed_on) {
        (Some(person_id), Some(answer), Some(signed_on)) => Ok(Parsed { person_id, answer, signed_on }),
        _ => Err(Failure::Internal),
    }
}

/// The system, for which the actor enters what people answered.
async fn kept(conn: &mut Conn, actor: &Actor, id: i64, at_ms: i64) -> Result<System, Failure> {
    let found = seen(conn, actor, id).await?;
    actor.require(Action::KeepBiometrics, &found.path, at_ms)?;
    Ok(found)
}

/// Who is meant by that code: somebody who is asked, or who has answered.
async fn signer(conn: &mut Conn, found: &System, code: &str, withdraws: bool) -> Result<Result<i64, Fault>, Failure> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    if code.is_empty() {
        return Ok(Err(Fault::Missing));
    }
    for id in person::ids_by_code(conn, &code).await? {
        let answered = withdraws && biometric::last_answer(conn, found.id, id).await?.is_some();
        let Some(person) = person::by_id(conn, id).await? else { continue };
        if answered || in_unit(conn, found, &person).await? {
            return Ok(Ok(id));
        }
    }
    Ok(Err(Fault::Unknown))
}

async fn in_unit(conn: &mut Conn, found: &System, person: &Person) -> Result<bool, Failure> {
    let unit = unit::by_id(conn, person.unit_id).await?;
    Ok(unit.is_some_and(|unit| unit.path.starts_with(&found.path)))
}

/// Whether that person is asked: they serve where the system is in use. Why they are not asked any more is refused.
async fn asked(tx: &mut Tx, found: &System, person: &Person) -> Result<bool, Failure> {
    let today = date::iso_day(tx.at_ms());
    let refuse = |why| Err(Failure::Refused { why });
    if !in_unit(tx.conn(), found, person).await? {
        return Ok(false);
    }
    if person.erased_at.is_some() {
        return refuse(Refusal::Erased);
    }
    // ISO 8601 days compare as texts
    if person.left_on.as_deref().is_some_and(|day| day <= today.as_str()) {
        return refuse(Refusal::HasLeft);
    }
    if of_name(&found.state)? != EntrySystem::Approved {
        return refuse(Refusal::Impossible);
    }
    Ok(true)
}

async fn enter(tx: &mut Tx, actor: &Actor, system_id: i64, of: Parsed, paper: Option<KeptScan>) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    biometric::hold(tx.conn(), system_id).await?;
    let found = kept(tx.conn(), actor, system_id, at_ms).await?;
    person::hold(tx.conn(), of.person_id).await?;
    let person = person::by_id(tx.conn(), of.person_id).await?.ok_or(Failure::NotFound)?;
    if of.answer != ConsentAnswer::Withdrawn {
        if !asked(tx, &found, &person).await? {
            return Err(Failure::Stale);
        }
        if biometric::has_account(tx.conn(), of.person_id).await? {
            return Err(Failure::Refused { why: Refusal::HolderConfirms });
        }
    }
    let last = biometric::last_answer(tx.conn(), system_id, of.person_id).await?;
    let before = last.map(|last| answer_of(&last.answer)).transpose()?;
    let id = put(tx, actor, &found, of.person_id, (of.answer, before), of.signed_on.as_deref()).await?;
    if let Some(paper) = paper {
        attach(tx, actor, (&format!("consent:{id}"), "consent"), &paper, Some(of.person_id)).await?;
    }
    Ok(())
}

async fn put(
    tx: &mut Tx,
    actor: &Actor,
    found: &System,
    person_id: i64,
    (answer, before): (ConsentAnswer, Option<ConsentAnswer>),
    signed_on: Option<&str>,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    if !answer.follows(before) {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    let new = NewAnswer { system_id: found.id, person_id, answer: answer.name(), by: actor.account_id, signed_on };
    let id = biometric::add_answer(tx.conn(), &new, at_ms).await?;
    let action = match answer {
        ConsentAnswer::Given => "consent.give",
        ConsentAnswer::Refused => "consent.refuse",
        ConsentAnswer::Withdrawn => "consent.withdraw",
    };
    tx.record(Record {
        actor: &actor.reference,
        action,
        object: format!("entry_system:{}", found.id),
        facts: serde_json::json!({ "person": person_id, "on": signed_on }),
        personal: None,
    });
    Ok(id)
}
