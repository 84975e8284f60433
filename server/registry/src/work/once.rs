//! A form that is sent twice does its work once: the second time it is answered as the first, whatever became of the first
//! answer on its way (a lost connection, an impatient hand, a server that was killed).

use contract::Failure;

use crate::store::{WriteFuture, form};
use crate::{Actor, Store, Tx};

/// Longest key that is taken; ours have 43 characters.
const KEY_CHARS: usize = 64;

/// Does what a form with that key asks for in a transaction, unless it was done already; what is made, or was. A form without a
/// key is always new.
///
/// # Errors
/// As `work` says; [`Failure::Stale`] where the same form was taken at the same moment.
pub async fn once<F>(store: &Store, at_ms: i64, actor: &Actor, key: String, work: F) -> Result<i64, Failure>
where
    F: for<'t> FnOnce(&'t mut Tx) -> WriteFuture<'t, i64, Failure> + Send + 'static,
{
    let account = keyed(actor, &key);
    let writing = store.write(at_ms, move |tx| {
        Box::pin(async move {
            let Some(account) = account else { return work(tx).await };
            if let Some(answer) = form::answer(tx.conn(), account, &key).await? {
                return answer.parse().map_err(|_| Failure::Internal);
            }
            let made = work(tx).await?;
            form::take(tx.conn(), account, &key, &made.to_string(), at_ms).await?;
            Ok(made)
        })
    });
    writing.await
}

fn keyed(actor: &Actor, key: &str) -> Option<i64> {
    actor.account_id.filter(|_| !key.is_empty() && key.len() <= KEY_CHARS)
}
