//! `congthe migrate`: brings the database's schema up to this program's.

use std::error::Error;

use crate::config::Config;
use crate::entropy::Draw;
use crate::open;

/// Does it.
///
/// # Errors
/// A schema of a newer program, or a database that does not answer.
pub async fn run(config: &Config, draw: &Draw) -> Result<(), Box<dyn Error>> {
    let store = open::migrated(config, draw).await?;
    println!("The schema of {} is up to date.", config.database);
    store.close().await;
    Ok(())
}
