//! What the Ministry's card database is told, and the days that its terms do not count (R106).

use axum::Extension;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use contract::{Failure, Fault};
use registry::work::ministry::{
    batch_file, make_batch, receive_batch, return_batch, set_holiday, show_holidays, show_outbox,
};

use super::{Answer, done};
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let at = asked.id("page").unwrap_or(1).max(1);
    respond(&portal, &visit, at, StatusCode::OK, &Typed::default(), None).await
}

async fn respond(
    portal: &Portal,
    visit: &Visit,
    at: i64,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Answer {
    let mut conn = portal.store.read().await?;
    let outbox = show_outbox(&mut conn, visit.actor()?, at).await?;
    let holidays = show_holidays(&mut conn, visit.actor()?).await?;
    Ok(page::ministry::respond(portal, visit, status, (outbox, holidays, at), typed, errors))
}

pub async fn act(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let what = typed.get("do");
    let (id, version) = (typed.id("batch").unwrap_or_default(), typed.id("version").unwrap_or_default());
    let (receipt, answer) = (typed.get("receipt"), typed.get("answer"));
    let (day, name, worked) = (typed.get("day"), typed.get("name"), typed.has("worked"));
    let word = match what.as_str() {
        "make" => "outbox-made",
        "receive" => "outbox-received",
        "return" => "outbox-returned",
        _ => "holiday-set",
    };
    let acted = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move {
                match what.as_str() {
                    "make" => make_batch(tx, &actor).await.map(drop),
                    "receive" => receive_batch(tx, &actor, (id, version), &receipt).await,
                    "return" => return_batch(tx, &actor, (id, version), &answer).await,
                    "holiday" => set_holiday(tx, &actor, &day, &name, worked).await,
                    _ => Err(Failure::field("do", Fault::Choice)),
                }
            })
        })
        .await;
    match acted {
        Ok(()) => Ok(done(routes::MINISTRY, word)),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            respond(&portal, &visit, 1, status, &typed, Some(errors)).await
        }
    }
}

/// The file, to be brought to the Ministry's portal.
pub async fn file(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let bytes = batch_file(&mut conn, visit.actor()?, id).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"su-kien-the-{id}.json\"")),
    ];
    Ok((headers, bytes).into_response())
}
