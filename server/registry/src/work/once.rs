//! A form that is sent twice does its work once: the second time it is answered as the first, whatever became of the first
//! answer on its way (a lost connection, an impatient hand, a server that was killed).

use contract::Failure;

use crate::store::form;
use crate::{Actor, Tx};

/// Longest key that is taken; ours have 43 characters.
const KEY_CHARS: usize = 64;

/// What the form with that key was answered, if it was taken already. A form without a key is always new.
///
/// # Errors
/// As the database says.
pub async fn answered(tx: &mut Tx, actor: &Actor, key: &str) -> Result<Option<i64>, Failure> {
    let Some(account) = keyed(actor, key) else { return Ok(None) };
    Ok(form::answer(tx.conn(), account, key).await?.and_then(|answer| answer.parse().ok()))
}

/// Notes within the transaction of its work that the form was taken, and what it is answered.
///
/// # Errors
/// [`Failure::Stale`] where the same form was taken at the same moment.
pub async fn note(tx: &mut Tx, actor: &Actor, key: &str, answer: i64) -> Result<(), Failure> {
    let at_ms = tx.at_ms();
    if let Some(account) = keyed(actor, key) {
        form::take(tx.conn(), account, key, &answer.to_string(), at_ms).await?;
    }
    Ok(())
}

fn keyed(actor: &Actor, key: &str) -> Option<i64> {
    actor.account_id.filter(|_| !key.is_empty() && key.len() <= KEY_CHARS)
}
