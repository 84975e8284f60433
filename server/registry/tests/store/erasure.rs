//! A person's data are erased: they are gone from everywhere, and what must stay stays.

use contract::view::PersonalState;
use contract::{Failure, Fault, Refusal};
use model::role::{Grant, Role};
use registry::store::audit::Filter;
use registry::store::{Kind, Record};
use registry::work::back_up::back_up;
use registry::work::erase_person::erase_person;
use registry::work::list_audit::list_audit;
use registry::work::sweep_blobs::Unnamed;
use registry::{Actor, Conn};

use crate::log::{build, note, verdict};
use crate::sample::SAMPLE;
use crate::support::{AT, TestStore, files, number, record, rng, stores};

async fn erase(test: &TestStore, actor: &Actor, version: i64, reason: &'static str) -> Result<(), Failure> {
    erasing(test, actor, version, reason).await.map(drop)
}

async fn erasing(test: &TestStore, actor: &Actor, version: i64, reason: &'static str) -> Result<Unnamed, Failure> {
    let actor = actor.clone();
    test.store
        .write(AT, move |tx| {
            Box::pin(async move {
                // something about the same person in the same commit
                record(tx, 77, Some(1));
                erase_person(tx, &actor, 1, version, reason).await
            })
        })
        .await
}

#[tokio::test]
async fn an_erased_person_is_gone_and_the_chain_is_whole() {
    for test in stores().await {
        test.run(SAMPLE).await;
        test.run(&["update session set pending_totp = {hex:01}"]).await;
        build(&test, &mut rng(15)).await;
        let actor = |role, path: &str, confirmed| {
            Actor::account(2, None, String::new(), vec![Grant { role, path: path.to_owned() }], confirmed)
        };
        let approver = actor(Role::Approver, "/1/", Some(AT));
        assert_eq!(erase(&test, &actor(Role::UnitHr, "/1/", Some(AT)), 1, "QĐ 1").await, Err(Failure::Forbidden));
        assert_eq!(erase(&test, &actor(Role::Approver, "/1/9/", Some(AT)), 1, "QĐ 1").await, Err(Failure::Forbidden));
        assert_eq!(
            erase(&test, &actor(Role::Approver, "/1/", None), 1, "QĐ 1").await,
            Err(Failure::ConfirmationNeeded)
        );
        assert_eq!(erase(&test, &approver, 1, " ").await, Err(Failure::field("reason", Fault::Missing)));
        assert_eq!(erase(&test, &approver, 2, "QĐ 1").await, Err(Failure::Stale));
        let mut conn = test.store.read().await.unwrap();
        let said = test.store.write(AT, |tx| {
            Box::pin(async move {
                for (nth, text) in ["Thiếu thẻ của dang thi xuan xoa", "Phong bì bị rách"].into_iter().enumerate()
                {
                    tx.record(Record {
                        actor: "account:2",
                        action: "handover.dispute",
                        object: format!("handover:{nth}"),
                        facts: serde_json::json!({}),
                        personal: Some((None, serde_json::json!({ "discrepancy": text }))),
                    });
                }
                Ok::<_, Failure>(())
            })
        });
        said.await.unwrap();
        let of = |person: i64| format!("select count(*) from audit_personal where person_id = {person}");
        let (before, others) = (number(&mut conn, &of(1)).await, number(&mut conn, &of(2)).await);
        assert!(before > 0 && others > 0);

        assert_eq!(erase(&test, &approver, 1, "QĐ 12/QĐ-SNV, hết thời hạn").await, Ok(()));
        assert_eq!(erase(&test, &approver, 2, "QĐ 12").await, Err(Failure::Refused { why: Refusal::Erased }));
        assert_eq!((number(&mut conn, &of(1)).await, number(&mut conn, &of(2)).await), (0, others));
        let about_handovers = "select count(*) from audit_personal p join audit_entry e on e.seq = p.seq \
                               where e.action = 'handover.dispute'";
        assert_eq!(number(&mut conn, about_handovers).await, 1, "the one that names nobody");
        let found = verdict(&test).await;
        assert_eq!((found.ok, found.heads), (true, 3));

        let filter = Filter { object: Some("person:1".to_owned()), ..Filter::default() };
        let lines = list_audit(&mut conn, &Actor::console(), &filter, AT).await.unwrap();
        assert_eq!(
            (lines.len(), lines[0].action.as_str(), lines[0].personal),
            (1, "person.erase", PersonalState::Kept)
        );
        assert_eq!(lines[0].actor_name.as_deref(), Some("Quản trị"));
        assert_whole_but_nameless(&test, &mut conn).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_in_no_byte_of_the_file() {
    for test in stores().await {
        if test.kind == Kind::Postgres {
            continue; // its files are vacuumed by the server
        }
        test.run(SAMPLE).await;
        note(&test, Some(1)).await;
        let approver =
            Actor::account(2, None, String::new(), vec![Grant { role: Role::Approver, path: "/1/".into() }], Some(AT));
        erase(&test, &approver, 1, "QĐ 1").await.unwrap();
        test.store.checkpoint().await.unwrap();
        for (name, content) in files(test.folder.path()) {
            let content = String::from_utf8_lossy(&content).into_owned();
            for trace in ["Xuân", "xuan", "xoa", "001188000001", "1988-02-29", "argon2id"] {
                assert!(!content.contains(trace), "{trace} in {name}");
            }
        }
    }
}

/// Nothing in the whole database names the person; the numbers and the neighbour stay.
async fn assert_whole_but_nameless(test: &TestStore, conn: &mut Conn) {
    let to = test.folder.path().join("backup");
    back_up(&test.store, &to, &test.folder.path().join("none"), AT).await.unwrap();
    let all: String = files(&to).values().map(|content| String::from_utf8_lossy(content).into_owned()).collect();
    for trace in ["Xóa", "xoa", "Xuân", "001188000001", "1988-02-29", "argon2id", "00010203", "Firefox"] {
        assert!(!all.contains(trace), "{trace}");
    }
    assert!(all.contains("57.00001") && all.contains("Lê Văn Giữ"));
    for (sql, expected) in [
        ("select count(*) from account where id = 1 and state = 'disabled' and display_name = ''", 1),
        ("select count(*) from session where account_id = 1 and ended_at is null", 0),
        ("select (select count(*) from recovery_code) + (select count(*) from known_device)", 0),
        ("select count(*) from role_grant", 1),
        ("select count(*) from portrait", 0),
    ] {
        assert_eq!(number(conn, sql).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn an_erasure_that_fails_erases_nothing_of_its_neighbours() {
    for test in stores().await {
        test.run(SAMPLE).await;
        // at the same moment, so that SQLite takes both into one commit
        let console = Actor::console();
        let ((), failed) = tokio::join!(note(&test, Some(1)), erase(&test, &console, 99, "QĐ 1"));
        assert_eq!(failed, Err(Failure::Stale));
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from audit_personal where person_id = 1").await, 1);
    }
}
