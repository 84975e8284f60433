//! Use cases at the same moment: numbers without gaps, and nobody takes a neighbour along.

use contract::{Failure, Refusal};
use futures_util::future::join_all;
use registry::store::{Kind, unit};
use registry::work::verify_audit::verify_audit;

use registry::{Store, StoreError};

use crate::support::{AT, TestStore, draw, number, record, rng, run, stores};
use rand::RngExt;

const WRITERS: usize = 16;
const ROUNDS: usize = 25;

/// Allots one number; `Err` and taken back when it fails afterwards.
async fn allot(test: &TestStore, then: Then) -> Result<i64, Failure> {
    test.store
        .write(AT, move |tx| {
            Box::pin(async move {
                let code = unit::next_numbers(tx.conn(), "personnel_code", 1).await?;
                record(tx, code as u64, None);
                match then {
                    Then::Keep => Ok(code),
                    Then::Refuse => Err(Failure::NotFound),
                    Then::Break => {
                        let broken =
                            run(tx.conn(), "insert into counter (name, last, ceiling) values ('x', 2, 1)").await;
                        Err(StoreError::from(broken.unwrap_err()).into())
                    }
                    Then::Panic => panic!("as the test wants it"),
                }
            })
        })
        .await
}

#[derive(Clone, Copy)]
enum Then {
    Keep,
    Refuse,
    Break,
    Panic,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn numbers_come_in_order_without_gaps_whoever_fails() {
    for test in stores().await {
        let writers = (0..WRITERS).map(|writer| {
            let test = &test;
            async move {
                let mut rng = rng(writer as u64);
                let mut kept = Vec::new();
                for _ in 0..ROUNDS {
                    let then = match rng.random_range(0..10) {
                        0 => Then::Refuse,
                        1 => Then::Break,
                        2 => Then::Panic,
                        _ => Then::Keep,
                    };
                    kept.extend(allot(test, then).await);
                }
                // each writer's own numbers grow
                assert!(kept.is_sorted());
                kept
            }
        });
        let mut kept: Vec<i64> = join_all(writers).await.into_iter().flatten().collect();
        kept.sort_unstable();
        let last = kept.len() as i64;
        assert!(last > (WRITERS * ROUNDS / 2) as i64);
        assert_eq!(kept, (1..=last).collect::<Vec<i64>>(), "{:?}", test.kind);

        let mut conn = test.store.snapshot().await.unwrap();
        assert_eq!(unit::counter(&mut conn, "personnel_code").await.unwrap(), (last, 99_999));
        let verdict = verify_audit(&mut conn, None).await.unwrap();
        assert_eq!((verdict.ok, verdict.entries), (true, last as u64), "an entry for each number, and no other");
        conn.end().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_last_number_is_the_last() {
    for test in stores().await {
        test.run(&["update counter set ceiling = 5 where name = 'personnel_code'"]).await;
        let answers = join_all((0..WRITERS).map(|_| allot(&test, Then::Keep))).await;
        let mut kept: Vec<i64> = answers.iter().filter_map(|answer| answer.as_ref().ok().copied()).collect();
        kept.sort_unstable();
        assert_eq!(kept, [1, 2, 3, 4, 5]);
        let refusal = Failure::Refused { why: Refusal::NumbersExhausted };
        assert!(answers.iter().all(|answer| answer.as_ref().err().is_none_or(|error| *error == refusal)));
        let mut conn = test.store.read().await.unwrap();
        assert_eq!(unit::counter(&mut conn, "personnel_code").await.unwrap(), (5, 5));
        assert_eq!(number(&mut conn, "select count(*) from audit_entry").await, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn more_than_is_left_takes_nothing() {
    for test in stores().await {
        test.run(&["update counter set ceiling = 5 where name = 'personnel_code'"]).await;
        let many: Result<i64, StoreError> = test
            .store
            .write(AT, |tx| Box::pin(async move { unit::next_numbers(tx.conn(), "personnel_code", 6).await }))
            .await;
        assert!(matches!(many, Err(StoreError::Exhausted("personnel_code"))));
        assert_eq!(allot(&test, Then::Keep).await, Ok(1));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_fails_or_panics_takes_nobody_along() {
    for test in stores().await {
        // all at once, so that SQLite takes them into few commits
        let thens =
            [Then::Keep, Then::Panic, Then::Keep, Then::Break, Then::Keep, Then::Refuse, Then::Keep, Then::Keep];
        let answers = join_all(thens.iter().cycle().take(64).map(|then| allot(&test, *then))).await;
        for (then, answer) in thens.iter().cycle().zip(&answers) {
            match then {
                Then::Keep => assert!(answer.is_ok(), "{answer:?}"),
                Then::Refuse => assert_eq!(*answer, Err(Failure::NotFound)),
                Then::Break | Then::Panic => assert_eq!(*answer, Err(Failure::Internal)),
            }
        }
        let mut conn = test.store.snapshot().await.unwrap();
        let verdict = verify_audit(&mut conn, None).await.unwrap();
        assert_eq!((verdict.ok, verdict.entries), (true, 40));
        assert_eq!(unit::counter(&mut conn, "personnel_code").await.unwrap().0, 40);
        conn.end().await.unwrap();
    }
}

/// What the writer does between two use cases goes ahead of the next statement; here some make none.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_makes_no_statement_disturbs_nobody() {
    async fn note(test: &TestStore, keep: bool) -> Result<i64, Failure> {
        let written = test.store.write(AT, move |tx| {
            Box::pin(async move {
                record(tx, 0, None);
                if keep { Ok(0) } else { Err(Failure::NotFound) }
            })
        });
        written.await
    }
    let (keep, refuse, idle, nothing) = (0, 1, 2, 3);
    for test in stores().await {
        let mut rng = rng(5);
        let (mut numbers, mut entries) = (0, 0);
        for _ in 0..60 {
            let turns: Vec<usize> = (0..rng.random_range(1..6)).map(|_| rng.random_range(0..4)).collect();
            let answers = join_all(turns.iter().map(async |&turn| match turn {
                _ if turn == keep => allot(&test, Then::Keep).await,
                _ if turn == refuse => allot(&test, Then::Refuse).await,
                _ => note(&test, turn == idle).await,
            }));
            for (turn, answer) in turns.iter().zip(answers.await) {
                assert_eq!(answer.is_err(), *turn == refuse || *turn == nothing, "{turns:?}: {answer:?}");
                numbers += i64::from(*turn == keep);
                entries += u64::from(answer.is_ok());
            }
        }
        let mut conn = test.store.snapshot().await.unwrap();
        assert_eq!(unit::counter(&mut conn, "personnel_code").await.unwrap().0, numbers);
        let verdict = verify_audit(&mut conn, None).await.unwrap();
        assert_eq!((verdict.ok, verdict.entries), (true, entries), "{:?}", test.kind);
        conn.end().await.unwrap();
    }
}

/// The command line beside the running portal: each goes on where the chain stands, not where it last saw it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_programs_on_one_file_write_one_chain() {
    let test = stores().await.swap_remove(0);
    assert_eq!(test.kind, Kind::Sqlite);
    let url = format!("sqlite:{}", test.folder.path().join("test.db").display());
    let other = TestStore {
        store: Store::open(&url, 2, draw(2)).await.unwrap(),
        kind: Kind::Sqlite,
        folder: tempfile::tempdir().unwrap(),
    };
    for (round, program) in [&test, &test, &other, &other, &test, &other, &other, &test].into_iter().enumerate() {
        assert_eq!(allot(program, Then::Keep).await, Ok(round as i64 + 1));
    }
    let mut conn = test.store.snapshot().await.unwrap();
    let verdict = verify_audit(&mut conn, None).await.unwrap();
    assert_eq!((verdict.ok, verdict.entries), (true, 8));
    conn.end().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_caller_who_goes_away_leaves_nothing_half_done() {
    for test in stores().await {
        let gone = tokio::time::timeout(std::time::Duration::ZERO, allot(&test, Then::Keep)).await;
        let next = allot(&test, Then::Keep).await.unwrap();
        // handed over in time or not: its number is used, or is given to the next
        assert!(next == 2 || (gone.is_err() && next == 1));
        let mut conn = test.store.snapshot().await.unwrap();
        assert!(verify_audit(&mut conn, None).await.unwrap().ok);
        conn.end().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_snapshot_whose_reader_went_away_is_not_handed_on() {
    for test in stores().await {
        for _ in 0..20 {
            drop(test.store.snapshot().await.unwrap());
        }
        allot(&test, Then::Keep).await.unwrap();
        for _ in 0..20 {
            let mut conn = test.store.read().await.unwrap();
            assert_eq!(number(&mut conn, "select count(*) from audit_entry").await, 1, "{:?}", test.kind);
        }
        allot(&test, Then::Keep).await.unwrap();
    }
}
