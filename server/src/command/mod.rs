//! What each subcommand takes and how it reports, apart from the registry's work.

pub mod account;
pub mod audit;
pub mod backup;
pub mod demo;
pub mod face;
pub mod import;
pub mod import_certificates;
pub mod import_photos;
pub mod migrate;
pub mod province;
pub mod restore;
pub mod serve;

use app::words::english;

/// A use case refused, in words for whoever sits at the console.
#[derive(Debug, thiserror::Error)]
#[error("{}", english(.0))]
pub struct Refused(pub contract::Failure);
