//! The configuration: defaults, then `congthe.toml`, then `CONGTHE_…` variables, then command-line flags.
//!
//! [`KEYS`] is the one list of keys; `congthe config` prints it. A key that is not in it is refused wherever it stands.

mod check;
mod error;
mod key;
mod source;
mod value;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use figment::Figment;
use serde::Deserialize;

use crate::origin::{AppOrigin, Origin};
use check::{Raw, Sources, check, explain};
use source::{read_environment, read_file, read_flags};

pub use error::ConfigError;
pub use key::{KEYS, Key, Kind, table};
pub use value::{Database, DatabaseKind, Ministry, Pkcs11, Secret, Unlock};

const DEFAULT_FILE: &str = "congthe.toml";

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// How browsers reach the portal.
    pub public_origin: Origin,
    /// Reverse proxies that are believed.
    pub trusted_proxies: Arc<[IpAddr]>,
    /// Who may read metrics besides this machine.
    pub metrics_readers: Arc<[IpAddr]>,
    /// Isolated Web Apps that may offer a reader.
    pub reader_apps: Arc<[AppOrigin]>,
    /// Folder for the SQLite file, blobs and sealed keys.
    pub data: PathBuf,
    /// Folder with the card's two faces; the built-in ones without it.
    pub card_fonts: Option<PathBuf>,
    /// What the province sets for its cards, for [`crate::cards::CardSettings::load`].
    pub card_settings: Option<PathBuf>,
    /// Folder of certification authorities whose certificates are believed.
    pub certificate_authorities: Option<PathBuf>,
    /// Hosts at which certification authorities tell of revocations.
    pub revocation_hosts: Arc<[String]>,
    /// Where events for the Ministry are sent; by hand without it.
    pub ministry: Option<Ministry>,
    /// Hosts whose systems may be told of cards.
    pub webhook_hosts: Arc<[String]>,
    /// Certification authorities in PEM that their certificates may come from; the usual ones without it.
    pub webhook_ca: Option<Vec<u8>>,
    /// The database.
    pub database: Database,
    /// Most connections at a time.
    pub database_connections: u32,
    /// What opens the sealed keys.
    pub unlock: Unlock,
    /// The token that has the cards' keys; the sealed file has them without it.
    pub pkcs11: Option<Pkcs11>,
    /// Largest request, in bytes.
    pub body_limit: usize,
    /// Longest time until an answer begins.
    pub request_timeout: Duration,
    /// How long a stopping portal waits.
    pub shutdown_deadline: Duration,
    /// What is logged.
    pub log: String,
    /// How it is logged.
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// For machines: one JSON object a line.
    Json,
}

/// What the command line says; it outranks everything else.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`: the file, which then must exist.
    pub config: Option<PathBuf>,
    /// `--address`
    pub address: Option<IpAddr>,
    /// `--port`
    pub port: Option<u16>,
    /// `--data`
    pub data: Option<String>,
    /// `--database`
    pub database: Option<String>,
}

/// The configuration for this process: `flags` and the process's environment and working folder.
pub fn load(flags: &Flags) -> Result<Config, ConfigError> {
    load_from(flags, std::env::vars_os(), Path::new("."))
}

/// The configuration from a given environment; the default file is looked for in `folder`.
pub fn load_from(
    flags: &Flags,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    folder: &Path,
) -> Result<Config, ConfigError> {
    let mut figment = Figment::new();
    let default_file = folder.join(DEFAULT_FILE);
    match &flags.config {
        Some(path) => figment = figment.merge(read_file(path)?),
        None if default_file.exists() => figment = figment.merge(read_file(&default_file)?),
        None => {}
    }
    figment = figment.merge(read_environment(environment)?).merge(read_flags(flags));
    let raw: Raw = figment.extract().map_err(|error| explain(&error))?;
    check(raw, &Sources(&figment))
}
