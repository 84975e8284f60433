//! What waits on the way of a certificate, for each whom it concerns (R118, R119, R135): requests by their clocks, ends that come near, tokens
//! to be handed back.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use jiff::civil::Date;
use model::certificate::reminder::Reminded;
use model::lifecycle::{CertificateList, CertificateRequest as Step, Lifecycle as _, Token};
use model::role::{Action, Role};

use super::end_of;
use crate::store::certificate::{self, Astray};
use crate::store::certificate_request::{self as stored, Filter, Request};
use crate::{Actor, Conn, date};

/// The groups of somebody.
///
/// # Errors
/// As the database says.
pub(in crate::work) async fn groups(
    conn: &mut Conn,
    actor: &Actor,
    shown: i64,
    at_ms: i64,
) -> Result<Vec<WorkGroup>, Failure> {
    let mut groups = Vec::new();
    // who asks for the unit mends what is the unit's; anybody else what is their own
    if let Some(account) = actor.account_id.filter(|_| !actor.may_somewhere(Action::AskCertificates)) {
        let own = Filter { own: Some((actor.person_id.unwrap_or_default(), account)), ..of(&[Step::SentBack]) };
        groups.push(requests(conn, &own, WorkKind::CorrectCertificates, shown).await?);
    }
    for (action, state, kind) in [
        (Action::AskCertificates, Step::SentBack, WorkKind::CorrectCertificates),
        (Action::EndorseCertificates, Step::Asked, WorkKind::EndorseCertificates),
        (Action::KeepCertificates, Step::Endorsed, WorkKind::ReviewCertificates),
        (Action::KeepCertificates, Step::Received, WorkKind::HandOverCertificates),
    ] {
        if actor.may_somewhere(action) {
            let filter = Filter { within: actor.paths(action), ..of(&[state]) };
            let mut group = requests(conn, &filter, kind, shown).await?;
            if kind == WorkKind::ReviewCertificates {
                hide_own(conn, actor, &filter, &mut group).await?;
            }
            groups.push(group);
        }
    }
    if actor.may_somewhere(Action::KeepCertificates) {
        groups.extend(of_manager(conn, actor, shown).await?);
        groups.push(super::chase::group(conn, actor, at_ms).await?);
    }
    groups.extend(astray(conn, actor, shown, at_ms).await?);
    groups.extend(reminders(conn, actor, shown, at_ms).await?);
    groups.extend(tokens(conn, actor, shown).await?);
    Ok(groups)
}

fn of(states: &[Step]) -> Filter {
    Filter { states: states.iter().map(|state| state.name()).collect(), ..Filter::default() }
}

/// What one asked for, or is about oneself, waits for somebody else (R31).
async fn hide_own(conn: &mut Conn, actor: &Actor, filter: &Filter, group: &mut WorkGroup) -> Result<(), Failure> {
    let mut mine = Vec::new();
    if let Some(account) = actor.account_id {
        let own = Filter { own: Some((actor.person_id.unwrap_or_default(), account)), ..filter.clone() };
        mine = stored::list(conn, &own, (0, group.total.max(1))).await?;
        mine.retain(|found| filter.within.iter().any(|path| found.path.starts_with(path)));
    }
    let ids: Vec<Target> = mine.iter().map(|found| Target::CertificateRequest(found.id)).collect();
    group.items.retain(|item| !ids.contains(&item.target));
    group.total -= ids.len() as i64;
    Ok(())
}

async fn requests(conn: &mut Conn, filter: &Filter, kind: WorkKind, shown: i64) -> Result<WorkGroup, Failure> {
    let rows = stored::list(conn, filter, (0, shown)).await?;
    let total = stored::count(conn, filter).await?;
    Ok(WorkGroup { kind, items: rows.into_iter().map(item).collect(), total })
}

fn item(row: Request) -> WorkItem {
    WorkItem {
        subject: row.person.or(row.device).unwrap_or_else(|| row.unit.clone()),
        place: row.unit,
        role: None,
        target: Target::CertificateRequest(row.id),
        since: row.changed_at,
        due: row.due_at,
    }
}

/// Lists that are to be composed, sent, answered.
async fn of_manager(conn: &mut Conn, actor: &Actor, shown: i64) -> Result<Vec<WorkGroup>, Failure> {
    let within = actor.paths(Action::KeepCertificates);
    let accepted = Filter { within: within.clone(), ..of(&[Step::Accepted]) };
    let total = stored::count(conn, &accepted).await?;
    let first = stored::list(conn, &accepted, (0, 1)).await?.into_iter().next();
    let items = first.map(|first| WorkItem {
        subject: total.to_string(),
        place: String::new(),
        role: None,
        target: Target::NewCertificateList,
        since: first.changed_at,
        due: first.due_at,
    });
    let compose =
        WorkGroup { kind: WorkKind::ListCertificates, total: i64::from(total > 0), items: items.into_iter().collect() };
    let mut groups = vec![compose];
    for (state, kind) in
        [(CertificateList::Draft, WorkKind::SendCertificates), (CertificateList::Sent, WorkKind::AnswerCertificates)]
    {
        let (rows, total) = stored::lists(conn, &within, &[state.name()], (0, shown)).await?;
        let items = rows.into_iter().map(|row| WorkItem {
            subject: row.title,
            place: row.recipient.unwrap_or(row.unit),
            role: None,
            target: Target::CertificateList(row.id),
            since: row.sent_at.unwrap_or(row.created_at),
            due: row.due_at,
        });
        groups.push(WorkGroup { kind, items: items.collect(), total });
    }
    Ok(groups)
}

/// Ends that come near, for whom they have reached; once something is asked for, its own clock runs instead.
async fn reminders(conn: &mut Conn, actor: &Actor, shown: i64, at_ms: i64) -> Result<Vec<WorkGroup>, Failure> {
    let mut all: Vec<WorkItem> = Vec::new();
    let mut total = 0;
    let reach = [
        (Reminded::Holder, None),
        (Reminded::Officer, Some(Role::UnitHr)),
        (Reminded::Head, Some(Role::UnitHead)),
        (Reminded::Manager, Some(Role::SubscriberManager)),
    ];
    for (whom, role) in reach {
        let of_role = actor.grants.iter().filter(|grant| Some(grant.role) == role).map(|grant| grant.path.clone());
        let within: Vec<String> = of_role.collect();
        let holder = actor.person_id.filter(|_| role.is_none());
        if within.is_empty() && holder.is_none() {
            continue;
        }
        let until = end_of(at_ms, whom.days());
        let (rows, many) = certificate::ending(conn, (&within, holder), until, shown).await?;
        let target = |id| if holder.is_some() { Target::AskCertificate(id) } else { Target::Certificate(id) };
        let items: Vec<WorkItem> = rows
            .into_iter()
            .map(|row| WorkItem {
                subject: row.subject,
                place: row.unit,
                role: None,
                target: target(row.id),
                since: row.valid_until - i64::from(whom.days()) * DAY_MS,
                due: Some(row.valid_until),
            })
            .collect();
        let known = |item: &WorkItem| {
            let id = about(&item.target);
            all.iter().any(|other| about(&other.target) == id)
        };
        let new: Vec<WorkItem> = items.into_iter().filter(|item| !known(item)).collect();
        total = total.max(many).max((all.len() + new.len()) as i64);
        all.extend(new);
    }
    all.sort_by_key(|item| item.due);
    all.truncate(usize::try_from(shown).unwrap_or(usize::MAX));
    Ok(vec![WorkGroup { kind: WorkKind::RenewCertificates, items: all, total }])
}

/// Certificates whose person left or moved, or whose keeper did (R167, R168).
async fn astray(conn: &mut Conn, actor: &Actor, shown: i64, at_ms: i64) -> Result<Vec<WorkGroup>, Failure> {
    let today = date::iso_day(at_ms);
    let mut groups = Vec::new();
    for (action, why, kind) in [
        (Action::AskCertificates, Astray::Left, WorkKind::RevokeLeavers),
        (Action::AskCertificates, Astray::Moved, WorkKind::ChangeMoved),
        (Action::KeepCertificates, Astray::Keeper, WorkKind::ChangeKeepers),
    ] {
        if !actor.may_somewhere(action) {
            continue;
        }
        let (rows, total) = certificate::astray(conn, why, (&actor.paths(action), &today), shown).await?;
        let items = rows.into_iter().map(|row| WorkItem {
            target: if why == Astray::Keeper { Target::Certificate(row.id) } else { Target::AskCertificate(row.id) },
            subject: row.subject,
            place: row.unit,
            role: None,
            since: row.changed_at,
            due: None,
        });
        groups.push(WorkGroup { kind, items: items.collect(), total });
    }
    Ok(groups)
}

const DAY_MS: i64 = 86_400_000;

fn about(target: &Target) -> i64 {
    match target {
        Target::AskCertificate(id) | Target::Certificate(id) => *id,
        _ => 0,
    }
}

/// Tokens that have to come back: for who has them, and for who gets them back.
async fn tokens(conn: &mut Conn, actor: &Actor, shown: i64) -> Result<Vec<WorkGroup>, Failure> {
    let (mut items, mut total) = (Vec::new(), 0);
    let sides = [
        (Vec::new(), actor.person_id, true),
        (actor.paths(Action::KeepCertificates), None, actor.may_somewhere(Action::KeepCertificates)),
    ];
    for (within, holder, may) in sides {
        if !may {
            continue;
        }
        let (found, many) = certificate::due_tokens(conn, Token::DueBack.name(), (&within, holder), shown).await?;
        total += many;
        let target = |id| if holder.is_some() { Target::MyCertificates } else { Target::Token(id) };
        items.extend(found.into_iter().map(|token| (target(token.id), token)));
    }
    let end = |day: &str| day.parse::<Date>().ok().map(|day| date::start_of(date::days_later(day, 1)) - 1);
    let items = items.into_iter().map(|(target, token)| WorkItem {
        subject: token.serial,
        place: token.holder.unwrap_or(token.unit),
        role: None,
        target,
        since: token.changed_at,
        due: token.due_on.as_deref().and_then(end),
    });
    Ok(vec![WorkGroup { kind: WorkKind::ReturnTokens, items: items.collect(), total }])
}
