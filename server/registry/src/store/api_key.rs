//! Keys of other programs, as hashes.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A key.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct ApiKey {
    /// Id.
    pub id: i64,
    /// For which program.
    pub name: String,
    /// Names between spaces.
    pub scopes: String,
    /// Cards a minute.
    pub quota: i64,
    /// SHA-256 of the key.
    pub token_hash: Vec<u8>,
    /// When it was made.
    pub made_at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
}

/// Every key there ever was, the newest first.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<ApiKey>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, name, scopes, quota, token_hash, made_at, withdrawn_at from api_key order by id desc")
        .fetch_all(c)
        .await)?)
}

/// Notes a key; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    (name, scopes, quota): (&str, &str, i64),
    hash: &[u8],
    (by, at_ms): (Option<i64>, i64),
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into api_key (name, scopes, quota, token_hash, made_at, made_by) values ($1, $2, $3, $4, $5, $6) returning id")
        .bind(name)
        .bind(scopes)
        .bind(quota)
        .bind(hash)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Withdraws a key; whether it was still good.
///
/// # Errors
/// As the database says.
pub async fn withdraw(conn: &mut Conn, id: i64, (by, at_ms): (Option<i64>, i64)) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update api_key set withdrawn_at = $1, withdrawn_by = $2 where id = $3 and withdrawn_at is null")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
