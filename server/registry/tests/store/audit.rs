//! The audit log in use: guarded, signed, proved, read.

use contract::view::PersonalState;
use contract::{Failure, Fault};
use model::merkle::{Hash, from_hex, verify_consistency, verify_inclusion};
use model::role::{Grant, Role};
use registry::store::audit::Filter;
use registry::work::list_audit::{PAGE, list_audit};
use registry::work::prove_audit::{prove_consistency, prove_inclusion};
use registry::work::sign_head::{DAY_MS, head_due, last_head, sign_head};
use registry::{Actor, StoreError};

use crate::log::{build, entries, note, sign, verdict};
use crate::sample::SAMPLE;
use crate::support::{AT, TestSecrets, number, record, rng, run, stores};

#[tokio::test]
async fn the_database_itself_refuses_to_change_the_log() {
    for test in stores().await {
        build(&test, &mut rng(12)).await;
        test.run(&["insert into duty (object, act, actor, at) values ('grant:1', 'asked', 'person:1', 1)"]).await;
        for sql in [
            "update audit_entry set facts = '{}' where seq = 3",
            "delete from audit_entry where seq = 3",
            "update audit_head set at = 0",
            "delete from audit_head",
            "update duty set act = 'verified'",
            "delete from duty",
        ] {
            let refused: Result<(), StoreError> =
                test.store.write(AT, move |tx| Box::pin(async move { Ok(run(tx.conn(), sql).await.map(drop)?) })).await;
            let Err(StoreError::Other(source)) = refused else { panic!("{sql}: {refused:?}") };
            assert!(source.to_string().contains("append-only"), "{source}");
        }
        assert!(verdict(&test).await.ok);
    }
}

#[tokio::test]
async fn a_head_is_signed_daily_and_when_something_happened() {
    for test in stores().await {
        let mut conn = test.store.read().await.unwrap();
        assert!(!head_due(&mut conn, AT).await.unwrap());
        assert_eq!(last_head(&mut conn).await.unwrap(), None);
        note(&test, None).await;
        assert!(head_due(&mut conn, AT).await.unwrap());

        assert_eq!(sign(&test, AT).await, 1);
        // its own entry is no reason for another
        assert_eq!(sign(&test, AT + 1).await, 1);
        assert_eq!(number(&mut conn, "select count(*) from audit_entry").await, 2);
        assert!(!head_due(&mut conn, AT + DAY_MS - 1).await.unwrap());
        assert!(head_due(&mut conn, AT + DAY_MS).await.unwrap());
        assert_eq!(sign(&test, AT + DAY_MS).await, 2);
        note(&test, None).await;
        assert_eq!(sign(&test, AT + DAY_MS + 1).await, 4);
        let view = last_head(&mut conn).await.unwrap().unwrap();
        assert_eq!((view.size, view.at), (4, AT + DAY_MS + 1));
        assert_eq!((view.root.len(), view.key.len(), view.signature.len()), (64, 64, 128));
        let found = verdict(&test).await;
        assert_eq!((found.ok, found.entries, found.heads), (true, 5, 3));

        let nobody = Actor::account(1, None, String::new(), Vec::new(), Some(AT));
        let refused: Result<_, Failure> = test
            .store
            .write(AT, move |tx| Box::pin(async move { sign_head(tx, &nobody, &TestSecrets::new(1)).await }))
            .await;
        assert_eq!(refused, Err(Failure::Forbidden));
    }
}

#[tokio::test]
async fn proofs_hold_for_every_entry_and_size() {
    for test in stores().await {
        build(&test, &mut rng(13)).await;
        let size = entries(&test).await.len() as u64;
        let (mut conn, console) = (test.store.read().await.unwrap(), Actor::console());
        let hashes = |path: &[String]| path.iter().map(|text| from_hex(text).unwrap()).collect::<Vec<Hash>>();
        for entry in 0..size {
            for of in [entry + 1, (entry + size) / 2 + 1, size] {
                let of = of.min(size);
                let proof = prove_inclusion(&mut conn, &console, entry, Some(of), AT).await.unwrap();
                assert_eq!((proof.seq, proof.size), (entry, of));
                let (leaf, root) = (proof.entry.unwrap().leaf_hash(), from_hex(&proof.root).unwrap());
                assert_eq!(from_hex(&proof.leaf), Some(leaf));
                verify_inclusion(&leaf, entry, of, &hashes(&proof.path), &root).unwrap();
            }
            let from = entry + 1;
            let proof = prove_consistency(&mut conn, &console, from, size, AT).await.unwrap();
            let roots = (from_hex(&proof.from_root).unwrap(), from_hex(&proof.to_root).unwrap());
            verify_consistency(from, size, &roots.0, &roots.1, &hashes(&proof.path)).unwrap();
        }
        // the roots are those that were signed
        let head = last_head(&mut conn).await.unwrap().unwrap();
        let proof = prove_consistency(&mut conn, &console, head.size, size, AT).await.unwrap();
        assert_eq!(proof.from_root, head.root);
        assert_eq!(prove_inclusion(&mut conn, &console, 0, None, AT).await.unwrap().size, size);
    }
}

#[tokio::test]
async fn proofs_of_what_is_not_there_are_refused() {
    for test in stores().await {
        build(&test, &mut rng(14)).await;
        let size = entries(&test).await.len() as u64;
        let (mut conn, console) = (test.store.read().await.unwrap(), Actor::console());
        let wrong = |field| Err(Failure::field(field, Fault::Number));
        for (entry, of, field) in [
            (size, None, "entry"),
            (5, Some(5), "entry"),
            (0, Some(0), "entry"),
            (0, Some(size + 1), "size"),
            (0, Some(u64::MAX), "size"),
        ] {
            assert_eq!(prove_inclusion(&mut conn, &console, entry, of, AT).await, wrong(field));
        }
        for (from, to, field) in [(0, 5, "from"), (6, 5, "from"), (1, size + 1, "to"), (1, u64::MAX, "to")] {
            let refused = prove_consistency(&mut conn, &console, from, to, AT).await;
            assert_eq!(refused, Err(Failure::field(field, Fault::Number)));
        }
        let nobody = Actor::account(1, None, String::new(), Vec::new(), None);
        assert_eq!(prove_inclusion(&mut conn, &nobody, 0, None, AT).await, Err(Failure::Forbidden));
        assert_eq!(prove_consistency(&mut conn, &nobody, 1, 2, AT).await, Err(Failure::Forbidden));
    }
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    for test in stores().await {
        test.run(SAMPLE).await;
        let auditor =
            Actor::account(1, None, String::new(), vec![Grant { role: Role::Auditor, path: "/1/".to_owned() }], None);
        let written: Result<(), StoreError> = test
            .store
            .write(AT, |tx| {
                Box::pin(async move {
                    (0..250).for_each(|n| record(tx, n, (n % 2 == 0).then_some(1)));
                    for (actor, action) in
                        [("account:1", "unit.add"), ("account:99", "unit_version.add"), ("account:2", "unit.close")]
                    {
                        tx.record(registry::store::Record {
                            actor,
                            action,
                            object: "unit:9".to_owned(),
                            facts: serde_json::json!({}),
                            personal: None,
                        });
                    }
                    Ok(())
                })
            })
            .await;
        written.unwrap();
        test.run(&["delete from audit_personal where seq = 248"]).await;

        let mut conn = test.store.read().await.unwrap();
        let (mut filter, mut seen) = (Filter::default(), Vec::new());
        loop {
            let lines = list_audit(&mut conn, &auditor, &filter, AT).await.unwrap();
            filter.before = lines.last().map(|line| line.seq as i64);
            let full = lines.len() == PAGE;
            seen.extend(lines);
            if !full {
                break;
            }
        }
        assert_eq!(seen.iter().map(|line| line.seq).collect::<Vec<u64>>(), (0..253).rev().collect::<Vec<u64>>());
        let names: Vec<Option<&str>> = seen.iter().take(4).map(|line| line.actor_name.as_deref()).collect();
        assert_eq!(names, [Some("Quản trị"), None, Some("Đặng Thị Xuân Xóa"), None]);
        let personal: Vec<PersonalState> = seen.iter().skip(3).take(4).map(|line| line.personal).collect();
        assert_eq!(personal, [PersonalState::None, PersonalState::Erased, PersonalState::None, PersonalState::Kept]);

        // the beginning of an action, byte by byte in any language
        let filter = Filter { action: Some("unit.".to_owned()), ..Filter::default() };
        let lines = list_audit(&mut conn, &auditor, &filter, AT).await.unwrap();
        assert_eq!(lines.iter().map(|line| line.action.as_str()).collect::<Vec<&str>>(), ["unit.close", "unit.add"]);
        let filter =
            Filter { object: Some("note:7".to_owned()), actor: Some("system".to_owned()), ..Filter::default() };
        assert_eq!(list_audit(&mut conn, &auditor, &filter, AT).await.unwrap().len(), 1);

        // from the beginning of a day to before the end of another
        let late: Result<(), StoreError> = test
            .store
            .write(AT + 5, |tx| {
                Box::pin(async move {
                    record(tx, 1000, None);
                    Ok(())
                })
            })
            .await;
        late.unwrap();
        for (from, until, found) in [
            (Some(AT + 5), None, 1),
            (Some(AT), Some(AT + 5), PAGE),
            (Some(AT + 1), Some(AT + 5), 0),
            (Some(AT + 1), Some(AT + 6), 1),
            (None, Some(AT), 0),
        ] {
            let filter = Filter { from, until, ..Filter::default() };
            assert_eq!(list_audit(&mut conn, &auditor, &filter, AT).await.unwrap().len(), found, "{filter:?}");
        }
        let hr =
            Actor::account(1, None, String::new(), vec![Grant { role: Role::UnitHr, path: "/1/".to_owned() }], None);
        assert_eq!(list_audit(&mut conn, &hr, &filter, AT).await, Err(Failure::Forbidden));
    }
}
