//! `cargo xtask bridge`: the program for desks whose reader the browser may not claim.
use crate::cargo::{built_file, cargo, plain};
use crate::run;
use crate::setup::{self, BrowserTarget};
use crate::tree;
use anyhow::Result;
use clap::Args;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

#[derive(Args)]
pub struct Options {
    /// Compile it for Windows and macOS as well, as far as that goes without their linkers
    #[arg(long, conflicts_with = "arguments")]
    check: bool,
    /// Run it with these; `-- --help` tells what it takes
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub fn bridge(options: &Options) -> Result<()> {
    if options.check {
        return OTHERS.iter().try_for_each(|target| check(target));
    }
    setup::pcsc_library()?;
    let mut build = cargo();
    build.args(["build", "--release", "--package", "bridge", "--features", "pcsc", "--bin", "congthe-bridge"]);
    let compiled = built_file(&mut build, "congthe-bridge", &format!("congthe-bridge{EXE_SUFFIX}"))?;
    let shipped = tree::root().join("target/dist").join(format!("congthe-bridge{EXE_SUFFIX}"));
    fs::create_dir_all(tree::root().join("target/dist"))?;
    fs::copy(compiled, &shipped)?;
    if options.arguments.is_empty() {
        println!("✓ {}: copy it to the desk and run `congthe-bridge --allow https://THE-PORTAL`", shipped.display());
        return Ok(());
    }
    run::run(plain(&shipped.to_string_lossy()).args(&options.arguments))
}

/// The other systems that it is for.
const OTHERS: [&str; 2] = ["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// Types and names are checked for that system; nothing is linked, so nothing runs.
fn check(target: &str) -> Result<()> {
    let browser = setup::for_building()?;
    let mut check = browser.cargo();
    match browser {
        BrowserTarget::SameToolchain => run::run(plain("rustup").args(["target", "add", target]))?,
        // its standard library is compiled from the source that came with the compiler
        BrowserTarget::Debians { .. } => {
            setup::windows_import_libraries()?;
            check.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort,panic_unwind");
        }
    }
    check.args(["check", "--package", "bridge", "--features", "pcsc", "--target", target]);
    run::run(check.arg("--target-dir").arg(tree::root().join("target/others")))?;
    println!("✓ the bridge compiles for {target}");
    Ok(())
}

/// The program, quickly built, for the end-to-end tests.
pub fn for_tests() -> Result<PathBuf> {
    setup::pcsc_library()?;
    let mut build = cargo();
    build.args(["build", "--package", "bridge", "--features", "pcsc", "--bin", "congthe-bridge"]);
    built_file(&mut build, "congthe-bridge", &format!("congthe-bridge{EXE_SUFFIX}"))
}

/// The bridge's own program against the system's PC/SC, with a page and a person that the test plays.
pub fn test_over_pcsc() -> Command {
    let mut test = cargo();
    test.args(["test", "--quiet", "--package", "bridge", "--features", "pcsc", "--test", "over_pcsc"]);
    test
}
