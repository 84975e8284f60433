//! Somebody leaves: reported with the evidence, and what follows for cards, requests and certificates, in one transaction (R6, R29, R167).

use contract::after::{DepartureDetail, TaskLine};
use contract::{Failure, Fault, Faults, Refusal};
use model::departure::{Departure, Task};
use model::duty::Act;
use model::lifecycle::{Card, CardEvent, Lifecycle as _, Request, RequestEvent};
use model::role::Action;
use serde::{Deserialize, Serialize};

use super::ask_card::{give_up, impossible, note_withdrawn, state};
use super::card_moves::move_card;
use super::certificates::ask::{keep_after_all, revoke_of_leaver};
use super::hand_over::others;
use super::scan::{KeptScan, Scan, attach};
use super::show_request::files;
use super::typed::needed;
use crate::blobs::Blobs;
use crate::store::card::{self, Card as Stored};
use crate::store::departure::{self, NewDeparture};
use crate::store::person::{self, Person};
use crate::store::{Record, account, form, request, unit};
use crate::{Actor, Conn, Store, Tx, date};

/// What was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ReportDeparture {
    /// Version of the person that the page showed.
    pub version: i64,
    /// Kind by name.
    pub kind: String,
    /// Since when; at most a year ahead.
    pub day: String,
    /// Number of the decision.
    pub decision: String,
}

const DECISION_CHARS: usize = 60;
/// A departure is reported at most so many days ahead.
const AHEAD_DAYS: i32 = 366;

/// Reports that somebody leaves. What is asked for and not approved ends; an approved card that is not active is cancelled; each
/// other card gets its tasks, and is locked at once where the day has come and the actor may lock it.
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::OwnAccount`], [`Refusal::Erased`],
/// [`Refusal::HasLeft`]; faults beside `kind`, `day`, `decision` and `evidence`.
pub async fn report_departure(
    store: &Store,
    blobs: &Blobs,
    actor: &Actor,
    person_id: i64,
    typed: ReportDeparture,
    file: Vec<u8>,
    at_ms: i64,
) -> Result<(), Failure> {
    // nobody fills the disk with what they may not keep
    let mut conn = store.read().await?;
    reportable(&mut conn, actor, person_id, at_ms).await?;
    drop(conn);
    let scan = if file.is_empty() {
        None
    } else {
        let looked = tokio::task::spawn_blocking(move || Scan::read(file)).await.map_err(|_| Failure::Internal)?;
        Some(looked.map_err(|fault| Failure::field("evidence", fault))?)
    };
    let (store, blobs, actor) = (store.clone(), blobs.clone(), actor.clone());
    // to its end even when the caller goes away, so that the blob is held until its row has committed
    let reporting = tokio::spawn(async move {
        let kept = match scan {
            Some(scan) => Some(scan.keep(&blobs).await?),
            None => None,
        };
        store.write(at_ms, move |tx| Box::pin(async move { report(tx, &actor, person_id, typed, kept).await })).await
    });
    reporting.await.map_err(|_| Failure::Internal)?
}

/// The person with the path of their unit, where the actor may report that they leave.
async fn reportable(conn: &mut Conn, actor: &Actor, person_id: i64, at_ms: i64) -> Result<(Person, String), Failure> {
    let person = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, person.unit_id).await?.ok_or(Failure::NotFound)?;
    if !actor.may(Action::SeePeople, &unit.path) {
        return Err(Failure::NotFound);
    }
    actor.require(Action::ReportDepartures, &unit.path, at_ms)?;
    others(actor, person_id)?;
    if person.erased_at.is_some() {
        return Err(Failure::Refused { why: Refusal::Erased });
    }
    Ok((person, unit.path))
}

/// As [`report_departure`], the evidence looked at already.
///
/// # Errors
/// As [`report_departure`].
pub(super) async fn report(
    tx: &mut Tx,
    actor: &Actor,
    person_id: i64,
    typed: ReportDeparture,
    evidence: Option<KeptScan>,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    person::hold(tx.conn(), person_id).await?;
    let (person, _) = reportable(tx.conn(), actor, person_id, at_ms).await?;
    if person.left_on.is_some() {
        return Err(Failure::Refused { why: Refusal::HasLeft });
    }
    let (kind, day, decision) = parse(tx, &person, &typed).await?;
    let on_day = day.to_string();
    if !person::put_left(tx.conn(), (person_id, typed.version), Some(&on_day)).await? {
        return Err(Failure::Stale);
    }
    let new = NewDeparture {
        person_id,
        unit_id: person.unit_id,
        kind: kind.name(),
        on_day: &on_day,
        decision: &decision,
        by: actor.account_id,
    };
    let id = departure::insert(tx.conn(), &new, at_ms).await?;
    let object = format!("departure:{id}");
    tx.record(Record {
        actor: &actor.reference,
        action: "departure.report",
        object: object.clone(),
        facts: serde_json::json!({ "person": person_id, "unit": person.unit_id, "on": on_day }),
        // why somebody leaves is theirs
        personal: Some((Some(person_id), serde_json::json!({ "kind": kind.name(), "decision": decision }))),
    });
    if let Some(evidence) = evidence {
        attach(tx, actor, (&object, "evidence"), &evidence, Some(person_id)).await?;
    }
    end_request(tx, actor, person_id).await?;
    for held in card::of_person(tx.conn(), person_id).await? {
        follow(tx, actor, (id, kind, day), held).await?;
    }
    let reasons = form::reasons(tx.conn()).await?;
    let reason = reasons.iter().find(|it| it.code == kind.name()).map_or(kind.name(), |it| &it.vi);
    revoke_of_leaver(tx, actor, person_id, (reason, day)).await
}

/// What was typed, read.
///
/// # Errors
/// Faults beside `kind`, `day` and `decision`.
pub(super) async fn parse(
    tx: &mut Tx,
    person: &Person,
    typed: &ReportDeparture,
) -> Result<(Departure, jiff::civil::Date, String), Failure> {
    let at_ms = tx.at_ms();
    let mut faults = Faults::default();
    let kind = faults.take("kind", Departure::from_name(&typed.kind).ok_or(Fault::Choice));
    let day = faults.take("day", date::parse(&typed.day));
    let last = date::days_later(date::day_of(at_ms), AHEAD_DAYS);
    if day.is_some_and(|day| day > last) {
        faults.add("day", Fault::After { day: last.to_string() });
    }
    let since = person::assignments(tx.conn(), person.id).await?.into_iter().next().map(|stay| stay.valid_from);
    if let (Some(day), Some(since)) = (day, since)
        && day.to_string() < since
    {
        faults.add("day", Fault::Before { day: since });
    }
    let decision = faults.take("decision", needed(&typed.decision, DECISION_CHARS));
    faults.check()?;
    let (Some(kind), Some(day), Some(decision)) = (kind, day, decision) else { return Err(Failure::Internal) };
    Ok((kind, day, decision))
}

/// What is asked for and not approved ends, wherever it is.
async fn end_request(tx: &mut Tx, actor: &Actor, person_id: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let Some(open) = request::open_of(tx.conn(), person_id).await? else { return Ok(()) };
    let way: &[RequestEvent] = match state(&open.state)? {
        Request::Approved => return Ok(()),
        Request::Listed => &[RequestEvent::Unlist, RequestEvent::Withdraw],
        Request::Proposed | Request::Checked => &[RequestEvent::Return, RequestEvent::Withdraw],
        _ => &[RequestEvent::Withdraw],
    };
    let (mut from, mut version) = (state(&open.state)?, open.version);
    for event in way {
        let to = from.after(*event).map_err(impossible)?;
        if !request::put_state(tx.conn(), (open.id, version), (from.name(), to.name()), at_ms).await? {
            return Err(Failure::Stale);
        }
        (from, version) = (to, version + 1);
    }
    if open.state == Request::Listed.name() {
        request::put_dossier(tx.conn(), open.id, None, at_ms).await?;
    }
    note_withdrawn(tx, actor, &open);
    Ok(())
}

/// What the departure means for one card.
async fn follow(
    tx: &mut Tx,
    actor: &Actor,
    (id, kind, day): (i64, Departure, jiff::civil::Date),
    held: Stored,
) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let of = Card::from_name(&held.state).ok_or(Failure::Internal)?;
    if of.may(CardEvent::Cancel) {
        // it is nobody's yet
        move_card(tx, actor, &held, CardEvent::Cancel, Some(kind.name())).await?;
        return match held.request_id {
            Some(request) => give_up(tx, actor, request).await,
            None => Ok(()),
        };
    }
    for task in Task::ALL.into_iter().filter(|task| task.is_open(of)) {
        // until the last instant of that day
        let due = date::start_of(date::days_later(day, task.days() + 1)) - 1;
        departure::add_task(tx.conn(), id, (task.name(), held.id), due).await?;
    }
    if Task::InvalidateCard.is_open(of) {
        // who reports does not decide that it is void
        account::note_duty(tx.conn(), &format!("card:{}", held.id), Act::Asked, &actor.duty_key(), at_ms).await?;
    }
    if day <= date::day_of(at_ms) && Task::LockCard.is_open(of) && actor.may(Action::ReportCards, &held.path) {
        lock_leaver(tx, actor, &held, kind.name()).await?;
    }
    Ok(())
}

/// Locks the card of somebody who has left; there is nobody to confirm it.
pub(super) async fn lock_leaver(tx: &mut Tx, actor: &Actor, held: &Stored, kind: &str) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    let locked = move_card(tx, actor, held, CardEvent::Lock, Some(kind)).await?;
    card::note_lock(tx.conn(), locked.id, Some(kind), (Some(at_ms), Some(at_ms))).await?;
    Ok(())
}

/// What a move of a card does to the tasks about it.
pub(super) async fn card_moved(tx: &mut Tx, card_id: i64, to: Card) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    for task in Task::ALL {
        let done = (!task.is_open(to)).then_some(at_ms);
        departure::put_done(tx.conn(), (task.name(), card_id), done).await?;
    }
    Ok(())
}

/// Takes a departure back that was reported by mistake, as long as no card is void. A card that it locked stays locked until
/// somebody decides that it be unlocked (R30).
///
/// # Errors
/// [`Failure::NotFound`], [`Failure::Forbidden`], [`Failure::Stale`], [`Refusal::OwnAccount`], [`Refusal::CardsVoid`].
pub async fn take_back_departure(tx: &mut Tx, actor: &Actor, person_id: i64, version: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    person::hold(tx.conn(), person_id).await?;
    let (person, _) = reportable(tx.conn(), actor, person_id, at_ms).await?;
    let found = departure::of_person(tx.conn(), person_id).await?.ok_or(Failure::Stale)?;
    if !revocable(&departure::tasks(tx.conn(), found.id).await?) {
        return Err(Failure::Refused { why: Refusal::CardsVoid });
    }
    if !departure::take_back(tx.conn(), (found.id, version), at_ms).await? {
        return Err(Failure::Stale);
    }
    if !person::put_left(tx.conn(), (person_id, person.version), None).await? {
        return Err(Failure::Stale);
    }
    keep_after_all(tx, actor, person_id, found.reported_at).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: "departure.take_back",
        object: format!("departure:{}", found.id),
        facts: serde_json::json!({ "person": person_id }),
        personal: None,
    });
    Ok(())
}

/// Whether nothing was done yet that is for good.
fn revocable(tasks: &[departure::TaskRow]) -> bool {
    tasks.iter().all(|task| task.task == Task::LockCard.name() || task.done_at.is_none())
}

/// The person's departure, for the person and for who may see the person; the evidence for who works with it.
///
/// # Errors
/// As the database says.
pub async fn departure_of(conn: &mut Conn, actor: &Actor, person_id: i64) -> Result<Option<DepartureDetail>, Failure> {
    let Some(found) = departure::of_person(conn, person_id).await? else { return Ok(None) };
    let held = person::by_id(conn, person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
    let own = actor.person_id == Some(person_id);
    if !own && !actor.may(Action::SeePeople, &unit.path) {
        return Ok(None);
    }
    let tasks = departure::tasks(conn, found.id).await?;
    let works = !own && actor.may(Action::ReportDepartures, &unit.path);
    Ok(Some(DepartureDetail {
        id: found.id,
        kind: Departure::from_name(&found.kind).ok_or(Failure::Internal)?,
        on_day: found.on_day,
        decision: found.decision,
        reported_at: found.reported_at,
        version: found.version,
        may_take_back: works && held.erased_at.is_none() && revocable(&tasks),
        files: if own || works { files(conn, &format!("departure:{}", found.id)).await? } else { Vec::new() },
        tasks: tasks.into_iter().map(line).collect::<Result<_, _>>()?,
    }))
}

fn line(row: departure::TaskRow) -> Result<TaskLine, Failure> {
    Ok(TaskLine {
        task: Task::from_name(&row.task).ok_or(Failure::Internal)?,
        card_id: row.card_id,
        code: row.code,
        due: row.due_at,
        done_at: row.done_at,
    })
}

/// Whether the actor may see the evidence of a departure.
pub(super) async fn evidence_seen(conn: &mut Conn, actor: &Actor, id: i64) -> Result<bool, Failure> {
    let found = departure::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    let held = person::by_id(conn, found.person_id).await?.ok_or(Failure::NotFound)?;
    let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
    Ok(actor.person_id == Some(found.person_id)
        || actor.may(Action::ReportDepartures, &unit.path)
        || actor.may(Action::DecideCards, &unit.path))
}
