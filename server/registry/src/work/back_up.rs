//! Backing up a running system: one state of the database, the blobs and the sealed keys, in one folder.
//!
//! `manifest.json` · `tables/NAME.jsonl`, the same from either database · `blobs/…` · `blobs.sha256`, as `sha256sum -c`
//! reads it · `vault.sealed`. The folder appears under its name only when it is whole.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::blobs::{self, BlobHash};
use crate::hex::hex;
use crate::store::{Kind, dump, portrait};
use crate::{Conn, Store, StoreError};

/// Version of the folder's layout.
pub const FORMAT: u32 = 1;
/// What the folder holds, by name.
pub const MANIFEST: &str = "manifest.json";
pub(super) const TABLES: &str = "tables";
pub(super) const BLOBS: &str = blobs::FOLDER;
pub(super) const BLOB_LIST: &str = "blobs.sha256";
pub(super) const VAULT: &str = "vault.sealed";

/// What a backup says about itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// Newest migration of the database.
    pub schema: i64,
    /// `sqlite` or `postgres`: where it comes from. It restores into either.
    pub database: String,
    /// When it was made, Unix milliseconds.
    pub made_at: i64,
    /// The tables, in the order in which they are loaded.
    pub tables: Vec<TableFile>,
    /// The blobs, when the data folder had any.
    pub blobs: Option<BlobFiles>,
    /// SHA-256, hex, of blobs that a row names and that are not there or not as they were: damage that was there before.
    #[serde(default)]
    pub lost: Vec<String>,
    /// SHA-256 of `vault.sealed`, hex, when the data folder had it.
    pub vault: Option<String>,
}

/// One table's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    /// The table's name.
    pub name: String,
    /// Its columns, in the order of the values in a line.
    pub columns: Vec<String>,
    /// Its rows, one a line.
    pub rows: u64,
    /// SHA-256 of the file, hex.
    pub sha256: String,
}

/// The blobs' files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlobFiles {
    /// How many.
    pub files: u64,
    /// How many bytes all of them have.
    #[serde(default)]
    pub bytes: u64,
    /// SHA-256 of `blobs.sha256`, hex, which holds those of the files.
    pub sha256: String,
}

/// Why there is no backup, or why it was not restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something is where the backup should go.
    #[error("{} is there already; a backup goes into a new or empty folder", .0.display())]
    Occupied(PathBuf),
    /// A half backup is in the way.
    #[error("{} is left from a backup that was cut short, or belongs to one that is running; remove it in the first case",
        .0.display())]
    CutShort(PathBuf),
    /// A file or folder cannot be read or written.
    #[error("{} cannot be read or written", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// Neither a file nor a folder, or a name that a list of files cannot hold.
    #[error("{} cannot be backed up: only files and folders with ordinary names can", .0.display())]
    Odd(PathBuf),
    /// The database refused or could not answer.
    #[error("the database could not be read or written")]
    Store(#[from] StoreError),
    /// There is no manifest.
    #[error("{} is not a backup: it has no manifest.json", .0.display())]
    NoBackup(PathBuf),
    /// The manifest cannot be understood.
    #[error("the backup's manifest.json cannot be understood")]
    Manifest(#[source] serde_json::Error),
    /// A newer program's layout.
    #[error("the backup has format {found}; this program reads up to {FORMAT}: restore it with a newer release")]
    NewerFormat {
        /// The backup's.
        found: u64,
    },
    /// A newer program's database.
    #[error("the backup has schema version {found}, this program {own}: restore it with a newer release")]
    NewerSchema {
        /// The backup's.
        found: i64,
        /// This program's.
        own: i64,
    },
    /// An older program's database.
    #[error(
        "the backup has schema version {found}, this program {own}: restore it with release {program}, then upgrade"
    )]
    OlderSchema {
        /// The backup's.
        found: i64,
        /// This program's.
        own: i64,
        /// The release that made it.
        program: String,
    },
    /// The backup's tables or columns are not this schema's.
    #[error("the backup's table {0} does not fit the database")]
    Table(String),
    /// A file of the backup is missing.
    #[error("{} is missing in the backup", .0.display())]
    Missing(PathBuf),
    /// A file of the backup is not as it was written.
    #[error("{} has changed since the backup was made", .0.display())]
    Changed(PathBuf),
    /// A line cannot be read.
    #[error("line {line} of table {table} cannot be read")]
    Line {
        /// The table.
        table: String,
        /// Counted from 1.
        line: u64,
    },
    /// The database has something in it.
    #[error("the database is not empty; a backup is restored into a new one")]
    NotEmpty,
    /// Something is where blobs or keys should go.
    #[error("{} is there already; a backup is restored into a data folder without it", .0.display())]
    InTheWay(PathBuf),
    /// A table has another number of rows than the manifest says.
    #[error("table {table} has {found} rows, the manifest says {expected}")]
    Rows {
        /// The table.
        table: String,
        /// As the manifest says.
        expected: u64,
        /// As it is.
        found: u64,
    },
}

pub(super) fn file_error(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    |source| BackupError::File { path: path.to_owned(), source }
}

/// Backs everything up into the folder `to`, which must not exist or be empty. `data` is the folder with `blobs/` and
/// `vault.sealed`, as far as there are any. Others may write meanwhile.
///
/// # Errors
/// [`BackupError`]; then there is no folder `to`.
pub async fn back_up(store: &Store, to: &Path, data: &Path, at_ms: i64) -> Result<Manifest, BackupError> {
    refuse_occupied(to)?;
    let partial = partial(to)?;
    match DirBuilder::new().mode(0o700).create(&partial) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(BackupError::CutShort(partial)),
        made => made.map_err(file_error(&partial))?,
    }
    let outcome = write_all(store, &partial, data, at_ms)
        .await
        .and_then(|manifest| fs::rename(&partial, to).map_err(file_error(to)).map(|()| manifest));
    if outcome.is_err() {
        // what was refused is told; what is left over is only untidy
        drop(fs::remove_dir_all(&partial));
    }
    let manifest = outcome?;
    if let Some(parent) = to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        sync_folder(parent)?;
    }
    Ok(manifest)
}

fn refuse_occupied(to: &Path) -> Result<(), BackupError> {
    let occupied = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => true,
        Err(error) => return Err(file_error(to)(error)),
    };
    if occupied { Err(BackupError::Occupied(to.to_owned())) } else { Ok(()) }
}

/// The name under which the backup grows, beside its own; the folder above is made.
fn partial(to: &Path) -> Result<PathBuf, BackupError> {
    let mut name = to.file_name().ok_or_else(|| BackupError::Odd(to.to_owned()))?.to_owned();
    name.push(".partial");
    if let Some(parent) = to.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(file_error(parent))?;
    }
    Ok(to.with_file_name(name))
}

async fn write_all(store: &Store, folder: &Path, data: &Path, at_ms: i64) -> Result<Manifest, BackupError> {
    make_folder(&folder.join(TABLES))?;
    let mut conn = store.snapshot().await?;
    let dumped = write_tables(&mut conn, &folder.join(TABLES)).await;
    let named = portrait::named(&mut conn).await;
    conn.end().await?;
    let ((schema, tables), named) = (dumped?, named?);
    sync_folder(&folder.join(TABLES))?;

    // rows name blobs that are there before them: what the rows of this state need is copied
    let (from, to) = (data.to_owned(), folder.to_owned());
    let (blobs, lost, vault) = off_thread(move || {
        let (blobs, lost) = copy_blobs(&from, &to, &named)?;
        Ok((blobs, lost, copy_vault(&from, &to)?))
    })
    .await?;

    let database = match store.kind() {
        Kind::Sqlite => "sqlite",
        Kind::Postgres => "postgres",
    };
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        schema,
        database: database.to_owned(),
        made_at: at_ms,
        tables,
        blobs,
        lost,
        vault,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(BackupError::Manifest)?;
    let mut file = HashedFile::create(&folder.join(MANIFEST))?;
    file.line(&text)?;
    file.finish()?;
    sync_folder(folder)?;
    Ok(manifest)
}

async fn write_tables(conn: &mut Conn, folder: &Path) -> Result<(i64, Vec<TableFile>), BackupError> {
    let schema = dump::schema_version(conn).await?;
    let mut tables = Vec::new();
    for table in dump::TABLES {
        let columns = dump::columns(conn, table).await?;
        let mut file = HashedFile::create(&folder.join(format!("{}.jsonl", table.name)))?;
        let mut rows = 0;
        let mut lines = dump::lines(conn, table, &columns);
        while let Some(line) = lines.next().await {
            file.line(&line?)?;
            rows += 1;
        }
        drop(lines);
        let columns = columns.into_iter().map(|column| column.name).collect();
        tables.push(TableFile { name: table.name.to_owned(), columns, rows, sha256: file.finish()? });
    }
    Ok((schema, tables))
}

/// Runs what waits for the disk for long where it holds up nobody.
pub(super) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    tokio::task::spawn_blocking(work).await.unwrap_or(Err(BackupError::Store(StoreError::Panicked)))
}

/// Copies the blobs; of those that rows name, the ones that are missing or altered.
fn copy_blobs(data: &Path, folder: &Path, named: &[BlobHash]) -> Result<(Option<BlobFiles>, Vec<String>), BackupError> {
    let from = data.join(BLOBS);
    let mut lost: BTreeSet<String> = named.iter().map(|hash| format!("{BLOBS}/{}", hash.place())).collect();
    let lost_hashes =
        |lost: BTreeSet<String>| lost.iter().filter_map(|name| Some(name.rsplit('/').next()?.to_owned())).collect();
    if !from.try_exists().map_err(file_error(&from))? {
        return Ok((None, lost_hashes(lost)));
    }
    let mut list = HashedFile::create(&folder.join(BLOB_LIST))?;
    let (mut files, mut bytes) = (0, 0);
    copy_tree(&from, &folder.join(BLOBS), BLOBS, &mut |name, copied| {
        files += 1;
        bytes += copied.bytes;
        if name.ends_with(&copied.sha256) {
            lost.remove(name);
        }
        list.line(&format!("{}  {name}", copied.sha256))
    })?;
    Ok((Some(BlobFiles { files, bytes, sha256: list.finish()? }), lost_hashes(lost)))
}

/// Copies a folder; tells each file's name, relative to the backup, and what was copied. Files that go meanwhile are left out,
/// and so are those that are still being written (`NAME#1`, as `object_store` calls them).
fn copy_tree(
    from: &Path,
    to: &Path,
    name: &str,
    tell: &mut dyn FnMut(&str, &Copied) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    make_folder(to)?;
    let mut entries =
        fs::read_dir(from).map_err(file_error(from))?.collect::<Result<Vec<_>, _>>().map_err(file_error(from))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let own = entry.file_name().into_string().ok().filter(|own| !own.contains(['\n', '\r', '\\']));
        let own = own.ok_or_else(|| BackupError::Odd(path.clone()))?;
        if own
            .split_once('#')
            .is_some_and(|(hash, part)| BlobHash::parse(hash).is_some() && part.parse::<u64>().is_ok())
        {
            continue;
        }
        let name = format!("{name}/{own}");
        let kind = entry.file_type().map_err(file_error(&path))?;
        if kind.is_dir() {
            copy_tree(&path, &to.join(own), &name, tell)?;
        } else if !kind.is_file() {
            return Err(BackupError::Odd(path));
        } else if let Some(copied) = copy_file(&path, &to.join(own))? {
            tell(&name, &copied)?;
        }
    }
    sync_folder(to)
}

fn copy_vault(data: &Path, folder: &Path) -> Result<Option<String>, BackupError> {
    Ok(copy_file(&data.join(VAULT), &folder.join(VAULT))?.map(|copied| copied.sha256))
}

/// What was copied of a file.
pub(super) struct Copied {
    /// Hex.
    pub(super) sha256: String,
    /// How many.
    pub(super) bytes: u64,
}

/// Copies one file, for its owner only; nothing if there is none.
pub(super) fn copy_file(from: &Path, to: &Path) -> Result<Option<Copied>, BackupError> {
    let mut source = match File::open(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(file_error(from))?,
    };
    let mut copy = HashedFile::create(to)?;
    let mut size = 0;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = source.read(&mut buffer).map_err(file_error(from))?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        copy.write(bytes)?;
        size += bytes.len() as u64;
    }
    Ok(Some(Copied { sha256: copy.finish()?, bytes: size }))
}

pub(super) fn make_folder(path: &Path) -> Result<(), BackupError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(file_error(path))
}

/// Makes a folder's entries last beyond a loss of power.
pub(super) fn sync_folder(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(file_error(path))
}

/// A new file for its owner only, hashed while it is written.
struct HashedFile {
    path: PathBuf,
    file: BufWriter<File>,
    hash: Sha256,
}

impl HashedFile {
    fn create(path: &Path) -> Result<Self, BackupError> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(file_error(path))?;
        Ok(HashedFile { path: path.to_owned(), file: BufWriter::with_capacity(1 << 16, file), hash: Sha256::new() })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), BackupError> {
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(file_error(&self.path))
    }

    fn line(&mut self, text: &str) -> Result<(), BackupError> {
        self.write(text.as_bytes())?;
        self.write(b"\n")
    }

    fn finish(self) -> Result<String, BackupError> {
        let file = self.file.into_inner().map_err(|error| file_error(&self.path)(error.into_error()))?;
        file.sync_all().map_err(file_error(&self.path))?;
        Ok(hex(&self.hash.finalize()))
    }
}

/// SHA-256 of a file, hex.
pub(super) fn hash_file(path: &Path) -> Result<String, BackupError> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(BackupError::Missing(path.to_owned())),
        opened => opened.map_err(file_error(path))?,
    };
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer).map_err(file_error(path))?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hash.update(bytes);
    }
    Ok(hex(&hash.finalize()))
}
