//! A second person looks at what was read back from chips.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use model::role::Action;
use registry::work::witness::{PAGE, show as show_read_back, to_witness, witness};

use super::{Answer, done, fresh};
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = to_witness(&mut conn, visit.actor()?, (at, PAGE)).await?;
    Ok(page::witness::list(&portal, &visit, rows, (at, total)))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, None).await
}

async fn respond(portal: &Portal, visit: &Visit, id: i64, status: StatusCode, errors: Option<FieldErrors>) -> Answer {
    let mut conn = portal.store.read().await?;
    let detail = show_read_back(&mut conn, visit.actor()?, id).await?;
    Ok(page::witness::respond(portal, visit, status, &detail, errors))
}

pub async fn confirm(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let version = typed.id("version").unwrap_or_default();
    let confirmed: Result<(), Failure> = match fresh(&portal, &mut visit, Action::WitnessCards, &typed).await {
        Ok(actor) => {
            let writing = portal
                .store
                .write(visit.at_ms, move |tx| Box::pin(async move { witness(tx, &actor, (id, version)).await }));
            writing.await
        }
        Err(failure) => Err(failure),
    };
    match confirmed {
        Ok(()) => Ok(done(routes::WITNESS, "chip-witnessed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, id, status, Some(errors)).await
        }
    }
}
