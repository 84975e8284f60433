//! Restoring a key set from two shares, typed by two custodians, one after the other.
//!
//! The first share waits, sealed, for an hour at most. Shares can be tried at any time: a set that the vault holds stays as it is.

use contract::keys::{FirstShare, ShareWrong};
use contract::{Failure, Fault, Refusal};
use model::lifecycle::{KeySet, Lifecycle as _};
use model::role::Action;
use zeroize::Zeroizing;

use super::key_sets::{is_same, note};
use super::safe::{Safe, share_fault, told, typed, wrong_share};
use crate::card_vault::{CardVaultError, ShareHead};
use crate::store::key::{restore, set};
use crate::{Actor, Conn, Tx};

/// How long a first share waits for the second.
pub const WAIT_MS: i64 = 60 * 60 * 1000;

/// What came of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// It waits for another custodian's.
    Waits,
    /// The set is restored.
    Restored,
    /// The vault had it: both shares are right.
    Tried,
}

/// Shares that wait for another.
///
/// # Errors
/// [`Failure::Forbidden`].
pub async fn first_shares(conn: &mut Conn, actor: &Actor, at_ms: i64) -> Result<Vec<FirstShare>, Failure> {
    if !actor.may_somewhere(Action::KeepShares) {
        return Err(Failure::Forbidden);
    }
    let own = actor.duty_key();
    let small = |first: restore::First| FirstShare {
        set_version: u8::try_from(first.set_version).unwrap_or_default(),
        own: first.actor == own,
        name: first.name,
        until: first.at + WAIT_MS,
    };
    Ok(restore::waiting(conn, at_ms - WAIT_MS).await?.into_iter().map(small).collect())
}

/// Takes a share. Each line is checked, and that it belongs to a set that was kept here: shares of a ceremony that was broken off are
/// refused. The second of a set restores it.
///
/// # Errors
/// [`Failure::Forbidden`], [`Failure::ConfirmationNeeded`]; [`Refusal::SetHeld`]; a fault beside `share`; [`contract::Outage::Keys`].
pub async fn offer_share(
    tx: &mut Tx,
    actor: &Actor,
    safe: &Safe,
    share: Zeroizing<String>,
) -> Result<(Offered, i64), Failure> {
    let at_ms = tx.at_ms();
    actor.require_somewhere(Action::KeepShares, at_ms)?;
    let account_id = actor.account_id.ok_or(Failure::Forbidden)?;
    if share.trim().is_empty() {
        return Err(Failure::field("share", Fault::Missing));
    }
    let head = safe.cards.read_share(&typed(&share)).map_err(share_fault)?;
    let of = meant(tx.conn(), &head).await?;
    let waiting = restore::waiting(tx.conn(), at_ms - WAIT_MS).await?;
    let first = waiting.into_iter().find(|first| first.set_version == of.set_version);
    let Some(first) = first.filter(|first| first.actor != actor.duty_key()) else {
        let sealed = safe.seal(&context(of.set_version, account_id), &share);
        restore::put(tx.conn(), of.set_version, (account_id, &actor.duty_key()), &sealed, at_ms).await?;
        note(tx, actor, "key_set.offer", of.set_version, serde_json::json!({ "share": head.number }));
        return Ok((Offered::Waits, of.set_version));
    };
    let other = safe.open(&context(first.set_version, first.account_id), &first.share)?;
    let (two, version) = ([typed(&other), typed(&share)], head.version);
    let (held, restored) = safe
        .wait_for(move |cards, draw| {
            let held = cards.key_sets()?.into_iter().any(|set| !set.draft && set.version == version);
            Ok::<_, CardVaultError>((held, cards.restore_set(&two, draw)?))
        })
        .await
        .map_err(told)?;
    if !is_same(&of, restored.id, &restored.check_values) {
        tracing::error!(set = of.set_version, "a restored key set has other check values than were noted");
        return Err(Failure::Internal);
    }
    restore::forget(tx.conn(), of.set_version).await?;
    let action = if held { "key_set.try" } else { "key_set.restore" };
    note(tx, actor, action, of.set_version, serde_json::json!({ "draw": restored.id.to_string() }));
    Ok((if held { Offered::Tried } else { Offered::Restored }, of.set_version))
}

/// The set that a share belongs to.
async fn meant(conn: &mut Conn, head: &ShareHead) -> Result<set::Set, Failure> {
    let of = set::of_version(conn, i64::from(head.version.get())).await?;
    let of = of.filter(|of| of.set_id == head.id.0).ok_or_else(|| wrong_share(ShareWrong::OtherSet))?;
    if of.state == KeySet::Destroyed.name() { Err(wrong_share(ShareWrong::Destroyed)) } else { Ok(of) }
}

/// Forgets the first share of a set.
///
/// # Errors
/// [`Failure::Forbidden`]; [`Refusal::Impossible`] where none waits.
pub async fn forget_share(tx: &mut Tx, actor: &Actor, set_version: i64) -> Result<(), Failure> {
    if !actor.may_somewhere(Action::KeepShares) {
        return Err(Failure::Forbidden);
    }
    if !restore::forget(tx.conn(), set_version).await? {
        return Err(Failure::Refused { why: Refusal::Impossible });
    }
    note(tx, actor, "key_set.forget", set_version, serde_json::json!({}));
    Ok(())
}

/// Forgets shares for which no second one came in time.
///
/// # Errors
/// As the database says.
pub async fn forget_old_shares(tx: &mut Tx) -> Result<(), Failure> {
    let before = tx.at_ms() - WAIT_MS;
    for set_version in restore::forget_old(tx.conn(), before).await? {
        note(tx, &Actor::system(), "key_set.forget", set_version, serde_json::json!({}));
    }
    Ok(())
}

fn context(set_version: i64, account_id: i64) -> String {
    format!("restore:{set_version}/account:{account_id}")
}
