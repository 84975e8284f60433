//! What waits for me.

use axum::Extension;
use axum::extract::State;
use registry::work::set_up;
use registry::work::work_queue::work_queue;

use super::Answer;
use crate::visit::Visit;
use crate::{Portal, page};

pub async fn queue(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let actor = visit.actor()?;
    let mut conn = portal.store.read().await?;
    let groups = work_queue(&mut conn, actor, visit.at_ms).await?;
    // nothing waits: perhaps because the province has not begun
    let begins = groups.is_empty() && !set_up::progress(&mut conn).await?.is_done();
    Ok(page::work::respond(&portal, &visit, groups, begins))
}
