//! What can go wrong with the database, in the words that decide what a person is told.

use sqlx::migrate::MigrateError;

/// The database refused or could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL is neither `sqlite:PATH` nor `postgres://…`.
    #[error("the database address must be sqlite:PATH or postgres://…")]
    Address,
    /// Another process holds the lock, or no connection became free in time.
    #[error("the database is busy")]
    Busy,
    /// No space is left.
    #[error("the database has no space left")]
    Full,
    /// Nobody answers, or the file cannot be read or written.
    #[error("the database does not answer")]
    Gone(#[source] sqlx::Error),
    /// The schema was made by a newer program.
    #[error("the database has schema version {0}, which is newer than this program")]
    NewerSchema(i64),
    /// A migration could not be applied, or one that was applied has changed since.
    #[error("the database schema cannot be brought up to date")]
    Migration(#[source] MigrateError),
    /// A unique value exists already; the constraint's or column's name.
    #[error("the value exists already ({0})")]
    Taken(String),
    /// A counter has reached its ceiling (R11).
    #[error("no number is left in {0}")]
    Exhausted(&'static str),
    /// The unit takes nobody in any more.
    #[error("the unit is closed")]
    UnitClosed,
    /// The same person may not do both acts (model::duty).
    #[error("separation of duties")]
    Duty,
    /// The stored audit state cannot be continued.
    #[error("the audit chain is damaged: {0}")]
    Chain(&'static str),
    /// A stored value is not what this program writes.
    #[error("a stored value cannot be read: {0}")]
    Value(&'static str),
    /// Anything else.
    #[error("the database refused")]
    Other(#[source] sqlx::Error),
    /// A use case panicked; its changes were taken back.
    #[error("the use case failed unexpectedly")]
    Panicked,
}

/// SQLite's primary result codes (sqlite.org/rescode.html).
mod sqlite {
    pub const BUSY: i64 = 5;
    pub const LOCKED: i64 = 6;
    pub const IOERR: i64 = 10;
    pub const FULL: i64 = 13;
    pub const CANTOPEN: i64 = 14;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut => StoreError::Busy,
                sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed => {
                    StoreError::Gone(error)
                }
                _ => StoreError::Other(error),
            };
        };
        if database.message().contains("separation of duties") {
            return StoreError::Duty;
        }
        if database.is_unique_violation() {
            let name = database.constraint().map_or_else(|| database.message().to_owned(), str::to_owned);
            return StoreError::Taken(name);
        }
        let code = database.code().unwrap_or_default();
        if let Ok(number) = code.parse::<i64>()
            && code.len() < 5
        {
            return match number & 0xFF {
                sqlite::BUSY | sqlite::LOCKED => StoreError::Busy,
                sqlite::FULL => StoreError::Full,
                sqlite::IOERR | sqlite::CANTOPEN => StoreError::Gone(error),
                _ => StoreError::Other(error),
            };
        }
        // PostgreSQL, Appendix A: class 53 insufficient resources, 57 operator intervention, 08 connection exception,
        // 55P03 lock not available, 40P01 deadlock, 40001 serialization failure
        match code.as_ref() {
            "53100" => StoreError::Full,
            "55P03" | "40P01" | "40001" | "53300" => StoreError::Busy,
            code if code.starts_with("57") || code.starts_with("08") => StoreError::Gone(error),
            _ => StoreError::Other(error),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
                StoreError::NewerSchema(version)
            }
            MigrateError::Execute(error) => error.into(),
            other => StoreError::Migration(other),
        }
    }
}
