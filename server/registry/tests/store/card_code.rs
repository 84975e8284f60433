//! Codes of cards: each given once, drawn again where it was given.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use contract::Failure;
use model::card_code::CardCode;
use registry::Draw;
use registry::work::draw_card_code::draw_card_code;

use crate::support::{AT, TestStore, number, stores};

/// A source that gives these bytes over and over.
fn bytes(all: &'static [u8]) -> Draw {
    let at = AtomicUsize::new(0);
    Arc::new(move |wanted: &mut [u8]| {
        for byte in wanted {
            *byte = all[at.fetch_add(1, Ordering::Relaxed) % all.len()];
        }
    })
}

async fn drawn(test: &TestStore, draw: Draw) -> Result<CardCode, Failure> {
    test.store.write(AT, move |tx| Box::pin(async move { draw_card_code(tx, &draw).await })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_was_given_is_drawn_again() {
    for test in stores().await {
        let first = drawn(&test, bytes(&[9, 9, 9, 9])).await.unwrap();
        assert_eq!(first.as_str(), "AAAA");
        // the same once more, then another; 33 is the letter a, which is another code than A
        let second = drawn(&test, bytes(&[9, 9, 9, 9, 9, 9, 9, 33])).await.unwrap();
        assert_eq!(second.as_str(), "AAAa");
        assert_eq!(drawn(&test, bytes(&[9])).await, Err(Failure::Internal));
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from card_code").await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_goes_back_with_its_transaction() {
    for test in stores().await {
        let draw = bytes(&[9, 9, 9, 9]);
        let given: Result<(), Failure> = test
            .store
            .write(AT, move |tx| {
                Box::pin(async move {
                    draw_card_code(tx, &draw).await?;
                    Err(Failure::Stale)
                })
            })
            .await;
        assert_eq!(given, Err(Failure::Stale));
        assert_eq!(drawn(&test, bytes(&[9, 9, 9, 9])).await.unwrap().as_str(), "AAAA");
    }
}
