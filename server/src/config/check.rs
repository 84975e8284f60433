//! From values as they are written to a configuration that holds.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use figment::Figment;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::error::{place, wrong};
use super::key::find;
use crate::origin::AppOrigin;

use super::{Config, ConfigError, Database, LogFormat, Ministry, Pkcs11, Secret, Unlock};

/// The values as they are written; the defaults stand in [`check`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Raw {
    address: Option<String>,
    port: Option<u64>,
    public_origin: Option<String>,
    trusted_proxies: Option<Vec<String>>,
    metrics_readers: Option<Vec<String>>,
    reader_apps: Option<Vec<String>>,
    data: Option<String>,
    card_fonts: Option<String>,
    card_settings: Option<String>,
    certificate_authorities: Option<String>,
    revocation_hosts: Option<Vec<String>>,
    ministry_url: Option<String>,
    ministry_token: Option<Secret>,
    ministry_ca: Option<String>,
    webhook_hosts: Option<Vec<String>>,
    webhook_ca: Option<String>,
    database: Option<Secret>,
    database_connections: Option<u64>,
    vault_passphrase: Option<Secret>,
    vault_passphrase_file: Option<String>,
    vault_key: Option<Secret>,
    pkcs11_module: Option<String>,
    pkcs11_token: Option<String>,
    pkcs11_pin_file: Option<String>,
    body_limit: Option<u64>,
    request_seconds: Option<u64>,
    shutdown_seconds: Option<u64>,
    log: Option<String>,
    log_format: Option<LogFormat>,
}

/// A value of the wrong type, in our words.
pub(super) fn explain(error: &figment::Error) -> ConfigError {
    use figment::error::Kind as Wrong;
    let layer = error.metadata.as_ref().map_or("", |metadata| metadata.name.as_ref());
    let Some(key) = error.path.first().and_then(|name| find(name)) else {
        return ConfigError::UnknownKey { key: error.path.join("."), origin: place("", layer) };
    };
    let found = match &error.kind {
        Wrong::InvalidType(found, _) | Wrong::InvalidValue(found, _) => found.to_string(),
        Wrong::UnknownVariant(found, _) => format!("`{found}`"),
        _ => "of the wrong type".to_owned(),
    };
    wrong(key, layer, found)
}

/// Knows where a key's value came from.
pub(super) struct Sources<'a>(pub(super) &'a Figment);

impl Sources<'_> {
    fn wrong(&self, name: &'static str, found: impl Into<String>) -> ConfigError {
        let layer = self.0.find_metadata(name).map_or_else(String::new, |metadata| metadata.name.to_string());
        match find(name) {
            Some(key) => wrong(key, &layer, found.into()),
            None => ConfigError::UnknownKey { key: name.to_owned(), origin: place(name, &layer) },
        }
    }

    fn number<N: TryFrom<u64>>(
        &self,
        name: &'static str,
        value: Option<u64>,
        default: N,
        range: std::ops::RangeInclusive<u64>,
    ) -> Result<N, ConfigError> {
        match value {
            None => Ok(default),
            Some(value) => range
                .contains(&value)
                .then(|| N::try_from(value).ok())
                .flatten()
                .ok_or_else(|| self.wrong(name, value.to_string())),
        }
    }

    fn addresses(&self, name: &'static str, items: Option<Vec<String>>) -> Result<Arc<[IpAddr]>, ConfigError> {
        let parse = |item: String| {
            item.parse::<IpAddr>()
                .map(|address| address.to_canonical())
                .map_err(|_| self.wrong(name, format!("`{item}`")))
        };
        items.unwrap_or_default().into_iter().map(parse).collect()
    }

    fn hosts(&self, key: &'static str, items: Option<Vec<String>>) -> Result<Arc<[String]>, ConfigError> {
        let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
        let parse = |item: String| match item.bytes().all(name) && !item.is_empty() {
            true => Ok(item),
            false => Err(self.wrong(key, format!("`{item}`"))),
        };
        items.unwrap_or_default().into_iter().map(parse).collect()
    }

    fn apps(&self, name: &'static str, items: Option<Vec<String>>) -> Result<Arc<[AppOrigin]>, ConfigError> {
        let parse = |item: String| item.parse::<AppOrigin>().map_err(|_| self.wrong(name, format!("`{item}`")));
        items.unwrap_or_default().into_iter().map(parse).collect()
    }
}

/// Fills in the defaults and refuses what is not allowed.
pub(super) fn check(raw: Raw, sources: &Sources<'_>) -> Result<Config, ConfigError> {
    let address = match raw.address {
        None => Ipv4Addr::LOCALHOST.into(),
        Some(text) => text.parse::<IpAddr>().map_err(|_| sources.wrong("address", format!("`{text}`")))?,
    };
    let listen = SocketAddr::new(address, sources.number("port", raw.port, 8080, 1..=65535)?);
    let public_origin = match raw.public_origin {
        Some(text) => text.parse().map_err(|_| sources.wrong("public_origin", format!("`{text}`")))?,
        None => format!("http://{listen}")
            .parse()
            .map_err(|_| sources.wrong("public_origin", format!("not set, though the portal listens on {address}")))?,
    };
    let data = match raw.data {
        Some(text) if text.is_empty() => return Err(sources.wrong("data", "empty")),
        Some(text) => PathBuf::from(text),
        None => PathBuf::from("./data"),
    };
    let database = match raw.database {
        Some(url) => Database::parse(url).ok_or_else(|| sources.wrong("database", ""))?,
        None => Database::in_folder(&data),
    };
    let log = raw.log.unwrap_or_else(|| "info".to_owned());
    if tracing_subscriber::EnvFilter::try_new(&log).is_err() {
        return Err(sources.wrong("log", format!("`{log}`")));
    }
    Ok(Config {
        listen,
        public_origin,
        trusted_proxies: sources.addresses("trusted_proxies", raw.trusted_proxies)?,
        metrics_readers: sources.addresses("metrics_readers", raw.metrics_readers)?,
        reader_apps: sources.apps("reader_apps", raw.reader_apps)?,
        data,
        card_fonts: raw.card_fonts.map(PathBuf::from),
        card_settings: raw.card_settings.map(PathBuf::from),
        certificate_authorities: raw.certificate_authorities.map(PathBuf::from),
        revocation_hosts: sources.hosts("revocation_hosts", raw.revocation_hosts)?,
        ministry: ministry(raw.ministry_url, raw.ministry_token, raw.ministry_ca, sources)?,
        webhook_hosts: sources.hosts("webhook_hosts", raw.webhook_hosts)?,
        webhook_ca: raw.webhook_ca.map(|path| authorities("webhook_ca", &path, sources)).transpose()?,
        database,
        database_connections: sources.number("database_connections", raw.database_connections, 8, 1..=200)?,
        unlock: unlock(raw.vault_passphrase, raw.vault_passphrase_file, raw.vault_key, sources)?,
        pkcs11: pkcs11(raw.pkcs11_module, raw.pkcs11_token, raw.pkcs11_pin_file, sources)?,
        body_limit: sources.number("body_limit", raw.body_limit, 1 << 24, 1 << 16..=1 << 30)?,
        request_timeout: Duration::from_secs(sources.number("request_seconds", raw.request_seconds, 60, 1..=3600)?),
        shutdown_deadline: Duration::from_secs(sources.number(
            "shutdown_seconds",
            raw.shutdown_seconds,
            20,
            0..=600,
        )?),
        log,
        log_format: raw.log_format.unwrap_or_default(),
    })
}

fn ministry(
    url: Option<String>,
    token: Option<Secret>,
    ca: Option<String>,
    sources: &Sources<'_>,
) -> Result<Option<Ministry>, ConfigError> {
    let Some(url) = url else {
        return match (token, ca) {
            (Some(_), _) => Err(sources.wrong("ministry_token", "")),
            (_, Some(path)) => Err(sources.wrong("ministry_ca", format!("`{path}`"))),
            (None, None) => Ok(None),
        };
    };
    let ministry = Ministry::parse(&url).ok_or_else(|| sources.wrong("ministry_url", format!("`{url}`")))?;
    let ca = ca.map(|path| authorities("ministry_ca", &path, sources)).transpose()?;
    Ok(Some(Ministry { token, ca, ..ministry }))
}

/// Certification authorities in a PEM file.
fn authorities(key: &'static str, path: &str, sources: &Sources<'_>) -> Result<Vec<u8>, ConfigError> {
    let unreadable = || sources.wrong(key, format!("`{path}`, which holds no readable certificate"));
    let text = std::fs::read(path).map_err(|_| unreadable())?;
    let found = text.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE);
    if found { Ok(text) } else { Err(unreadable()) }
}

/// How a certificate in PEM begins.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn unlock(
    passphrase: Option<Secret>,
    file: Option<String>,
    key: Option<Secret>,
    sources: &Sources<'_>,
) -> Result<Unlock, ConfigError> {
    match (passphrase, file, key) {
        (None, None, None) => Ok(Unlock::Unset),
        (Some(passphrase), None, None) => Ok(Unlock::Passphrase(passphrase)),
        (None, Some(path), None) => Ok(Unlock::Passphrase(first_line("vault_passphrase_file", &path, sources)?)),
        (None, None, Some(text)) => match vault::Unlock::key_from_text(text.reveal()) {
            Ok(vault::Unlock::Key(key)) => Ok(Unlock::Key(key)),
            _ => Err(sources.wrong("vault_key", "")),
        },
        (Some(_), ..) => Err(sources.wrong("vault_passphrase", "")),
        (None, Some(_), Some(_)) => Err(sources.wrong("vault_key", "")),
    }
}

fn pkcs11(
    module: Option<String>,
    token: Option<String>,
    pin_file: Option<String>,
    sources: &Sources<'_>,
) -> Result<Option<Pkcs11>, ConfigError> {
    match (module, token, pin_file) {
        (None, None, None) => Ok(None),
        (Some(module), Some(token), Some(path)) => {
            let pin = first_line("pkcs11_pin_file", &path, sources)?;
            Ok(Some(Pkcs11 { module: PathBuf::from(module), token, pin }))
        }
        (None, ..) => Err(sources.wrong("pkcs11_module", "not set")),
        (_, None, _) => Err(sources.wrong("pkcs11_token", "not set")),
        (.., None) => Err(sources.wrong("pkcs11_pin_file", "not set")),
    }
}

/// The secret in a file of its own.
fn first_line(key: &'static str, path: &str, sources: &Sources<'_>) -> Result<Secret, ConfigError> {
    let unreadable = || sources.wrong(key, format!("`{path}`, which holds no readable text"));
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|_| unreadable())?);
    let line = text.lines().next().filter(|line| !line.is_empty()).ok_or_else(unreadable)?;
    Ok(Secret::new(line.to_owned()))
}
