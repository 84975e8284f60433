//! Who writes. On SQLite one task holds the only writing connection and takes the use cases that wait at the same
//! moment into one commit, each under a savepoint, so that one `fsync` serves them all. On PostgreSQL each use case
//! has a transaction of its own.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, FusedFuture};
use sqlx::{PgPool, SqlitePool};
use tokio::sync::{mpsc, oneshot};

use super::{Conn, Draw, SqliteConn, StoreError, Tx};

/// What a use case returns while it runs in a transaction.
pub type WriteFuture<'t, T, E> = BoxFuture<'t, Result<T, E>>;

/// Use cases in one commit at most: bounds what a crash between commit and answer leaves unanswered.
const BATCH: usize = 256;
/// Use cases that may wait; beyond that the callers wait to hand theirs over.
const QUEUE: usize = 1024;

#[derive(Clone)]
pub(super) struct Writer {
    pool: Pool,
    draw: Draw,
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
}

#[derive(Clone)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A use case that waits for its turn.
trait Job: Send {
    /// Runs it; whether its changes are to be kept.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    fn at_ms(&self) -> i64;
    /// Answers the caller, once it is known whether the commit held.
    fn finish(self: Box<Self>, committed: Result<(), Arc<StoreError>>);
}

struct UseCase<T, E, F> {
    at_ms: i64,
    body: Option<F>,
    answer: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for UseCase<T, E, F>
where
    F: for<'t> FnOnce(&'t mut Tx) -> WriteFuture<'t, T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        async move {
            let Some(body) = self.body.take() else { return false };
            let answer = AssertUnwindSafe(async { body(tx).await })
                .catch_unwind()
                .await
                .unwrap_or_else(|panic| Err(panicked(&panic)));
            let keep = answer.is_ok();
            self.answer = Some(answer);
            keep
        }
        .boxed()
    }

    fn at_ms(&self) -> i64 {
        self.at_ms
    }

    fn finish(self: Box<Self>, committed: Result<(), Arc<StoreError>>) {
        let answer = match (self.answer, committed) {
            (Some(Err(refusal)), _) => Err(refusal),
            (Some(answer), Ok(())) => answer,
            (_, Err(error)) => Err(E::from(again(&error))),
            (None, Ok(())) => Err(E::from(StoreError::Busy)),
        };
        // a caller that went away gets no answer, and its change stands
        drop(self.reply.send(answer));
    }
}

fn panicked<E: From<StoreError>>(panic: &Box<dyn Any + Send>) -> E {
    let words = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = %words, "a use case panicked and was taken back");
    E::from(StoreError::Panicked)
}

/// The same refusal once more, for each use case of a batch.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Full => StoreError::Full,
        StoreError::Gone(_) => StoreError::Gone(sqlx::Error::WorkerCrashed),
        StoreError::Chain(what) => StoreError::Chain(what),
        _ => StoreError::Busy,
    }
}

impl Writer {
    pub(super) fn sqlite(pool: SqlitePool, draw: Draw) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        on_one_core(batches(pool.clone(), draw.clone(), receiver));
        Writer { pool: Pool::Sqlite(pool), draw, queue: Some(sender) }
    }

    pub(super) fn postgres(pool: PgPool, draw: Draw) -> Self {
        Writer { pool: Pool::Postgres(pool), draw, queue: None }
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(super) async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    pub(super) async fn write<T, E, F>(&self, at_ms: i64, body: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> WriteFuture<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(UseCase { at_ms, body: Some(body), answer: None, reply });
        match (&self.queue, &self.pool) {
            (Some(queue), _) => {
                if queue.send(job).await.is_err() {
                    return Err(E::from(StoreError::Gone(sqlx::Error::PoolClosed)));
                }
            }
            (None, Pool::Postgres(pool)) => {
                // a task of its own: a caller that goes away must not leave a transaction open in the pool
                let (pool, draw) = (pool.clone(), self.draw.clone());
                tokio::spawn(async move { one(&pool, draw, job).await });
            }
            (None, Pool::Sqlite(_)) => return Err(E::from(StoreError::Gone(sqlx::Error::PoolClosed))),
        }
        answer.await.unwrap_or_else(|_| Err(E::from(StoreError::Gone(sqlx::Error::WorkerCrashed))))
    }
}

/// Runs the work on a thread of its own that stays on one core, and with it the thread of the connection that it opens.
/// Every statement wakes one from the other: measured at 8 µs on the same core, at 30 to 60 µs on another one of a virtual
/// machine.
fn on_one_core(work: impl Future<Output = ()> + Send + 'static) {
    let runtime = tokio::runtime::Handle::current();
    std::thread::spawn(move || {
        stay();
        runtime.block_on(work);
    });
}

#[cfg(target_os = "linux")]
fn stay() {
    use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
    let mut here = CpuSet::new();
    here.set(sched_getcpu());
    if let Err(error) = sched_setaffinity(None, &here) {
        tracing::debug!(%error, "the writer may move between cores");
    }
}

#[cfg(not(target_os = "linux"))]
fn stay() {}

/// PostgreSQL: one use case, one transaction.
async fn one(pool: &PgPool, draw: Draw, mut job: Box<dyn Job>) {
    let committed = async {
        let mut tx = Tx::new(Conn::Postgres(pool.acquire().await?), job.at_ms(), draw);
        tx.conn.run("begin").await?;
        let kept = if job.run(&mut tx).await { tx.append_records().await.map(|()| true) } else { Ok(false) };
        match kept {
            Ok(true) => tx.conn.run("commit").await,
            Ok(false) => tx.conn.run("rollback").await,
            Err(error) => {
                tx.conn.run("rollback").await?;
                Err(error)
            }
        }
    }
    .await;
    job.finish(committed.map_err(Arc::new));
}

/// SQLite: everything that waits, in one commit. The task keeps the connection until the store is closed, and then ends
/// what was handed over before.
async fn batches(pool: SqlitePool, draw: Draw, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut closing = pin!(pool.close_event());
    let mut held = None;
    loop {
        let first = tokio::select! {
            biased;
            first = queue.recv() => first,
            () = &mut closing, if !closing.is_terminated() => {
                queue.close();
                continue;
            }
        };
        let Some(first) = first else { break };
        let mut jobs = vec![first];
        let committed = batch(&pool, &draw, &mut held, &mut jobs, &mut queue).await.map_err(Arc::new);
        for job in jobs {
            job.finish(committed.clone());
        }
    }
}

async fn batch(
    pool: &SqlitePool,
    draw: &Draw,
    held: &mut Option<Tx>,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), StoreError> {
    let mut tx = match held.take() {
        Some(tx) => tx,
        None => Tx::new(Conn::Sqlite(SqliteConn::new(pool.acquire().await?)), 0, draw.clone()),
    };
    let written = write(&mut tx, jobs, queue).await;
    if written.is_ok() || tx.take_back().await {
        *held = Some(tx);
    } else {
        // nobody knows what is open on it; closing takes it back
        tx.conn.close().await;
    }
    written
}

async fn write(
    tx: &mut Tx,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mut mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), StoreError> {
    tx.conn.begin();
    let mut next = 0;
    loop {
        tx.at_ms = jobs[next].at_ms();
        let before = tx.drafts.len();
        let kept = jobs[next].run(tx).await;
        if !kept {
            tx.drafts.truncate(before);
        }
        tx.conn.ended(kept)?;
        // whoever came meanwhile
        while jobs.len() < BATCH {
            let Ok(job) = queue.try_recv() else { break };
            jobs.push(job);
        }
        next += 1;
        if next == jobs.len() {
            return tx.end().await;
        }
    }
}
