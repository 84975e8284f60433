//! What the province sets for itself: reasons, terms, and what goes when a term is over.

use contract::{Failure, Fault, Refusal};
use model::bulk::BulkTask;
use model::retention::Subject;
use model::role::Role;
use registry::Actor;
use registry::work::ask_card::withdraw_request;
use registry::work::bulk::Begin;
use registry::work::departures::ReportDeparture;
use registry::work::rules::{add_reason, keep_terms, leavers_due, retire_reason, set_term, show_reasons, show_terms};
use registry::work::show_request::reasons_for;

use crate::bulk::scene;
use crate::cards::Scene;
use crate::support::{AT, stores};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

impl Scene {
    async fn add(&self, words: [&'static str; 3]) -> Result<(), Failure> {
        let approver = self.approver();
        let [use_for, vi, en] = words;
        self.write(move |tx| Box::pin(async move { add_reason(tx, &approver, (use_for, vi, en)).await })).await
    }

    async fn term(&self, subject: Subject, days: &'static str, basis: &'static str) -> Result<(), Failure> {
        let approver = self.approver();
        let mut conn = self.test.store.read().await.unwrap();
        let terms = show_terms(&mut conn, &approver).await.unwrap();
        drop(conn);
        let version = terms.iter().find(|line| line.subject == subject).unwrap().version;
        let of = (subject, version);
        self.write(move |tx| Box::pin(async move { set_term(tx, &approver, of, (days, basis)).await })).await
    }

    /// The terms as they are kept at that instant.
    async fn keep(&self, at_ms: i64) {
        self.test.store.write(at_ms, |tx| Box::pin(async move { keep_terms(tx).await })).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reasons_are_added_and_retired_and_those_of_the_portal_stay() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        assert_eq!(scene.add(["exchange", "Đổi tên đơn vị", "Unit renamed"]).await, Ok(()));
        let taken = |field: &str| Err(Failure::field(field, Fault::Taken));
        assert_eq!(scene.add(["exchange", "đổi TÊN đơn vị", "Other words"]).await, taken("vi"));
        assert_eq!(scene.add(["lock", "Khác", "Unit renamed"]).await, taken("en"), "one code, one reason");
        let wrong = scene.add(["never", "", ""]).await;
        let Err(Failure::Invalid { faults }) = wrong else { panic!("{wrong:?}") };
        assert_eq!(faults.len(), 3);
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show_reasons(&mut conn, &scene.checker()).await, Err(Failure::Forbidden));
        let known = |all: Vec<contract::cards::ReasonView>| all.iter().any(|it| it.code == "unit_renamed");
        assert!(known(reasons_for(&mut conn, "exchange").await.unwrap()));
        let retire = |code: &'static str, retired| {
            let approver = scene.approver();
            scene.write(move |tx| Box::pin(async move { retire_reason(tx, &approver, code, retired).await }))
        };
        retire("unit_renamed", true).await.unwrap();
        assert!(!known(reasons_for(&mut conn, "exchange").await.unwrap()));
        retire("unit_renamed", false).await.unwrap();
        assert!(known(reasons_for(&mut conn, "exchange").await.unwrap()));
        for code in ["card_lost", "retirement", "no_such"] {
            assert_eq!(retire(code, true).await, Err(Failure::NotFound), "{code}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_by_itself_goes_when_its_term_is_over_and_is_told() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let id = scene.verified("first_issue", "new_recruit").await;
        let version = scene.request(id).await.request.version;
        let holder = scene.holder();
        scene
            .write(move |tx| Box::pin(async move { withdraw_request(tx, &holder, (id, version)).await }))
            .await
            .unwrap();
        let scans = "select count(*) from attachment where purpose = 'scan'";
        scene.keep(AT + 1000 * DAY_MS).await;
        assert_eq!(scene.test.count(scans).await, 1, "no term, nothing goes");
        let subject = Subject::EndedRequestScan;
        let beside = |field: &str, fault| Err(Failure::field(&format!("{field}-ended_request_scan"), fault));
        assert_eq!(scene.term(subject, "0", "1/QĐ").await, beside("days", Fault::Number));
        assert_eq!(scene.term(subject, "30", "").await, beside("basis", Fault::Missing));
        scene.term(subject, "30", "1/QĐ-SNV").await.unwrap();
        scene.keep(AT + 30 * DAY_MS).await;
        assert_eq!(scene.test.count(scans).await, 1, "the last day counts");
        scene.keep(AT + 31 * DAY_MS).await;
        assert_eq!(scene.test.count(scans).await, 0);
        scene.keep(AT + 32 * DAY_MS).await;
        let told = "select count(*) from audit_entry where action = 'retention.delete'";
        assert_eq!(scene.test.count(told).await, 1, "what deletes nothing says nothing");
        let checker = scene.checker();
        let refused =
            scene.write(move |tx| Box::pin(async move { set_term(tx, &checker, (subject, 2), ("", "")).await })).await;
        assert_eq!(refused, Err(Failure::Forbidden));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_leave_by_one_decision_and_are_erased_together_when_their_term_is_over() {
    for test in stores().await {
        let scene = scene(test).await;
        let second = scene.somebody("Đỗ Thị Hai", "046190001235").await;
        let people = vec![(scene.person, 1), (second, 1)];
        let begin = |task, day: &str, decision: &str| Begin {
            task,
            chosen: people.clone(),
            reason: String::new(),
            leave: ReportDeparture {
                kind: "retirement".into(),
                day: day.into(),
                decision: decision.into(),
                ..ReportDeparture::default()
            },
            serials: String::new(),
        };
        let wrong = scene.begin(scene.hr(), begin(BulkTask::Leave, "31/02/2026", "9/QĐ")).await;
        assert_eq!(wrong, Err(Failure::field("day", Fault::Date)));
        let id = scene.begin(scene.hr(), begin(BulkTask::Leave, "18/11/2026", "9/QĐ-SNV")).await.unwrap();
        assert_eq!(scene.all(&scene.hr(), id).await, 2);
        let left = "select count(*) from person where left_on = '2026-11-18'";
        assert_eq!(scene.test.count(left).await, 2);
        let words = "select count(*) from bulk where reason is not null";
        assert_eq!(scene.test.count(words).await, 0, "how they leave stands with each of them alone");

        // their data have no term yet
        let erase = |actor: Actor| scene.begin(actor, begin(BulkTask::Erase, "", ""));
        assert_eq!(erase(scene.approver()).await, Err(Failure::Refused { why: Refusal::Impossible }));
        assert_eq!(erase(scene.hr()).await, Err(Failure::Forbidden));
        scene.term(Subject::Leaver, "3650", "2/QĐ-SNV").await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(leavers_due(&mut conn, &scene.approver(), (AT, 1)).await.unwrap().2, 0);
        let later = AT + 3700 * DAY_MS;
        let (due, basis, total) = leavers_due(&mut conn, &scene.approver(), (later, 1)).await.unwrap();
        assert_eq!((due.len(), basis.as_str(), total), (2, "2/QĐ-SNV", 2));
        drop(conn);
        // begun too early, it is refused for each; later it is done
        let people: Vec<(i64, i64)> = due.iter().map(|line| (line.person_id, 2)).collect();
        let early = Begin { chosen: people.clone(), ..begin(BulkTask::Erase, "", "") };
        let early = scene.begin(scene.approver(), early).await.unwrap();
        scene.all(&scene.approver(), early).await;
        let erased = "select count(*) from person where erased_at is not null";
        assert_eq!(scene.test.count(erased).await, 0);
        let on_time = Begin { chosen: people, ..begin(BulkTask::Erase, "", "") };
        let on_time = scene.begin(scene.approver(), on_time).await.unwrap();
        let mut fresh = scene.someone(15, Role::Approver);
        fresh.confirmed_at = Some(later);
        while registry::work::bulk::step(&scene.test.store, &fresh, on_time, later).await.unwrap() {}
        assert_eq!(scene.test.count(erased).await, 2);
    }
}
