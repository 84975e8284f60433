//! The first of two shares that restore a set, sealed, until the second comes.

use sqlx::FromRow;

use super::super::{Conn, StoreError};

/// A share that waits.
#[derive(Clone, FromRow)]
pub struct First {
    /// Of which set.
    pub set_version: i64,
    /// Whose.
    pub account_id: i64,
    /// Their name.
    pub name: String,
    /// Which person.
    pub actor: String,
    /// Sealed.
    pub share: Vec<u8>,
    /// When it was given.
    pub at: i64,
}

/// Shares that wait and were given since that instant.
///
/// # Errors
/// As the database says.
pub async fn waiting(conn: &mut Conn, since_ms: i64) -> Result<Vec<First>, StoreError> {
    Ok(on!(conn, c => sqlx::query_as(
            "select r.set_version, r.account_id, a.display_name as name, r.actor, r.share, r.at from key_restore r \
             join account a on a.id = r.account_id where r.at >= $1 order by r.set_version")
        .bind(since_ms)
        .fetch_all(c)
        .await)?)
}

/// Lets a share wait, in the place of another of the set.
///
/// # Errors
/// As the database says.
pub async fn put(
    conn: &mut Conn,
    set_version: i64,
    (account_id, actor): (i64, &str),
    share: &[u8],
    at_ms: i64,
) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query(
            "insert into key_restore (set_version, account_id, actor, share, at) values ($1, $2, $3, $4, $5) \
             on conflict (set_version) do update set account_id = excluded.account_id, actor = excluded.actor, \
             share = excluded.share, at = excluded.at")
        .bind(set_version)
        .bind(account_id)
        .bind(actor)
        .bind(share)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets the share that waits for a set; whether there was one.
///
/// # Errors
/// As the database says.
pub async fn forget(conn: &mut Conn, set_version: i64) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query("delete from key_restore where set_version = $1")
        .bind(set_version)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// Forgets shares that were given before that instant; of which sets.
///
/// # Errors
/// As the database says.
pub async fn forget_old(conn: &mut Conn, before_ms: i64) -> Result<Vec<i64>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("delete from key_restore where at < $1 returning set_version")
        .bind(before_ms)
        .fetch_all(c)
        .await)?)
}
