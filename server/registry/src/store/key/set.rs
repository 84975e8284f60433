//! Key sets.

use sqlx::FromRow;

use super::super::{Conn, StoreError};

/// A key set, without its keys.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Set {
    /// The version that cards tell.
    pub set_version: i64,
    /// Which draw it is.
    pub set_id: Vec<u8>,
    /// `model::lifecycle::KeySet` by name.
    pub state: String,
    /// Names and check values, JSON.
    pub check_values: String,
    /// Ed25519.
    pub public_key: Vec<u8>,
    /// Its identifier.
    pub key_id: Vec<u8>,
    /// The ceremony in which it was drawn.
    pub ceremony_id: Option<i64>,
    /// 1 where it was drawn without custodians.
    pub demonstration: i64,
    /// When it was kept.
    pub prepared_at: i64,
    /// When it went in use.
    pub used_at: Option<i64>,
    /// When another took its place.
    pub retired_at: Option<i64>,
    /// When it was destroyed.
    pub destroyed_at: Option<i64>,
}

/// What is noted of a set when it is kept.
#[derive(Clone, Debug)]
pub struct NewSet {
    /// The version that cards tell.
    pub set_version: i64,
    /// Which draw it is.
    pub set_id: Vec<u8>,
    /// Names and check values, JSON.
    pub check_values: String,
    /// Ed25519.
    pub public_key: Vec<u8>,
    /// Its identifier.
    pub key_id: Vec<u8>,
    /// The ceremony; none for a demonstration.
    pub ceremony_id: Option<i64>,
}

macro_rules! select_set {
    ($rest:literal) => {
        concat!(
            "select set_version, set_id, state, check_values, public_key, key_id, ceremony_id, demonstration, prepared_at, ",
            "used_at, retired_at, destroyed_at from key_set ",
            $rest
        )
    };
}

/// Every set there ever was, the newest first.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<Set>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_set!("order by set_version desc")).fetch_all(c).await)?)
}

/// The set of a version.
///
/// # Errors
/// As the database says.
pub async fn of_version(conn: &mut Conn, set_version: i64) -> Result<Option<Set>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_set!("where set_version = $1")).bind(set_version).fetch_optional(c).await)?)
}

/// The set that cards are issued with.
///
/// # Errors
/// As the database says.
pub async fn in_use(conn: &mut Conn) -> Result<Option<Set>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_set!("where state = 'in_use'")).fetch_optional(c).await)?)
}

/// Notes a set that is kept. One without a ceremony is a demonstration's.
///
/// # Errors
/// [`StoreError::Taken`] where there is one of that version.
pub async fn insert(conn: &mut Conn, new: &NewSet, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into key_set (set_version, set_id, state, check_values, public_key, key_id, ceremony_id, demonstration, \
             prepared_at) values ($1, $2, 'prepared', $3, $4, $5, $6, $7, $8)")
        .bind(new.set_version)
        .bind(&new.set_id)
        .bind(&new.check_values)
        .bind(&new.public_key)
        .bind(&new.key_id)
        .bind(new.ceremony_id)
        .bind(i64::from(new.ceremony_id.is_none()))
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Sets the state of a set that was in another one, with the time and who did it; whether it was in that one.
///
/// # Errors
/// [`StoreError::Taken`] where another set is in use.
pub async fn advance(
    conn: &mut Conn,
    set_version: i64,
    (from, to): (&str, &str),
    (by, at_ms): (Option<i64>, i64),
    reason: Option<&str>,
) -> Result<bool, StoreError> {
    let sql = match to {
        "in_use" => {
            "update key_set set state = $1, used_at = $2, used_by = $3, reason = coalesce($4, reason), version = version + 1 \
             where set_version = $5 and state = $6"
        }
        "retired" => {
            "update key_set set state = $1, retired_at = $2, retired_by = $3, reason = coalesce($4, reason), \
             version = version + 1 where set_version = $5 and state = $6"
        }
        _ => {
            "update key_set set state = $1, destroyed_at = $2, destroyed_by = $3, reason = coalesce($4, reason), \
             version = version + 1 where set_version = $5 and state = $6"
        }
    };
    Ok(on!(conn, c => sqlx::query(sql)
        .bind(to)
        .bind(at_ms)
        .bind(by)
        .bind(reason)
        .bind(set_version)
        .bind(from)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
