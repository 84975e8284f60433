//! Other systems are told when what is told of a card changes: once it is true, until they take it.

use std::collections::BTreeMap;

use contract::check::CardChanged;
use contract::{Failure, Fault};
use model::role::Role;
use registry::Actor;
use registry::work::lock_card::{lock_card, unlock_card};
use registry::work::webhooks::{
    Outgoing, Secret, WebhookForm, Went, add_webhook, due_messages, list_webhooks, note_message, try_webhook,
    withdraw_webhook,
};

use crate::cards::Scene;
use crate::support::{AT, TestSecrets, draw, stores};

const URL: &str = "https://door.example.vn/cards";
const DAY_MS: i64 = 24 * 3_600 * 1000;

impl Scene {
    async fn tells(&self, url: &'static str) -> Result<i64, Failure> {
        let sealed = Secret::draw(&draw(7)).sealed(&TestSecrets::new(1), &draw(8), url);
        self.write(move |tx| {
            Box::pin(async move {
                let form = WebhookForm { name: "Cửa".into(), url: url.into() };
                add_webhook(tx, &Actor::system(), &form, &["door.example.vn".to_owned()], &sealed).await
            })
        })
        .await
    }

    async fn due(&self, at_ms: i64) -> Vec<(Outgoing, CardChanged)> {
        let due = due_messages(&self.test.store, &TestSecrets::new(1), at_ms).await.unwrap();
        due.into_iter()
            .map(|it| {
                let said = serde_json::from_slice(&it.body).unwrap();
                (it, said)
            })
            .collect()
    }

    async fn note(&self, outgoing: &Outgoing, went: Went, at_ms: i64) {
        note_message(&self.test.store, outgoing.message.clone(), went, at_ms).await.unwrap();
    }

    async fn lock(&self) {
        let ((id, version, _), holder) = (self.card().await, self.holder());
        self.write(move |tx| Box::pin(async move { lock_card(tx, &holder, (id, version), "card_lost").await }))
            .await
            .unwrap();
    }
}

fn states(due: &[(Outgoing, CardChanged)]) -> Vec<&str> {
    due.iter().map(|(_, said)| said.data.as_ref().map_or("", |data| data.state.as_str())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_told_until_it_takes_it() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let webhook = scene.tells(URL).await.unwrap();
        let request = scene.verified("first_issue", "new_recruit").await;
        let list = scene.checked(request, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        assert!(scene.due(AT).await.is_empty(), "nobody has the card yet");
        scene.issue("A-01").await;
        let due = scene.due(AT).await;
        assert_eq!(states(&due), ["active"]);
        let (first, said) = &due[0];
        assert_eq!((first.url.as_str(), first.secret.len(), said.kind.as_str()), (URL, 32, "card.state"));
        let text = String::from_utf8(first.body.clone()).unwrap();
        for personal in ["Hiền", "046190", "57."] {
            assert!(!text.contains(personal), "{text}");
        }

        // not taken: all that waits is put off, and then says what holds by then
        scene.lock().await;
        scene.note(first, Went::Later("status.503".into()), AT).await;
        assert!(scene.due(AT + 4_999).await.is_empty());
        let again = scene.due(AT + 5_000).await;
        assert_eq!(states(&again), ["locked", "locked"]);
        assert_eq!((again[0].0.message.id, again[0].0.message.tries), (first.message.id, 1));
        let mut conn = scene.test.store.read().await.unwrap();
        let line = list_webhooks(&mut conn, &Actor::system()).await.unwrap().remove(0);
        assert_eq!((line.problem.as_deref(), line.waiting, line.delivered_at), (Some("status.503"), 2, None));
        assert_eq!(list_webhooks(&mut conn, &scene.holder()).await, Err(Failure::Forbidden));
        drop(conn);
        for (outgoing, _) in &again {
            scene.note(outgoing, Went::Taken, AT + 5_000).await;
        }
        assert!(scene.due(AT + DAY_MS).await.is_empty());

        // a message that nobody took for three days is given up
        let ((id, version, _), approver) = (scene.card().await, scene.approver());
        scene.write(move |tx| Box::pin(async move { unlock_card(tx, &approver, (id, version)).await })).await.unwrap();
        let old = scene.due(AT + 3 * DAY_MS).await;
        assert_eq!(states(&old), ["active"]);
        scene.note(&old[0].0, Went::Later("unreachable".into()), AT + 3 * DAY_MS).await;
        assert_eq!(scene.test.count("select count(*) from webhook_message").await, 0);

        // who wants no more is told nothing more
        scene.write(move |tx| Box::pin(async move { try_webhook(tx, &Actor::system(), webhook).await })).await.unwrap();
        let ping = scene.due(AT).await;
        assert_eq!((ping[0].1.kind.as_str(), &ping[0].1.data), ("ping", &None));
        scene.note(&ping[0].0, Went::Gone, AT).await;
        scene.lock().await;
        assert!(scene.due(AT).await.is_empty());
        let trying =
            scene.write(move |tx| Box::pin(async move { try_webhook(tx, &Actor::system(), webhook).await })).await;
        assert_eq!(trying, Err(Failure::Stale));
        let entries = "select count(*) from audit_entry where action like 'webhook.%'";
        assert_eq!(scene.test.count(entries).await, 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_one_that_is_withdrawn_is_dropped() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        for (url, fault) in [
            ("", Fault::Missing),
            ("http://door.example.vn/cards", Fault::Choice),
            ("https://elsewhere.example.vn/", Fault::Choice),
        ] {
            assert_eq!(scene.tells(url).await, Err(Failure::field("url", fault)), "{url}");
        }
        let first = scene.tells(URL).await.unwrap();
        let second = scene.tells(URL).await.unwrap();
        for id in [first, second] {
            scene.write(move |tx| Box::pin(async move { try_webhook(tx, &Actor::system(), id).await })).await.unwrap();
        }
        assert_eq!(scene.due(AT).await.len(), 2);
        let stranger = scene.someone(2, Role::UnitHr);
        let refused =
            scene.write(move |tx| Box::pin(async move { withdraw_webhook(tx, &stranger, first).await })).await;
        assert_eq!(refused, Err(Failure::Forbidden));
        for (nth, expected) in [Ok(()), Err(Failure::Stale)].into_iter().enumerate() {
            let withdrawn = scene
                .write(move |tx| Box::pin(async move { withdraw_webhook(tx, &Actor::system(), first).await }))
                .await;
            assert_eq!(withdrawn, expected, "{nth}");
        }
        let due = scene.due(AT).await;
        assert_eq!(due.iter().map(|(it, _)| it.message.webhook_id).collect::<Vec<_>>(), [second]);
    }
}
