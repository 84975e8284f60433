//! Other systems that are told when what is told of a card changes, and the messages that wait for them.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A system that is told.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Webhook {
    /// Id.
    pub id: i64,
    /// Which system.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What its messages are signed with, sealed.
    pub secret: Vec<u8>,
    /// When it was entered.
    pub made_at: i64,
    /// When it was withdrawn.
    pub withdrawn_at: Option<i64>,
    /// When it last took a message.
    pub delivered_at: Option<i64>,
    /// What hindered the last message.
    pub problem: Option<String>,
    /// Messages that wait.
    pub waiting: i64,
}

/// A message that is to be sent.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Message {
    /// Id.
    pub id: i64,
    /// To whom.
    pub webhook_id: i64,
    /// About which card; none where only the way is tried.
    pub card_id: Option<i64>,
    /// When it happened.
    pub happened_at: i64,
    /// How often it was tried.
    pub tries: i64,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select w.id, w.name, w.url, w.secret, w.made_at, w.withdrawn_at, w.delivered_at, w.problem, ",
            "(select count(*) from webhook_message m where m.webhook_id = w.id) as waiting from webhook w ",
            $rest
        )
    };
}

/// Every one there ever was, the newest first.
///
/// # Errors
/// As the database says.
pub async fn all(conn: &mut Conn) -> Result<Vec<Webhook>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select!("order by w.id desc")).fetch_all(c).await)?)
}

/// One that is not withdrawn.
///
/// # Errors
/// As the database says.
pub async fn good(conn: &mut Conn, id: i64) -> Result<Option<Webhook>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(select!("where w.id = $1 and w.withdrawn_at is null"))
        .bind(id)
        .fetch_optional(c)
        .await)?)
}

/// Notes one; its id.
///
/// # Errors
/// As the database says.
pub async fn insert(
    conn: &mut Conn,
    (name, url): (&str, &str),
    secret: &[u8],
    (by, at_ms): (Option<i64>, i64),
) -> Result<i64, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar(
            "insert into webhook (name, url, secret, made_at, made_by) values ($1, $2, $3, $4, $5) returning id")
        .bind(name)
        .bind(url)
        .bind(secret)
        .bind(at_ms)
        .bind(by)
        .fetch_one(c)
        .await)?)
}

/// Withdraws one, with what waits for it; whether it was still good.
///
/// # Errors
/// As the database says.
pub async fn withdraw(conn: &mut Conn, id: i64, (by, at_ms): (Option<i64>, i64)) -> Result<bool, StoreError> {
    let done = on!(&mut *conn, c => sqlx::query(
            "update webhook set withdrawn_at = $1, withdrawn_by = $2 where id = $3 and withdrawn_at is null")
        .bind(at_ms)
        .bind(by)
        .bind(id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?;
    on!(conn, c => sqlx::query("delete from webhook_message where webhook_id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(done)
}

/// A message to everybody about a card.
///
/// # Errors
/// As the database says.
pub async fn tell_all(conn: &mut Conn, card_id: i64, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into webhook_message (webhook_id, card_id, happened_at, due_at) \
             select id, $1, $2, $2 from webhook where withdrawn_at is null")
        .bind(card_id)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// A message to one, which only tries the way.
///
/// # Errors
/// As the database says.
pub async fn tell_nothing(conn: &mut Conn, webhook_id: i64, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into webhook_message (webhook_id, card_id, happened_at, due_at) values ($1, null, $2, $2)")
        .bind(webhook_id)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Messages whose time has come, the oldest first.
///
/// # Errors
/// As the database says.
pub async fn due(conn: &mut Conn, at_ms: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id, webhook_id, card_id, happened_at, tries from webhook_message where due_at <= $1 order by id limit $2")
        .bind(at_ms)
        .bind(limit)
        .fetch_all(c)
        .await)?)
}

/// A message was taken.
///
/// # Errors
/// As the database says.
pub async fn taken(conn: &mut Conn, message: &Message, at_ms: i64) -> Result<(), StoreError> {
    forget(conn, message.id).await?;
    on!(conn, c => sqlx::query("update webhook set delivered_at = $1, problem = null where id = $2")
        .bind(at_ms)
        .bind(message.webhook_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// A message goes nowhere any more.
///
/// # Errors
/// As the database says.
pub async fn forget(conn: &mut Conn, id: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from webhook_message where id = $1").bind(id).execute(c).await.map(drop))?;
    Ok(())
}

/// A message was not taken: it, and what else waits for that system, is tried again then.
///
/// # Errors
/// As the database says.
pub async fn put_off(conn: &mut Conn, message: &Message, problem: &str, until_ms: i64) -> Result<(), StoreError> {
    on!(&mut *conn, c => sqlx::query("update webhook set problem = $1 where id = $2")
        .bind(problem)
        .bind(message.webhook_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(&mut *conn, c => sqlx::query("update webhook_message set due_at = $1 where webhook_id = $2 and due_at < $1")
        .bind(until_ms)
        .bind(message.webhook_id)
        .execute(c)
        .await
        .map(drop))?;
    on!(conn, c => sqlx::query("update webhook_message set tries = tries + 1 where id = $1")
        .bind(message.id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}
