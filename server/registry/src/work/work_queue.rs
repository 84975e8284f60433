//! What waits for somebody: grouped by what is to be done, overdue first, then the oldest.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use jiff::civil::Date;
use model::departure::Task;
use model::lifecycle::{Card, Ceremony, Dossier, EntrySystem, Handover, KeySet, Lifecycle as _, Request};
use model::role::{Action, Role};

use super::hand_over::DELIVER_DAYS;
use super::show_ceremony::next;
use super::sign_head::{DAY_MS, head_due};
use crate::store::{
    account, audit, biometric, card, departure, dossier, grant, handover, key, national, outbox, person, request, unit,
};
use crate::{Actor, Conn, date};

/// Items shown of each kind; the total is shown beside.
const SHOWN: i64 = 10;
/// A proposed role should be decided within this time.
const DECIDE_DAYS: i64 = 3;
/// A role that ends is announced so long before.
const ENDING_DAYS: i32 = 30;
/// A person's data should be complete within this time.
const CORRECT_DAYS: i64 = 30;
/// Agency codes are given within 15 days of a unit's beginning (QĐ 4078/QĐ-UBND Hà Nội 2025 has this term).
const CODE_DAYS: i64 = 15;

/// A ceremony goes on, and its set is put in use, within these days.
const KEYS_DAYS: i64 = 3;
/// What the national database says otherwise is settled within these days.
const SETTLE_NATIONAL_DAYS: i64 = 10;
/// On the way of a card: what came back is mended, profiles are verified, lists composed and submitted, cards printed, losses
/// confirmed, locked cards decided about and void ones taken back within these days.
const MEND_DAYS: i64 = 10;
const VERIFY_DAYS: i64 = 5;
const COMPOSE_DAYS: i64 = 10;
const ISSUE_DAYS: i64 = 5;
const LOSS_DAYS: i64 = 2;
/// Somebody waits at the desk.
const WITNESS_DAYS: i64 = 1;
const DECIDE_LOCK_DAYS: i64 = 30;
const RECOVER_DAYS: i64 = 10;
/// A file that was brought to the Ministry is answered within these days.
const RECEIPT_DAYS: i64 = 5;
/// An active card is handed over, and what was put together is given, within these days; what a transfer began is completed.
const HAND_OVER_DAYS: i64 = 5;
const EXCHANGE_DAYS: i64 = 10;
/// A system at a unit's doors is decided about within these days.
const SYSTEM_DAYS: i64 = 5;

/// The queue of somebody.
///
/// # Errors
/// As the database says.
pub async fn work_queue(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Vec<WorkGroup>, Failure> {
    let mut groups = Vec::new();
    if actor.may_somewhere(Action::DecideGrant) {
        groups.push(decide_grants(conn, actor).await?);
    }
    if actor.may_somewhere(Action::ProposeGrant) {
        groups.push(ending_grants(conn, at_ms).await?);
    }
    if actor.may_somewhere(Action::ChangeAccounts) {
        groups.push(activations(conn).await?);
    }
    if actor.may_somewhere(Action::VerifyAudit) {
        groups.push(sign_head(conn, at_ms).await?);
    }
    if actor.may_somewhere(Action::ChangeUnits) {
        groups.push(unit_codes(conn, actor).await?);
    }
    if actor.may_somewhere(Action::ChangePeople) {
        groups.push(correct_people(conn, actor).await?);
    }
    if actor.may_somewhere(Action::ErasePeople) {
        groups.push(erase_leavers(conn, actor, at_ms).await?);
    }
    if actor.may_somewhere(Action::DecideBiometrics) {
        groups.push(decide_systems(conn, actor).await?);
    }
    if actor.may_somewhere(Action::SeeKeys) {
        groups.extend(keys_queue(conn, actor).await?);
    }
    groups.extend(cards_queue(conn, actor).await?);
    groups.extend(super::stock::queue::groups(conn, actor, SHOWN as usize, at_ms).await?);
    groups.extend(after_queue(conn, actor, at_ms).await?);
    groups.extend(super::certificates::queue::groups(conn, actor, SHOWN, at_ms).await?);
    groups.extend(super::plans::queue::groups(conn, actor, SHOWN).await?);
    groups.extend(super::classes::queue::groups(conn, actor, (at_ms, SHOWN)).await?);
    groups.retain(|group| group.total > 0);
    for group in &mut groups {
        group.items.sort_by_key(|item| (!overdue(item, at_ms), item.since));
    }
    groups.sort_by_key(|group| !group.items.iter().any(|item| overdue(item, at_ms)));
    Ok(groups)
}

/// One thing to be done, however many wait for it. `first`: since when the first of them waits, and until when it should be done.
fn together(kind: WorkKind, target: Target, many: i64, first: Option<(i64, Option<i64>)>) -> WorkGroup {
    let item = first.map(|(since, due)| WorkItem {
        subject: many.to_string(),
        place: String::new(),
        role: None,
        target,
        since,
        due,
    });
    WorkGroup { kind, total: i64::from(many > 0), items: item.into_iter().collect() }
}

/// One thing to be done, however many people's data have served their time.
async fn erase_leavers(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<WorkGroup, Failure> {
    let (people, _, total) = super::rules::leavers_due(conn, actor, (at_ms, 1)).await?;
    let day = people.first().and_then(|first| first.left_on.parse::<Date>().ok());
    let first = day.map(|day| (date::start_of(day), None));
    Ok(together(WorkKind::EraseLeavers, Target::Leavers, total, first))
}

/// The own step of a ceremony, and a set that nobody has put in use yet.
async fn keys_queue(conn: &mut Conn, actor: &Actor) -> Result<Vec<WorkGroup>, Failure> {
    let item = |set_version: i64, target, since| WorkItem {
        subject: set_version.to_string(),
        place: String::new(),
        role: None,
        target,
        since,
        due: Some(since + KEYS_DAYS * DAY_MS),
    };
    let mut groups = Vec::new();
    if let Some(of) = key::ceremony::under_way(conn).await? {
        let custodians = key::ceremony::custodians(conn, of.id).await?;
        let state = Ceremony::from_name(&of.state).ok_or(Failure::Internal)?;
        if next(actor, state, &custodians).is_some() {
            let since = of.drawn_at.or(of.decided_at).unwrap_or(of.proposed_at);
            let items = vec![item(of.set_version, Target::Ceremony(of.id), since)];
            groups.push(WorkGroup { kind: WorkKind::KeyCeremony, items, total: 1 });
        }
    }
    if actor.may_somewhere(Action::DecideKeys) {
        let mut sets = key::set::all(conn).await?;
        sets.retain(|of| of.state == KeySet::Prepared.name());
        let items: Vec<WorkItem> =
            sets.iter().map(|of| item(of.set_version, Target::Keys, of.prepared_at)).take(SHOWN as usize).collect();
        groups.push(WorkGroup { kind: WorkKind::UseKeySet, total: sets.len() as i64, items });
    }
    Ok(groups)
}

/// One thing to be done, however many people differ from the national export.
async fn settle_national(conn: &mut Conn, actor: &Actor) -> Result<WorkGroup, Failure> {
    let (since, total) = national::open(conn, &actor.paths(Action::CheckLists)).await?;
    let first = since.map(|since| (since, Some(since + SETTLE_NATIONAL_DAYS * DAY_MS)));
    Ok(together(WorkKind::SettleNational, Target::National, total, first))
}

/// What waits on the way of a card.
async fn cards_queue(conn: &mut Conn, actor: &Actor) -> Result<Vec<WorkGroup>, Failure> {
    let mut groups = Vec::new();
    if let Some(person) = actor.person_id {
        groups.push(returned(conn, person).await?);
    }
    if actor.may_somewhere(Action::VerifyRequests) {
        let (rows, total) = waiting(conn, actor, Action::VerifyRequests, Request::Submitted).await?;
        let items = rows.into_iter().map(|row| of_request(row, VERIFY_DAYS)).collect();
        groups.push(WorkGroup { kind: WorkKind::Verify, items, total });
    }
    if actor.may_somewhere(Action::ComposeLists) {
        let (rows, total) = waiting(conn, actor, Action::ComposeLists, Request::Verified).await?;
        let oldest = rows.first().map(|oldest| oldest.changed_at);
        let first = oldest.map(|since| (since, Some(since + COMPOSE_DAYS * DAY_MS)));
        groups.push(together(WorkKind::Compose, Target::NewList, total, first));
    }
    for (action, state, kind) in [
        (Action::SubmitLists, Dossier::Draft, WorkKind::Submit),
        (Action::CheckLists, Dossier::Submitted, WorkKind::Check),
        (Action::DecideLists, Dossier::Checked, WorkKind::Decide),
    ] {
        if actor.may_somewhere(action) {
            groups.push(lists(conn, actor, action, state, kind).await?);
        }
    }
    if actor.may_somewhere(Action::CheckLists) {
        groups.push(settle_national(conn, actor).await?);
    }
    if actor.may_somewhere(Action::TellMinistry) {
        let (rows, total) = outbox::waiting(conn, 1).await?;
        let over = |first: &outbox::Event| {
            first.due_on.parse::<Date>().ok().map(|day| date::start_of(date::days_later(day, 1)))
        };
        let first = rows.first().map(|first| (first.happened_at, over(first)));
        groups.push(together(WorkKind::TellMinistry, Target::Ministry, total, first));
        let (late, unanswered) = outbox::unanswered(conn, 1).await?;
        let first = late.first().map(|batch| (batch.made_at, Some(batch.made_at + RECEIPT_DAYS * DAY_MS)));
        groups.push(together(WorkKind::Receipts, Target::Ministry, unanswered, first));
    }
    for (action, filter, kind, days) in [
        (Action::IssueCards, of_states(&[Card::Approved, Card::Printed]), WorkKind::Issue, ISSUE_DAYS),
        (
            Action::ReportCards,
            card::Filter { unconfirmed: true, ..card::Filter::default() },
            WorkKind::ConfirmLoss,
            LOSS_DAYS,
        ),
        (Action::DecideCards, of_states(&[Card::Locked]), WorkKind::Invalidate, DECIDE_LOCK_DAYS),
        (Action::ReportCards, of_states(&[Card::Invalidated, Card::Expired]), WorkKind::Recover, RECOVER_DAYS),
    ] {
        if actor.may_somewhere(action) {
            groups.push(cards(conn, actor, (action, filter), (kind, days)).await?);
        }
    }
    if actor.may_somewhere(Action::WitnessCards) {
        let (rows, total) = super::witness::to_witness(conn, actor, (1, SHOWN)).await?;
        let items = rows
            .into_iter()
            .map(|row| WorkItem {
                subject: row.name,
                place: row.unit,
                role: None,
                target: Target::Witness(row.card_id),
                since: row.since,
                due: Some(row.since + WITNESS_DAYS * DAY_MS),
            })
            .collect();
        groups.push(WorkGroup { kind: WorkKind::WitnessCards, items, total });
    }
    Ok(groups)
}

fn of_states(states: &[Card]) -> card::Filter {
    card::Filter { states: states.iter().map(|state| state.name()).collect(), ..card::Filter::default() }
}

async fn returned(conn: &mut Conn, person_id: i64) -> Result<WorkGroup, Failure> {
    let open = request::open_of(conn, person_id).await?.filter(|open| open.state == Request::Returned.name());
    let items: Vec<WorkItem> = match open {
        Some(open) => {
            let name = person::by_id(conn, person_id).await?.map(|person| person.name).unwrap_or_default();
            let since = open.changed_at;
            let item = WorkItem {
                subject: name,
                place: open.answer.unwrap_or_default(),
                role: None,
                target: Target::MyRequest,
                since,
                due: Some(since + MEND_DAYS * DAY_MS),
            };
            vec![item]
        }
        None => Vec::new(),
    };
    Ok(WorkGroup { kind: WorkKind::Returned, total: items.len() as i64, items })
}

async fn waiting(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    state: Request,
) -> Result<(Vec<request::Listed>, i64), Failure> {
    Ok(request::waiting(conn, &[state.name()], &actor.paths(action), (0, SHOWN)).await?)
}

fn of_request(row: request::Listed, days: i64) -> WorkItem {
    WorkItem {
        subject: row.name,
        place: row.unit,
        role: None,
        target: Target::Verify(row.id),
        since: row.changed_at,
        due: Some(row.changed_at + days * DAY_MS),
    }
}

async fn lists(
    conn: &mut Conn,
    actor: &Actor,
    action: Action,
    state: Dossier,
    kind: WorkKind,
) -> Result<WorkGroup, Failure> {
    let (rows, total) = dossier::within(conn, &actor.paths(action), &[state.name()], (0, SHOWN)).await?;
    let items = rows
        .into_iter()
        .map(|row| WorkItem {
            subject: row.title,
            place: row.unit,
            role: None,
            target: Target::List(row.id),
            since: row.checked_at.or(row.submitted_at).unwrap_or(row.created_at),
            due: row.due_at.or(Some(row.created_at + COMPOSE_DAYS * DAY_MS)),
        })
        .collect();
    Ok(WorkGroup { kind, items, total })
}

async fn cards(
    conn: &mut Conn,
    actor: &Actor,
    (action, filter): (Action, card::Filter),
    (kind, days): (WorkKind, i64),
) -> Result<WorkGroup, Failure> {
    let filter = card::Filter { within: actor.paths(action), ..filter };
    let (rows, total) = card::list(conn, &filter, (0, SHOWN)).await?;
    // a departure has days of its own
    let task = match kind {
        WorkKind::Invalidate => Some(Task::InvalidateCard),
        WorkKind::Recover => Some(Task::RecoverCard),
        _ => None,
    };
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let due = match task {
            Some(task) => departure::due(conn, task.name(), row.id).await?,
            None => None,
        };
        items.push(WorkItem {
            target: if kind == WorkKind::Issue { Target::Issue(row.id) } else { Target::Card(row.id) },
            subject: row.name,
            place: row.unit,
            role: None,
            since: row.changed_at,
            due: due.or(Some(row.changed_at + days * DAY_MS)),
        });
    }
    Ok(WorkGroup { kind, items, total })
}

/// What waits once cards are active: their way to the holders, people who leave or move.
async fn after_queue(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Vec<WorkGroup>, Failure> {
    let mut groups = Vec::new();
    if let Some(person) = actor.person_id {
        groups.extend(own_card(conn, person).await?);
    }
    if actor.may_somewhere(Action::HandOver) {
        let waiting = handover::waiting_units(conn, &actor.paths(Action::HandOver)).await?;
        // one thing to be done, however many wait for it
        let oldest = waiting.iter().map(|(.., since)| *since).min();
        let items: Vec<WorkItem> = oldest
            .map(|since| WorkItem {
                subject: waiting.iter().map(|(_, _, cards, _)| cards).sum::<i64>().to_string(),
                place: String::new(),
                role: None,
                target: Target::NewHandover,
                since,
                due: Some(since + HAND_OVER_DAYS * DAY_MS),
            })
            .into_iter()
            .collect();
        groups.push(WorkGroup { kind: WorkKind::HandOver, total: items.len() as i64, items });
    }
    for (action, state, kind) in [
        (Action::HandOver, Handover::Draft, WorkKind::Give),
        (Action::ReceiveCards, Handover::Given, WorkKind::Receive),
        (Action::HandOver, Handover::Disputed, WorkKind::Settle),
        (Action::ReceiveCards, Handover::Received, WorkKind::Deliver),
    ] {
        if actor.may_somewhere(action) {
            groups.push(handovers(conn, actor, (action, state), kind).await?);
        }
    }
    if actor.may_somewhere(Action::ReportCards) {
        groups.push(leavers(conn, actor, at_ms).await?);
    }
    if actor.may_somewhere(Action::ChangePeople) {
        let (rows, total) = request::begun_by_system(conn, &actor.paths(Action::ChangePeople), SHOWN).await?;
        let items = rows
            .into_iter()
            .map(|row| WorkItem { target: Target::WriteRequest(row.person_id), ..of_request(row, EXCHANGE_DAYS) })
            .collect();
        groups.push(WorkGroup { kind: WorkKind::Exchange, items, total });
    }
    Ok(groups)
}

/// The viewer's own card: come, or to be exchanged.
async fn own_card(conn: &mut Conn, person_id: i64) -> Result<[WorkGroup; 2], Failure> {
    let name = person::by_id(conn, person_id).await?.map(|person| person.name).unwrap_or_default();
    let item = |target, since, days| WorkItem {
        subject: name.clone(),
        place: String::new(),
        role: None,
        target,
        since,
        due: Some(since + days * DAY_MS),
    };
    let come = handover::waiting_for(conn, person_id).await?;
    let come: Vec<WorkItem> = come.into_iter().map(|(_, since)| item(Target::Me, since, DELIVER_DAYS)).collect();
    let open = request::open_of(conn, person_id).await?;
    let begun = open.filter(|open| open.state == Request::Draft.name() && open.created_by.is_none());
    let begun: Vec<WorkItem> =
        begun.map(|open| item(Target::MyRequest, open.changed_at, EXCHANGE_DAYS)).into_iter().collect();
    Ok([
        WorkGroup { kind: WorkKind::ConfirmCard, total: come.len() as i64, items: come },
        WorkGroup { kind: WorkKind::Exchange, total: begun.len() as i64, items: begun },
    ])
}

async fn handovers(
    conn: &mut Conn,
    actor: &Actor,
    (action, state): (Action, Handover),
    kind: WorkKind,
) -> Result<WorkGroup, Failure> {
    let (rows, total) = handover::within(conn, &actor.paths(action), &[state.name()], (0, SHOWN)).await?;
    let items = rows
        .into_iter()
        .map(|row| WorkItem {
            since: row.received_at.or(row.given_at).unwrap_or(row.created_at),
            due: row.due_at.or(Some(row.created_at + HAND_OVER_DAYS * DAY_MS)),
            subject: row.number,
            place: row.unit,
            role: None,
            target: Target::Handover(row.id),
        })
        .collect();
    Ok(WorkGroup { kind, items, total })
}

async fn leavers(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<WorkGroup, Failure> {
    let today = date::iso_day(at_ms);
    let (rows, total) = departure::to_lock(conn, &today, &actor.paths(Action::ReportCards), SHOWN).await?;
    let items = rows
        .into_iter()
        .map(|row| WorkItem {
            subject: row.name,
            place: row.unit,
            role: None,
            target: Target::Card(row.card_id),
            since: row.reported_at,
            due: Some(row.due_at),
        })
        .collect();
    Ok(WorkGroup { kind: WorkKind::LockLeavers, items, total })
}

/// Whether it should have been done already.
pub fn overdue(item: &WorkItem, at_ms: i64) -> bool {
    item.due.is_some_and(|due| due < at_ms)
}

async fn decide_grants(conn: &mut Conn, actor: &Actor) -> Result<WorkGroup, Failure> {
    let (rows, mut total) = grant::proposed(conn, SHOWN).await?;
    let mut items = Vec::new();
    for row in rows {
        // what one proposed or what is about oneself waits for somebody else (R31)
        match super::grants::line(row, actor) {
            Some(line) if !line.own => items.push(WorkItem {
                subject: line.account,
                place: line.unit,
                role: Some(line.role),
                target: Target::Grant(line.id),
                since: line.proposed_at,
                due: Some(line.proposed_at + DECIDE_DAYS * DAY_MS),
            }),
            _ => total -= 1,
        }
    }
    Ok(WorkGroup { kind: WorkKind::DecideGrants, items, total })
}

async fn decide_systems(conn: &mut Conn, actor: &Actor) -> Result<WorkGroup, Failure> {
    let asked = [EntrySystem::Asked.name()];
    let (rows, mut total) = biometric::within(conn, &actor.paths(Action::DecideBiometrics), &asked, (0, SHOWN)).await?;
    let mut items = Vec::new();
    for row in rows {
        // what one asked for waits for somebody else (R31)
        if row.created_by.is_some() && row.created_by == actor.account_id {
            total -= 1;
            continue;
        }
        items.push(WorkItem {
            subject: row.name,
            place: row.unit,
            role: None,
            target: Target::EntrySystem(row.id),
            since: row.created_at,
            due: Some(row.created_at + SYSTEM_DAYS * DAY_MS),
        });
    }
    Ok(WorkGroup { kind: WorkKind::DecideSystems, items, total })
}

async fn ending_grants(conn: &mut Conn, at_ms: i64) -> Result<WorkGroup, Failure> {
    let today = date::day_of(at_ms);
    let until = date::days_later(today, ENDING_DAYS);
    let (rows, total) = grant::ending(conn, &today.to_string(), &until.to_string(), SHOWN).await?;
    let items = rows
        .into_iter()
        .map(|row| {
            let end = row.valid_to.as_deref().and_then(|day| day.parse::<Date>().ok()).unwrap_or(today);
            WorkItem {
                subject: row.account,
                place: row.unit,
                role: Role::from_name(&row.role),
                target: Target::Account(row.account_id),
                since: date::start_of(date::days_later(end, -ENDING_DAYS)),
                due: Some(date::start_of(date::days_later(end, 1))),
            }
        })
        .collect();
    Ok(WorkGroup { kind: WorkKind::EndingGrants, items, total })
}

async fn activations(conn: &mut Conn) -> Result<WorkGroup, Failure> {
    let (rows, total) = account::invited(conn, SHOWN).await?;
    let items = rows
        .into_iter()
        .map(|(id, name, since, due)| WorkItem {
            subject: name,
            place: String::new(),
            role: None,
            target: Target::Account(id),
            since,
            due,
        })
        .collect();
    Ok(WorkGroup { kind: WorkKind::Activations, items, total })
}

async fn sign_head(conn: &mut Conn, at_ms: i64) -> Result<WorkGroup, Failure> {
    let due = head_due(conn, at_ms).await?;
    let since = audit::last_head(conn).await?.map_or(at_ms - DAY_MS, |head| head.at);
    let items = due.then(|| WorkItem {
        subject: String::new(),
        place: String::new(),
        role: None,
        target: Target::Audit,
        since,
        due: Some(since + DAY_MS),
    });
    Ok(WorkGroup { kind: WorkKind::SignHead, total: i64::from(due), items: items.into_iter().collect() })
}

async fn unit_codes(conn: &mut Conn, actor: &Actor) -> Result<WorkGroup, Failure> {
    let mut group = WorkGroup { kind: WorkKind::UnitCodes, items: Vec::new(), total: 0 };
    for path in actor.paths(Action::ChangeUnits) {
        let (rows, total) = unit::without_code(conn, &path, SHOWN).await?;
        group.total += total;
        group.items.extend(rows.into_iter().map(|unit| WorkItem {
            subject: unit.name,
            place: String::new(),
            role: None,
            target: Target::ChangeUnit(unit.id),
            since: unit.created_at,
            due: Some(unit.created_at + CODE_DAYS * DAY_MS),
        }));
    }
    Ok(group)
}

async fn correct_people(conn: &mut Conn, actor: &Actor) -> Result<WorkGroup, Failure> {
    let (rows, total) = person::doubtful(conn, &actor.paths(Action::ChangePeople), SHOWN).await?;
    let items = rows
        .into_iter()
        .map(|(id, name, unit, since)| WorkItem {
            subject: name,
            place: unit,
            role: None,
            target: Target::Person(id),
            since,
            due: Some(since + CORRECT_DAYS * DAY_MS),
        })
        .collect();
    Ok(WorkGroup { kind: WorkKind::CorrectPeople, items, total })
}
