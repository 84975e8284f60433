//! `congthe import-photos`: portraits from a ZIP whose files are named by the people's codes. One line a file that needs one.
//!
//! It can be begun again at any time: portraits that are held already are passed over.

use std::error::Error;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::ExitCode;

use app::words::photo_outcome;
use contract::Lang;
use photo::PhotoError;
use registry::Actor;
use registry::work::import_photos::{PhotoOutcome, code_of, import_photo, made};
use zip::ZipArchive;
use zip::result::ZipError;

use super::Refused;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe import-photos`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The archive
    #[arg(long, value_name = "FILE")]
    zip: PathBuf,
}

/// What hinders it.
#[derive(Debug, thiserror::Error)]
pub enum PhotosError {
    /// The file.
    #[error("{} cannot be read", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// No archive.
    #[error("{} is no ZIP archive that can be read", file.display())]
    Archive {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        source: ZipError,
    },
}

/// Imports them.
///
/// # Errors
/// [`PhotosError`], or whatever hinders opening or writing.
pub async fn run(config: &Config, args: &Args, now: &Now, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    let blobs = open::blobs(config)?;
    let actor = Actor::console();
    let file = File::open(&args.zip).map_err(|source| PhotosError::File { file: args.zip.clone(), source })?;
    let unreadable = |source| PhotosError::Archive { file: args.zip.clone(), source };
    let mut archive = ZipArchive::new(file).map_err(unreadable)?;
    let (all, begun) = (archive.len(), now());
    let (mut set, mut same, mut left_out) = (0, 0, 0);
    let stop = tokio::spawn(tokio::signal::ctrl_c());
    for at in 0..all {
        let Some((name, bytes)) = read(&mut archive, at).map_err(unreadable)? else { continue };
        let Some(code) = code_of(&name) else { continue };
        let made = tokio::task::spawn_blocking(move || match bytes {
            Some(bytes) => made(&bytes),
            None => Err(PhotoError::FileTooLarge { found: photo::MAX_FILE_BYTES + 1, max: photo::MAX_FILE_BYTES }),
        });
        let outcome = import_photo(&store, &blobs, &actor, &code, made.await?, now().as_millisecond());
        let outcome = outcome.await.map_err(Refused)?;
        match &outcome {
            PhotoOutcome::Same => same += 1,
            PhotoOutcome::Set(doubts) => {
                set += 1;
                if !doubts.is_empty() {
                    eprintln!("{name}: {}", photo_outcome(Lang::En, &outcome));
                }
            }
            other => {
                left_out += 1;
                eprintln!("{name}: {}", photo_outcome(Lang::En, other));
            }
        }
        let done = at + 1;
        if done % 100 == 0 {
            let seconds = now().duration_since(begun).as_secs_f64().max(0.001);
            let rate = done as f64 / seconds;
            eprintln!("{done} of {all} files, {rate:.1} files/s, {:.0} min left", (all - done) as f64 / rate / 60.0);
        }
        if stop.is_finished() && done < all {
            eprintln!(
                "Stopped after {done} of {all} files. Run the command again to go on: what is held already is passed over."
            );
            break;
        }
    }
    stop.abort();
    println!("{set} portraits set, {same} were held already, {left_out} files left out.");
    store.close().await;
    Ok(if left_out > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// A file's name and its bytes; no bytes where it is larger than any photo that is taken; nothing for a folder.
type Entry = Option<(String, Option<Vec<u8>>)>;

fn read(archive: &mut ZipArchive<File>, at: usize) -> Result<Entry, ZipError> {
    let part = archive.by_index(at)?;
    if !part.is_file() {
        return Ok(None);
    }
    let name = part.name().to_owned();
    let mut bytes = Vec::new();
    // what a part says of its size is not believed
    part.take(photo::MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Some((name, (bytes.len() <= photo::MAX_FILE_BYTES).then_some(bytes))))
}
