//! `cargo xtask runbook`: README's runbook against a real card, recorded.
use crate::cargo::cargo;
use crate::run;
use crate::setup;
use anyhow::Result;
use clap::Args;
use std::process::Command;

#[derive(Args)]
pub struct Options {
    /// `--help` tells what it takes
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn runbook(options: &Options) -> Result<()> {
    setup::pcsc_library()?;
    run::run(program().args(&options.arguments))
}

/// The program with PC/SC in it.
pub fn program() -> Command {
    let mut program = cargo();
    program.args(["run", "--quiet", "--package", "runbook", "--features", "reader", "--"]);
    program
}
