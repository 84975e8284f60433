//! What is remembered of imports: the columns of sources, and what became of each row.

use super::{Conn, StoreError};

/// The remembered sources of a kind by name, each with its columns as JSON.
///
/// # Errors
/// As the database says.
pub async fn mappings(conn: &mut Conn, kind: &str) -> Result<Vec<(String, String)>, StoreError> {
    Ok(
        on!(conn, c => sqlx::query_as("select source, columns from import_mapping where kind = $1 order by source_folded")
        .bind(kind)
        .fetch_all(c)
        .await)?,
    )
}

/// The columns of a source, by its folded name.
///
/// # Errors
/// As the database says.
pub async fn mapping(conn: &mut Conn, kind: &str, folded: &str) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select columns from import_mapping where kind = $1 and source_folded = $2")
        .bind(kind)
        .bind(folded)
        .fetch_optional(c)
        .await)?)
}

/// Writes the columns of a source; its id.
///
/// # Errors
/// As the database says.
pub async fn put_mapping(
    conn: &mut Conn,
    (kind, folded): (&str, &str),
    source: &str,
    columns: &str,
    by: &str,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into import_mapping (kind, source_folded, source, columns, changed_by, changed_at) \
             values ($1, $2, $3, $4, $5, $6) on conflict (kind, source_folded) do update set source = excluded.source, \
             columns = excluded.columns, changed_by = excluded.changed_by, changed_at = excluded.changed_at returning id")
        .bind(kind)
        .bind(folded)
        .bind(source)
        .bind(columns)
        .bind(by)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Keeps what became of each row of an import, without personal data; its id.
///
/// # Errors
/// As the database says.
pub async fn put_run(conn: &mut Conn, kind: &str, rows: &str, by: &str, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into import_run (kind, rows_told, imported_by, imported_at) values ($1, $2, $3, $4) returning id")
        .bind(kind)
        .bind(rows)
        .bind(by)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// An import's kind, its rows, and when it was.
///
/// # Errors
/// As the database says.
pub async fn run(conn: &mut Conn, id: i64) -> Result<Option<(String, String, i64)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select kind, rows_told, imported_at from import_run where id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)?)
}
