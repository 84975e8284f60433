//! The audit log: read, verified, signed; and its proofs for other programs.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use contract::proof::InclusionProof;
use contract::{Failure, Fault, FieldFault};
use model::role::Action;
use registry::store::audit::{self, Filter};
use registry::work::list_audit::list_audit;
use registry::work::prove_audit::{prove_consistency, prove_inclusion};
use registry::work::sign_head::{last_head, sign_head};
use registry::work::verify_audit::verify_audit_for;
use registry::{Actor, date};

use super::{Answer, done, province_name};
use crate::typed::{Asked, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let text = |name: &str| Some(asked.get(name).trim().to_owned()).filter(|text| !text.is_empty());
    let code = |name: &str| text(name).map(|text| page::audit_entry::code_of(&text));
    let mut filter = Filter {
        object: code("object"),
        actor: code("actor"),
        action: text("action"),
        before: asked.id("before"),
        ..Filter::default()
    };
    let mut conn = portal.store.read().await?;
    let (lines, errors) = match between(&asked) {
        Ok((from, until)) => {
            (filter.from, filter.until) = (from, until);
            (list_audit(&mut conn, visit.actor()?, &filter, visit.at_ms).await?, None)
        }
        Err(failure) => (Vec::new(), failing::beside(visit.lang, &failure)),
    };
    let log = page::audit::Log {
        lines,
        size: audit::state(&mut conn).await?.size,
        head: last_head(&mut conn).await?,
        province: province_name(&mut conn).await?,
    };
    Ok(page::audit::respond(&portal, &visit, (&filter, &asked), log, errors))
}

/// The instants that begin the first day and end the last, where such days are asked for.
fn between(asked: &Typed) -> Result<(Option<i64>, Option<i64>), Failure> {
    let day = |name: &str| match date::parse(&asked.get(name)) {
        Ok(day) => Ok(Some(day)),
        Err(Fault::Missing) => Ok(None),
        Err(fault) => Err(FieldFault { field: name.to_owned(), fault }),
    };
    match (day("from"), day("to")) {
        (Ok(Some(from)), Ok(Some(to))) if to < from => {
            Err(Failure::field("to", Fault::Before { day: from.to_string() }))
        }
        (Ok(from), Ok(to)) => Ok((from.map(date::start_of), to.map(|to| date::start_of(date::days_later(to, 1))))),
        (from, to) => Err(Failure::Invalid { faults: from.err().into_iter().chain(to.err()).collect() }),
    }
}

pub async fn verify(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let key = portal.secrets.head_key();
    let mut conn = portal.store.snapshot().await?;
    let verdict = verify_audit_for(&mut conn, visit.actor()?, Some(key), visit.at_ms).await;
    conn.end().await?;
    Ok(page::audit_verify::respond(&portal, &visit, &verdict?))
}

pub async fn sign(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let actor = visit.actor()?.clone();
    let secrets = portal.secrets.clone();
    portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { sign_head(tx, &actor, secrets.as_ref()).await }))
        .await?;
    Ok(done(routes::AUDIT, "head-signed"))
}

/// The newest signed head: who keeps it can later hold the log against it.
pub async fn head(State(portal): State<Portal>) -> Answer {
    let mut conn = portal.store.read().await?;
    let head = last_head(&mut conn).await?.ok_or(Failure::NotFound)?;
    Ok(Json(head).into_response())
}

pub async fn inclusion(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let size = if asked.has("size") { number(&asked, "size").map(Some) } else { Ok(None) };
    let (seq, size) = match (number(&asked, "entry"), size) {
        (Ok(seq), Ok(size)) => (seq, size),
        (Err(failure), _) | (_, Err(failure)) => return Ok(senseless(failure)),
    };
    let auditor = visit.actor().is_ok_and(|actor| actor.may_somewhere(Action::SeeAudit));
    let mut conn = portal.store.read().await?;
    match prove_inclusion(&mut conn, &Actor::system(), seq, size, visit.at_ms).await {
        Ok(proof) => {
            let entry = proof.entry.filter(|_| auditor);
            Ok(Json(InclusionProof { entry, ..proof }).into_response())
        }
        Err(failure) => unproved(failure),
    }
}

pub async fn consistency(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let (from, to) = match (number(&asked, "from"), number(&asked, "to")) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(failure), _) | (_, Err(failure)) => return Ok(senseless(failure)),
    };
    let mut conn = portal.store.read().await?;
    match prove_consistency(&mut conn, &Actor::system(), from, to, visit.at_ms).await {
        Ok(proof) => Ok(Json(proof).into_response()),
        Err(failure) => unproved(failure),
    }
}

fn number(asked: &Typed, field: &str) -> Result<u64, Failure> {
    asked.get(field).trim().parse().map_err(|_| Failure::field(field, Fault::Number))
}

/// 400: these numbers make no sense, whatever the log.
fn senseless(failure: Failure) -> Response {
    (StatusCode::BAD_REQUEST, Json(failure)).into_response()
}

/// 404 for a log that is not so long (yet): the fault stands beside the size that was asked for.
fn unproved(failure: Failure) -> Answer {
    match &failure {
        Failure::Invalid { faults } if faults.iter().any(|fault| fault.field == "size" || fault.field == "to") => {
            Err(Failure::NotFound.into())
        }
        Failure::Invalid { .. } => Ok(senseless(failure)),
        _ => Err(failure.into()),
    }
}
