//! Finding people and units, the order of lists, and moving through units.

use contract::view::{Target, UnitDetail};
use contract::{Failure, Fault};
use futures_util::future::join_all;
use model::role::{Grant, Role};
use model::unit::PostKind;
use registry::order::Order;
use registry::store::unit;
use registry::work::change_person::{PersonForm, add_person, change_person, move_person};
use registry::work::change_unit::{UnitForm, add_unit, change_unit};
use registry::work::list_people::{PeopleQuery, find, list_people};
use registry::work::load_demo::load_demo;
use registry::work::show_person::show_person;
use registry::work::show_unit::show_unit;
use registry::{Actor, Conn};

use crate::support::{AT, TestSecrets, TestStore, draw, number, stores};

pub async fn add(
    test: &TestStore,
    class: &'static str,
    name: &'static str,
    parent_id: Option<i64>,
    code: &'static str,
) -> i64 {
    let form = UnitForm {
        class: class.into(),
        name: name.into(),
        parent_id,
        code: code.into(),
        from: "2020-01-01".into(),
        ..UnitForm::default()
    };
    test.store
        .write(AT, move |tx| Box::pin(async move { add_unit(tx, &Actor::console(), &Order::new(), form).await }))
        .await
        .unwrap()
}

/// Enters the province itself; its path.
pub async fn province(test: &TestStore) -> String {
    let id = add(test, "province", "UBND tỉnh", None, "H57").await;
    format!("/{id}/")
}

async fn person(test: &TestStore, unit: i64, name: &'static str) -> i64 {
    let form = PersonForm { name: name.into(), kind: "civil_servant".into(), ..PersonForm::default() };
    test.store
        .write(AT, move |tx| {
            Box::pin(async move { add_person(tx, &Actor::console(), &Order::new(), unit, form).await })
        })
        .await
        .unwrap()
}

fn checker(path: &str) -> Actor {
    Actor::account(1, None, String::new(), vec![Grant { role: Role::Checker, path: path.into() }], Some(AT))
}

async fn names(conn: &mut Conn, actor: &Actor, text: &str) -> Vec<String> {
    let query = PeopleQuery { text: text.into(), ..PeopleQuery::default() };
    list_people(conn, actor, &query).await.unwrap().rows.into_iter().map(|row| row.name).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_with_or_without_tones_and_by_every_code() {
    for test in stores().await {
        let root = province(&test).await;
        let root_id = root.trim_matches('/').parse().ok();
        let unit = add(&test, "specialised_agency", "Sở Nội vụ", root_id, "00.10.H57").await;
        for name in ["Đặng Văn Ánh", "Dang Thi An", "Nguyễn Thị Hòa", "Nguyễn Văn Hoà", "H'Mai Niê", "Trần Đức"]
        {
            person(&test, unit, name).await;
        }
        let mut conn = test.store.read().await.unwrap();
        let all = checker(&root);
        assert_eq!(
            names(&mut conn, &all, "").await,
            ["Dang Thi An", "Đặng Văn Ánh", "Trần Đức", "Nguyễn Thị Hòa", "Nguyễn Văn Hoà", "H'Mai Niê"]
        );
        assert_eq!(names(&mut conn, &all, "dang").await, ["Dang Thi An", "Đặng Văn Ánh"]);
        assert_eq!(names(&mut conn, &all, "Đặng").await, ["Đặng Văn Ánh", "Dang Thi An"], "typed tones come first");
        assert_eq!(names(&mut conn, &all, "NGUYEN hoa").await.len(), 2);
        assert_eq!(names(&mut conn, &all, "hmai").await, ["H'Mai Niê"]);
        assert_eq!(names(&mut conn, &all, "57.00001").await, ["Đặng Văn Ánh"]);
        assert_eq!(names(&mut conn, &all, "00.10.H57-2").await, ["Dang Thi An"]);
        // what could be read as a query language finds nothing, and breaks nothing
        for odd in ["\"", "a\" OR name:*", "'; drop table person", "NEAR(", "*", "&", "!", "()", "nguyen*", "\0"] {
            names(&mut conn, &all, odd).await;
        }
        let hits = find(&mut conn, &all, "noi vu").await.unwrap();
        assert_eq!(hits.first().map(|hit| hit.target), Some(Target::Unit(unit)));
        assert_eq!(find(&mut conn, &all, "hò").await.unwrap().len(), 2, "the last word may be unfinished");
        // who sees another unit only finds nobody
        assert!(names(&mut conn, &checker(&format!("{root}9999/")), "dang").await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_found_by_the_name_of_now_whatever_else_is_changed() {
    for test in stores().await {
        let root = province(&test).await;
        let unit =
            add(&test, "specialised_agency", "Sở Nội vụ", root.trim_matches('/').parse().ok(), "00.10.H57").await;
        let id = person(&test, unit, "Đặng Văn Ánh").await;
        for (version, (name, position)) in
            [("Đặng Văn Ánh", "Chuyên viên"), ("Trần Văn Ánh", "Chuyên viên"), ("Trần Văn Ánh", "Trưởng phòng")]
                .into_iter()
                .enumerate()
        {
            let form = PersonForm {
                name: name.into(),
                kind: "civil_servant".into(),
                position: position.into(),
                ..PersonForm::default()
            };
            let meant = (id, version as i64 + 1);
            let changed = test.store.write(AT, move |tx| {
                Box::pin(async move { change_person(tx, &Actor::console(), &Order::new(), meant, form).await })
            });
            changed.await.unwrap();
            let mut conn = test.store.read().await.unwrap();
            let [dang, tran] =
                [names(&mut conn, &checker(&root), "dang").await, names(&mut conn, &checker(&root), "tran").await];
            assert_eq!((dang.len(), tran.len()), if version == 0 { (1, 0) } else { (0, 1) }, "{version}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_gives_a_new_ordinal_and_keeps_the_old_one() {
    for test in stores().await {
        let root = province(&test).await;
        let root_id = root.trim_matches('/').parse().ok();
        let first = add(&test, "specialised_agency", "Sở A", root_id, "H57.10").await;
        let second = add(&test, "specialised_agency", "Sở B", root_id, "H57.11").await;
        person(&test, second, "Lê Văn Bình").await;
        let id = person(&test, first, "Trần Thị Hoa").await;
        let actor = checker(&root);
        let moving = actor.clone();
        test.store
            .write(AT, move |tx| Box::pin(async move { move_person(tx, &moving, (id, 1), "00.11.H57", "").await }))
            .await
            .unwrap();
        let stale = actor.clone();
        let again = test
            .store
            .write(AT, move |tx| Box::pin(async move { move_person(tx, &stale, (id, 1), "H57.10", "").await }))
            .await;
        assert_eq!(again, Err(Failure::Stale), "the page showed an older version");
        let mut conn = test.store.read().await.unwrap();
        let shown = show_person(&mut conn, &actor, id).await.unwrap();
        let stays: Vec<_> =
            shown.assignments.iter().map(|stay| (stay.unit_id, stay.ordinal, stay.to.is_some())).collect();
        assert_eq!(stays, [(second, 2, false), (first, 1, true)]);
        assert_eq!(shown.identification_code.as_deref(), Some("H57.11-2"));
        assert_eq!(shown.person.personnel_code.as_deref(), Some("57.00002"), "the personnel code stays for life");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_is_meant_by_its_code_or_its_whole_name() {
    for test in stores().await {
        let root = province(&test).await;
        let root_id = root.trim_matches('/').parse().ok();
        let a = add(&test, "specialised_agency", "Sở A", root_id, "H57.10").await;
        let b = add(&test, "specialised_agency", "Sở B", root_id, "H57.11").await;
        add(&test, "attached_unit", "Văn phòng", Some(a), "").await;
        add(&test, "attached_unit", "Văn phòng", Some(b), "").await;
        let centre = add(&test, "attached_unit", "Trung tâm Lưu trữ", Some(a), "").await;
        let id = person(&test, a, "Trần Thị Hoa").await;
        let to = async |actor: Actor, typed: &'static str| {
            test.store
                .write(AT, move |tx| Box::pin(async move { move_person(tx, &actor, (id, 1), typed, "").await }))
                .await
        };
        let wrong = |fault| Err(Failure::field("unit_code", fault));
        for (typed, fault) in [
            ("", Fault::Missing),
            ("H57-10", Fault::AgencyCode),
            ("H57.99", Fault::Unknown),
            ("Trung tâm", Fault::Unknown),
            ("văn phòng", Fault::Several),
            ("Sở A", Fault::SameUnit),
        ] {
            assert_eq!(to(checker(&root), typed).await, wrong(fault), "{typed}");
        }
        // names of units beyond one's own are not told apart from names that nobody has
        let within = checker(&format!("{root}{a}/"));
        assert_eq!(to(within.clone(), "Sở B").await, wrong(Fault::Unknown));
        to(within.clone(), " trung tam  luu tru").await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(show_person(&mut conn, &within, id).await.unwrap().person.unit_id, centre);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subtree_moves_with_its_unit_and_the_past_stays() {
    for test in stores().await {
        let root = province(&test).await;
        let root_id: i64 = root.trim_matches('/').parse().unwrap();
        let a = add(&test, "specialised_agency", "Sở A", Some(root_id), "").await;
        let b = add(&test, "specialised_agency", "Sở B", Some(root_id), "").await;
        let centre = add(&test, "attached_unit", "Trung tâm", Some(a), "").await;
        let school = add(&test, "attached_unit", "Trường", Some(centre), "").await;
        let actor = checker(&root);
        let form = UnitForm {
            class: "attached_unit".into(),
            name: "Trung tâm mới".into(),
            parent_id: Some(b),
            decision: "7/QĐ-UBND".into(),
            ..UnitForm::default()
        };
        let below_itself = UnitForm { parent_id: Some(school), ..form.clone() };
        for (form, fine) in [(below_itself, false), (form, true)] {
            let actor = actor.clone();
            let done = test
                .store
                .write(AT, move |tx| {
                    Box::pin(async move { change_unit(tx, &actor, &Order::new(), (centre, 1), form).await })
                })
                .await;
            assert_eq!(done.is_ok(), fine, "{done:?}");
        }
        let mut conn = test.store.read().await.unwrap();
        let moved = unit::by_id(&mut conn, school).await.unwrap().unwrap();
        assert_eq!(moved.path, format!("{root}{b}/{centre}/{school}/"));
        let UnitDetail { history, .. } = show_unit(&mut conn, &actor, centre).await.unwrap();
        let periods: Vec<_> = history.iter().map(|period| (period.name.as_str(), period.parent.as_deref())).collect();
        assert_eq!(periods, [("Trung tâm mới", Some("Sở B")), ("Trung tâm", Some("Sở A"))]);
    }
}

/// S000 II.1 and Appendix I: 956 units, 30,121 posts; here with fewer people.
#[tokio::test(flavor = "multi_thread")]
async fn the_demonstration_province_has_its_units_and_posts() {
    for test in stores().await {
        let accounts = load_demo(&test.store, &TestSecrets::new(1), &draw(8), (500, 1), AT).await.unwrap();
        assert_eq!(accounts.len(), Role::ALL.len() + 2, "three key custodians");
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(unit::count(&mut conn).await.unwrap(), 956);
        let root = unit::root(&mut conn).await.unwrap().unwrap();
        let shown = show_unit(&mut conn, &checker(&root.path), root.id).await.unwrap();
        let posts = |kind: PostKind| shown.posts.iter().find(|line| line.kind == kind).unwrap().posts;
        assert_eq!(shown.unit.posts, 30_121);
        assert_eq!(posts(PostKind::CivilServant), 1349 + 861);
        assert_eq!(posts(PostKind::PublicEmployee), 7330 + 978 + 73 + 17_667);
        assert_eq!(posts(PostKind::Contract68), 393 + 240 + 6 + 656);
        assert_eq!(posts(PostKind::Contract43), 568);
        assert_eq!(shown.unit.people, 500);
        let again = load_demo(&test.store, &TestSecrets::new(1), &draw(8), (5, 1), AT).await.err();
        assert!(matches!(again, Some(Failure::Refused { .. })), "a demonstration goes into an empty database only");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_at_once_enter_people_without_gaps() {
    const WRITERS: usize = 16;
    const EACH: usize = 6;
    for test in stores().await {
        let root = province(&test).await;
        let root_id = root.trim_matches('/').parse().ok();
        let units = [
            add(&test, "specialised_agency", "Sở A", root_id, "H57.10").await,
            add(&test, "specialised_agency", "Sở B", root_id, "H57.11").await,
        ];
        let writers = (0..WRITERS).map(|writer| {
            let test = &test;
            async move {
                for nth in 0..EACH {
                    person(test, units[(writer + nth) % 2], "Nguyễn Văn An").await;
                }
            }
        });
        join_all(writers).await;
        let mut conn = test.store.read().await.unwrap();
        let all = PeopleQuery::default();
        let mut codes = Vec::new();
        for page in 1..=2 {
            let rows =
                list_people(&mut conn, &checker(&root), &PeopleQuery { page, ..all.clone() }).await.unwrap().rows;
            codes.extend(rows.into_iter().filter_map(|row| row.personnel_code));
        }
        codes.sort();
        let expected: Vec<String> = (1..=WRITERS * EACH).map(|n| format!("57.{n:05}")).collect();
        assert_eq!(codes, expected, "{:?}", test.kind);
        for unit in units {
            let count = "select count(*) from person where unit_id = {unit} and ordinal between 1 and {n}";
            let count = count.replace("{unit}", &unit.to_string()).replace("{n}", &(WRITERS * EACH / 2).to_string());
            assert_eq!(number(&mut conn, &count).await, (WRITERS * EACH / 2) as i64);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn namesakes_elsewhere_hide_nobody() {
    for test in stores().await {
        load_demo(&test.store, &TestSecrets::new(1), &draw(1), (4_000, 1), AT).await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        let everywhere = number(&mut conn, "select count(*) from person where name_folded like 'nguyen %'").await;
        assert!(everywhere > 1_001, "{everywhere}");
        let newest = "select unit_id from person where name_folded like 'nguyen %' order by id desc limit 1";
        let unit = number(&mut conn, newest).await;
        let path = unit::by_id(&mut conn, unit).await.unwrap().unwrap().path;
        let found = names(&mut conn, &checker(&path), "nguyen").await;
        assert!(!found.is_empty(), "{:?}", test.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_given_a_code_gives_its_people_theirs_and_no_code_is_given_twice() {
    for test in stores().await {
        let root = province(&test).await;
        let root_id: Option<i64> = root.trim_matches('/').parse().ok();
        let unit = add(&test, "specialised_agency", "Sở A", root_id, "").await;
        let id = person(&test, unit, "Trần Thị Hoa").await;
        let change = |id: i64, version: i64, code: &'static str| {
            let form = UnitForm {
                class: "specialised_agency".into(),
                name: "Sở A".into(),
                parent_id: root_id,
                code: code.into(),
                ..UnitForm::default()
            };
            test.store.write(AT, move |tx| {
                Box::pin(async move { change_unit(tx, &Actor::console(), &Order::new(), (id, version), form).await })
            })
        };
        change(unit, 1, "00.10.H57").await.unwrap();
        let mut conn = test.store.read().await.unwrap();
        let shown = show_person(&mut conn, &checker(&root), id).await.unwrap();
        assert_eq!(shown.identification_code.as_deref(), Some("00.10.H57-1"));
        assert_eq!(shown.assignments[0].identification_code.as_deref(), Some("00.10.H57-1"));
        drop(conn);

        let version = {
            let mut conn = test.store.read().await.unwrap();
            unit::by_id(&mut conn, unit).await.unwrap().unwrap().version
        };
        change(unit, version, "H57.20").await.unwrap();
        let other = add(&test, "specialised_agency", "Sở B", root_id, "").await;
        let taken = change(other, 1, "H57.10").await;
        assert_eq!(taken, Err(Failure::field("code", Fault::Taken)), "{:?}", test.kind);
    }
}
