//! The national export against what is held (C26): compared, it stops print until both say the same.

use std::collections::BTreeMap;

use contract::import::{ImportKind, ImportReport, Outcome, Remark};
use contract::national::Compared;
use contract::{Failure, Fault, Refusal};
use model::profile::Field;
use model::role::Role;
use registry::order::Order;
use registry::work::import::{import, read};
use registry::work::issue_card::{face_to_print, print_card};
use registry::work::national::{list_differences, open_difference, report_up, show_difference, take_over};
use registry::work::work_queue::work_queue;

use crate::cards::Scene;
use crate::support::{AT, stores};

const HEADINGS: &str = "Mã số công chức\tSố CCCD\tHọ và tên\tGiới tính\tNgày sinh\tChức vụ\tMã đơn vị\n";

impl Scene {
    async fn export(&self, rows: &str, only_good: bool) -> ImportReport {
        let (checker, order) = (self.checker(), Order::new());
        let sheet = read(&order, ImportKind::National, &format!("{HEADINGS}{rows}"), AT).unwrap();
        let loading =
            self.write(move |tx| Box::pin(async move { import(tx, &checker, &order, &sheet, only_good).await }));
        loading.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_compared_and_change_nothing_of_what_is_held() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        let rows = "57.00001\t046190001234\tLÊ THỊ BÌNH\tNữ\t02/03/1990\tChuyên viên chính\tH57.10\n\
                    57.00001\t\tLê Thị Bình\t\t\t\t\n\
                    57.00002\t\tAi Đó\t\t\t\t\n\
                    \t046190001299\tKhông Ai\t\t\t\t\n\
                    57.00001\t46190001234\tLê Thị Bình\tgì\t31/02/1990\t\tH99.99.99.99.99\n";
        let report = scene.export(rows, true).await;
        assert_eq!((report.new, report.faulty), (1, 4));
        let outcomes: Vec<Outcome> = report.all.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes[0], Outcome::Added);
        let differs = &report.all[0].line.notes;
        assert_eq!(differs.len(), 1, "capitals alone are no difference");
        assert_eq!(differs[0].remark, Remark::Differs { held: "Chuyên viên".into() });
        let remark = |row: usize| report.all[row].line.notes[0].remark.clone();
        assert_eq!(remark(1), Remark::Repeated { line: 2 });
        assert_eq!(remark(2), Remark::Wrong { fault: Fault::Unknown });
        assert_eq!(remark(3), Remark::Wrong { fault: Fault::Unknown });
        assert_eq!(report.all[4].line.notes.len(), 2, "sex and birth date");
        // nothing of the person has changed, and the same export once more changes nothing
        let held = scene.test.count("select count(*) from person where position = 'Chuyên viên'").await;
        assert_eq!(held, 1);
        let first = rows.lines().next().unwrap();
        let again = scene.export(first, false).await;
        assert_eq!((again.new, again.changed, again.existing), (0, 0, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_approved_or_printed_until_both_say_the_same() {
    for test in stores().await {
        let scene = Scene::new(test).await;
        scene.portrait(90).await;
        let request = scene.verified("first_issue", "new_recruit").await;
        let list = scene.checked(request, "1/TTr").await;
        // verified is «Phó Trưởng phòng»; the export says otherwise
        scene.export("57.00001\t046190001234\tLê Thị Bình\tNữ\t02/03/1990\tTrưởng phòng\tH57.10\n", false).await;
        let differs = Err(Failure::Refused { why: Refusal::NationalDiffers });
        assert_eq!(scene.decide(scene.approver(), list, BTreeMap::new()).await, differs);

        let mut conn = scene.test.store.read().await.unwrap();
        let (rows, total) = list_differences(&mut conn, &scene.checker(), 1).await.unwrap();
        assert_eq!((total, rows[0].differences.len()), (1, 1));
        let one = &rows[0].differences[0];
        assert_eq!((one.of, one.held.as_str()), (Compared::Field(Field::Position), "Phó Trưởng phòng"));
        assert!(show_difference(&mut conn, &scene.hr(), scene.person).await.unwrap().is_some(), "the unit is told");
        assert_eq!(list_differences(&mut conn, &scene.hr(), 1).await, Err(Failure::Forbidden));
        let foreign = open_difference(&mut conn, &scene.someone(17, Role::UnitHr), scene.person).await;
        assert_eq!(foreign, Err(Failure::NotFound));
        let queue = work_queue(&mut conn, &scene.checker(), AT).await.unwrap();
        assert!(queue.iter().any(|group| format!("{:?}", group.kind) == "SettleNational"));
        drop(conn);

        // the province is right: the national database is asked, and printing waits for its next export
        let (person, version) = (scene.person, rows[0].version);
        let report = |document: &'static str, version| {
            let checker = scene.checker();
            scene.write(move |tx| Box::pin(async move { report_up(tx, &checker, (person, version), document).await }))
        };
        assert_eq!(report(" ", version).await, Err(Failure::field("document", Fault::Missing)));
        report("152/SNV-CCVC", version).await.unwrap();
        assert_eq!(report("153/SNV-CCVC", version).await, Err(Failure::Stale));
        assert_eq!(scene.decide(scene.approver(), list, BTreeMap::new()).await, differs);
        let mut conn = scene.test.store.read().await.unwrap();
        let queue = work_queue(&mut conn, &scene.checker(), AT).await.unwrap();
        assert!(!queue.iter().any(|group| format!("{:?}", group.kind) == "SettleNational"), "it was done");
        drop(conn);
        scene.export("57.00001\t\tLê Thị Bình\tNữ\t02/03/1990\tPhó trưởng phòng\tH57.10\n", false).await;
        scene.decide(scene.approver(), list, BTreeMap::new()).await.unwrap();
        let source = "select count(*) from card where source like 'national:%'";
        assert_eq!(scene.test.count(source).await, 1);

        // an export that comes between approval and print stops print
        scene.export("57.00001\t\tLê Thị Bình\tNam\t02/03/1990\tPhó trưởng phòng\tH57.10\n", false).await;
        let (card, version, _) = scene.card().await;
        let operator = scene.operator();
        let printed =
            scene.write(move |tx| Box::pin(async move { print_card(tx, &operator, (card, version), "A-01").await }));
        assert_eq!(printed.await, differs);
        let mut conn = scene.test.store.read().await.unwrap();
        let face = face_to_print(&mut conn, &scene.blobs, &scene.operator(), card).await;
        assert_eq!(face.map(drop), differs);

        // taken over, both say the same
        let open = open_difference(&mut conn, &scene.checker(), person).await.unwrap();
        drop(conn);
        let take = |version| {
            let (checker, order) = (scene.checker(), Order::new());
            let of = (person, version, open.person_version);
            scene.write(move |tx| Box::pin(async move { take_over(tx, &checker, &order, of).await }))
        };
        assert_eq!(take(open.version - 1).await, Err(Failure::Stale), "the page showed another export");
        take(open.version).await.unwrap();
        let mut conn = scene.test.store.read().await.unwrap();
        assert_eq!(show_difference(&mut conn, &scene.checker(), person).await, Ok(None));
        assert_eq!(scene.test.count("select count(*) from person where sex = 'male'").await, 1);
    }
}
