//! `cargo xtask serve`: everything from a fresh clone to a running portal.
use crate::beside::Beside;
use crate::cargo::{built_file, cargo, plain};
use crate::group::Signal;
use crate::setup;
use crate::site::{self, Built};
use crate::tree;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Options {
    /// The server and the browser's module as they are shipped
    #[arg(long)]
    release: bool,
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Such as postgres://user@host/database; an SQLite file under target/serve-data when left out
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// No demonstration province
    #[arg(long)]
    empty: bool,
}

pub fn serve(options: &Options) -> Result<()> {
    let target = setup::for_building()?;
    site::build(&target, if options.release { Built::Small } else { Built::Quickly })?;
    let mut congthe = plain(&portal(options.release)?.to_string_lossy());
    // a folder for each kind of place: the keys in it belong to one database
    let data = match (&options.database, options.empty) {
        (Some(_), _) => "target/serve-database",
        (None, true) => "target/serve-empty",
        (None, false) => "target/serve-data",
    };
    congthe.arg("serve").arg("--data").arg(tree::root().join(data));
    congthe.args(["--port", &options.port.to_string()]);
    if let Some(url) = &options.database {
        congthe.args(["--database", url]);
    }
    if !options.empty {
        congthe.arg("--demo");
    }
    Beside::start("the portal", &mut congthe, Signal::Term)?.wait()
}

/// The binary that `cargo test` makes for its own tests: built with the tests' features, nothing is compiled twice.
pub fn portal_of_tests() -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["test", "--workspace", "--exclude", "hydrate", "--no-run"]);
    built_file(&mut build, "congthe", "/congthe")
}

/// Compiles the server; the site must be there before, since it is embedded.
pub fn portal(release: bool) -> Result<PathBuf> {
    println!("· compiling the server …");
    let mut build = cargo();
    build.args(["build", "--package", "server", "--bin", "congthe"]);
    if release {
        build.arg("--release");
    }
    built_file(&mut build, "congthe", "/congthe")
}
