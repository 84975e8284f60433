//! `congthe restore`: a backup into an empty place.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use registry::work::restore::restore;

use super::audit::sentence;
use crate::clock::Now;
use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// `congthe restore`
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The folder that `congthe backup` wrote
    #[arg(long, value_name = "DIR")]
    pub from: PathBuf,
}

/// Reads it back.
///
/// # Errors
/// Whatever hinders it; then the place is as empty as before.
pub async fn run(config: &Config, args: &Args, now: &Now, draw: &Draw) -> Result<ExitCode, Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    let restored = restore(&store, &args.from, &config.data, now().as_millisecond()).await?;
    let rows: u64 = restored.manifest.tables.iter().map(|table| table.rows).sum();
    store.close().await;
    println!("Restored {rows} rows.");
    println!("{}", sentence(&restored.audit));
    Ok(if restored.audit.ok { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
