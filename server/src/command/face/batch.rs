//! `congthe face batch`: a PDF of many cards, front and back in turn. Each record is judged before it is drawn; one that may not be
//! printed is left out and told by the number of its line.
//!
//! Records are taken in small lots: threads read and judge those of a lot, then its cards are written in order. Nothing of a lot is
//! kept, so that memory does not grow with the batch.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use face::conformance::Finding;
use face::layout::{Face, Mode};
use face::pdf::{Marks, Side, Writer};
use face::scene::Scene;
use jiff::SignedDuration;

use super::files::{LONGEST_RECORD, Loaded, unusable};
use super::press::{Press, Signing};
use super::{Parts, Refused};
use crate::clock::Now;
use crate::config::Config;
use crate::levels;

/// Records of a lot, for each thread.
const LOT: usize = 16;
/// Fronts and backs of so many cards have room on a sheet.
const CARDS_OF_A_SHEET: usize = 5;

/// A batch.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The records, one a line (JSON); `-` is standard input
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// The PDF; `-` is standard output
    #[arg(long, value_name = "PATH")]
    out: PathBuf,
    /// Proof sheets instead of pages of the card's size: front and back of five cards each
    #[arg(long, value_enum)]
    sheet: Option<Sheet>,
    /// With crop marks
    #[arg(long, requires = "sheet")]
    marks: bool,
    #[command(flatten)]
    signing: Signing,
    /// The whole face, or only what a blank that was printed in offset has not
    #[arg(long, value_enum, default_value_t = Parts::Full)]
    mode: Parts,
    /// Dots per inch of the printer: 300 or 600
    #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u16).range(72..=1200))]
    dpi: u16,
    /// The station whose printer it is meant for
    #[arg(long, value_name = "NAME", conflicts_with = "sheet")]
    station: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Sheet {
    A4,
}

/// Writes it; exit code 1 where a record was left out.
///
/// # Errors
/// Whatever hinders reading and writing, and a batch without a single card.
pub fn run(config: &Config, args: &Args, now: &Now) -> Result<ExitCode, Box<dyn Error>> {
    let began = now();
    let press = Press::new(config, args.dpi, &args.signing)?;
    let mut records = Records::open(&args.input)?;
    let mut batch = Batch::begin(&press, args)?;
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    loop {
        let lot = records.lot(LOT * threads)?;
        if lot.is_empty() {
            break;
        }
        for (line, judged) in judged(&press, &records.folder, &lot, threads) {
            match judged {
                Ok(face) => batch.add(line, face)?,
                Err(reasons) => batch.leave_out(line, &reasons),
            }
        }
        batch.drain()?;
    }
    batch.end(|| now().duration_since(began))
}

/// A record as it came.
struct Line {
    number: usize,
    record: Vec<u8>,
}

/// The lines of a file.
struct Records {
    reader: Box<dyn BufRead>,
    folder: PathBuf,
    line: usize,
}

impl Records {
    fn open(path: &Path) -> Result<Self, Box<dyn Error>> {
        let (reader, folder): (Box<dyn BufRead>, _) = if path == Path::new("-") {
            (Box::new(BufReader::new(io::stdin())), PathBuf::from("."))
        } else {
            let file = File::open(path).map_err(|error| unusable(&path.display().to_string(), error))?;
            (Box::new(BufReader::new(file)), path.parent().map(Path::to_path_buf).unwrap_or_default())
        };
        Ok(Self { reader, folder, line: 0 })
    }

    /// At most so many records, each with the number of its line; empty lines are none.
    fn lot(&mut self, most: usize) -> Result<Vec<Line>, Box<dyn Error>> {
        let mut lot = Vec::with_capacity(most);
        while lot.len() < most {
            let mut record = Vec::new();
            let read = (&mut self.reader).take(LONGEST_RECORD).read_until(b'\n', &mut record)?;
            if read == 0 {
                break;
            }
            self.line += 1;
            if !record.ends_with(b"\n") && record.len() as u64 == LONGEST_RECORD {
                return Err(format!("line {} is longer than any record", self.line).into());
            }
            if !record.trim_ascii().is_empty() {
                lot.push(Line { number: self.line, record });
            }
        }
        Ok(lot)
    }
}

/// A face that may be printed, or why there is none.
type Judged = Result<Face, Vec<String>>;

/// Each thread takes its share of the lot; the answers are in the lot's order.
fn judged(press: &Press, folder: &Path, lot: &[Line], threads: usize) -> Vec<(usize, Judged)> {
    let one = |line: &Line| (line.number, judge(press, folder, &line.record));
    std::thread::scope(|scope| {
        let shares: Vec<_> = lot
            .chunks(lot.len().div_ceil(threads).max(1))
            .map(|share| scope.spawn(move || share.iter().map(one).collect::<Vec<_>>()))
            .collect();
        let joined = |share: std::thread::ScopedJoinHandle<'_, _>| match share.join() {
            Ok(share) => share,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        shares.into_iter().flat_map(joined).collect()
    })
}

fn judge(press: &Press, folder: &Path, record: &[u8]) -> Judged {
    let judged = || -> Result<Face, Box<dyn Error>> {
        let loaded = Loaded::parse(std::str::from_utf8(record)?, folder, &press.cards)?;
        let (record, face) = press.lay_out(&loaded)?;
        let report = press.judge(&record, &face)?;
        let not_met: Vec<String> = report.not_met().map(in_words).collect();
        if not_met.is_empty() { Ok(face) } else { Err(Refused(not_met).into()) }
    };
    judged().map_err(|error| match error.downcast::<Refused>() {
        Ok(refused) => refused.0,
        Err(error) => vec![in_a_line(error.as_ref())],
    })
}

/// Without what the card says: that `congthe face check` tells.
fn in_words(finding: &Finding) -> String {
    let reason = finding.verdict.reason().and_then(|reason| serde_json::to_value(reason).ok());
    let reason = reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().replace('_', " ");
    format!("{} is not met: {reason} ({})", finding.clause, finding.clause.source())
}

fn in_a_line(error: &(dyn Error + 'static)) -> String {
    levels(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The file that is being written.
struct Batch<'a> {
    args: &'a Args,
    writer: Writer,
    file: Target,
    /// What the writer has given and the file has not got.
    out: Vec<u8>,
    /// Cards that wait for their sheet to be full.
    waiting: Vec<(usize, Face)>,
    drawn: usize,
    left_out: usize,
}

impl<'a> Batch<'a> {
    fn begin(press: &Press, args: &'a Args) -> Result<Self, Box<dyn Error>> {
        let shift = press.cards.shift(args.station.as_deref())?;
        let mut out = Vec::new();
        let writer = Writer::new(&press.fonts, press.pdf_options(shift), &mut out)?;
        let file = Target::create(&args.out)?;
        Ok(Self { args, writer, file, out, waiting: Vec::new(), drawn: 0, left_out: 0 })
    }

    fn leave_out(&mut self, line: usize, reasons: &[String]) {
        self.left_out += 1;
        for reason in reasons {
            eprintln!("congthe: line {line} is left out: {reason}");
        }
    }

    fn add(&mut self, line: usize, face: Face) -> Result<(), Box<dyn Error>> {
        for it in &face.abbreviated {
            let (long, short) = (it.abbreviation.long(), it.abbreviation.short());
            eprintln!(
                "congthe: line {line}: {}: {long} is abbreviated to {short}, to fit its place",
                it.element.name()
            );
        }
        self.waiting.push((line, face));
        let full = if self.args.sheet.is_some() { CARDS_OF_A_SHEET } else { 1 };
        if self.waiting.len() == full { self.put() } else { Ok(()) }
    }

    /// Draws what waits: a sheet, or two pages.
    fn put(&mut self) -> Result<(), Box<dyn Error>> {
        let mode = self.args.mode.mode();
        let cards = std::mem::take(&mut self.waiting);
        let scenes: Vec<Scene> = cards
            .iter()
            .flat_map(|(_, face)| [&face.front, &face.back])
            .map(|side| side.without_ground(mode))
            .collect();
        let grounds = cards.iter().flat_map(|(_, face)| [&face.front.ground, &face.back.ground]);
        let sides: Vec<Side<'_>> = scenes
            .iter()
            .zip(grounds)
            .map(|(scene, ground)| Side { scene, ground: (mode == Mode::Full).then_some(ground) })
            .collect();
        let written = if self.args.sheet.is_some() {
            let marks = if self.args.marks { Marks::Crop } else { Marks::None };
            self.writer.sheets(&sides, marks, &mut self.out)
        } else {
            // a front that cannot be drawn has no back either: the order of the pages is that of the cards
            sides.iter().try_for_each(|side| self.writer.page(*side, &mut self.out))
        };
        match written {
            Ok(()) => self.drawn += cards.len(),
            Err(error @ face::pdf::Error::Picture(_)) => {
                cards.iter().for_each(|(line, _)| self.leave_out(*line, &[in_a_line(&error)]));
            }
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }

    fn drain(&mut self) -> io::Result<()> {
        self.file.write_all(&self.out)?;
        self.out.clear();
        Ok(())
    }

    fn end(mut self, elapsed: impl Fn() -> SignedDuration) -> Result<ExitCode, Box<dyn Error>> {
        if !self.waiting.is_empty() {
            self.put()?;
        }
        let (drawn, left_out) = (self.drawn, self.left_out);
        if drawn > 0 {
            self.drain()?;
            self.writer.finish(&mut self.out)?;
            self.file.write_all(&self.out)?;
            self.file.keep()?;
        }
        let seconds = elapsed().as_secs_f64();
        eprintln!(
            "congthe: {drawn} cards drawn, {left_out} left out, in {seconds:.1} s: {:.0} cards a second",
            drawn as f64 / seconds.max(0.001)
        );
        Ok(if left_out == 0 && drawn > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Where the file goes: under another name until it is whole.
enum Target {
    Output(io::Stdout),
    File { writer: BufWriter<File>, from: PathBuf, to: PathBuf },
}

impl Target {
    fn create(path: &Path) -> Result<Self, Box<dyn Error>> {
        if path == Path::new("-") {
            return Ok(Self::Output(io::stdout()));
        }
        let mut from = path.as_os_str().to_owned();
        from.push(".part");
        let from = PathBuf::from(from);
        let file = File::create(&from).map_err(|error| unusable(&from.display().to_string(), error))?;
        Ok(Self::File { writer: BufWriter::new(file), from, to: path.to_owned() })
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Output(output) => output.write_all(bytes),
            Self::File { writer, .. } => writer.write_all(bytes),
        }
    }

    fn keep(&mut self) -> io::Result<()> {
        match self {
            Self::Output(output) => output.flush(),
            Self::File { writer, from, to } => writer.flush().and_then(|()| std::fs::rename(from, to)),
        }
    }
}

impl Drop for Target {
    /// What was not kept is half a file, or an empty one.
    fn drop(&mut self) {
        if let Self::File { from, .. } = self {
            let _ = std::fs::remove_file(from);
        }
    }
}
