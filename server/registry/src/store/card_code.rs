//! Rows about codes of cards: which were ever given.

use model::card_code::CardCode;

use super::{Conn, StoreError};

/// Gives a code; whether nobody had it.
///
/// # Errors
/// As the database says.
pub async fn give(conn: &mut Conn, code: CardCode, at_ms: i64) -> Result<bool, StoreError> {
    let rows = on!(conn, c => sqlx::query("insert into card_code (code, given_at) values ($1, $2) on conflict do nothing")
        .bind(code.as_str())
        .bind(at_ms)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}
