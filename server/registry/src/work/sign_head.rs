//! Signing the head of the audit log: size, root and chain hash under the vault's Ed25519 key, at least once a day.
//!
//! Who keeps a head elsewhere can prove later that nothing before it was changed or cut off.

use contract::Failure;
use contract::view::HeadView;
use model::audit::{Entry, Head};
use model::merkle::to_hex;
use model::role::Action;
use serde_json::json;

use crate::hex::hex;
use crate::secrets::Secrets;
use crate::store::Record;
use crate::store::audit::{self, SignedHead, State};
use crate::{Actor, Conn, StoreError, Tx};

/// After this a new head is due.
pub const DAY_MS: i64 = 24 * 60 * 60 * 1000;

const ACTION: &str = "audit.sign_head";
const OBJECT: &str = "audit_head:";

/// Signs the present state of the log and keeps the head; the newest head as it was, when it covers everything and is
/// not older than a day.
///
/// The entry about the signing follows the head, and the next head covers it; so sizes of heads differ.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn sign_head(tx: &mut Tx, actor: &Actor, secrets: &dyn Secrets) -> Result<HeadView, Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::VerifyAudit, at_ms)?;
    let state = audit::state(tx.conn()).await?;
    if let Some(last) = audit::last_head(tx.conn()).await?
        && covers(&last, &state)
        && at_ms - last.at < DAY_MS
    {
        return Ok(view(&last));
    }
    let head = Head { size: state.size, root: state.frontier.root(), chain: state.chain, at_ms };
    let signed = SignedHead {
        size: head.size as i64,
        root: head.root.to_vec(),
        chain: head.chain.to_vec(),
        at: head.at_ms,
        key: secrets.head_key().to_vec(),
        signature: secrets.sign_head(&head.to_sign()).to_vec(),
    };
    if audit::insert_head(tx.conn(), &signed).await? {
        tx.record(Record {
            actor: &actor.reference,
            action: ACTION,
            object: format!("{OBJECT}{}", head.size),
            facts: json!({ "root": to_hex(&head.root), "chain": to_hex(&head.chain) }),
            personal: None,
        });
    }
    Ok(view(&signed))
}

/// Whether a day has passed since the newest head, or there are entries and no head at all.
///
/// # Errors
/// As the database says.
pub async fn head_due(conn: &mut Conn, now_ms: i64) -> Result<bool, StoreError> {
    Ok(match audit::last_head(conn).await? {
        Some(last) => now_ms - last.at >= DAY_MS,
        None => audit::state(conn).await?.size > 0,
    })
}

/// The newest signed head. It tells nothing about anybody and may be published.
///
/// # Errors
/// As the database says.
pub async fn last_head(conn: &mut Conn) -> Result<Option<HeadView>, StoreError> {
    Ok(audit::last_head(conn).await?.as_ref().map(view))
}

/// The last signed heads, the newest first.
///
/// # Errors
/// As the database says.
pub async fn last_heads(conn: &mut Conn, limit: i64) -> Result<Vec<HeadView>, StoreError> {
    Ok(audit::last_heads(conn, limit).await?.iter().map(view).collect())
}

/// The size of the head about whose signing an entry tells.
pub(super) fn signed_size(entry: &Entry) -> Option<u64> {
    if entry.action != ACTION {
        return None;
    }
    entry.object.strip_prefix(OBJECT)?.parse().ok()
}

/// All but the entry about the head's own signing.
fn covers(head: &SignedHead, state: &State) -> bool {
    u64::try_from(head.size).is_ok_and(|size| state.size <= size.saturating_add(1))
}

fn view(head: &SignedHead) -> HeadView {
    HeadView {
        size: u64::try_from(head.size).unwrap_or(0),
        root: hex(&head.root),
        chain: hex(&head.chain),
        at: head.at,
        key: hex(&head.key),
        signature: hex(&head.signature),
    }
}
