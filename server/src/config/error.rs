//! What is told of a wrong configuration.

use std::path::PathBuf;

use super::key::{KEYS, Key, Kind, PREFIX};
use super::source::{COMMAND_LINE, ENVIRONMENT};

/// The configuration is wrong. Every message names the key and where it stands, and none shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is not TOML.
    #[error("{origin} is not valid TOML{place}")]
    Syntax {
        /// The file.
        origin: String,
        /// Line and column, if known. The line's text is left out: it may hold a secret.
        place: String,
    },
    /// A key that does not exist.
    #[error("unknown key `{key}` in {origin}; {}", suggestion(key))]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        origin: String,
    },
    /// A value that is not allowed.
    #[error("`{key}` in {origin} is {found}; allowed is {allowed}")]
    Value {
        /// The key.
        key: &'static str,
        /// Where it stands.
        origin: String,
        /// What was found there, or words in its place.
        found: String,
        /// What would be right.
        allowed: &'static str,
    },
}

fn suggestion(key: &str) -> String {
    let lower = key.to_ascii_lowercase();
    let near = KEYS.iter().map(|known| known.name).find(|name| {
        lower.len() >= 3
            && (name.starts_with(&lower)
                || lower.starts_with(name)
                || name.replace('_', "") == lower.replace(['_', '-'], ""))
    });
    match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the keys are {}", KEYS.iter().map(|known| known.name).collect::<Vec<_>>().join(", ")),
    }
}

/// A value that is not allowed, without the value if the key is secret.
pub(super) fn wrong(key: &Key, layer: &str, found: String) -> ConfigError {
    // A secret's value is shown in no message, not even a wrong one.
    let found = if key.kind == Kind::Secret { "not acceptable (its value is not shown)".to_owned() } else { found };
    ConfigError::Value { key: key.name, origin: place(key.name, layer), found, allowed: key.allowed }
}

/// Words for where a key stands.
pub(super) fn place(name: &str, layer: &str) -> String {
    match layer {
        "" => "the configuration".to_owned(),
        ENVIRONMENT => format!("the environment ({PREFIX}{})", name.to_ascii_uppercase()),
        COMMAND_LINE => format!("the command line (--{name})"),
        file => file.to_owned(),
    }
}
