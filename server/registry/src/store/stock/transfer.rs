//! Blanks on the way from one place to another.

use sqlx::FromRow;

use crate::store::{Conn, StoreError};

/// A transfer with the names that a page shows.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Transfer {
    /// Id.
    pub id: i64,
    /// From.
    pub from_place: i64,
    /// Its name.
    pub from_name: String,
    /// Path of its unit.
    pub from_path: String,
    /// To.
    pub to_place: i64,
    /// Its name.
    pub to_name: String,
    /// Path of its unit.
    pub to_path: String,
    /// How many.
    pub count: i64,
    /// Number of the paper.
    pub document: Option<String>,
    /// `sent`, `arrived`, `turned_back`.
    pub state: String,
    /// When sent.
    pub sent_at: i64,
    /// Account.
    pub sender_id: Option<i64>,
    /// Its name.
    pub sender: Option<String>,
    /// When answered.
    pub ended_at: Option<i64>,
    /// By whom.
    pub receiver: Option<String>,
    /// What was said.
    pub note: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

const TRANSFER: &str = "select x.id, x.from_place, f.name as from_name, fu.path as from_path, x.to_place, t.name as to_name, \
    tu.path as to_path, x.count, x.document, x.state, x.sent_at, x.sent_by as sender_id, s.display_name as sender, \
    x.ended_at, e.display_name as receiver, x.note, x.version from blank_transfer x \
    join stock_place f on f.id = x.from_place join unit fu on fu.id = f.unit_id \
    join stock_place t on t.id = x.to_place join unit tu on tu.id = t.unit_id \
    left join account s on s.id = x.sent_by left join account e on e.id = x.ended_by where ";

/// A transfer by id.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Transfer>, StoreError> {
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(TRANSFER);
        query.push("x.id = ").push_bind(id);
        query.build_query_as().fetch_optional(c).await
    })?)
}

/// Transfers from or to these places: those on the way first, then the newest; or only those that wait at these places.
///
/// # Errors
/// As the database says.
pub async fn list(conn: &mut Conn, places: &[i64], waiting: bool, limit: i64) -> Result<Vec<Transfer>, StoreError> {
    let kind = conn.kind();
    Ok(on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(TRANSFER);
        query.push("(x.to_place");
        push_in!(query, kind, numbers places);
        if waiting {
            query.push(" and x.state = 'sent'");
        } else {
            query.push(" or x.from_place");
            push_in!(query, kind, numbers places);
        }
        query.push(") order by x.state <> 'sent', x.id desc limit ").push_bind(limit);
        query.build_query_as().fetch_all(c).await
    })?)
}

/// Adds a transfer; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    (from, to): (i64, i64),
    count: i64,
    document: Option<&str>,
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into blank_transfer (from_place, to_place, count, document, state, sent_at, sent_by) \
             values ($1, $2, $3, $4, 'sent', $5, $6) returning id")
        .bind(from)
        .bind(to)
        .bind(count)
        .bind(document)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Ends a transfer that is on the way, if it still has that version; whether it had.
///
/// # Errors
/// As the database says.
pub async fn end(
    conn: &mut Conn,
    (id, version): (i64, i64),
    state: &str,
    note: Option<&str>,
    by: Option<i64>,
    at_ms: i64,
) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update blank_transfer set state = $1, note = $2, ended_by = $3, ended_at = $4, version = version + 1 \
             where id = $5 and version = $6 and state = 'sent'")
        .bind(state)
        .bind(note)
        .bind(by)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}
