//! People: the list, one person, and what is done to them.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use contract::view::PersonDetail;
use contract::{Failure, Refusal};
use model::role::Action;
use registry::work::change_person::{self, PersonForm};
use registry::work::classes::classes_of;
use registry::work::departures::departure_of;
use registry::work::erase_person::erase_person;
use registry::work::list_people::{PeopleQuery, list_people, numbers};
use registry::work::national::show_difference;
use registry::work::once::once;
use registry::work::show_person::show_person;
use registry::work::show_unit::{find_units, show_unit, unit_step};

use super::{Answer, done, export, fresh, province_name};
use crate::part::with_query;
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::{Portal, failing, page, routes};

/// Units shown above the people who are called alike.
const UNITS: usize = 5;

/// Whoever may see units but no people is looking for a unit: the header's search field leads here.
pub async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let actor = visit.actor()?;
    let text = asked.get("q");
    if !actor.may_somewhere(Action::SeePeople) {
        return Ok(Redirect::to(&with_query(routes::UNITS, "q", &text)).into_response());
    }
    let query = PeopleQuery {
        unit_id: asked.id("unit"),
        doubtful: !asked.get("doubtful").is_empty(),
        kind: asked.get("kind"),
        page: asked.id("page").unwrap_or(1).max(1),
        text,
    };
    if let Some(format) = export::wanted(&asked) {
        return export::people(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let found = list_people(&mut conn, actor, &query).await?;
    if found.rows.is_empty() && query.page > 1 {
        return Ok(Redirect::to(&with_query(&visit.path, "page", "")).into_response());
    }
    let unit = match query.unit_id {
        Some(id) => Some(unit_step(&mut conn, actor, id).await?),
        None => None,
    };
    let units = if unit.is_none() && query.page == 1 {
        find_units(&mut conn, actor, &query.text, UNITS).await?
    } else {
        Vec::new()
    };
    let numbers = numbers(&mut conn).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::people::respond(&portal, &visit, page::people::People { query, found, unit, units, numbers, province }))
}

pub async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let person = show_person(&mut conn, visit.actor()?, id).await?;
    let departure = departure_of(&mut conn, visit.actor()?, id).await?;
    let differs = show_difference(&mut conn, visit.actor()?, id).await?;
    let classes = classes_of(&mut conn, id).await?;
    Ok(page::person::respond(&portal, &visit, &person, (departure.as_ref(), differs.as_ref()), &classes))
}

/// The person, who may be changed by the actor.
pub(super) async fn changeable(portal: &Portal, visit: &Visit, id: i64) -> Result<PersonDetail, Failure> {
    let mut conn = portal.store.read().await?;
    let person = show_person(&mut conn, visit.actor()?, id).await?;
    match (person.may_change, person.erased) {
        (true, _) => Ok(person),
        (false, true) => Err(Failure::Refused { why: Refusal::Erased }),
        (false, false) => Err(Failure::Forbidden),
    }
}

fn form(typed: &Typed) -> PersonForm {
    PersonForm {
        name: typed.get("name"),
        sex: typed.get("sex"),
        born_on: typed.get("born_on"),
        citizen_id: typed.get("citizen_id"),
        citizen_id_reason: typed.get("citizen_id_reason"),
        email: typed.get("email"),
        kind: typed.get("kind"),
        position: typed.get("position"),
        employment: typed.get("employment"),
        rank: typed.get("rank"),
        started_on: typed.get("started_on"),
    }
}

pub async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let unit = show_unit(&mut conn, visit.actor()?, id).await?;
    if !unit.may_add_people {
        return Err(Failure::Forbidden.into());
    }
    Ok(page::person_form::add(&portal, &visit, StatusCode::OK, &unit, &Typed::default(), None))
}

pub async fn add(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(unit_id): Id,
    typed: Typed,
) -> Answer {
    let (actor, order, form) = (visit.actor()?.clone(), portal.order.clone(), form(&typed));
    let added = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { change_person::add_person(tx, &actor, &order, unit_id, form).await })
    })
    .await;
    match added {
        Ok(id) => Ok(done(&routes::with_id(routes::PERSON, id), &format!("person-added.{unit_id}"))),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let mut conn = portal.store.read().await?;
            let unit = show_unit(&mut conn, visit.actor()?, unit_id).await?;
            Ok(page::person_form::add(&portal, &visit, status, &unit, &typed, Some(errors)))
        }
    }
}

pub async fn change_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let person = changeable(&portal, &visit, id).await?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let typed = Typed::start([
        ("version", person.version.to_string()),
        ("name", person.person.name.clone()),
        ("sex", person.sex.map(|sex| sex.name().to_owned()).unwrap_or_default()),
        ("born_on", text(&person.born_on)),
        ("citizen_id", text(&person.citizen_id)),
        ("citizen_id_reason", text(&person.citizen_id_reason)),
        ("email", text(&person.email)),
        ("kind", person.person.kind.name().to_owned()),
        ("position", text(&person.person.position)),
        ("started_on", text(&person.started_on)),
        ("employment", person.employment.map(|it| it.name().to_owned()).unwrap_or_default()),
        ("rank", person.rank.name().to_owned()),
    ]);
    Ok(page::person_form::change(&portal, &visit, StatusCode::OK, &person, &typed, None))
}

pub async fn change(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, order, form) = (visit.actor()?.clone(), portal.order.clone(), form(&typed));
    let version = typed.id("version").unwrap_or_default();
    let changed = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { change_person::change_person(tx, &actor, &order, (id, version), form).await })
        })
        .await;
    match changed {
        Ok(()) => Ok(done(&routes::with_id(routes::PERSON, id), "person-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let person = changeable(&portal, &visit, id).await?;
            Ok(page::person_form::change(&portal, &visit, status, &person, &typed, Some(errors)))
        }
    }
}

pub async fn move_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let person = changeable(&portal, &visit, id).await?;
    let today = registry::date::iso_day(visit.at_ms);
    let typed = Typed::start([("version", person.version.to_string()), ("from", today)]);
    Ok(page::person_move::respond(&portal, &visit, StatusCode::OK, &person, &typed, None))
}

pub async fn move_to(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let actor = visit.actor()?.clone();
    let (code, from) = (typed.get("unit_code"), typed.get("from"));
    let version = typed.id("version").unwrap_or_default();
    let moved = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { change_person::move_person(tx, &actor, (id, version), &code, &from).await })
        })
        .await;
    match moved {
        Ok(()) => Ok(done(&routes::with_id(routes::PERSON, id), "person-moved")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let person = changeable(&portal, &visit, id).await?;
            Ok(page::person_move::respond(&portal, &visit, status, &person, &typed, Some(errors)))
        }
    }
}

pub async fn erase_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let person = erasable(&portal, &visit, id).await?;
    let typed = Typed::start([("version", person.version.to_string())]);
    Ok(page::person_erase::respond(&portal, &visit, StatusCode::OK, &person, &typed, None))
}

pub async fn erase(
    State(portal): State<Portal>,
    Extension(mut visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    match erased(&portal, &mut visit, id, &typed).await {
        Ok(()) => Ok(done(&routes::with_id(routes::PERSON, id), "person-erased")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            let person = erasable(&portal, &visit, id).await?;
            Ok(page::person_erase::respond(&portal, &visit, status, &person, &typed, Some(errors)))
        }
    }
}

async fn erased(portal: &Portal, visit: &mut Visit, id: i64, typed: &Typed) -> Result<(), Failure> {
    let actor = fresh(portal, visit, Action::ErasePeople, typed).await?;
    let (version, reason) = (typed.id("version").unwrap_or_default(), typed.get("reason"));
    let erasing = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { erase_person(tx, &actor, id, version, &reason).await }));
    let unnamed = erasing.await?;
    if let Err(failure) = unnamed.remove(&portal.store, &portal.blobs).await {
        tracing::warn!(?failure, "portraits of an erased person are left until the next sweep");
    }
    Ok(())
}

async fn erasable(portal: &Portal, visit: &Visit, id: i64) -> Result<PersonDetail, Failure> {
    let mut conn = portal.store.read().await?;
    let person = show_person(&mut conn, visit.actor()?, id).await?;
    match (person.may_erase, person.erased) {
        (true, _) => Ok(person),
        (false, true) => Err(Failure::Refused { why: Refusal::Erased }),
        (false, false) => Err(Failure::Forbidden),
    }
}
