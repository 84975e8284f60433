//! What waits of plans: for who fixes them.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use model::lifecycle::{CertificatePlan as State, Lifecycle as _};
use model::role::Action;

use super::object;
use crate::store::plan as stored;
use crate::work::sign_head::DAY_MS;
use crate::{Actor, Conn};

/// A plan is fixed, or sent back, within these days.
const FIX_DAYS: i64 = 10;

/// Plans that the actor can fix: none that they have written.
pub(in crate::work) async fn groups(conn: &mut Conn, actor: &Actor, shown: i64) -> Result<Vec<WorkGroup>, Failure> {
    if !actor.may_somewhere(Action::FixPlans) {
        return Ok(Vec::new());
    }
    let within = actor.paths(Action::FixPlans);
    let (rows, mut total) = stored::list(conn, &within, Some(State::Proposed.name()), (0, shown)).await?;
    let mut items = Vec::new();
    for row in rows {
        if stored::wrote(conn, &object(row.id), &actor.duty_key()).await? {
            total -= 1;
            continue;
        }
        items.push(WorkItem {
            subject: row.title,
            place: row.unit,
            role: None,
            target: Target::CertificatePlan(row.id),
            since: row.changed_at,
            due: Some(row.changed_at + FIX_DAYS * DAY_MS),
        });
    }
    Ok(vec![WorkGroup { kind: WorkKind::FixPlans, items, total }])
}
