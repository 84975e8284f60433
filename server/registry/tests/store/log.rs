//! An audit log to do something to.

use contract::Failure;
use contract::view::Verdict;
use rand::RngExt;
use rand_chacha::ChaCha20Rng;
use registry::secrets::Secrets;
use registry::store::audit::{self, Stored};
use registry::work::sign_head::sign_head;
use registry::work::verify_audit::verify_audit;
use registry::{Actor, StoreError};

use crate::support::{AT, TestSecrets, TestStore, record};

/// A log of 40 to 70 entries, some with personal fields, written in batches, with three signed heads in it; their sizes.
pub async fn build(test: &TestStore, rng: &mut ChaCha20Rng) -> Vec<u64> {
    let mut sizes = Vec::new();
    for _ in 0..3 {
        for _ in 0..4 {
            let (entries, first) = (rng.random_range(3..6), rng.random_range(0..100));
            let written: Result<(), StoreError> = test
                .store
                .write(AT, move |tx| {
                    Box::pin(async move {
                        (first..first + entries).for_each(|n| record(tx, n, (n % 3 == 0).then_some(1 + n as i64 % 2)));
                        Ok(())
                    })
                })
                .await;
            written.unwrap();
        }
        sizes.push(sign(test, AT).await);
    }
    sizes
}

pub async fn note(test: &TestStore, person: Option<i64>) {
    let noted: Result<(), StoreError> = test
        .store
        .write(AT, move |tx| {
            Box::pin(async move {
                record(tx, 1, person);
                Ok(())
            })
        })
        .await;
    noted.unwrap();
}

pub async fn sign(test: &TestStore, at_ms: i64) -> u64 {
    let signed: Result<_, Failure> = test
        .store
        .write(at_ms, |tx| Box::pin(async move { sign_head(tx, &Actor::system(), &TestSecrets::new(1)).await }))
        .await;
    signed.unwrap().size
}

pub async fn entries(test: &TestStore) -> Vec<Stored> {
    audit::entries_from(&mut test.store.read().await.unwrap(), 0, 1000).await.unwrap()
}

/// What the log as it stands says, under the keys with which [`sign`] signs.
pub async fn verdict(test: &TestStore) -> Verdict {
    let mut conn = test.store.snapshot().await.unwrap();
    let verdict = verify_audit(&mut conn, Some(TestSecrets::new(1).head_key())).await.unwrap();
    conn.end().await.unwrap();
    verdict
}
