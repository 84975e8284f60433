//! `congthe qr`: the QR code's text and its budget, from a record in a file.

use std::error::Error;
use std::process::ExitCode;

use face::layout::qr_fields;
use face::qr::{Budget, Code, Field, Refusal};
use serde_json::{Value, json};

use super::{Printed, files, press};
use crate::config::Config;

/// Prints it as JSON: of a record that is refused its faults, too, with exit code 1.
///
/// # Errors
/// Whatever hinders reading the file, and [`super::Refused`] where a value is not of its form.
pub fn run(config: &Config, args: &Printed) -> Result<ExitCode, Box<dyn Error>> {
    let cards = press::settings(config, args.dpi)?;
    let record = press::read(&files::load(&args.input, &cards)?)?;
    let settings = &cards.face;
    let fields = qr_fields(&record);
    let (value, exit) = match Code::new(&fields, settings.separator, settings.resolution, &settings.abbreviations) {
        Ok(code) => {
            let mut value = budget(&code.budget);
            value["payload"] = code.payload.as_str().into();
            value["fields"] = Field::ALL.iter().map(|field| Value::from(code.payload.get(*field))).collect();
            (value, ExitCode::SUCCESS)
        }
        Err(refusal) => {
            let mut value = budget(&refusal.budget);
            value["refused"] = in_words(&refusal).into();
            value["fields"] = Field::ALL.iter().map(|field| Value::from(fields.get(*field))).collect();
            (value, ExitCode::FAILURE)
        }
    };
    println!("{value:#}");
    Ok(exit)
}

fn budget(budget: &Budget) -> Value {
    let shares = budget.fields.iter().map(|share| json!({ "characters": share.chars, "maximum": share.maximum }));
    let print = budget.print.as_ref();
    json!({
        "characters": budget.chars,
        "bytes": budget.bytes,
        "version": print.map(|print| print.version),
        "level": print.map(|print| format!("{:?}", print.level)),
        "modules": print.map(|print| print.modules),
        "dots_per_module": print.map(|print| print.dots),
        "side_mm": print.map(|print| print.side.to_mm()),
        "budget": shares.collect::<Value>(),
    })
}

/// What is wrong, and which approved abbreviations would make it right.
pub fn in_words(refusal: &Refusal) -> Vec<String> {
    let mut lines: Vec<String> = refusal.faults.iter().map(ToString::to_string).collect();
    for it in refusal.proposal.iter().flat_map(|proposal| &proposal.applied) {
        let (long, short) = (it.abbreviation.long(), it.abbreviation.short());
        lines.push(format!("it fits with the approved abbreviation of {long} to {short} in {}", it.field));
    }
    lines
}
