//! Training classes: opened for a plan with its dated prices, filled by units, attended by card and by hand, closed (R49, R57, R125, R127, R156,
//! R170).

use std::collections::BTreeSet;

use contract::view::{Target, WorkKind};
use contract::{Failure, Fault, Refusal};
use jiff::civil::date;
use model::lifecycle::TrainingClass as State;
use model::role::{Grant, Role};
use registry::document::training_class as document;
use registry::store::training_class as stored;
use registry::work::classes::announce::{ClassForm, announce_class, change_class, form_of, write_class_costs};
use registry::work::classes::attend::{Noted, Shown, note_sheet, note_shown};
use registry::work::classes::enrol::{Wrong, enrol, take_out};
use registry::work::classes::step::{ClassStepForm, step_class};
use registry::work::classes::{ClassDetail, candidates, classes_of, list_classes, show_class};
use registry::work::plans::edit::CostForm;
use registry::work::plans::show_plan;
use registry::work::work_queue::work_queue;
use registry::{Actor, Tx};

use crate::support::{AT, TestStore, stores};

/// The day of [`AT`], and days after it.
fn day(after: i64) -> String {
    let today = registry::date::day_of(AT);
    let day = today.checked_add(jiff::Span::new().days(after)).unwrap();
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

struct Scene(TestStore);

impl Scene {
    async fn new(test: TestStore) -> Self {
        let cards: Vec<String> = [(1, "k7Qz", "active"), (2, "aB3d", "locked"), (4, "Zz9y", "active")]
            .iter()
            .map(|(id, code, state)| {
                format!(
                    "insert into card (id, person_id, unit_id, code, type, state, snapshot_sha256, source, blank_serial, approved_at, \
                     changed_at) values ({id}, {id}, 9, '{code}', 'cc', '{state}', {{hex:{}}}, 'province', 'A{id}', 1, 1)",
                    "0a".repeat(32)
                )
            })
            .collect();
        test.run(&[
            "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
             (1, null, '/1/', 'province', 'Tỉnh', 'tinh', {hex:00}, 1), (9, 1, '/1/9/', 'specialised_agency', 'Sở', 'so', {hex:01}, 1), \
             (10, 1, '/1/10/', 'commune', 'Xã', 'xa', {hex:02}, 1)",
            "insert into account (id, login, display_name, name_folded, state, created_at) values \
             (1, 'm', 'Quản lý', 'quan ly', 'active', 1), (2, 'h', 'Tổ chức', 'to chuc', 'active', 1), (3, 'x', 'Xã', 'xa', 'active', 1)",
            "insert into person (id, name, name_folded, sort_key, unit_id, ordinal, kind, position, personnel_code, left_on, created_at) values \
             (1, 'An', 'an', {hex:01}, 9, 1, 'civil_servant', 'Giám đốc', '57.00001', null, 1), \
             (2, 'Bình', 'binh', {hex:02}, 9, 2, 'civil_servant', 'Văn thư', '57.00002', null, 1), \
             (3, 'Chi', 'chi', {hex:03}, 9, 3, 'civil_servant', null, '57.00003', '2026-01-01', 1), \
             (4, 'Dũng', 'dung', {hex:04}, 10, 1, 'civil_servant', 'Chủ tịch', '57.00004', null, 1), \
             (5, 'Em', 'em', {hex:05}, 10, 2, 'civil_servant', 'Văn thư', '57.00005', null, 1)",
            "insert into certificate (id, kind, serial, subject, subject_folded, issuer, algorithm, fingerprint, valid_from, valid_until, \
             unit_id, person_id, holder_id, state, created_at, changed_at) values \
             (1, 'person', '01', 'A', 'a', 'CA', 'RSA', {hex:0101010101010101010101010101010101010101010101010101010101010101}, 1, 9, 9, 2, 2, 'in_use', 1, 1)",
            "insert into certificate_request (operation, kind, unit_id, person_id, regime, state, asked_at, changed_at) values \
             ('new', 'person', 10, 5, '68-2024', 'asked', 1, 1), ('new', 'person', 9, 1, '68-2024', 'refused', 1, 1)",
            "insert into certificate_plan (id, unit_id, title, first_year, last_year, words, state, created_at, changed_at) values \
             (7, 1, 'Kế hoạch', 2020, 2030, 'plain', 'draft', 1, 1)",
            "insert into certificate_plan_cost (plan_id, part, nth, name, quantity, price, priced_on) values \
             (7, 'class', 1, 'Hội trường', 1, 5000000, '2017-08-14'), (7, 'class', 2, 'Hội trường', 1, 6000000, '2026-01-01'), \
             (7, 'class', 3, 'Hội trường', 1, 9000000, '2029-01-01'), (7, 'class', 4, 'Nước', 30, 7000, null), \
             (7, 'rest', 5, 'Đi lại', 16, 1500000, null)",
            "insert into card_code (code, given_at) values ('k7Qz', 1), ('aB3d', 1), ('Zz9y', 1)",
        ])
        .await;
        test.run(&cards.iter().map(String::as_str).collect::<Vec<_>>()).await;
        Scene(test)
    }

    fn of(id: i64, role: Role, path: &str) -> Actor {
        Actor::account(id, None, String::new(), vec![Grant { role, path: path.to_owned() }], Some(AT))
    }

    /// Keeps classes of the whole province.
    fn manager() -> Actor {
        Self::of(1, Role::SubscriberManager, "/1/")
    }

    /// Enrols people of the agency.
    fn agency() -> Actor {
        Self::of(2, Role::UnitHr, "/1/9/")
    }

    fn form() -> ClassForm {
        ClassForm {
            unit_code: "Tỉnh".into(),
            plan: "7".into(),
            title: "Ký số cho văn thư".into(),
            topic: "signatures".into(),
            audience: "clerks".into(),
            first_day: day(0),
            days: "2".into(),
            place: "Hội trường".into(),
            content: "Ký, đóng dấu".into(),
            capacity: "2".into(),
        }
    }

    async fn announce(&self, form: ClassForm) -> Result<i64, Failure> {
        let write = self
            .0
            .store
            .write(AT, move |tx: &mut Tx| Box::pin(async move { announce_class(tx, &Self::manager(), &form).await }));
        write.await
    }

    async fn show(&self, actor: &Actor, id: i64) -> Result<ClassDetail, Failure> {
        let mut conn = self.0.store.read().await.unwrap();
        show_class(&mut conn, actor, id).await
    }

    async fn change(&self, id: i64, edit: impl FnOnce(&mut ClassForm)) -> Result<(), Failure> {
        let found = self.show(&Self::manager(), id).await?.class;
        let mut conn = self.0.store.read().await.unwrap();
        let mut form = form_of(&mut conn, &found).await?;
        drop(conn);
        edit(&mut form);
        let write = self.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { change_class(tx, &Self::manager(), (id, found.version), &form).await })
        });
        write.await
    }

    async fn enrol(
        &self,
        actor: Actor,
        id: i64,
        codes: &str,
        ids: &[i64],
    ) -> Result<Result<usize, Vec<Wrong>>, Failure> {
        let (codes, ids) = (codes.to_owned(), ids.to_vec());
        let write = self
            .0
            .store
            .write(AT, move |tx: &mut Tx| Box::pin(async move { enrol(tx, &actor, id, (&codes, &ids)).await }));
        write.await
    }

    async fn take_out(&self, actor: Actor, id: i64, person: i64) -> Result<(), Failure> {
        let write =
            self.0.store.write(AT, move |tx: &mut Tx| Box::pin(async move { take_out(tx, &actor, id, person).await }));
        write.await
    }

    async fn sheet(&self, at_ms: i64, id: i64, session: i64, ticked: &[i64], shown: &[i64]) -> Result<(), Failure> {
        let (ticked, shown): (BTreeSet<i64>, BTreeSet<i64>) =
            (ticked.iter().copied().collect(), shown.iter().copied().collect());
        let write = self.0.store.write(at_ms, move |tx: &mut Tx| {
            Box::pin(async move { note_sheet(tx, &Self::manager(), (id, session), (&ticked, &shown)).await })
        });
        write.await
    }

    async fn shown(&self, id: i64, shown: Shown) -> Result<Noted, Failure> {
        let write = self.0.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { note_shown(tx, &Self::manager(), (id, 1), &shown).await })
        });
        write.await
    }

    async fn step(&self, at_ms: i64, id: i64, event: &str, reason: &str, completed: &[i64]) -> Result<(), Failure> {
        let version = self.show(&Self::manager(), id).await?.class.version;
        let form = ClassStepForm { event: event.into(), reason: reason.into(), completed: completed.to_vec() };
        let write = self.0.store.write(at_ms, move |tx: &mut Tx| {
            Box::pin(async move { step_class(tx, &Self::manager(), (id, version), &form).await })
        });
        write.await
    }
}

fn beside(field: &str, fault: Fault) -> Failure {
    Failure::field(field, fault)
}

#[tokio::test]
async fn a_class_is_opened_filled_attended_and_closed() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let (manager, agency) = (Scene::manager(), Scene::agency());
        let id = scene.announce(Scene::form()).await.unwrap();
        let opened = scene.show(&manager, id).await.unwrap();
        assert_eq!((opened.class.days.len(), opened.class.sessions().len()), (2, 4));
        // the prices that hold on its first day
        let costs: Vec<_> = opened.costs.iter().map(|of| (of.name.as_str(), of.total().dong())).collect();
        assert_eq!(costs, [("Hội trường", 6_000_000), ("Nước", 210_000)]);
        assert_eq!(opened.total.dong(), 6_210_000);

        // the unit sees it, but for what it costs; who has a certificate, or has asked for one, is offered
        let seen = scene.show(&agency, id).await.unwrap();
        assert_eq!((seen.costs.len(), seen.keeps, seen.enrols, seen.events.len()), (0, false, true, 0));
        let mut conn = scene.0.store.read().await.unwrap();
        let names =
            |(of, many): (Vec<stored::Candidate>, i64)| (of.into_iter().map(|of| of.name).collect::<Vec<_>>(), many);
        assert_eq!(names(candidates(&mut conn, &agency, &seen.class).await.unwrap()), (vec!["Bình".to_owned()], 1));
        let all = names(candidates(&mut conn, &manager, &seen.class).await.unwrap());
        assert_eq!(all, (vec!["Em".to_owned(), "Bình".to_owned()], 2));
        drop(conn);

        // whoever is not of the unit, or has left, is told of; then nobody is enrolled
        let wrong = scene.enrol(agency.clone(), id, "57.00002\n57.00003\n57.00004", &[]).await.unwrap();
        assert_eq!(wrong, Err(vec![Wrong::Left("Chi".into()), Wrong::Unknown("57.00004".into())]));
        assert_eq!(scene.enrol(agency.clone(), id, "", &[4]).await, Err(Failure::NotFound));
        assert_eq!(scene.enrol(agency.clone(), id, " ", &[]).await, Err(beside("codes", Fault::Missing)));
        assert!(scene.show(&manager, id).await.unwrap().learners.is_empty());
        assert_eq!(scene.enrol(agency.clone(), id, "57.00002\tBình\n", &[2]).await, Ok(Ok(1)));
        assert_eq!(scene.enrol(agency.clone(), id, "57.00002", &[]).await, Err(beside("codes", Fault::Taken)));
        let full = scene.enrol(manager.clone(), id, "57.00001,57.00004", &[]).await;
        assert_eq!(full, Err(beside("codes", Fault::TooLong { max: 1 })));
        assert_eq!(scene.enrol(manager.clone(), id, "57.00004", &[]).await, Ok(Ok(1)));
        // of people from elsewhere the unit sees only that they are there
        let seen = scene.show(&agency, id).await.unwrap();
        let people: Vec<_> = seen.learners.iter().map(|of| of.name.as_str()).collect();
        assert_eq!((people, seen.class.learners), (vec!["Bình"], 2));
        assert_eq!(scene.take_out(agency.clone(), id, 4).await, Err(beside("learner", Fault::Unknown)));
        let stranger = Scene::of(3, Role::UnitHr, "/1/10/");
        assert_eq!(scene.show(&stranger, id).await.unwrap().learners.len(), 1);

        // cards: one that is not valid, one of somebody who is not enrolled, one that is
        assert_eq!(scene.shown(id, Shown::Code("aB3d".into())).await, Ok(Noted::Invalid("Bình".into())));
        assert_eq!(scene.shown(id, Shown::Code("k7Qz".into())).await, Ok(Noted::NotEnrolled(Some("An".into()))));
        assert_eq!(scene.shown(id, Shown::Tap(4)).await, Ok(Noted::Here("Dũng".into())));
        assert_eq!(scene.shown(id, Shown::Link(4)).await, Ok(Noted::Already("Dũng".into())));
        assert_eq!(scene.shown(id, Shown::Typed("57.00002".into())).await, Ok(Noted::Here("Bình".into())));
        assert_eq!(scene.shown(id, Shown::Typed("57.99999".into())).await, Ok(Noted::Unknown));
        // somebody's number on another card is no card
        assert_eq!(scene.shown(id, Shown::Code("57.00002".into())).await, Ok(Noted::Unknown));

        // the sheet takes back what it showed, and leaves what was noted meanwhile
        assert_eq!(scene.sheet(AT, id, 1, &[], &[2]).await, Ok(()));
        assert_eq!(scene.sheet(AT, id, 2, &[2, 4, 99], &[]).await, Ok(()));
        assert_eq!(scene.sheet(AT, id, 3, &[2], &[]).await, Err(beside("session", Fault::Future)));
        assert_eq!(scene.sheet(AT, id, 5, &[2], &[]).await, Err(beside("session", Fault::Choice)));
        let came: Vec<Vec<i64>> = scene
            .show(&manager, id)
            .await
            .unwrap()
            .learners
            .into_iter()
            .map(|of| of.came.into_iter().collect())
            .collect();
        assert_eq!(came, [vec![1, 2], vec![2]]);
        assert_eq!(scene.take_out(manager.clone(), id, 2).await, Err(Failure::Refused { why: Refusal::Impossible }));

        // what people came to, and who is enrolled, stays
        let changed = scene.change(id, |form| {
            form.capacity = "1".into();
            form.unit_code = "Sở".into();
        });
        let faults = match changed.await {
            Err(Failure::Invalid { faults }) => faults.into_iter().map(|of| of.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(faults, ["places", "class_unit"]);
        assert_eq!(scene.change(id, |form| form.days = "1".into()).await, Ok(()));
        assert_eq!(scene.change(id, |form| form.days = "0".into()).await, Err(beside("class_days", Fault::Number)));
        assert_eq!(scene.change(id, |form| form.days = "3".into()).await, Ok(()));

        // it is over after its last day
        assert_eq!(scene.step(AT, id, "close", "", &[4]).await, Err(beside("class_event", Fault::Future)));
        let later = AT + 10 * DAY_MS;
        let mut conn = scene.0.store.read().await.unwrap();
        let waits = |groups: Vec<contract::view::WorkGroup>| {
            let of = groups.into_iter().filter(|of| of.kind == WorkKind::CloseClasses);
            of.flat_map(|of| of.items).map(|item| item.target).collect::<Vec<_>>()
        };
        assert!(waits(work_queue(&mut conn, &manager, AT).await.unwrap()).is_empty());
        assert_eq!(waits(work_queue(&mut conn, &manager, later).await.unwrap()), [Target::TrainingClass(id)]);
        drop(conn);
        assert_eq!(scene.step(later, id, "close", "", &[4]).await, Ok(()));
        let closed = scene.show(&manager, id).await.unwrap();
        let results: Vec<_> = closed.learners.iter().map(|of| (of.person_id, of.completed)).collect();
        assert_eq!((closed.class.state, results), (State::Held, vec![(4, Some(true)), (2, Some(false))]));
        let late = scene.enrol(manager.clone(), id, "57.00001", &[]).await;
        assert_eq!(late, Err(Failure::Refused { why: Refusal::Impossible }));

        // a person's own classes; who did not complete it is offered again; the plan knows of it
        let mut conn = scene.0.store.read().await.unwrap();
        let own = classes_of(&mut conn, 4).await.unwrap();
        assert_eq!(own.iter().map(|of| (of.id, of.completed)).collect::<Vec<_>>(), [(id, Some(true))]);
        let again = names(candidates(&mut conn, &agency, &closed.class).await.unwrap());
        assert_eq!(again, (vec!["Bình".to_owned()], 1));
        let plan = show_plan(&mut conn, &manager, 7).await.unwrap();
        let years: Vec<_> = plan.estimate.years.iter().filter(|of| of.announced.0 > 0).collect();
        let year = registry::date::day_of(AT).year();
        assert_eq!(years.iter().map(|of| (of.year, of.announced)).collect::<Vec<_>>(), [(year, (1, 1))]);
        let paper = document::sheet(&mut conn, &manager, id, (|_| "Chữ ký số", |_| "Văn thư")).await.unwrap();
        assert_eq!(paper.title, "Danh sách học viên");
        drop(conn);

        // what was closed by mistake is open again, with who came
        assert_eq!(scene.step(later, id, "reopen", "", &[]).await, Err(beside("reason", Fault::Missing)));
        assert_eq!(scene.step(later, id, "reopen", "Nhầm", &[]).await, Ok(()));
        let open = scene.show(&manager, id).await.unwrap();
        assert!(open.learners.iter().all(|of| of.completed.is_none() && !of.came.is_empty()));
        let actions = scene.0.count("select count(*) from audit_entry where action like 'training_class.%'").await;
        assert_eq!(actions, 11);
    }
}

#[tokio::test]
async fn what_is_typed_wrong_is_told_and_days_are_working_days() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let wrong = scene.announce(ClassForm { plan: "8".into(), capacity: "0".into(), ..ClassForm::default() }).await;
        let faults = match wrong {
            Err(Failure::Invalid { faults }) => faults.into_iter().map(|of| of.field).collect::<BTreeSet<_>>(),
            other => panic!("{other:?}"),
        };
        let all = ["audience", "class_days", "class_unit", "first_day", "place", "places", "plan", "title", "topic"];
        assert_eq!(faults, all.map(str::to_owned).into_iter().collect());
        // a Friday, and the Monday after it
        let form =
            ClassForm {
                first_day: "04/12/2026".into(), unit_code: "Sở".into(), plan: String::new(), ..Scene::form()
            };
        let id = scene.announce(form).await.unwrap();
        let found = scene.show(&Scene::manager(), id).await.unwrap();
        assert_eq!(found.class.days, [date(2026, 12, 4), date(2026, 12, 7)]);
        assert!(found.costs.is_empty());
        // it is nobody's business elsewhere
        let commune = Scene::of(3, Role::UnitHr, "/1/10/");
        assert_eq!(scene.show(&commune, id).await, Err(Failure::NotFound));
        let mut conn = scene.0.store.read().await.unwrap();
        assert_eq!(list_classes(&mut conn, &commune, 1).await.unwrap().1, 0);
        assert_eq!(list_classes(&mut conn, &Scene::agency(), 1).await.unwrap().1, 1);
        let nobody = Scene::of(3, Role::StockKeeper, "/1/");
        assert_eq!(list_classes(&mut conn, &nobody, 1).await, Err(Failure::Forbidden));
        drop(conn);

        let line = |name: &str, price: &str| CostForm {
            part: "class".into(),
            name: name.into(),
            quantity: "30".into(),
            price: price.into(),
            ..CostForm::default()
        };
        let costs = async |lines: Vec<CostForm>| {
            let write = scene.0.store.write(AT, move |tx: &mut Tx| {
                Box::pin(async move { write_class_costs(tx, &Scene::manager(), id, &lines).await })
            });
            write.await
        };
        let wrong = costs(vec![line("Nước", "7.000"), line("Tài liệu", "nhiều")]).await;
        assert_eq!(wrong, Err(beside("cost-2", Fault::Number)));
        costs(vec![
            line("Nước", "7.000"),
            line("Tài liệu", "50.000"),
            CostForm { part: "class".into(), ..CostForm::default() },
        ])
        .await
        .unwrap();
        let found = scene.show(&Scene::manager(), id).await.unwrap();
        assert_eq!((found.costs.len(), found.total.dong()), (2, 1_710_000));

        // cancelled with a reason, and nothing more is done to it
        assert_eq!(scene.step(AT, id, "cancel", "Bão", &[]).await, Ok(()));
        assert_eq!(costs(Vec::new()).await, Err(Failure::Refused { why: Refusal::Impossible }));
        let refused = scene.step(AT, id, "close", "", &[]).await;
        assert_eq!(refused, Err(Failure::Refused { why: Refusal::Impossible }));
        let held = scene.show(&Scene::manager(), id).await.unwrap();
        assert_eq!((held.class.state, held.class.remark.as_deref()), (State::Cancelled, Some("Bão")));
    }
}
