//! Sessions: only the hash of a session's token is kept.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A session that has not ended.
#[derive(Clone, FromRow)]
pub struct Session {
    /// SHA-256 of the token in the cookie.
    pub id_hash: Vec<u8>,
    /// Whose.
    pub account_id: i64,
    /// `password` (the second factor is still to be shown), `enrol` (one must be set up) or `full`.
    pub factor: String,
    /// A TOTP secret that is being set up, sealed.
    pub pending_totp: Option<Vec<u8>>,
    /// Began.
    pub created_at: i64,
    /// Last seen.
    pub seen_at: i64,
    /// When the second factor was last shown.
    pub confirmed_at: Option<i64>,
    /// Browser, in words.
    pub agent: String,
}

/// Begins a session.
///
/// # Errors
/// As the database says.
pub async fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into session (id_hash, account_id, factor, created_at, seen_at, confirmed_at, agent) \
             values ($1, $2, $3, $4, $5, $6, $7)")
        .bind(&session.id_hash)
        .bind(session.account_id)
        .bind(&session.factor)
        .bind(session.created_at)
        .bind(session.seen_at)
        .bind(session.confirmed_at)
        .bind(&session.agent)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// A session by the hash of its token, unless it has ended.
///
/// # Errors
/// As the database says.
pub async fn by_hash(conn: &mut Conn, id_hash: &[u8]) -> Result<Option<Session>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id_hash, account_id, factor, pending_totp, created_at, seen_at, confirmed_at, agent from session \
             where id_hash = $1 and ended_at is null")
        .bind(id_hash)
        .fetch_optional(c)
        .await)?)
}

/// The sessions of an account that were seen since `since`, newest first.
///
/// # Errors
/// As the database says.
pub async fn of_account(conn: &mut Conn, account_id: i64, since: i64) -> Result<Vec<Session>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select id_hash, account_id, factor, pending_totp, created_at, seen_at, confirmed_at, agent from session \
             where account_id = $1 and ended_at is null and seen_at >= $2 order by seen_at desc")
        .bind(account_id)
        .bind(since)
        .fetch_all(c)
        .await)?)
}

/// Notes that a session is in use.
///
/// # Errors
/// As the database says.
pub async fn touch(conn: &mut Conn, id_hash: &[u8], at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update session set seen_at = $1 where id_hash = $2 and seen_at < $1")
        .bind(at_ms)
        .bind(id_hash)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends the session of `old` and goes on under `new` with the second factor shown: a token never outlives a change of
/// rights.
///
/// # Errors
/// As the database says.
pub async fn promote(conn: &mut Conn, old: &[u8], new: &[u8], at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "update session set id_hash = $1, factor = 'full', pending_totp = null, confirmed_at = $2, seen_at = $2 \
             where id_hash = $3 and ended_at is null")
        .bind(new)
        .bind(at_ms)
        .bind(old)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Notes that the second factor was shown again.
///
/// # Errors
/// As the database says.
pub async fn confirm(conn: &mut Conn, id_hash: &[u8], at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update session set confirmed_at = $1 where id_hash = $2")
        .bind(at_ms)
        .bind(id_hash)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Keeps a TOTP secret that is being set up.
///
/// # Errors
/// As the database says.
pub async fn set_pending_totp(conn: &mut Conn, id_hash: &[u8], sealed: &[u8]) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("update session set pending_totp = $1 where id_hash = $2")
        .bind(sealed)
        .bind(id_hash)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Ends one session of an account; whether there was one.
///
/// # Errors
/// As the database says.
pub async fn end(conn: &mut Conn, account_id: i64, id_hash: &[u8], at_ms: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update session set ended_at = $1 where id_hash = $2 and account_id = $3 and ended_at is null")
        .bind(at_ms)
        .bind(id_hash)
        .bind(account_id)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Ends every session of an account but `keep`; how many.
///
/// # Errors
/// As the database says.
pub async fn end_others(conn: &mut Conn, account_id: i64, keep: &[u8], at_ms: i64) -> Result<u64, StoreError> {
    Ok(on!(conn, c => sqlx::query(
            "update session set ended_at = $1 where account_id = $2 and id_hash <> $3 and ended_at is null")
        .bind(at_ms)
        .bind(account_id)
        .bind(keep)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?)
}

/// Removes sessions that were last seen before `before`.
///
/// # Errors
/// As the database says.
pub async fn sweep(conn: &mut Conn, before: i64) -> Result<u64, StoreError> {
    Ok(on!(conn, c => sqlx::query("delete from session where seen_at < $1")
        .bind(before)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?)
}
