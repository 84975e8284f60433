//! Certificates that there are already: from tables, from files, and a file that completes what a table told (R119, R134, R135).

use contract::certificate::FileWrong;
use contract::import::{ImportKind, ImportReport, Outcome, Remark};
use contract::{Failure, Fault};
use model::lifecycle::{Certificate as State, Token};
use model::role::{Action, Grant, Role};
use registry::order::Order;
use registry::work::certificates::asked::{Question, told};
use registry::work::certificates::bring::{FileOutcome, FileTold, bring, read_files, unpack};
use registry::work::certificates::chase::chased;
use registry::work::certificates::tokens::{TokenQuery, list_tokens};
use registry::work::certificates::{CertificateQuery, Finding, list_certificates};
use registry::work::import::{FileColumn, Mapping, check, file_columns, import, kinds, read_mapped, recall, remember};
use registry::{Actor, Tx};

use crate::certificates::{Scene, bytes, of_unit, trust};
use crate::support::{AT, stores};

const HEAD: &str = "Số serial,Loại,Họ tên,Số CCCD,Mã đơn vị,Ngày cấp,Ngày hết hạn,Người giữ,Số token,Ngày ký cuối\n";

async fn of_table(scene: &Scene, rows: &str, write: bool) -> ImportReport {
    let text = format!("{HEAD}{rows}");
    let sheet = read_mapped(&Order::new(), ImportKind::Certificates, &text, &Mapping::default(), AT).unwrap();
    let (actor, store) = (scene.manager(), &scene.test.store);
    if !write {
        let mut conn = store.read().await.unwrap();
        return check(&mut conn, &actor, &Order::new(), &sheet, AT).await.unwrap();
    }
    let importing = store
        .write(AT, move |tx: &mut Tx| Box::pin(async move { import(tx, &actor, &Order::new(), &sheet, true).await }));
    importing.await.unwrap()
}

fn faults(report: &ImportReport) -> Vec<(usize, String, Remark)> {
    let each = report.faults.iter().flat_map(|line| line.notes.iter().map(move |note| (line.line, note)));
    each.map(|(line, note)| (line, note.column.clone().unwrap_or_default(), note.remark.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_checked_then_recorded_and_brings_days_of_use_later() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let rows = "7a:01,Cá nhân,,46190001234,,01/03/2024,28/02/2029,,gca-7,\n\
                    7A02,Tổ chức,,,H57.10,01/03/2024,28/02/2029,57.00002,GCA-8,01/11/2026\n\
                    7A03,,,,H57.11,01/03/2024,28/02/2029,,,\n";
        let checked = of_table(&scene, rows, false).await;
        assert_eq!((checked.new, checked.faulty, checked.imported), (3, 0, false));
        assert_eq!(scene.test.count("select count(*) from certificate").await, 0, "a check writes nothing");
        let report = of_table(&scene, rows, true).await;
        assert_eq!((report.new, report.faulty, report.imported), (3, 0, true));

        let mut conn = scene.test.store.read().await.unwrap();
        let page = list_certificates(&mut conn, &scene.manager(), &CertificateQuery::default(), AT).await.unwrap();
        let told: Vec<_> = page
            .rows
            .iter()
            .map(|row| (row.serial.as_str(), row.subject.as_str(), row.state, row.used_on.as_deref()))
            .collect();
        assert_eq!(
            told,
            [
                ("7A01", "Nguyễn Thị An", State::InUse, None),
                ("7A02", "Sở Nội vụ", State::InUse, Some("2026-11-01")),
                ("7A03", "Sở Tài chính", State::Received, None),
            ]
        );
        assert_eq!(registry::date::iso_day(page.rows[0].valid_until), "2029-02-28");
        let tokens = list_tokens(&mut conn, &scene.manager(), &TokenQuery::default(), AT).await.unwrap();
        let held: Vec<_> = tokens.rows.iter().map(|row| (row.serial.as_str(), row.state)).collect();
        assert_eq!(held, [("GCA-7", Token::Held), ("GCA-8", Token::Held)]);
        drop(conn);
        let shown = scene.show(page.rows[0].id, AT).await;
        assert_eq!(shown.findings, [], "there is no file yet that something could speak against");

        // once more: nothing; then only a later day of use, once
        let again = of_table(&scene, rows, true).await;
        assert_eq!((again.new, again.changed, again.existing, again.faulty), (0, 0, 3, 0));
        let used = "7A02,,,,,,,,,17/11/2026\n7A01,,,,,,,,,01/02/2024\n7A03,,,,,,,,,17/11/2026\n";
        let report = of_table(&scene, used, true).await;
        assert_eq!((report.new, report.changed, report.existing, report.faulty), (0, 1, 1, 1));
        let before = Remark::Wrong { fault: Fault::Before { day: "2024-03-01".into() } };
        assert_eq!(faults(&report), [(3, "used_on".to_owned(), before)]);
        assert_eq!(scene.show(page.rows[1].id, AT).await.certificate.used_on.as_deref(), Some("2026-11-17"));
        assert_eq!(of_table(&scene, used, true).await.changed, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_row_stands_beside_its_cell() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.tokens("GCA-1").await.unwrap();
        let token = scene.tokens("GCA-2").await.unwrap();
        scene.record(scene.manager(), "seal.pem", of_unit("57.00002", "GCA-2")).await.unwrap();
        scene.step_token(token, "lose", "Rơi mất").await.unwrap();
        let rows = "xyz,,,046190001234,,01/03/2024,28/02/2029,,,\n\
                    7B02,Cá nhân,,,,01/03/2024,28/02/2029,,,\n\
                    7B03,Cá nhân,,046190009999,,01/03/2024,28/02/2029,,,\n\
                    7B04,,Trần Văn Khác,046190001234,,01/03/2024,28/02/2029,,,\n\
                    7B05,,,,H57.99,01/03/2024,28/02/2029,,,\n\
                    7B06,Thiết bị,,,H57.10,01/03/2024,28/02/2029,,,\n\
                    7B07,,,,H57.10,28/02/2029,01/03/2024,,,\n\
                    7B08,,,,H57.10,,,57.99999,,\n\
                    7B09,,,,H57.10,01/03/2024,28/02/2029,57.00002,GCA-2,\n\
                    7B10,Xe máy,,,H57.10,01/03/2024,28/02/2029,,,20/11/2026\n\
                    7B11,,,,H57.10,01/03/2024,28/02/2029,57.00002,GCA-1,\n\
                    7B11,,,,H57.10,01/03/2024,28/02/2029,57.00002,,\n\
                    7B12,,,046190001234,H57.11,01/03/2024,28/02/2029,,,\n";
        let report = of_table(&scene, rows, false).await;
        let wrong = |line, column: &str, fault| (line, column.to_owned(), Remark::Wrong { fault });
        let named = Fault::Certificate { why: FileWrong::NameDiffers };
        assert_eq!(
            faults(&report),
            [
                wrong(2, "serial", Fault::Number),
                wrong(3, "citizen_id", Fault::Missing),
                wrong(4, "citizen_id", Fault::Unknown),
                wrong(5, "name", named),
                wrong(6, "unit_code", Fault::Unknown),
                wrong(7, "name", Fault::Missing),
                wrong(8, "valid_until", Fault::Before { day: "2029-02-28".into() }),
                wrong(9, "valid_from", Fault::Missing),
                wrong(9, "valid_until", Fault::Missing),
                wrong(9, "keeper_code", Fault::Unknown),
                wrong(10, "token_serial", Fault::Unchecked),
                wrong(11, "subscriber", Fault::Choice),
                wrong(11, "used_on", Fault::Future),
                (13, "serial".to_owned(), Remark::Repeated { line: 12 }),
            ]
        );
        assert_eq!((report.new, report.doubtful), (2, 1));
        let other = Remark::OtherUnit { unit: "Sở Nội vụ".into() };
        assert_eq!(report.doubts[0].notes[0].remark, other, "a certificate does not move anybody");
        assert_eq!(report.all[10].outcome, Outcome::Added);
        assert_eq!(scene.test.count("select count(*) from certificate").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_subscriber_manager_imports_certificates_and_nothing_else() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        assert_eq!(kinds(&scene.manager()), [ImportKind::Certificates]);
        let grant = |role| Grant { role, path: scene.root.clone() };
        let checker = Actor::account(1, None, String::new(), vec![grant(Role::Checker)], Some(AT));
        assert!(!kinds(&checker).contains(&ImportKind::Certificates));
        assert!(!checker.may_somewhere(Action::KeepCertificates));
        let text = format!("{HEAD}7A01,,,,H57.10,01/03/2024,28/02/2029,,,\n");
        let sheet = read_mapped(&Order::new(), ImportKind::Certificates, &text, &Mapping::default(), AT).unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let refused = check(&mut conn, &checker, &Order::new(), &sheet, AT).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
        let people = "Họ và tên,Mã đơn vị,Loại biên chế\nLê A,H57.10,Công chức\n";
        let sheet = read_mapped(&Order::new(), ImportKind::People, people, &Mapping::default(), AT).unwrap();
        let refused = check(&mut conn, &scene.manager(), &Order::new(), &sheet, AT).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
        drop(conn);

        // a column that nobody knows is matched once, and remembered under its source
        let text = "Mã chứng thư của ta,Mã đơn vị,Ngày cấp,Ngày hết hạn\n7A01,H57.10,01/03/2024,28/02/2029\n";
        assert!(read_mapped(&Order::new(), ImportKind::Certificates, text, &Mapping::default(), AT).is_err());
        let columns = file_columns(ImportKind::Certificates, text, &Mapping::default()).unwrap();
        let said = columns.iter().map(|FileColumn { id, key, .. }| (id.clone(), key.unwrap_or("serial")));
        let (mapping, actor) = (Mapping::of(said), scene.manager());
        let remembering = scene.test.store.write(AT, move |tx: &mut Tx| {
            Box::pin(async move { remember(tx, &actor, ImportKind::Certificates, "Sổ cũ", &mapping).await })
        });
        remembering.await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        let known = recall(&mut conn, &scene.manager(), ImportKind::Certificates, "so cu").await.unwrap();
        assert!(read_mapped(&Order::new(), ImportKind::Certificates, text, &known, AT).is_ok());
    }
}

async fn of_files(scene: &Scene, names: &[&str], only_look: bool) -> Vec<FileTold> {
    let files = names.iter().map(|name| ((*name).to_owned(), Ok(bytes(name)))).collect();
    let read = read_files(files);
    bring((&scene.test.store, AT), &scene.manager(), &trust(), read, only_look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_matched_by_what_they_say_and_each_is_told_of() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let names = ["an.pem", "seal.pem", "other.pem", "key.pem.key", "root.pem", "o.cnf", "an.csr", "an.pem"];
        let wrong = |why| FileOutcome::Wrong(why);
        let expected = |first: FileOutcome| {
            [
                FileOutcome::Recorded { in_use: true },
                FileOutcome::Recorded { in_use: false },
                FileOutcome::Recorded { in_use: false },
                wrong(FileWrong::SecretKey { password: false }),
                wrong(FileWrong::Authorities),
                wrong(FileWrong::Other),
                wrong(FileWrong::Request),
                first,
            ]
        };
        let outcomes = |told: &[FileTold]| told.iter().map(|of| of.outcome.clone()).collect::<Vec<_>>();
        let looked = of_files(&scene, &names, true).await;
        assert_eq!(outcomes(&looked), expected(FileOutcome::Recorded { in_use: true }));
        assert_eq!(scene.test.count("select count(*) from certificate").await, 0, "looking writes nothing");
        let told = of_files(&scene, &names, false).await;
        assert_eq!(outcomes(&told), expected(FileOutcome::Held), "the same file twice is one certificate");
        assert_eq!((told[0].subject.as_str(), told[0].findings.as_slice()), ("Nguyễn Thị An", &[Finding::NoList][..]));
        assert_eq!(scene.test.count("select count(*) from certificate").await, 3);
        let mut conn = scene.test.store.read().await.unwrap();
        let page = list_certificates(&mut conn, &scene.manager(), &CertificateQuery::default(), AT).await.unwrap();
        let an = page.rows.iter().find(|row| row.subject == "Nguyễn Thị An").unwrap();
        assert_eq!((an.state, an.keeper.as_ref().map(|of| of.id)), (State::InUse, Some(scene.an)));
        assert_eq!(chased(&mut conn, &scene.manager(), AT).await.unwrap().units, 0);
        drop(conn);

        // a manager of another unit's finds nobody here; who keeps none is refused
        let read = || read_files(vec![("again.pem".into(), Ok(bytes("again.pem")))]);
        let grant = Grant { role: Role::SubscriberManager, path: format!("{}999/", scene.root) };
        let elsewhere = Actor::account(1, None, String::new(), vec![grant], Some(AT));
        let told = bring((&scene.test.store, AT), &elsewhere, &trust(), read(), false).await.unwrap();
        assert_eq!(told[0].outcome, wrong(FileWrong::Nobody));
        let nobody = Actor::account(1, None, String::new(), Vec::new(), Some(AT));
        for only_look in [true, false] {
            let refused = bring((&scene.test.store, AT), &nobody, &trust(), read(), only_look).await;
            assert_eq!(refused, Err(Failure::Forbidden));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_completes_what_a_table_told_of_the_same_subscriber() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        // the numbers that openssl gave: `an` is the second that was signed
        let serial = |name: &str| {
            let bundle = x509::read(bytes(name)).unwrap();
            bundle.subscriber().unwrap().serial()
        };
        let rows = format!(
            "{},Cá nhân,,046190001234,,01/01/2026,01/11/2030,,,15/11/2026\n{},,,,H57.11,01/01/2026,01/11/2030,,,\n",
            serial("an.pem"),
            serial("seal.pem")
        );
        assert_eq!(of_table(&scene, &rows, true).await.new, 2);
        let told = of_files(&scene, &["an.pem", "seal.pem"], false).await;
        assert_eq!(told[0].outcome, FileOutcome::Completed);
        assert_eq!(told[1].outcome, FileOutcome::Wrong(FileWrong::OtherHolder), "the table had it of another unit");
        assert_eq!(scene.test.count("select count(*) from certificate").await, 2);
        assert_eq!(scene.test.count("select count(*) from certificate_file").await, 1);
        let mut conn = scene.test.store.read().await.unwrap();
        let query = CertificateQuery { kind: "person".into(), ..CertificateQuery::default() };
        let page = list_certificates(&mut conn, &scene.manager(), &query, AT).await.unwrap();
        drop(conn);
        let shown = scene.show(page.rows[0].id, AT).await;
        assert_eq!(shown.certificate.algorithm, "EC P-256");
        assert_eq!(shown.certificate.used_on.as_deref(), Some("2026-11-15"), "what the table told stays");
        assert_eq!(shown.events[0].action, "certificate.complete");
        assert_eq!(of_files(&scene, &["an.pem"], false).await[0].outcome, FileOutcome::Held);
        assert!(unpack(&bytes("an.pem")).is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_page_after_page_and_wrong_questions_by_their_parameter() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let rows = "7B01,Cá nhân,,046190001234,,01/03/2024,28/02/2029,,GCA-7,\n\
                    7B02,Tổ chức,,,H57.10,01/03/2024,28/02/2027,57.00002,,01/11/2026\n\
                    7B03,,,,H57.11,01/03/2024,28/02/2029,,,\n";
        assert_eq!(of_table(&scene, rows, true).await.new, 3);
        let ask = async |question: Question| {
            let mut conn = scene.test.store.read().await.unwrap();
            told(&mut conn, &question).await
        };
        let serials = async |question: Question| {
            let answer = ask(question).await.unwrap();
            answer.certificates.into_iter().map(|of| of.serial).collect::<Vec<_>>()
        };
        let some = |value: &str| Some(value.to_owned());
        let first = ask(Question { limit: some("2"), ..Question::default() }).await.unwrap();
        assert_eq!(first.certificates.len(), 2);
        let an = &first.certificates[0];
        assert_eq!((an.person_code.as_deref(), an.unit_code.as_deref()), (Some("57.00001"), Some("H57.10")));
        assert_eq!((an.kind.as_str(), an.state.as_str(), an.token.as_deref()), ("person", "in_use", Some("GCA-7")));
        assert_eq!(an.valid_until, "2029-02-28T16:59:59.999Z");
        assert!(!serde_json::to_string(&first).unwrap().contains("046190001234"), "no citizen numbers");
        let rest = ask(Question { limit: some("2"), after: first.next, ..Question::default() }).await.unwrap();
        assert_eq!((rest.certificates.len(), rest.next), (1, None));

        assert_eq!(serials(Question { serial: some("7b:02"), ..Question::default() }).await, ["7B02"]);
        assert_eq!(serials(Question { person: some("57.00001"), ..Question::default() }).await, ["7B01"]);
        assert_eq!(serials(Question { person: some("57.99999"), ..Question::default() }).await, [] as [&str; 0]);
        assert_eq!(serials(Question { unit: some("00.11.H57"), ..Question::default() }).await, ["7B03"]);
        assert_eq!(serials(Question { unit: some("H57.99"), ..Question::default() }).await, [] as [&str; 0]);
        assert_eq!(serials(Question { expiring_before: some("2027-03-01"), ..Question::default() }).await, ["7B02"]);
        assert_eq!(serials(Question { state: some("received"), ..Question::default() }).await, ["7B03"]);
        for (field, fault, question) in [
            ("serial", Fault::Number, Question { serial: some("xyz"), ..Question::default() }),
            ("person", Fault::Unknown, Question { person: some("046190001234"), ..Question::default() }),
            ("unit", Fault::AgencyCode, Question { unit: some("%"), ..Question::default() }),
            ("state", Fault::Choice, Question { state: some("good"), ..Question::default() }),
            ("expiring_before", Fault::Date, Question { expiring_before: some("soon"), ..Question::default() }),
            ("after", Fault::Number, Question { after: some("x"), ..Question::default() }),
            ("limit", Fault::Number, Question { limit: some("501"), ..Question::default() }),
            ("limit", Fault::Number, Question { limit: some("0"), ..Question::default() }),
        ] {
            assert_eq!(ask(question).await, Err(Failure::field(field, fault)));
        }
    }
}
