//! A compiler for wasm32-unknown-unknown: the one that is here, else rustup's, else Debian's.
use super::{browser_std, debian};
use crate::cargo::{cargo, plain};
use crate::run;
use crate::step::step;
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

pub const TRIPLE: &str = "wasm32-unknown-unknown";

/// The name under which rustup knows Debian's compiler.
const DEBIANS: &str = "congthe-web";

/// How cargo is called to build for the browser on this machine.
pub enum BrowserTarget {
    /// The toolchain that builds everything else has the target
    SameToolchain,
    /// Debian's compiler, linked into rustup, with this linker
    Debians { linker: String },
}

impl BrowserTarget {
    /// `cargo` that may be asked for `--target wasm32-unknown-unknown`.
    pub fn cargo(&self) -> Command {
        let mut command = match self {
            Self::SameToolchain => cargo(),
            Self::Debians { linker } => {
                let mut command = plain("cargo");
                command.arg(format!("+{DEBIANS}")).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
                command
            }
        };
        command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", without_folders());
        command
    }
}

/// Keeps the builder's folders out of the file names that panics carry, and so out of every browser.
fn without_folders() -> String {
    let home = env::var("HOME").unwrap_or_default();
    let cargo_home = env::var("CARGO_HOME").unwrap_or_else(|_| format!("{home}/.cargo"));
    let registries = fs::read_dir(format!("{cargo_home}/registry/src")).into_iter().flatten().flatten();
    let paths = registries.map(|registry| registry.path().display().to_string());
    // cargo splits the flags at spaces
    paths.filter(|path| !path.contains(' ')).map(|path| format!("--remap-path-prefix={path}/= ")).collect()
}

/// Finds the target, or brings it here.
pub fn ready() -> Result<BrowserTarget> {
    if has_target(Command::new("rustc").current_dir(crate::tree::root())) {
        return Ok(BrowserTarget::SameToolchain);
    }
    if let Some(target) = debians() {
        return Ok(target);
    }
    let mut rustup = plain("rustup");
    if run::succeeds(rustup.args(["target", "add", TRIPLE])) {
        println!("✓ added {TRIPLE} to the Rust toolchain");
        return Ok(BrowserTarget::SameToolchain);
    }
    ensure!(
        debian::is_here(),
        "the Rust target {TRIPLE} is missing and rustup cannot add it: run `rustup target add {TRIPLE}` where there is a network"
    );
    from_debian()?;
    debians().context(
        "Debian's compiler is installed, but its linker or its link in rustup is not: run `cargo xtask setup` again",
    )
}

/// Debian's compiler, when its standard library for the browser is built and rustup knows it.
fn debians() -> Option<BrowserTarget> {
    let linked = browser_std::is_built() && run::succeeds(plain("rustc").arg(format!("+{DEBIANS}")).arg("-vV"));
    let linker = newest_linker()?;
    linked.then_some(BrowserTarget::Debians { linker })
}

fn from_debian() -> Result<()> {
    debian::update_lists()?;
    let lld = debian::newest_numbered("lld-").map_or_else(|| "lld".to_owned(), |number| format!("lld-{number}"));
    let packages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", &lld];
    if newest_linker().is_none() || !debian::has(&packages) {
        debian::install(&packages, "building for the browser")?;
    }
    if !browser_std::is_built() {
        step(&format!("building Rust's standard library for {TRIPLE}, once"), browser_std::build)?;
    }
    run::run_quietly(plain("rustup").args(["toolchain", "link", DEBIANS, "/usr"]))
        .context("rustup does not take Debian's compiler in: install Rust by rustup (rustup.rs) first")
}

fn has_target(rustc: &mut Command) -> bool {
    let folder = run::output(rustc.args(["--print", "target-libdir", "--target", TRIPLE])).unwrap_or_default();
    browser_std::holds_std(Path::new(folder.trim()))
}

/// `wasm-ld-22` of the newest lld that is installed; one older than the compiler's LLVM does not understand its files.
fn newest_linker() -> Option<String> {
    let oldest = browser_std::llvm()?;
    let files = fs::read_dir("/usr/bin").ok()?.flatten();
    let numbers = files.filter_map(|file| file.file_name().to_str()?.strip_prefix("wasm-ld-")?.parse::<u32>().ok());
    numbers.max().filter(|number| *number >= oldest).map(|number| format!("wasm-ld-{number}"))
}
