//! Files that belong to something: scans, signed letters, signed minutes.

use sqlx::FromRow;

use super::{Conn, StoreError};
use crate::blobs::BlobHash;

/// A file.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Attachment {
    /// Id.
    pub id: i64,
    /// What it belongs to: `request:7`.
    pub object: String,
    /// `scan`, `letter`, `minutes`, `evidence`, `consent`.
    pub purpose: String,
    /// Name of the blob.
    pub sha256: Vec<u8>,
    /// Its bytes.
    pub bytes: i64,
    /// Its type.
    pub media_type: String,
    /// The person whose data it shows.
    pub person_id: Option<i64>,
    /// When it was added.
    pub added_at: i64,
}

/// A new file.
#[derive(Clone, Copy, Debug)]
pub struct NewAttachment<'a> {
    /// What it belongs to.
    pub object: &'a str,
    /// What it is.
    pub purpose: &'a str,
    /// Name of the blob.
    pub hash: BlobHash,
    /// Its bytes.
    pub bytes: i64,
    /// Its type.
    pub media_type: &'a str,
    /// The person whose data it shows.
    pub person_id: Option<i64>,
    /// Who adds it.
    pub by: Option<i64>,
}

macro_rules! select_attachment {
    ($rest:literal) => {
        concat!("select id, object, purpose, sha256, bytes, media_type, person_id, added_at from attachment ", $rest)
    };
}

/// A file by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Attachment>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_attachment!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The files of something, newest first.
///
/// # Errors
/// As the database says.
pub async fn of(conn: &mut Conn, object: &str) -> Result<Vec<Attachment>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_attachment!("where object = $1 order by id desc"))
        .bind(object)
        .fetch_all(c)
        .await)?)
}

/// Adds a file; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, new: &NewAttachment<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into attachment (object, purpose, sha256, bytes, media_type, person_id, added_at, added_by) \
             values ($1, $2, $3, $4, $5, $6, $7, $8) returning id")
        .bind(new.object)
        .bind(new.purpose)
        .bind(new.hash.as_bytes())
        .bind(new.bytes)
        .bind(new.media_type)
        .bind(new.person_id)
        .bind(at_ms)
        .bind(new.by)
        .fetch_one(c)
        .await)?)
}

/// Removes every row of files that show a person's data; the blobs that they named.
///
/// # Errors
/// As the database says.
pub async fn erase(conn: &mut Conn, person_id: i64) -> Result<Vec<BlobHash>, StoreError> {
    let rows: Vec<Vec<u8>> = on!(conn, c => sqlx::query_scalar("delete from attachment where person_id = $1 returning sha256")
        .bind(person_id)
        .fetch_all(c)
        .await)?;
    rows.iter().map(|sha256| BlobHash::from_bytes(sha256).ok_or(StoreError::Value("an attachment's hash"))).collect()
}
