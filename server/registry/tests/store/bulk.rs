//! Work on a selection: one result for each, by the rules that hold for one; stopped, it goes on; nothing is done twice.

use std::collections::BTreeMap;

use contract::{Failure, Fault, Refusal};
use model::bulk::BulkTask;
use model::lifecycle::{Card, Request};
use model::stock::SerialFault;
use registry::Actor;
use registry::work::bulk::{Begin, begin, candidates, show, step, stop};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::departures::ReportDeparture;
use registry::work::show_request::open_request;

use crate::cards::Scene;
use crate::support::{AT, TestStore, number, stores};

fn wanted(task: BulkTask, chosen: &[(i64, i64)], reason: &str, serials: &str) -> Begin {
    Begin {
        task,
        chosen: chosen.to_vec(),
        reason: reason.into(),
        leave: ReportDeparture::default(),
        serials: serials.into(),
    }
}

/// A scene whose accounts hold their roles: work that goes on looks them up anew.
pub async fn scene(test: TestStore) -> Scene {
    let scene = Scene::new(test).await;
    for (id, role) in [(12, "unit_hr"), (15, "approver"), (16, "issuing_operator")] {
        let sql = format!(
            "insert into role_grant (account_id, role, unit_id, valid_from, decision, state, proposed_at) \
             values ({id}, '{role}', 1, '2020-01-01', '1/QĐ', 'in_force', 0)"
        );
        scene.test.run(&[&sql]).await;
    }
    scene
}

impl Scene {
    pub async fn begin(&self, actor: Actor, wanted: Begin) -> Result<i64, Failure> {
        self.write(move |tx| Box::pin(async move { begin(tx, &actor, wanted).await })).await
    }

    /// Does all that waits; how many steps that took.
    pub async fn all(&self, actor: &Actor, id: i64) -> usize {
        let mut steps = 0;
        while step(&self.test.store, actor, id, AT).await.unwrap() {
            steps += 1;
        }
        steps
    }

    pub async fn somebody(&self, name: &str, citizen_id: &str) -> i64 {
        let (unit, form) = (
            self.unit,
            PersonForm {
                name: name.into(),
                sex: "female".into(),
                born_on: "02/03/1990".into(),
                citizen_id: citizen_id.into(),
                kind: "civil_servant".into(),
                position: if citizen_id.is_empty() { String::new() } else { "Chuyên viên".into() },
                ..PersonForm::default()
            },
        );
        self.write(move |tx| {
            Box::pin(async move { add_person(tx, &Actor::console(), &registry::order::Order::new(), unit, form).await })
        })
        .await
        .unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_selection_is_asked_for_one_by_one_and_goes_on_where_it_was() {
    for test in stores().await {
        let scene = scene(test).await;
        let second = scene.somebody("Đỗ Thị Hai", "046190001235").await;
        let third = scene.somebody("Hồ Thị Ba", "").await;
        let people = [(scene.person, 0), (second, 0), (third, 0), (999_999, 0)];
        let none = scene.begin(scene.hr(), wanted(BulkTask::Ask, &people, "first_issue.no_such", "")).await;
        assert_eq!(none, Err(Failure::field("reason", Fault::Choice)));
        let nobody = scene.begin(scene.hr(), wanted(BulkTask::Ask, &people[3..], "first_issue.roll_out", "")).await;
        assert_eq!(nobody, Err(Failure::field("chosen", Fault::Missing)), "who is not there cannot be chosen");
        let foreign = scene.begin(scene.operator(), wanted(BulkTask::Ask, &people, "first_issue.roll_out", "")).await;
        assert_eq!(foreign, Err(Failure::Forbidden));

        let id = scene.begin(scene.hr(), wanted(BulkTask::Ask, &people, "first_issue.roll_out", "")).await.unwrap();
        assert!(step(&scene.test.store, &scene.hr(), id, AT).await.unwrap());
        // stopped, as by a hand or with the server: what is done stays, what waits waits
        let hr = scene.hr();
        scene.write(move |tx| Box::pin(async move { stop(tx, &hr, id, true).await })).await.unwrap();
        assert!(!step(&scene.test.store, &scene.hr(), id, AT).await.unwrap());
        let mut conn = scene.test.store.read().await.unwrap();
        let half = show(&mut conn, &scene.hr(), id, 1).await.unwrap();
        assert_eq!((half.total, half.answered, half.failed, half.stopped), (3, 1, 0, true));
        let strange = show(&mut conn, &scene.checker(), id, 1).await.map(|_| ());
        assert_eq!(strange, Err(Failure::NotFound), "it is of nobody else's business");
        drop(conn);
        let hr = scene.hr();
        scene.write(move |tx| Box::pin(async move { stop(tx, &hr, id, false).await })).await.unwrap();
        scene.test.run(&["update account set state = 'disabled' where id = 12"]).await;
        assert_eq!(step(&scene.test.store, &scene.hr(), id, AT).await, Err(Failure::SignInNeeded), "nobody is there");
        scene.test.run(&["update account set state = 'active' where id = 12"]).await;
        assert_eq!(scene.all(&scene.hr(), id).await, 2);

        let mut conn = scene.test.store.read().await.unwrap();
        let done = show(&mut conn, &scene.hr(), id, 1).await.unwrap();
        assert_eq!((done.answered, done.failed), (3, 1));
        let wrong = &done.lines[0];
        assert_eq!((wrong.person_id, wrong.done), (third, false), "what could not be done stands first");
        let Some(Failure::Invalid { faults }) = &wrong.failure else { panic!("{:?}", wrong.failure) };
        assert!(faults.iter().any(|fault| fault.field == "citizen_id" && fault.fault == Fault::Missing), "{faults:?}");
        for person in [scene.person, second] {
            let open = open_request(&mut conn, &scene.hr(), person).await.unwrap().unwrap();
            assert_eq!(open.request.state, Request::Submitted);
        }
        assert_eq!(number(&mut conn, "select count(*) from request").await, 2);
        let entries = number(&mut conn, "select count(*) from audit_entry where action = 'request.submit'").await;
        assert_eq!(entries, 2, "each has its own entry");
        drop(conn);

        // once more: who has asked already is told so
        let again =
            scene.begin(scene.hr(), wanted(BulkTask::Ask, &people[..1], "first_issue.roll_out", "")).await.unwrap();
        scene.all(&scene.hr(), again).await;
        let mut conn = scene.test.store.read().await.unwrap();
        let again = show(&mut conn, &scene.hr(), again, 1).await.unwrap();
        assert_eq!(again.lines[0].failure, Some(Failure::Refused { why: Refusal::Impossible }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cards_are_printed_on_a_row_of_blanks_confirmed_and_locked() {
    for test in stores().await {
        let scene = scene(test).await;
        scene.portrait(90).await;
        let request = scene.verified("first_issue", "roll_out").await;
        let list = scene.checked(request, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        let (card, version, _) = scene.card().await;
        let print = |serials: &str| wanted(BulkTask::Print, &[(card, version)], "", serials);
        let count = |cards: &str| {
            Failure::field("serials", Fault::Serial { why: SerialFault::Count, text: cards.into(), more: 0 })
        };
        assert_eq!(scene.begin(scene.operator(), print("A-01–A-02")).await, Err(count("1")));
        assert_eq!(scene.begin(scene.operator(), print("")).await, Err(Failure::field("serials", Fault::Missing)));
        let mut conn = scene.test.store.read().await.unwrap();
        let offered = candidates(&mut conn, &scene.operator(), BulkTask::Print, &[card]).await.unwrap();
        assert_eq!((offered[0].id, offered[0].version), (card, version));
        drop(conn);
        let id = scene.begin(scene.operator(), print("A-05")).await.unwrap();
        assert_eq!(scene.all(&scene.operator(), id).await, 1);
        // the same page once more is about a card that has changed
        let stale = scene.begin(scene.operator(), print("A-06")).await.unwrap();
        scene.all(&scene.operator(), stale).await;
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show(&mut conn, &scene.operator(), stale, 1).await.unwrap().lines[0].failure, Some(Failure::Stale));
        drop(conn);
        let (_, version, state) = scene.card().await;
        assert_eq!(state, Card::Printed);
        let confirm = wanted(BulkTask::Confirm, &[(card, version)], "", "");
        let id = scene.begin(scene.operator(), confirm).await.unwrap();
        scene.all(&scene.operator(), id).await;
        let (_, version, state) = scene.card().await;
        assert_eq!(state, Card::Active);
        let lock = wanted(BulkTask::Lock, &[(card, version)], "card_lost", "");
        let id = scene.begin(scene.hr(), lock).await.unwrap();
        scene.all(&scene.hr(), id).await;
        let (_, version, state) = scene.card().await;
        assert_eq!(state, Card::Locked);

        // who has not shown the second factor lately is asked for it, and nothing is noted as impossible
        let mut late = scene.approver();
        late.confirmed_at = None;
        let id = scene.begin(late.clone(), wanted(BulkTask::Invalidate, &[(card, version)], "", "")).await.unwrap();
        assert_eq!(step(&scene.test.store, &late, id, AT).await, Err(Failure::ConfirmationNeeded));
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show(&mut conn, &late, id, 1).await.unwrap().answered, 0);
        drop(conn);
        scene.all(&scene.approver(), id).await;
        assert_eq!(scene.card().await.2, Card::Invalidated);
    }
}
