//! Readers, printers, scanners and support kits of units: the register, the budget table, and what becomes of a device (R40, R41).

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use contract::{Failure, Lang};
use model::amount::Amount;
use model::role::Action;
use registry::work::equipment::keep::{
    EquipmentForm, NewEquipment, add_equipment, change_equipment, move_equipment, step_equipment,
};
use registry::work::equipment::{EquipmentQuery, equipment_plan, list_equipment, own_unit, show_equipment};
use registry::work::once::once;

use super::{Answer, Entry, change, done, export, on_or_again, province_name, read};
use crate::gate::Access::May;
use crate::part::{FieldErrors, Tone};
use crate::typed::{Asked, Id, Typed};
use crate::visit::Visit;
use crate::words::equipment::flash as words;
use crate::{Portal, failing, page, routes};

/// The routes of the register.
pub fn table() -> Vec<Entry> {
    use Action::{KeepEquipment, SeeEquipment};
    vec![
        read(routes::EQUIPMENT, May(SeeEquipment), list),
        read(routes::EQUIPMENT_PLAN, May(SeeEquipment), plan),
        read(routes::EQUIPMENT_ADD, May(KeepEquipment), add_page),
        change(routes::EQUIPMENT_ADD, May(KeepEquipment), add),
        read(routes::EQUIPMENT_ITEM, May(SeeEquipment), show),
        read(routes::EQUIPMENT_CHANGE, May(KeepEquipment), change_page),
        change(routes::EQUIPMENT_CHANGE, May(KeepEquipment), alter),
        change(routes::EQUIPMENT_MOVE, May(KeepEquipment), give_away),
        change(routes::EQUIPMENT_STEP, May(KeepEquipment), step),
    ]
}

/// What an action on devices says on the page after it.
pub fn flash(l: Lang, word: &str) -> Option<(Tone, String)> {
    let text = match word.strip_prefix("equipment-")? {
        "added" => words::added(l),
        "changed" => words::changed(l),
        "moved" => words::moved(l),
        "noted" => words::noted(l),
        _ => return None,
    };
    Some((Tone::Good, text.to_owned()))
}

async fn list(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Asked(asked): Asked) -> Answer {
    let query = EquipmentQuery {
        unit: asked.get("unit"),
        kind: asked.get("kind"),
        state: asked.get("state"),
        phase: asked.id("phase"),
        serial: asked.get("serial"),
        page: asked.id("page").unwrap_or(1).max(1),
    };
    if let Some(format) = export::wanted(&asked) {
        return export::equipment(&portal, &visit, format, query).await;
    }
    let mut conn = portal.store.read().await?;
    let province = province_name(&mut conn).await?;
    let found = list_equipment(&mut conn, visit.actor()?, &query).await;
    let (status, found, errors) = failing::listed(visit.lang, found)?;
    Ok(page::equipment::list::respond(&portal, &visit, status, (&query, found), province, errors))
}

async fn plan(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let phases = equipment_plan(&mut conn, visit.actor()?).await?;
    let province = province_name(&mut conn).await?;
    Ok(page::equipment::plan::respond(&portal, &visit, &phases, province))
}

fn form(typed: &Typed) -> EquipmentForm {
    EquipmentForm {
        kind: typed.get("kind"),
        model: typed.get("model"),
        acquired_on: typed.get("acquired_on"),
        price: typed.get("price"),
        phase: typed.get("phase"),
        note: typed.get("note"),
    }
}

async fn add_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>) -> Answer {
    let mut conn = portal.store.read().await?;
    let typed = Typed::start([("unit_code", own_unit(&mut conn, visit.actor()?).await?)]);
    drop(conn);
    Ok(page::equipment::form::respond(&portal, &visit, StatusCode::OK, None, &typed, None))
}

async fn add(State(portal): State<Portal>, Extension(visit): Extension<Visit>, typed: Typed) -> Answer {
    let (actor, form) = (visit.actor()?.clone(), form(&typed));
    let new = NewEquipment {
        unit_code: typed.get("unit_code"),
        quantity: typed.get("quantity"),
        total: typed.get("total"),
        serials: typed.get("device_numbers"),
        planned: typed.has("planned"),
    };
    let added = once(&portal.store, visit.at_ms, visit.actor()?, typed.get("form_key"), move |tx| {
        Box::pin(async move { add_equipment(tx, &actor, &form, &new).await })
    });
    match added.await {
        Ok(id) => Ok(done(&routes::with_id(routes::EQUIPMENT_ITEM, id), "equipment-added")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::equipment::form::respond(&portal, &visit, status, None, &typed, Some(errors)))
        }
    }
}

async fn show(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
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
    let detail = show_equipment(&mut conn, visit.actor()?, id).await?;
    Ok(page::equipment::item::respond(portal, visit, status, &detail, typed, errors))
}

/// The answer of what was done to a device, or its page with what was wrong.
async fn answer(
    portal: &Portal,
    visit: &Visit,
    id: i64,
    typed: &Typed,
    (result, word): (Result<(), Failure>, &str),
) -> Answer {
    let to = routes::with_id(routes::EQUIPMENT_ITEM, id);
    let again = |status, errors| respond(portal, visit, id, status, typed, Some(errors));
    on_or_again(visit.lang, result, (&to, word), again).await
}

async fn change_page(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id) -> Answer {
    let mut conn = portal.store.read().await?;
    let detail = show_equipment(&mut conn, visit.actor()?, id).await?;
    drop(conn);
    if !detail.may_keep {
        return Err(Failure::Forbidden.into());
    }
    let of = detail.item;
    let amount = |price: i64| Amount::new(price.unsigned_abs()).grouped();
    let typed = Typed::start([
        ("version", of.version.to_string()),
        ("kind", of.kind.name().to_owned()),
        ("model", of.model),
        ("device_number", of.serial.unwrap_or_default()),
        ("acquired_on", of.acquired_on.unwrap_or_default()),
        ("price", of.price.map(amount).unwrap_or_default()),
        ("phase", of.phase.map(|phase| phase.to_string()).unwrap_or_default()),
        ("note", of.note.unwrap_or_default()),
    ]);
    Ok(page::equipment::form::respond(&portal, &visit, StatusCode::OK, Some(id), &typed, None))
}

async fn alter(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, form, serial) = (visit.actor()?.clone(), form(&typed), typed.get("device_number"));
    let version = typed.id("version").unwrap_or_default();
    let changed = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { change_equipment(tx, &actor, (id, version), &form, &serial).await })
        })
        .await;
    match changed {
        Ok(()) => Ok(done(&routes::with_id(routes::EQUIPMENT_ITEM, id), "equipment-changed")),
        Err(failure) => {
            let (status, errors) = failing::told(visit.lang, &failure)?;
            Ok(page::equipment::form::respond(&portal, &visit, status, Some(id), &typed, Some(errors)))
        }
    }
}

async fn give_away(
    State(portal): State<Portal>,
    Extension(visit): Extension<Visit>,
    Id(id): Id,
    typed: Typed,
) -> Answer {
    let (actor, unit) = (visit.actor()?.clone(), typed.get("unit_code"));
    let version = typed.id("version").unwrap_or_default();
    let moved = portal
        .store
        .write(visit.at_ms, move |tx| Box::pin(async move { move_equipment(tx, &actor, (id, version), &unit).await }))
        .await;
    answer(&portal, &visit, id, &typed, (moved, "equipment-moved")).await
}

async fn step(State(portal): State<Portal>, Extension(visit): Extension<Visit>, Id(id): Id, typed: Typed) -> Answer {
    let (actor, event, reason) = (visit.actor()?.clone(), typed.get("event"), typed.get("reason"));
    let version = typed.id("version").unwrap_or_default();
    let stepped = portal
        .store
        .write(visit.at_ms, move |tx| {
            Box::pin(async move { step_equipment(tx, &actor, (id, version), &event, &reason).await })
        })
        .await;
    answer(&portal, &visit, id, &typed, (stepped, "equipment-noted")).await
}
