//! A module for the browser: compiled, given its bindings by wasm-bindgen, made small by wasm-opt.
use super::{Built, hash};
use crate::cargo::{built_file, plain};
use crate::run;
use crate::setup::{BrowserTarget, TRIPLE};
use crate::step::step;
use crate::tree;
use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

pub struct Module {
    pub wasm: Vec<u8>,
    pub script: Vec<u8>,
    /// Scripts of libraries, by their path; the script imports them from there
    pub snippets: BTreeMap<String, Vec<u8>>,
}

/// wasm-opt's switches: the features that every browser of the last years has and the compiler uses.
const SMALLEST: [&str; 10] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// `package`: the crate. `name`: what the module is called.
pub fn build(target: &BrowserTarget, built: Built, package: &str, name: &str) -> Result<Module> {
    let raw = step(&format!("compiling the module {name}"), || compile(target, package, &[]))?;
    let folder = tree::root().join("target/site-module").join(name).join(key(&raw, built)?);
    let wasm = folder.join(format!("{name}_bg.wasm"));
    if !folder.join(DONE).exists() {
        if let Some(kept) = folder.parent().filter(|kept| kept.exists()) {
            fs::remove_dir_all(kept)?;
        }
        step(&format!("giving {name} its bindings"), || bind(&raw, name, &folder))?;
        if built == Built::Small {
            step(&format!("making {name} small (wasm-opt)"), || shrink(&wasm))?;
        }
        fs::write(folder.join(DONE), "")?;
    }
    let mut snippets = BTreeMap::new();
    read_snippets(&folder.join("snippets"), "", &mut snippets)?;
    Ok(Module { wasm: fs::read(wasm)?, script: fs::read(folder.join(format!("{name}.js")))?, snippets })
}

const DONE: &str = "done";

/// One profile for all: a second, quicker one would compile every library once more, which costs more than it saves.
pub fn compile(target: &BrowserTarget, package: &str, features: &[&str]) -> Result<PathBuf> {
    let mut cargo = target.cargo();
    cargo.args(["build", "--package", package, "--target", TRIPLE, "--profile", "wasm-release"]).args(features);
    built_file(&mut cargo, package, ".wasm")
}

/// What the finished module depends on: the compiled one, and the tools that come after.
fn key(raw: &Path, built: Built) -> Result<String> {
    let mut parts = fs::read(raw)?;
    parts.extend(fs::read(tree::node_modules().join("binaryen/package.json"))?);
    parts.extend(format!("{SMALLEST:?} {}", built == Built::Small).bytes());
    Ok(hash(&parts))
}

/// Makes `NAME.js` and `NAME_bg.wasm` of a compiled module, for browsers.
pub fn bind(raw: &Path, name: &str, folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(raw).out_name(name).web(true)?.typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder).context("wasm-bindgen does not take the compiled module")
}

/// Makes a module small, in its place.
pub fn shrink(module: &Path) -> Result<()> {
    let mut node = plain("node");
    node.arg(tree::node_modules().join("binaryen/bin/wasm-opt")).args(SMALLEST).arg(module).arg("-o").arg(module);
    run::run_quietly(&mut node)
}

fn read_snippets(folder: &Path, address: &str, snippets: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry?;
        let path = format!("{address}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_snippets(&entry.path(), &format!("{path}/"), snippets)?;
        } else {
            snippets.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}
