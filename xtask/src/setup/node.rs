//! Packages from npm: the portal's typeface, wasm-opt, and the browser tests' tools.
use crate::cargo::plain;
use crate::run;
use crate::step::step;
use crate::tree;
use anyhow::{Result, ensure};
use std::fs;
use std::path::Path;
use std::time::SystemTime;

pub fn packages() -> Result<()> {
    let wanted = tree::e2e().join("package-lock.json");
    let installed = tree::node_modules().join(".package-lock.json");
    if changed(&installed) >= changed(&wanted) && installed.exists() {
        return Ok(());
    }
    for program in ["node", "npm"] {
        ensure!(
            run::succeeds(plain(program).arg("--version")),
            "`{program}` is missing: install Node.js 20 or newer with npm (nodejs.org, or the system's package manager)"
        );
    }
    step("installing packages from npm (typeface, wasm-opt, bundler of the isolated app, test tools)", || {
        let mut npm = plain("npm");
        npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(tree::e2e());
        run::run_quietly(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
    })
}

fn changed(file: &Path) -> SystemTime {
    fs::metadata(file).and_then(|found| found.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}
