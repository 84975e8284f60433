//! Who is subscriber manager by delegation (R171).

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A delegation.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Delegation {
    /// Id.
    pub id: i64,
    /// `model::certificate::regime::ManagerOffice` by name.
    pub office: String,
    /// The unit that it is.
    pub unit_id: i64,
    /// Its name.
    pub unit: String,
    /// Number of the document.
    pub number: String,
    /// Its day, ISO 8601.
    pub day: String,
    /// Who signed it.
    pub authority: String,
    /// First day.
    pub valid_from: String,
    /// Last day.
    pub valid_until: Option<String>,
    /// `model::certificate::regime::Regime` by name.
    pub regime: String,
    /// The day on which it was ended.
    pub ended_on: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

/// What is noted of one.
#[derive(Clone, Copy, Debug)]
pub struct NewDelegation<'a> {
    /// Office by name.
    pub office: &'a str,
    /// The unit.
    pub unit_id: i64,
    /// Number of the document.
    pub number: &'a str,
    /// Its day.
    pub day: &'a str,
    /// Who signed it.
    pub authority: &'a str,
    /// First day.
    pub valid_from: &'a str,
    /// Last day.
    pub valid_until: Option<&'a str>,
    /// Regime by name.
    pub regime: &'a str,
    /// The account that notes it.
    pub by: Option<i64>,
}

macro_rules! select_delegation {
    ($rest:literal) => {
        concat!(
            "select d.id, d.office, d.unit_id, u.name as unit, d.number, d.day, d.authority, d.valid_from, d.valid_until, d.regime, ",
            "d.ended_on, d.version from manager_delegation d join unit u on u.id = d.unit_id ",
            $rest
        )
    };
}

/// Every one, the newest first.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<Delegation>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_delegation!("order by d.valid_from desc, d.id desc")).fetch_all(c).await)?)
}

/// The one in force on a day: begun, not over, not ended before it.
///
/// # Errors
/// As the database says.
pub async fn on(conn: &mut Conn, day: &str) -> Result<Option<Delegation>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_delegation!(
            "where d.valid_from <= $1 and (d.valid_until is null or d.valid_until >= $1) and (d.ended_on is null or d.ended_on > $1) \
             order by d.valid_from desc, d.id desc limit 1"))
        .bind(day)
        .fetch_optional(c)
        .await)?)
}

/// Whether one is in force on a day of that time; one that was ended counts up to the day before.
///
/// # Errors
/// As the database says.
pub async fn overlaps(conn: &mut Conn, (from, until): (&str, Option<&str>)) -> Result<bool, StoreError> {
    let found: i64 = on!(conn, c => sqlx::query_scalar(
            "select count(*) from manager_delegation where (cast($2 as text) is null or valid_from <= $2) \
             and (valid_until is null or valid_until >= $1) and (ended_on is null or (ended_on > $1 and ended_on > valid_from))")
        .bind(from)
        .bind(until)
        .fetch_one(c)
        .await)?;
    Ok(found > 0)
}

/// Notes one; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewDelegation<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into manager_delegation (office, unit_id, number, day, authority, valid_from, valid_until, regime, created_at, created_by) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id")
        .bind(new.office)
        .bind(new.unit_id)
        .bind(new.number)
        .bind(new.day)
        .bind(new.authority)
        .bind(new.valid_from)
        .bind(new.valid_until)
        .bind(new.regime)
        .bind(at_ms)
        .bind(new.by)
        .fetch_one(c)
        .await)?)
}

/// Ends one that still has that version and was not ended; whether it was so.
///
/// # Errors
/// As the database says.
pub async fn end(conn: &mut Conn, (id, version): (i64, i64), day: &str) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update manager_delegation set ended_on = $1, version = version + 1 where id = $2 and version = $3 and ended_on is null")
        .bind(day)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
