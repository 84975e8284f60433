//! Work on a selection: what was wanted, and what became of each.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// What somebody wanted done to many, and how far it has come.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Bulk {
    /// Id.
    pub id: i64,
    /// Whose it is.
    pub account_id: i64,
    /// Task by name.
    pub task: String,
    /// Code of the reason.
    pub reason: Option<String>,
    /// When it was begun, in Unix milliseconds.
    pub created_at: i64,
    /// When somebody stopped it.
    pub stopped_at: Option<i64>,
    /// How many were chosen.
    pub total: i64,
    /// How many have been answered.
    pub answered: i64,
    /// Of how many it could not be done.
    pub failed: i64,
}

/// One of them.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Item {
    /// Place in the selection, from 1.
    pub at: i64,
    /// The person, or the card's holder.
    pub person_id: i64,
    /// The card.
    pub card_id: Option<i64>,
    /// Version of the card as it was chosen.
    pub version: i64,
    /// Serial of the blank that it is printed on.
    pub serial: Option<String>,
    /// Nothing while it waits, empty when it is done, else the failure as JSON.
    pub answer: Option<String>,
    /// The person's name.
    pub name: String,
}

/// One of a selection that is being noted.
pub struct NewItem<'a> {
    /// See [`Item`].
    pub at: i64,
    /// See [`Item`].
    pub person_id: i64,
    /// See [`Item`].
    pub card_id: Option<i64>,
    /// See [`Item`].
    pub version: i64,
    /// See [`Item`].
    pub serial: Option<&'a str>,
}

/// Notes what is wanted; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    account_id: i64,
    task: &str,
    reason: Option<&str>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into bulk (account_id, task, reason, created_at) values ($1, $2, $3, $4) returning id")
        .bind(account_id)
        .bind(task)
        .bind(reason)
        .bind(at_ms)
        .fetch_one(c)
        .await)?)
}

/// Notes one of the selection.
///
/// # Errors
/// As the database says.
pub async fn insert_item(conn: &mut Conn, bulk_id: i64, item: &NewItem<'_>) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into bulk_item (bulk_id, at, person_id, card_id, version, serial) values ($1, $2, $3, $4, $5, $6)")
        .bind(bulk_id)
        .bind(item.at)
        .bind(item.person_id)
        .bind(item.card_id)
        .bind(item.version)
        .bind(item.serial)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// What is wanted, and how far it has come.
///
/// # Errors
/// As the database says.
pub async fn by_id(conn: &mut Conn, id: i64) -> Result<Option<Bulk>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select b.id, b.account_id, b.task, b.reason, b.created_at, b.stopped_at, \
             count(*) as total, count(i.answer) as answered, count(case when i.answer <> '' then 1 end) as failed \
             from bulk b join bulk_item i on i.bulk_id = b.id where b.id = $1 \
             group by b.id, b.account_id, b.task, b.reason, b.created_at, b.stopped_at")
        .bind(id)
        .fetch_optional(c)
        .await)?)
}

macro_rules! select_item {
    ($rest:literal) => {
        concat!(
            "select i.at, i.person_id, i.card_id, i.version, i.serial, i.answer, p.name from bulk_item i \
             join person p on p.id = i.person_id where i.bulk_id = $1 ",
            $rest
        )
    };
}

/// Some of the selection: first those of which it could not be done, then in the order in which they were chosen.
///
/// # Errors
/// As the database says.
pub async fn items(conn: &mut Conn, id: i64, (offset, limit): (i64, i64)) -> Result<Vec<Item>, StoreError> {
    let sql = select_item!("order by case when i.answer <> '' then 0 else 1 end, i.at limit $2 offset $3");
    Ok(on!(conn, c => sqlx::query_as(sql).bind(id).bind(limit).bind(offset).fetch_all(c).await)?)
}

/// The first that waits.
///
/// # Errors
/// As the database says.
pub async fn next(conn: &mut Conn, id: i64) -> Result<Option<Item>, StoreError> {
    let sql = select_item!("and i.answer is null order by i.at limit 1");
    Ok(on!(conn, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Notes what became of one that waits; whether it did.
///
/// # Errors
/// As the database says.
pub async fn answer(conn: &mut Conn, (id, at): (i64, i64), answer: &str, at_ms: i64) -> Result<bool, StoreError> {
    let sql = "update bulk_item set answer = $1, done_at = $2 where bulk_id = $3 and at = $4 and answer is null";
    let rows = on!(conn, c => sqlx::query(sql)
        .bind(answer)
        .bind(at_ms)
        .bind(id)
        .bind(at)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

/// Takes out how people left, once nothing waits: from then on it stands with each of them alone.
///
/// # Errors
/// As the database says.
pub async fn forget_reason(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update bulk set reason = null where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Stops it, or lets it go on.
///
/// # Errors
/// As the database says.
pub async fn put_stopped(conn: &mut Conn, id: i64, stopped_at: Option<i64>) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update bulk set stopped_at = $1 where id = $2")
        .bind(stopped_at)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
