//! Blanks that move: sent and taken in, set aside, spoiled.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use contract::{Failure, Fault};
use registry::store::stock::place;
use registry::work::stock::move_blanks::{SendForm, list_transfers, send_blanks, show_transfer, take_in};
use registry::work::stock::places::list_places;
use registry::work::stock::set_aside::{AsideForm, set_aside};
use registry::work::stock::spoil::{SpoilForm, spoil as enter_spoiled};

use super::{chosen, seen};
use crate::call::{Answer, done, province_name};
use crate::part::FieldErrors;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let transfers = list_transfers(&mut conn, visit.actor()?).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::stock::transfers::respond(&portal, &visit, transfers, province))
}

async fn send_form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let mut conn = portal.store.read().await?;
    let places = list_places(&mut conn, visit.actor()?).await?;
    let all: Vec<(i64, String)> =
        place::all(&mut conn).await?.into_iter().map(|place| (place.id, place.name)).collect();
    Ok(page::stock::send::respond(portal, visit, status, (&places, &all), typed, errors))
}

pub async fn send_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let typed = chosen(&portal, &visit, asked).await?;
    Ok(send_form(&portal, &visit, StatusCode::OK, &typed, None).await?)
}

pub async fn send(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let request = SendForm {
        from: typed.id("from"),
        to: typed.id("to"),
        serials: typed.get("serials"),
        document: typed.get("document"),
    };
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { send_blanks(tx, &actor, request).await }));
    match write.await {
        Ok(id) => Ok(done(&routes::with_id(routes::STOCK_TRANSFER, id), "stock-sent")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(send_form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let transfer = show_transfer(&mut conn, visit.actor()?, id).await?;
    Ok(page::stock::transfer::respond(&portal, &visit, StatusCode::OK, &transfer, &Typed::default(), None))
}

pub async fn answer(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match answered(&portal, &visit, id, &typed).await {
        Ok(arrived) => {
            let word = if arrived { "stock-taken-in" } else { "stock-turned-back" };
            Ok(done(&routes::with_id(routes::STOCK_TRANSFER, id), word))
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let transfer = show_transfer(&mut conn, visit.actor()?, id).await?;
            Ok(page::stock::transfer::respond(&portal, &visit, status, &transfer, &typed, Some(errors)))
        }
    }
}

/// Whether they arrived.
async fn answered(portal: &Portal, visit: &Visit, id: i64, typed: &Typed) -> Result<bool, Failure> {
    let (actor, key) = (visit.actor()?.clone(), (id, typed.id("version").unwrap_or_default()));
    let (what, note) = (typed.get("do"), typed.get("note"));
    let arrived = what == "take_in";
    let write = portal.store.write(visit.at_ms, move |tx| {
        Box::pin(async move {
            take_in(tx, &actor, key, arrived, &note).await?;
            // whether the visitor may at all, is said first
            if matches!(what.as_str(), "take_in" | "turn_back") {
                Ok(())
            } else {
                Err(Failure::field("note", Fault::Choice))
            }
        })
    });
    write.await?;
    Ok(arrived)
}

async fn aside_form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let places = seen(portal, visit).await?;
    Ok(page::stock::aside::respond(portal, visit, status, &places, typed, errors))
}

pub async fn aside_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let typed = chosen(&portal, &visit, asked).await?;
    Ok(aside_form(&portal, &visit, StatusCode::OK, &typed, None).await?)
}

pub async fn aside(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let release = typed.get("do") == "release";
    let request =
        AsideForm { place_id: typed.id("place_id"), serials: typed.get("serials"), release, note: typed.get("note") };
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { set_aside(tx, &actor, request).await }));
    match write.await {
        Ok(count) => {
            let word = if release { "released" } else { "set-aside" };
            Ok(done(routes::STOCK, &format!("stock-{word}.{count}")))
        }
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(aside_form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}

async fn spoil_form(
    portal: &Portal,
    visit: &Visit,
    status: StatusCode,
    typed: &Typed,
    errors: Option<FieldErrors>,
) -> Result<Response, Failure> {
    let places = seen(portal, visit).await?;
    Ok(page::stock::spoil::respond(portal, visit, status, &places, typed, errors))
}

pub async fn spoil_page(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Asked(asked): Asked,
) -> Answer {
    let typed = chosen(&portal, &visit, asked).await?;
    Ok(spoil_form(&portal, &visit, StatusCode::OK, &typed, None).await?)
}

pub async fn spoil(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let actor = visit.actor()?.clone();
    let request = SpoilForm {
        place_id: typed.id("place_id"),
        serials: typed.get("serials"),
        reason: typed.get("reason"),
        note: typed.get("note"),
    };
    let write =
        portal.store.write(visit.at_ms, move |tx| Box::pin(async move { enter_spoiled(tx, &actor, request).await }));
    match write.await {
        Ok(count) => Ok(done(routes::STOCK, &format!("stock-spoiled.{count}"))),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(spoil_form(&portal, &visit, status, &typed, Some(errors)).await?)
        }
    }
}
