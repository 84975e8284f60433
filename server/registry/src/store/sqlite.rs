//! SQLite's connection. What the writer has to do between two use cases waits here for the next statement and goes ahead
//! of it in the same round trip: each one wakes the connection's thread and is woken by it.

use std::future;
use std::mem::take;

use super::StoreError;
use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteQueryResult, SqliteRow, SqliteStatement, SqliteTypeInfo};
use sqlx::{AssertSqlSafe, Describe, Either, Error, Execute, Executor, SqlStr, Sqlite};

/// A connection to the file.
#[derive(Debug)]
pub struct SqliteConn {
    pub(super) connection: PoolConnection<Sqlite>,
    owed: Owed,
    /// What was owed could not be done: nobody knows what is open.
    lost: bool,
}

/// What goes ahead of the next statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Owed {
    #[default]
    Nothing,
    /// The first use case of a commit begins.
    Begin,
    /// The use case before is kept, another begins.
    Keep,
    /// The use case before is taken back, another begins.
    TakeBack,
}

impl Owed {
    /// Its statements, and how many they are.
    fn ahead(self) -> (&'static str, usize) {
        match self {
            Owed::Nothing => ("", 0),
            Owed::Begin => ("begin immediate; savepoint use_case; ", 2),
            Owed::Keep => ("release use_case; savepoint use_case; ", 2),
            Owed::TakeBack => ("rollback to use_case; ", 1),
        }
    }

    /// The same where no other use case begins.
    pub(super) fn at_last(self) -> &'static str {
        match self {
            Owed::Nothing => "",
            Owed::Begin => "begin immediate; ",
            Owed::Keep => "release use_case; ",
            Owed::TakeBack => "rollback to use_case; release use_case; ",
        }
    }
}

impl SqliteConn {
    pub(super) fn new(connection: PoolConnection<Sqlite>) -> Self {
        SqliteConn { connection, owed: Owed::Nothing, lost: false }
    }

    /// A commit begins with the next statement.
    pub(super) fn begin(&mut self) {
        (self.owed, self.lost) = (Owed::Begin, false);
    }

    /// Takes back what waits for the next statement; what could not be done is for the caller to take back.
    pub(super) fn settle(&mut self) -> Owed {
        self.lost = false;
        take(&mut self.owed)
    }

    /// A use case ended, and is kept or not. One that made no statement has nothing to be kept or taken back.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when the use case could not begin, or the one before not be ended: no commit can follow.
    pub(super) fn ended(&mut self, kept: bool) -> Result<(), StoreError> {
        if self.lost {
            return Err(StoreError::Busy);
        }
        if self.owed == Owed::Nothing {
            self.owed = if kept { Owed::Keep } else { Owed::TakeBack };
        }
        Ok(())
    }
}

impl<'c> Executor<'c> for &'c mut SqliteConn {
    type Database = Sqlite;

    fn fetch_many<'e, 'q: 'e, E>(
        self,
        mut query: E,
    ) -> BoxStream<'e, Result<Either<SqliteQueryResult, SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        if self.lost {
            // nothing may be written on its own, whatever a use case makes of its first error
            return stream::once(async { Err(Error::WorkerCrashed) }).boxed();
        }
        if self.owed == Owed::Nothing {
            return self.connection.fetch_many(query);
        }
        let arguments = match query.take_arguments() {
            Ok(arguments) => arguments.unwrap_or_default(),
            Err(error) => return stream::once(async { Err(Error::Encode(error)) }).boxed(),
        };
        let (ahead, mut left) = take(&mut self.owed).ahead();
        self.lost = true; // until it is done
        let persistent = query.persistent();
        let sql = AssertSqlSafe([ahead, query.sql().as_str()].concat());
        let SqliteConn { connection, lost, .. } = self;
        // each statement ahead ends with one result, and has no rows
        connection
            .fetch_many(sqlx::query_with(sql, arguments).persistent(persistent))
            .filter_map(move |step| {
                let own = match &step {
                    Ok(Either::Left(_)) if left > 0 => {
                        left -= 1;
                        *lost = left > 0;
                        false
                    }
                    _ => true,
                };
                future::ready(own.then_some(step))
            })
            .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<SqliteRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Sqlite>,
    {
        if self.owed == Owed::Nothing && !self.lost {
            return self.connection.fetch_optional(query);
        }
        let mut steps = self.fetch_many(query);
        async move {
            while let Some(step) = steps.try_next().await? {
                if let Either::Right(row) = step {
                    return Ok(Some(row));
                }
            }
            Ok(None)
        }
        .boxed()
    }

    fn prepare_with<'e>(
        self,
        sql: SqlStr,
        parameters: &'e [SqliteTypeInfo],
    ) -> BoxFuture<'e, Result<SqliteStatement, Error>>
    where
        'c: 'e,
    {
        self.connection.prepare_with(sql, parameters)
    }

    fn describe<'e>(self, sql: SqlStr) -> BoxFuture<'e, Result<Describe<Sqlite>, Error>>
    where
        'c: 'e,
    {
        self.connection.describe(sql)
    }
}
