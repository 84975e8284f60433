//! `cargo xtask bench`: the figures of README, measured anew.
use crate::cargo::cargo;
use crate::postgres::{Commits, Postgres};
use crate::run;
use crate::setup;
use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    /// Only these: commits, verify, search, pages
    names: Vec<String>,
    /// How many people the search looks through
    #[arg(long, default_value_t = 2_200_000)]
    people: usize,
}

/// Runs the benchmarks on SQLite and on a PostgreSQL whose commits wait for the disk.
pub fn bench(options: &Options) -> Result<()> {
    setup::postgres()?;
    let postgres = Postgres::start(Commits::Durable)?;
    let mut bench = cargo();
    bench.args(["bench", "--package", "server", "--bench", "figures", "--"]).args(&options.names);
    bench.args(["--people", &options.people.to_string()]).env("CONGTHE_BENCH_POSTGRES", postgres.url());
    run::run(&mut bench)
}
