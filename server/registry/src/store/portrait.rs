//! Rows about portraits: which blob is whose, from when to when.

use super::{Conn, StoreError};
use crate::blobs::BlobHash;

/// A portrait as a row tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Portrait {
    /// The blob.
    pub hash: BlobHash,
    /// Its bytes.
    pub bytes: i64,
    /// In pixels.
    pub width: i64,
    /// In pixels.
    pub height: i64,
}

/// The person's present portrait.
///
/// # Errors
/// As the database says.
pub async fn present(conn: &mut Conn, person_id: i64) -> Result<Option<Portrait>, StoreError> {
    let row: Option<(Vec<u8>, i64, i64, i64)> = on!(conn, c => sqlx::query_as(
            "select sha256, bytes, width, height from portrait where person_id = $1 and replaced_at is null")
        .bind(person_id)
        .fetch_optional(c)
        .await)?;
    row.map(|(sha256, bytes, width, height)| Ok(Portrait { hash: hash(&sha256)?, bytes, width, height })).transpose()
}

/// Makes this the present portrait; the one before stays as a row.
///
/// # Errors
/// As the database says.
pub async fn replace(
    conn: &mut Conn,
    person_id: i64,
    new: Portrait,
    account_id: Option<i64>,
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update portrait set replaced_at = $1 where person_id = $2 and replaced_at is null")
        .bind(at_ms)
        .bind(person_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query(
            "insert into portrait (person_id, sha256, bytes, width, height, added_at, added_by) \
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(person_id)
        .bind(new.hash.as_bytes())
        .bind(new.bytes)
        .bind(new.width)
        .bind(new.height)
        .bind(at_ms)
        .bind(account_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Removes every row about the person's portraits; the blobs that they named.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<Vec<BlobHash>, StoreError> {
    let rows: Vec<Vec<u8>> = on!(conn, c => sqlx::query_scalar("delete from portrait where person_id = $1 returning sha256")
        .bind(person_id)
        .fetch_all(c)
        .await)?;
    rows.iter().map(|sha256| hash(sha256)).collect()
}

/// Whether a row names this blob.
///
/// # Errors
/// As the database says.
pub async fn is_named(conn: &mut Conn, hash: BlobHash) -> Result<bool, StoreError> {
    let rows: i64 = on!(conn, c => sqlx::query_scalar(
            "select (select count(*) from portrait where sha256 = $1) + (select count(*) from attachment where sha256 = $1) \
             + (select count(*) from card where portrait_sha256 = $1)")
        .bind(hash.as_bytes())
        .fetch_one(c)
        .await)?;
    Ok(rows > 0)
}

/// Every blob that a row names, in order.
///
/// # Errors
/// As the database says.
pub async fn named(conn: &mut Conn) -> Result<Vec<BlobHash>, StoreError> {
    let sql = "select sha256 from portrait union select sha256 from attachment \
               union select portrait_sha256 from card where portrait_sha256 is not null order by 1";
    let rows: Vec<Vec<u8>> = on!(conn, c => sqlx::query_scalar(sql).fetch_all(c).await)?;
    rows.iter().map(|sha256| hash(sha256)).collect()
}

fn hash(sha256: &[u8]) -> Result<BlobHash, StoreError> {
    BlobHash::from_bytes(sha256).ok_or(StoreError::Value("a portrait's hash"))
}
