//! The proofs of the protocol crates and of the card's face in WebAssembly: compiled as for the browser, run by Node's engine, which is Chromium's.

use crate::cargo::plain;
use crate::run;
use crate::setup::{BrowserTarget, serif_faces};
use crate::site::{bind, brotli, compile, shrink};
use anyhow::{Context, Result, ensure};
use std::fs;
use wasm_bindgen_cli_support::Bindgen;

/// A module that proves nothing is a failure, too.
const CALL: &str = "const { readFileSync } = require('node:fs'); const proof = require('./proof.js'); \
                    const fonts = process.argv.slice(1).map((path) => readFileSync(path)); \
                    for (const said of [proof.prove(), proof.faces(...fonts)]) { if (!said) process.exit(1); console.log(said); }";

/// The protocol crates together, in brotli: what they add at most to a module that uses all of them.
const BUDGET: usize = 100_000;

pub fn prove(target: &BrowserTarget) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compile(target, "proof", &[])?).out_name("proof").nodejs(true)?.typescript(false);
    bindgen.generate(folder.path()).context("wasm-bindgen does not take the compiled module")?;
    let [(_, regular), (_, bold), ..] = serif_faces()?;
    run::run(plain("node").args(["-e", CALL]).arg(regular).arg(bold).current_dir(folder.path()))
}

pub fn measure(target: &BrowserTarget) -> Result<()> {
    let folder = tempfile::tempdir()?;
    bind(&compile(target, "proof", &["--no-default-features"])?, "all", folder.path())?;
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
