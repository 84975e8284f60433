//! `cargo xtask bench`: the figures of README, measured anew.
use crate::cargo::cargo;
use crate::postgres::{Commits, Postgres};
use crate::run;
use crate::setup;
use crate::test;
use anyhow::Result;
use clap::builder::PossibleValuesParser;

/// What is measured in the registry and the portal, with both databases.
const PORTAL: [&str; 7] = ["commits", "verify", "search", "pages", "import", "certificates", "checks"];
/// What is measured of the card's cryptography.
const CARD: [&str; 2] = ["sun", "messaging"];
/// What is counted and measured of a chip that is written.
const CHIP: [&str; 1] = ["issuing"];
/// What is measured in the browser, each by `e2e/tests/…_figures.bench.js`: the reader page, the card page.
const BROWSER: [&str; 2] = ["reader", "preview"];
/// What is measured of the card's face: each a benchmark of its own.
const FACE: [&str; 2] = ["raster", "pdf"];
/// What is measured of official documents.
const PAPER: [&str; 1] = ["documents"];

#[derive(clap::Args)]
pub struct Options {
    /// Only these: commits, verify, search, pages, import, certificates, checks, sun, messaging, issuing, reader, preview, raster, pdf, documents
    #[arg(value_parser = PossibleValuesParser::new(PORTAL.into_iter().chain(CARD).chain(CHIP).chain(BROWSER).chain(FACE).chain(PAPER)))]
    names: Vec<String>,
    /// How many people the search looks through, and how many cards can be checked
    #[arg(long, default_value_t = 2_200_000)]
    people: usize,
}

/// Runs the benchmarks, on SQLite and on a PostgreSQL whose commits wait for the disk where there is something to store.
pub fn bench(options: &Options) -> Result<()> {
    let wanted = |these: &[&str]| -> Vec<String> {
        let asked = options.names.iter().filter(|name| these.contains(&name.as_str()));
        if options.names.is_empty() {
            these.iter().map(ToString::to_string).collect()
        } else {
            asked.cloned().collect()
        }
    };
    let (portal, card) = (wanted(&PORTAL), wanted(&CARD));
    if !portal.is_empty() {
        setup::postgres()?;
        let postgres = Postgres::start(Commits::Durable)?;
        let mut bench = cargo();
        bench.args(["bench", "--package", "server", "--bench", "figures", "--"]).args(&portal);
        bench.args(["--people", &options.people.to_string()]).env("CONGTHE_BENCH_POSTGRES", postgres.url());
        run::run(&mut bench)?;
    }
    if !card.is_empty() {
        run::run(cargo().args(["bench", "--package", "proof", "--bench", "card", "--"]).args(&card))?;
    }
    for name in wanted(&CHIP) {
        run::run(cargo().args(["bench", "--package", "chip", "--bench", &name]))?;
    }
    for name in wanted(&FACE) {
        run::run(cargo().args(["bench", "--package", "face", "--bench", &name]))?;
    }
    for name in wanted(&PAPER) {
        run::run(cargo().args(["bench", "--package", "paper", "--bench", &name]))?;
    }
    let browser = wanted(&BROWSER);
    if !browser.is_empty() {
        test::browser_figures(&browser)?;
    }
    Ok(())
}
