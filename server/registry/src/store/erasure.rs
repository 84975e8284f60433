//! What is erased when a person's data have served their time, besides the person's own row.

use super::{Conn, StoreError, Tx, audit};

/// Erases what the account of that person tells about it, takes its keys away and switches it off; its id.
///
/// The login goes too: it is usually made from the name. The id, to which the audit log refers, stays.
///
/// # Errors
/// As the database says.
pub async fn erase_account(conn: &mut Conn, person_id: i64, at_ms: i64) -> Result<Option<i64>, StoreError> {
    let account_id: Option<i64> = on!(conn, c => sqlx::query_scalar(
            "update account set login = 'erased-' || id, display_name = '', name_folded = '', state = 'disabled', password_hash = null, \
             totp_sealed = null, totp_last_step = 0, version = version + 1 where person_id = $1 returning id")
        .bind(person_id)
        .fetch_optional(c)
        .await)?;
    let Some(account_id) = account_id else { return Ok(None) };
    for sql in [
        "delete from recovery_code where account_id = $1",
        "delete from known_device where account_id = $1",
        "delete from activation where account_id = $1",
    ] {
        on!(conn, c => sqlx::query(sql).bind(account_id).execute(c).await.map(drop))?;
    }
    on!(conn, c => sqlx::query(
            "update session set agent = '', pending_totp = null, ended_at = coalesce(ended_at, $1) where account_id = $2")
        .bind(at_ms)
        .bind(account_id)
        .execute(c)
        .await
        .map(drop))?;
    Ok(Some(account_id))
}

/// Erases the personal fields of the audit entries about that person: those that are written, whose places are the
/// answer, and those of the same commit that are yet to be written, which then never had any. The last step of its use
/// case that can fail: the latter do not come back.
///
/// # Errors
/// As the database says.
pub async fn erase_audit(tx: &mut Tx, person_id: i64) -> Result<Vec<i64>, StoreError> {
    let erased = audit::erase_personal(tx.conn(), person_id).await?;
    for draft in &mut tx.drafts {
        draft.personal.take_if(|(person, _)| *person == Some(person_id));
    }
    Ok(erased)
}
