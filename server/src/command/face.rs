//! `congthe face`: a card's face from a record in a file, and its report against 838/QĐ-BNV.

mod batch;
pub mod check;
mod files;
mod press;
pub mod qr;
mod test_card;

pub use files::{emblem, fonts};

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use face::layout::{self, Mode};
use face::length::Point;
use face::{pdf, raster, svg};

use crate::clock::Now;
use crate::config::Config;
use press::{Press, Signing};

/// `congthe face`. What is required for drawing is not for judging, so it is optional to the type alone.
#[derive(Clone, Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    /// Instead of drawing it
    #[command(subcommand)]
    task: Option<Task>,
    /// The record, a JSON file; `-` is standard input
    #[arg(long, value_name = "FILE", required = true)]
    input: Option<PathBuf>,
    /// Which side
    #[arg(long, value_enum, required = true)]
    side: Option<Side>,
    /// In which format
    #[arg(long, value_enum, required = true)]
    format: Option<Format>,
    /// Dots per inch of the printer, and of a PNG: 72 to 1200; the QR code keeps to the dots of 300 or of 600
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(72..=1200))]
    dpi: u16,
    /// The whole face, or only what a blank that was printed in offset has not
    #[arg(long, value_enum, default_value_t = Parts::Full)]
    mode: Parts,
    #[command(flatten)]
    signing: Signing,
    /// The station whose printer it is meant for: moves the page of a PDF by what `card_settings` says
    #[arg(long, value_name = "NAME")]
    station: Option<String>,
    /// The file; both sides as SVG or PNG become two, with `-front` and `-back` before the ending
    #[arg(long, value_name = "PATH", required = true)]
    out: Option<PathBuf>,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum Task {
    /// Judge the face clause by clause against the regulation (JSON); exit code 1 where a clause is not met
    Check(check::Args),
    /// Draw many cards into one PDF, each judged before; exit code 1 where one was left out
    Batch(batch::Args),
    /// A card for trying a printer: rulers, verniers, grey steps, inks, QR codes (PDF)
    TestCard(test_card::Args),
}

/// A record and the printer that it is meant for: what `congthe face check` and `congthe qr` take.
#[derive(Clone, Debug, clap::Args)]
pub struct Printed {
    /// The record, a JSON file; `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Dots per inch of the printer: 300 or 600
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(72..=1200))]
    dpi: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Side {
    Front,
    Back,
    Both,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Svg,
    Pdf,
    Png,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Parts {
    Full,
    Variable,
}

impl Parts {
    fn mode(self) -> Mode {
        match self {
            Self::Full => Mode::Full,
            Self::Variable => Mode::Variable,
        }
    }
}

/// The record is refused; each line says what to change.
#[derive(Debug, thiserror::Error)]
#[error("the record is refused:\n  {}", .0.join("\n  "))]
pub struct Refused(pub Vec<String>);

/// Draws the face, or judges it.
///
/// # Errors
/// [`Refused`], and whatever hinders reading and writing files.
pub fn run(config: &Config, args: &Args, now: &Now) -> Result<ExitCode, Box<dyn Error>> {
    match &args.task {
        Some(Task::Batch(args)) => return batch::run(config, args, now),
        Some(Task::Check(args)) => return check::run(config, args),
        Some(Task::TestCard(args)) => return test_card::run(config, args),
        None => {}
    }
    let (Some(input), Some(side), Some(format), Some(path)) = (&args.input, args.side, args.format, &args.out) else {
        return Err("the record, the side, the format and the file have to be given".into());
    };
    let press = Press::new(config, args.dpi, &args.signing)?;
    let shift = press.cards.shift(args.station.as_deref())?;
    let (_, face) = press.lay_out(&files::load(input, &press.cards)?)?;
    for it in &face.abbreviated {
        let (long, short) = (it.abbreviation.long(), it.abbreviation.short());
        eprintln!("congthe: {}: {long} is abbreviated to {short}, to fit its place", it.element.name());
    }
    let mode = args.mode.mode();
    let sides = [(Side::Front, "front", &face.front), (Side::Back, "back", &face.back)];
    let wanted = sides.into_iter().filter(|(one, ..)| side == Side::Both || side == *one);
    if format == Format::Pdf {
        files::write(path, &pdf(wanted.map(|(.., side)| side), mode, &press, shift)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let palette = press.cards.face.palette;
    for (_, name, drawn) in wanted {
        let out = if side == Side::Both { beside(path, name) } else { path.clone() };
        let scene = drawn.scene(mode);
        let bytes = match format {
            Format::Svg => {
                svg::write(&scene, &press.fonts, svg::Options { palette, ..svg::Options::default() }).into_bytes()
            }
            _ => raster::render(&scene, &press.fonts, raster::Settings::print(args.dpi).coloured(palette))?.to_png()?,
        };
        files::write(&out, &bytes)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A page a side.
fn pdf<'a>(
    sides: impl Iterator<Item = &'a layout::Side>,
    mode: Mode,
    press: &Press,
    shift: Point,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = Vec::new();
    let mut writer = pdf::Writer::new(&press.fonts, press.pdf_options(shift), &mut out)?;
    for side in sides {
        let ground = (mode == Mode::Full).then_some(&side.ground);
        writer.page(pdf::Side { scene: &side.without_ground(mode), ground }, &mut out)?;
    }
    writer.finish(&mut out)?;
    Ok(out)
}

/// `card.svg` → `card-front.svg`.
fn beside(path: &Path, side: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map_or_else(String::new, |ending| format!(".{}", ending.to_string_lossy()));
    path.with_file_name(format!("{stem}-{side}{ending}"))
}
