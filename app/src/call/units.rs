//! Units: where a visit of the tree begins, one unit, and what is done to it.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use contract::view::UnitDetail;
use contract::{Failure, Refusal};
use model::unit::PostKind;
use registry::work::change_unit::{self, PostsForm, UnitForm};
use registry::work::once::once;
use registry::work::show_unit::{entrances, find_units, parent_meant, show_unit};

use super::{Answer, done, export};
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// Hits of a search; more is answered with «refine».
const HITS: usize = 50;

pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let actor = visit.actor()?;
    if let Some(format) = export::wanted(&asked) {
        return export::units(&portal, &visit, format, &asked).await;
    }
    let text = asked.get("q");
    let mut conn = portal.store.read().await?;
    if text.trim().is_empty() {
        let entrances = entrances(&mut conn, actor).await?;
        if let [only] = entrances.as_slice() {
            return Ok(Redirect::to(&routes::with_id(routes::UNIT, only.id)).into_response());
        }
        return Ok(page::units::entrances(&portal, &visit, entrances));
    }
    let mut found = find_units(&mut conn, actor, &text, HITS + 1).await?;
    let more = found.len() > HITS;
    found.truncate(HITS);
    Ok(page::units::found(&portal, &visit, &text, found, more))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let unit = show_unit(&mut conn, visit.actor()?, id).await?;
    Ok(page::unit::respond(&portal, &visit, unit))
}

/// The unit, which may be changed by the actor.
async fn changeable(portal: &Portal, visit: &Visit, id: i64) -> Result<UnitDetail, Failure> {
    let mut conn = portal.store.read().await?;
    let unit = show_unit(&mut conn, visit.actor()?, id).await?;
    match (unit.may_change, unit.unit.closed_on.is_some()) {
        (true, _) => Ok(unit),
        (false, true) => Err(Failure::Refused { why: Refusal::UnitClosed }),
        (false, false) => Err(Failure::Forbidden),
    }
}

fn form(typed: &Typed, parent_id: Option<i64>) -> UnitForm {
    UnitForm {
        class: typed.get("class"),
        name: typed.get("name"),
        parent_id,
        code: typed.get("code"),
        decision: typed.get("decision"),
        from: typed.get("from"),
    }
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let parent = changeable(&portal, &visit, id).await?;
    let typed = Typed::start([("from", registry::date::iso_day(visit.at_ms))]);
    Ok(page::unit_form::add(&portal, &visit, StatusCode::OK, &parent, &typed, None))
}

pub async fn add(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(parent_id): Id,
    typed: Typed,
) -> Answer {
    let (actor, order, form) = (visit.actor()?.clone(), portal.order.clone(), form(&typed, Some(parent_id)));
    let added = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { change_unit::add_unit(tx, &actor, &order, form).await })
    })
    .await;
    match added {
        Ok(id) => Ok(done(&routes::with_id(routes::UNIT, id), "unit-added")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let parent = changeable(&portal, &visit, parent_id).await?;
            Ok(page::unit_form::add(&portal, &visit, status, &parent, &typed, Some(errors)))
        }
    }
}

pub async fn change_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let unit = changeable(&portal, &visit, id).await?;
    let typed = Typed::start([
        ("version", unit.version.to_string()),
        ("class", unit.unit.class.name().to_owned()),
        ("name", unit.unit.name.clone()),
        ("parent_code", unit.parent_code.clone().unwrap_or_default()),
        ("code", unit.unit.code_issued.clone().unwrap_or_default()),
        ("from", registry::date::iso_day(visit.at_ms)),
    ]);
    Ok(page::unit_form::change(&portal, &visit, StatusCode::OK, &unit, &typed, None))
}

pub async fn change(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let unit = changeable(&portal, &visit, id).await?;
    match changed(&portal, &visit, &unit, &typed).await {
        Ok(()) => Ok(done(&routes::with_id(routes::UNIT, id), "unit-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::unit_form::change(&portal, &visit, status, &unit, &typed, Some(errors)))
        }
    }
}

async fn changed(portal: &Portal, visit: &Visit, unit: &UnitDetail, typed: &Typed) -> Result<(), Failure> {
    let actor = visit.actor()?.clone();
    let parent_code = typed.get("parent_code");
    let mut parent_id = unit.parent.as_ref().map(|parent| parent.id);
    if parent_id.is_some() && !parent_code.trim().is_empty() {
        let mut conn = portal.store.read().await?;
        parent_id = Some(parent_meant(&mut conn, &actor, &parent_code).await?);
    }
    let (order, form) = (portal.order.clone(), form(typed, parent_id));
    let key = (unit.unit.id, typed.id("version").unwrap_or_default());
    portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { change_unit::change_unit(tx, &actor, &order, key, form).await })
        })
        .await
}

pub async fn posts_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let unit = changeable(&portal, &visit, id).await?;
    let own = |kind: PostKind| {
        let line = unit.posts.iter().find(|line| line.kind == kind);
        (kind.name(), line.map_or(0, |line| line.own_posts).to_string())
    };
    let typed = Typed::start(PostKind::ALL.map(own));
    Ok(page::unit_posts::respond(&portal, &visit, StatusCode::OK, &unit, &typed, None))
}

pub async fn posts(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let numbers = PostKind::ALL.map(|kind| (kind, typed.get(kind.name()))).to_vec();
    let form = PostsForm { numbers, decision: typed.get("decision") };
    let set = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { change_unit::set_posts(tx, &actor, id, form).await }))
        .await;
    match set {
        Ok(()) => Ok(done(&routes::with_id(routes::UNIT, id), "posts-set")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let unit = changeable(&portal, &visit, id).await?;
            Ok(page::unit_posts::respond(&portal, &visit, status, &unit, &typed, Some(errors)))
        }
    }
}

pub async fn close_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let unit = changeable(&portal, &visit, id).await?;
    let typed = Typed::start([("version", unit.version.to_string())]);
    Ok(page::unit_close::respond(&portal, &visit, StatusCode::OK, &unit, &typed, None))
}

pub async fn close(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (version, decision) = (typed.id("version").unwrap_or_default(), typed.get("decision"));
    let closed = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { change_unit::close_unit(tx, &actor, id, version, &decision).await })
        })
        .await;
    match closed {
        Ok(()) => Ok(done(&routes::with_id(routes::UNIT, id), "unit-closed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let unit = changeable(&portal, &visit, id).await?;
            Ok(page::unit_close::respond(&portal, &visit, status, &unit, &typed, Some(errors)))
        }
    }
}
