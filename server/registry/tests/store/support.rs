//! Fresh databases for one test, raw SQL on them, keys and randomness that are the same in every run.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use ed25519_dalek::{Signer, SigningKey};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha20Rng;
use registry::secrets::{Purpose, Secrets, SecretsError};
use registry::store::{Kind, Record};
use registry::{Conn, Draw, Store, StoreError, Tx};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// An instant in November 2026.
pub const AT: i64 = 1_795_000_000_000;

/// Where the tests find PostgreSQL, as a URL of a database in which they may make others.
const POSTGRES: &str = "CONGTHE_TEST_POSTGRES";

/// An open, migrated database, and the folder for whatever belongs to it.
pub struct TestStore {
    pub store: Store,
    pub kind: Kind,
    pub folder: TempDir,
}

/// An empty database of each kind there is.
pub async fn stores() -> Vec<TestStore> {
    let mut stores = vec![sqlite().await];
    match std::env::var(POSTGRES) {
        Ok(url) => stores.push(postgres(&url).await),
        Err(_) => println!("{POSTGRES} is not set: this ran on SQLite only"),
    }
    stores
}

/// One more empty database of that kind.
pub async fn another(kind: Kind) -> TestStore {
    match kind {
        Kind::Sqlite => sqlite().await,
        Kind::Postgres => postgres(&std::env::var(POSTGRES).unwrap()).await,
    }
}

async fn sqlite() -> TestStore {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("test.db").display());
    open(&url, folder).await
}

async fn postgres(url: &str) -> TestStore {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    // an order of texts that is not that of their bytes, so that nothing relies on it
    let make = format!(
        "create database {name} template template0 encoding 'UTF8' locale 'C' locale_provider icu icu_locale 'vi-VN'"
    );
    let mut server = PgConnection::connect(url).await.unwrap();
    server.execute(AssertSqlSafe(make)).await.unwrap();
    server.close().await.unwrap();
    let (address, parameters) = url.split_once('?').map_or((url, String::new()), |(a, p)| (a, format!("?{p}")));
    let (server, _) = address.rsplit_once('/').unwrap();
    open(&format!("{server}/{name}{parameters}"), tempfile::tempdir().unwrap()).await
}

async fn open(url: &str, folder: TempDir) -> TestStore {
    let store = Store::open(url, 8, draw(1)).await.unwrap();
    store.migrate().await.unwrap();
    TestStore { kind: store.kind(), store, folder }
}

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn draw(seed: u64) -> Draw {
    let rng = Mutex::new(rng(seed));
    Arc::new(move |bytes| rng.lock().unwrap().fill_bytes(bytes))
}

/// Runs one statement. `{hex:00ff}` stands for bytes, which the databases write differently.
pub async fn run(conn: &mut Conn, sql: &str) -> Result<u64, sqlx::Error> {
    let (before, after) = match conn.kind() {
        Kind::Sqlite => ("x'", "'"),
        Kind::Postgres => ("'\\x", "'::bytea"),
    };
    let mut parts = sql.split("{hex:");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once('}').unwrap();
        text.push_str(&[before, digits, after, rest].concat());
    }
    let sql = AssertSqlSafe(text);
    Ok(match conn {
        Conn::Sqlite(c) => sqlx::query(sql).execute(c).await?.rows_affected(),
        Conn::Postgres(c) => sqlx::query(sql).execute(&mut **c).await?.rows_affected(),
    })
}

/// Reads one number.
pub async fn number(conn: &mut Conn, sql: &str) -> i64 {
    let sql = AssertSqlSafe(sql.to_owned());
    match conn {
        Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(c).await.unwrap(),
        Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
    }
}

impl TestStore {
    /// What a statement counts.
    pub async fn count(&self, sql: &str) -> i64 {
        number(&mut self.store.read().await.unwrap(), sql).await
    }

    /// A text that a statement finds.
    pub async fn text(&self, sql: &str) -> String {
        let sql = AssertSqlSafe(sql.to_owned());
        match &mut self.store.read().await.unwrap() {
            Conn::Sqlite(c) => sqlx::query_scalar(sql).fetch_one(c).await.unwrap(),
            Conn::Postgres(c) => sqlx::query_scalar(sql).fetch_one(&mut **c).await.unwrap(),
        }
    }

    /// Runs statements and keeps what they did.
    pub async fn run(&self, statements: &[&str]) {
        let statements: Vec<String> = statements.iter().map(|&sql| sql.to_owned()).collect();
        let done: Result<(), StoreError> = self
            .store
            .write(AT, move |tx| {
                Box::pin(async move {
                    for sql in &statements {
                        run(tx.conn(), sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
                    }
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }
}

/// An entry like any other, with personal fields when `person` is given.
pub fn record(tx: &mut Tx, n: u64, person: Option<i64>) {
    tx.record(Record {
        actor: "system",
        action: "test.note",
        object: format!("note:{n}"),
        facts: json!({ "n": n }),
        personal: person.map(|id| (Some(id), json!({ "name": format!("Nguyễn Thị {n}") }))),
    });
}

/// Keys in memory.
pub struct TestSecrets(SigningKey);

impl TestSecrets {
    pub fn new(seed: u8) -> Self {
        TestSecrets(SigningKey::from_bytes(&[seed; 32]))
    }
}

impl Secrets for TestSecrets {
    fn seal(&self, _: Purpose, _: &str, _: [u8; 24], plain: &[u8]) -> Vec<u8> {
        plain.to_vec()
    }

    fn open(&self, _: Purpose, _: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SecretsError> {
        Ok(Zeroizing::new(sealed.to_vec()))
    }

    fn sign_head(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    fn head_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }
}

/// The files below a folder with their content, by name.
pub fn files(folder: &std::path::Path) -> HashMap<String, Vec<u8>> {
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, content)| (format!("{name}/{below}"), content)));
        } else {
            found.insert(name, std::fs::read(&path).unwrap());
        }
    }
    found
}
