//! The protocol crates' proofs in WebAssembly: compiled as for the browser, run by Node's engine, which is Chromium's.

use crate::cargo::{built_file, plain};
use crate::run;
use crate::setup::{BrowserTarget, TRIPLE};
use crate::site::{brotli, shrink};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// A module that proves nothing is a failure, too.
const CALL: &str = "const said = require('./proof.js').prove(); if (!said) process.exit(1); console.log(said);";

/// The protocol crates together, in brotli: what they add at most to a module that uses all of them.
const BUDGET: usize = 100_000;

pub fn prove(target: &BrowserTarget) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compile(target, &[])?).out_name("proof").nodejs(true)?.typescript(false);
    bindgen.generate(folder.path()).context("wasm-bindgen does not take the compiled module")?;
    run::run(plain("node").args(["-e", CALL]).current_dir(folder.path()))
}

pub fn measure(target: &BrowserTarget) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compile(target, &["--no-default-features"])?).out_name("all").web(true)?.typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(folder.path()).context("wasm-bindgen does not take the compiled module")?;
    let module = folder.path().join("all_bg.wasm");
    shrink(&module)?;
    let size = brotli(&fs::read(&module)?)?.len();
    println!("apdu, desfire, ndef and picc: {size} bytes brotli, of {BUDGET}");
    ensure!(
        size <= BUDGET,
        "the protocol crates have become too large for the browser: find what has grown with `twiggy`"
    );
    Ok(())
}

fn compile(target: &BrowserTarget, features: &[&str]) -> Result<PathBuf> {
    let mut cargo = target.cargo();
    cargo.args(["build", "--package", "proof", "--target", TRIPLE, "--profile", "wasm-release"]).args(features);
    built_file(&mut cargo, "proof", ".wasm")
}
