//! Readers, printers, scanners and support kits of units (R40).

use sqlx::{FromRow, QueryBuilder};

use super::unit::path_end;
use super::{Conn, StoreError};

/// A device.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Equipment {
    /// Id.
    pub id: i64,
    /// `model::equipment::EquipmentKind` by name.
    pub kind: String,
    /// Make and model.
    pub model: String,
    /// Serial or inventory number.
    pub serial: Option<String>,
    /// The unit whose it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// `model::lifecycle::Equipment` by name.
    pub state: String,
    /// ISO date.
    pub acquired_on: Option<String>,
    /// In đồng.
    pub price: Option<i64>,
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// Anything else.
    pub note: Option<String>,
    /// Grows with each change.
    pub version: i64,
    /// When it last changed.
    pub changed_at: i64,
}

/// Which devices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Paths of units.
    pub within: Vec<String>,
    /// Kind by name.
    pub kind: Option<&'static str>,
    /// State by name.
    pub state: Option<&'static str>,
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// The serial's beginning.
    pub serial: Option<String>,
}

/// What is entered about a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EquipmentValues {
    /// Kind by name.
    pub kind: &'static str,
    /// Make and model.
    pub model: String,
    /// ISO date.
    pub acquired_on: Option<String>,
    /// In đồng.
    pub price: Option<i64>,
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// Anything else.
    pub note: Option<String>,
}

/// Devices of one kind, phase and price.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct PlanRow {
    /// Phase of the plan.
    pub phase: Option<i64>,
    /// Kind by name.
    pub kind: String,
    /// In đồng.
    pub price: Option<i64>,
    /// How many.
    pub quantity: i64,
}

/// Rows in one statement.
const ROWS: usize = 500;

macro_rules! select_equipment {
    ($rest:literal) => {
        concat!(
            "select e.id, e.kind, e.model, e.serial, e.unit_id, u.name as unit, u.path, e.state, e.acquired_on, e.price, e.phase, ",
            "e.note, e.version, e.changed_at from equipment e join unit u on u.id = e.unit_id ",
            $rest
        )
    };
}

macro_rules! push_filter {
    ($query:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        $query.push("where ");
        push_within!($query, filter.within, "u.path");
        if let Some(kind) = filter.kind {
            $query.push(" and e.kind = ").push_bind(kind);
        }
        if let Some(state) = filter.state {
            $query.push(" and e.state = ").push_bind(state);
        }
        if let Some(phase) = filter.phase {
            $query.push(" and e.phase = ").push_bind(phase);
        }
        if let Some(serial) = &filter.serial {
            // letters, digits and -./ only, so that nothing in it is a wildcard
            $query.push(" and e.serial like ").push_bind(format!("{serial}%"));
        }
    }};
}

/// A device by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Equipment>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_equipment!("where e.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Devices of a unit itself that were not written off.
///
/// # Errors
/// As the database says.
pub async fn count_in(conn: &mut Conn, unit_id: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select count(*) from equipment where unit_id = $1 and state <> 'retired'")
        .bind(unit_id)
        .fetch_one(c)
        .await)?)
}

/// Devices that pass the filter, unit by unit; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn list(
    conn: &mut Conn,
    filter: &Filter,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Equipment>, i64), StoreError> {
    if filter.within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let rows = on!(&mut *conn, c => {
        let mut query = QueryBuilder::new(select_equipment!(""));
        push_filter!(query, filter);
        query.push(" order by u.path, e.kind, e.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = QueryBuilder::new("select count(*) from equipment e join unit u on u.id = e.unit_id ");
        push_filter!(query, filter);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}

/// Devices that pass the filter by phase, kind and price; those of no phase last.
///
/// # Errors
/// As the database says.
pub async fn plan(conn: &mut Conn, filter: &Filter) -> Result<Vec<PlanRow>, StoreError> {
    if filter.within.is_empty() {
        return Ok(Vec::new());
    }
    Ok(on!(conn, c => {
        let mut query = QueryBuilder::new(
            "select e.phase, e.kind, e.price, count(*) as quantity from equipment e join unit u on u.id = e.unit_id ");
        push_filter!(query, filter);
        query.push(" group by e.phase, e.kind, e.price order by case when e.phase is null then 1 else 0 end, e.phase, e.kind, e.price");
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Those of these serials that devices of that kind have already.
///
/// # Errors
/// As the database says.
pub async fn serials_held(conn: &mut Conn, kind: &str, serials: &[String]) -> Result<Vec<String>, StoreError> {
    let mut held = Vec::new();
    for part in serials.chunks(ROWS) {
        let found: Vec<String> = on!(&mut *conn, c => {
            let mut query = QueryBuilder::new("select serial from equipment where kind = ");
            query.push_bind(kind);
            push_in!(query, " and serial", part);
            query.push(" order by serial");
            query.build_query_scalar().fetch_all(c).await
        })?;
        held.extend(found);
    }
    Ok(held)
}

/// Adds devices that are alike, each with its serial or without one; their ids in that order.
///
/// # Errors
/// [`StoreError::Taken`] for a serial that exists.
pub async fn insert(
    conn: &mut Conn,
    (unit_id, state): (i64, &str),
    values: &EquipmentValues,
    serials: &[Option<String>],
    at_ms: i64,
) -> Result<Vec<i64>, StoreError> {
    let mut ids = Vec::with_capacity(serials.len());
    for serial in serials {
        let id: i64 = on!(&mut *conn, c => sqlx::query_scalar(
                "insert into equipment (kind, model, serial, unit_id, state, acquired_on, price, phase, note, created_at, changed_at) \
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) returning id")
            .bind(values.kind)
            .bind(&values.model)
            .bind(serial)
            .bind(unit_id)
            .bind(state)
            .bind(&values.acquired_on)
            .bind(values.price)
            .bind(values.phase)
            .bind(&values.note)
            .bind(at_ms)
            .fetch_one(c)
            .await)?;
        ids.push(id);
    }
    Ok(ids)
}

/// Changes what was entered about a device that still has that version; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] for a serial that exists.
pub async fn update(
    conn: &mut Conn,
    (id, version): (i64, i64),
    values: &EquipmentValues,
    serial: Option<&str>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update equipment set kind = $1, model = $2, serial = $3, acquired_on = $4, price = $5, phase = $6, note = $7, \
             changed_at = $8, version = version + 1 where id = $9 and version = $10")
        .bind(values.kind)
        .bind(&values.model)
        .bind(serial)
        .bind(&values.acquired_on)
        .bind(values.price)
        .bind(values.phase)
        .bind(&values.note)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Puts a device that still has that version and state into another state; whether it had.
///
/// # Errors
/// As the database says.
pub async fn put_state(
    conn: &mut Conn,
    (id, version): (i64, i64),
    (from, to): (&str, &str),
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update equipment set state = $1, changed_at = $2, version = version + 1 where id = $3 and version = $4 and state = $5")
        .bind(to)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Gives a device that still has that version to another unit; whether it had.
///
/// # Errors
/// [`StoreError`]
pub async fn put_unit(
    conn: &mut Conn,
    (id, version): (i64, i64),
    unit_id: i64,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update equipment set unit_id = $1, changed_at = $2, version = version + 1 where id = $3 and version = $4")
        .bind(unit_id)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes the day on which a planned device came, where none is entered.
///
/// # Errors
/// As the database says.
pub async fn note_acquired(conn: &mut Conn, id: i64, day: &str) -> Result<(), StoreError> {
    let sql = "update equipment set acquired_on = coalesce(acquired_on, $1) where id = $2";
    on!(conn, c => sqlx::query(sql).bind(day).bind(id).execute(c).await.map(drop))?;
    Ok(())
}
