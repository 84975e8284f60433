//! One's own sessions: seen, and ended from elsewhere.

use contract::Failure;
use contract::view::SessionLine;

use super::resume_session::{IDLE_MS, Resumed, TOTAL_MS};
use crate::hex::hex;
use crate::store::{Record, session};
use crate::{Conn, Tx};

/// The sessions of this account that go on, newest first.
///
/// # Errors
/// As the database says.
pub async fn my_sessions(conn: &mut Conn, who: &Resumed, at_ms: i64) -> Result<Vec<SessionLine>, Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    let sessions = session::of_account(conn, account_id, at_ms - IDLE_MS).await?;
    Ok(sessions
        .into_iter()
        .filter(|session| at_ms - session.created_at <= TOTAL_MS)
        .map(|session| SessionLine {
            current: session.id_hash == who.id_hash,
            name: name(&session.id_hash),
            created_at: session.created_at,
            seen_at: session.seen_at,
            agent: session.agent,
        })
        .collect())
}

/// Enough of the hash to tell sessions apart, useless to a thief.
fn name(id_hash: &[u8]) -> String {
    hex(&id_hash[..id_hash.len().min(6)])
}

/// Ends one's own session of that name.
///
/// # Errors
/// [`Failure::NotFound`].
pub async fn end_session(tx: &mut Tx, who: &Resumed, called: &str) -> Result<(), Failure> {
    let account_id = who.actor.account_id.ok_or(Failure::SignInNeeded)?;
    let at_ms = tx.at_ms();
    let sessions = session::of_account(tx.conn(), account_id, at_ms - IDLE_MS).await?;
    let found = sessions.into_iter().find(|session| name(&session.id_hash) == called).ok_or(Failure::NotFound)?;
    session::end(tx.conn(), account_id, &found.id_hash, at_ms).await?;
    tx.record(Record {
        actor: &who.actor.reference,
        action: "session.end",
        object: who.actor.reference.clone(),
        facts: serde_json::json!({ "how": "ended by its owner" }),
        personal: None,
    });
    Ok(())
}
