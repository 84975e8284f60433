//! `cargo xtask iwa`: the Isolated Web App, for desks whose reader the browser may not claim.
use crate::cargo::plain;
use crate::run;
use crate::setup::{self, BrowserTarget};
use crate::site::{self, Built};
use crate::step::step;
use crate::tree;
use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::Deserialize;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub struct Options {
    /// The Ed25519 private key in PEM that signs it and that its identifier comes from; without it, one outside of this folder, made at
    /// the first time
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
}

/// What the bundler tells.
#[derive(Deserialize)]
struct Bundled {
    id: String,
    origin: String,
    made: bool,
    bytes: u64,
}

const BUNDLE: &str = "target/dist/congthe-reader.swbn";

pub fn iwa(options: &Options) -> Result<()> {
    let target = setup::for_building()?;
    let folder = assemble(&target)?;
    let key = match &options.key {
        Some(key) => {
            ensure!(key.is_file(), "{} is no file; without --key, a key is made", key.display());
            fs::canonicalize(key)?
        }
        None => usual_key()?,
    };
    let bundled = bundle(&folder, &key, &tree::root().join(BUNDLE))?;
    if bundled.made {
        println!(
            "! a key was made: {}. Who has it can sign as this app; keep a copy where only you read it",
            key.display()
        );
    }
    println!("✓ {BUNDLE}, {} bytes, signed with {}", bundled.bytes, key.display());
    println!("  identifier  {}", bundled.id);
    println!("  origin      {}   (for the portal's `reader_apps`)", bundled.origin);
    println!(
        "  production use needs managed ChromeOS and this identifier on Google's allow-list; for trials see README"
    );
    Ok(())
}

/// The app as it is bundled, or served for a trial.
pub fn folder() -> PathBuf {
    tree::root().join("target/iwa")
}

/// Makes the app's folder.
pub fn assemble(target: &BrowserTarget) -> Result<PathBuf> {
    let module = site::module(target, Built::Small, "isolated", "reader")?;
    ensure!(module.snippets.is_empty(), "the app's module has scripts of libraries, which its page does not serve");
    let folder = folder();
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    copy(&tree::root().join("app/isolated/page"), &folder)?;
    fs::write(folder.join("reader.js"), &module.script)?;
    fs::write(folder.join("reader_bg.wasm"), &module.wasm)?;
    Ok(folder)
}

fn bundle(folder: &Path, key: &Path, out: &Path) -> Result<Bundled> {
    step("bundling and signing (wbn, wbn-sign)", || {
        let mut node = plain("node");
        node.arg(tree::root().join("app/isolated/bundle.mjs")).arg(tree::node_modules()).args([folder, key, out]);
        let told = run::output(&mut node)?;
        serde_json::from_str(&told).context("the bundler tells something else than what it made")
    })
}

/// In the user's configuration folder: no key lies in a checkout.
fn usual_key() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")));
    let folder = folder.context("neither XDG_CONFIG_HOME nor HOME is set: name a key with --key")?;
    Ok(folder.join("congthe/reader-app.pem"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => drop(fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}
