//! Work on a selection: each of it by the use case that does it to one, in a transaction of its own together with the note that
//! it is done. Whatever stops in between, a server that is killed included, goes on where it was; nothing is done twice.

use std::collections::HashMap;

use contract::bulk::{BulkLine, BulkView};
use contract::{Failure, Fault, Refusal};
use model::bulk::{BulkTask, Chosen};
use model::case::Case;
use model::role::Action;
use model::stock::{SerialFault, read_serials};

use super::ask_card::{AskCard, ask_card};
use super::departures::{self, ReportDeparture};
use super::issue_card::{confirm_card, print_card};
use super::lock_card::{confirm_lock, invalidate_card, lock_card, recover_card, unlock_card};
use super::resume_session::grants;
use super::rules::{erase_leaver, erasure_basis};
use crate::store::bulk::{self, Bulk, Item, NewItem};
use crate::store::{Record, account, card, form, person, request, unit};
use crate::{Actor, Conn, Store, Tx, date};

/// Most that are chosen at a time.
pub const MOST: usize = 5_000;
/// Lines on a page.
pub const PAGE: i64 = 100;

/// Somebody or a card of a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Id of the person or of the card.
    pub id: i64,
    /// Version of the person or of the card.
    pub version: i64,
    /// The person, or the card's holder.
    pub person_id: i64,
    /// Name of the person or of the holder.
    pub name: String,
    /// Unit's name.
    pub unit: String,
}

/// Those of the ids that are there and that the actor may see, in the same order.
///
/// # Errors
/// [`Failure::Forbidden`] for who may not do the task anywhere.
pub async fn candidates(
    conn: &mut Conn,
    actor: &Actor,
    task: BulkTask,
    ids: &[i64],
) -> Result<Vec<Candidate>, Failure> {
    if !actor.may_somewhere(task.action()) {
        return Err(Failure::Forbidden);
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids.iter().copied().take(MOST) {
        if matches!(task.to(), Chosen::People | Chosen::Leavers) {
            let Some(held) = person::by_id(conn, id).await? else { continue };
            let unit = unit::by_id(conn, held.unit_id).await?.ok_or(Failure::NotFound)?;
            if actor.may(Action::SeePeople, &unit.path) {
                found.push(Candidate { id, version: held.version, person_id: id, name: held.name, unit: unit.name });
            }
        } else if let Some(card) = card::by_id(conn, id).await?
            && actor.may(Action::SeeCards, &card.path)
        {
            let (person_id, version) = (card.person_id, card.version);
            found.push(Candidate { id, version, person_id, name: card.name, unit: card.unit });
        }
    }
    Ok(found)
}

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Begin {
    /// What is done to each.
    pub task: BulkTask,
    /// Ids of people or of cards, these with the version that was shown.
    pub chosen: Vec<(i64, i64)>,
    /// Code of the reason: `first_issue.roll_out`, `card_lost`.
    pub reason: String,
    /// How they leave.
    pub leave: ReportDeparture,
    /// Blanks to print on, in the order of the cards: serials and ranges.
    pub serials: String,
}

/// Notes what is wanted; its id. Nothing is done yet.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `chosen`, `reason`, `serials`, `kind`, `day`, `decision`.
pub async fn begin(tx: &mut Tx, actor: &Actor, typed: Begin) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let Begin { task, chosen, reason, leave, serials } = typed;
    let account = actor.account_id.ok_or(Failure::Forbidden)?;
    if chosen.len() > MOST {
        return Err(Failure::field("chosen", Fault::Several));
    }
    let ids: Vec<i64> = chosen.iter().map(|(id, _)| *id).collect();
    let found = candidates(tx.conn(), actor, task, &ids).await?;
    if found.is_empty() {
        return Err(Failure::field("chosen", Fault::Missing));
    }
    let reason = match task {
        BulkTask::Ask | BulkTask::Lock => Some(known_reason(tx.conn(), task, &reason).await?),
        BulkTask::Leave => {
            let first = person::by_id(tx.conn(), found[0].id).await?.ok_or(Failure::NotFound)?;
            departures::parse(tx, &first, &leave).await?;
            Some(serde_json::to_string(&leave).map_err(|_| Failure::Internal)?)
        }
        BulkTask::Erase => Some(erasure_basis(tx.conn(), at_ms).await?),
        _ => None,
    };
    let serials = match task {
        BulkTask::Print => blanks(&serials, found.len())?,
        _ => Vec::new(),
    };
    let shown: HashMap<i64, i64> = chosen.into_iter().collect();
    let id = bulk::insert(tx.conn(), account, task.name(), reason.as_deref(), at_ms).await?;
    for (nth, candidate) in found.iter().enumerate() {
        let item = NewItem {
            at: nth as i64 + 1,
            person_id: candidate.person_id,
            card_id: matches!(task.to(), Chosen::Cards | Chosen::Issue).then_some(candidate.id),
            version: shown.get(&candidate.id).copied().unwrap_or(0),
            serial: serials.get(nth).map(String::as_str),
        };
        bulk::insert_item(tx.conn(), id, &item).await?;
    }
    tx.record(Record {
        actor: &actor.reference,
        action: "bulk.begin",
        object: format!("bulk:{id}"),
        // why somebody leaves is theirs: each of their entries has it
        facts: serde_json::json!({
            "task": task.name(), "reason": reason.filter(|_| task != BulkTask::Leave), "chosen": found.len(),
        }),
        personal: None,
    });
    Ok(id)
}

async fn known_reason(conn: &mut Conn, task: BulkTask, typed: &str) -> Result<String, Failure> {
    let (use_for, code) = match task {
        BulkTask::Ask => typed.split_once('.').unwrap_or_default(),
        _ => ("lock", typed),
    };
    let known = form::reasons(conn).await?;
    if known.iter().any(|it| it.code == code && it.use_for == use_for && it.retired_at.is_none()) {
        Ok(typed.to_owned())
    } else {
        Err(Failure::field("reason", Fault::Choice))
    }
}

fn blanks(typed: &str, cards: usize) -> Result<Vec<String>, Failure> {
    let fault = |why, text| Failure::field("serials", Fault::Serial { why, text, more: 0 });
    let serials = read_serials(typed).map_err(|problem| fault(problem.fault, problem.text))?;
    match serials.len() {
        0 => Err(Failure::field("serials", Fault::Missing)),
        found if found != cards => Err(fault(SerialFault::Count, cards.to_string())),
        _ => Ok(serials.iter().map(|serial| serial.as_str().to_owned()).collect()),
    }
}

/// Does the next that waits; whether there was one.
///
/// # Errors
/// [`Failure::NotFound`]; failures after which nothing else would go better: somebody has to sign in or to show the second
/// factor again, or the database cannot answer. What is wrong with one of them alone is noted, and is no error.
pub async fn step(store: &Store, actor: &Actor, id: i64, at_ms: i64) -> Result<bool, Failure> {
    let mut conn = store.read().await?;
    let wanted = own(&mut conn, actor, id).await?;
    if wanted.stopped_at.is_some() {
        return Ok(false);
    }
    let task = BulkTask::from_name(&wanted.task).ok_or(Failure::Internal)?;
    let Some(item) = bulk::next(&mut conn, id).await? else {
        drop(conn);
        if task == BulkTask::Leave && wanted.reason.is_some() {
            let forgetting = store.write(at_ms, move |tx| {
                Box::pin(async move { Ok::<_, Failure>(bulk::forget_reason(tx.conn(), id).await?) })
            });
            forgetting.await?;
        }
        return Ok(false);
    };
    let actor = &present(&mut conn, actor, at_ms).await?;
    drop(conn);
    let (who, of, at) = (actor.clone(), item.clone(), item.at);
    let doing = store.write(at_ms, move |tx| {
        Box::pin(async move {
            // first, so that of two at the same time one waits for the other and finds it done
            if bulk::answer(tx.conn(), (id, of.at), "", at_ms).await? {
                apply(tx, &who, task, (&wanted, &of)).await?;
            }
            Ok(())
        })
    });
    let failure = match doing.await {
        Ok(()) => return Ok(true),
        Err(failure @ (Failure::ConfirmationNeeded | Failure::SignInNeeded | Failure::Unavailable { .. })) => {
            return Err(failure);
        }
        Err(failure) => failure,
    };
    let told = serde_json::to_string(&failure).map_err(|_| Failure::Internal)?;
    let noting = store.write(at_ms, move |tx| {
        Box::pin(async move { Ok::<_, Failure>(bulk::answer(tx.conn(), (id, at), &told, at_ms).await?) })
    });
    noting.await.map(|_| true)
}

/// The actor as of that instant: a role that has been taken from somebody is taken from work that goes on, too.
async fn present(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Actor, Failure> {
    let account = account::by_id(conn, actor.account_id.ok_or(Failure::Forbidden)?).await?.ok_or(Failure::NotFound)?;
    if account.state != "active" {
        return Err(Failure::SignInNeeded);
    }
    let held = grants(conn, account.id, &date::iso_day(at_ms)).await?;
    let mut present = actor.clone();
    present.grants.retain(|grant| held.contains(grant));
    Ok(present)
}

async fn apply(tx: &mut Tx, actor: &Actor, task: BulkTask, (wanted, item): (&Bulk, &Item)) -> Result<(), Failure> {
    let reason = wanted.reason.as_deref().unwrap_or_default();
    if task == BulkTask::Ask {
        if request::open_of(tx.conn(), item.person_id).await?.is_some() {
            // a draft is the person's; what is on its way is on its way
            return Err(Failure::Refused { why: Refusal::Impossible });
        }
        let (case, reason) = reason.split_once('.').unwrap_or_default();
        debug_assert!(Case::from_name(case).is_some());
        let asked = AskCard { case: case.to_owned(), reason: reason.to_owned(), submit: true, ..AskCard::default() };
        return ask_card(tx, actor, item.person_id, asked).await.map(drop);
    }
    if task == BulkTask::Leave {
        let typed: ReportDeparture = serde_json::from_str(reason).map_err(|_| Failure::Internal)?;
        let typed = ReportDeparture { version: item.version, ..typed };
        return departures::report(tx, actor, item.person_id, typed, None).await;
    }
    if task == BulkTask::Erase {
        // the sweep removes the files that nothing names any more
        return erase_leaver(tx, actor, (item.person_id, item.version), reason).await.map(drop);
    }
    let card = (item.card_id.ok_or(Failure::Internal)?, item.version);
    match task {
        BulkTask::Print => print_card(tx, actor, card, item.serial.as_deref().unwrap_or_default()).await,
        BulkTask::Confirm => confirm_card(tx, actor, card).await,
        BulkTask::Lock => lock_card(tx, actor, card, reason).await,
        BulkTask::ConfirmLock => confirm_lock(tx, actor, card).await,
        BulkTask::Unlock => unlock_card(tx, actor, card).await,
        BulkTask::Invalidate => invalidate_card(tx, actor, card).await,
        BulkTask::Recover => recover_card(tx, actor, card).await,
        BulkTask::Ask | BulkTask::Leave | BulkTask::Erase => Err(Failure::Internal),
    }
}

/// Stops what is going on, or lets it go on.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn stop(tx: &mut Tx, actor: &Actor, id: i64, stopped: bool) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    own(tx.conn(), actor, id).await?;
    bulk::put_stopped(tx.conn(), id, stopped.then_some(at_ms)).await?;
    tx.record(Record {
        actor: &actor.reference,
        action: if stopped { "bulk.stop" } else { "bulk.resume" },
        object: format!("bulk:{id}"),
        facts: serde_json::json!({}),
        personal: None,
    });
    Ok(())
}

/// How far it has come, and what became of each on that page.
///
/// # Errors
/// [`Failure::NotFound`] for what somebody else began.
pub async fn show(conn: &mut Conn, actor: &Actor, id: i64, page: i64) -> Result<BulkView, Failure> {
    let wanted = own(conn, actor, id).await?;
    let items = bulk::items(conn, id, ((page - 1) * PAGE, PAGE)).await?;
    let line = |item: Item| {
        let failure = match item.answer.as_deref() {
            None | Some("") => None,
            Some(told) => Some(serde_json::from_str(told).unwrap_or(Failure::Internal)),
        };
        BulkLine {
            at: item.at,
            person_id: item.person_id,
            card_id: item.card_id,
            name: item.name,
            serial: item.serial,
            done: item.answer.as_deref() == Some(""),
            failure,
        }
    };
    Ok(BulkView {
        id,
        task: BulkTask::from_name(&wanted.task).ok_or(Failure::Internal)?,
        created_at: wanted.created_at,
        stopped: wanted.stopped_at.is_some(),
        total: wanted.total,
        answered: wanted.answered,
        failed: wanted.failed,
        lines: items.into_iter().map(line).collect(),
    })
}

/// It is of nobody's business but whose it is: each of its entries is in the audit log.
async fn own(conn: &mut Conn, actor: &Actor, id: i64) -> Result<Bulk, Failure> {
    let found = bulk::by_id(conn, id).await?.ok_or(Failure::NotFound)?;
    if Some(found.account_id) == actor.account_id { Ok(found) } else { Err(Failure::NotFound) }
}
