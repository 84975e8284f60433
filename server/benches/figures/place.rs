//! Where a benchmark works: a database of its own, of either kind.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::SeedableRng as _;
use registry::store::Kind;
use registry::{Blobs, Draw, Store};
use tempfile::TempDir;
use vault::Vault;

/// An instant; nothing in a benchmark depends on which.
pub const NOW_MS: i64 = 1_795_305_600_000;

pub struct Place {
    pub name: &'static str,
    pub store: Store,
    /// The database's own address.
    pub url: String,
    pub blobs: Blobs,
    _folder: TempDir,
}

impl Place {
    /// What PostgreSQL's autovacuum does within minutes of so many new rows, and a benchmark does not wait for.
    pub async fn analyze(&self) -> Result<(), Box<dyn Error>> {
        use sqlx::Connection as _;
        if self.store.kind() == Kind::Postgres {
            let mut connection = sqlx::PgConnection::connect(&self.url).await?;
            sqlx::query("vacuum analyze").execute(&mut connection).await?;
        }
        Ok(())
    }
}

pub fn draw() -> Draw {
    let state = AtomicU64::new(1);
    Arc::new(move |bytes| {
        for chunk in bytes.chunks_mut(8) {
            let next = state.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            chunk.copy_from_slice(&next.to_le_bytes()[..chunk.len()]);
        }
    })
}

pub fn vault() -> Arc<Vault> {
    Arc::new(Vault::ephemeral(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)))
}

/// SQLite always; PostgreSQL when there is one.
pub async fn places() -> Result<Vec<Place>, Box<dyn Error>> {
    let folder = tempfile::tempdir_in(".")?;
    let url = format!("sqlite:{}", folder.path().join("bench.sqlite").display());
    let store = Store::open(&url, 8, draw()).await?;
    store.migrate().await?;
    let blobs = Blobs::open(folder.path())?;
    let mut places = vec![Place { name: "SQLite", store, url, blobs, _folder: folder }];
    if let Ok(url) = std::env::var("CONGTHE_BENCH_POSTGRES") {
        let url = fresh_database(&url).await?;
        let store = Store::open(&url, 40, draw()).await?;
        store.migrate().await?;
        let folder = tempfile::tempdir()?;
        let blobs = Blobs::open(folder.path())?;
        places.push(Place { name: "PostgreSQL", store, url, blobs, _folder: folder });
    } else {
        println!("(PostgreSQL: CONGTHE_BENCH_POSTGRES is not set)");
    }
    Ok(places)
}

/// A new database on the same server: the address with another name in its path.
async fn fresh_database(url: &str) -> Result<String, Box<dyn Error>> {
    use sqlx::Connection as _;
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("bench_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut connection = sqlx::PgConnection::connect(url).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await?;
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let server = before.rsplit_once('/').map_or(before, |(server, _)| server);
    Ok(format!("{server}/{name}?{query}"))
}

/// The value below which `part` of the sorted values lie.
pub fn quantile(sorted: &[f64], part: f64) -> f64 {
    let at = ((sorted.len() as f64 * part).ceil() as usize).clamp(1, sorted.len().max(1)) - 1;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}
