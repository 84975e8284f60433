//! Requests for certificates on their way: asked for, agreed to, reviewed, on a list with its letter, answered line by line, handed over with
//! minutes; what a departure and a new unit do to certificates; whom ends that come near reach (R118, R119, R138, R167, R168).

use contract::certificate::{CertificateRequestDetail, Chased, FileWrong};
use contract::view::{Target, WorkKind};
use contract::{Failure, Fault, Refusal};
use jiff::civil::date;
use model::certificate::Operation;
use model::lifecycle::{
    Certificate as State, CertificateList, CertificateRequest as Step, CertificateRequestEvent as Event, Token,
};
use model::role::{Grant, Role};
use registry::blobs::Blobs;
use registry::document::certificates as documents;
use registry::work::certificates::answers::{
    MinutesForm, ReplyForm, attach_minutes, confirm, deliver, receive, refuse,
};
use registry::work::certificates::ask::{AboutForm, NewForm, ask_about, ask_for_me, ask_new};
use registry::work::certificates::chase::{BareQuery, chased, list_bare_units};
use registry::work::certificates::lists::{
    LetterForm, change_list, compose_list, dissolve_list, list_lists, send_list, show_list,
};
use registry::work::certificates::record::read;
use registry::work::certificates::requests::{RequestQuery, list_requests, my_certificates, show_request};
use registry::work::certificates::review::{ReviewForm, endorse, mend, review};
use registry::work::certificates::step::{StepForm, change_keeper, note_use, step_certificate};
use registry::work::certificates::{CertificateQuery, list_certificates};
use registry::work::departures::{ReportDeparture, report_departure, take_back_departure};
use registry::work::show_person::show_person;
use registry::work::work_queue::work_queue;
use registry::{Actor, Tx};

use crate::cards::PDF;
use crate::certificates::{Scene, bytes, of_person, of_unit, trust};
use crate::people::add;
use crate::support::{AT, TestStore, stores};

macro_rules! do_ {
    ($way:expr, $tx:ident => $body:expr) => {
        $way.scene.test.store.write(AT, move |$tx: &mut Tx| Box::pin(async move { $body.await })).await
    };
}

const DAY: i64 = 86_400_000;

struct Way {
    scene: Scene,
    blobs: Blobs,
}

impl Way {
    async fn new(test: TestStore) -> Self {
        let scene = Scene::new(test).await;
        scene
            .test
            .run(&["insert into account (id, login, display_name, name_folded, state, created_at, person_id) values \
                 (2, 'h', 'Trưởng', 'truong', 'active', 1, null), (3, 'a', 'An', 'an', 'active', 1, 1), \
                 (4, 'c', 'Tổ chức', 'to chuc', 'active', 1, null)"])
            .await;
        assert_eq!(scene.an, 1);
        let blobs = Blobs::open(&scene.test.folder.path().join("data/blobs")).unwrap();
        Way { scene, blobs }
    }

    fn own_path(&self) -> String {
        format!("{}{}/", self.scene.root, self.scene.unit)
    }

    fn of(&self, account: i64, person: Option<i64>, role: Role, path: String) -> Actor {
        Actor::account(account, person, String::new(), vec![Grant { role, path }], Some(AT))
    }

    fn manager(&self) -> Actor {
        self.scene.manager()
    }

    fn head(&self) -> Actor {
        self.of(2, None, Role::UnitHead, self.own_path())
    }

    fn officer(&self) -> Actor {
        self.of(4, None, Role::UnitHr, self.own_path())
    }

    fn an(&self) -> Actor {
        Actor::account(3, Some(self.scene.an), String::new(), Vec::new(), None)
    }

    async fn show_to(&self, actor: &Actor, id: i64) -> Result<CertificateRequestDetail, Failure> {
        let mut conn = self.scene.test.store.read().await.unwrap();
        show_request(&mut conn, actor, id).await
    }

    async fn version(&self, id: i64) -> i64 {
        self.show_to(&self.manager(), id).await.unwrap().request.version
    }

    async fn state(&self, id: i64) -> Step {
        self.show_to(&self.manager(), id).await.unwrap().request.state
    }

    async fn ask_for_an(&self) -> Result<i64, Failure> {
        let actor = self.an();
        do_!(self, tx => ask_for_me(tx, &actor, "Ký văn bản"))
    }

    async fn about(&self, actor: Actor, certificate: i64, operation: &str, reason: &str) -> Result<i64, Failure> {
        let form = AboutForm { operation: operation.into(), reason: reason.into() };
        do_!(self, tx => ask_about(tx, &actor, certificate, &form))
    }

    async fn endorse(&self, actor: Actor, id: i64, event: &str, reason: &str) -> Result<(), Failure> {
        let (version, form) = (self.version(id).await, said(event, reason));
        do_!(self, tx => endorse(tx, &actor, (id, version), &form))
    }

    async fn review(&self, actor: Actor, id: i64, event: &str, reason: &str) -> Result<(), Failure> {
        let (version, form) = (self.version(id).await, said(event, reason));
        do_!(self, tx => review(tx, &actor, (id, version), &form))
    }

    async fn mend(&self, actor: Actor, id: i64, event: &str, reason: &str) -> Result<(), Failure> {
        let (version, form) = (self.version(id).await, said(event, reason));
        do_!(self, tx => mend(tx, &actor, (id, version), &form))
    }

    async fn compose(&self, requests: Vec<i64>) -> Result<i64, Failure> {
        let (actor, unit) = (self.manager(), self.scene.root.trim_matches('/').parse().unwrap());
        do_!(self, tx => compose_list(tx, &actor, unit, "Đợt 1", &requests))
    }

    async fn send(&self, list: i64, number: &str, file: &[u8]) -> Result<(), Failure> {
        let mut conn = self.scene.test.store.read().await.unwrap();
        let version = show_list(&mut conn, &self.manager(), list).await.unwrap().list.version;
        drop(conn);
        let form = LetterForm {
            recipient: "Cục Chứng thực số".into(),
            number: number.into(),
            day: "18/11/2026".into(),
            signer: "Giám đốc Trần Văn Bình".into(),
        };
        let store = &self.scene.test.store;
        send_list(store, &self.blobs, &self.manager(), (list, version), form, file.to_vec(), AT).await
    }

    /// From an endorsed request to a sent list.
    async fn sent(&self, id: i64, number: &str) -> i64 {
        self.review(self.manager(), id, "accept", "").await.unwrap();
        let list = self.compose(vec![id]).await.unwrap();
        self.send(list, number, b"").await.unwrap();
        list
    }

    async fn receive(&self, id: i64, file: &str, token: &str) -> Result<i64, Failure> {
        let (actor, version, trust) = (self.manager(), self.version(id).await, trust());
        let (bundle, form) = (read(bytes(file))?, ReplyForm { token_serial: token.into(), ..reply("") });
        do_!(self, tx => receive(tx, &actor, &trust, (id, version), (&form, &bundle)))
    }

    async fn confirm(&self, id: i64) -> Result<(), Failure> {
        let (actor, version, form) = (self.manager(), self.version(id).await, reply(""));
        do_!(self, tx => confirm(tx, &actor, (id, version), &form))
    }

    async fn deliver(&self, id: i64) -> Result<(), Failure> {
        let (actor, version) = (self.manager(), self.version(id).await);
        let form = MinutesForm { number: "01/BBBG".into(), day: "18/11/2026".into(), keeper_code: String::new() };
        do_!(self, tx => deliver(tx, &actor, (id, version), &form))
    }

    /// What waits for somebody: kinds with where they lead.
    async fn waits(&self, actor: &Actor, at: i64) -> Vec<(WorkKind, Target)> {
        let mut conn = self.scene.test.store.read().await.unwrap();
        let groups = work_queue(&mut conn, actor, at).await.unwrap();
        let of = |group: contract::view::WorkGroup| {
            let kind = group.kind;
            group.items.into_iter().map(move |item| (kind, item.target)).collect::<Vec<_>>()
        };
        groups.into_iter().flat_map(of).filter(|(kind, _)| OURS.contains(kind)).collect()
    }

    async fn leave(&self, kind: &str) -> Result<(), Failure> {
        let mut conn = self.scene.test.store.read().await.unwrap();
        let version = show_person(&mut conn, &self.officer(), self.scene.an).await.unwrap().version;
        drop(conn);
        let typed =
            ReportDeparture { version, kind: kind.into(), day: "18/11/2026".into(), decision: "15/QĐ-SNV".into() };
        let store = &self.scene.test.store;
        report_departure(store, &self.blobs, &self.officer(), self.scene.an, typed, Vec::new(), AT).await
    }
}

const OURS: [WorkKind; 12] = [
    WorkKind::CorrectCertificates,
    WorkKind::EndorseCertificates,
    WorkKind::ReviewCertificates,
    WorkKind::ListCertificates,
    WorkKind::SendCertificates,
    WorkKind::AnswerCertificates,
    WorkKind::HandOverCertificates,
    WorkKind::RevokeLeavers,
    WorkKind::ChangeMoved,
    WorkKind::ChangeKeepers,
    WorkKind::RenewCertificates,
    WorkKind::ReturnTokens,
];

fn said(event: &str, reason: &str) -> ReviewForm {
    ReviewForm { event: event.into(), reason: reason.into() }
}

fn reply(reason: &str) -> ReplyForm {
    ReplyForm { number: "7/CTSBMTT".into(), day: "18/11/2026".into(), reason: reason.into(), ..ReplyForm::default() }
}

fn refused<T: std::fmt::Debug>(result: Result<T, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused { why }) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_comes_to_its_holder_with_letter_and_minutes() {
    for test in stores().await {
        let way = Way::new(test).await;
        let (manager, head, an) = (way.manager(), way.head(), way.an());
        way.scene.tokens("GCA-001").await.unwrap();
        let id = way.ask_for_an().await.unwrap();
        assert_eq!(refused(way.ask_for_an().await), Refusal::AskedAlready);
        assert_eq!(way.waits(&head, AT).await, [(WorkKind::EndorseCertificates, Target::CertificateRequest(id))]);
        assert_eq!(way.waits(&manager, AT).await, [], "the unit has not agreed yet");
        assert_eq!(refused(way.review(way.manager(), id, "accept", "").await), Refusal::Impossible);
        assert_eq!(way.endorse(way.officer(), id, "endorse", "").await, Err(Failure::Forbidden));

        assert_eq!(way.endorse(way.head(), id, "send_back", " ").await, Err(Failure::field("reason", Fault::Missing)));
        way.endorse(way.head(), id, "send_back", "Ghi rõ mục đích").await.unwrap();
        assert_eq!(way.waits(&an, AT).await, [(WorkKind::CorrectCertificates, Target::CertificateRequest(id))]);
        let told = way.show_to(&an, id).await.unwrap();
        assert_eq!(told.request.answer.as_deref(), Some("Ghi rõ mục đích"));
        assert_eq!(told.may, [Event::AskAgain, Event::Withdraw]);
        way.mend(way.an(), id, "ask_again", "Ký văn bản đi").await.unwrap();
        assert_eq!(way.show_to(&an, id).await.unwrap().request.reason.as_deref(), Some("Ký văn bản đi"));
        way.endorse(way.head(), id, "endorse", "").await.unwrap();

        // three working days from Wednesday
        let waiting = way.show_to(&manager, id).await.unwrap().request;
        assert_eq!(waiting.due.map(registry::date::iso_day).as_deref(), Some("2026-11-23"));
        assert_eq!(waiting.form, Some("01"));
        assert_eq!(way.waits(&manager, AT).await, [(WorkKind::ReviewCertificates, Target::CertificateRequest(id))]);
        way.review(way.manager(), id, "accept", "").await.unwrap();
        assert_eq!(way.waits(&manager, AT).await, [(WorkKind::ListCertificates, Target::NewCertificateList)]);

        assert_eq!(way.compose(Vec::new()).await, Err(Failure::field("requests", Fault::Missing)));
        let list = way.compose(vec![id]).await.unwrap();
        assert_eq!(way.waits(&manager, AT).await, [(WorkKind::SendCertificates, Target::CertificateList(list))]);
        assert_eq!(refused(way.compose(vec![id]).await), Refusal::Impossible, "it stands on one already");
        assert!(matches!(way.send(list, " ", b"").await, Err(Failure::Invalid { .. })));
        assert_eq!(way.send(list, "15/SNV", b"nothing").await, Err(Failure::field("letter", Fault::Scan)));
        way.send(list, "15/SNV", PDF).await.unwrap();
        assert_eq!(way.waits(&manager, AT).await, [(WorkKind::AnswerCertificates, Target::CertificateList(list))]);
        assert_eq!(refused(way.mend(way.an(), id, "withdraw", "").await), Refusal::Impossible);

        // the certificate of somebody else fills nothing
        let wrong = Fault::Certificate { why: FileWrong::NameDiffers };
        assert_eq!(way.receive(id, "seal.pem", "").await, Err(Failure::field("certificate", wrong)));
        assert_eq!(way.confirm(id).await, Err(Failure::field("certificate", Fault::Missing)));
        assert_eq!(way.scene.test.count("select count(*) from certificate").await, 0);
        let certificate = way.receive(id, "an.pem", "gca-001").await.unwrap();
        assert_eq!(way.state(id).await, Step::Received);
        assert_eq!(way.waits(&manager, AT).await, [(WorkKind::HandOverCertificates, Target::CertificateRequest(id))]);
        let mut conn = way.scene.test.store.read().await.unwrap();
        let sent = show_list(&mut conn, &manager, list).await.unwrap();
        assert_eq!((sent.list.state, sent.files.len()), (CertificateList::Answered, 1));
        drop(conn);

        way.deliver(id).await.unwrap();
        assert_eq!(way.state(id).await, Step::Done);
        let held = way.scene.show(certificate, AT).await.certificate;
        assert_eq!((held.state, held.keeper.map(|of| of.id)), (State::InUse, Some(way.scene.an)));
        assert_eq!(way.scene.token(1).await.token.state, Token::Held);
        assert_eq!(way.waits(&manager, AT).await, []);
        let store = &way.scene.test.store;
        attach_minutes(store, &way.blobs, &way.manager(), id, PDF.to_vec(), AT).await.unwrap();
        let seen = way.show_to(&an, id).await.unwrap();
        assert_eq!(seen.files.len(), 1);
        assert_eq!(seen.request.minutes, Some(("01/BBBG".into(), "2026-11-18".into())));

        // the papers
        let mut conn = store.read().await.unwrap();
        let form = documents::form(&mut conn, &an, id).await.unwrap();
        let letter = documents::letter(&mut conn, &manager, list).await.unwrap();
        let minutes = documents::minutes(&mut conn, &an, id).await.unwrap();
        for (document, words) in [
            (&form, ["Mẫu số 01", "Nguyễn Thị An", "046190001234", "Ký văn bản đi"]),
            (&letter, ["15/SNV", "Cục Chứng thực số", "68/2024/NĐ-CP", "Nguyễn Thị An"]),
            (&minutes, ["Mẫu số 08", "01/BBBG", "GCA-001", "Nguyễn Thị An"]),
        ] {
            let text = format!("{document:?}");
            for word in words {
                assert!(text.contains(word), "{word}: {text}");
            }
            assert!(document.to_docx().is_ok());
        }
        assert_eq!(documents::letter(&mut conn, &an, list).await.unwrap_err(), Failure::NotFound);
        // a document of the province makes another office subscriber manager (R171): papers name it
        drop(conn);
        way.scene
            .test
            .run(&[
                "insert into manager_delegation (office, unit_id, number, day, authority, valid_from, regime, created_at) \
                 select 'office', min(id), '119/KH-UBND', '2026-10-30', 'Chủ tịch UBND', '2026-11-01', '68-2024', 1 from unit",
            ])
            .await;
        let mut conn = store.read().await.unwrap();
        let office = way.scene.test.text("select name from unit where id = (select min(id) from unit)").await;
        let form = format!("{:?}", documents::form(&mut conn, &an, id).await.unwrap());
        assert!(form.contains(&format!("{office} – Người quản lý thuê bao")), "{form}");
        let letter = format!("{:?}", documents::letter(&mut conn, &manager, list).await.unwrap());
        let base = format!("119/KH-UBND ngày 30/10/2026 của Chủ tịch UBND về người quản lý thuê bao: {office}");
        assert!(letter.contains(&base), "{letter}");
        // whom it does not concern
        let stranger = Actor::account(9, None, String::new(), Vec::new(), None);
        assert_eq!(show_request(&mut conn, &stranger, id).await.unwrap_err(), Failure::NotFound);
        let mine = my_certificates(&mut conn, &an).await.unwrap();
        assert!(!mine.may_ask);
        let [(row, may)] = mine.certificates.as_slice() else { panic!("{mine:?}") };
        assert_eq!(row.id, certificate);
        assert_eq!(may.as_slice(), [Operation::Renew, Operation::Change, Operation::Revoke, Operation::Restore]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_one_takes_the_place_of_the_one_before_and_a_revoked_one_brings_its_token_back() {
    for test in stores().await {
        let way = Way::new(test).await;
        way.scene.tokens("GCA-001").await.unwrap();
        let form = registry::work::certificates::record::RecordForm {
            token_serial: "GCA-001".into(),
            handed_over: true,
            ..of_person("57.00001")
        };
        let before = way.scene.record(way.manager(), "an.pem", form).await.unwrap();
        let id = way.about(way.an(), before, "renew", "").await.unwrap();
        assert_eq!(refused(way.about(way.officer(), before, "revoke", "x").await), Refusal::AskedAlready);
        way.endorse(way.head(), id, "endorse", "").await.unwrap();
        way.sent(id, "15/SNV").await;
        let after = way.receive(id, "again.pem", "GCA-001").await.unwrap();
        assert_eq!(way.scene.show(before, AT).await.certificate.state, State::InUse, "until the new one is there");
        way.deliver(id).await.unwrap();
        assert_eq!(way.scene.show(before, AT).await.certificate.state, State::Replaced);
        assert_eq!(way.scene.show(after, AT).await.certificate.state, State::InUse);

        assert_eq!(way.about(way.officer(), after, "revoke", "").await, Err(Failure::field("reason", Fault::Missing)));
        let id = way.about(way.officer(), after, "revoke", "Lộ khóa").await.unwrap();
        way.endorse(way.head(), id, "endorse", "").await.unwrap();
        let list = way.sent(id, "16/SNV").await;
        way.confirm(id).await.unwrap();
        assert_eq!(way.state(id).await, Step::Done);
        let over = way.scene.show(after, AT).await.certificate;
        assert_eq!((over.state, over.remark.as_deref()), (State::Revoked, Some("Lộ khóa")));
        let token = way.scene.token(1).await.token;
        assert_eq!((token.state, token.due_on.as_deref()), (Token::DueBack, Some("2026-11-25")));
        assert_eq!(way.waits(&way.an(), AT).await, [(WorkKind::ReturnTokens, Target::MyCertificates)]);
        assert_eq!(way.waits(&way.manager(), AT).await, [(WorkKind::ReturnTokens, Target::Token(1))]);
        let mut conn = way.scene.test.store.read().await.unwrap();
        let (lists, total) = list_lists(&mut conn, &way.manager(), (1, 50)).await.unwrap();
        assert_eq!((lists.len(), total), (2, 2));
        assert!(lists.iter().all(|of| of.state == CertificateList::Answered) && lists.iter().any(|of| of.id == list));
        let query = RequestQuery { operation: "revoke".into(), page: 1, ..RequestQuery::default() };
        assert_eq!(list_requests(&mut conn, &way.officer(), &query, AT).await.unwrap().total, 1);
        drop(conn);
        // a lost token has its minutes
        way.scene.step_token(1, "lose", "Mất khi chuyển trụ sở").await.unwrap();
        let mut conn = way.scene.test.store.read().await.unwrap();
        let loss = documents::loss(&mut conn, &way.manager(), 1).await.unwrap();
        assert!(format!("{loss:?}").contains("Mẫu số 09") && format!("{loss:?}").contains("chuyển trụ sở"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_decides_on_what_they_asked_for_or_on_their_own() {
    for test in stores().await {
        let way = Way::new(test).await;
        // one account with both hats
        let path = way.own_path();
        let grants = [Role::UnitHead, Role::SubscriberManager].map(|role| Grant { role, path: path.clone() });
        let both = Actor::account(2, None, String::new(), grants.to_vec(), Some(AT));
        let form = NewForm {
            kind: "organisation".into(),
            unit_code: "H57.10".into(),
            keeper_code: "57.00002".into(),
            ..NewForm::default()
        };
        let (actor, typed) = (both.clone(), form.clone());
        let id = do_!(way, tx => ask_new(tx, &actor, &typed)).unwrap();
        assert_eq!(way.state(id).await, Step::Endorsed, "the head's own word is the unit's");
        assert_eq!(way.waits(&both, AT).await, []);
        assert_eq!(refused(way.review(both.clone(), id, "accept", "").await), Refusal::SeparationOfDuties);
        way.review(way.manager(), id, "accept", "").await.unwrap();

        let own = way.of(1, Some(way.scene.an), Role::SubscriberManager, way.scene.root.clone());
        let id = way.ask_for_an().await.unwrap();
        way.endorse(way.head(), id, "endorse", "").await.unwrap();
        assert_eq!(refused(way.review(own, id, "accept", "").await), Refusal::SeparationOfDuties);

        let elsewhere = NewForm { unit_code: "H57.11".into(), ..form };
        let officer = way.officer();
        let asked = do_!(way, tx => ask_new(tx, &officer, &elsewhere));
        assert_eq!(asked, Err(Failure::field("unit_code", Fault::Unknown)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_token_is_restored_within_a_working_day_and_a_refusal_says_why() {
    for test in stores().await {
        let way = Way::new(test).await;
        way.scene.tokens("GCA-001").await.unwrap();
        let seal = way.scene.record(way.manager(), "seal.pem", of_unit("57.00002", "GCA-001")).await.unwrap();
        way.scene.step_token(1, "lock", "").await.unwrap();
        let id = way.about(way.head(), seal, "restore", "Nhập sai mật khẩu").await.unwrap();
        let due = |detail: CertificateRequestDetail| detail.request.due.map(registry::date::iso_day);
        assert_eq!(due(way.show_to(&way.manager(), id).await.unwrap()).as_deref(), Some("2026-11-19"));
        let list = way.sent(id, "15/SNV").await;
        assert_eq!(due(way.show_to(&way.manager(), id).await.unwrap()).as_deref(), Some("2026-11-19"));
        way.confirm(id).await.unwrap();
        assert_eq!(way.scene.token(1).await.token.state, Token::Held);
        assert_eq!(due(way.show_to(&way.manager(), id).await.unwrap()), None);

        let second = way.about(way.head(), seal, "change", "Đổi tên cơ quan").await.unwrap();
        way.review(way.manager(), second, "accept", "").await.unwrap();
        let other = way.compose(vec![second]).await.unwrap();
        assert!(matches!(way.send(other, "15/SNV", b"").await, Err(Failure::Invalid { .. })), "the number is taken");
        // taken off and put on again, then the list is given up
        let version = |list| {
            let way = &way;
            async move {
                let mut conn = way.scene.test.store.read().await.unwrap();
                show_list(&mut conn, &way.manager(), list).await.unwrap().list.version
            }
        };
        let (actor, at) = (way.manager(), version(other).await);
        do_!(way, tx => change_list(tx, &actor, (other, at), (&[], &[second]))).unwrap();
        assert_eq!(way.state(second).await, Step::Accepted);
        assert_eq!(refused(way.send(other, "16/SNV", b"").await), Refusal::EmptyList);
        let (actor, at) = (way.manager(), version(other).await);
        do_!(way, tx => change_list(tx, &actor, (other, at), (&[second], &[]))).unwrap();
        let (actor, at) = (way.manager(), version(other).await);
        do_!(way, tx => dissolve_list(tx, &actor, (other, at))).unwrap();
        assert_eq!(way.state(second).await, Step::Accepted);
        let (actor, at) = (way.manager(), version(list).await);
        assert_eq!(refused(do_!(way, tx => dissolve_list(tx, &actor, (list, at)))), Refusal::Impossible);

        let third = way.compose(vec![second]).await.unwrap();
        way.send(third, "17/SNV", b"").await.unwrap();
        let (actor, at) = (way.manager(), way.version(second).await);
        let silent = do_!(way, tx => refuse(tx, &actor, (second, at), &reply("")));
        assert_eq!(silent, Err(Failure::field("reason", Fault::Missing)));
        let (actor, at) = (way.manager(), way.version(second).await);
        do_!(way, tx => refuse(tx, &actor, (second, at), &reply("Thiếu quyết định đổi tên"))).unwrap();
        let told = way.show_to(&way.head(), second).await.unwrap().request;
        assert_eq!((told.state, told.answer.as_deref()), (Step::Refused, Some("Thiếu quyết định đổi tên")));
        // and it may be asked for anew
        way.about(way.head(), seal, "change", "Đổi tên cơ quan, kèm quyết định").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_gives_the_seal_to_somebody_else_and_their_own_is_revoked() {
    for test in stores().await {
        let way = Way::new(test).await;
        way.scene.tokens("GCA-001–GCA-002").await.unwrap();
        let form = registry::work::certificates::record::RecordForm {
            token_serial: "GCA-001".into(),
            handed_over: true,
            ..of_person("57.00001")
        };
        let own = way.scene.record(way.manager(), "an.pem", form).await.unwrap();
        let seal = way.scene.record(way.manager(), "seal.pem", of_unit("57.00001", "GCA-002")).await.unwrap();
        let renewal = way.about(way.an(), own, "renew", "").await.unwrap();

        way.leave("retirement").await.unwrap();
        assert_eq!(way.state(renewal).await, Step::Withdrawn);
        let revoking = way.scene.show(own, AT).await.actions.open_request.unwrap();
        let waits = way.waits(&way.manager(), AT).await;
        assert_eq!(waits.len(), 2, "{waits:?}");
        assert!(waits.contains(&(WorkKind::ReviewCertificates, Target::CertificateRequest(revoking))));
        assert!(waits.contains(&(WorkKind::ChangeKeepers, Target::Certificate(seal))));
        // the seal goes to the clerk, who is there
        let (actor, version) = (way.manager(), way.scene.show(seal, AT).await.certificate.version);
        do_!(way, tx => change_keeper(tx, &actor, (seal, version), "57.00002")).unwrap();
        let waits = way.waits(&way.manager(), AT).await;
        assert_eq!(waits, [(WorkKind::ReviewCertificates, Target::CertificateRequest(revoking))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_departure_revokes_and_taking_it_back_gives_the_revocation_up() {
    for test in stores().await {
        let way = Way::new(test).await;
        let own = way.scene.record(way.manager(), "an.pem", of_person("57.00001")).await.unwrap();
        let (actor, version) = (way.manager(), way.scene.show(own, AT).await.certificate.version);
        let hand_over = StepForm { event: "hand_over".into(), ..StepForm::default() };
        do_!(way, tx => step_certificate(tx, &actor, (own, version), &hand_over)).unwrap();
        way.leave("retirement").await.unwrap();
        let revoking = way.scene.show(own, AT).await.actions.open_request.unwrap();
        let asked = way.show_to(&way.manager(), revoking).await.unwrap().request;
        assert_eq!((asked.operation, asked.state), (Operation::Revoke, Step::Endorsed));
        assert_eq!(asked.reason.as_deref(), Some("Nghỉ hưu"));

        let mut conn = way.scene.test.store.read().await.unwrap();
        let found = registry::work::departures::departure_of(&mut conn, &way.officer(), way.scene.an).await.unwrap();
        drop(conn);
        let (actor, person, version) = (way.officer(), way.scene.an, found.unwrap().version);
        do_!(way, tx => take_back_departure(tx, &actor, person, version)).unwrap();
        assert_eq!(way.state(revoking).await, Step::Withdrawn);

        way.leave("resignation").await.unwrap();
        let revoking = way.scene.show(own, AT).await.actions.open_request.unwrap();
        way.sent(revoking, "15/SNV").await;
        way.confirm(revoking).await.unwrap();
        assert_eq!(way.scene.show(own, AT).await.certificate.state, State::Revoked);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_moves_is_to_get_a_certificate_of_the_new_unit() {
    for test in stores().await {
        let way = Way::new(test).await;
        let own = way.scene.record(way.manager(), "an.pem", of_person("57.00001")).await.unwrap();
        let (actor, version) = (way.manager(), way.scene.show(own, AT).await.certificate.version);
        let hand_over = StepForm { event: "hand_over".into(), ..StepForm::default() };
        do_!(way, tx => step_certificate(tx, &actor, (own, version), &hand_over)).unwrap();
        let root: i64 = way.scene.root.trim_matches('/').parse().unwrap();
        let other = add(&way.scene.test, "specialised_agency", "Sở Y tế", Some(root), "H57.12").await;
        let officer = way.of(4, None, Role::UnitHr, format!("{}{other}/", way.scene.root));
        assert_eq!(way.waits(&officer, AT).await, []);
        let moved = format!("update person set unit_id = {other} where id = {}", way.scene.an);
        way.scene.test.run(&[&moved]).await;
        assert_eq!(way.waits(&officer, AT).await, [(WorkKind::ChangeMoved, Target::AskCertificate(own))]);
        assert_eq!(way.waits(&way.officer(), AT).await, [], "the unit before has nothing to do");
        let id = way.about(officer.clone(), own, "change", "Chuyển đến Sở Y tế").await.unwrap();
        let asked = way.show_to(&way.manager(), id).await.unwrap().request;
        assert_eq!((asked.unit_id, asked.state), (other, Step::Asked));
        assert_eq!(way.waits(&officer, AT).await, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_that_comes_near_reaches_more_and_more_people_until_something_is_asked_for() {
    for test in stores().await {
        let way = Way::new(test).await;
        // it ends with 25 December 2026
        let soon = way.scene.record(way.manager(), "soon.pem", of_unit("57.00002", "")).await.unwrap();
        let clerk = Actor::account(3, Some(way.scene.clerk), String::new(), Vec::new(), None);
        let at = |month, day| registry::date::start_of(date(2026, month, day)) + DAY / 2;
        let certificate = (WorkKind::RenewCertificates, Target::Certificate(soon));
        let asking = (WorkKind::RenewCertificates, Target::AskCertificate(soon));
        for (now, reached) in [
            (at(9, 25), [false; 4]),
            (at(9, 26), [true, false, false, false]),
            (at(10, 26), [true, true, false, false]),
            (at(11, 25), [true, true, true, false]),
            (at(12, 18), [true; 4]),
        ] {
            let day = registry::date::iso_day(now);
            let holder = way.waits(&clerk, now).await;
            assert_eq!(holder, if reached[0] { vec![asking] } else { vec![] }, "{day}");
            for (actor, expected) in
                [(way.officer(), reached[1]), (way.head(), reached[2]), (way.manager(), reached[3])]
            {
                let expected = if expected { vec![certificate] } else { vec![] };
                assert_eq!(way.waits(&actor, now).await, expected, "{day}");
            }
        }
        way.about(clerk.clone(), soon, "renew", "").await.unwrap();
        for actor in [clerk, way.officer(), way.manager()] {
            let waits = way.waits(&actor, at(12, 18)).await;
            assert!(!waits.iter().any(|(kind, _)| *kind == WorkKind::RenewCertificates), "{waits:?}");
        }
    }
}

/// What is to be chased on a day: unused certificates, units without any, handovers, tokens; and what "My work" has of it.
async fn chase(way: &Way, at: i64) -> (Chased, Vec<(Target, String)>) {
    let mut conn = way.scene.test.store.read().await.unwrap();
    let counted = chased(&mut conn, &way.manager(), at).await.unwrap();
    let groups = work_queue(&mut conn, &way.manager(), at).await.unwrap();
    let group = groups.into_iter().find(|group| group.kind == WorkKind::ChaseCertificates);
    let items = group.map(|group| group.items).unwrap_or_default();
    let mut told: Vec<_> = items.into_iter().map(|item| (item.target, item.subject)).collect();
    told.sort_by_key(|(target, _)| format!("{target:?}"));
    (counted, told)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_uses_has_or_hands_over_is_chased() {
    for test in stores().await {
        let way = Way::new(test).await;
        let store = &way.scene.test.store;
        let (counted, told) = chase(&way, AT).await;
        assert_eq!(counted, Chased { units: 2, ..Chased::default() });
        assert_eq!(told, [(Target::BareUnits, "2".to_owned())]);

        // a seal in use: for ninety days nobody asks
        way.scene.tokens("GCA-001–GCA-002").await.unwrap();
        let seal = way.scene.record(way.manager(), "seal.pem", of_unit("57.00002", "GCA-001")).await.unwrap();
        assert_eq!(way.scene.show(seal, AT).await.certificate.in_use_since.as_deref(), Some("2026-11-18"));
        assert_eq!(chase(&way, AT + 90 * DAY).await.0, Chased { units: 1, ..Chased::default() });
        let (counted, told) = chase(&way, AT + 91 * DAY).await;
        assert_eq!(counted, Chased { unused: 1, units: 1, ..Chased::default() });
        assert_eq!(told, [(Target::BareUnits, "1".into()), (Target::UnusedCertificates, "1".into())]);
        let query = |days: &str| CertificateQuery { unused: days.into(), ..CertificateQuery::default() };
        let listed = async |days: &str| {
            let mut conn = store.read().await.unwrap();
            list_certificates(&mut conn, &way.manager(), &query(days), AT + 91 * DAY).await.unwrap().rows.len()
        };
        assert_eq!((listed("90").await, listed("180").await, listed("1").await), (1, 0, 1), "one day is no choice");

        // the unit reports its use; the head may not say so of tomorrow, nor of a day before the certificate
        let version = async || way.scene.show(seal, AT).await.certificate.version;
        let noting = async |actor: Actor, day: &'static str, at: i64| {
            let of = (seal, version().await);
            store.write(at, move |tx: &mut Tx| Box::pin(async move { note_use(tx, &actor, of, day).await })).await
        };
        let wrong = |fault| Err(Failure::field("used_on", fault));
        assert_eq!(noting(way.officer(), "19/11/2026", AT).await, wrong(Fault::Future));
        let before = Fault::Before { day: "2026-01-01".into() };
        assert_eq!(noting(way.officer(), "31/12/2025", AT).await, wrong(before));
        assert_eq!(noting(way.officer(), "", AT).await, wrong(Fault::Missing));
        let elsewhere = way.of(4, None, Role::UnitHr, format!("{}999/", way.scene.root));
        assert_eq!(noting(elsewhere, "18/11/2026", AT).await, Err(Failure::NotFound));
        noting(way.officer(), "10/02/2027", AT + 91 * DAY).await.unwrap();
        let shown = way.scene.show(seal, AT + 91 * DAY).await;
        assert_eq!(shown.certificate.used_on.as_deref(), Some("2027-02-10"));
        assert!(shown.events.iter().any(|line| line.action == "certificate.use"));
        assert_eq!(chase(&way, AT + 91 * DAY).await.0, Chased { units: 1, ..Chased::default() });

        // a certificate that is not handed over within its days, and a token that does not come back
        let id = way.ask_for_an().await.unwrap();
        way.endorse(way.head(), id, "endorse", "").await.unwrap();
        way.sent(id, "15/SNV").await;
        way.receive(id, "an.pem", "GCA-002").await.unwrap();
        let mut conn = store.read().await.unwrap();
        let bare = |kind: &str| BareQuery { kind: kind.into(), ..BareQuery::default() };
        let without = list_bare_units(&mut conn, &way.manager(), &bare("person")).await.unwrap();
        assert_eq!(without.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Sở Tài chính"]);
        let devices = list_bare_units(&mut conn, &way.manager(), &bare("device")).await.unwrap();
        assert_eq!(devices.total, 2);
        let classed = BareQuery { class: "commune".into(), ..BareQuery::default() };
        assert_eq!(list_bare_units(&mut conn, &way.manager(), &classed).await.unwrap().total, 0);
        let nowhere = BareQuery { unit: "H57.99".into(), ..BareQuery::default() };
        let fault = list_bare_units(&mut conn, &way.manager(), &nowhere).await;
        assert_eq!(fault, Err(Failure::field("unit", Fault::Unknown)));
        assert_eq!(list_bare_units(&mut conn, &way.an(), &bare("")).await, Err(Failure::Forbidden));
        assert_eq!(chased(&mut conn, &way.an(), AT).await, Err(Failure::Forbidden));
        drop(conn);
        let token = way.scene.show(seal, AT).await.certificate.token.unwrap().0;
        way.scene.step_token(token, "ask_back", "Thiết bị hỏng").await.unwrap();
        let (counted, told) = chase(&way, AT + 30 * DAY).await;
        assert_eq!(counted, Chased { units: 1, handovers: 1, tokens: 1, ..Chased::default() });
        assert_eq!(
            told,
            [
                (Target::BareUnits, "1".into()),
                (Target::OverdueHandovers, "1".into()),
                (Target::OverdueTokens, "1".into())
            ]
        );
        let mut conn = store.read().await.unwrap();
        let late = RequestQuery { overdue: true, ..RequestQuery::default() };
        let found = list_requests(&mut conn, &way.manager(), &late, AT + 30 * DAY).await.unwrap();
        assert_eq!((found.rows.len(), found.total, found.overdue), (1, 1, 1));
        assert_eq!(list_requests(&mut conn, &way.manager(), &late, AT).await.unwrap().total, 0);
    }
}
