//! `congthe face check`: the face judged against 838/QĐ-BNV, before anything is printed.

use std::error::Error;
use std::process::ExitCode;

use serde_json::{Value, json};

use super::press::{Press, Signing};
use super::{Printed, Refused, files};
use crate::config::Config;

/// What is judged.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    printed: Printed,
    #[command(flatten)]
    signing: Signing,
}

/// Prints the report. A record that has no face at all is told with what to change.
///
/// # Errors
/// Whatever hinders reading files.
pub fn run(config: &Config, args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let press = Press::new(config, args.printed.dpi, &args.signing)?;
    let loaded = files::load(&args.printed.input, &press.cards)?;
    let judged = || -> Result<(Value, bool), Box<dyn Error>> {
        let (record, face) = press.lay_out(&loaded)?;
        let report = press.judge(&record, &face)?;
        Ok((serde_json::to_value(&report)?, report.blocks_printing()))
    };
    let (told, blocks) = match judged() {
        Ok(judged) => judged,
        Err(error) => match error.downcast::<Refused>() {
            Ok(refused) => (json!({ "refused": refused.0 }), true),
            Err(error) => return Err(error),
        },
    };
    println!("{told:#}");
    Ok(if blocks { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
