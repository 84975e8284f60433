//! What the Ministry is to be told goes by itself: one file at a time, again after a pause, once.

use contract::Failure;
use registry::work::ministry::{Delivered, next_delivery, note_delivery, receive_batch, show_outbox};
use std::collections::BTreeMap;

use crate::cards::Scene;
use crate::support::{AT, stores};

const MINUTE_MS: i64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_until_it_is_answered() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let store = &scene.test.store;
        assert!(next_delivery(store, AT).await.unwrap().is_none(), "nothing has happened");
        scene.portrait(90).await;
        let request = scene.verified("first_issue", "new_recruit").await;
        let list = scene.checked(request, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        let first = next_delivery(store, AT).await.unwrap().unwrap();
        assert!(String::from_utf8(first.file.clone()).unwrap().contains("\"register\""));
        // what could not be sent is the same file after its pause, and nothing before that
        note_delivery(store, (first.id, first.version), Delivered::Later("status.503".into()), AT).await.unwrap();
        assert!(next_delivery(store, AT + 2 * MINUTE_MS - 1).await.unwrap().is_none());
        let mut conn = store.read().await.unwrap();
        let shown = show_outbox(&mut conn, &scene.checker(), 1).await.unwrap();
        assert_eq!((shown.batches[0].problem.as_deref(), shown.batches[0].tries), (Some("status.503"), 1));
        drop(conn);
        let again = next_delivery(store, AT + 2 * MINUTE_MS).await.unwrap().unwrap();
        assert_eq!((again.id, again.key.clone()), (first.id, first.key));
        assert_eq!(again.file, first.file);
        let taken = Delivered::Receipt(format!(" B-17 {}", "9".repeat(100)));
        note_delivery(store, (again.id, again.version), taken, AT).await.unwrap();
        let receipts = "select count(*) from outbox_batch where receipt like 'B-17 99%' and length(receipt) = 60";
        assert_eq!(scene.test.count(receipts).await, 1);
        assert!(next_delivery(store, AT + MINUTE_MS).await.unwrap().is_none());

        // refused for good: its events wait again, in another file
        scene.issue("A-01").await;
        let second = next_delivery(store, AT).await.unwrap().unwrap();
        note_delivery(store, (second.id, second.version), Delivered::Refused("sai số hiệu".into()), AT).await.unwrap();
        let third = next_delivery(store, AT).await.unwrap().unwrap();
        assert!(third.id > second.id);
        // somebody enters the receipt while it is on its way: the answer comes too late
        let (checker, of) = (scene.checker(), (third.id, third.version));
        scene.write(move |tx| Box::pin(async move { receive_batch(tx, &checker, of, "tay").await })).await.unwrap();
        let late = note_delivery(store, of, Delivered::Receipt("B-18".into()), AT).await;
        assert_eq!(late, Err(Failure::Stale));
    }
}
