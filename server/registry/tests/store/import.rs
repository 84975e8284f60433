//! The first import: every kind of fault, the order of parents, files imported twice, many people at once.

use std::fmt::Write;
use std::sync::Arc;

use contract::import::{ImportKind, ImportLine, ImportReport, Outcome, Remark};
use contract::view::Doubt;
use contract::{Failure, Fault, Lang, Refusal};
use model::role::{Grant, Role};
use registry::order::Order;
use registry::store::{account, person, unit};
use registry::work::change_unit::{UnitForm, add_unit};
use registry::work::import::{
    BATCH, Mapping, begin, cancel, check, decode, forget_abandoned, go_on, import, read, read_mapped, recall, remember,
    show_import, show_run, sources, step, template, to_go_on,
};
use registry::{Actor, Store};

use super::support::{AT, TestStore, number, stores};

fn actor(role: Role) -> Actor {
    let grants = vec![Grant { role, path: "/1/".into() }];
    Actor::account(1, None, "Người Kiểm Tra".into(), grants, Some(AT))
}

/// The province alone.
async fn found(store: &Store) {
    let form = UnitForm {
        class: "province".into(),
        name: "UBND tỉnh Thừa Thiên Huế".into(),
        code: "H57".into(),
        ..UnitForm::default()
    };
    let added =
        store.write(AT, |tx| Box::pin(async move { add_unit(tx, &Actor::console(), &Order::new(), form).await }));
    assert_eq!(added.await, Ok(1));
}

async fn checked(store: &Store, kind: ImportKind, text: &str) -> ImportReport {
    let order = Order::new();
    let sheet = read(&order, kind, text, AT).unwrap();
    let mut conn = store.read().await.unwrap();
    check(&mut conn, &actor(Role::Checker), &order, &sheet, AT).await.unwrap()
}

async fn imported(store: &Store, kind: ImportKind, text: &str, only_good: bool) -> Result<ImportReport, Failure> {
    imported_by(store, actor(Role::Checker), kind, text, only_good).await
}

async fn imported_by(
    store: &Store,
    actor: Actor,
    kind: ImportKind,
    text: &str,
    only_good: bool,
) -> Result<ImportReport, Failure> {
    let order = Order::new();
    let sheet = read(&order, kind, text, AT).unwrap();
    store.write(AT, move |tx| Box::pin(async move { import(tx, &actor, &order, &sheet, only_good).await })).await
}

fn counts(report: &ImportReport) -> [usize; 5] {
    [report.rows, report.new, report.existing, report.faulty, report.doubtful]
}

/// `line column remark` of each note.
fn told(lines: &[ImportLine]) -> Vec<(usize, &str, &Remark)> {
    let notes = |line: &ImportLine| line.notes.len();
    assert!(lines.iter().all(|line| notes(line) > 0));
    let each = |line: &'_ ImportLine| line.line;
    lines
        .iter()
        .flat_map(|line| {
            line.notes.iter().map(move |note| (each(line), note.column.as_deref().unwrap_or(""), &note.remark))
        })
        .collect()
}

fn wrong(fault: Fault) -> Remark {
    Remark::Wrong { fault }
}

const UNITS: &str = "Loại đơn vị\tTên đơn vị\tMã đơn vị cấp trên\tMã định danh\tSố quyết định\tCó hiệu lực từ ngày\r\n\
    Cơ quan chuyên môn\tSở Nội vụ\t\t00.10.H57\t201/QĐ-UBND\t01/07/2025\r\n\
    Đơn vị trực thuộc cơ quan\tChi cục  Văn thư\u{A0}- Lưu trữ\tH57.10\tH57.10.01\t\t\r\n\
    \r\n\
    don vi truc thuoc co quan\tTrung tâm Không Mã\t00.10.H57\t\t\t2025-07-01\r\n\
    Xã, phường, thị trấn\tPhường Thuận Hóa\tH57\tH57.50\t12/QĐ\t\r\n";

#[tokio::test]
async fn units_of_a_good_file() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        let before = checked(store, ImportKind::Units, UNITS).await;
        assert_eq!((counts(&before), before.imported), ([4, 4, 0, 0, 0], false));
        let mut conn = store.read().await.unwrap();
        assert_eq!(unit::count(&mut conn).await.unwrap(), 0, "a check writes nothing");

        let report = imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        assert_eq!((counts(&report), report.imported), ([4, 4, 0, 0, 0], true));
        let agency = unit::by_code(&mut conn, "H57.10").await.unwrap().unwrap();
        assert_eq!((agency.path.as_str(), agency.code_issued.as_deref()), ("/1/2/", Some("00.10.H57")));
        assert_eq!(agency.code_decision.as_deref(), Some("201/QĐ-UBND"));
        assert_eq!(unit::versions(&mut conn, agency.id).await.unwrap()[0].valid_from, "2025-07-01");
        let below = unit::by_code(&mut conn, "H57.10.01").await.unwrap().unwrap();
        assert_eq!((below.path.as_str(), below.name.as_str()), ("/1/2/3/", "Chi cục Văn thư - Lưu trữ"));
        assert_eq!((below.parent_id, below.class.as_str()), (Some(2), "attached_unit"));
        assert_eq!(unit::by_id(&mut conn, 4).await.unwrap().unwrap().path, "/1/2/4/");
        assert_eq!(number(&mut conn, "select count(*) from audit_entry where action = 'unit.add'").await, 5);

        // once more: all of it is held, also the unit without a code
        let again = imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        assert_eq!((counts(&again), again.imported), ([4, 0, 4, 0, 0], true));
        assert_eq!(again.held.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 3, 5, 6]);
        assert_eq!(unit::count(&mut conn).await.unwrap(), 4);
    }
}

#[tokio::test]
async fn every_fault_of_a_unit() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, "Class,Name,Code\nSở,Sở Đã Có,H57.1\n", false).await.unwrap();
        test.run(&["update unit set closed_on = '2026-01-01' where code = 'H57.1'"]).await;
        let long = "x".repeat(201);
        let text = format!(
            "class,name,parent code,code,decision,from\n\
             Bộ,Sở A,,H57.20,,\n\
             ,,,,,\n\
             Sở,,,H57,,\n\
             Sở,,,H57-21,,32/01/2025\n\
             Chi cục,Dưới dòng hỏng,H57.20,H57.20.1,,\n\
             Chi cục,Trên dòng sau,H57.22,H57.22.1,,\n\
             Sở,Sở B,,H57.22,,22/11/2099\n\
             Sở,Sở C,,00.23.H57,,\n\
             Sở,Sở C nữa,,H57.23,,\n\
             Sở,Sở D,H57.99,G12,,\n\
             Sở,{long},,H57.24,{long},\n\
             Sở,Sở Đ,H57.1,H57.1.1,,\n\
             Sở,Sở E,?,H57.25,,,dư\n\
             Tỉnh,Tỉnh nữa,,H57.26,,\n\
             Hội,Hội Một,,,,\n\
             Hội,Hội Một,,,,\n"
        );
        let report = checked(store, ImportKind::Units, &text).await;
        assert_eq!(counts(&report), [15, 2, 1, 12, 0]);
        let faults = [
            (2, "class", wrong(Fault::Choice)),
            (5, "name", wrong(Fault::Missing)),
            (5, "code", wrong(Fault::AgencyCode)),
            (5, "from", wrong(Fault::Date)),
            (6, "parent_code", Remark::ParentWrong { line: 2 }),
            (7, "parent_code", Remark::ParentBelow { line: 8 }),
            (8, "from", wrong(Fault::Future)),
            (10, "code", Remark::Repeated { line: 9 }),
            (11, "parent_code", wrong(Fault::Unknown)),
            (11, "code", wrong(Fault::AgencyCodeParent { parent: "H57".into() })),
            (12, "name", wrong(Fault::TooLong { max: 200 })),
            (12, "decision", wrong(Fault::TooLong { max: 100 })),
            (13, "parent_code", Remark::UnitClosed),
            (14, "", Remark::TooManyCells),
            (14, "parent_code", wrong(Fault::AgencyCode)),
            (15, "class", wrong(Fault::Choice)),
            (17, "name", Remark::Repeated { line: 16 }),
        ];
        let expected: Vec<_> = faults.iter().map(|(line, column, remark)| (*line, *column, remark)).collect();
        assert_eq!(told(&report.faults), expected);
        assert_eq!(told(&report.held), [(4, "code", &Remark::Exists)]);
        let cell = |line: usize| report.faults.iter().find(|told| told.line == line).unwrap();
        assert_eq!((cell(2).name.as_str(), cell(2).notes[0].value.as_str()), ("Sở A", "Bộ"));

        // with a fault anywhere nothing is written, unless the good rows alone are asked for
        let mut conn = store.read().await.unwrap();
        let refused = imported(store, ImportKind::Units, &text, false).await.unwrap();
        assert_eq!((refused.imported, unit::count(&mut conn).await.unwrap()), (false, 1));
        let good = imported(store, ImportKind::Units, &text, true).await.unwrap();
        assert_eq!((good.imported, counts(&good), unit::count(&mut conn).await.unwrap()), (true, [15, 2, 1, 12, 0], 3));
    }
}

const PEOPLE: &str = "STT;Họ và tên;Giới tính;Ngày sinh;Số CCCD;Email;Mã đơn vị;Loại biên chế;Chức vụ;Ngày vào công tác\n\
    1;Nguyễn  Văn An;nam;5/3/1988;046088000001;An@Hue.gov.vn;00.10.H57;Công chức;\"Chuyên viên; tổ trưởng\";01/03/2015\n\
    2;H'Hen Niê;Nữ;1990-12-31;46190000002;;H57.10;viên chức;Chuyên viên;\n\
    3;Lê Thị Bé;male;01/01/1991;046192000003;;H57.50;HĐ 68;Lái xe;\n\
    4;Đặng Văn Chưa Rõ;;;;;H57.10;hop dong 43;;\n";

#[tokio::test]
async fn people_of_a_good_file() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        let before = checked(store, ImportKind::People, PEOPLE).await;
        assert_eq!(counts(&before), [4, 4, 0, 0, 3]);
        let doubtful = |doubt| Remark::Doubtful { doubt };
        let doubts = [
            (3, "citizen_id", Remark::ZeroRestored),
            (4, "citizen_id", doubtful(Doubt::Sex)),
            (4, "citizen_id", doubtful(Doubt::BirthYear)),
            (5, "born_on", doubtful(Doubt::NoBirthDate)),
            (5, "sex", doubtful(Doubt::NoSex)),
            (5, "position", doubtful(Doubt::NoPosition)),
            (5, "citizen_id", doubtful(Doubt::NoCitizenNumber)),
        ];
        let expected: Vec<_> = doubts.iter().map(|(line, column, remark)| (*line, *column, remark)).collect();
        assert_eq!(told(&before.doubts), expected);

        let report = imported(store, ImportKind::People, PEOPLE, false).await.unwrap();
        assert_eq!((counts(&report), report.imported), ([4, 4, 0, 0, 3], true));
        let mut conn = store.read().await.unwrap();
        let mut held = Vec::new();
        for id in 1..=4 {
            let person = person::by_id(&mut conn, id).await.unwrap().unwrap();
            held.push((person.personnel_code.unwrap(), person.identification_code.unwrap(), person.doubtful));
        }
        let row = |code: &str, identification: &str, doubtful| (code.to_owned(), identification.to_owned(), doubtful);
        assert_eq!(
            held,
            [
                row("57.00001", "00.10.H57-1", 0),
                row("57.00002", "00.10.H57-2", 0),
                row("57.00003", "H57.50-1", 1),
                row("57.00004", "00.10.H57-3", 1),
            ]
        );
        let first = person::by_id(&mut conn, 1).await.unwrap().unwrap();
        assert_eq!((first.name.as_str(), first.sex.as_deref()), ("Nguyễn Văn An", Some("male")));
        assert_eq!((first.born_on.as_deref(), first.email.as_deref()), (Some("1988-03-05"), Some("an@hue.gov.vn")));
        assert_eq!(first.position.as_deref(), Some("Chuyên viên; tổ trưởng"));
        let stay = person::assignments(&mut conn, 1).await.unwrap();
        assert_eq!((stay.len(), stay[0].valid_from.as_str()), (1, "2015-03-01"));
        let second = person::by_id(&mut conn, 2).await.unwrap().unwrap();
        assert_eq!(second.citizen_id.as_deref(), Some("046190000002"));
        assert_eq!(number(&mut conn, "select count(*) from audit_entry where action = 'person.add'").await, 4);

        // once more, and one more person: the numbers go on
        let more = format!("{PEOPLE}5;Trần Thị Mới;nữ;02/02/1992;046192000005;;H57.10;Công chức;Chuyên viên;\n");
        let again = imported(store, ImportKind::People, &more, false).await.unwrap();
        assert_eq!(counts(&again), [5, 1, 4, 0, 0]);
        let fifth = person::by_id(&mut conn, 5).await.unwrap().unwrap();
        assert_eq!((fifth.personnel_code.as_deref(), fifth.ordinal), (Some("57.00005"), 4));
    }
}

#[tokio::test]
async fn every_fault_of_a_person() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        test.run(&["update unit set closed_on = '2026-01-01' where code = 'H57.50'"]).await;
        let text = "name,sex,born,cccd,email,unit,kind,position,started\n\
             Nguyễn 2,x,29/02/1987,1234,a@b,H57.99,thủ kho,,01/01/2100\n\
             ,,,,,,,,\n\
             Lê An,,,,,,Công chức,,\n\
             Lê An,nam,01/01/1990,04609000000O,,H57,Công chức,x,01/01/1980\n\
             Lê An,nam,01/01/1990,046090000001,,H57.10,Công chức,x,\n\
             Lê Ân,nam,01/01/1990,46090000001,,H57.10,Công chức,x,\n\
             Lê Ẩn,nam,01/01/1990,,,H57.50,Công chức,x,\n\
             Lê Ẩn,nam,01/01/1990,,,10,Công chức,x,\n\
             Võ Lan,nữ,01/01/1990,,,H57.10,Công chức,x,\n\
             Võ Lan,nữ,01/01/1990,,,H57.10,Công chức,x,\n\
             Võ Lan,nữ,02/01/1990,,,H57.10,Công chức,x,,,x\n";
        let report = checked(store, ImportKind::People, text).await;
        assert_eq!(counts(&report), [10, 2, 0, 8, 1]);
        let faults = [
            (2, "name", wrong(Fault::Character { character: '2' })),
            (2, "sex", wrong(Fault::Choice)),
            (2, "born_on", wrong(Fault::Date)),
            (2, "started_on", wrong(Fault::Future)),
            (2, "citizen_id", wrong(Fault::CitizenNumberLength { found: 4 })),
            (2, "email", wrong(Fault::Email)),
            (2, "kind", wrong(Fault::Choice)),
            (2, "unit_code", wrong(Fault::Unknown)),
            (4, "unit_code", wrong(Fault::Missing)),
            (5, "started_on", wrong(Fault::Before { day: "1990-01-02".into() })),
            (5, "citizen_id", wrong(Fault::Number)),
            (7, "citizen_id", Remark::Repeated { line: 6 }),
            (8, "unit_code", Remark::UnitClosed),
            (9, "unit_code", wrong(Fault::AgencyCode)),
            (11, "name", Remark::Repeated { line: 10 }),
            (12, "", Remark::TooManyCells),
        ];
        let expected: Vec<_> = faults.iter().map(|(line, column, remark)| (*line, *column, remark)).collect();
        assert_eq!(told(&report.faults), expected);

        let mut conn = store.read().await.unwrap();
        assert!(!imported(store, ImportKind::People, text, false).await.unwrap().imported);
        assert_eq!(person::last_id(&mut conn).await.unwrap(), 0);
        assert!(imported(store, ImportKind::People, text, true).await.unwrap().imported);
        assert_eq!(number(&mut conn, "select count(*) from person").await, 2);
    }
}

#[tokio::test]
async fn who_may_and_how_many_numbers_are_left() {
    for test in stores().await {
        let store = &test.store;
        let units = "Class,Name,Code\nSở,Sở Nội vụ,H57.10\n";
        let nobody = imported(store, ImportKind::Units, units, false).await;
        assert_eq!(nobody.err(), Some(Failure::Forbidden), "there is no province yet");
        found(store).await;
        for role in [Role::UnitHr, Role::Approver, Role::SystemOperator] {
            let refused = imported_by(store, actor(role), ImportKind::Units, units, false).await;
            assert_eq!(refused.err(), Some(Failure::Forbidden), "{role:?}");
        }
        imported(store, ImportKind::Units, units, false).await.unwrap();
        test.run(&["update counter set last = 99998 where name = 'personnel_code'"]).await;
        let people = "name,unit,kind\nLê An,H57.10,cc\nLê Bình,H57.10,cc\n";
        assert_eq!(checked(store, ImportKind::People, people).await.codes_left, Some(1));
        let refused = imported(store, ImportKind::People, people, false).await;
        assert_eq!(refused.err(), Some(Failure::Refused { why: Refusal::NumbersExhausted }));
        let mut conn = store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from person").await, 0);
        assert_eq!(number(&mut conn, "select last from counter where name = 'personnel_code'").await, 99_998);
    }
}

#[tokio::test]
async fn the_files_to_fill_in_can_be_imported() {
    for l in [Lang::Vi, Lang::En] {
        for test in stores().await {
            found(&test.store).await;
            for kind in ImportKind::ALL {
                let lines = template(kind, l).map(|cells| cells.join("\t"));
                let bytes = [&[0xEF, 0xBB, 0xBF], lines.join("\r\n").as_bytes()].concat();
                let text = decode(&bytes, None).unwrap().text;
                let who = actor(if kind == ImportKind::Certificates { Role::SubscriberManager } else { Role::Checker });
                let report = imported_by(&test.store, who, kind, &text, false).await.unwrap();
                assert_eq!(counts(&report), [1, 1, 0, 0, 0], "{kind:?} {l:?}: {:?}", told(&report.doubts));
            }
        }
    }
}

#[tokio::test]
async fn thousands_of_people_at_once() {
    const PEOPLE: usize = 5000;
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        let mut units = "class,name,code\n".to_owned();
        let mut people = "name,sex,born,cccd,unit,kind,position\n".to_owned();
        for at in 1..=50 {
            writeln!(units, "Xã,Xã Thứ {at},H57.{at}").unwrap();
        }
        for at in 0..PEOPLE {
            let unit = at % 50 + 1;
            writeln!(people, "Nguyễn Thị Người,nữ,01/02/1990,046190{at:06},H57.{unit},Viên chức,Giáo viên").unwrap();
        }
        imported(store, ImportKind::Units, &units, false).await.unwrap();
        let report = imported(store, ImportKind::People, &people, false).await.unwrap();
        assert_eq!(counts(&report), [PEOPLE, PEOPLE, 0, 0, 0]);

        let mut conn = store.read().await.unwrap();
        // without gaps and in the order of the rows
        let last = person::by_id(&mut conn, 5000).await.unwrap().unwrap();
        assert_eq!((last.personnel_code.as_deref(), last.ordinal), (Some("57.05000"), 100));
        assert_eq!(number(&mut conn, "select cast(sum(last_ordinal) as bigint) from unit").await, 5000);
        assert_eq!(number(&mut conn, "select count(*) from assignment").await, 5000);
        let again = checked(store, ImportKind::People, &people).await;
        assert_eq!((counts(&again), again.held.len()), ([PEOPLE, 0, PEOPLE, 0, 0], ImportReport::SHOWN));
    }
}

#[tokio::test]
async fn who_is_held_is_updated_and_never_added_again() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        imported(store, ImportKind::People, PEOPLE, false).await.unwrap();
        let text = "Mã số công chức,Mã số định danh công chức,Số CCCD,Họ và tên,Chức vụ,Mã đơn vị,Email\n\
             57.00001,,,,Trưởng phòng,,\n\
             ,00.10.H57-2,46190000002,H'Hen Niê,Chuyên viên,H57.50,\n\
             ,,046192000003,Lê Thị Bé Ba,,,be@hue.gov.vn\n\
             57.00001,,,,Chuyên viên,,\n\
             57.00009,,,,x,,\n\
             57.00001,,046192000003,,x,,\n\
             57.4,,,,x,,x@\n";
        let before = checked(store, ImportKind::People, text).await;
        assert_eq!((counts(&before), before.changed), ([7, 0, 1, 4, 0], 2));
        let changed = |before: &str| Remark::Changed { before: before.into() };
        let changes = [
            (2, "position", changed("Chuyên viên; tổ trưởng")),
            (4, "name", changed("Lê Thị Bé")),
            (4, "email", changed("")),
        ];
        let expected: Vec<_> = changes.iter().map(|(line, column, remark)| (*line, *column, remark)).collect();
        assert_eq!(told(&before.changes), expected);
        let faults = [
            (5, "personnel_code", Remark::Repeated { line: 2 }),
            (6, "personnel_code", wrong(Fault::Unknown)),
            (7, "citizen_id", Remark::Several),
            (8, "personnel_code", wrong(Fault::Unknown)),
        ];
        let expected: Vec<_> = faults.iter().map(|(line, column, remark)| (*line, *column, remark)).collect();
        assert_eq!(told(&before.faults), expected);
        let other = Remark::OtherUnit { unit: "Sở Nội vụ".into() };
        assert_eq!(told(&before.held), [(3, "citizen_id", &Remark::Exists), (3, "unit_code", &other)]);

        let report = imported(store, ImportKind::People, text, true).await.unwrap();
        let mut conn = store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from person").await, 4);
        let first = person::by_id(&mut conn, 1).await.unwrap().unwrap();
        assert_eq!((first.position.as_deref(), first.version), (Some("Trưởng phòng"), 2));
        // cells that are empty take nothing away
        assert_eq!((first.email.as_deref(), first.born_on.as_deref()), (Some("an@hue.gov.vn"), Some("1988-03-05")));
        assert_eq!(number(&mut conn, "select count(*) from audit_entry where action = 'person.change'").await, 2);

        let run = show_run(&mut conn, &actor(Role::Checker), report.run.unwrap()).await.unwrap();
        let came: Vec<_> = run.rows.iter().map(|row| (row.line.line, row.outcome, row.code.as_deref())).collect();
        assert_eq!(came[0], (2, Outcome::Changed, Some("57.00001")));
        assert_eq!((came[1].1, came[3].1), (Outcome::Unchanged, Outcome::Refused));
        let notes = || run.rows.iter().flat_map(|row| &row.line.notes);
        assert!(notes().all(|note| note.value.is_empty()));
        assert!(notes().all(|note| !matches!(&note.remark, Remark::Changed { before } if !before.is_empty())));
        let again = checked(store, ImportKind::People, text).await;
        assert_eq!((counts(&again), again.changed), ([7, 0, 3, 4, 0], 0));
    }
}

#[tokio::test]
async fn columns_are_remembered_by_their_source() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        let (checker, kind) = (actor(Role::Checker), ImportKind::Units);
        let said = Mapping::of([("cap", "class"), ("goi la", "name"), ("so hieu", "code"), ("ghi chu", "")]);
        for source in ["Phần mềm Sở", "PHẦN MỀM  SỞ", ""] {
            let (checker, said) = (Actor::console(), said.clone());
            let remembering =
                store.write(AT, move |tx| Box::pin(async move { remember(tx, &checker, kind, source, &said).await }));
            let fault = remembering.await.err();
            assert_eq!(fault, source.is_empty().then(|| Failure::field("source", Fault::Missing)));
        }
        let mut conn = store.read().await.unwrap();
        assert_eq!(sources(&mut conn, &checker, kind).await.unwrap(), ["Phần mềm Sở"]);
        let recalled = recall(&mut conn, &checker, kind, "phan mem so").await.unwrap();
        assert_eq!(recalled, said);
        assert!(recall(&mut conn, &checker, ImportKind::People, "phan mem so").await.unwrap().is_empty());
        let nobody = recall(&mut conn, &actor(Role::UnitHr), kind, "x").await;
        assert_eq!(nobody.err(), Some(Failure::Forbidden));
        let text = "Cấp,Gọi là,Số hiệu,Ghi chú\nSở,Sở A,H57.1,x\n";
        assert!(read_mapped(&Order::new(), kind, text, &recalled, AT).is_ok());
        assert_eq!(number(&mut conn, "select count(*) from audit_entry where action = 'import.remember'").await, 1);
    }
}

/// Somebody who may import, with an account and a role that is looked up anew.
async fn importer(test: &TestStore) -> Actor {
    let adding = test.store.write(AT, |tx| {
        Box::pin(async move {
            let id = account::insert(tx.conn(), "kiemtra", "Người Kiểm Tra", None, AT).await?;
            account::set_password(tx.conn(), id, "x", AT).await?;
            Ok::<_, Failure>(id)
        })
    });
    let id = adding.await.unwrap();
    let grant = format!(
        "insert into role_grant (account_id, role, unit_id, valid_from, decision, state, proposed_at) \
         values ({id}, 'checker', 1, '2020-01-01', '1/QĐ', 'in_force', 0)"
    );
    test.run(&[&grant]).await;
    Actor::account(id, None, String::new(), vec![Grant { role: Role::Checker, path: "/1/".into() }], None)
}

async fn begun(store: &Store, actor: &Actor, text: &str, only_good: bool) -> Result<i64, ImportReport> {
    let order = Order::new();
    let sheet = read(&order, ImportKind::People, text, AT).unwrap();
    begin((store, &order), actor, sheet, only_good, format!("key-{only_good}"), AT).await.unwrap()
}

async fn act(store: &Store, actor: &Actor, id: i64, stopping: bool) -> Result<(), Failure> {
    let actor = actor.clone();
    let acting = store.write(AT, move |tx| {
        Box::pin(async move { if stopping { cancel(tx, &actor, id).await } else { go_on(tx, &actor, id).await } })
    });
    acting.await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_in_batches_goes_on_with_the_rights_of_now_and_ends_after_a_whole_one() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        imported(store, ImportKind::People, PEOPLE, false).await.unwrap();
        let actor = importer(&test).await;
        let order = Arc::new(Order::new());
        let mut text = "name,sex,born,cccd,unit,kind,position\n\
            Nguyễn Văn An,nam,05/03/1988,046088000001,H57.10,cc,\n,,,,H57.10,cc,\n"
            .to_owned();
        for nth in 0..2 * BATCH + 1 {
            writeln!(text, "Lê Thị Lô,nữ,31/12/1990,046190{nth:06},H57.10,vc,Chuyên viên").unwrap();
        }
        let refused = begun(store, &actor, &text, false).await.err().unwrap();
        assert_eq!(
            (&counts(&refused)[1..4], refused.changed),
            (&[2 * BATCH, 1, 1][..], 1),
            "one is held with another name"
        );
        let id = begun(store, &actor, &text, true).await.ok().unwrap();
        assert_eq!(begun(store, &actor, &text, true).await.ok().unwrap(), id, "a form that is sent twice");
        let mut conn = store.read().await.unwrap();
        let all = 2 * BATCH as i64 + 1;
        let view = show_import(&mut conn, &actor, id).await.unwrap();
        assert_eq!((view.total, view.done, view.finished, view.own, view.faulty), (all, 0, false, true, 1));

        assert!(step(store, &order, id, AT).await.unwrap());
        assert_eq!(to_go_on(&mut conn).await.unwrap(), [id], "a portal that begins goes on with it");
        // a role that is taken away is taken from what goes on
        test.run(&["update role_grant set state = 'ended'"]).await;
        assert!(!step(store, &order, id, AT).await.unwrap());
        let view = show_import(&mut conn, &actor, id).await.unwrap();
        assert_eq!((view.failure, view.done), (Some(Failure::Forbidden), BATCH as i64));
        assert!(to_go_on(&mut conn).await.unwrap().is_empty());
        test.run(&["update role_grant set state = 'in_force'"]).await;
        let other = Actor::account(77, None, String::new(), actor.grants.clone(), None);
        assert_eq!(act(store, &other, id, false).await, Err(Failure::Forbidden));
        act(store, &actor, id, false).await.unwrap();
        assert!(step(store, &order, id, AT).await.unwrap());
        act(store, &other, id, true).await.unwrap();
        assert!(!step(store, &order, id, AT).await.unwrap());

        let view = show_import(&mut conn, &other, id).await.unwrap();
        assert_eq!((view.finished, view.cancelled, view.own, view.done), (true, true, false, 2 * BATCH as i64));
        assert_eq!(number(&mut conn, "select count(*) from import_batch where rows_waiting is not null").await, 0);
        let told = show_run(&mut conn, &actor, id).await.unwrap().rows;
        let of = |outcome| told.iter().filter(|row| row.outcome == outcome).count();
        assert_eq!(
            [Outcome::Added, Outcome::Changed, Outcome::Unchanged, Outcome::Refused, Outcome::Waiting].map(of),
            [2 * BATCH - 1, 1, 1, 1, 1],
            "{view:?}"
        );
        assert!(told.is_sorted_by_key(|row| row.line.line) && told.len() == 2 * BATCH + 3);
        assert_eq!(told[2].code.as_deref(), Some("57.00005"));
        assert_eq!(number(&mut conn, "select count(*) from person").await, 4 + 2 * BATCH as i64 - 1);
        let entries = "select count(*) from audit_entry where action in ('import.begin', 'import.cancel')";
        assert_eq!(number(&mut conn, entries).await, 2);

        // the same once more: what is in is not imported twice
        let sheet = read(&order, ImportKind::People, &text, AT).unwrap();
        let again = begin((store, &order), &actor, sheet, true, String::new(), AT).await.unwrap().ok().unwrap();
        while step(store, &order, again, AT).await.unwrap() {}
        let view = show_import(&mut conn, &actor, again).await.unwrap();
        assert_eq!((view.new, view.changed, view.existing, view.faulty), (1, 0, 2 * BATCH as i64 + 1, 1));
    }
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_given_up() {
    for test in stores().await {
        let store = &test.store;
        found(store).await;
        imported(store, ImportKind::Units, UNITS, false).await.unwrap();
        let actor = importer(&test).await;
        let id = begun(store, &actor, PEOPLE, true).await.ok().unwrap();
        let mut conn = store.read().await.unwrap();
        for (days, given_up) in [(6, false), (8, true)] {
            let later = AT + days * 24 * 60 * 60 * 1000;
            store.write(later, |tx| Box::pin(async move { forget_abandoned(tx).await })).await.unwrap();
            let view = show_import(&mut conn, &actor, id).await.unwrap();
            assert_eq!((view.cancelled, view.done, view.total), (given_up, 0, 4));
        }
        assert_eq!(number(&mut conn, "select count(*) from import_batch where rows_waiting is not null").await, 0);
    }
}
