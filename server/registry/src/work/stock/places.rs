//! Places where blanks lie: the central store, and issuing stations with a quota of their own (C16, R176).

use std::collections::HashMap;

use contract::stock::{Holding, PlaceLine};
use contract::{Failure, Fault, Faults};
use model::lifecycle::{Blank as State, Lifecycle as _};
use model::role::Action;
use model::stock::PlaceKind;

use super::{NAME_CHARS, needed, optional_number, places_of, record};
use crate::store::stock::place::{self, Place, PlaceValues};
use crate::store::unit;
use crate::work::show_unit::unit_meant;
use crate::{Actor, Conn, Tx};

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct PlaceForm {
    /// Name.
    pub name: String,
    /// `PlaceKind` by name.
    pub kind: String,
    /// Agency code or name of the unit; empty for the province itself.
    pub unit_code: String,
    /// The most that may lie there; empty for no limit.
    pub quota: String,
    /// Below it the keeper is warned; empty for never.
    pub minimum: String,
}

/// Adds a place; its id.
///
/// # Errors
/// [`Failure::Forbidden`]; faults beside `name`, `kind`, `unit_code`, `quota`, `minimum`.
pub async fn add_place(tx: &mut Tx, actor: &Actor, form: PlaceForm) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::SetUpStock, at_ms)?;
    let values = parse(tx.conn(), actor, &form).await?;
    let id = place::insert(tx.conn(), &values, at_ms).await?;
    note(tx, actor, "stock.add_place", id, &values);
    Ok(id)
}

/// Changes a place. One that has a quota already overdrawn takes nothing more in until it is below.
///
/// # Errors
/// As [`add_place`]; [`Failure::NotFound`], [`Failure::Stale`].
pub async fn change_place(
    tx: &mut Tx,
    actor: &Actor,
    (id, version): (i64, i64),
    form: PlaceForm,
) -> Result<(), Failure> {
    actor.require_somewhere(Action::SetUpStock, tx.at_ms())?;
    place::by_id(tx.conn(), id).await?.ok_or(Failure::NotFound)?;
    let values = parse(tx.conn(), actor, &form).await?;
    if !place::update(tx.conn(), id, version, &values).await? {
        return Err(Failure::Stale);
    }
    note(tx, actor, "stock.change_place", id, &values);
    Ok(())
}

async fn parse(conn: &mut Conn, actor: &Actor, form: &PlaceForm) -> Result<PlaceValues, Failure> {
    let mut faults = Faults::default();
    let name = faults.take("name", needed(&form.name, NAME_CHARS));
    let kind = faults.take("kind", PlaceKind::from_name(&form.kind).ok_or(Fault::Choice));
    let unit = match form.unit_code.trim() {
        "" => unit::root(conn).await?.ok_or(Fault::Unknown),
        text => unit_meant(conn, actor, Action::SeeStock, text).await?,
    };
    let unit = faults.take("unit_code", unit);
    let quota = faults.take("quota", optional_number(&form.quota)).flatten();
    let minimum = faults.take("minimum", optional_number(&form.minimum)).flatten();
    if let (Some(quota), Some(minimum)) = (quota, minimum)
        && minimum > quota
    {
        faults.add("minimum", Fault::Number);
    }
    faults.check()?;
    let (Some(name), Some(kind), Some(unit)) = (name, kind, unit) else { return Err(Failure::Internal) };
    Ok(PlaceValues { name, kind: kind.name(), unit_id: unit.id, quota, minimum })
}

fn note(tx: &mut Tx, actor: &Actor, action: &'static str, id: i64, of: &PlaceValues) {
    let facts = serde_json::json!({ "name": of.name, "unit": of.unit_id, "quota": of.quota, "minimum": of.minimum });
    record(tx, actor, action, format!("stock_place:{id}"), facts);
}

/// The places that the actor may see, with what they hold.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_places(conn: &mut Conn, actor: &Actor) -> Result<Vec<PlaceLine>, Failure> {
    if !actor.may_somewhere(Action::SeeStock) {
        return Err(Failure::Forbidden);
    }
    let places = places_of(conn, actor, Action::SeeStock).await?;
    let mut holdings: HashMap<i64, Holding> = HashMap::new();
    for (place_id, state, number) in place::holdings(conn).await? {
        if let Some(state) = State::from_name(&state) {
            holdings.entry(place_id).or_default().add(state, number);
        }
    }
    let coming: HashMap<i64, i64> = place::coming(conn).await?.into_iter().collect();
    Ok(places
        .into_iter()
        .map(|place| {
            let holds = holdings.get(&place.id).copied().unwrap_or_default();
            line(actor, place, holds, &coming)
        })
        .collect())
}

fn line(actor: &Actor, place: Place, holds: Holding, coming: &HashMap<i64, i64>) -> PlaceLine {
    PlaceLine {
        may_keep: actor.may(Action::KeepStock, &place.path),
        may_handle: actor.may(Action::HandleBlanks, &place.path),
        coming: coming.get(&place.id).copied().unwrap_or(0),
        holds,
        id: place.id,
        name: place.name,
        kind: PlaceKind::from_name(&place.kind).unwrap_or(PlaceKind::Station),
        unit_id: place.unit_id,
        unit: place.unit,
        quota: place.quota,
        minimum: place.minimum,
        version: place.version,
    }
}
