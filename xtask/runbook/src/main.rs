//! `cargo xtask runbook`: the steps against a card on a PC/SC reader.
mod pcsc_reader;

use anyhow::{Context, Result};
use clap::Parser;
use runbook::{desk::Desk, steps};
use std::path::PathBuf;

#[derive(Parser)]
#[command(name = "cargo xtask runbook", about = "Runs the runbook's steps against a card and records them")]
struct Line {
    /// Generation of the card: ev1, ev2 or ev3; steps that it does not have are left out
    #[arg(long, value_parser = steps::generation)]
    card: steps::Generation,
    /// Only these steps of README's runbook
    #[arg(long, value_delimiter = ',')]
    steps: Vec<u8>,
    /// Part of the reader's name; the first one with a card when left out
    #[arg(long)]
    reader: Option<String>,
    /// Where the recording is written
    #[arg(long, value_name = "FILE")]
    record: PathBuf,
    /// The card is formatted, and its keys are changed: it must be a blank
    #[arg(long, required = true)]
    this_card_may_be_destroyed: bool,
}

fn main() -> Result<()> {
    let line = Line::parse();
    let reader = pcsc_reader::PcscReader::open(line.reader.as_deref())?;
    println!("{}", reader.name());
    let mut desk = Desk::new(reader, line.card.frame());
    let result = steps::run(&mut desk, line.card, &line.steps);
    // what was recorded before an error is worth most
    std::fs::write(&line.record, desk.recording(line.card.name()))
        .with_context(|| format!("{} cannot be written", line.record.display()))?;
    println!("recorded in {}", line.record.display());
    result
}
