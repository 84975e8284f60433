//! What the office says of itself and to everybody: who is subscriber manager by which document, and the public information page (R171, R159).

use contract::{Failure, Fault, FieldFault, Lang};
use model::certificate::regime::ManagerOffice;
use model::role::{Grant, Role};
use registry::blobs::Blobs;
use registry::work::certificates::delegation::{DelegationForm, delegate, end_delegation, list_delegations};
use registry::work::information::{publish, published, version, versions};
use registry::{Actor, Tx};

use crate::cards::PDF;
use crate::certificates::Scene;
use crate::support::{AT, stores};

fn form(number: &str, from: &str, until: &str) -> DelegationForm {
    DelegationForm {
        office: "office".into(),
        unit_code: "H57.10".into(),
        number: number.into(),
        day: "14/08/2026".into(),
        authority: "Ủy ban nhân dân tỉnh".into(),
        from: from.into(),
        until: until.into(),
    }
}

fn wrong(faults: &[(&str, Fault)]) -> Failure {
    let faults = faults.iter().map(|(field, fault)| FieldFault { field: (*field).into(), fault: fault.clone() });
    Failure::Invalid { faults: faults.collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_makes_somebody_subscriber_manager_for_a_time() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let store = &scene.test.store;
        let blobs = Blobs::open(&scene.test.folder.path().join("data/blobs")).unwrap();
        let grant = Grant { role: Role::Approver, path: scene.root.clone() };
        let approver = Actor::account(1, None, String::new(), vec![grant], Some(AT));
        let note = async |actor: &Actor, form: DelegationForm, file: &[u8], key: &str| {
            delegate(store, &blobs, actor, (form, key.into()), file.to_vec(), AT).await
        };
        let all = async |actor: &Actor, at: i64| {
            let mut conn = store.read().await.unwrap();
            list_delegations(&mut conn, actor, at).await
        };
        let none = all(&approver, AT).await.unwrap();
        assert_eq!((none.usual, none.law.as_slice()), (Some(ManagerOffice::Information), &["68/2024/NĐ-CP"][..]));
        assert_eq!(note(&scene.manager(), form("1/QĐ", "01/09/2026", ""), b"", "").await, Err(Failure::Forbidden));

        let nothing = wrong(&[
            ("office", Fault::Choice),
            ("unit_code", Fault::Missing),
            ("document_number", Fault::Missing),
            ("document_day", Fault::Missing),
            ("authority", Fault::Missing),
            ("delegated_from", Fault::Missing),
        ]);
        assert_eq!(note(&approver, DelegationForm::default(), b"", "").await, Err(nothing));
        let scan = note(&approver, form("1/QĐ", "01/09/2026", ""), b"nothing", "").await;
        assert_eq!(scan, Err(wrong(&[("delegation", Fault::Scan)])));
        let reversed = note(&approver, form("1/QĐ", "01/09/2026", "31/08/2026"), b"", "").await;
        assert_eq!(reversed, Err(wrong(&[("delegated_until", Fault::Before { day: "2026-09-01".into() })])));
        let early = note(&approver, form("1/QĐ", "01/01/2009", ""), b"", "").await;
        assert_eq!(early, Err(wrong(&[("delegated_from", Fault::Before { day: "2010-07-01".into() })])));

        let id = note(&approver, form("1/QĐ", "01/09/2026", "31/12/2026"), PDF, "a").await.unwrap();
        assert_eq!(
            note(&approver, form("1/QĐ", "01/09/2026", "31/12/2026"), PDF, "a").await,
            Ok(id),
            "a form sent twice"
        );
        let taken = wrong(&[("delegated_from", Fault::Taken)]);
        for (from, until) in [("01/01/2026", ""), ("31/12/2026", ""), ("01/10/2026", "02/10/2026")] {
            assert_eq!(note(&approver, form("2/QĐ", from, until), b"", "").await, Err(taken.clone()), "{from}");
        }
        let old = note(&approver, form("0/QĐ", "01/09/2017", "31/08/2026"), b"", "").await.unwrap();
        let found = all(&scene.manager(), AT).await.unwrap();
        assert!(!found.may_set, "the subscriber manager sees it and sets nothing");
        let told: Vec<_> = found.lines.iter().map(|of| (of.id, of.in_force, of.replaces, of.files.len())).collect();
        let (now, then) = (ManagerOffice::Information, ManagerOffice::HomeAffairs);
        assert_eq!(told, [(id, true, now, 1), (old, false, then, 0)]);
        let nobody = Actor::account(1, None, String::new(), Vec::new(), None);
        assert_eq!(all(&nobody, AT).await, Err(Failure::Forbidden));

        let end = async |actor: Actor, version: i64, day: &'static str| {
            store
                .write(AT, move |tx: &mut Tx| {
                    Box::pin(async move { end_delegation(tx, &actor, (id, version), day).await })
                })
                .await
        };
        assert_eq!(end(scene.manager(), 1, "18/11/2026").await, Err(Failure::Forbidden));
        assert_eq!(end(approver.clone(), 1, "19/11/2026").await, Err(Failure::field("ended_on", Fault::Future)));
        assert_eq!(end(approver.clone(), 7, "18/11/2026").await, Err(Failure::Stale));
        end(approver.clone(), 1, "18/11/2026").await.unwrap();
        let ended = all(&approver, AT).await.unwrap();
        assert!(ended.lines.iter().all(|of| !of.in_force && !of.may_end), "the day is the first without it");
        assert!(note(&approver, form("3/QĐ", "18/11/2026", ""), b"", "").await.is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_published_is_kept_and_nobody_overwrites_anybody() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let store = &scene.test.store;
        let put = async |actor: Actor, before: Option<i64>, vi: String, en: &'static str| {
            store
                .write(AT, move |tx: &mut Tx| Box::pin(async move { publish(tx, &actor, before, (&vi, en)).await }))
                .await
        };
        let mut conn = store.read().await.unwrap();
        assert_eq!(published(&mut conn, Lang::Vi).await, Ok(None));
        assert_eq!(versions(&mut conn, &scene.manager()).await.unwrap(), []);
        drop(conn);
        let nobody = Actor::account(1, None, String::new(), Vec::new(), Some(AT));
        assert_eq!(put(nobody.clone(), None, "a".into(), "b").await, Err(Failure::Forbidden));
        let missing = wrong(&[("information_vi", Fault::Missing), ("information_en", Fault::Missing)]);
        assert_eq!(put(scene.manager(), None, " \n".into(), "").await, Err(missing));
        let long = wrong(&[("information_vi", Fault::TooLong { max: 8_000 })]);
        for text in ["ă".repeat(8_001), "*a* ".repeat(1_999)] {
            assert_eq!(put(scene.manager(), None, text, "b").await, Err(long.clone()), "the page has at most 20 kB");
        }
        let first = put(scene.manager(), None, "# Ký số".into(), "# Signing").await.unwrap();
        assert_eq!(
            put(scene.manager(), Some(first), "# Ký số\r\n".into(), "# Signing").await,
            Ok(first),
            "nothing new"
        );
        assert_eq!(put(scene.manager(), None, "# Khác".into(), "# Other").await, Err(Failure::Stale));
        let second = put(scene.manager(), Some(first), "# Khác".into(), "# Other").await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(published(&mut conn, Lang::En).await, Ok(Some(("<h2>Other</h2>\n".into(), AT))));
        let all = versions(&mut conn, &scene.manager()).await.unwrap();
        assert_eq!(all.iter().map(|of| of.id).collect::<Vec<_>>(), [second, first]);
        assert_eq!(all[1].author.as_deref(), Some("Quản lý thuê bao"));
        assert_eq!(version(&mut conn, &scene.manager(), first).await.unwrap().vi, "# Ký số");
        assert_eq!(version(&mut conn, &scene.manager(), 99).await, Err(Failure::NotFound));
        assert_eq!(versions(&mut conn, &nobody).await, Err(Failure::Forbidden));
    }
}
