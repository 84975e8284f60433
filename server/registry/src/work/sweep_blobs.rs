//! Removing blobs that no row names any more: a portrait of a person who was erased, or one whose row was never written.

use contract::Failure;

use crate::Store;
use crate::blobs::{BlobHash, Blobs};
use crate::store::portrait;

/// A blob that no row names stays this long: its row may still be on its way in another process.
pub const GRACE_MS: i64 = 24 * 60 * 60 * 1000;

/// Blobs that rows named until a change that is to commit; to be removed after it.
#[must_use = "the blobs stay until they are removed"]
#[derive(Debug, PartialEq, Eq)]
pub struct Unnamed(pub(super) Vec<BlobHash>);

impl Unnamed {
    /// Removes those that no other row names; how many. To be called when the change has committed.
    ///
    /// # Errors
    /// What database or disk say; [`sweep_blobs`] removes later what is left.
    pub async fn remove(self, store: &Store, blobs: &Blobs) -> Result<usize, Failure> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let removing = blobs.removing().await;
        let mut conn = store.read().await?;
        let mut removed = 0;
        for hash in self.0 {
            if !portrait::is_named(&mut conn, hash).await? {
                removing.remove(hash).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Removes what no row names and was written more than [`GRACE_MS`] ago; how many.
///
/// # Errors
/// What database or disk say.
pub async fn sweep_blobs(store: &Store, blobs: &Blobs, at_ms: i64) -> Result<usize, Failure> {
    let listed = blobs.list().await?;
    let mut conn = store.read().await?;
    let named = portrait::named(&mut conn).await?;
    drop(conn);
    let old =
        listed.into_iter().filter(|(hash, written)| written + GRACE_MS < at_ms && named.binary_search(hash).is_err());
    Unnamed(old.map(|(hash, _)| hash).collect()).remove(store, blobs).await
}
