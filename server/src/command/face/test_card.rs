//! `congthe face test-card`: what a station's printer is tried and set with.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use face::{pdf, test_card};

use super::files;
use super::press::{Press, Signing};
use crate::config::Config;

/// The test card, front and back.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The PDF; `-` is standard output
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// The station whose shift is tried
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// Dots per inch of the printer: 300 or 600
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(72..=1200))]
    dpi: u16,
}

/// Writes it.
///
/// # Errors
/// Whatever hinders reading settings and writing the file.
pub fn run(config: &Config, args: &Args) -> Result<ExitCode, Box<dyn Error>> {
    let press = Press::new(config, args.dpi, &Signing::default())?;
    let shift = press.cards.shift(args.station.as_deref())?;
    let mut out = Vec::new();
    let mut writer = pdf::Writer::new(&press.fonts, press.pdf_options(shift), &mut out)?;
    for side in test_card::sides(&press.fonts, press.cards.face.resolution) {
        writer.page((&side).into(), &mut out)?;
    }
    writer.finish(&mut out)?;
    files::write(&args.out, &out)?;
    Ok(ExitCode::SUCCESS)
}
