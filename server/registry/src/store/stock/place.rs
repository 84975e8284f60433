//! Places where blanks lie.

use sqlx::FromRow;

use crate::store::{Conn, StoreError};

/// A place.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Place {
    /// Id.
    pub id: i64,
    /// Name.
    pub name: String,
    /// `model::stock::PlaceKind` by name.
    pub kind: String,
    /// The unit whose it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Its path.
    pub path: String,
    /// The most that may lie there or be on the way there.
    pub quota: Option<i64>,
    /// Below it the keeper is warned.
    pub minimum: Option<i64>,
    /// Grows with each change.
    pub version: i64,
}

macro_rules! select_place {
    ($rest:literal) => {
        concat!(
            "select p.id, p.name, p.kind, p.unit_id, u.name as unit, u.path, p.quota, p.minimum, p.version ",
            "from stock_place p join unit u on u.id = p.unit_id ",
            $rest
        )
    };
}

/// Every place, stores first, then by name.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<Place>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as(select_place!("order by p.kind desc, u.sort_key, p.name, p.id")).fetch_all(c).await)?,
    )
}

/// A place by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Place>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_place!("where p.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Holds a place until the transaction ends, so that no two fill its quota at once.
///
/// # Errors
/// As the database says.
pub async fn hold(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    let sql = "update stock_place set version = version where id = $1";
    on!(conn, c => sqlx::query(sql).bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// What is typed about a place.
#[derive(Clone, Debug)]
pub struct PlaceValues {
    /// Name.
    pub name: String,
    /// Kind by name.
    pub kind: &'static str,
    /// Unit.
    pub unit_id: i64,
    /// Quota.
    pub quota: Option<i64>,
    /// Minimum.
    pub minimum: Option<i64>,
}

/// Adds a place; its id.
///
/// # Errors
/// [`StoreError::Taken`] for a name that exists.
pub async fn insert(conn: &mut Conn, new: &PlaceValues, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into stock_place (name, kind, unit_id, quota, minimum, created_at) values ($1, $2, $3, $4, $5, $6) \
             returning id")
        .bind(&new.name)
        .bind(new.kind)
        .bind(new.unit_id)
        .bind(new.quota)
        .bind(new.minimum)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Changes a place if it still has that version; whether it had.
///
/// # Errors
/// [`StoreError::Taken`] for a name that exists.
pub async fn update(conn: &mut Conn, id: i64, version: i64, values: &PlaceValues) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update stock_place set name = $1, kind = $2, unit_id = $3, quota = $4, minimum = $5, version = version + 1 \
             where id = $6 and version = $7")
        .bind(&values.name)
        .bind(values.kind)
        .bind(values.unit_id)
        .bind(values.quota)
        .bind(values.minimum)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Blanks by place and state: (place, state, number).
///
/// # Errors
/// As the database says.
pub async fn holdings(conn: &mut Conn) -> Result<Vec<(i64, String, i64)>, StoreError> {
    let sql = "select place_id, state, count(*) from blank group by place_id, state";
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Blanks on the way, by the place to which they go: (place, number).
///
/// # Errors
/// As the database says.
pub async fn coming(conn: &mut Conn) -> Result<Vec<(i64, i64)>, StoreError> {
    let sql = "select to_place, cast(sum(count) as bigint) from blank_transfer where state = 'sent' group by to_place";
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// What counts against the quota of one place: what lies there and is good, or may be, and what is on the way there.
///
/// # Errors
/// As the database says.
pub async fn filled(conn: &mut Conn, id: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "select (select count(*) from blank where place_id = $1 and state in ('received', 'on_hand', 'spare', 'reserved')) \
             + (select cast(coalesce(sum(count), 0) as bigint) from blank_transfer where to_place = $1 and state = 'sent')")
        .bind(id)
        .fetch_one(c)
        .await)?)
}
