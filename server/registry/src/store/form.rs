//! Forms that have been taken, and coded reasons.

use sqlx::FromRow;

use super::{Conn, StoreError};

/// A coded reason (R28).
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Reason {
    /// Code.
    pub code: String,
    /// `first_issue`, `exchange`, `reissue`, `lock`.
    pub use_for: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// Since when it is not chosen any more.
    pub retired_at: Option<i64>,
}

/// Every reason, also those that are not chosen any more.
///
/// # Errors
/// As the database says.
pub async fn reasons(conn: &mut Conn) -> Result<Vec<Reason>, StoreError> {
    let sql = "select code, use_for, vi, en, retired_at from reason order by use_for, code";
    Ok(on!(conn, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Adds a reason.
///
/// # Errors
/// [`StoreError::Taken`] for a code that is known.
pub async fn add_reason(conn: &mut Conn, code: &str, use_for: &str, (vi, en): (&str, &str)) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("insert into reason (code, use_for, vi, en) values ($1, $2, $3, $4)")
        .bind(code)
        .bind(use_for)
        .bind(vi)
        .bind(en)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Since when a reason is not chosen any more, or that it is; whether there is such a reason.
///
/// # Errors
/// As the database says.
pub async fn retire_reason(conn: &mut Conn, code: &str, retired_at: Option<i64>) -> Result<bool, StoreError> {
    Ok(on!(conn, c => sqlx::query("update reason set retired_at = $1 where code = $2")
        .bind(retired_at)
        .bind(code)
        .execute(c)
        .await
        .map(|done| done.rows_affected() == 1))?)
}

/// What a form was answered when it was sent the first time.
///
/// # Errors
/// As the database says.
pub async fn answer(conn: &mut Conn, account_id: i64, key: &str) -> Result<Option<String>, StoreError> {
    Ok(on!(conn, c => sqlx::query_scalar("select answer from form_taken where account_id = $1 and key = $2")
        .bind(account_id)
        .bind(key)
        .fetch_optional(c)
        .await)?)
}

/// Notes that a form was taken, and what it was answered.
///
/// # Errors
/// [`StoreError::Taken`] where it was taken at the same moment.
pub async fn take(conn: &mut Conn, account_id: i64, key: &str, answer: &str, at_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("insert into form_taken (account_id, key, answer, at) values ($1, $2, $3, $4)")
        .bind(account_id)
        .bind(key)
        .bind(answer)
        .bind(at_ms)
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// Forgets forms that were taken before that instant.
///
/// # Errors
/// As the database says.
pub async fn forget(conn: &mut Conn, before_ms: i64) -> Result<(), StoreError> {
    on!(conn, c => sqlx::query("delete from form_taken where at < $1").bind(before_ms).execute(c).await.map(drop))?;
    Ok(())
}
