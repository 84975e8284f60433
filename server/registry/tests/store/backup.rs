//! Backup of a running system, and restore into an empty place, of either database into either.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join_all;
use registry::blobs::BlobHash;
use registry::store::{Kind, audit, dump, unit};
use registry::work::back_up::{BackupError, FORMAT, Manifest, back_up};
use registry::work::restore::{read_manifest, restore};
use registry::work::sign_head::sign_head;
use registry::{Actor, Failure, StoreError};

use crate::sample::SAMPLE;
use crate::support::{AT, TestSecrets, TestStore, another, files, number, record, run, stores};

/// A store with something in every table, and a data folder with blobs and keys.
async fn fill(test: &TestStore) -> PathBuf {
    test.run(SAMPLE).await;
    for round in 0..3 {
        let done: Result<(), Failure> = test
            .store
            .write(AT, move |tx| {
                Box::pin(async move {
                    (0..40).for_each(|n| record(tx, round * 100 + n, (n % 4 == 0).then_some(2)));
                    sign_head(tx, &Actor::system(), &TestSecrets::new(1)).await.map(drop)
                })
            })
            .await;
        done.unwrap();
    }
    let data = test.folder.path().join("data");
    fs::create_dir_all(data.join("blobs/photo/ab")).unwrap();
    fs::write(data.join("blobs/photo/ab/cd.jpg"), [0xFF; 100_000]).unwrap();
    fs::write(data.join("blobs/Biên bản 1.pdf"), "").unwrap();
    let portrait = data.join(portrait());
    fs::create_dir_all(portrait.parent().unwrap()).unwrap();
    fs::write(&portrait, "abc").unwrap();
    fs::write(format!("{}#1", portrait.display()), "being written").unwrap();
    fs::write(data.join("vault.sealed"), "sealed").unwrap();
    fs::write(data.join("test.log"), "not part of it").unwrap();
    data
}

/// The blob that the sample's portraits name.
fn portrait() -> String {
    format!("blobs/{}", BlobHash::of(b"abc").place())
}

async fn back_up_into(test: &TestStore, data: &Path, name: &str) -> (PathBuf, Manifest) {
    let to = test.folder.path().join(name);
    let manifest = back_up(&test.store, &to, data, AT).await.unwrap();
    (to, manifest)
}

/// The tables' files, which do not depend on where they come from.
fn tables(backup: &Path) -> Vec<(String, Vec<u8>)> {
    let mut tables: Vec<_> = files(&backup.join("tables")).into_iter().collect();
    tables.sort();
    tables
}

#[tokio::test]
async fn every_table_of_the_schema_is_backed_up() {
    for test in stores().await {
        let mut conn = test.store.read().await.unwrap();
        let mut ours: Vec<&str> = dump::TABLES.iter().map(|table| table.name).collect();
        ours.sort_unstable();
        let mut theirs = dump::tables(&mut conn).await.unwrap();
        theirs.sort_unstable();
        assert_eq!(ours, theirs, "{:?}: store::dump::TABLES is not the schema", test.kind);
        for table in dump::TABLES {
            assert!(!dump::columns(&mut conn, table).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let mut of_each = Vec::new();
    for test in stores().await {
        let mut conn = test.store.read().await.unwrap();
        let mut columns = Vec::new();
        for table in dump::TABLES {
            columns.push((table.name, dump::columns(&mut conn, table).await.unwrap()));
        }
        of_each.push(columns);
    }
    assert!(of_each.windows(2).all(|pair| pair[0] == pair[1]), "{of_each:#?}");
}

#[tokio::test]
async fn a_backup_restores_into_either_database_and_back() {
    let sources = stores().await;
    let kinds: Vec<Kind> = sources.iter().map(|test| test.kind).collect();
    for source in sources {
        let data = fill(&source).await;
        let (first, manifest) = back_up_into(&source, &data, "a/b/first").await;
        for table in &manifest.tables {
            assert!(
                table.rows > 0,
                "the sample has nothing in {}: add a row there, so that this test sees it",
                table.name
            );
        }
        for kind in &kinds {
            let target = another(*kind).await;
            let place = target.folder.path().join("data");
            let restored = restore(&target.store, &first, &place, AT).await.unwrap();
            assert_eq!(restored.manifest, manifest);
            assert!(restored.audit.ok, "{:?}", restored.audit);
            // three rounds of forty entries, and one entry about each head
            assert_eq!((restored.audit.entries, restored.audit.heads), (123, 3));

            let (second, again) = back_up_into(&target, &place, "second").await;
            assert_eq!(tables(&first), tables(&second), "{:?} → {kind:?}", source.kind);
            assert_eq!(
                (again.tables, again.blobs, again.vault),
                (manifest.tables.clone(), manifest.blobs.clone(), manifest.vault.clone())
            );
            assert_eq!(files(&place).len(), 4);
            assert_eq!(fs::read(place.join(portrait())).unwrap(), b"abc");
            assert_eq!(fs::read(place.join("blobs/photo/ab/cd.jpg")).unwrap(), [0xFF; 100_000]);
            assert_eq!(fs::read(place.join("vault.sealed")).unwrap(), b"sealed");
            goes_on(&target).await;
        }
    }
}

/// The restored system works: numbers, ids and the chain go on where they were.
async fn goes_on(test: &TestStore) {
    let id: Result<i64, StoreError> = test
        .store
        .write(AT, |tx| {
            Box::pin(async move {
                record(tx, 1, Some(2));
                assert_eq!(unit::next_numbers(tx.conn(), "personnel_code", 1).await?, 2);
                run(
                    tx.conn(),
                    "insert into account (login, display_name, name_folded, state, created_at) values ('x', 'X', 'x', 'invited', 1)",
                )
                .await?;
                Ok(i64::from(number(tx.conn(), "select max(id) from account").await == 3))
            })
        })
        .await;
    assert_eq!(id.unwrap(), 1);
    let mut conn = test.store.snapshot().await.unwrap();
    assert!(registry::work::verify_audit::verify_audit(&mut conn, None).await.unwrap().ok);
    assert_eq!(number(&mut conn, "select count(*) from person where name_folded like '%giu%'").await, 1);
    if test.kind == Kind::Sqlite {
        assert_eq!(number(&mut conn, "select count(*) from person_name where person_name match 'giu'").await, 1);
    }
    conn.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_of_a_running_system_is_one_state() {
    for test in stores().await {
        let data = fill(&test).await;
        let (stop, store) = (Arc::new(AtomicBool::new(false)), test.store.clone());
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let (stop, store) = (stop.clone(), store.clone());
                tokio::spawn(async move {
                    let mut written = 0u64;
                    while !stop.load(Ordering::Relaxed) {
                        let done: Result<i64, StoreError> = store
                            .write(AT, |tx| {
                                Box::pin(async move {
                                    let code = unit::next_numbers(tx.conn(), "personnel_code", 1).await?;
                                    record(tx, code as u64, Some(2));
                                    Ok(code)
                                })
                            })
                            .await;
                        done.unwrap();
                        written += 1;
                    }
                    written
                })
            })
            .collect();
        let mut backups = Vec::new();
        for n in 0..4 {
            grow(&test).await;
            backups.push(back_up_into(&test, &data, &format!("running {n}")).await);
        }
        stop.store(true, Ordering::Relaxed);
        let written: u64 = join_all(writers).await.into_iter().map(Result::unwrap).sum();
        assert!(written > 0);

        let mut sizes = Vec::new();
        for (from, manifest) in &backups {
            let target = another(test.kind).await;
            let restored = restore(&target.store, from, &target.folder.path().join("data"), AT).await.unwrap();
            assert!(restored.audit.ok, "{:?}", restored.audit);
            let rows = |name: &str| manifest.tables.iter().find(|table| table.name == name).unwrap().rows;
            assert_eq!(rows("audit_entry"), restored.audit.entries);
            let mut conn = target.store.read().await.unwrap();
            let (given, _) = unit::counter(&mut conn, "personnel_code").await.unwrap();
            assert_eq!(given as u64 - 1, restored.audit.entries - 123, "each number and its entry, or neither");
            sizes.push(restored.audit.entries);
        }
        assert!(sizes.is_sorted_by(|a, b| a < b), "{sizes:?}");
    }
}

/// Waits until somebody else has written some more.
async fn grow(test: &TestStore) {
    let mut conn = test.store.read().await.unwrap();
    let before = number(&mut conn, "select count(*) from audit_entry").await;
    while number(&mut conn, "select count(*) from audit_entry").await < before + 10 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_backup_is_for_its_owner_and_lists_as_sha256sum_does() {
    let test = stores().await.remove(0);
    let data = fill(&test).await;
    let (to, manifest) = back_up_into(&test, &data, "backup").await;
    let mode = |path: &str| fs::metadata(to.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("tables"), mode("blobs/photo")), (0o700, 0o700, 0o700));
    assert_eq!((mode("vault.sealed"), mode("manifest.json"), mode("blobs/photo/ab/cd.jpg")), (0o600, 0o600, 0o600));
    let list = fs::read_to_string(to.join("blobs.sha256")).unwrap();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(list.lines().any(|line| line == format!("{empty}  blobs/Biên bản 1.pdf")), "{list}");
    let blobs = manifest.blobs.as_ref().unwrap();
    assert_eq!((blobs.files, blobs.bytes, manifest.lost.len()), (3, 100_003, 0));
    assert_eq!((manifest.format, manifest.schema > 0, manifest.made_at), (FORMAT, true, AT));
    assert_eq!(read_manifest(&to).unwrap(), manifest);
}

#[tokio::test]
async fn a_blob_that_a_row_names_and_that_is_damaged_is_told() {
    let test = stores().await.remove(0);
    let data = fill(&test).await;
    for (n, damage) in ["abd", "abc", ""].into_iter().enumerate() {
        fs::write(data.join(portrait()), damage).unwrap();
        let (_, manifest) = back_up_into(&test, &data, &format!("damaged {n}")).await;
        assert_eq!(manifest.lost.is_empty(), damage == "abc", "{damage}");
    }
    fs::remove_dir_all(data.join("blobs")).unwrap();
    let (to, manifest) = back_up_into(&test, &data, "without").await;
    assert_eq!((manifest.lost, manifest.blobs), (vec![BlobHash::of(b"abc").to_string()], None));
    // what is left is worth restoring
    let target = another(Kind::Sqlite).await;
    assert!(restore(&target.store, &to, &target.folder.path().join("data"), AT).await.unwrap().audit.ok);
}

#[tokio::test]
async fn nothing_is_overwritten_and_no_half_backup_is_left() {
    let test = stores().await.remove(0);
    let data = fill(&test).await;
    let here = |name: &str| test.folder.path().join(name);

    fs::create_dir(here("full")).unwrap();
    fs::write(here("full/file"), "x").unwrap();
    assert!(matches!(back_up(&test.store, &here("full"), &data, AT).await, Err(BackupError::Occupied(_))));
    assert!(matches!(back_up(&test.store, &here("full/file"), &data, AT).await, Err(BackupError::Occupied(_))));
    assert_eq!(fs::read(here("full/file")).unwrap(), b"x");
    fs::create_dir(here("empty")).unwrap();
    back_up(&test.store, &here("empty"), &data, AT).await.unwrap();
    assert!(matches!(back_up(&test.store, &here("empty"), &data, AT).await, Err(BackupError::Occupied(_))));

    fs::create_dir(here("cut.partial")).unwrap();
    assert!(matches!(back_up(&test.store, &here("cut"), &data, AT).await, Err(BackupError::CutShort(_))));
    assert!(here("cut.partial").exists());

    symlink("/etc/hostname", data.join("blobs/link")).unwrap();
    assert!(matches!(back_up(&test.store, &here("odd"), &data, AT).await, Err(BackupError::Odd(_))));
    assert!(!here("odd").exists() && !here("odd.partial").exists());
}

#[tokio::test]
async fn what_is_no_whole_backup_is_refused_and_nothing_changes() {
    let source = stores().await.remove(0);
    let data = fill(&source).await;
    let (good, manifest) = back_up_into(&source, &data, "good").await;
    let newest = manifest.schema;
    let edit = |change: &dyn Fn(&mut serde_json::Value)| {
        let text = fs::read(good.join("manifest.json")).unwrap();
        let mut value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        change(&mut value);
        serde_json::to_vec(&value).unwrap()
    };
    let of_a_portrait = portrait();
    type Expected = fn(&BackupError) -> bool;
    let cases: Vec<(&str, Option<Vec<u8>>, Expected)> = vec![
        ("manifest.json", None, |e| matches!(e, BackupError::NoBackup(_))),
        ("manifest.json", Some(b"{".to_vec()), |e| matches!(e, BackupError::Manifest(_))),
        ("manifest.json", Some(b"{}".to_vec()), |e| matches!(e, BackupError::Manifest(_))),
        ("manifest.json", Some(edit(&|v| v["format"] = 2.into())), |e| {
            matches!(e, BackupError::NewerFormat { found: 2 })
        }),
        ("manifest.json", Some(edit(&|v| v["schema"] = (newest + 1).into())), |e| {
            matches!(e, BackupError::NewerSchema { .. })
        }),
        ("manifest.json", Some(edit(&|v| v["schema"] = 0.into())), |e| {
            matches!(e, BackupError::OlderSchema { found: 0, .. })
        }),
        ("manifest.json", Some(edit(&|v| v["tables"][1]["name"] = "other".into())), |e| {
            matches!(e, BackupError::Table(_))
        }),
        ("manifest.json", Some(edit(&|v| v["tables"][1]["columns"][0] = "other".into())), |e| {
            matches!(e, BackupError::Table(_))
        }),
        ("manifest.json", Some(edit(&|v| v["tables"][4]["rows"] = 3.into())), |e| {
            matches!(e, BackupError::Rows { expected: 3, found: 2, .. })
        }),
        ("manifest.json", Some(edit(&|v| v["vault"] = "00".into())), |e| matches!(e, BackupError::Changed(_))),
        ("tables/person.jsonl", None, |e| matches!(e, BackupError::Missing(_))),
        ("tables/person.jsonl", Some(b"[]\n".to_vec()), |e| matches!(e, BackupError::Changed(_))),
        ("vault.sealed", None, |e| matches!(e, BackupError::Missing(_))),
        ("blobs.sha256", Some(b"00  ../x\n".to_vec()), |e| matches!(e, BackupError::Changed(_))),
        ("blobs/photo/ab/cd.jpg", Some(vec![0xFE; 100_000]), |e| matches!(e, BackupError::Changed(_))),
        ("blobs/Biên bản 1.pdf", None, |e| matches!(e, BackupError::Missing(_))),
        (&of_a_portrait, Some(b"abd".to_vec()), |e| {
            e.to_string().ends_with(&format!("{} has changed since the backup was made", portrait()))
        }),
        (&of_a_portrait, None, |e| e.to_string().ends_with(&format!("{} is missing in the backup", portrait()))),
        ("manifest.json", Some(edit(&|v| v["blobs"]["files"] = 2.into())), |e| matches!(e, BackupError::Changed(_))),
        ("manifest.json", Some(edit(&|v| v["blobs"]["bytes"] = 2.into())), |e| matches!(e, BackupError::Changed(_))),
    ];
    let target = another(Kind::Sqlite).await;
    let place = target.folder.path().join("data");
    fs::create_dir(&place).unwrap();
    for (name, content, expected) in cases {
        let path = good.join(name);
        let original = fs::read(&path).unwrap();
        match content {
            Some(content) => fs::write(&path, content).unwrap(),
            None => fs::remove_file(&path).unwrap(),
        }
        let error = restore(&target.store, &good, &place, AT).await.unwrap_err();
        assert!(expected(&error), "{name}: {error:?}");
        assert!(files(&place).is_empty(), "{name}: {:?}", files(&place).keys());
        assert!(dump::is_empty(&mut target.store.read().await.unwrap()).await.unwrap(), "{name}");
        fs::write(&path, original).unwrap();
    }
    // the same place still takes the whole backup
    assert!(restore(&target.store, &good, &place, AT).await.unwrap().audit.ok);
}

#[tokio::test]
async fn a_list_of_blobs_does_not_lead_elsewhere() {
    let source = stores().await.remove(0);
    let data = fill(&source).await;
    let (backup, _) = back_up_into(&source, &data, "backup").await;
    fs::write(source.folder.path().join("secret"), "").unwrap();
    let target = another(Kind::Sqlite).await;
    for path in ["blobs/../../secret", "../secret", "/etc/hostname", "vault.sealed"] {
        // whoever can write the list can write the manifest
        let list = format!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  {path}\n");
        fs::write(backup.join("blobs.sha256"), &list).unwrap();
        let mut manifest: serde_json::Value =
            serde_json::from_slice(&fs::read(backup.join("manifest.json")).unwrap()).unwrap();
        let digest = <sha2::Sha256 as sha2::Digest>::digest(&list);
        manifest["blobs"]["sha256"] = digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into();
        fs::write(backup.join("manifest.json"), manifest.to_string()).unwrap();
        let refused = restore(&target.store, &backup, &target.folder.path().join("data"), AT).await;
        assert!(matches!(refused, Err(BackupError::Odd(_))), "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn only_an_empty_place_is_restored_into() {
    for test in stores().await {
        let data = fill(&test).await;
        let (backup, _) = back_up_into(&test, &data, "backup").await;
        let into_itself = restore(&test.store, &backup, &test.folder.path().join("new"), AT).await;
        assert!(matches!(into_itself, Err(BackupError::NotEmpty)), "{into_itself:?}");

        let target = another(test.kind).await;
        let place = target.folder.path().join("data");
        fs::create_dir_all(place.join("blobs")).unwrap();
        fs::write(place.join("vault.sealed"), "another").unwrap();
        let refused = restore(&target.store, &backup, &place, AT).await;
        assert!(matches!(&refused, Err(BackupError::InTheWay(path)) if path.ends_with("vault.sealed")), "{refused:?}");
        fs::remove_file(place.join("vault.sealed")).unwrap();
        fs::write(place.join("blobs/photo"), "another").unwrap();
        let refused = restore(&target.store, &backup, &place, AT).await;
        assert!(matches!(&refused, Err(BackupError::InTheWay(path)) if path.ends_with("blobs")), "{refused:?}");
        fs::remove_file(place.join("blobs/photo")).unwrap();
        // an empty folder is in nobody's way
        restore(&target.store, &backup, &place, AT).await.unwrap();
    }
}

#[tokio::test]
async fn a_log_that_was_broken_is_restored_as_it_was_and_said_to_be_broken() {
    for test in stores().await {
        fill(&test).await;
        let trigger = match test.kind {
            Kind::Sqlite => "drop trigger audit_entry_no_update",
            Kind::Postgres => "drop trigger audit_entry_no_update on audit_entry",
        };
        test.run(&[trigger, "update audit_entry set facts = '{}' where seq = 17"]).await;
        let (backup, _) = back_up_into(&test, &test.folder.path().join("none"), "backup").await;
        let target = another(test.kind).await;
        let restored = restore(&target.store, &backup, &target.folder.path().join("data"), AT).await.unwrap();
        assert_eq!((restored.audit.ok, restored.audit.at), (false, Some(17)));
        let kept = audit::entries_from(&mut target.store.read().await.unwrap(), 17, 1).await.unwrap();
        assert_eq!(kept[0].entry.facts, "{}");
    }
}

#[tokio::test]
async fn large_tables_come_over_whole() {
    for test in stores().await {
        let written: Result<(), StoreError> = test
            .store
            .write(AT, |tx| {
                Box::pin(async move {
                    (0..6_001).for_each(|n| record(tx, n, Some(1)));
                    Ok(())
                })
            })
            .await;
        written.unwrap();
        // more units than one statement takes, below one that was entered after them
        test.run(&[
            SAMPLE[0],
            "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) values \
             (3000, 1, '/1/3000/', 'district', 'Huyện', 'huyen', {hex:}, 1)",
            "insert into unit (id, parent_id, path, class, name, name_folded, sort_key, created_at) \
             with recursive n (i) as (select 10 union all select i + 1 from n where i < 2500) \
             select i, 3000, '/1/3000/' || i || '/', 'commune', 'Xã', 'xa', {hex:}, 1 from n",
        ])
        .await;
        let (backup, _) = back_up_into(&test, &test.folder.path().join("none"), "backup").await;
        let target = another(test.kind).await;
        let restored = restore(&target.store, &backup, &target.folder.path().join("data"), AT).await.unwrap();
        assert_eq!((restored.audit.ok, restored.audit.entries), (true, 6_001));
        assert_eq!((restored.manifest.blobs, restored.manifest.vault), (None, None));
    }
}
