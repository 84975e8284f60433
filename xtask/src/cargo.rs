//! Calling cargo from a program that cargo itself has started.
use crate::run;
use crate::tree;
use anyhow::{Context, Result};
use serde::Deserialize;
use std::env;
use std::path::PathBuf;
use std::process::Command;

/// `cargo` with the toolchain that runs xtask.
pub fn cargo() -> Command {
    let mut command = plain("cargo");
    if let Some(toolchain) = env::var_os("RUSTUP_TOOLCHAIN") {
        command.env("RUSTUP_TOOLCHAIN", toolchain);
    }
    command
}

/// A program in the workspace's root, without the variables that cargo sets for what it runs: they would mark
/// build scripts as changed, or choose another toolchain than the one asked for.
pub fn plain(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(tree::root());
    let from_cargo = |name: &str| {
        ["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "LD_LIBRARY_PATH", "OUT_DIR"].contains(&name)
            || ["CARGO_PKG_", "CARGO_BIN_", "RUSTUP_TOOLCHAIN", "RUST_RECURSION_COUNT"]
                .iter()
                .any(|p| name.starts_with(p))
    };
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(from_cargo) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a `cargo build` and returns the file it made for `target` whose name ends in `suffix`.
pub fn built_file(build: &mut Command, target: &str, suffix: &str) -> Result<PathBuf> {
    let messages = run::output_of_build(build.arg("--message-format=json-render-diagnostics"))?;
    let files = messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok());
    let mut files = files.filter(|artifact| artifact.target.name == target).flat_map(|artifact| artifact.filenames);
    files
        .find(|file| file.to_string_lossy().ends_with(suffix))
        .with_context(|| format!("cargo built {target} but names no file of it that ends in `{suffix}`"))
}

/// The part of cargo's `compiler-artifact` message that is of interest here.
#[derive(Deserialize)]
struct Artifact {
    target: Target,
    filenames: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}
