//! What is remembered of imports: the columns of sources, and what became of each row.

use sqlx::FromRow;

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

/// A run of an import, as it is noted.
pub struct NewRun<'a> {
    /// Kind by name.
    pub kind: &'a str,
    /// What became of the rows that no batch has, as JSON without personal data.
    pub told: &'a str,
    /// Rows of what is held already.
    pub existing: i64,
    /// Rows that are wrong.
    pub faulty: i64,
    /// As it stands in the audit log.
    pub by: &'a str,
    /// Who goes on with it; nobody where it is done.
    pub account_id: Option<i64>,
}

/// A run, and how far it has come.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Run {
    /// Id.
    pub id: i64,
    /// Kind by name.
    pub kind: String,
    /// Whose it is.
    pub account_id: Option<i64>,
    /// When it was begun.
    pub imported_at: i64,
    /// When it was given up.
    pub cancelled_at: Option<i64>,
    /// Why it waits, as JSON.
    pub failure: Option<String>,
    /// Rows in batches.
    pub total: i64,
    /// Of these, rows in batches that are done.
    pub done: i64,
    /// Batches with rows that wait.
    pub waiting: i64,
    /// New rows that were written.
    pub added: i64,
    /// Rows that changed what is held.
    pub changed: i64,
    /// Rows of what was held already.
    pub existing: i64,
    /// Rows that were wrong.
    pub faulty: i64,
}

/// Notes a run; its id.
///
/// # Errors
/// As the database says.
pub async fn put_run(conn: &mut Conn, run: &NewRun<'_>, at_ms: i64) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into import_run (kind, rows_told, existing, faulty, imported_by, account_id, imported_at) \
             values ($1, $2, $3, $4, $5, $6, $7) returning id")
        .bind(run.kind)
        .bind(run.told)
        .bind(run.existing)
        .bind(run.faulty)
        .bind(run.by)
        .bind(run.account_id)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Notes a batch: its rows that wait, and their report until then. Without rows it is done.
///
/// # Errors
/// As the database says.
pub async fn put_batch(
    conn: &mut Conn,
    (run_id, at): (i64, i64),
    size: i64,
    rows: Option<&str>,
    told: &str,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into import_batch (run_id, at, size, rows_waiting, rows_told) values ($1, $2, $3, $4, $5)")
        .bind(run_id)
        .bind(at)
        .bind(size)
        .bind(rows)
        .bind(told)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

const RUN: &str = "select r.id, r.kind, r.account_id, r.imported_at, r.cancelled_at, r.failure, \
     cast(coalesce(sum(b.size), 0) as bigint) as total, \
     cast(coalesce(sum(case when b.done_at is not null then b.size end), 0) as bigint) as done, \
     count(b.rows_waiting) as waiting, cast(coalesce(sum(b.added), 0) as bigint) as added, \
     cast(coalesce(sum(b.changed), 0) as bigint) as changed, \
     cast(r.existing + coalesce(sum(b.existing), 0) as bigint) as existing, \
     cast(r.faulty + coalesce(sum(b.faulty), 0) as bigint) as faulty \
     from import_run r left join import_batch b on b.run_id = r.id ";
const RUN_OF: &str =
    "group by r.id, r.kind, r.account_id, r.imported_at, r.cancelled_at, r.failure, r.existing, r.faulty ";

/// A run, and how far it has come.
///
/// # Errors
/// As the database says.
pub async fn run(conn: &mut Conn, id: i64) -> Result<Option<Run>, StoreError> {
    Ok(on!(conn, c => sqlx::QueryBuilder::new(RUN)
        .push("where r.id = ")
        .push_bind(id)
        .push(" ")
        .push(RUN_OF)
        .build_query_as()
        .fetch_optional(c)
        .await)?)
}

/// Runs of which rows wait, the oldest first.
///
/// # Errors
/// As the database says.
pub async fn open_runs(conn: &mut Conn) -> Result<Vec<Run>, StoreError> {
    Ok(on!(conn, c => sqlx::QueryBuilder::new(RUN)
        .push(RUN_OF)
        .push("having count(b.rows_waiting) > 0 order by r.id")
        .build_query_as()
        .fetch_all(c)
        .await)?)
}

/// What became of the rows of a run, each part as JSON.
///
/// # Errors
/// As the database says.
pub async fn told(conn: &mut Conn, id: i64) -> Result<Vec<String>, StoreError> {
    let of_run: Option<String> = on!(&mut *conn, c => sqlx::query_scalar("select rows_told from import_run where id = $1")
        .bind(id)
        .fetch_optional(c)
        .await)?;
    let of_batches: Vec<String> = on!(conn, c => sqlx::query_scalar(
            "select rows_told from import_batch where run_id = $1 order by at")
        .bind(id)
        .fetch_all(c)
        .await)?;
    Ok(of_run.into_iter().chain(of_batches).collect())
}

/// The next batch that waits, with its rows.
///
/// # Errors
/// As the database says.
pub async fn next_batch(conn: &mut Conn, id: i64) -> Result<Option<(i64, String)>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select at, rows_waiting from import_batch where run_id = $1 and rows_waiting is not null order by at limit 1")
        .bind(id)
        .fetch_optional(c)
        .await)?)
}

/// Takes the rows of a batch out of those that wait, unless they are or the run was given up; whether it did. The run is held until
/// the transaction ends: whoever gives it up waits.
///
/// # Errors
/// As the database says.
pub async fn take_batch(conn: &mut Conn, (id, at): (i64, i64), at_ms: i64) -> Result<bool, StoreError> {
    let goes_on = on!(&mut *conn, c => sqlx::query(
            "update import_run set failure = null where id = $1 and cancelled_at is null")
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if !goes_on {
        return Ok(false);
    }
    Ok(on!(conn, c => sqlx::query(
            "update import_batch set rows_waiting = null, done_at = $1 where run_id = $2 and at = $3 and rows_waiting is not null")
        .bind(at_ms)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Notes what became of a batch: new, changed, existing and faulty rows.
///
/// # Errors
/// As the database says.
pub async fn answer_batch(
    conn: &mut Conn,
    (id, at): (i64, i64),
    told: &str,
    [added, changed, existing, faulty]: [i64; 4],
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update import_batch set rows_told = $1, added = $2, changed = $3, existing = $4, faulty = $5 \
             where run_id = $6 and at = $7")
        .bind(told)
        .bind(added)
        .bind(changed)
        .bind(existing)
        .bind(faulty)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes why a run waits, or that it goes on.
///
/// # Errors
/// As the database says.
pub async fn put_failure(conn: &mut Conn, id: i64, failure: Option<&str>) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update import_run set failure = $1 where id = $2")
        .bind(failure)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Gives a run up: what waits is taken out. Whether it had not been given up before.
///
/// # Errors
/// As the database says.
pub async fn cancel(conn: &mut Conn, id: i64, at_ms: i64) -> Result<bool, StoreError> {
    let given_up = on!(&mut *conn, c => sqlx::query(
            "update import_run set cancelled_at = $1, failure = null where id = $2 and cancelled_at is null")
        .bind(at_ms)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if given_up {
        on!(conn, c => sqlx::query("update import_batch set rows_waiting = null where run_id = $1")
            .bind(id)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(given_up)
}
