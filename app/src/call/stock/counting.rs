//! Stock counts.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contract::Failure;
use registry::work::once::once;
use registry::work::stock::count::{CountForm, count as enter, list_counts, show_count};
use registry::work::stock::places::list_places;

use crate::call::{Answer, done};
use crate::part::FieldErrors;
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

async fn form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let mut conn = portal.store.read().await?;
    let places = list_places(&mut conn, visit.actor()?).await?;
    let earlier = list_counts(&mut conn, visit.actor()?).await?;
    Ok(page::stock::count::ask(portal, visit, status, (&places, &earlier), typed, errors))
}

pub async fn ask(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(form(&portal, &visit, StatusCode::OK, &Typed::default(), None).await?)
}

pub async fn count(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let request = CountForm {
        place_id: typed.id("place_id"),
        serials: typed.get("serials"),
        nothing: typed.has("nothing"),
        note: typed.get("note"),
    };
    let write = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { enter(tx, &actor, request).await })
    });
    match write.await {
        Ok(id) => Ok(done(&routes::with_id(routes::STOCK_COUNTED, id), "stock-counted")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let of = show_count(&mut conn, visit.actor()?, id).await?;
    Ok(page::stock::count::show(&portal, &visit, &of))
}
