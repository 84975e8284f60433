//! A card's receipt: whoever holds it finds out when the log is not what it was.

use std::collections::BTreeMap;

use contract::Failure;
use model::receipt::{Receipt, Wrong};
use model::role::Role;
use registry::Actor;
use registry::secrets::Secrets as _;
use registry::store::Kind;
use registry::work::lock_card::lock_card;
use registry::work::receipt::{Judged, card_receipt, check_receipt};

use crate::cards::Scene;
use crate::support::{TestSecrets, another, stores};

impl Scene {
    async fn receipt(&self, actor: Actor, id: i64) -> Result<Receipt, Failure> {
        self.write(move |tx| Box::pin(async move { card_receipt(tx, &actor, &TestSecrets::new(1), id).await })).await
    }

    async fn judge(&self, text: &[u8], own: u8) -> Judged {
        let mut conn = self.test.store.read().await.unwrap();
        check_receipt(&mut conn, text, TestSecrets::new(own).head_key()).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_proves_what_happened_to_a_card() {
    for test in stores().await {
        let kind = test.kind;
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let request = scene.verified("first_issue", "new_recruit").await;
        let list = scene.checked(request, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        scene.issue("A-01").await;
        let (id, version, _) = scene.card().await;

        let first = scene.receipt(scene.holder(), id).await.unwrap();
        let actions = |receipt: &Receipt| -> Vec<String> {
            receipt.entries.iter().map(|proven| proven.entry.action.clone()).collect()
        };
        assert_eq!(actions(&first), ["card.approve", "card.print", "card.confirm"]);
        let text = serde_json::to_vec(&first).unwrap();
        assert_eq!(scene.judge(&text, 1).await, Judged::Holds(Box::new(first.clone())));
        // nothing happened since: no head is signed for the next one
        assert_eq!(scene.receipt(scene.holder(), id).await.unwrap(), first);
        // whoever may see the card is given it, nobody else
        assert_eq!(scene.receipt(scene.hr(), id).await.unwrap(), first);
        let stranger = Actor::account(99, Some(99), "X".into(), Vec::new(), None);
        assert_eq!(scene.receipt(stranger, id).await, Err(Failure::NotFound));
        assert_eq!(scene.receipt(scene.someone(2, Role::StockKeeper), id).await, Err(Failure::NotFound));
        assert_eq!(scene.receipt(scene.holder(), id + 1).await, Err(Failure::NotFound));

        // what happens later is proven by a later one; the first still holds
        let holder = scene.holder();
        let lock =
            scene.write(move |tx| Box::pin(async move { lock_card(tx, &holder, (id, version), "card_lost").await }));
        lock.await.unwrap();
        let second = scene.receipt(scene.holder(), id).await.unwrap();
        assert!(actions(&second).ends_with(&["card.lock".to_owned()]), "{:?}", actions(&second));
        assert!(second.head.size > first.head.size);
        assert!(matches!(scene.judge(&text, 1).await, Judged::Holds(_)));

        // a forged one
        let mut forged = second.clone();
        forged.entries.last_mut().unwrap().entry.facts = format!("{{\"code\":\"{}\",\"to\":\"active\"}}", forged.code);
        let forged = serde_json::to_vec(&forged).unwrap();
        assert!(matches!(scene.judge(&forged, 1).await, Judged::Wrong(Wrong::Entry(_))));
        assert_eq!(scene.judge(b"{}", 1).await, Judged::Wrong(Wrong::Form));

        // another portal knows nothing of it
        let elsewhere = Scene::new(another(kind).await).await;
        assert_eq!(elsewhere.judge(&text, 2).await, Judged::Foreign);
        // one that signs with the same key and has not that log was cut off or set back
        assert_eq!(elsewhere.judge(&text, 1).await, Judged::Rewritten);

        // a head that is no longer kept; then a tree that was changed under one that is
        let (leaf, of_heads, of_entries) = match kind {
            Kind::Sqlite => ("zeroblob(32)", "", ""),
            Kind::Postgres => ("decode(repeat('00', 32), 'hex')", " on audit_head", " on audit_entry"),
        };
        let cut = format!("delete from audit_head where size = {}", second.head.size);
        let changed = first.entries[0].entry.seq;
        let changed = format!("update audit_entry set leaf = {leaf}, nodes = {leaf} where seq = {changed}");
        scene.test.run(&[&format!("drop trigger audit_head_no_delete{of_heads}"), &cut]).await;
        let second = serde_json::to_vec(&second).unwrap();
        assert_eq!(scene.judge(&second, 1).await, Judged::Rewritten);
        assert!(matches!(scene.judge(&text, 1).await, Judged::Holds(_)));
        scene.test.run(&[&format!("drop trigger audit_entry_no_update{of_entries}"), &changed]).await;
        assert_eq!(scene.judge(&text, 1).await, Judged::Rewritten);
    }
}
