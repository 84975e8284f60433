//! Somebody who is signed in, for tests that come in as a browser does.

use model::role::Role;
use registry::Failure;
use registry::store::{Tx, account, grant, session};
use registry::token::Token;

/// A new account, of a person of the province or of nobody in it, with a role on a unit or with none, and its session.
pub async fn sign_in(
    tx: &mut Tx,
    login: &str,
    person: Option<i64>,
    held: Option<(Role, i64)>,
    id_hash: Vec<u8>,
) -> Result<i64, Failure> {
    let at_ms = tx.at_ms();
    let account_id = account::insert(tx.conn(), login, "Người Thử", person, at_ms).await?;
    account::set_password(tx.conn(), account_id, "x", at_ms).await?;
    if let Some((role, unit_id)) = held {
        let new = grant::NewGrant {
            account_id,
            role: role.name(),
            unit_id,
            valid_from: "2026-01-01".into(),
            valid_to: None,
            decision: "1".into(),
            state: "in_force",
            proposed_by: None,
        };
        grant::insert(tx.conn(), &new, at_ms).await?;
    }
    let row = session::Session {
        id_hash,
        account_id,
        factor: "full".into(),
        pending_totp: None,
        created_at: at_ms,
        seen_at: at_ms,
        confirmed_at: Some(at_ms),
        agent: "test".into(),
    };
    session::insert(tx.conn(), &row).await?;
    Ok(account_id)
}

/// The session's cookie.
pub fn cookie(token: &Token) -> String {
    format!("__Host-congthe-session={}", token.as_str())
}
