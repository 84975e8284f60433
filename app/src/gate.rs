//! The gate in front of every route: resumes the session and lets through only whom the route's access allows.
//!
//! A handler cannot be mounted without an [`Access`]; what it does to a unit, the use case checks again with the unit
//! at hand.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use contract::Failure;
use model::role::Action;
use registry::work::resume_session::{Stage, resume_session};

use crate::visit::{FLASH, Visit};
use crate::{Portal, failing};

/// Who may come through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Who has shown the password, whatever is still to follow.
    Pending,
    /// Who must set up a second factor, or is signed in.
    Enrolling,
    /// Who is signed in: it concerns only themselves.
    Own,
    /// Who may do this on at least one unit.
    May(Action),
}

/// Lets a request through, or answers it.
pub async fn gate(State((portal, access)): State<(Portal, Access)>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut visit = Visit::read(&parts, portal.now_ms());
    if let Some(token) = visit.token.clone() {
        match resume_session(&portal.store, &token, visit.at_ms).await {
            Ok(session) => visit.session = session,
            Err(failure) if access == Access::Public => tracing::warn!(?failure, "a session could not be resumed"),
            Err(failure) => return failing::answer(&portal, &visit, &failure),
        }
    }
    if let Err(failure) = allowed(&visit, access) {
        return failing::answer(&portal, &visit, &failure);
    }
    let had_flash = visit.flash.is_some() && parts.method == "GET" && !visit.path.starts_with("/find");
    parts.extensions.insert(visit.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await.into_response();
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        response = failing::answer(&portal, &visit, &failure);
    }
    if had_flash
        && let Ok(value) = HeaderValue::from_str(&format!("{FLASH}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

fn allowed(visit: &Visit, access: Access) -> Result<(), Failure> {
    if access == Access::Public {
        return Ok(());
    }
    let session = visit.who()?;
    match (access, session.stage) {
        (Access::Pending, _) | (Access::Enrolling, Stage::Enrol | Stage::Full) | (Access::Own, Stage::Full) => Ok(()),
        (Access::May(action), Stage::Full) => {
            if session.actor.may_somewhere(action) {
                Ok(())
            } else {
                Err(Failure::Forbidden)
            }
        }
        _ => Err(Failure::SignInNeeded),
    }
}
