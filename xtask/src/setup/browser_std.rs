//! Rust's standard library for the browser, built from Debian's sources with Debian's compiler, without a network.
use super::browser_target::TRIPLE;
use super::debian::as_root;
use crate::cargo::plain;
use crate::run;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const NAME: &str = "throwaway";

/// Whether the library is there and made by the very compiler that is installed now.
pub fn is_built() -> bool {
    let stamp = fs::read_to_string(folder().join(STAMP)).unwrap_or_default();
    holds_std(&folder()) && version().is_ok_and(|version| version == stamp)
}

/// The compiler's major version of LLVM; none when the compiler is not installed.
pub fn llvm() -> Option<u32> {
    let version = version().ok()?;
    version.lines().find_map(|line| line.strip_prefix("LLVM version: ")?.split('.').next()?.parse().ok())
}

/// Whether a folder of libraries has a standard library in it.
pub fn holds_std(folder: &Path) -> bool {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files
        .map(|file| file.file_name().to_string_lossy().into_owned())
        .any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

/// Builds it in a temporary folder and puts it where the compiler looks for it.
pub fn build() -> Result<()> {
    let temporary = tempfile::tempdir()?;
    let package = temporary.path();
    fs::create_dir(package.join("src"))?;
    fs::write(package.join("src/lib.rs"), "")?;
    fs::write(package.join("Cargo.toml"), format!("[package]\nname = \"{NAME}\"\nedition = \"2024\"\n[workspace]\n"))?;

    let mut cargo = plain(CARGO);
    cargo.args(["build", "--release", "--target", TRIPLE, "-Z", "build-std=std,panic_abort,panic_unwind"]);
    // the sources come with the libraries that they need
    cargo.args(["--offline", "--config", "source.crates-io.replace-with='vendored'"]);
    cargo.args(["--config", "source.vendored.directory='/usr/lib/rustlib/src/rust/library/vendor'"]);
    cargo.current_dir(package).env("CARGO_TARGET_DIR", package.join("target"));
    cargo.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1");
    // without its bitcode a later build with link-time optimisation fails
    cargo.env("RUSTFLAGS", "-Cembed-bitcode=yes");
    run::run_quietly(&mut cargo)?;

    let built = rlibs(&package.join("target").join(TRIPLE).join("release/deps"))?;
    ensure!(!built.is_empty(), "building the standard library left no libraries");
    let stamp = package.join(STAMP);
    fs::write(&stamp, version()?)?;
    if folder().exists() {
        run::run_quietly(as_root("rm")?.arg("-r").arg(folder()))?;
    }
    run::run_quietly(as_root("install")?.args(["-D", "-m", "644", "-t"]).arg(folder()).args(built).arg(stamp))
}

/// What remembers the compiler that built the library.
const STAMP: &str = "congthe-web.rustc";

fn version() -> Result<String> {
    run::output(Command::new(RUSTC).arg("-vV"))
}

fn folder() -> PathBuf {
    Path::new("/usr/lib/rustlib").join(TRIPLE).join("lib")
}

fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder).with_context(|| format!("{} is missing", folder.display()))?;
    let paths = files.flatten().map(|file| file.path());
    let is_library = |path: &PathBuf| {
        path.extension().is_some_and(|kind| kind == "rlib") && !path.to_string_lossy().contains(&format!("lib{NAME}-"))
    };
    Ok(paths.filter(is_library).collect())
}
