//! `congthe backup`: database, blobs and sealed keys into one folder, from a running portal.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use registry::work::back_up::back_up;

use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe backup`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// An empty or new folder
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

/// Writes it.
///
/// # Errors
/// Whatever hinders it; then nothing that looks like a backup is left.
pub async fn run(config: &Config, args: &Args, now: &Now, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let store = open::store(config, draw).await?;
    let manifest = back_up(&store, &args.to, &config.data, now().as_millisecond()).await?;
    let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
    let (files, bytes) = manifest.blobs.as_ref().map_or((0, 0), |blobs| (blobs.files, blobs.bytes));
    println!(
        "Backup written to {}: {} tables, {rows} rows, {files} photos and scans with {bytes} bytes.",
        args.to.display(),
        manifest.tables.len()
    );
    println!(
        "The key that opens the vault is not in it: keep the passphrase, or {}, in another place.",
        open::KEY_FILE
    );
    for hash in &manifest.lost {
        println!("Photo or scan {hash} is missing or damaged in the portal: bring it back from an earlier backup.");
    }
    Ok(if manifest.lost.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
