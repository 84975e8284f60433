//! Reading the audit log, newest first, page by page.

use std::collections::{BTreeSet, HashMap, HashSet};

use contract::Failure;
use contract::view::{AuditLine, PersonalState};
use model::role::Action;

use crate::store::audit::{self, Filter};
use crate::{Actor, Conn};

/// Lines of one page. A page with fewer is the last; the next one begins before the last line's place.
pub const PAGE: usize = 100;

/// One page of the entries that pass the filter. The personal fields themselves are not shown, only whether they are kept.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn list_audit(
    conn: &mut Conn,
    actor: &Actor,
    filter: &Filter,
    at_ms: i64,
) -> Result<Vec<AuditLine>, Failure> {
    actor.require_somewhere(Action::SeeAudit, at_ms)?;
    let page = audit::list(conn, filter, PAGE as i64).await?;
    let accounts: BTreeSet<i64> = page.iter().filter_map(|stored| account_id(&stored.entry.actor)).collect();
    let accounts: Vec<i64> = accounts.into_iter().collect();
    let names: HashMap<i64, String> = audit::account_names(conn, &accounts).await?.into_iter().collect();
    let committed: Vec<u64> =
        page.iter().filter(|stored| stored.entry.personal.is_some()).map(|stored| stored.entry.seq).collect();
    let kept: HashSet<i64> = audit::personal_kept(conn, &committed).await?.into_iter().collect();
    let lines = page.into_iter().map(|stored| {
        let entry = stored.entry;
        AuditLine {
            seq: entry.seq,
            at: entry.at_ms,
            actor_name: account_id(&entry.actor).and_then(|id| names.get(&id).cloned()),
            actor: entry.actor,
            action: entry.action,
            object: entry.object,
            facts: entry.facts,
            personal: match entry.personal {
                None => PersonalState::None,
                Some(_) if kept.contains(&(entry.seq as i64)) => PersonalState::Kept,
                Some(_) => PersonalState::Erased,
            },
        }
    });
    Ok(lines.collect())
}

/// The account behind `account:12`.
fn account_id(actor: &str) -> Option<i64> {
    actor.strip_prefix("account:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accounts_have_names() {
        assert_eq!(account_id("account:12"), Some(12));
        for other in ["console", "system", "account:", "account:x", "person:12"] {
            assert_eq!(account_id(other), None, "{other}");
        }
    }
}
