//! What waits of training classes: those that are over, to be closed.

use contract::Failure;
use contract::view::{Target, WorkGroup, WorkItem, WorkKind};
use model::role::Action;

use super::head;
use crate::store::training_class as stored;
use crate::work::sign_head::DAY_MS;
use crate::{Actor, Conn, date};

/// A class is closed within these days of its last one.
const CLOSE_DAYS: i64 = 5;

/// Classes that the actor keeps, whose last day is over.
pub(in crate::work) async fn groups(
    conn: &mut Conn,
    actor: &Actor,
    (at_ms, shown): (i64, i64),
) -> Result<Vec<WorkGroup>, Failure> {
    if !actor.may_somewhere(Action::KeepClasses) {
        return Ok(Vec::new());
    }
    let today = date::day_of(at_ms).to_string();
    let (rows, total) = stored::over(conn, &actor.paths(Action::KeepClasses), &today, shown).await?;
    let item = |row| {
        let class = head(row)?;
        let over = class.days.last().map(|day| date::start_of(*day) + DAY_MS).ok_or(Failure::Internal)?;
        Ok(WorkItem {
            subject: class.title,
            place: class.unit,
            role: None,
            target: Target::TrainingClass(class.id),
            since: over,
            due: Some(over + CLOSE_DAYS * DAY_MS),
        })
    };
    let items = rows.into_iter().map(item).collect::<Result<_, Failure>>()?;
    Ok(vec![WorkGroup { kind: WorkKind::CloseClasses, items, total }])
}
