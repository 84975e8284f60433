//! Values that must not be shown: secrets, what opens the vault, the database's address.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use axum::http::Uri;
use serde::Deserialize;
use zeroize::Zeroizing;

/// A text that is never printed and is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub(super) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// What opens the sealed keys.
#[derive(Clone)]
pub enum Unlock {
    /// Nothing has been configured.
    Unset,
    /// A passphrase, to be stretched.
    Passphrase(Secret),
    /// The key itself.
    Key(Zeroizing<[u8; 32]>),
}

impl Unlock {
    /// As the vault takes it; nothing if nothing has been configured.
    pub fn for_vault(&self) -> Option<vault::Unlock> {
        match self {
            Self::Unset => None,
            Self::Passphrase(Secret(text)) => Some(vault::Unlock::Passphrase(text.clone())),
            Self::Key(key) => Some(vault::Unlock::Key(key.clone())),
        }
    }
}

impl fmt::Debug for Unlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unset => "Unset",
            Self::Passphrase(_) => "Passphrase(secret)",
            Self::Key(_) => "Key(secret)",
        })
    }
}

/// The token that has the cards' keys.
#[derive(Clone, Debug)]
pub struct Pkcs11 {
    /// The maker's library.
    pub module: PathBuf,
    /// The token's label.
    pub token: String,
    /// Of the user.
    pub pin: Secret,
}

/// Where events for the Ministry are sent.
#[derive(Clone, Debug)]
pub struct Ministry {
    /// The address.
    pub url: String,
    /// Its host, which pages name.
    pub host: String,
    /// Sent along.
    pub token: Option<Secret>,
    /// Certification authorities in PEM; the usual ones without it.
    pub ca: Option<Vec<u8>>,
}

impl Ministry {
    /// An address over TLS, or of this machine, without a user.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let uri: Uri = url.parse().ok()?;
        let (host, authority) = (uri.host()?.to_owned(), uri.authority()?);
        let here = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let safe = uri.scheme_str() == Some("https") || (uri.scheme_str() == Some("http") && here);
        let plain = !authority.as_str().contains('@') && !host.is_empty();
        (safe && plain).then(|| Ministry { url: url.to_owned(), host, token: None, ca: None })
    }
}

/// Which database.
#[derive(Clone, PartialEq, Eq)]
pub struct Database(Secret);

/// The two kinds of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    /// A file of our own.
    Sqlite,
    /// A server.
    Postgres,
}

impl Database {
    /// The address with its password, for the driver only.
    pub fn url(&self) -> &str {
        self.0.reveal()
    }

    /// Which kind it is.
    pub fn kind(&self) -> DatabaseKind {
        if self.url().starts_with("sqlite:") { DatabaseKind::Sqlite } else { DatabaseKind::Postgres }
    }

    pub(super) fn parse(url: Secret) -> Option<Self> {
        let rest =
            ["sqlite:", "postgres://", "postgresql://"].iter().find_map(|start| url.reveal().strip_prefix(start));
        rest.is_some_and(|rest| !rest.is_empty()).then_some(Self(url))
    }

    pub(super) fn in_folder(data: &Path) -> Self {
        let file = data.join("congthe.sqlite").to_string_lossy().into_owned();
        let file = file.replace('%', "%25").replace('?', "%3F").replace('#', "%23");
        Self(Secret::new(format!("sqlite:{file}")))
    }
}

/// Shown without user, password and parameters.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.url().split('?').next().unwrap_or_default();
        match (self.kind(), plain.split_once("://")) {
            (DatabaseKind::Postgres, Some((scheme, rest))) => {
                write!(f, "{scheme}://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
            _ => f.write_str(plain),
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
