//! `cargo xtask test`: everything that must hold, in the order in which it is quickest to learn that it does not.
mod end_to_end;
mod foreign;
mod in_wasm;

use crate::cargo::cargo;
use crate::iwa;
use crate::parts::Parts;
use crate::postgres::{self, Commits, Postgres};
use crate::run::run;
use crate::setup::{self, BrowserTarget, TRIPLE};
use crate::site::{self, Built};
use anyhow::Result;
use clap::{Args, ValueEnum};
use std::fs;

#[derive(Args)]
pub struct Options {
    /// Leave out the browser, PC/SC and PKCS #11: no WebAssembly, no end-to-end tests, no foreign clients, no token
    #[arg(long)]
    fast: bool,
    /// Only one kind of check, for daily work
    #[arg(long, conflicts_with = "fast")]
    only: Option<Kind>,
    /// With --only rust: names of tests; with --only e2e: arguments for Playwright
    #[arg(last = true, requires = "only")]
    filter: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Kind {
    /// Format and clippy
    Lint,
    /// Unit and integration tests on SQLite and PostgreSQL
    Rust,
    /// The simulated card over PC/SC, driven by clients of others
    Card,
    /// The cards' keys in a PKCS #11 token
    Token,
    /// The portal in Chromium
    E2e,
}

pub fn test(options: &Options) -> Result<()> {
    let wanted = |kind| options.only.is_none_or(|only| only == kind);
    let browser = !options.fast && !matches!(options.only, Some(Kind::Rust | Kind::Card | Kind::Token));
    let mut parts = Parts::default();

    let target = match browser {
        true => Some(parts.run("Set-up", set_up)?),
        false => None,
    };
    fs::create_dir_all(crate::tree::site())?; // the server embeds it, were it empty
    if wanted(Kind::Lint) {
        parts.run("Format", || run(cargo().args(["fmt", "--all", "--check"])))?;
        parts.run("Clippy", clippy)?;
    }
    if let Some(target) = target.as_ref().filter(|_| wanted(Kind::Lint)) {
        parts.run("Clippy for the browser", || clippy_for_browser(target))?;
    }
    if wanted(Kind::Rust) {
        parts.run("Unit and integration tests", || rust_tests(options))?;
    }
    if let Some(target) = target.as_ref().filter(|_| options.only.is_none()) {
        parts.run("Vectors in WebAssembly", || in_wasm::prove(target))?;
        parts.run("Room that the card takes there", || in_wasm::measure(target))?;
    }
    if wanted(Kind::Card) && !options.fast {
        parts.run("The simulated card over PC/SC", foreign::clients)?;
    }
    if wanted(Kind::Token) && !options.fast {
        parts.run("The cards' keys in a PKCS #11 token", keys_in_a_token)?;
    }
    if let Some(target) = target.as_ref().filter(|_| wanted(Kind::E2e)) {
        parts.run("WebAssembly and its budget", || {
            iwa::assemble(target)?;
            site::build(target, Built::Small).and_then(|()| site::check_budget())
        })?;
        parts.run("End to end on SQLite", || end_to_end::on_sqlite(&options.filter))?;
        parts.run("End to end on PostgreSQL", || end_to_end::on_postgres(&options.filter))?;
    }
    Ok(())
}

/// The figures of these pages, measured in Chromium.
pub fn browser_figures(names: &[String]) -> Result<()> {
    let target = set_up()?;
    site::build(&target, Built::Small)?;
    end_to_end::figures(names)
}

fn set_up() -> Result<BrowserTarget> {
    let target = setup::for_building()?;
    setup::for_testing()?;
    Ok(target)
}

fn clippy() -> Result<()> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--exclude", "hydrate", "--all-targets", "--", "-D", "warnings"]);
    run(&mut clippy)?;
    // what the portal is built without
    run(cargo().args(["clippy", "-p", "vault", "--all-targets", "--features", "pkcs11", "--", "-D", "warnings"]))?;
    run(cargo().args(["clippy", "-p", "server", "--features", "pkcs11", "--", "-D", "warnings"]))
}

/// Crates that are compiled for the browser.
const IN_BROWSERS: [&str; 39] = [
    "hydrate",
    "app",
    "contract",
    "model",
    "apdu",
    "desfire",
    "ndef",
    "picc",
    "pcd",
    "proof",
    "relay",
    "trial",
    "chip",
    "face",
    "photo",
    "paper",
    "blank",
    "writer",
    "reader",
    "ccid",
    "isodep",
    "pn53x",
    "pasori",
    "carrier",
    "training",
    "originality",
    "relayed",
    "usb",
    "isolated",
    "cropping",
    "scanner",
    "checker",
    "camera",
    "door",
    "scan",
    "dom",
    "drawing",
    "preview",
    "wording",
];

/// What the browser gets. In the profile of the module, whose macros and build scripts then serve both.
fn clippy_for_browser(target: &BrowserTarget) -> Result<()> {
    let mut clippy = target.cargo();
    clippy.args(["clippy", "--profile", "wasm-release", "--target", TRIPLE, "--lib"]);
    clippy.args(IN_BROWSERS.iter().flat_map(|package| ["-p", package]));
    clippy.args(["--", "-D", "warnings"]);
    run(&mut clippy)
}

/// SoftHSM 2, a token in software; each test initialises one in a temporary folder.
fn keys_in_a_token() -> Result<()> {
    setup::token()?;
    run(cargo().args(["test", "-p", "vault", "--features", "pkcs11", "--test", "softhsm"]))
}

/// Both databases: each test of the store runs on SQLite, and on PostgreSQL when the variable names one.
fn rust_tests(options: &Options) -> Result<()> {
    setup::card_face_tests()?;
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--exclude", "hydrate"]).arg("--").args(&options.filter);
    if options.fast && postgres::programs().is_err() {
        println!(
            "! PostgreSQL is not installed: these tests run on SQLite only (`cargo xtask setup --browser-tests` installs it)"
        );
        return run(&mut tests);
    }
    setup::postgres()?;
    let postgres = Postgres::start(Commits::InMemory)?;
    run(tests.env("CONGTHE_TEST_POSTGRES", postgres.url()))
}
