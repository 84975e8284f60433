//! Comparing requests with the paper (R18–R21).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use contract::cards::RequestDetail;
use contract::{Failure, Refusal};
use model::lifecycle::Request;
use model::profile::Field;
use registry::work::approve_card::foresee;
use registry::work::national::show_difference;
use registry::work::show_request::{show_request, to_verify};
use registry::work::verify_request::{VerifyRequest, verify_request};

use super::{Answer, done};
use crate::part::FieldErrors;
use crate::pressed::{self, Look};
use crate::sent::Sent;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    let mut conn = portal.store.read().await?;
    let (rows, total) = to_verify(&mut conn, visit.actor()?, at).await?;
    Ok(page::verify::list(&portal, &visit, rows, (at, total)))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let request = read(&portal, &visit, id).await?;
    // done already: what was found is on the request's own page
    if request.request.state != Request::Submitted {
        return Ok(Redirect::to(&routes::with_id(routes::REQUEST, id)).into_response());
    }
    let look = foreseen(&portal, &visit, id).await?;
    respond(&portal, &visit, StatusCode::OK, (&request, look), &Typed::default(), None).await
}

/// How the card would look; nothing while it cannot be told.
async fn foreseen(portal: &Portal, visit: &Visit, id: i64) -> Result<Look, Failure> {
    let Some(cards) = &portal.cards else { return Ok(Look::default()) };
    let mut conn = portal.store.read().await?;
    let frozen = foresee(&mut conn, &portal.blobs, visit.actor()?, id).await?;
    drop(conn);
    Ok(frozen.map(|(snapshot, portrait)| pressed::look(cards, visit.lang, &snapshot, &portrait)).unwrap_or_default())
}

/// The page of a request whose card would look so.
async fn respond(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    (request, look): (&RequestDetail, Look),
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let differs = show_difference(&mut conn, visit.actor()?, request.request.person_id).await?;
    drop(conn);
    let look = Look { differs, ..look };
    Ok(page::verify::respond(portal, visit, status, (request, &look), typed, errors))
}

async fn read(portal: &Portal, visit: &Visit, id: i64) -> Result<RequestDetail, Failure> {
    let mut conn = portal.store.read().await?;
    let request = show_request(&mut conn, visit.actor()?, id).await?;
    match (request.may_verify, request.request.own) {
        (false, true) => Err(Failure::Refused { why: Refusal::OwnAccount }),
        (false, false) if request.request.state == Request::Submitted => Err(Failure::Forbidden),
        _ => Ok(request),
    }
}

pub async fn decide(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    sent: Sent,
) -> Answer {
    let typed = sent.typed;
    let send_back = typed.get("do") == "return";
    let fields = || Field::ALL.into_iter().filter(|field| typed.has(&format!("seen-{}", field.name())));
    let asked = VerifyRequest {
        version: typed.id("version").unwrap_or_default(),
        verdicts: fields()
            .filter_map(|field| {
                let remark = typed.get(&format!("remark-{}", field.name()));
                match typed.get(field.name()).as_str() {
                    "right" => Some((field, (true, remark))),
                    "wrong" => Some((field, (false, remark))),
                    _ => None,
                }
            })
            .collect(),
        seen: fields().map(|field| (field, typed.get(&format!("seen-{}", field.name())))).collect(),
        copies: typed.id("copies").unwrap_or_default(),
        send_back,
        reason: typed.get("reason"),
    };
    if !send_back {
        let look = foreseen(&portal, &visit, id).await?;
        if !look.faults.is_empty() {
            // nobody prints it: better said now than at the desk
            let errors = FieldErrors::whole(page::verify::undrawable(visit.lang));
            let request = read(&portal, &visit, id).await?;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return respond(&portal, &visit, status, (&request, look), &typed, Some(errors)).await;
        }
    }
    // reading a picture takes memory: as many at a time as portraits
    let _place = portal.photos.acquire().await.map_err(|_| Failure::Internal)?;
    let who = (visit.actor()?, &portal.order);
    let decided = verify_request(&portal.store, &portal.blobs, who, id, asked, sent.file.to_vec(), visit.at_ms).await;
    match decided {
        Ok(()) if send_back => Ok(done(routes::VERIFY, "request-returned")),
        Ok(()) => Ok(done(routes::VERIFY, "request-verified")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let request = read(&portal, &visit, id).await?;
            let look = foreseen(&portal, &visit, id).await?;
            respond(&portal, &visit, status, (&request, look), &typed, Some(errors)).await
        }
    }
}
