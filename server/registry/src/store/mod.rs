//! The store: SQLite in one file, or PostgreSQL. The only place with SQL.
//!
//! Every statement is written once and compiled for both databases: `on!` runs one expression with the connection of
//! whichever it is. Where the dialects differ there is a named constant per dialect.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, Postgres, SqliteConnection, SqlitePool};

/// Runs one expression with the concrete connection, whichever database it is.
macro_rules! on {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($c) => {
                let $c = &mut *$c;
                $body
            }
            $crate::store::Conn::Postgres($c) => {
                let $c = &mut **$c;
                $body
            }
        }
    };
}

/// Pushes that a column has one of some values.
macro_rules! push_in {
    ($query:expr, $column:literal, $values:expr) => {{
        $query.push(concat!($column, " in ("));
        let mut list = $query.separated(", ");
        for value in $values {
            list.push_bind(value);
        }
        $query.push(")");
    }};
}

/// That a request for a certificate, `r`, is under way.
macro_rules! under_way {
    () => {
        "r.state not in ('done', 'refused', 'withdrawn')"
    };
}

/// Adds to a query that the path of a unit lies within one of those.
macro_rules! push_within {
    ($query:expr, $within:expr, $path:literal) => {{
        // without a condition a list can be read along the index that it is ordered by
        if $within.iter().any(|path| $crate::store::unit::is_root(path)) {
            $query.push("1 = 1");
        } else {
            $query.push("(");
            for (nth, path) in $within.iter().enumerate() {
                $query.push(if nth == 0 { concat!("(", $path, " >= ") } else { concat!(" or (", $path, " >= ") });
                $query.push_bind(path).push(concat!(" and ", $path, " < ")).push_bind(path_end(path)).push(")");
            }
            $query.push(")");
        }
    }};
}

/// Pushes that a column names a unit at or below one of these paths, where the query does not join the unit.
macro_rules! push_unit_within {
    ($query:expr, $within:expr, $column:literal) => {{
        if $within.iter().any(|path| $crate::store::unit::is_root(path)) {
            $query.push("1 = 1");
        } else {
            $query.push(concat!($column, " in (select w.id from unit w where "));
            push_within!($query, $within, "w.path");
            $query.push(")");
        }
    }};
}

pub mod account;
pub mod api_key;
pub mod attachment;
pub mod audit;
pub mod biometric;
pub mod bulk;
pub mod card;
pub mod card_code;
pub mod card_look;
pub mod certificate;
pub mod certificate_request;
pub mod chip;
pub mod departure;
pub mod dossier;
pub mod dump;
pub mod equipment;
pub mod erasure;
mod error;
pub mod form;
pub mod grant;
pub mod handover;
pub mod import;
pub mod information;
pub mod key;
pub mod manager_delegation;
pub mod national;
pub mod outbox;
pub mod person;
pub mod plan;
pub mod plan_goal;
pub mod portrait;
pub mod public;
pub mod request;
pub mod retention;
pub mod revocation;
pub mod session;
mod sqlite;
pub mod stock;
pub mod training_class;
mod tx;
pub mod unit;
pub mod webhook;
mod writer;

pub use error::StoreError;
use sqlite::Owed;
pub use sqlite::SqliteConn;
pub use tx::{Draw, Record, Tx};
pub use writer::WriteFuture;

/// How long a statement waits for another process that holds SQLite's lock.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a connection before the person is told that the database is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// Which database this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One file, embedded.
    Sqlite,
    /// A server.
    Postgres,
}

/// A connection of either kind.
pub enum Conn {
    /// To the file.
    Sqlite(SqliteConn),
    /// To the server.
    Postgres(PoolConnection<Postgres>),
}

impl Conn {
    /// Which database this is.
    pub fn kind(&self) -> Kind {
        match self {
            Conn::Sqlite(_) => Kind::Sqlite,
            Conn::Postgres(_) => Kind::Postgres,
        }
    }

    /// SQLite: a commit begins with the next statement.
    fn begin(&mut self) {
        if let Conn::Sqlite(conn) = self {
            conn.begin();
        }
    }

    /// SQLite: a use case ended, and is kept or not.
    fn ended(&mut self, kept: bool) -> Result<(), StoreError> {
        match self {
            Conn::Sqlite(conn) => conn.ended(kept),
            Conn::Postgres(_) => Ok(()),
        }
    }

    /// SQLite: takes back what waits for the next statement.
    fn settle(&mut self) -> Owed {
        match self {
            Conn::Sqlite(conn) => conn.settle(),
            Conn::Postgres(_) => Owed::Nothing,
        }
    }

    /// Runs a statement without parameters and without rows.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(crate) async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        on!(self, c => sqlx::query(sql).execute(c).await.map(drop))?;
        Ok(())
    }

    /// Closes it instead of giving it back, with whatever is open on it.
    pub(crate) async fn close(self) {
        let closed = match self {
            Conn::Sqlite(conn) => conn.connection.close().await,
            Conn::Postgres(connection) => connection.close().await,
        };
        if let Err(error) = closed {
            tracing::warn!(%error, "a connection could not be closed in order");
        }
    }
}

/// A connection that sees one state of the database. One that is dropped before [`Snapshot::end`], because the caller went
/// away, is closed and not given back with its transaction open.
pub struct Snapshot(Option<Conn>);

impl Snapshot {
    /// Ends it and gives the connection back.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn end(mut self) -> Result<(), StoreError> {
        self.run("rollback").await?;
        self.0 = None;
        Ok(())
    }
}

impl Deref for Snapshot {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        self.0.as_ref().expect("only `end` takes it out")
    }
}

impl DerefMut for Snapshot {
    fn deref_mut(&mut self) -> &mut Conn {
        self.0.as_mut().expect("only `end` takes it out")
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        match &mut self.0 {
            Some(Conn::Sqlite(conn)) => conn.connection.close_on_drop(),
            Some(Conn::Postgres(connection)) => connection.close_on_drop(),
            None => {}
        }
    }
}

/// The open database.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    writer: writer::Writer,
}

#[derive(Clone)]
enum Pools {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite:PATH` (made when missing) or `postgres://…`. `readers` bounds the connections that read;
    /// `draw` is the source of the audit log's salts.
    ///
    /// # Errors
    /// [`StoreError::Address`] for another kind of URL; [`StoreError::Gone`] when nobody answers.
    pub async fn open(url: &str, readers: u32, draw: Draw) -> Result<Self, StoreError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options: PgConnectOptions = url.parse().map_err(|_| StoreError::Address)?;
            let pool = PgPoolOptions::new()
                .max_connections(readers.max(2))
                .acquire_timeout(ACQUIRE_TIMEOUT)
                .connect_with(options)
                .await?;
            return Ok(Store { pools: Pools::Postgres(pool.clone()), writer: writer::Writer::postgres(pool, draw) });
        }
        let path = url.strip_prefix("sqlite:").ok_or(StoreError::Address)?;
        let options = SqliteConnectOptions::new()
            .filename(Path::new(path))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            // a checkpoint writes each page once, however often it was changed: the longer the log, the fewer writes
            .pragma("wal_autocheckpoint", "10000")
            .pragma("cache_size", "-65536")
            // as much as SQLite maps: a search looks at a thousand rows all over the file
            .pragma("mmap_size", "2147418112")
            .pragma("temp_store", "memory")
            // what is erased is overwritten, not only forgotten
            .pragma("secure_delete", "on")
            .statement_cache_capacity(256);
        // the writer opens its connection where it works
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .max_lifetime(None)
            .connect_lazy_with(options.clone());
        let read = SqlitePoolOptions::new()
            .max_connections(readers.max(1))
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options.pragma("query_only", "on"))
            .await?;
        Ok(Store { pools: Pools::Sqlite(read), writer: writer::Writer::sqlite(write, draw) })
    }

    /// Which database this is.
    pub fn kind(&self) -> Kind {
        match self.pools {
            Pools::Sqlite(_) => Kind::Sqlite,
            Pools::Postgres(_) => Kind::Postgres,
        }
    }

    /// Brings the schema up to this program's version.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] when a newer program has already changed it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        match self.writer.pool() {
            writer::Pool::Sqlite(pool) => {
                let mut connection = SqliteConnection::connect_with(&pool.connect_options()).await?;
                sqlx::migrate!("migrations/sqlite").run(&mut connection).await?;
                connection.close().await?;
            }
            writer::Pool::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// SQLite: writes the write-ahead log into the file and empties it, unless somebody is reading from it. PostgreSQL does
    /// so by itself.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        if let writer::Pool::Sqlite(pool) = self.writer.pool() {
            let mut connection = SqliteConnection::connect_with(&pool.connect_options()).await?;
            sqlx::query("pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
            connection.close().await?;
        }
        Ok(())
    }

    /// A connection to read with.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when none is free in time, [`StoreError::Gone`] when the database does not answer.
    pub async fn read(&self) -> Result<Conn, StoreError> {
        Ok(match &self.pools {
            Pools::Sqlite(pool) => Conn::Sqlite(SqliteConn::new(pool.acquire().await?)),
            Pools::Postgres(pool) => Conn::Postgres(pool.acquire().await?),
        })
    }

    /// A connection that sees one state of the database until [`Snapshot::end`].
    ///
    /// # Errors
    /// As [`Store::read`].
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        let mut snapshot = Snapshot(Some(self.read().await?));
        let begin = match snapshot.kind() {
            Kind::Sqlite => "begin deferred",
            Kind::Postgres => "begin isolation level repeatable read read only",
        };
        snapshot.run(begin).await?;
        Ok(snapshot)
    }

    /// Runs one use case in a transaction of its own: all of it is kept, with its audit entries, or nothing.
    ///
    /// On SQLite one writer takes the use cases that wait at the same moment into one commit, each under a savepoint.
    /// The use case runs to its end even when the caller goes away.
    ///
    /// # Errors
    /// What the use case answers, or what the database says.
    pub async fn write<T, E, F>(&self, at_ms: i64, use_case: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> WriteFuture<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.write(at_ms, use_case).await
    }

    /// Closes every connection after what runs has ended.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(pool) => pool.close().await,
            Pools::Postgres(pool) => pool.close().await,
        }
        self.writer.close().await;
    }
}
