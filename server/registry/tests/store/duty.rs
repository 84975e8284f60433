//! Separation of duties: what `model::duty` says, both databases hold.

use contract::{Failure, Refusal};
use model::duty::Act;
use model::role::{Grant, Role};
use registry::store::account;
use registry::work::grants::{ProposeGrant, decide_grant, propose_grant};
use registry::{Actor, StoreError};

use crate::people::province;
use crate::support::{AT, TestStore, stores};

async fn note(test: &TestStore, object: &'static str, act: Act, actor: &'static str) -> Result<(), StoreError> {
    test.store
        .write(AT, move |tx| Box::pin(async move { account::note_duty(tx.conn(), object, act, actor, AT).await }))
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trigger_refuses_exactly_what_the_model_excludes() {
    for test in stores().await {
        for (nth, (first, second)) in
            Act::ALL.into_iter().flat_map(|first| Act::ALL.map(|second| (first, second))).enumerate()
        {
            let object: &'static str = Box::leak(format!("request:{nth}").into_boxed_str());
            note(&test, object, first, "person:1").await.unwrap();
            let answer = note(&test, object, second, "person:1").await;
            assert_eq!(
                matches!(answer, Err(StoreError::Duty)),
                first.excludes(second),
                "{first:?} then {second:?}: {answer:?}"
            );
            note(&test, object, second, "person:2").await.unwrap();
        }
    }
}

async fn propose(test: &TestStore, actor: Actor, account_id: i64) -> Result<i64, Failure> {
    let grant =
        ProposeGrant { account_id, role: "auditor".into(), decision: "1/QĐ".into(), ..ProposeGrant::default() };
    test.store.write(AT, move |tx| Box::pin(async move { propose_grant(tx, &actor, grant).await })).await
}

async fn decide(test: &TestStore, actor: Actor, id: i64) -> Result<(), Failure> {
    test.store.write(AT, move |tx| Box::pin(async move { decide_grant(tx, &actor, id, 1, true, "").await })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_what_they_proposed_or_what_is_about_them() {
    for test in stores().await {
        let root = province(&test).await;
        let ids = test
            .store
            .write(AT, |tx| {
                Box::pin(async move {
                    let mut ids = Vec::new();
                    for login in ["a", "b", "c"] {
                        ids.push(account::insert(tx.conn(), login, login, None, AT).await?);
                    }
                    Ok::<_, Failure>(ids)
                })
            })
            .await
            .unwrap();
        let [a, b, c] = ids[..] else { panic!() };
        // whoever has both roles, an administrator included, still may not do both to one grant
        let both = |id: i64| {
            let grants = [Role::SystemOperator, Role::Approver].map(|role| Grant { role, path: root.clone() });
            Actor::account(id, None, String::new(), grants.to_vec(), Some(AT))
        };
        let separated = Err(Failure::Refused { why: Refusal::SeparationOfDuties });
        assert_eq!(propose(&test, both(a), a).await, Err(Failure::Refused { why: Refusal::OwnAccount }));
        let grant = propose(&test, both(a), c).await.unwrap();
        assert_eq!(decide(&test, both(a), grant).await, separated);
        assert_eq!(decide(&test, both(c), grant).await, separated);
        decide(&test, both(b), grant).await.unwrap();
        assert_eq!(decide(&test, both(b), grant).await, Err(Failure::Refused { why: Refusal::Decided }));
    }
}
