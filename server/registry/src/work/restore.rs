//! Restoring a backup into an empty place, whichever database it was made from.
//!
//! Everything is checked before anything is written; the database is loaded in one transaction, which is the last step.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path, PathBuf};

use contract::view::Verdict;

use super::back_up::{
    BLOB_LIST, BLOBS, BackupError, FORMAT, MANIFEST, Manifest, TABLES, TableFile, VAULT, copy_file, file_error,
    hash_file, make_folder, off_thread, sync_folder,
};
use super::verify_audit::verify_audit;
use crate::store::dump::{self, Column, Table};
use crate::store::unit;
use crate::{Conn, Store, Tx};

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// What the backup says about itself.
    pub manifest: Manifest,
    /// What the audit log says. A log that was broken when it was backed up is restored as it was, and this tells.
    pub audit: Verdict,
}

/// Restores the backup in the folder `from` into a database that was just migrated and has nothing in it, and blobs and
/// sealed keys into the folder `data`.
///
/// # Errors
/// [`BackupError`]; then database and data folder are as they were.
pub async fn restore(store: &Store, from: &Path, data: &Path, at_ms: i64) -> Result<Restored, BackupError> {
    let manifest = read_manifest(from)?;
    let mut conn = store.read().await?;
    check_fits(&mut conn, &manifest).await?;
    drop(conn);
    refuse_in_the_way(data, &manifest)?;

    let (folder, place, known) = (from.to_owned(), data.to_owned(), manifest.clone());
    off_thread(move || {
        check_files(&folder, &known)?;
        place_files(&folder, &place, &known)
    })
    .await?;
    let (folder, known) = (from.to_owned(), manifest.clone());
    let loaded = store.write(at_ms, move |tx| Box::pin(async move { load(tx, &folder, &known).await })).await;
    match loaded {
        Ok(audit) => Ok(Restored { manifest, audit }),
        Err(error) => {
            remove_files(data, &manifest);
            Err(error)
        }
    }
}

/// Reads what a backup says about itself.
///
/// # Errors
/// [`BackupError::NoBackup`], [`BackupError::Manifest`], [`BackupError::NewerFormat`].
pub fn read_manifest(from: &Path) -> Result<Manifest, BackupError> {
    let path = from.join(MANIFEST);
    let text = match fs::read(&path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(BackupError::NoBackup(from.to_owned()));
        }
        read => read.map_err(file_error(&path))?,
    };
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(BackupError::Manifest)?;
    match value.get("format").and_then(serde_json::Value::as_u64) {
        Some(found) if found > u64::from(FORMAT) => Err(BackupError::NewerFormat { found }),
        _ => serde_json::from_value(value).map_err(BackupError::Manifest),
    }
}

/// The same schema, the same tables with the same columns, and nothing in them.
async fn check_fits(conn: &mut Conn, manifest: &Manifest) -> Result<(), BackupError> {
    let (found, own) = (manifest.schema, dump::schema_version(conn).await?);
    if found > own {
        return Err(BackupError::NewerSchema { found, own });
    }
    if found < own {
        return Err(BackupError::OlderSchema { found, own, program: manifest.program.clone() });
    }
    let ours: BTreeSet<&str> = dump::TABLES.iter().map(|table| table.name).collect();
    let theirs: BTreeSet<&str> = manifest.tables.iter().map(|file| file.name.as_str()).collect();
    if let Some(odd) = ours.symmetric_difference(&theirs).next() {
        return Err(BackupError::Table((*odd).to_owned()));
    }
    for (table, file) in pairs(manifest) {
        let columns: BTreeSet<String> =
            dump::columns(conn, table).await?.into_iter().map(|column| column.name).collect();
        if file.columns.len() != columns.len() || !file.columns.iter().all(|name| columns.contains(name)) {
            return Err(BackupError::Table(file.name.clone()));
        }
    }
    refuse_full(conn).await
}

async fn refuse_full(conn: &mut Conn) -> Result<(), BackupError> {
    if dump::is_empty(conn).await? { Ok(()) } else { Err(BackupError::NotEmpty) }
}

/// Each table with its file, in the order of loading.
fn pairs(manifest: &Manifest) -> impl Iterator<Item = (&'static Table, &TableFile)> {
    dump::TABLES.iter().filter_map(|table| Some((table, manifest.tables.iter().find(|file| file.name == table.name)?)))
}

/// The name under which something is placed before it has its own.
fn restoring(data: &Path, name: &str) -> PathBuf {
    data.join(format!("{name}.restoring"))
}

fn refuse_in_the_way(data: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    if manifest.blobs.is_some() {
        let path = data.join(BLOBS);
        let empty = match fs::read_dir(&path) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => true,
            Err(error) => return Err(file_error(&path)(error)),
        };
        if !empty {
            return Err(BackupError::InTheWay(path));
        }
    }
    let path = data.join(VAULT);
    if manifest.vault.is_some() && path.try_exists().map_err(file_error(&path))? {
        return Err(BackupError::InTheWay(path));
    }
    Ok(())
}

fn check_files(from: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    for file in &manifest.tables {
        check_file(&from.join(table_file(file)), &file.sha256)?;
    }
    if let Some(sha256) = &manifest.vault {
        check_file(&from.join(VAULT), sha256)?;
    }
    if let Some(blobs) = &manifest.blobs {
        check_file(&from.join(BLOB_LIST), &blobs.sha256)?;
        let (mut files, mut bytes) = (0, 0);
        each_blob(from, |path, sha256| {
            let path = from.join(path);
            check_file(&path, sha256)?;
            files += 1;
            bytes += fs::metadata(&path).map_err(file_error(&path))?.len();
            Ok(())
        })?;
        if (files, bytes) != (blobs.files, blobs.bytes) {
            return Err(BackupError::Changed(from.join(MANIFEST)));
        }
    }
    Ok(())
}

fn table_file(file: &TableFile) -> PathBuf {
    Path::new(TABLES).join(format!("{}.jsonl", file.name))
}

fn check_file(path: &Path, sha256: &str) -> Result<(), BackupError> {
    if hash_file(path)? == sha256 { Ok(()) } else { Err(BackupError::Changed(path.to_owned())) }
}

/// Goes through `blobs.sha256`; each path lies under `blobs/`.
fn each_blob(from: &Path, mut each: impl FnMut(&Path, &str) -> Result<(), BackupError>) -> Result<(), BackupError> {
    let path = from.join(BLOB_LIST);
    let list = BufReader::new(File::open(&path).map_err(file_error(&path))?);
    for line in list.lines() {
        let line = line.map_err(file_error(&path))?;
        let (sha256, blob) = line.split_once("  ").ok_or_else(|| BackupError::Changed(path.clone()))?;
        let blob = Path::new(blob);
        let plain = blob.components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || !blob.starts_with(BLOBS) {
            return Err(BackupError::Odd(blob.to_owned()));
        }
        each(blob, sha256)?;
    }
    Ok(())
}

/// Copies blobs and keys beside their places, then gives them their names; takes back what it did when it cannot.
fn place_files(from: &Path, data: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    make_folder(data)?;
    let (blobs, vault) = (restoring(data, BLOBS), restoring(data, VAULT));
    // what an earlier attempt left
    drop(fs::remove_dir_all(&blobs));
    drop(fs::remove_file(&vault));
    let placed = copy_files(from, data, manifest);
    if placed.is_err() {
        drop(fs::remove_dir_all(&blobs));
        drop(fs::remove_file(&vault));
        remove_files(data, manifest);
    }
    placed
}

fn copy_files(from: &Path, data: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let (blobs, vault) = (restoring(data, BLOBS), restoring(data, VAULT));
    if manifest.blobs.is_some() {
        make_folder(&blobs)?;
        each_blob(from, |path, sha256| {
            let below = path.strip_prefix(BLOBS).map_err(|_| BackupError::Odd(path.to_owned()))?;
            let to = blobs.join(below);
            to.parent().map_or(Ok(()), make_folder)?;
            copy_checked(&from.join(path), &to, sha256)
        })?;
        let place = data.join(BLOBS);
        fs::rename(&blobs, &place).map_err(file_error(&place))?;
    }
    if let Some(sha256) = &manifest.vault {
        copy_checked(&from.join(VAULT), &vault, sha256)?;
        let place = data.join(VAULT);
        fs::rename(&vault, &place).map_err(file_error(&place))?;
    }
    sync_folder(data)
}

fn copy_checked(from: &Path, to: &Path, sha256: &str) -> Result<(), BackupError> {
    match copy_file(from, to)? {
        None => Err(BackupError::Missing(from.to_owned())),
        Some(copied) if copied.sha256 != sha256 => Err(BackupError::Changed(from.to_owned())),
        Some(_) => Ok(()),
    }
}

/// Takes back what [`place_files`] put there: nothing of that was there before.
fn remove_files(data: &Path, manifest: &Manifest) {
    if manifest.blobs.is_some() {
        drop(fs::remove_dir_all(data.join(BLOBS)));
    }
    if manifest.vault.is_some() {
        drop(fs::remove_file(data.join(VAULT)));
    }
}

async fn load(tx: &mut Tx, from: &Path, manifest: &Manifest) -> Result<Verdict, BackupError> {
    let conn = tx.conn();
    refuse_full(conn).await?;
    dump::unseed(conn).await?;
    for (table, file) in pairs(manifest) {
        load_table(conn, table, file, &from.join(table_file(file))).await?;
        let found = dump::count(conn, table).await?;
        if found != file.rows {
            return Err(BackupError::Rows { table: file.name.clone(), expected: file.rows, found });
        }
    }
    unit::go_on_after(conn).await?;
    Ok(verify_audit(conn, None).await?)
}

async fn load_table(conn: &mut Conn, table: &Table, file: &TableFile, path: &Path) -> Result<(), BackupError> {
    let columns = in_order(dump::columns(conn, table).await?, &file.columns);
    let at_once = dump::rows_at_once(&columns);
    let mut rows = Vec::with_capacity(at_once);
    let lines = BufReader::with_capacity(1 << 16, File::open(path).map_err(file_error(path))?).lines();
    for (i, line) in lines.enumerate() {
        let line = line.map_err(file_error(path))?;
        let row = dump::parse_line(&line, &columns);
        rows.push(row.ok_or_else(|| BackupError::Line { table: file.name.clone(), line: i as u64 + 1 })?);
        if rows.len() == at_once {
            dump::insert(conn, table, &columns, &rows).await?;
            rows.clear();
        }
    }
    Ok(dump::insert(conn, table, &columns, &rows).await?)
}

/// The database's columns in the file's order.
fn in_order(columns: Vec<Column>, names: &[String]) -> Vec<Column> {
    let mut columns = columns;
    columns.sort_by_key(|column| names.iter().position(|name| *name == column.name));
    columns
}
