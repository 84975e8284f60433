//! Somebody leaves: reported, and taken back where it was a mistake (R6, R29).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use contract::{Failure, Refusal};
use registry::work::departures::{ReportDeparture, departure_of, report_departure, take_back_departure};
use registry::work::show_person::show_person;

use super::{Answer, done};
use crate::sent::Sent;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn page_for(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let person = show_person(&mut conn, visit.actor()?, id).await?;
    if person.erased {
        return Err(Failure::Refused { why: Refusal::Erased }.into());
    }
    // reported already: the person's page says what follows
    if departure_of(&mut conn, visit.actor()?, id).await?.is_some() {
        return Ok(Redirect::to(&routes::with_id(routes::PERSON, id)).into_response());
    }
    let typed = Typed::start([("version", person.version.to_string())]);
    Ok(page::departure::form(&portal, &visit, StatusCode::OK, &person, &typed, None))
}

pub async fn report(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    sent: Sent,
) -> Answer {
    let typed = sent.typed;
    let report = ReportDeparture {
        version: typed.id("version").unwrap_or_default(),
        kind: typed.get("kind"),
        day: typed.get("day"),
        decision: typed.get("decision"),
    };
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let (actor, file) = (visit.actor()?, sent.file.to_vec());
    match report_departure(&portal.store, &portal.blobs, actor, id, report, file, visit.at_ms).await {
        Ok(()) => Ok(done(&routes::with_id(routes::PERSON, id), "departure-reported")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let person = show_person(&mut conn, visit.actor()?, id).await?;
            Ok(page::departure::form(&portal, &visit, status, &person, &typed, Some(errors)))
        }
    }
}

pub async fn take_back(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, version) = (visit.actor()?.clone(), typed.id("version").unwrap_or_default());
    let taking = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { take_back_departure(tx, &actor, id, version).await }));
    match taking.await {
        Ok(()) => Ok(done(&routes::with_id(routes::PERSON, id), "departure-taken-back")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let person = show_person(&mut conn, visit.actor()?, id).await?;
            let departure = departure_of(&mut conn, visit.actor()?, id).await?;
            Ok(page::departure::refused(&portal, &visit, status, &person, departure.as_ref(), &errors))
        }
    }
}
