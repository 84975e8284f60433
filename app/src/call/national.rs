//! Where the national database says something else than what is held, and how that ends (C26).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Fault};
use registry::work::national::{list_differences, open_difference, report_up, take_over};

use super::{Answer, done};
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = list_differences(&mut conn, visit.actor()?, at).await?;
    Ok(page::national::list(&portal, &visit, &rows, (at, total)))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    respond(&portal, &visit, id, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let row = open_difference(&mut conn, visit.actor()?, id).await?;
    Ok(page::national::one(portal, visit, status, &row, typed, errors))
}

pub async fn settle(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, order) = (visit.actor()?.clone(), portal.order.clone());
    let (what, document) = (typed.get("do"), typed.get("document"));
    let [version, person_version] = ["version", "person_version"].map(|name| typed.id(name).unwrap_or_default());
    let word = if what == "take_over" { "national-taken" } else { "national-reported" };
    let settled = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                match what.as_str() {
                    "take_over" => take_over(tx, &actor, &order, (id, version, person_version)).await,
                    "report" => report_up(tx, &actor, (id, version), &document).await,
                    _ => Err(Failure::field("do", Fault::Choice)),
                }
            })
        })
        .await;
    match settled {
        Ok(()) => Ok(done(routes::NATIONAL, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, id, status, &typed, Some(errors)).await
        }
    }
}
