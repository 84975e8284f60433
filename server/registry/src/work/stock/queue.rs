//! What waits for who keeps the stock: lots, blanks on the way, minutes without their witness, places with too little.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use model::role::Action;

use super::places::list_places;
use super::{ids, places_of};
use crate::store::stock::{destruction, ledger, lot, transfer};
use crate::work::sign_head::DAY_MS;
use crate::{Actor, Conn};

/// At most so many of a kind are read; the queue shows fewer.
const READ: i64 = 500;
/// A lot is looked at within this time.
const ACCEPT_DAYS: i64 = 3;
/// What was sent is taken in within this time.
const TAKE_IN_DAYS: i64 = 3;
/// Minutes get their witness within this time.
const WITNESS_DAYS: i64 = 3;

/// The groups, each cut to `shown` items.
///
/// # Errors
/// As the database says.
pub(in crate::work) async fn groups(
    conn: &mut Conn,
    actor: &Actor,
    shown: usize,
    at_ms: i64,
) -> Result<Vec<WorkGroup>, Failure> {
    let mut groups = Vec::new();
    if actor.may_somewhere(Action::KeepStock) {
        let places = ids(&places_of(conn, actor, Action::KeepStock).await?);
        let rows = lot::list(conn, &places, true, READ).await?;
        let items = rows
            .into_iter()
            .map(|row| item((row.number, row.place), Target::Lot(row.id), (row.entered_at, Some(ACCEPT_DAYS))));
        groups.push(group(WorkKind::AcceptLots, items.collect(), shown));
        let mut items = Vec::new();
        for place in list_places(conn, actor).await?.into_iter().filter(|place| place.may_keep && place.is_low()) {
            let since = ledger::last_at(conn, place.id).await?.unwrap_or(at_ms);
            items.push(item((place.name, place.unit), Target::Stock, (since, None)));
        }
        groups.push(group(WorkKind::FillUp, items, shown));
    }
    if actor.may_somewhere(Action::HandleBlanks) {
        let places = ids(&places_of(conn, actor, Action::HandleBlanks).await?);
        let rows = transfer::list(conn, &places, true, READ).await?;
        let items = rows.into_iter().filter(|row| row.sender_id.is_none() || row.sender_id != actor.account_id);
        let items = items.map(|row| {
            let about = (format!("{} → {}", row.from_name, row.to_name), row.document.unwrap_or_default());
            item(about, Target::Transfer(row.id), (row.sent_at, Some(TAKE_IN_DAYS)))
        });
        groups.push(group(WorkKind::TakeInBlanks, items.collect(), shown));
    }
    if actor.may_somewhere(Action::WitnessStock) {
        let places = ids(&places_of(conn, actor, Action::WitnessStock).await?);
        let rows = destruction::list(conn, &places, true, READ).await?;
        let items = rows.into_iter().filter(|row| row.maker_id.is_none() || row.maker_id != actor.account_id);
        let items = items
            .map(|row| item((row.number, row.place), Target::Destruction(row.id), (row.made_at, Some(WITNESS_DAYS))));
        groups.push(group(WorkKind::WitnessDestruction, items.collect(), shown));
    }
    Ok(groups)
}

fn item((subject, place): (String, String), target: Target, (since, days): (i64, Option<i64>)) -> WorkItem {
    WorkItem { subject, place, role: None, target, since, due: days.map(|days| since + days * DAY_MS) }
}

fn group(kind: WorkKind, mut items: Vec<WorkItem>, shown: usize) -> WorkGroup {
    let total = items.len() as i64;
    items.sort_by_key(|item| item.since);
    items.truncate(shown);
    WorkGroup { kind, items, total }
}
