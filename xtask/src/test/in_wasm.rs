//! The protocol crates' proofs in WebAssembly: compiled as for the browser, run by Node's engine, which is Chromium's.

use crate::cargo::{built_file, plain};
use crate::run;
use crate::setup::{BrowserTarget, TRIPLE};
use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

/// A module that proves nothing is a failure, too.
const CALL: &str = "const said = require('./proof.js').prove(); if (!said) process.exit(1); console.log(said);";

pub fn prove(target: &BrowserTarget) -> Result<()> {
    let mut cargo = target.cargo();
    cargo.args(["build", "--package", "proof", "--target", TRIPLE, "--profile", "wasm-release"]);
    let module = built_file(&mut cargo, "proof", ".wasm")?;
    let folder = tempfile::tempdir()?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(&module).out_name("proof").nodejs(true)?.typescript(false);
    bindgen.generate(folder.path()).context("wasm-bindgen does not take the compiled module")?;
    run::run(plain("node").args(["-e", CALL]).current_dir(folder.path()))
}
