//! `congthe import-certificates`: certificates that there are already, from a folder of files or a ZIP (R119). One line a file that needs one.
//!
//! It can be begun again at any time: what is recorded already is passed over.

use std::error::Error;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::words::certificate_file;
use contract::Lang;
use registry::Actor;
use registry::work::certificates::bring::{
    ARCHIVE_BYTES, ArchiveFault, File, FileOutcome, bring, is_left_out, read_files, shown, unpack,
};
use registry::work::certificates::{MAX_FILE, Trust, Zeroizing};

use super::Refused;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// Files that are read before they are recorded: a folder may have any number.
const PART: usize = 2_000;
/// Folders below the folder.
const DEPTH: usize = 8;

/// `congthe import-certificates`
#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("from").required(true)))]
pub struct Args {
    /// A folder; those below it count
    #[arg(long, value_name = "FOLDER", group = "from")]
    folder: Option<PathBuf>,
    /// An archive
    #[arg(long, value_name = "FILE", group = "from")]
    zip: Option<PathBuf>,
    /// Only tell what would become of each file
    #[arg(long)]
    check: bool,
}

/// What hinders it.
#[derive(Debug, thiserror::Error)]
pub enum CertificatesError {
    /// The folder or file.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The archive.
    #[error("{} is no ZIP archive that is taken: {}", path.display(), why(*fault))]
    Archive {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        fault: ArchiveFault,
    },
}

fn why(fault: ArchiveFault) -> &'static str {
    match fault {
        ArchiveFault::Unreadable => "it cannot be read",
        ArchiveFault::Empty => "nothing is in it",
        ArchiveFault::TooMany => "too many files are in it; use --folder",
        ArchiveFault::TooLarge => "its files are too large; use --folder",
    }
}

/// Imports them.
///
/// # Errors
/// [`CertificatesError`], or whatever hinders opening or writing.
pub async fn run(config: &Config, args: &Args, now: &Now, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    let actor = Actor::console();
    let trust = config.certificate_authorities.as_deref().map(Trust::load).unwrap_or_default();
    let mut parts = match (&args.folder, &args.zip) {
        (Some(folder), _) => Parts::Paths(below(folder, DEPTH)?.into_iter()),
        (None, Some(zip)) => Parts::Files(archive(zip)?.into_iter()),
        (None, None) => return Ok(ExitCode::FAILURE),
    };
    let begun = now();
    let (mut recorded, mut completed, mut held, mut left_out, mut done) = (0, 0, 0, 0, 0);
    loop {
        let files = parts.next()?;
        if files.is_empty() {
            break;
        }
        let read = tokio::task::spawn_blocking(move || read_files(files)).await?;
        let told = bring((&store, now().as_millisecond()), &actor, &trust, read, args.check).await.map_err(Refused)?;
        for of in &told {
            match of.outcome {
                FileOutcome::Recorded { .. } => recorded += 1,
                FileOutcome::Completed => completed += 1,
                FileOutcome::Held => held += 1,
                FileOutcome::Wrong(_) => left_out += 1,
            }
            if let Some(said) = certificate_file(Lang::En, of) {
                eprintln!("{}: {said}", of.file);
            }
        }
        done += told.len();
        eprintln!("{done} files, {:.0} files/s", done as f64 / now().duration_since(begun).as_secs_f64().max(0.001));
    }
    let would = if args.check { "would be " } else { "" };
    println!(
        "{recorded} certificates {would}recorded, {completed} {would}completed, {held} were held already, {left_out} files left out."
    );
    store.close().await;
    Ok(if left_out > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// Files, some at a time.
enum Parts {
    Paths(std::vec::IntoIter<(PathBuf, String)>),
    Files(std::vec::IntoIter<File>),
}

impl Parts {
    fn next(&mut self) -> Result<Vec<File>, CertificatesError> {
        match self {
            Parts::Files(files) => Ok(files.take(PART).collect()),
            Parts::Paths(paths) => {
                let one = |(path, name): (PathBuf, String)| Ok((name, Ok(start_of(&path)?)));
                paths.take(PART).map(one).collect()
            }
        }
    }
}

/// The beginning of a file, a little more than is taken: what is too long is told as such.
fn start_of(path: &Path) -> Result<Zeroizing<Vec<u8>>, CertificatesError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let file = fs::File::open(path).and_then(|file| file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes));
    file.map_err(|source| CertificatesError::Unreadable { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// The files at and below a folder, by name; links are not followed.
fn below(folder: &Path, depth: usize) -> Result<Vec<(PathBuf, String)>, CertificatesError> {
    let unreadable = |source| CertificatesError::Unreadable { path: folder.to_owned(), source };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        entries.push((entry.path(), entry.file_type().map_err(unreadable)?));
    }
    entries.sort_by(|one, other| one.0.cmp(&other.0));
    let mut files = Vec::new();
    for (path, kind) in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kind.is_dir() && depth > 0 {
            files.extend(below(&path, depth - 1)?);
        } else if kind.is_file() && !is_left_out(&name) {
            files.push((path, shown(&name)));
        }
    }
    Ok(files)
}

fn archive(path: &Path) -> Result<Vec<File>, CertificatesError> {
    let unreadable = |source| CertificatesError::Unreadable { path: path.to_owned(), source };
    let mut bytes = Zeroizing::new(Vec::new());
    let file = fs::File::open(path).map_err(unreadable)?;
    file.take(ARCHIVE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    unpack(&bytes).map_err(|fault| CertificatesError::Archive { path: path.to_owned(), fault })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_with_those_below_it_and_without_links() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        fs::create_dir(at.join("a")).unwrap();
        fs::write(at.join("a/one.cer"), b"x").unwrap();
        fs::write(at.join("two.cer"), b"x").unwrap();
        fs::write(at.join(".hidden"), b"x").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(at, at.join("round")).unwrap();
        let names: Vec<String> = below(at, DEPTH).unwrap().into_iter().map(|(_, name)| name).collect();
        assert_eq!(names, ["one.cer", "two.cer"]);
        assert!(below(&at.join("none"), DEPTH).is_err());
    }
}
