//! Minutes of destruction: drawn up by one, confirmed by another.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{Failure, Fault};
use model::role::Action;
use registry::date::iso_day;
use registry::work::stock::destroy::{DestroyForm, draw_up, list_destructions, show_destruction, witness};

use super::seen;
use crate::call::{Answer, done, fresh, province_name};
use crate::part::FieldErrors;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let rows = list_destructions(&mut conn, visit.actor()?).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::stock::destructions::respond(&portal, &visit, rows, province))
}

async fn form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let places = seen(portal, visit).await?;
    Ok(page::stock::destruction_form::respond(portal, visit, status, &places, typed, errors))
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let typed = Typed::start([("on_day", iso_day(visit.at_ms))]);
    Ok(form(&portal, &visit, StatusCode::OK, &typed, None).await?)
}

pub async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let request = DestroyForm {
        place_id: typed.id("place_id"),
        serials: typed.get("serials"),
        on_day: typed.get("on_day"),
        method: typed.get("method"),
    };
    let write = portal.store.write(visit.at_ms, move |tx| Box::pin(async move { draw_up(tx, &actor, request).await }));
    match write.await {
        Ok(id) => Ok(done(&routes::with_id(routes::STOCK_DESTRUCTION, id), "stock-drawn-up")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let of = show_destruction(&mut conn, visit.actor()?, id).await?;
    Ok(page::stock::destruction::respond(&portal, &visit, StatusCode::OK, &of, &Typed::default(), None))
}

pub async fn answer(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match answered(&portal, &mut visit, id, &typed).await {
        Ok(confirmed) => {
            let word = if confirmed { "stock-destroyed" } else { "stock-destruction-refused" };
            Ok(done(&routes::with_id(routes::STOCK_DESTRUCTION, id), word))
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let of = show_destruction(&mut conn, visit.actor()?, id).await?;
            Ok(page::stock::destruction::respond(&portal, &visit, status, &of, &typed, Some(errors)))
        }
    }
}

/// Whether the witness confirms.
async fn answered(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<bool, Failure> {
    let actor = fresh(portal, visit, Action::WitnessStock, typed).await?;
    let (what, reason) = (typed.get("do"), typed.get("reason"));
    let (confirm, key) = (what == "confirm", (id, typed.id("version").unwrap_or_default()));
    let write = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move {
            witness(tx, &actor, key, confirm, &reason).await?;
            // whether the visitor may at all, is said first
            if matches!(what.as_str(), "confirm" | "refuse") {
                Ok(())
            } else {
                Err(Failure::field("reason", Fault::Choice))
            }
        })
    });
    write.await?;
    Ok(confirm)
}
