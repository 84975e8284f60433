//! Certificates of digital signatures and their tokens: recorded from files that openssl made, refused where they are somebody else's,
//! handed over, given to another keeper, revoked, over by their day; tokens due back within five working days (R118, R119, R154, R155, R167,
//! R168).

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use contract::certificate::FileWrong;
use contract::{Failure, Fault, Refusal};
use jiff::civil::date;
use model::lifecycle::{Certificate as State, CertificateEvent, Token, TokenEvent};
use model::role::{Grant, Role};
use registry::order::Order;
use registry::work::certificates::record::{RecordForm, read, record_certificate};
use registry::work::certificates::step::{StepForm, change_keeper, step_certificate};
use registry::work::certificates::tokens::{
    TokenForm, TokenQuery, TokenStepForm, add_tokens, list_tokens, show_token, step_token,
};
use registry::work::certificates::{
    CertificateDetail, CertificateQuery, Finding, Trust, Zeroizing, list_certificates, show_certificate,
};
use registry::work::change_person::{PersonForm, add_person};
use registry::work::erase_person::erase_person;
use registry::work::{by_the_clock, show_person};
use registry::{Actor, Tx};

use crate::people::{add, province};
use crate::support::{AT, TestStore, stores};

macro_rules! do_ {
    ($test:expr, $at:expr, $tx:ident => $body:expr) => {
        $test.store.write($at, move |$tx: &mut Tx| Box::pin(async move { $body.await })).await
    };
}

const DAY: i64 = 86_400_000;

/// What openssl made, once for all tests.
fn files() -> &'static tempfile::TempDir {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    MADE.get_or_init(make)
}

fn openssl(at: &Path, arguments: &[&str]) {
    let done = Command::new("openssl").current_dir(at).args(arguments).output().unwrap();
    assert!(done.status.success(), "openssl {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn make() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let config = "
[req]
distinguished_name = dn
prompt = no
utf8 = yes
string_mask = utf8only
[dn]
CN = unused
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[subscriber]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
[listed]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://crl.ca.example/root.crl
[asked]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature, nonRepudiation
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://ocsp.ca.example/
[ca]
default_ca = c
[c]
new_certs_dir = .
database = index.txt
serial = serial.txt
crlnumber = serial.crl
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
organizationName = optional
UID = optional
countryName = optional
";
    for (name, text) in [("o.cnf", config), ("index.txt", ""), ("serial.txt", "7A01\n"), ("serial.crl", "01\n")] {
        std::fs::write(at.join(name), text).unwrap();
    }
    let curve = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out"];
    for key in ["root", "key"] {
        openssl(at, &[curve.as_slice(), &[&format!("{key}.pem.key")]].concat());
    }
    for (name, key, subject, extensions, until) in [
        ("root", "root", "/C=VN/CN=Root", "root", "20400101000000Z"),
        ("an", "key", "/C=VN/O=Sở Nội vụ/UID=CCCD:046190001234/CN=Nguyễn Thị An", "subscriber", "20301101000000Z"),
        ("seal", "key", "/C=VN/O=UBND tỉnh/CN=Sở Nội vụ", "subscriber", "20301101000000Z"),
        ("again", "key", "/C=VN/O=Sở Nội vụ/UID=CCCD:046190001234/CN=Nguyễn Thị An", "subscriber", "20291101000000Z"),
        ("soon", "key", "/C=VN/O=UBND tỉnh/CN=Sở Nội vụ", "subscriber", "20261225000000Z"),
        ("listed", "key", "/C=VN/O=UBND tỉnh/CN=Sở Nội vụ", "listed", "20301101000000Z"),
        ("asked", "key", "/C=VN/O=UBND tỉnh/CN=Sở Nội vụ", "asked", "20301101000000Z"),
        ("other", "key", "/C=VN/O=UBND tỉnh/CN=Sở Tài chính", "subscriber", "20301101000000Z"),
    ] {
        let (key, csr, out) = (format!("{key}.pem.key"), format!("{name}.csr"), format!("{name}.pem"));
        let request = ["req", "-config", "o.cnf", "-utf8", "-new", "-key", &key, "-subj", subject, "-out", &csr];
        openssl(at, &request);
        let signer: &[&str] = if name == "root" { &["-selfsign"] } else { &["-cert", "root.pem"] };
        let issue = [
            "ca",
            "-batch",
            "-utf8",
            "-notext",
            "-preserveDN",
            "-config",
            "o.cnf",
            "-in",
            &csr,
            "-out",
            &out,
            "-keyfile",
            "root.pem.key",
            "-startdate",
            "20260101000000Z",
            "-enddate",
            until,
            "-extensions",
            extensions,
        ];
        openssl(at, &[issue.as_slice(), signer].concat());
    }
    let ca = ["ca", "-config", "o.cnf", "-cert", "root.pem", "-keyfile", "root.pem.key"];
    let list = |name: &str| {
        let dates = ["-crl_lastupdate", "20261101000000Z", "-crl_nextupdate", "20400101000000Z"];
        openssl(at, &[ca.as_slice(), &["-gencrl", "-out", name], dates.as_slice()].concat());
    };
    list("before.crl");
    for name in ["listed.pem", "asked.pem"] {
        openssl(at, &[ca.as_slice(), &["-revoke", name, "-crl_reason", "certificateHold"]].concat());
    }
    list("held.crl");
    folder
}

/// What the authority's responder answers to a question.
pub fn answer(question: &[u8]) -> Vec<u8> {
    let at = files().path();
    std::fs::write(at.join("question"), question).unwrap();
    let authority = ["-index", "index.txt", "-CA", "root.pem", "-rsigner", "root.pem", "-rkey", "root.pem.key"];
    let files = ["-ndays", "7", "-reqin", "question", "-respout", "answer"];
    openssl(at, &[["ocsp"].as_slice(), authority.as_slice(), files.as_slice()].concat());
    std::fs::read(at.join("answer")).unwrap()
}

pub fn bytes(name: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(std::fs::read(files().path().join(name)).unwrap())
}

pub fn trust() -> Trust {
    let mut trust = Trust::default();
    assert!(trust.take(bytes("root.pem").to_vec()));
    assert!(!trust.take(b"nothing".to_vec()));
    trust
}

pub struct Scene {
    pub test: TestStore,
    pub root: String,
    pub unit: i64,
    /// Whose certificate it is, and the unit's clerks.
    pub an: i64,
    pub clerk: i64,
}

impl Scene {
    pub async fn new(test: TestStore) -> Self {
        let root = province(&test).await;
        let above = root.trim_matches('/').parse().ok();
        let unit = add(&test, "specialised_agency", "Sở Nội vụ", above, "H57.10").await;
        add(&test, "specialised_agency", "Sở Tài chính", above, "H57.11").await;
        test.run(&["insert into account (id, login, display_name, name_folded, state, created_at) values \
            (1, 'q', 'Quản lý thuê bao', 'quan ly thue bao', 'active', 1)"])
            .await;
        let mut scene = Scene { test, root, unit, an: 0, clerk: 0 };
        scene.an = scene.person("Nguyễn Thị An", "046190001234").await;
        scene.clerk = scene.person("Trần Văn Thư", "046090001235").await;
        scene.person("Lê Thị Mới", "046190001236").await;
        scene
    }

    async fn person(&self, name: &'static str, citizen: &'static str) -> i64 {
        let unit = self.unit;
        let form = PersonForm {
            name: name.into(),
            kind: "civil_servant".into(),
            citizen_id: citizen.into(),
            ..PersonForm::default()
        };
        do_!(self.test, AT, tx => add_person(tx, &Actor::console(), &Order::new(), unit, form)).unwrap()
    }

    pub fn manager(&self) -> Actor {
        self.actor(Role::SubscriberManager, self.root.clone())
    }

    fn officer(&self, unit: i64) -> Actor {
        self.actor(Role::UnitHr, format!("{}{unit}/", self.root))
    }

    fn actor(&self, role: Role, path: String) -> Actor {
        Actor::account(1, None, String::new(), vec![Grant { role, path }], Some(AT))
    }

    pub async fn record(&self, actor: Actor, file: &str, form: RecordForm) -> Result<i64, Failure> {
        let bundle = read(bytes(file))?;
        let trust = trust();
        do_!(self.test, AT, tx => record_certificate(tx, &actor, &trust, &form, &bundle))
    }

    pub async fn show(&self, id: i64, at: i64) -> CertificateDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_certificate(&mut conn, &self.manager(), &trust(), id, at).await.unwrap()
    }

    pub async fn tokens(&self, serials: &str) -> Result<i64, Failure> {
        let form = TokenForm {
            kind: "usb".into(),
            model: "gm3000".into(),
            unit_code: "H57.10".into(),
            serials: serials.into(),
        };
        let actor = self.manager();
        do_!(self.test, AT, tx => add_tokens(tx, &actor, &form))
    }

    async fn step(&self, id: i64, form: StepForm) -> Result<(), Failure> {
        let (actor, version) = (self.manager(), self.show(id, AT).await.certificate.version);
        do_!(self.test, AT, tx => step_certificate(tx, &actor, (id, version), &form))
    }

    pub async fn token(&self, id: i64) -> contract::certificate::TokenDetail {
        let mut conn = self.test.store.read().await.unwrap();
        show_token(&mut conn, &self.manager(), id).await.unwrap()
    }

    pub async fn step_token(&self, id: i64, event: &str, reason: &str) -> Result<(), Failure> {
        let (actor, version) = (self.manager(), self.token(id).await.token.version);
        let form = TokenStepForm { event: event.into(), reason: reason.into(), ..TokenStepForm::default() };
        do_!(self.test, AT, tx => step_token(tx, &actor, (id, version), &form))
    }

    async fn found(&self, actor: &Actor, query: CertificateQuery) -> Result<Vec<String>, Failure> {
        let mut conn = self.test.store.read().await.unwrap();
        let page = list_certificates(&mut conn, actor, &query, AT).await?;
        Ok(page.rows.into_iter().map(|row| row.subject).collect())
    }
}

pub fn of_person(code: &str) -> RecordForm {
    RecordForm { kind: "person".into(), person_code: code.into(), ..RecordForm::default() }
}

pub fn of_unit(keeper: &str, token: &str) -> RecordForm {
    RecordForm {
        kind: "organisation".into(),
        unit_code: "H57.10".into(),
        keeper_code: keeper.into(),
        token_serial: token.into(),
        handed_over: true,
        ..RecordForm::default()
    }
}

fn wrong(why: FileWrong) -> contract::FieldFault {
    contract::FieldFault { field: "certificate".into(), fault: Fault::Certificate { why } }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_fills_the_record_of_whom_it_names_and_of_nobody_else() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.record(scene.manager(), "an.pem", of_person("57.00001")).await.unwrap();
        let found = scene.show(id, AT).await;
        assert_eq!(found.certificate.subject, "Nguyễn Thị An");
        assert_eq!(found.certificate.algorithm, "EC P-256");
        assert_eq!(found.certificate.state, State::Received);
        let (person, keeper) = (found.certificate.person.unwrap(), found.certificate.keeper.unwrap());
        assert_eq!((person.id, keeper.id), (scene.an, scene.an));
        assert_eq!(found.findings, [Finding::NoList]);
        assert_eq!((found.objection, found.stage), (None, None));
        assert_eq!(found.events.iter().map(|line| line.action.as_str()).collect::<Vec<_>>(), ["certificate.record"]);

        let again = scene.record(scene.manager(), "an.pem", of_person("57.00001")).await;
        assert_eq!(again, Err(Failure::Invalid { faults: vec![wrong(FileWrong::Held)] }));
        let somebody = scene.record(scene.manager(), "seal.pem", of_person("57.00002")).await;
        assert_eq!(somebody, Err(Failure::Invalid { faults: vec![wrong(FileWrong::NameDiffers)] }));
        let unit = scene.record(scene.manager(), "other.pem", of_unit("57.00002", "")).await;
        assert_eq!(unit, Err(Failure::Invalid { faults: vec![wrong(FileWrong::NameDiffers)] }));
        let keyless = scene.record(scene.manager(), "seal.pem", of_unit("", "")).await;
        assert_eq!(keyless, Err(Failure::field("keeper_code", Fault::Missing)));
        let token = scene.record(scene.manager(), "seal.pem", of_unit("57.00002", "GCA-9")).await;
        assert_eq!(token, Err(Failure::field("token_serial", Fault::Unknown)));
        let key = scene.record(scene.manager(), "key.pem.key", of_person("57.00001")).await;
        assert_eq!(key, Err(Failure::Invalid { faults: vec![wrong(FileWrong::SecretKey { password: false })] }));
        let root = scene.record(scene.manager(), "root.pem", of_person("57.00001")).await;
        assert_eq!(root, Err(Failure::Invalid { faults: vec![wrong(FileWrong::Authorities)] }));
        let officer = scene.record(scene.officer(scene.unit), "seal.pem", of_unit("57.00002", "")).await;
        assert_eq!(officer, Err(Failure::Forbidden));
        assert_eq!(scene.test.count("select count(*) from certificate").await, 1, "nothing half-stored");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clerk_keeps_the_seal_and_gives_it_back_when_it_is_revoked() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let token = scene.tokens("GCA-001–GCA-002").await.unwrap();
        assert!(matches!(scene.tokens("gca-002").await, Err(Failure::Invalid { .. })));
        let id = scene.record(scene.manager(), "seal.pem", of_unit("57.00002", "gca-001")).await.unwrap();
        let held = scene.token(token).await;
        assert_eq!((held.token.state, held.token.keeper.unwrap().id), (Token::Held, scene.clerk));
        assert_eq!(scene.show(id, AT).await.certificate.state, State::InUse);

        // a new clerk
        let (actor, version) = (scene.manager(), scene.show(id, AT).await.certificate.version);
        do_!(scene.test, AT, tx => change_keeper(tx, &actor, (id, version), "57.00003")).unwrap();
        let keeper = scene.show(id, AT).await.certificate.keeper.unwrap();
        assert_eq!(keeper.name, "Lê Thị Mới");
        assert_eq!(scene.token(token).await.token.keeper.unwrap(), keeper);
        let (actor, version) = (scene.manager(), scene.show(id, AT).await.certificate.version);
        let same = do_!(scene.test, AT, tx => change_keeper(tx, &actor, (id, version), "57.00003"));
        assert_eq!(same, Err(Failure::field("keeper_code", Fault::Taken)));

        // revoked on Wednesday 18 November 2026: back by Wednesday the 25th
        let revoke = |day: &str, reason: &str| StepForm {
            event: "revoke".into(),
            day: day.into(),
            reason: reason.into(),
            ..StepForm::default()
        };
        assert_eq!(
            scene.step(id, revoke("19/12/2026", "")).await,
            Err(Failure::Invalid {
                faults: vec![
                    contract::FieldFault { field: "day".into(), fault: Fault::Future },
                    contract::FieldFault { field: "reason".into(), fault: Fault::Missing },
                ]
            })
        );
        scene.step(id, revoke("18/11/2026", "Đổi tên cơ quan")).await.unwrap();
        let over = scene.show(id, AT).await;
        assert_eq!(over.certificate.state, State::Revoked);
        assert_eq!(over.certificate.revoked_on.as_deref(), Some("2026-11-18"));
        assert_eq!(over.actions.may, [] as [CertificateEvent; 0]);
        let due = scene.token(token).await;
        assert_eq!((due.token.state, due.token.due_on.as_deref()), (Token::DueBack, Some("2026-11-25")));
        assert_eq!(due.may, [TokenEvent::Collect, TokenEvent::Lose]);
        let late = |at| async move {
            let mut conn = scene.test.store.read().await.unwrap();
            let query = TokenQuery { overdue: true, ..TokenQuery::default() };
            let page = list_tokens(&mut conn, &scene.manager(), &query, at).await.unwrap();
            (page.total, page.overdue, scene)
        };
        let day = |day| registry::date::start_of(date(2026, 11, day));
        let (total, overdue, scene) = late(day(25)).await;
        assert_eq!((total, overdue), (0, 0));
        let mut conn = scene.test.store.read().await.unwrap();
        let query = TokenQuery { overdue: true, ..TokenQuery::default() };
        let page = list_tokens(&mut conn, &scene.manager(), &query, day(26)).await.unwrap();
        assert_eq!((page.total, page.overdue), (1, 1));
        drop(conn);
        assert!(matches!(
            scene.step_token(token, "give_back", "").await,
            Err(Failure::Refused { why: Refusal::Impossible })
        ));
        assert_eq!(scene.step_token(token, "lose", " ").await, Err(Failure::field("reason", Fault::Missing)));
        scene.step_token(token, "collect", "").await.unwrap();
        let back = scene.token(token).await.token;
        assert_eq!((back.state, back.keeper, back.due_on), (Token::Collected, None, None));
        scene.step_token(token, "give_back", "").await.unwrap();
        let events: Vec<String> = scene.token(token).await.events.into_iter().map(|line| line.action).collect();
        let mut expected =
            ["token.add", "token.hand_over", "token.pass_on", "token.ask_back", "token.collect", "token.give_back"];
        expected.reverse();
        assert_eq!(events, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_soon_is_found_and_ends_by_itself() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let soon = scene.record(scene.manager(), "soon.pem", of_unit("57.00002", "")).await.unwrap();
        scene.record(scene.manager(), "an.pem", of_person("57.00001")).await.unwrap();
        let manager = scene.manager();
        let query = |of: fn(&mut CertificateQuery)| {
            let mut query = CertificateQuery::default();
            of(&mut query);
            query
        };
        assert_eq!(scene.found(&manager, query(|_| ())).await.unwrap(), ["Sở Nội vụ", "Nguyễn Thị An"]);
        assert_eq!(scene.found(&manager, query(|of| of.ends = "60".into())).await.unwrap(), ["Sở Nội vụ"]);
        assert_eq!(scene.found(&manager, query(|of| of.ends = "30".into())).await.unwrap(), [] as [&str; 0]);
        assert_eq!(scene.found(&manager, query(|of| of.text = "thi an".into())).await.unwrap(), ["Nguyễn Thị An"]);
        assert_eq!(scene.found(&manager, query(|of| of.text = "7a:0".into())).await.unwrap().len(), 2);
        assert_eq!(scene.found(&manager, query(|of| of.text = "%".into())).await.unwrap(), [] as [&str; 0]);
        assert_eq!(scene.found(&manager, query(|of| of.kind = "person".into())).await.unwrap(), ["Nguyễn Thị An"]);
        assert_eq!(scene.found(&manager, query(|of| of.unit = "H57.11".into())).await.unwrap(), [] as [&str; 0]);
        // the unit's own officer sees both, another unit's none
        assert_eq!(scene.found(&scene.officer(scene.unit), query(|_| ())).await.unwrap().len(), 2);
        assert_eq!(scene.found(&scene.officer(scene.unit + 1), query(|_| ())).await.unwrap(), [] as [&str; 0]);
        assert_eq!(
            scene.found(&scene.actor(Role::Checker, scene.root.clone()), query(|_| ())).await,
            Err(Failure::Forbidden)
        );

        let stage = |detail: CertificateDetail| detail.stage.map(|stage| stage.name());
        assert_eq!(stage(scene.show(soon, AT).await), Some("60"));
        let after = registry::date::start_of(date(2026, 12, 26));
        let mut conn = scene.test.store.read().await.unwrap();
        assert!(!by_the_clock::due(&mut conn, AT).await.unwrap());
        assert!(by_the_clock::due(&mut conn, after).await.unwrap());
        drop(conn);
        let ended =
            scene.test.store.write(after, move |tx| Box::pin(async move { by_the_clock::tick(tx).await })).await;
        assert_eq!(ended.unwrap(), 1);
        let over = scene.show(soon, after + DAY).await;
        assert_eq!((over.certificate.state, over.stage), (State::Expired, None));
        assert_eq!(over.findings, [] as [Finding; 0]);
        assert!(matches!(
            scene
                .step(
                    soon,
                    StepForm {
                        event: "revoke".into(),
                        day: "1/11/2026".into(),
                        reason: "x".into(),
                        ..StepForm::default()
                    }
                )
                .await,
            Err(Failure::Refused { why: Refusal::Impossible })
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_certificate_tells_of_a_person_is_erased_with_the_person() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let id = scene.record(scene.manager(), "an.pem", of_person("57.00001")).await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let person = show_person::show_person(&mut conn, &Actor::console(), scene.an).await.unwrap();
        drop(conn);
        let (an, version) = (scene.an, person.version);
        let files = do_!(scene.test, AT, tx => erase_person(tx, &Actor::console(), an, version, "Hết thời hạn lưu"));
        assert!(files.is_ok());
        let found = scene.show(id, AT).await;
        assert_eq!((found.certificate.subject.as_str(), found.findings.len()), ("", 0));
        let left = "select count(*) from certificate c where subject_folded <> '' or c.id in (select certificate_id from certificate_file)";
        assert_eq!(scene.test.count(left).await, 0);
    }
}
