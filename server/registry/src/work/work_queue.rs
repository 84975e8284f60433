//! What waits for somebody: grouped by what is to be done, overdue first, then the oldest.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use jiff::civil::Date;
use model::role::{Action, Role};

use super::sign_head::{DAY_MS, head_due};
use crate::store::{account, audit, grant, person, unit};
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
    groups.extend(super::stock::queue::groups(conn, actor, SHOWN as usize, at_ms).await?);
    groups.retain(|group| group.total > 0);
    for group in &mut groups {
        group.items.sort_by_key(|item| (!overdue(item, at_ms), item.since));
    }
    groups.sort_by_key(|group| !group.items.iter().any(|item| overdue(item, at_ms)));
    Ok(groups)
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
