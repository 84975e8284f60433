//! The way of one card, from a person's own profile to an active card and back to a void one, and what is refused on it.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::cards::RequestDetail;
use contract::{Failure, Fault, Refusal};
use futures_util::future::BoxFuture;
use model::lifecycle::{Card, CardEvent, Dossier, Request};
use model::profile::Field;
use model::role::{Grant, Role};
use registry::blobs::Blobs;
use registry::order::Order;
use registry::work::approve_card::{NO_CODE, foresee};
use registry::work::ask_card::{AskCard, ask_card, withdraw_request};
use registry::work::change_person::{PersonForm, add_person, change_person};
use registry::work::dossiers::{
    Exception, Letter, check_dossier, compose_dossier, decide_dossier, show_dossier, submit_dossier,
};
use registry::work::issue_card::{confirm_card, misprint_card, print_card, show_face, to_issue};
use registry::work::lock_card::{confirm_lock, invalidate_card, lock_card, recover_card, unlock_card};
use registry::work::set_portrait::set_portrait;
use registry::work::show_card::{cards_of, ledger, show_card};
use registry::work::show_person::show_person;
use registry::work::show_request::{show_file, show_request, to_verify};
use registry::work::verify_request::{VerifyRequest, verify_request};
use registry::{Actor, Tx};

use crate::people::add;
use crate::portrait::master;
use crate::stock::{filled, filled_plain};
use crate::support::{AT, TestStore, draw, number, stores};

use CardEvent::{Confirm, Invalidate, Lock, Misprint, Print, Recover, Unlock};

pub const PDF: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF";

pub struct Scene {
    pub test: TestStore,
    pub blobs: Blobs,
    pub order: Arc<Order>,
    pub unit: i64,
    pub person: i64,
}

impl Scene {
    pub async fn new(test: TestStore) -> Self {
        let root = filled_plain(&test, &Scene::serials(), "20").await.root;
        Scene::at(test, &root).await
    }

    /// The same, with blanks that have a chip.
    pub async fn with_chips(test: TestStore) -> Self {
        let root = filled(&test, &Scene::serials(), "20").await.root;
        Scene::at(test, &root).await
    }

    /// Blanks to print on.
    fn serials() -> String {
        (1..=20).map(|nth| format!("A-{nth:02}\n")).collect()
    }

    async fn at(test: TestStore, root: &str) -> Self {
        let unit = add(&test, "specialised_agency", "Sở Nội vụ", root.trim_matches('/').parse().ok(), "H57.10").await;
        let form = PersonForm {
            name: "Lê Thị Bình".into(),
            sex: "female".into(),
            born_on: "02/03/1990".into(),
            citizen_id: "046190001234".into(),
            kind: "civil_servant".into(),
            position: "Chuyên viên".into(),
            ..PersonForm::default()
        };
        let person = test
            .store
            .write(AT, move |tx| {
                Box::pin(async move { add_person(tx, &Actor::console(), &Order::new(), unit, form).await })
            })
            .await
            .unwrap();
        let blobs = Blobs::open(&test.folder.path().join("data/blobs")).unwrap();
        let scene = Scene { test, blobs, order: Arc::new(Order::new()), unit, person };
        for (id, login) in
            [(11, "holder"), (12, "hr"), (13, "head"), (14, "checker"), (15, "approver"), (16, "operator")]
        {
            let sql = format!(
                "insert into account (id, login, display_name, name_folded, state, created_at) \
                 values ({id}, '{login}', '{login}', '{login}', 'active', 0)"
            );
            scene.test.run(&[&sql]).await;
        }
        scene
    }

    pub fn holder(&self) -> Actor {
        Actor::account(11, Some(self.person), "holder".into(), Vec::new(), None)
    }

    pub fn someone(&self, id: i64, role: Role) -> Actor {
        Actor::account(id, None, role.name().into(), vec![Grant { role, path: "/1/".into() }], Some(AT))
    }

    pub fn hr(&self) -> Actor {
        self.someone(12, Role::UnitHr)
    }

    pub fn checker(&self) -> Actor {
        self.someone(14, Role::Checker)
    }

    pub fn approver(&self) -> Actor {
        self.someone(15, Role::Approver)
    }

    pub fn operator(&self) -> Actor {
        self.someone(16, Role::IssuingOperator)
    }

    pub async fn write<T, F>(&self, body: F) -> Result<T, Failure>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, Failure>> + Send + 'static,
        T: Send + 'static,
    {
        self.test.store.write(AT, body).await
    }

    pub async fn ask(
        &self,
        actor: Actor,
        case: &str,
        reason: &str,
        version: Option<i64>,
        submit: bool,
    ) -> Result<i64, Failure> {
        let person = self.person;
        let typed = AskCard {
            case: case.into(),
            reason: reason.into(),
            note: String::new(),
            fields: vec![(Field::Position, "Phó Trưởng phòng".into())],
            version,
            submit,
        };
        self.write(move |tx| Box::pin(async move { ask_card(tx, &actor, person, typed).await })).await
    }

    pub async fn request(&self, id: i64) -> RequestDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_request(&mut conn, &self.hr(), id).await.unwrap()
    }

    /// What the officer would send who finds everything right.
    pub async fn all_right(&self, id: i64) -> VerifyRequest {
        let shown = self.request(id).await;
        let fields = shown.fields.iter().filter(|line| line.to_verify);
        VerifyRequest {
            version: shown.request.version,
            verdicts: fields.clone().map(|line| (line.field, (true, String::new()))).collect(),
            seen: fields.map(|line| (line.field, line.value.clone())).collect(),
            copies: 2,
            ..VerifyRequest::default()
        }
    }

    pub async fn verify(&self, id: i64, typed: VerifyRequest, file: &[u8]) -> Result<(), Failure> {
        let hr = self.hr();
        verify_request(&self.test.store, &self.blobs, (&hr, &self.order), id, typed, file.to_vec(), AT).await
    }

    pub async fn portrait(&self, shade: u8) {
        set_portrait(&self.test.store, &self.blobs, &self.hr(), self.person, master(shade), AT).await.unwrap();
    }

    /// A request that is verified already.
    pub async fn verified(&self, case: &str, reason: &str) -> i64 {
        let id = self.ask(self.holder(), case, reason, None, true).await.unwrap();
        self.verify(id, self.all_right(id).await, PDF).await.unwrap();
        id
    }

    /// A list with that request on it, submitted and checked.
    pub async fn checked(&self, request: i64, letter: &str) -> (i64, i64) {
        let (hr, unit) = (self.hr(), self.unit);
        let id = self
            .write(move |tx| Box::pin(async move { compose_dossier(tx, &hr, unit, "Đợt 1", &[request]).await }))
            .await
            .unwrap();
        let letter = Letter { number: letter.into(), day: String::new(), signer: "Giám đốc Trần Văn B".into() };
        let head = self.someone(13, Role::UnitHead);
        submit_dossier(&self.test.store, &self.blobs, &head, (id, 1), letter, PDF.to_vec(), AT).await.unwrap();
        let checker = self.checker();
        self.write(move |tx| Box::pin(async move { check_dossier(tx, &checker, (id, 2), &BTreeMap::new()).await }))
            .await
            .unwrap();
        (id, 3)
    }

    pub async fn decide(
        &self,
        actor: Actor,
        list: (i64, i64),
        exceptions: BTreeMap<i64, Exception>,
    ) -> Result<(), Failure> {
        let draw = draw(7);
        self.write(move |tx| Box::pin(async move { decide_dossier(tx, &actor, &draw, list, &exceptions).await })).await
    }

    /// The person's newest card: id, version, state.
    pub async fn card(&self) -> (i64, i64, Card) {
        let mut conn = self.test.store.read().await.unwrap();
        let card = cards_of(&mut conn, &self.holder(), self.person).await.unwrap().remove(0);
        (card.id, card.version, card.state)
    }

    pub async fn issue(&self, serial: &'static str) {
        let (id, version, _) = self.card().await;
        let operator = self.operator();
        self.write(move |tx| Box::pin(async move { print_card(tx, &operator, (id, version), serial).await }))
            .await
            .unwrap();
        let (id, version, _) = self.card().await;
        let operator = self.operator();
        self.write(move |tx| Box::pin(async move { confirm_card(tx, &operator, (id, version)).await })).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_comes_from_a_profile_and_ends_void() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        // a draft waits for its owner
        let id = scene.ask(scene.holder(), "first_issue", "new_recruit", None, false).await.unwrap();
        assert_eq!(scene.request(id).await.request.state, Request::Draft);
        let twice = scene.ask(scene.holder(), "first_issue", "new_recruit", None, false).await;
        assert_eq!(twice, Err(Failure::Stale), "the page had not shown the draft");
        scene.ask(scene.holder(), "first_issue", "new_recruit", Some(1), true).await.unwrap();
        let shown = scene.request(id).await;
        assert_eq!((shown.request.state, shown.stamp), (Request::Submitted, 1));
        let position = shown.fields.iter().find(|line| line.field == Field::Position).unwrap();
        assert_eq!((position.value.as_str(), position.to_verify), ("Phó Trưởng phòng", true));

        // verification: everything compared, both copies, the scan, the portrait
        let typed = scene.all_right(id).await;
        assert_eq!(scene.verify(id, typed.clone(), b"").await, Err(Failure::field("scan", Fault::Missing)));
        let one = VerifyRequest { copies: 1, ..typed.clone() };
        assert_eq!(scene.verify(id, one, PDF).await, Err(Failure::field("copies", Fault::Copies)));
        let mut partly = typed.clone();
        partly.verdicts.remove(&Field::Name);
        assert_eq!(scene.verify(id, partly, PDF).await, Err(Failure::field("name", Fault::Choice)));
        let refused = scene.verify(id, typed.clone(), PDF).await;
        assert_eq!(refused, Err(Failure::Refused { why: Refusal::NoPortrait }));
        scene.portrait(90).await;
        assert_eq!(scene.verify(id, typed, PDF).await, Err(Failure::Stale), "the portrait is new since");
        scene.verify(id, scene.all_right(id).await, PDF).await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let person = show_person(&mut conn, &scene.hr(), scene.person).await.unwrap();
        assert_eq!(person.person.position.as_deref(), Some("Phó Trưởng phòng"));
        assert_eq!(to_verify(&mut conn, &scene.hr(), 1).await.unwrap().1, 0);
        let file = scene.request(id).await.files[0].id;
        assert_eq!(show_file(&mut conn, &scene.blobs, &scene.hr(), file).await.unwrap().1, PDF);
        let stranger = Actor::account(16, None, String::new(), Vec::new(), None);
        assert_eq!(show_file(&mut conn, &scene.blobs, &stranger, file).await, Err(Failure::NotFound));
        drop(conn);

        // the list
        let list = scene.checked(id, "1/TTr").await;
        assert_eq!(scene.decide(scene.checker(), list, BTreeMap::new()).await, Err(Failure::Forbidden));
        let both =
            Actor::account(14, None, String::new(), vec![Grant { role: Role::Approver, path: "/1/".into() }], Some(AT));
        let same = scene.decide(both, list, BTreeMap::new()).await;
        assert_eq!(same, Err(Failure::Refused { why: Refusal::SeparationOfDuties }), "who checked does not decide");
        // what will be frozen can be seen before, by who verifies and who decides
        let mut conn = scene.test.store.read().await.unwrap();
        let (foreseen, _) = foresee(&mut conn, &scene.blobs, &scene.approver(), id).await.unwrap().unwrap();
        assert_eq!((foreseen.position.as_str(), foreseen.code.as_str()), ("Phó Trưởng phòng", NO_CODE));
        let unseen = foresee(&mut conn, &scene.blobs, &scene.operator(), id).await;
        assert_eq!(unseen, Err(Failure::NotFound), "it has the whole citizen number");
        drop(conn);
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let decided = show_dossier(&mut conn, &scene.hr(), list.0).await.unwrap();
        assert_eq!((decided.dossier.state, decided.lines[0].request.state), (Dossier::Decided, Request::Approved));

        // the card
        let (card, version, state) = scene.card().await;
        assert_eq!(state, Card::Approved);
        assert_eq!(to_issue(&mut conn, &scene.operator(), 1).await.unwrap().1, 1);
        let (snapshot, portrait) = show_face(&mut conn, &scene.blobs, &scene.operator(), card).await.unwrap();
        assert_eq!((snapshot.position.as_str(), portrait.len() > 1000), ("Phó Trưởng phòng", true));
        drop(conn);
        let operator = scene.operator();
        let printed =
            scene.write(move |tx| Box::pin(async move { print_card(tx, &operator, (card, version), "A-01").await }));
        printed.await.unwrap();
        let (_, version, _) = scene.card().await;
        let operator = scene.operator();
        scene
            .write(move |tx| Box::pin(async move { misprint_card(tx, &operator, (card, version)).await }))
            .await
            .unwrap();
        scene.issue("A-02").await;
        let (_, version, state) = scene.card().await;
        assert_eq!(state, Card::Active);
        assert_eq!(scene.request(id).await.request.state, Request::Fulfilled);

        // lost, and void
        let holder = scene.holder();
        let locked =
            scene.write(move |tx| Box::pin(async move { lock_card(tx, &holder, (card, version), "card_lost").await }));
        locked.await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let detail = show_card(&mut conn, &scene.hr(), card).await.unwrap();
        assert!(detail.may_confirm_lock && detail.card.unconfirmed);
        assert_eq!(show_card(&mut conn, &scene.approver(), card).await.unwrap().may, [Unlock, Invalidate]);
        drop(conn);
        let (hr, version) = (scene.hr(), scene.card().await.1);
        scene.write(move |tx| Box::pin(async move { confirm_lock(tx, &hr, (card, version)).await })).await.unwrap();
        let (approver, version) = (scene.approver(), scene.card().await.1);
        scene
            .write(move |tx| Box::pin(async move { unlock_card(tx, &approver, (card, version)).await }))
            .await
            .unwrap();
        let (hr, version) = (scene.hr(), scene.card().await.1);
        scene
            .write(move |tx| Box::pin(async move { lock_card(tx, &hr, (card, version), "retirement").await }))
            .await
            .unwrap();
        let (approver, version) = (scene.approver(), scene.card().await.1);
        scene
            .write(move |tx| Box::pin(async move { invalidate_card(tx, &approver, (card, version)).await }))
            .await
            .unwrap();
        let (hr, version) = (scene.hr(), scene.card().await.1);
        scene.write(move |tx| Box::pin(async move { recover_card(tx, &hr, (card, version)).await })).await.unwrap();
        assert_eq!(scene.card().await.2, Card::Recovered);

        // R35: every event has its line, and none can be changed
        let mut conn = scene.test.store.read().await.unwrap();
        let (lines, total) = ledger(&mut conn, &scene.checker(), (0, AT + 1), (1, 100)).await.unwrap();
        let events: Vec<CardEvent> = lines.iter().map(|line| line.event).collect();
        assert_eq!(events, [Print, Misprint, Print, Confirm, Lock, Unlock, Lock, Invalidate, Recover]);
        assert_eq!(total, 9);
        // the blank that it was on then, not the one that it is on now
        let serials: Vec<Option<&str>> = lines[..4].iter().map(|line| line.serial.as_deref()).collect();
        assert_eq!(serials, [Some("A-01"), Some("A-01"), Some("A-02"), Some("A-02")]);
        let entries = number(&mut conn, "select count(*) from audit_entry where action like 'card.%'").await;
        assert_eq!(entries, 11, "approve and confirm_lock besides");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_is_locked_at_once_and_replaced_in_one_step() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let id = scene.verified("first_issue", "roll_out").await;
        let list = scene.checked(id, "1/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        scene.issue("A-01").await;
        let (old, ..) = scene.card().await;
        let again = scene.ask(scene.holder(), "first_issue", "roll_out", None, true).await;
        assert_eq!(again, Err(Failure::Refused { why: Refusal::HasCard }));
        let id = scene.ask(scene.holder(), "reissue", "lost", None, true).await.unwrap();
        assert_eq!(scene.card().await.2, Card::Locked, "R27");
        // nothing is to be compared anew but what changed: nothing
        assert_eq!(scene.request(id).await.fields.iter().filter(|line| line.to_verify).count(), 0);
        scene.verify(id, scene.all_right(id).await, PDF).await.unwrap();
        let list = scene.checked(id, "2/TTr").await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        scene.issue("A-02").await;
        let mut conn = scene.test.store.read().await.unwrap();
        let cards = cards_of(&mut conn, &scene.holder(), scene.person).await.unwrap();
        let states: Vec<Card> = cards.iter().map(|card| card.state).collect();
        assert_eq!(states, [Card::Active, Card::Invalidated], "R32");
        assert_eq!(show_card(&mut conn, &scene.hr(), cards[0].id).await.unwrap().replaces, Some(old));
        drop(conn);
        // R32 in the database, whatever the program does
        let sql = format!("update card set state = 'active' where id = {old}");
        let forced =
            scene.write(move |tx| Box::pin(async move { Ok(crate::support::run(tx.conn(), &sql).await.is_err()) }));
        assert!(forced.await.unwrap_or(true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_after_verification_goes_back_before_it() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let id = scene.verified("first_issue", "new_recruit").await;
        let change = async |name: &'static str| {
            let (hr, order, person) = (scene.hr(), scene.order.clone(), scene.person);
            let mut conn = scene.test.store.read().await.unwrap();
            let now = show_person(&mut conn, &hr, person).await.unwrap();
            let form = PersonForm {
                name: name.into(),
                sex: "female".into(),
                born_on: now.born_on.unwrap(),
                citizen_id: now.citizen_id.unwrap(),
                kind: now.person.kind.name().into(),
                position: now.person.position.unwrap(),
                ..PersonForm::default()
            };
            let version = now.version;
            scene
                .write(move |tx| Box::pin(async move { change_person(tx, &hr, &order, (person, version), form).await }))
                .await
                .unwrap();
        };
        change("Lê Thị Khác").await;
        let shown = scene.request(id).await;
        let open: Vec<Field> = shown.fields.iter().filter(|line| line.to_verify).map(|line| line.field).collect();
        assert_eq!((shown.request.state, open), (Request::Submitted, vec![Field::Name]), "R21: that field only");
        scene.verify(id, scene.all_right(id).await, PDF).await.unwrap();

        // with Home Affairs it stays, and nobody approves what nobody compared
        let list = scene.checked(id, "1/TTr").await;
        change("Lê Thị Khác Nữa").await;
        assert_eq!(scene.request(id).await.request.state, Request::Checked);
        let approved = scene.decide(scene.approver(), list, BTreeMap::new()).await;
        assert_eq!(approved, Err(Failure::Refused { why: Refusal::Unverified }));
        let back = BTreeMap::from([(id, Exception::Return("Họ tên đã đổi".into()))]);
        scene.decide(scene.approver(), list, back).await.unwrap();
        let shown = scene.request(id).await;
        assert_eq!((shown.request.state, shown.answer.as_deref()), (Request::Returned, Some("Họ tên đã đổi")));
        let (holder, version) = (scene.holder(), shown.request.version);
        scene
            .write(move |tx| Box::pin(async move { withdraw_request(tx, &holder, (id, version)).await }))
            .await
            .unwrap();
        let decided = scene.decide(scene.approver(), (list.0, list.1 + 1), BTreeMap::new()).await;
        assert_eq!(decided, Err(Failure::Refused { why: Refusal::Impossible }), "a list is decided once");
    }
}
