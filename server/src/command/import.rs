//! `congthe import`: units, people or certificates from a file of any length, batch by batch, each in a transaction of its own.
//!
//! Rows with faults are left out and told on standard error by their number; the exit code is then 1. Ctrl-C ends after the batch at
//! work and says where to go on. Who exists is updated, so a row that is imported twice does no harm.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use contract::Lang;
use contract::import::{FileFault, ImportKind, ImportReport, Outcome};
use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use jiff::Timestamp;
use registry::order::Order;
use registry::work::import::{
    Encoding, MAX_BYTES, Mapping, decode, import, is_workbook, read_mapped, recall, sheet_text,
};
use registry::{Actor, Store};

use super::Refused;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe import`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// What its rows are
    #[arg(long, value_parser = ["units", "people", "national", "certificates"])]
    kind: String,
    /// CSV (UTF-8, or an encoding from before Unicode) or XLSX
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// The source whose columns were matched in the portal
    #[arg(long, value_name = "NAME", default_value = "")]
    source: String,
    /// The sheet of an XLSX file [default: the first that holds anything]
    #[arg(long, value_name = "NAME", default_value = "")]
    sheet: String,
    /// Go on with this row; the headings are row 1, empty lines are none
    #[arg(long, value_name = "ROW", default_value_t = 1)]
    from: u64,
    /// Rows in a transaction
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    batch: u32,
}

/// What hinders an import.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error("{} cannot be read", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// What stands in it.
    #[error("{} cannot be imported: {what}", file.display())]
    Table {
        /// Which.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The registry refused a batch; those before it are kept.
    #[error("the rows from {line} on were not imported; go on with --from {line}")]
    Batch {
        /// The first row of the batch.
        line: u64,
        /// Why.
        source: Refused,
    },
}

/// Counts of all batches.
#[derive(Default)]
struct Sum {
    rows: usize,
    new: usize,
    changed: usize,
    existing: usize,
    faulty: usize,
}

impl Sum {
    fn add(&mut self, report: &ImportReport) {
        self.rows += report.rows;
        self.new += report.new;
        self.changed += report.changed;
        self.existing += report.existing;
        self.faulty += report.faulty;
    }
}

/// Imports it.
///
/// # Errors
/// [`ImportError`], or whatever hinders opening.
pub async fn run(config: &Config, args: Args, now: &Now, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let kind = ImportKind::from_name(&args.kind).unwrap_or_default();
    let store = open::migrated(config, draw).await?;
    let actor = Actor::console();
    let mapping = if args.source.trim().is_empty() {
        Mapping::default()
    } else {
        let mut conn = store.read().await?;
        recall(&mut conn, &actor, kind, &args.source).await.map_err(Refused)?
    };
    let mut batches = Batches::open(&args)?;
    let (order, begun) = (Arc::new(Order::new()), now());
    let mut stop = tokio::spawn(tokio::signal::ctrl_c());
    let mut sum = Sum::default();
    while let Some(batch) = batches.next(&args)? {
        let report = write(&store, (&actor, &order), (kind, &mapping), &batch, now).await?;
        tell(&args, kind, &batch, &report);
        sum.add(&report);
        progress(&sum, batches.done(), begun, now());
        if stop_asked(&mut stop).await && !batches.at_end() {
            eprintln!("\nStopped after a whole batch. Go on with --from {}", batches.line);
            break;
        }
    }
    stop.abort();
    let Sum { rows, new, changed, existing, faulty } = sum;
    println!("{rows} rows: {new} new, {changed} updated, {existing} unchanged, {faulty} left out.");
    store.close().await;
    Ok(if faulty > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

async fn stop_asked(stop: &mut tokio::task::JoinHandle<io::Result<()>>) -> bool {
    // lets the runtime see a signal that came meanwhile
    tokio::task::yield_now().await;
    stop.is_finished()
}

/// Some rows as a table of their own.
struct Batch {
    text: String,
    /// The number in the file of each of its rows.
    lines: Vec<u64>,
}

async fn write(
    store: &Store,
    (actor, order): (&Actor, &Arc<Order>),
    (kind, mapping): (ImportKind, &Mapping),
    batch: &Batch,
    now: &Now,
) -> Result<ImportReport, Box<dyn Error>> {
    let at_ms = now().as_millisecond();
    let line = batch.lines.first().copied().unwrap_or(1);
    let sheet = read_mapped(order, kind, &batch.text, mapping, at_ms)
        .map_err(|faults| Refusal(app::words::import_faults(Lang::En, kind, &faults)))?;
    let (actor, order) = (actor.clone(), order.clone());
    let written =
        store.write(at_ms, move |tx| Box::pin(async move { import(tx, &actor, &order, &sheet, true).await })).await;
    written.map_err(|failure| ImportError::Batch { line, source: Refused(failure) }.into())
}

/// A table that cannot be read, in words.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refusal(String);

/// The rows that were left out, on standard error.
fn tell(args: &Args, kind: ImportKind, batch: &Batch, report: &ImportReport) {
    for row in report.all.iter().filter(|row| row.outcome == Outcome::Refused) {
        // the first line of a batch are the headings
        let line = row.line.line.checked_sub(2).and_then(|at| batch.lines.get(at)).copied().unwrap_or_default();
        let said: Vec<String> =
            row.line.notes.iter().map(|note| app::words::import_remark(Lang::En, kind, note)).collect();
        eprintln!("{}: row {line}: {}", args.file.display(), said.join(" "));
    }
}

/// Count, rate and time left.
fn progress(sum: &Sum, done: f64, begun: Timestamp, now: Timestamp) {
    let seconds = now.duration_since(begun).as_secs_f64().max(0.001);
    let left = if done > 0.0 { seconds / done - seconds } else { 0.0 };
    let rate = sum.rows as f64 / seconds;
    eprintln!(
        "{} rows, {:.0} %, {rate:.0} rows/s, {:.0} min {:02.0} s left",
        sum.rows,
        done * 100.0,
        (left / 60.0).floor(),
        left % 60.0
    );
}

/// A file, cut into batches. Each is a table with the file's headings.
struct Batches {
    reader: csv::Reader<Box<dyn Read>>,
    headings: StringRecord,
    size: u64,
    /// Number of the next row.
    line: u64,
    /// Records read.
    read: u64,
    next: Option<(u64, StringRecord)>,
}

impl Batches {
    fn open(args: &Args) -> Result<Self, ImportError> {
        let failed = |source| ImportError::File { file: args.file.clone(), source };
        let table = |fault: FileFault| ImportError::Table {
            file: args.file.clone(),
            what: app::words::import_faults(Lang::En, ImportKind::People, &[fault]),
        };
        let mut file = File::open(&args.file).map_err(failed)?;
        let mut size = file.metadata().map_err(failed)?.len();
        let mut begin = Vec::new();
        (&mut file).take(1 << 20).read_to_end(&mut begin).map_err(failed)?;
        let whole = |file: &mut File, begin: &[u8]| -> Result<Vec<u8>, ImportError> {
            let mut bytes = begin.to_vec();
            file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
            Ok(bytes)
        };
        let source: Box<dyn Read> = if is_workbook(&begin) {
            let text = sheet_text(&whole(&mut file, &begin)?, &args.sheet).map_err(table)?.text;
            size = text.len() as u64;
            Box::new(Cursor::new(text.into_bytes()))
        } else if is_utf8(&begin) {
            let skipped = begin.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&begin).to_vec();
            Box::new(BufReader::with_capacity(1 << 20, Cursor::new(skipped).chain(file)))
        } else {
            let read = decode(&whole(&mut file, &begin)?, None).map_err(table)?;
            if read.encoding != Encoding::Unicode {
                eprintln!("{} is in {}", args.file.display(), read.encoding.title());
            }
            size = read.text.len() as u64;
            Box::new(Cursor::new(read.text.into_bytes()))
        };
        Self::of(source, size, args, &begin)
    }

    fn of(source: Box<dyn Read>, size: u64, args: &Args, begin: &[u8]) -> Result<Self, ImportError> {
        let separator = separator(begin);
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(source);
        let mut batches = Batches { reader, headings: StringRecord::new(), size, line: 1, read: 0, next: None };
        batches.headings = batches.record(args)?.map(|(_, record)| record).unwrap_or_default();
        loop {
            batches.next = batches.record(args)?;
            match &batches.next {
                Some((line, _)) if *line < args.from => {}
                _ => break,
            }
        }
        batches.line = batches.next.as_ref().map_or(batches.line, |(line, _)| *line);
        Ok(batches)
    }

    fn record(&mut self, args: &Args) -> Result<Option<(u64, StringRecord)>, ImportError> {
        let mut record = StringRecord::new();
        let read = self.reader.read_record(&mut record);
        let read = read.map_err(|error| ImportError::File { file: args.file.clone(), source: error.into() })?;
        self.read += u64::from(read);
        Ok(read.then_some((self.read, record)))
    }

    fn next(&mut self, args: &Args) -> Result<Option<Batch>, Box<dyn Error>> {
        let mut lines = Vec::new();
        let mut writer = WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(self.headings.iter().map(flat))?;
        let mut bytes = 0;
        while let Some((line, record)) = self.next.take() {
            if record.iter().any(|cell| !cell.trim().is_empty()) {
                writer.write_record(record.iter().map(flat))?;
                lines.push(line);
                bytes += record.as_slice().len() + 3 * record.len();
            }
            self.next = self.record(args)?;
            if lines.len() == args.batch as usize || bytes > MAX_BYTES / 2 {
                break;
            }
        }
        self.line = self.next.as_ref().map_or(self.line, |(line, _)| *line);
        if lines.is_empty() {
            return Ok(None);
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(Some(Batch { text: String::from_utf8(bytes)?, lines }))
    }

    fn at_end(&self) -> bool {
        self.next.is_none()
    }

    /// How much of the file is read, of 1.
    fn done(&self) -> f64 {
        if self.at_end() { 1.0 } else { (self.reader.position().byte() as f64 / self.size.max(1) as f64).min(1.0) }
    }
}

/// One line a row, so that lines can be counted.
fn flat(cell: &str) -> String {
    cell.replace(['\n', '\r'], " ")
}

/// UTF-8, as far as it goes: the last letter may be cut in two.
fn is_utf8(begin: &[u8]) -> bool {
    match std::str::from_utf8(begin) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && begin.len() - error.valid_up_to() < 4,
    }
}

fn separator(begin: &[u8]) -> u8 {
    let first = begin.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
    match (count(b'\t'), count(b';'), count(b',')) {
        (1.., ..) => b'\t',
        (_, semicolons, commas) if semicolons > commas => b';',
        _ => b',',
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn args(file: &Path, from: u64, batch: u32) -> Args {
        Args { kind: "people".into(), file: file.to_owned(), source: String::new(), sheet: String::new(), from, batch }
    }

    fn batches(text: &str, from: u64, batch: u32) -> Vec<(String, Vec<u64>)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("f.csv");
        std::fs::write(&file, text).unwrap();
        let args = args(&file, from, batch);
        let mut batches = Batches::open(&args).unwrap();
        let mut found = Vec::new();
        while let Some(batch) = batches.next(&args).unwrap() {
            found.push((batch.text, batch.lines));
        }
        found
    }

    #[test]
    fn a_file_is_cut_into_tables_with_its_headings() {
        let text = "\u{FEFF}name;unit\r\nA;\"1\r\n2\"\r\n\r\nB;2\r\nC;3\r\n";
        let found = batches(text, 1, 2);
        assert_eq!(found[0], ("name,unit\nA,1  2\nB,2\n".to_owned(), vec![2, 3]));
        assert_eq!(found[1], ("name,unit\nC,3\n".to_owned(), vec![4]));
        assert_eq!(batches(text, 4, 2), [("name,unit\nC,3\n".to_owned(), vec![4])]);
        assert!(batches("", 1, 2).is_empty() && batches("name,unit\n", 1, 2).is_empty());
    }

    #[test]
    fn a_letter_may_be_cut_in_two() {
        let text = "ễ".as_bytes();
        assert!(is_utf8(text) && is_utf8(&text[..2]) && !is_utf8(b"T\xEAn,x"));
    }
}
