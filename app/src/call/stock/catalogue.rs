//! Types of blanks, and the places where blanks are kept.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::Failure;
use contract::stock::{PlaceLine, TypeLine};
use model::stock::Measure;
use registry::store::unit;
use registry::work::stock::places::{PlaceForm, add_place as enter_place, change_place as set_place};
use registry::work::stock::types::{TypeForm, add_type as enter_type, change_type as set_type, list_types, show_type};

use super::seen;
use crate::call::{Answer, done};
use crate::typed::{Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

pub async fn types(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let types = list_types(&mut conn, visit.actor()?).await?;
    Ok(page::stock::types::respond(&portal, &visit, &types))
}

fn type_form(typed: &Typed) -> TypeForm {
    TypeForm {
        code: typed.get("code"),
        name: typed.get("name"),
        supplier: typed.get("supplier"),
        chip: typed.get("chip"),
        interface: typed.get("interface"),
        chip_model: typed.get("chip_model"),
        memory_kb: typed.get("memory_kb"),
        material: typed.get("material"),
        surface: typed.get("surface"),
        length: typed.get("length"),
        width: typed.get("width"),
        thickness: typed.get("thickness"),
        appraisal: typed.get("appraisal"),
        note: typed.get("note"),
    }
}

fn measure(visit: &Visit, micrometres: i64) -> String {
    page::stock::naming::millimetres(visit.lang, micrometres)
}

pub async fn add_type_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let typed = Typed::start([
        ("length", measure(&visit, Measure::LENGTH.nominal)),
        ("width", measure(&visit, Measure::WIDTH.nominal)),
        ("thickness", measure(&visit, Measure::THICKNESS.nominal)),
    ]);
    Ok(page::stock::type_form::respond(&portal, &visit, StatusCode::OK, None, &typed, None))
}

pub async fn add_type(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, form) = (visit.actor()?.clone(), type_form(&typed));
    let write = portal.store.write(visit.at_ms, move |tx| Box::pin(async move { enter_type(tx, &actor, form).await }));
    match write.await {
        Ok(_) => Ok(done(routes::STOCK_TYPES, "stock-type-added")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::stock::type_form::respond(&portal, &visit, status, None, &typed, Some(errors)))
        }
    }
}

async fn one_type(portal: &Portal, visit: &Visit, id: i64) -> Result<TypeLine, Failure> {
    let mut conn = portal.store.read().await?;
    show_type(&mut conn, visit.actor()?, id).await
}

pub async fn change_type_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let of = one_type(&portal, &visit, id).await?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let [length, width, thickness] = of.size_um.map(|um| measure(&visit, um));
    let typed = Typed::start([
        ("version", of.version.to_string()),
        ("code", of.code.clone()),
        ("name", of.name.clone()),
        ("supplier", of.supplier.clone()),
        ("chip", of.chip.name().to_owned()),
        ("interface", of.interface.name().to_owned()),
        ("chip_model", text(&of.chip_model)),
        ("memory_kb", of.memory_kb.map(|kb| kb.to_string()).unwrap_or_default()),
        ("material", of.material.clone()),
        ("surface", of.surface.name().to_owned()),
        ("length", length),
        ("width", width),
        ("thickness", thickness),
        ("appraisal", text(&of.appraisal)),
        ("note", text(&of.note)),
    ]);
    Ok(page::stock::type_form::respond(&portal, &visit, StatusCode::OK, Some(&of), &typed, None))
}

pub async fn change_type(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let of = one_type(&portal, &visit, id).await?;
    let (actor, form, version) = (visit.actor()?.clone(), type_form(&typed), typed.id("version").unwrap_or_default());
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { set_type(tx, &actor, (id, version), form).await }));
    match write.await {
        Ok(()) => Ok(done(routes::STOCK_TYPES, "stock-type-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::stock::type_form::respond(&portal, &visit, status, Some(&of), &typed, Some(errors)))
        }
    }
}

pub async fn places(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let places = seen(&portal, &visit).await?;
    Ok(page::stock::places::respond(&portal, &visit, &places))
}

fn place_form(typed: &Typed) -> PlaceForm {
    PlaceForm {
        name: typed.get("name"),
        kind: typed.get("kind"),
        unit_code: typed.get("unit_code"),
        quota: typed.get("quota"),
        minimum: typed.get("minimum"),
    }
}

pub async fn add_place_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    Ok(page::stock::place_form::respond(&portal, &visit, StatusCode::OK, None, &Typed::default(), None))
}

pub async fn add_place(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, form) = (visit.actor()?.clone(), place_form(&typed));
    let write = portal.store.write(visit.at_ms, move |tx| Box::pin(async move { enter_place(tx, &actor, form).await }));
    match write.await {
        Ok(_) => Ok(done(routes::STOCK_PLACES, "stock-place-added")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::stock::place_form::respond(&portal, &visit, status, None, &typed, Some(errors)))
        }
    }
}

async fn one_place(portal: &Portal, visit: &Visit, id: i64) -> Result<PlaceLine, Failure> {
    seen(portal, visit).await?.into_iter().find(|place| place.id == id).ok_or(Failure::NotFound)
}

pub async fn change_place_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let of = one_place(&portal, &visit, id).await?;
    let mut conn = portal.store.read().await?;
    let unit = unit::by_id(&mut conn, of.unit_id).await?;
    drop(conn);
    let number = |value: Option<i64>| value.map(|value| value.to_string()).unwrap_or_default();
    let typed = Typed::start([
        ("version", of.version.to_string()),
        ("name", of.name.clone()),
        ("kind", of.kind.name().to_owned()),
        ("unit_code", unit.and_then(|unit| unit.code_issued).unwrap_or_else(|| of.unit.clone())),
        ("quota", number(of.quota)),
        ("minimum", number(of.minimum)),
    ]);
    Ok(page::stock::place_form::respond(&portal, &visit, StatusCode::OK, Some((id, &of.name)), &typed, None))
}

pub async fn change_place(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let of = one_place(&portal, &visit, id).await?;
    let (actor, form, version) = (visit.actor()?.clone(), place_form(&typed), typed.id("version").unwrap_or_default());
    let write = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { set_place(tx, &actor, (id, version), form).await }));
    match write.await {
        Ok(()) => Ok(done(routes::STOCK_PLACES, "stock-place-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let of = Some((id, of.name.as_str()));
            Ok(page::stock::place_form::respond(&portal, &visit, status, of, &typed, Some(errors)))
        }
    }
}
