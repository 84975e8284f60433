//! Terms of what is kept, and what is older.

use sqlx::FromRow;

use super::unit::path_end;
use super::{Conn, StoreError};

/// A term.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Rule {
    /// `model::retention::Subject` by name.
    pub subject: String,
    /// Days; `None` while no term is set.
    pub days: Option<i64>,
    /// The document that sets it.
    pub basis: Option<String>,
    /// When it was set.
    pub changed_at: Option<i64>,
    /// Grows with each change.
    pub version: i64,
}

/// Somebody who has left long enough ago.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Leaver {
    /// Id.
    pub id: i64,
    /// Full name.
    pub name: String,
    /// Personnel code.
    pub personnel_code: Option<String>,
    /// Name of the unit.
    pub unit: String,
    /// Since when, ISO 8601.
    pub left_on: String,
}

/// Every term.
///
/// # Errors
/// As the database says.
pub async fn rules(conn: &mut Conn) -> Result<Vec<Rule>, StoreError> {
    let sql = "select subject, days, basis, changed_at, version from retention_rule order by subject";
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Sets a term; whether it still had that version.
///
/// # Errors
/// As the database says.
pub async fn put(
    conn: &mut Conn,
    (subject, version): (&str, i64),
    days: Option<i64>,
    basis: Option<&str>,
    by: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update retention_rule set days = $1, basis = $2, changed_at = $3, changed_by = $4, version = version + 1 \
             where subject = $5 and version = $6")
        .bind(days)
        .bind(basis)
        .bind(at_ms)
        .bind(by)
        .bind(subject)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Deletes reports of imports from before that instant of which nothing waits; how many.
///
/// # Errors
/// As the database says.
pub async fn forget_imports(conn: &mut Conn, before_ms: i64) -> Result<u64, StoreError> {
    const OLD: &str = "select r.id from import_run r where r.imported_at < $1 \
                       and not exists (select 1 from import_batch b where b.run_id = r.id and b.rows_waiting is not null)";
    let ids: Vec<i64> = on!(&mut *conn, c => sqlx::query_scalar(OLD).bind(before_ms).fetch_all(c).await)?;
    for id in &ids {
        for sql in ["delete from import_batch where run_id = $1", "delete from import_run where id = $1"] {
            on!(&mut *conn, c => sqlx::query(sql).bind(*id).execute(c).await.map(drop))?;
        }
    }
    Ok(ids.len() as u64)
}

/// Deletes work on selections that was begun before that instant and of which nothing waits; how many.
///
/// # Errors
/// As the database says.
pub async fn forget_bulks(conn: &mut Conn, before_ms: i64) -> Result<u64, StoreError> {
    const OLD: &str = "select b.id from bulk b where b.created_at < $1 \
                       and not exists (select 1 from bulk_item i where i.bulk_id = b.id and i.answer is null)";
    let ids: Vec<i64> = on!(&mut *conn, c => sqlx::query_scalar(OLD).bind(before_ms).fetch_all(c).await)?;
    for id in &ids {
        for sql in ["delete from bulk_item where bulk_id = $1", "delete from bulk where id = $1"] {
            on!(&mut *conn, c => sqlx::query(sql).bind(*id).execute(c).await.map(drop))?;
        }
    }
    Ok(ids.len() as u64)
}

/// Deletes the rows of scans whose requests ended without a card before that instant; how many. Their files go with the next sweep.
///
/// # Errors
/// As the database says.
pub async fn forget_scans(conn: &mut Conn, before_ms: i64) -> Result<u64, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "delete from attachment where purpose = 'scan' and object in (select 'request:' || r.id from request r \
             where r.state in ('refused', 'withdrawn') and r.changed_at < $1)")
        .bind(before_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?)
}

/// People within the units who left on that day or before and are not erased, the longest gone first; and how many.
///
/// # Errors
/// As the database says.
pub async fn leavers(
    conn: &mut Conn,
    within: &[String],
    last_day: &str,
    (offset, limit): (i64, i64),
) -> Result<(Vec<Leaver>, i64), StoreError> {
    if within.is_empty() {
        return Ok((Vec::new(), 0));
    }
    const FROM: &str = "from person p join unit u on u.id = p.unit_id where p.erased_at is null and p.left_on is not null and p.left_on <= ";
    // the same condition for the rows and for their number
    macro_rules! push_where {
        ($query:ident) => {
            $query.push(FROM).push_bind(last_day).push(" and ");
            push_within!($query, within, "u.path");
        };
    }
    let rows = on!(&mut *conn, c => {
        let mut query = sqlx::QueryBuilder::new("select p.id, p.name, p.personnel_code, u.name as unit, p.left_on ");
        push_where!(query);
        query.push(" order by p.left_on, p.id limit ").push_bind(limit).push(" offset ").push_bind(offset);
        query.build_query_as().fetch_all(c).await
    })?;
    let total = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new("select count(*) ");
        push_where!(query);
        query.build_query_scalar().fetch_one(c).await
    })?;
    Ok((rows, total))
}
