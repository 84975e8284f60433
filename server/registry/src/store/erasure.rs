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

/// Takes a person out of what was freely written: what was wrong with a handover, what was agreed about it, notes of stock counts,
/// and the entries of the audit log about handovers, whose places are the answer. `without` answers the text without the person,
/// or nothing where the person is not in it.
///
/// # Errors
/// As the database says.
pub async fn erase_mentions(conn: &mut Conn, without: impl Fn(&str) -> Option<String>) -> Result<Vec<i64>, StoreError> {
    const TEXTS: [(&str, &str); 3] = [
        (
            "select id, discrepancy from handover where discrepancy is not null",
            "update handover set discrepancy = $1 where id = $2",
        ),
        (
            "select id, settled from handover where settled is not null",
            "update handover set settled = $1 where id = $2",
        ),
        ("select id, note from stock_count where note is not null", "update stock_count set note = $1 where id = $2"),
    ];
    for (find, put) in TEXTS {
        let texts: Vec<(i64, String)> = on!(&mut *conn, c => sqlx::query_as(find).fetch_all(c).await)?;
        for (id, text) in texts {
            if let Some(rest) = without(&text) {
                on!(&mut *conn, c => sqlx::query(put).bind(rest).bind(id).execute(c).await.map(drop))?;
            }
        }
    }
    let written: Vec<(i64, String)> = on!(&mut *conn, c => sqlx::query_as(
            "select p.seq, p.body from audit_personal p join audit_entry e on e.seq = p.seq \
             where p.person_id is null and e.action in ('handover.dispute', 'handover.settle')")
        .fetch_all(c)
        .await)?;
    let mut places = Vec::new();
    for (seq, body) in written {
        if without(&body).is_some() {
            on!(&mut *conn, c => sqlx::query("delete from audit_personal where seq = $1").bind(seq).execute(c).await.map(drop))?;
            places.push(seq);
        }
    }
    Ok(places)
}
