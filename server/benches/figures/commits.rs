//! Use cases with their audit entries against bare commits on the same disk, alone and 32 at a time.

use std::time::{Duration, Instant};

use model::duty::Act;
use registry::store::{Kind, Record, account};
use registry::{Failure, Store};
use sqlx::{Connection as _, Executor as _};

use crate::Outcome;
use crate::place::{NOW_MS, Place, places, quantile};

const ROUND: Duration = Duration::from_secs(1);
const ROUNDS: usize = 11;
const WRITERS: usize = 32;

pub async fn run() -> Outcome {
    for place in places().await? {
        // where the kernel puts the threads changes from round to round, and with it each rate by half
        let (mut bares, mut ones, mut manies) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bares.push(bare(&place).await?);
            ones.push(rate(&place.store, 1).await?);
            manies.push(rate(&place.store, WRITERS).await?);
        }
        let [bare, one, many] = [bares, ones, manies].map(|mut rates| {
            rates.sort_by(f64::total_cmp);
            quantile(&rates, 0.5)
        });
        let goals = if place.store.kind() == Kind::Sqlite { "(goals ≥ 0.8, ≥ 5)" } else { "" };
        println!(
            "commits    {}: bare {bare:.0}/s; one writer {:.2} ×, {WRITERS} writers {:.2} × {goals}",
            place.name,
            one / bare,
            many / bare
        );
    }
    Ok(())
}

async fn use_case(store: &Store, object: String) -> Result<(), Failure> {
    let written = store.write(NOW_MS, move |tx| {
        Box::pin(async move {
            account::note_duty(tx.conn(), &object, Act::Asked, "bench", NOW_MS).await?;
            tx.record(Record {
                actor: "system",
                action: "bench.write",
                object: "bench:1".into(),
                facts: serde_json::json!({ "kind": "bench" }),
                personal: None,
            });
            Ok::<_, Failure>(())
        })
    });
    written.await
}

/// Use cases a second.
async fn rate(store: &Store, writers: usize) -> Result<f64, Box<dyn std::error::Error>> {
    let start = Instant::now();
    let tasks: Vec<_> = (0..writers)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut done = 0_u64;
                while start.elapsed() < ROUND {
                    use_case(&store, format!("{writer} {done} {start:?}")).await?;
                    done += 1;
                }
                Ok::<_, Failure>(done)
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await?.map_err(|failure| format!("{failure:?}"))?;
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}

/// The same row in a transaction of its own on one connection, and nothing else.
pub async fn bare(place: &Place) -> Result<f64, Box<dyn std::error::Error>> {
    const INSERT: &str = "insert into duty (object, act, actor, at) values ($1, 'asked', 'bare', $2)";
    let start = Instant::now();
    let mut done = 0_u64;
    let key = |done: u64| format!("bare {done} {start:?}");
    match place.store.kind() {
        Kind::Sqlite => {
            let options: sqlx::sqlite::SqliteConnectOptions = place.url.parse()?;
            let options = options
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5));
            let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
            while start.elapsed() < ROUND {
                connection.execute("begin immediate").await?;
                sqlx::query(INSERT).bind(key(done)).bind(NOW_MS).execute(&mut connection).await?;
                connection.execute("commit").await?;
                done += 1;
            }
        }
        Kind::Postgres => {
            let mut connection = sqlx::PgConnection::connect(&place.url).await?;
            while start.elapsed() < ROUND {
                connection.execute("begin").await?;
                sqlx::query(INSERT).bind(key(done)).bind(NOW_MS).execute(&mut connection).await?;
                connection.execute("commit").await?;
                done += 1;
            }
        }
    }
    Ok(done as f64 / start.elapsed().as_secs_f64())
}
