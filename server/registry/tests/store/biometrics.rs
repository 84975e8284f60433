//! Entry systems that are given people's data: who asks and who decides, who consents and how, what leaves, and what is to be deleted
//! there (R113).

use std::collections::BTreeMap;
use std::io::Read as _;

use contract::biometric::SystemDetail;
use contract::view::WorkKind;
use contract::{Failure, Fault, Refusal};
use model::biometric::ConsentAnswer;
use model::lifecycle::EntrySystem;
use model::role::{Grant, Role};
use registry::blobs::Blobs;
use registry::order::Order;
use registry::table::Format;
use registry::work::biometrics::consent::{PaperAnswer, answer_system, enter_answer};
use registry::work::biometrics::export::take_export;
use registry::work::biometrics::systems::{SystemForm, ask_system, decide_system, end_system};
use registry::work::biometrics::{my_systems, show_system};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::erase_person::erase_person;
use registry::work::set_portrait::set_portrait;
use registry::work::show_request::show_file;
use registry::work::work_queue::work_queue;
use registry::{Actor, Tx};
use zip::ZipArchive;

use crate::cards::PDF;
use crate::people::{add, province};
use crate::portrait::master;
use crate::support::{AT, TestStore, number, stores};

macro_rules! do_ {
    ($test:expr, $tx:ident => $body:expr) => {
        $test.store.write(AT, move |$tx: &mut Tx| Box::pin(async move { $body.await })).await
    };
}

struct Scene {
    test: TestStore,
    blobs: Blobs,
    root: String,
    unit: i64,
    other: i64,
    /// Two people of the unit; the first has an account.
    people: [i64; 2],
}

impl Scene {
    async fn new(test: TestStore) -> Self {
        let root = province(&test).await;
        let above = root.trim_matches('/').parse().ok();
        let unit = add(&test, "specialised_agency", "Sở Nội vụ", above, "H57.10").await;
        let other = add(&test, "specialised_agency", "Sở Tài chính", above, "H57.11").await;
        let mut people = Vec::new();
        for name in ["Lê Thị Bình", "Trần Văn An"] {
            let form = PersonForm { name: name.into(), kind: "civil_servant".into(), ..PersonForm::default() };
            let added = do_!(test, tx => async { add_person(tx, &Actor::console(), &Order::new(), unit, form).await });
            people.push(added.unwrap());
        }
        let account = "insert into account (id, login, display_name, name_folded, person_id, state, created_at) values";
        test.run(&[
            &format!("{account} (11, 'holder', 'Lê Thị Bình', 'le thi binh', {}, 'active', 0)", people[0]),
            &format!("{account} (12, 'hr', 'Cán bộ', 'can bo', null, 'active', 0), (14, 'checker', 'Sở', 'so', null, 'active', 0)"),
        ])
        .await;
        let blobs = Blobs::open(&test.folder.path().join("data/blobs")).unwrap();
        Scene { test, blobs, root, unit, other, people: [people[0], people[1]] }
    }

    fn someone(&self, id: i64, role: Role, path: String) -> Actor {
        Actor::account(id, None, String::new(), vec![Grant { role, path }], Some(AT))
    }

    fn hr(&self) -> Actor {
        self.someone(12, Role::UnitHr, format!("{}{}/", self.root, self.unit))
    }

    fn checker(&self) -> Actor {
        self.someone(14, Role::Checker, self.root.clone())
    }

    fn holder(&self) -> Actor {
        Actor::account(11, Some(self.people[0]), "holder".into(), Vec::new(), None)
    }

    async fn ask(&self, actor: Actor, form: SystemForm) -> Result<i64, Failure> {
        do_!(self.test, tx => ask_system(tx, &actor, &form))
    }

    async fn decide(&self, actor: Actor, id: i64, approve: bool, text: &'static str) -> Result<(), Failure> {
        let version = self.shown(id).await.system.version;
        do_!(self.test, tx => decide_system(tx, &actor, (id, version), approve, text))
    }

    /// A system that was asked for and approved.
    async fn approved(&self) -> i64 {
        let id = self.ask(self.hr(), form()).await.unwrap();
        self.decide(self.checker(), id, true, "").await.unwrap();
        id
    }

    async fn shown(&self, id: i64) -> SystemDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_system(&mut conn, &self.checker(), id, 1, AT).await.unwrap()
    }

    async fn answer(&self, actor: Actor, id: i64, answer: ConsentAnswer) -> Result<(), Failure> {
        do_!(self.test, tx => answer_system(tx, &actor, id, answer.name()))
    }

    async fn enter(&self, actor: Actor, id: i64, answer: &str, person: usize, file: &[u8]) -> Result<(), Failure> {
        let mut conn = self.test.store.read().await.unwrap();
        let sql =
            format!("select cast(substr(personnel_code, 4) as bigint) from person where id = {}", self.people[person]);
        let code = number(&mut conn, &sql).await;
        drop(conn);
        let typed = PaperAnswer {
            personnel_code: format!("57.{code:05}"),
            answer: answer.into(),
            signed_on: if file.is_empty() { String::new() } else { "15/11/2026".into() },
        };
        enter_answer(&self.test.store, &self.blobs, &actor, id, typed, file.to_vec(), AT).await
    }

    /// The files of an export by name.
    async fn export(&self, id: i64) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
        let taken = take_export(&self.test.store, &self.blobs, &self.hr(), id, Format::Csv, AT).await?;
        let mut archive = ZipArchive::new(taken.file).unwrap();
        let mut files = BTreeMap::new();
        for nth in 0..archive.len() {
            let mut file = archive.by_index(nth).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            files.insert(file.name().to_owned(), bytes);
        }
        Ok(files)
    }
}

fn form() -> SystemForm {
    SystemForm {
        unit_code: "H57.10".into(),
        name: "Cổng khuôn mặt".into(),
        purpose: "Mở cửa trụ sở".into(),
        operator: "Văn phòng Sở".into(),
        contact: "0234 000 000".into(),
        fields: vec!["name".into(), "portrait".into()],
    }
}

fn refused(why: Refusal) -> Failure {
    Failure::Refused { why }
}

/// The rows of a list below its headings.
fn rows(files: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<String> {
    let text = String::from_utf8(files[name].clone()).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_asked_for_by_the_unit_and_decided_by_somebody_else() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let Failure::Invalid { faults } = scene.ask(scene.hr(), SystemForm::default()).await.err().unwrap() else {
            panic!("no faults")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["unit_code", "name", "purpose", "operator", "contact", "fields"]);
        let more = SystemForm { fields: vec!["citizen_id".into()], ..form() };
        assert_eq!(scene.ask(scene.hr(), more).await, Err(Failure::field("fields", Fault::Choice)));
        let elsewhere = SystemForm { unit_code: "H57.11".into(), ..form() };
        assert_eq!(scene.ask(scene.hr(), elsewhere).await, Err(Failure::field("unit_code", Fault::Unknown)));
        assert_eq!(scene.ask(scene.checker(), form()).await, Err(Failure::Forbidden));

        let id = scene.ask(scene.hr(), form()).await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let queue = work_queue(&mut conn, &scene.checker(), AT).await.unwrap();
        assert!(queue.iter().any(|group| group.kind == WorkKind::DecideSystems && group.total == 1));
        // the same person with both roles, and the same person with another account
        let both = vec![
            Grant { role: Role::UnitHr, path: scene.root.clone() },
            Grant { role: Role::Checker, path: scene.root.clone() },
        ];
        let both = Actor::account(12, None, String::new(), both, Some(AT));
        assert_eq!(scene.decide(both, id, true, "").await, Err(refused(Refusal::SeparationOfDuties)));
        let part = scene.someone(15, Role::Checker, format!("{}{}/", scene.root, scene.unit));
        assert_eq!(scene.decide(part, id, true, "").await, Err(Failure::Forbidden), "only for the whole province");
        let silent = scene.decide(scene.checker(), id, false, " ").await;
        assert_eq!(silent, Err(Failure::field("opinion", Fault::Missing)));
        let mut stale = scene.checker();
        stale.confirmed_at = None;
        assert_eq!(scene.decide(stale, id, true, "").await, Err(Failure::ConfirmationNeeded));
        assert_eq!(scene.answer(scene.holder(), id, ConsentAnswer::Given).await, Err(refused(Refusal::Impossible)));
        scene.decide(scene.checker(), id, true, "").await.unwrap();
        assert_eq!(scene.shown(id).await.system.state, EntrySystem::Approved);
        let again = scene.decide(scene.checker(), id, false, "x").await;
        assert_eq!(again, Err(refused(Refusal::Impossible)));
        let hr = scene.hr();
        assert_eq!(do_!(scene.test, tx => end_system(tx, &hr, (id, 1))), Err(Failure::Stale));
        let outside = scene.someone(16, Role::UnitHr, format!("{}{}/", scene.root, scene.other));
        assert_eq!(show_system(&mut conn, &outside, id, 1, AT).await.err(), Some(Failure::NotFound));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_yes_is_consent_and_it_is_the_persons_own() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.approved().await;
        let mut conn = scene.test.store.read().await.unwrap();
        let mine = my_systems(&mut conn, &scene.holder()).await.unwrap();
        assert_eq!((mine.len(), mine[0].answer, mine[0].open), (1, None, true));
        assert_eq!(scene.export(id).await.err(), Some(refused(Refusal::NobodyConsents)), "silence is no consent");
        assert_eq!(scene.answer(scene.holder(), id, ConsentAnswer::Withdrawn).await, Err(refused(Refusal::Impossible)));
        scene.answer(scene.holder(), id, ConsentAnswer::Refused).await.unwrap();
        assert_eq!(scene.export(id).await.err(), Some(refused(Refusal::NobodyConsents)));

        // nobody consents for who can do so themself, nor without the paper
        let own = scene.enter(scene.hr(), id, "given", 0, PDF).await;
        assert_eq!(own, Err(refused(Refusal::HolderConfirms)));
        let Failure::Invalid { faults } = scene.enter(scene.hr(), id, "given", 1, b"").await.err().unwrap() else {
            panic!("no faults")
        };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["signed_on", "consent"]);
        let wrong = scene.enter(scene.hr(), id, "given", 1, b"MZ").await;
        assert_eq!(wrong, Err(Failure::field("consent", Fault::Scan)));
        assert_eq!(scene.enter(scene.checker(), id, "given", 1, PDF).await, Err(Failure::Forbidden));
        scene.enter(scene.hr(), id, "given", 1, PDF).await.unwrap();
        let shown = scene.shown(id).await;
        assert_eq!((shown.system.consents, shown.answered), (1, 2));
        let line = shown.consents.iter().find(|line| line.answer == ConsentAnswer::Given).unwrap();
        assert_eq!((line.person_id, line.signed_on.as_deref()), (scene.people[1], Some("2026-11-15")));
        let paper = line.file_id.unwrap();
        assert_eq!(show_file(&mut conn, &scene.blobs, &scene.hr(), paper).await.unwrap().1, PDF);
        assert_eq!(show_file(&mut conn, &scene.blobs, &scene.holder(), paper).await.err(), Some(Failure::NotFound));
        // a withdrawal is taken without paper, and the next yes is a new one
        scene.enter(scene.hr(), id, "withdrawn", 1, b"").await.unwrap();
        assert_eq!(scene.shown(id).await.system.consents, 0);
        scene.answer(scene.holder(), id, ConsentAnswer::Given).await.unwrap();
        let outside = Actor::account(99, None, String::new(), Vec::new(), None);
        assert_eq!(scene.answer(outside, id, ConsentAnswer::Given).await, Err(Failure::NotFound));
        let entries = "select count(*) from audit_entry where action like 'consent.%'";
        assert_eq!(number(&mut conn, entries).await, 4);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_consents_leaves_in_the_file_and_who_withdraws_is_to_be_deleted() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.approved().await;
        set_portrait(&scene.test.store, &scene.blobs, &Actor::console(), scene.people[0], master(90), AT)
            .await
            .unwrap();
        scene.answer(scene.holder(), id, ConsentAnswer::Given).await.unwrap();
        scene.enter(scene.hr(), id, "given", 1, PDF).await.unwrap();

        let mut old = scene.hr();
        old.confirmed_at = None;
        let unconfirmed = take_export(&scene.test.store, &scene.blobs, &old, id, Format::Csv, AT).await;
        assert_eq!(unconfirmed.err(), Some(Failure::ConfirmationNeeded));
        let other = take_export(&scene.test.store, &scene.blobs, &scene.checker(), id, Format::Csv, AT).await;
        assert_eq!(other.err(), Some(Failure::Forbidden));

        let files = scene.export(id).await.unwrap();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["people.csv", "portraits/57.00001.jpg", "withdrawn.csv"]);
        assert_eq!(
            rows(&files, "people.csv"),
            ["57.00002,Trần Văn An,", "57.00001,Lê Thị Bình,portraits/57.00001.jpg"]
        );
        assert_eq!(files["portraits/57.00001.jpg"], master(90).jpeg());
        assert!(rows(&files, "withdrawn.csv").is_empty());
        let mut conn = scene.test.store.read().await.unwrap();
        let mine = my_systems(&mut conn, &scene.holder()).await.unwrap();
        assert_eq!((mine[0].sent.as_slice(), mine[0].deletion_told), ([AT].as_slice(), None));
        let one = "select count(*) from audit_entry where action = 'biometric.export' and facts like '%\"sha256\":%'";
        assert_eq!(number(&mut conn, one).await, 1);

        // one withdraws, one leaves: neither is in the next file but among those to be deleted, and only once
        scene.answer(scene.holder(), id, ConsentAnswer::Withdrawn).await.unwrap();
        scene.test.run(&[&format!("update person set left_on = '2026-11-01' where id = {}", scene.people[1])]).await;
        assert_eq!(scene.shown(id).await.to_delete, 2);
        let files = scene.export(id).await.unwrap();
        assert!(rows(&files, "people.csv").is_empty());
        assert_eq!(rows(&files, "withdrawn.csv"), ["57.00001", "57.00002"]);
        let mine = my_systems(&mut conn, &scene.holder()).await.unwrap();
        assert_eq!((mine[0].sent.len(), mine[0].deletion_told), (1, Some(AT)));
        assert_eq!(scene.export(id).await.err(), Some(refused(Refusal::NobodyConsents)));
        // consent that is given anew goes out anew
        scene.answer(scene.holder(), id, ConsentAnswer::Given).await.unwrap();
        assert_eq!(rows(&scene.export(id).await.unwrap(), "people.csv").len(), 1);
        assert_eq!(scene.shown(id).await.exports.len(), 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_erased_and_an_ended_system_are_deleted_there_too() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.approved().await;
        scene.answer(scene.holder(), id, ConsentAnswer::Given).await.unwrap();
        scene.enter(scene.hr(), id, "given", 1, PDF).await.unwrap();
        scene.export(id).await.unwrap();
        let (person, approver) = (scene.people[1], scene.someone(17, Role::Approver, scene.root.clone()));
        do_!(scene.test, tx => async { erase_person(tx, &approver, person, 1, "QĐ 1").await.map(drop) }).unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        for sql in [
            "select count(*) from attachment where purpose = 'consent'",
            "select count(*) from consent where signed_on is not null",
        ] {
            assert_eq!(number(&mut conn, sql).await, 0, "{sql}");
        }
        let shown = scene.shown(id).await;
        assert!(shown.consents.iter().all(|line| line.person_id != person || line.name.is_empty()));
        let files = scene.export(id).await.unwrap();
        assert_eq!(rows(&files, "people.csv"), ["57.00001,Lê Thị Bình,"]);
        assert_eq!(rows(&files, "withdrawn.csv"), ["57.00002"]);

        let (hr, version) = (scene.hr(), shown.system.version);
        do_!(scene.test, tx => end_system(tx, &hr, (id, version))).unwrap();
        let files = scene.export(id).await.unwrap();
        assert!(rows(&files, "people.csv").is_empty());
        assert_eq!(rows(&files, "withdrawn.csv"), ["57.00001"]);
        assert_eq!(scene.export(id).await.err(), Some(refused(Refusal::NobodyConsents)));
        // who has consented may withdraw even now
        scene.answer(scene.holder(), id, ConsentAnswer::Withdrawn).await.unwrap();
        let again = scene.answer(scene.holder(), id, ConsentAnswer::Given).await;
        assert_eq!(again, Err(refused(Refusal::Impossible)));
    }
}
