//! Where a visit begins: the work queue for who is signed in, a guide for an empty province, the way in for others.

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use registry::work::set_up;

use super::Answer;
use crate::visit::Visit;
use crate::{Portal, page, routes};

pub async fn home(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    if visit.session.is_some() {
        return Ok(Redirect::to(routes::WORK).into_response());
    }
    let mut conn = portal.store.read().await?;
    let progress = set_up::progress(&mut conn).await?;
    Ok(if progress.accounts == 0 {
        Redirect::to(routes::START).into_response()
    } else {
        Redirect::to(routes::SIGN_IN).into_response()
    })
}

/// How an empty province begins: what to do next, one step at a time.
pub async fn guide(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let progress = set_up::progress(&mut conn).await?;
    Ok(page::start::respond(&portal, &visit, &progress))
}
