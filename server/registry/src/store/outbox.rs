//! Events that are to be told to the Ministry's card database, and the files in which they were.

use jiff::civil::Date;
use model::workday::Calendar;
use sqlx::FromRow;

use super::{Conn, StoreError};

/// A day that is not what its day of the week says.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Holiday {
    /// ISO 8601.
    pub day: String,
    /// What it is.
    pub name: String,
    /// 1 for a weekend day that is worked.
    pub worked: i64,
}

/// An event that waits, or is in a file.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Event {
    /// Id, which the Ministry's side knows it by.
    pub id: i64,
    /// Kind by name.
    pub kind: String,
    /// The card.
    pub card_id: i64,
    /// When it happened.
    pub happened_at: i64,
    /// Last day of its term, ISO 8601.
    pub due_on: String,
    /// How often it was in a file.
    pub tries: i64,
}

/// A file with events.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Batch {
    /// Id.
    pub id: i64,
    /// When it was made.
    pub made_at: i64,
    /// Events in it.
    pub events: i64,
    /// SHA-256 of the file.
    pub sha256: Vec<u8>,
    /// Number of the receipt.
    pub receipt: Option<String>,
    /// When the receipt was entered.
    pub received_at: Option<i64>,
    /// When it came back.
    pub returned_at: Option<i64>,
    /// Why.
    pub answer: Option<String>,
    /// 1 where the portal itself sends it.
    pub by_itself: i64,
    /// How often it has tried.
    pub tries: i64,
    /// When it last tried.
    pub tried_at: Option<i64>,
    /// What hindered it.
    pub problem: Option<String>,
    /// Grows with each change.
    pub version: i64,
}

macro_rules! select_batch {
    ($rest:literal) => {
        concat!(
            "select id, made_at, events, sha256, receipt, received_at, returned_at, answer, by_itself, tries, tried_at, ",
            "problem, version from outbox_batch ",
            $rest
        )
    };
}

/// Every day that is entered, in order.
///
/// # Errors
/// As the database says.
pub async fn holidays(conn: &mut Conn) -> Result<Vec<Holiday>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as("select day, name, worked from holiday order by day").fetch_all(c).await)?)
}

/// The calendar of working days.
///
/// # Errors
/// As the database says.
pub async fn calendar(conn: &mut Conn) -> Result<Calendar, StoreError> {
    let days = holidays(conn).await?;
    let of = |worked: i64| {
        let days = days.iter().filter(move |day| day.worked == worked);
        days.filter_map(|day| day.day.parse::<Date>().ok()).collect::<Vec<_>>()
    };
    Ok(Calendar::new(of(0), of(1)))
}

/// Enters a day, or what else is said of it.
///
/// # Errors
/// As the database says.
pub async fn put_holiday(conn: &mut Conn, day: &str, name: &str, worked: bool) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into holiday (day, name, worked) values ($1, $2, $3) \
             on conflict (day) do update set name = excluded.name, worked = excluded.worked")
        .bind(day)
        .bind(name)
        .bind(i64::from(worked))
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Takes a day out; whether it was there.
///
/// # Errors
/// As the database says.
pub async fn remove_holiday(conn: &mut Conn, day: &str) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query("delete from holiday where day = $1")
        .bind(day)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Adds an event.
///
/// # Errors
/// As the database says.
pub async fn add(conn: &mut Conn, kind: &str, card_id: i64, at_ms: i64, due_on: &str) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("insert into outbox (kind, card_id, happened_at, due_on) values ($1, $2, $3, $4)")
        .bind(kind)
        .bind(card_id)
        .bind(at_ms)
        .bind(due_on)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Events that are in no file, those due first at the top; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn waiting(conn: &mut Conn, limit: i64) -> Result<(Vec<Event>, i64), StoreError> {
    let rows = on!(&mut *conn, c => sqlx::query_as(
            "select id, kind, card_id, happened_at, due_on, tries from outbox where batch_id is null order by due_on, id limit $1")
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total =
        on!(conn, c => sqlx::query_scalar("select count(*) from outbox where batch_id is null").fetch_one(c).await)?;
    Ok((rows, total))
}

/// The events of a file, in order.
///
/// # Errors
/// As the database says.
pub async fn of_batch(conn: &mut Conn, batch_id: i64) -> Result<Vec<Event>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, kind, card_id, happened_at, due_on, tries from outbox where batch_id = $1 order by id")
        .bind(batch_id)
        .fetch_all(c)
        .await)?)
}

/// Files, the newest first; and how many there are.
///
/// # Errors
/// As the database says.
pub async fn batches(conn: &mut Conn, (offset, limit): (i64, i64)) -> Result<(Vec<Batch>, i64), StoreError> {
    let rows = on!(&mut *conn, c => sqlx::query_as(select_batch!("order by id desc limit $1 offset $2"))
        .bind(limit)
        .bind(offset)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar("select count(*) from outbox_batch").fetch_one(c).await)?;
    Ok((rows, total))
}

/// The oldest file that the portal itself sends and that was not answered.
///
/// # Errors
/// As the database says.
pub async fn to_send(conn: &mut Conn) -> Result<Option<Batch>, StoreError> {
    let sql = select_batch!("where by_itself = 1 and receipt is null and returned_at is null order by id limit 1");
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_optional(c).await)?)
}

/// The portal itself sends this file.
///
/// # Errors
/// As the database says.
pub async fn note_by_itself(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update outbox_batch set by_itself = 1 where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// Notes that a file could not be sent, and what hindered it.
///
/// # Errors
/// As the database says.
pub async fn note_try(conn: &mut Conn, id: i64, problem: &str, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update outbox_batch set tries = tries + 1, tried_at = $1, problem = $2 where id = $3")
        .bind(at_ms)
        .bind(problem)
        .bind(id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Files without a receipt that did not come back, the oldest first.
///
/// # Errors
/// As the database says.
pub async fn unanswered(conn: &mut Conn, limit: i64) -> Result<(Vec<Batch>, i64), StoreError> {
    let rows = on!(&mut *conn, c => sqlx::query_as(
            select_batch!("where receipt is null and returned_at is null order by id limit $1"))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    let total = on!(conn, c => sqlx::query_scalar(
            "select count(*) from outbox_batch where receipt is null and returned_at is null")
        .fetch_one(c)
        .await)?;
    Ok((rows, total))
}

/// A file by id.
///
/// # Errors
/// As the database says.
pub async fn batch(conn: &mut Conn, id: i64) -> Result<Option<Batch>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select_batch!("where id = $1")).bind(id).fetch_optional(c).await)?)
}

/// Enters a file with these events; its id.
///
/// # Errors
/// As the database says.
pub async fn insert_batch(
    conn: &mut Conn,
    events: &[Event],
    sha256: &[u8],
    by: Option<i64>,
    at_ms: i64,
) -> Result<i64, StoreError> {
    let id: i64 = on!(&mut *conn, c => sqlx::query_scalar(
            "insert into outbox_batch (made_at, made_by, events, sha256) values ($1, $2, $3, $4) returning id")
        .bind(at_ms)
        .bind(by)
        .bind(events.len() as i64)
        .bind(sha256)
        .fetch_one(c)
        .await)?;
    for chunk in events.chunks(1000) {
        on!(&mut *conn, c => {
            let mut query = sqlx::QueryBuilder::new("update outbox set tries = tries + 1, batch_id = ");
            query.push_bind(id);
            push_in!(query, " where batch_id is null and id", chunk.iter().map(|event| event.id));
            query.build().execute(c).await.map(drop)
        })?;
    }
    Ok(id)
}

/// The file was taken: its events are done. Whether it still had that version and no answer.
///
/// # Errors
/// As the database says.
pub async fn receive(
    conn: &mut Conn,
    (id, version): (i64, i64),
    receipt: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let done = on!(&mut *conn, c => sqlx::query(
            "update outbox_batch set receipt = $1, received_at = $2, version = version + 1 \
             where id = $3 and version = $4 and receipt is null and returned_at is null")
        .bind(receipt)
        .bind(at_ms)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if done {
        on!(conn, c => sqlx::query("update outbox set received_at = $1 where batch_id = $2")
            .bind(at_ms)
            .bind(id)
            .execute(c)
            .await
            .map(drop))?;
    }
    Ok(done)
}

/// The file came back: its events wait for another one. Whether it still had that version and no answer.
///
/// # Errors
/// As the database says.
pub async fn take_back(
    conn: &mut Conn,
    (id, version): (i64, i64),
    answer: &str,
    at_ms: i64,
) -> Result<bool, StoreError> {
    let done = on!(&mut *conn, c => sqlx::query(
            "update outbox_batch set returned_at = $1, answer = $2, version = version + 1 \
             where id = $3 and version = $4 and receipt is null and returned_at is null")
        .bind(at_ms)
        .bind(answer)
        .bind(id)
        .bind(version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    if done {
        on!(conn, c => sqlx::query("update outbox set batch_id = null where batch_id = $1").bind(id).execute(c).await.map(drop))?;
    }
    Ok(done)
}
