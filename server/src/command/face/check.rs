//! `congthe face check`: the face judged against 838/QĐ-BNV, before anything is printed.

use std::error::Error;
use std::process::ExitCode;

use face::conformance::report;
use face::layout::Mode;
use serde_json::{Value, json};

use super::files;
use super::{Printed, Refused, laid_out, read, settings};
use crate::config::Config;

/// Prints the report. A record that has no face at all is told with what to change.
///
/// # Errors
/// Whatever hinders reading files.
pub fn run(config: &Config, args: &Printed) -> Result<ExitCode, Box<dyn Error>> {
    let fonts = files::fonts(config)?;
    let loaded = files::load(&args.input)?;
    let settings = settings(args.dpi);
    let judged = || -> Result<(Value, bool), Box<dyn Error>> {
        let record = read(&loaded)?;
        let face = laid_out(&record, &loaded, &fonts, &settings)?;
        let (front, back) = (face.front.scene(Mode::Full), face.back.scene(Mode::Full));
        let report = report(&record, &front, &back, &fonts, &settings)?;
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
