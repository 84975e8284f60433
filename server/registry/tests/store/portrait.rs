//! People's portraits: who sets and sees them, what is kept of them, and that they go with the person.

use std::fs;

use contract::view::PersonalState;
use contract::{Failure, Refusal};
use model::role::{Grant, Role};
use photo::{Crop, Master, Picture, check_master, make};
use registry::blobs::{BlobHash, Blobs};
use registry::store::audit::Filter;
use registry::work::erase_person::erase_person;
use registry::work::list_audit::list_audit;
use registry::work::set_portrait::set_portrait;
use registry::work::show_person::show_person;
use registry::work::show_portrait::{Shown, show_portrait};
use registry::work::sweep_blobs::{GRACE_MS, sweep_blobs};
use registry::{Actor, Conn};

use crate::sample::SAMPLE;
use crate::support::{AT, TestStore, files, number, run, stores};

/// The sample's people, without portraits, and a place for blobs.
async fn start(test: &TestStore) -> Blobs {
    test.run(SAMPLE).await;
    test.run(&["delete from portrait", "delete from attachment"]).await;
    Blobs::open(&test.folder.path().join("data/blobs")).unwrap()
}

/// A portrait of one shade of grey.
pub fn master(shade: u8) -> Master {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 600, 800);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[shade; 600 * 800]).unwrap();
    let picture = Picture::read(&file).unwrap();
    make(&picture, Crop::suggested(&picture)).unwrap()
}

fn holding(role: Role, path: &str) -> Actor {
    Actor::account(2, None, String::new(), vec![Grant { role, path: path.to_owned() }], Some(AT))
}

async fn shown(conn: &mut Conn, blobs: &Blobs, actor: &Actor, held: Option<BlobHash>) -> Result<Shown, Failure> {
    show_portrait(conn, blobs, actor, 1, held).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portrait_is_set_replaced_and_seen() {
    for test in stores().await {
        let blobs = start(&test).await;
        let actor = holding(Role::UnitHr, "/1/9/");
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(shown(&mut conn, &blobs, &actor, None).await, Err(Failure::NotFound));
        assert!(!show_person(&mut conn, &actor, 1).await.unwrap().portrait);

        let (first, second) = (master(100), master(200));
        let set = async |master: &Master, at| set_portrait(&test.store, &blobs, &actor, 1, master.clone(), at).await;
        assert_eq!(set(&first, AT).await, Ok(true));
        assert_eq!(set(&first, AT + 1).await, Ok(false), "the same bytes once more");
        let hash = BlobHash::of(first.jpeg());
        let jpeg = Shown::Jpeg { hash, bytes: first.jpeg().to_vec() };
        assert_eq!(shown(&mut conn, &blobs, &actor, None).await, Ok(jpeg.clone()));
        assert_eq!(shown(&mut conn, &blobs, &actor, Some(hash)).await, Ok(Shown::Same));
        assert!(show_person(&mut conn, &actor, 1).await.unwrap().portrait);
        // an auditor sees no people, but this account is that person's
        let own = Actor::account(1, Some(1), String::new(), Vec::new(), None);
        assert_eq!(shown(&mut conn, &blobs, &own, None).await, Ok(jpeg));

        assert_eq!(set(&second, AT + 2).await, Ok(true));
        let now = shown(&mut conn, &blobs, &actor, Some(hash)).await;
        assert_eq!(now, Ok(Shown::Jpeg { hash: BlobHash::of(second.jpeg()), bytes: second.jpeg().to_vec() }));
        assert_eq!(set(&first, AT + 3).await, Ok(true), "an earlier one may come back");
        for (sql, expected) in [
            ("select count(*) from portrait where person_id = 1", 3),
            ("select count(*) from portrait where replaced_at is null", 1),
            ("select count(*) from portrait where added_by = 2 and width = 600 and height = 800", 3),
        ] {
            assert_eq!(number(&mut conn, sql).await, expected, "{sql}");
        }
        assert_eq!(blobs.list().await.unwrap().len(), 2);

        let filter = Filter { object: Some("person:1".to_owned()), ..Filter::default() };
        let lines = list_audit(&mut conn, &Actor::console(), &filter, AT + 4).await.unwrap();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.action == "person.portrait"));
        assert!(lines[0].facts.contains("\"width\":600") && lines[0].personal == PersonalState::Kept);
        // who has the picture could tell the person by it
        assert!(lines.iter().all(|line| !line.facts.contains(&hash.to_string())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_changes_and_sees_nothing() {
    for test in stores().await {
        let blobs = start(&test).await;
        set_portrait(&test.store, &blobs, &Actor::console(), 1, master(100), AT).await.unwrap();
        let set = async |actor: &Actor, id| set_portrait(&test.store, &blobs, actor, id, master(7), AT).await;
        let elsewhere = holding(Role::UnitHr, "/1/9/5/");
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(set(&elsewhere, 1).await, Err(Failure::NotFound));
        assert_eq!(shown(&mut conn, &blobs, &elsewhere, None).await, Err(Failure::NotFound));
        assert_eq!(set(&holding(Role::Approver, "/1/"), 1).await, Err(Failure::Forbidden));
        assert_eq!(set(&Actor::console(), 99).await, Err(Failure::NotFound));
        let another = Actor::account(2, Some(2), String::new(), Vec::new(), None);
        assert_eq!(shown(&mut conn, &blobs, &another, None).await, Err(Failure::NotFound));
        assert_eq!(blobs.list().await.unwrap().len(), 1, "nothing was written for who may not");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_present_portrait_whoever_asks_at_once() {
    for test in stores().await {
        let blobs = start(&test).await;
        let console = Actor::console();
        let set = |shade| set_portrait(&test.store, &blobs, &console, 1, master(shade), AT);
        let (a, b, c) = tokio::join!(set(1), set(2), set(3));
        assert_eq!((a, b, c), (Ok(true), Ok(true), Ok(true)));
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from portrait where replaced_at is null").await, 1);
        let second = "insert into portrait (person_id, sha256, bytes, width, height, added_at) \
             select person_id, sha256, bytes, width, height, added_at from portrait where replaced_at is null";
        drop(conn);
        let refused: Result<u64, registry::StoreError> =
            test.store.write(AT, move |tx| Box::pin(async move { Ok(run(tx.conn(), second).await?) })).await;
        assert!(matches!(refused, Err(registry::StoreError::Taken(_))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_person_has_no_portrait_left() {
    for test in stores().await {
        let blobs = start(&test).await;
        let console = Actor::console();
        for (person, shade) in [(1, 100), (1, 200), (2, 200)] {
            set_portrait(&test.store, &blobs, &console, person, master(shade), AT).await.unwrap();
        }
        let actor = console.clone();
        let erased =
            test.store.write(AT, |tx| Box::pin(async move { erase_person(tx, &actor, 1, 1, "QĐ 1").await })).await;
        let unnamed = erased.unwrap();
        assert_eq!(unnamed.remove(&test.store, &blobs).await, Ok(1), "the other one is a neighbour's, too");
        let left = blobs.list().await.unwrap();
        assert_eq!((left.len(), left[0].0), (1, BlobHash::of(master(200).jpeg())));
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(number(&mut conn, "select count(*) from portrait where person_id = 1").await, 0);
        assert_eq!(shown(&mut conn, &blobs, &console, None).await, Err(Failure::NotFound));
        let again = set_portrait(&test.store, &blobs, &console, 1, master(9), AT).await;
        assert_eq!(again, Err(Failure::Refused { why: Refusal::Erased }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_row_names_is_swept_a_day_later() {
    for test in stores().await {
        let blobs = start(&test).await;
        set_portrait(&test.store, &blobs, &Actor::console(), 1, master(100), AT).await.unwrap();
        drop(blobs.put(b"an orphan".to_vec()).await.unwrap());
        let written = blobs.list().await.unwrap().iter().map(|(_, written)| *written).max().unwrap();
        assert_eq!(sweep_blobs(&test.store, &blobs, written).await, Ok(0));
        assert_eq!(sweep_blobs(&test.store, &blobs, written + GRACE_MS + 1).await, Ok(1));
        assert_eq!(blobs.list().await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_blob_that_is_gone_or_altered_is_an_error_and_no_picture() {
    let test = stores().await.remove(0);
    let blobs = start(&test).await;
    let console = Actor::console();
    set_portrait(&test.store, &blobs, &console, 1, master(100), AT).await.unwrap();
    let (name, _) = files(&test.folder.path().join("data/blobs")).into_iter().next().unwrap();
    let file = test.folder.path().join("data/blobs").join(name);
    let mut conn = test.store.read().await.unwrap();
    fs::write(&file, master(101).jpeg()).unwrap();
    assert_eq!(shown(&mut conn, &blobs, &console, None).await, Err(Failure::Internal));
    fs::remove_file(&file).unwrap();
    assert_eq!(shown(&mut conn, &blobs, &console, None).await, Err(Failure::Internal));
}

#[tokio::test]
async fn nothing_of_where_a_photo_was_taken_is_kept() {
    let test = stores().await.remove(0);
    let blobs = start(&test).await;
    set_portrait(&test.store, &blobs, &Actor::console(), 1, master(100), AT).await.unwrap();
    for file in files(&test.folder.path().join("data/blobs")).values() {
        assert!(check_master(file).is_ok());
        assert!(!file.windows(4).any(|four| four == b"Exif"));
    }
}
