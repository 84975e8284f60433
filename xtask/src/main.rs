//! `cargo xtask serve | test | build`: set-up, build and checks.
mod bench;
mod beside;
mod bridge;
mod cargo;
mod dist;
mod fuzz;
mod group;
mod iwa;
mod parts;
mod postgres;
mod run;
mod runbook;
mod serve;
mod setup;
mod site;
mod step;
mod stopwatch;
mod test;
mod tree;
mod virtual_card;

use anyhow::Result;
use clap::{Parser, Subcommand};
use postgres::Commits;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Sets up, builds, serves and tests Cổng Thẻ")]
struct Line {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, build and open the portal, with a demonstration province
    Serve(serve::Options),
    /// Run every check and test
    Test(test::Options),
    /// Measure the figures of README
    Bench(bench::Options),
    /// Make target/dist/congthe, the one file that a server needs
    Build,
    /// Install what building needs and this machine lacks; the other commands do this by themselves
    Setup {
        /// Also what the tests need: Chromium, PostgreSQL, a PC/SC daemon with a virtual reader
        #[arg(long)]
        browser_tests: bool,
    },
    /// Look for bytes from cards and readers that break something
    Fuzz(fuzz::Options),
    /// Offer a simulated card to PC/SC programs, or to a peer that plays the reader
    VirtualCard(virtual_card::Options),
    /// Make target/dist/congthe-bridge, for desks whose reader the browser may not claim; with arguments, run it
    Bridge(bridge::Options),
    /// Make target/dist/congthe-reader.swbn, the Isolated Web App for ChromeOS desks with any reader
    Iwa(iwa::Options),
    /// Run README's runbook against a real card on a PC/SC reader, and record it
    Runbook(runbook::Options),
    /// Build what browsers load into target/site
    Site {
        /// Small, as it is shipped
        #[arg(long)]
        release: bool,
    },
    /// Run a throw-away PostgreSQL until Ctrl-C
    Postgres {
        /// Every commit waits for the disk, as in operation
        #[arg(long)]
        durable: bool,
    },
}

fn main() -> ExitCode {
    group::end_all_on_ctrl_c();
    match run(Line::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if group::stopped() => ExitCode::from(130),
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    match task {
        Task::Serve(options) => serve::serve(&options),
        Task::Test(options) => test::test(&options),
        Task::Bench(options) => bench::bench(&options),
        Task::VirtualCard(options) => virtual_card::offer(&options),
        Task::Fuzz(options) => fuzz::fuzz(&options),
        Task::Bridge(options) => bridge::bridge(&options),
        Task::Iwa(options) => iwa::iwa(&options),
        Task::Runbook(options) => runbook::runbook(&options),
        Task::Build => dist::build(),
        Task::Setup { browser_tests: false } => setup::for_building().map(drop),
        Task::Setup { browser_tests: true } => setup::for_building().and_then(|_| setup::for_testing()),
        Task::Site { release: false } => site::build(&setup::for_building()?, site::Built::Quickly),
        Task::Site { release: true } => site::build(&setup::for_building()?, site::Built::Small),
        Task::Postgres { durable: false } => postgres::in_foreground(Commits::InMemory),
        Task::Postgres { durable: true } => postgres::in_foreground(Commits::Durable),
    }
}
