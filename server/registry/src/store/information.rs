//! Versions of the public information page.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A version.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Version {
    /// Id.
    pub id: i64,
    /// Markdown, Vietnamese.
    pub vi: String,
    /// Markdown, English.
    pub en: String,
    /// When it was published.
    pub published_at: i64,
    /// Whose account published it.
    pub author: Option<String>,
}

macro_rules! select_version {
    ($rest:literal) => {
        concat!(
            "select i.id, i.vi, i.en, i.published_at, a.display_name as author from information_page i ",
            "left join account a on a.id = i.published_by ",
            $rest
        )
    };
}

/// The newest.
///
/// # Errors
/// As the database says.
pub async fn newest(conn: &mut Conn) -> Result<Option<Version>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_version!("order by i.id desc limit 1")).fetch_optional(c).await)?)
}

/// One of them.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Version>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_version!("where i.id = $1")).bind(id).fetch_optional(c).await)?)
}

/// The last of them, the newest first.
///
/// # Errors
/// As the database says.
pub async fn last(conn: &mut Conn, limit: i64) -> Result<Vec<Version>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_version!("order by i.id desc limit $1")).bind(limit).fetch_all(c).await)?)
}

/// Adds a version; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    (vi, en): (&str, &str),
    (by, at_ms): (Option<i64>, i64),
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into information_page (vi, en, published_by, published_at) values ($1, $2, $3, $4) returning id")
        .bind(vi)
        .bind(en)
        .bind(by)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}
