//! Where values are read from: the file, the environment, the command line.

use std::ffi::OsString;
use std::path::Path;

use figment::providers::{Format as _, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Metadata, Profile, Provider};
use zeroize::Zeroize as _;

use super::error::wrong;
use super::key::{Kind, PREFIX, find};
use super::{ConfigError, Flags};

/// Variables that belong to the tests, not to the program.
const FOREIGN: [&str; 2] = ["CONGTHE_TEST_", "CONGTHE_E2E_"];

/// One source's keys and values, under a name that tells where they stand.
pub(super) struct Layer {
    name: String,
    values: Dict,
}

/// The name of the environment as a source.
pub(super) const ENVIRONMENT: &str = "environment";
/// The name of the command line as a source.
pub(super) const COMMAND_LINE: &str = "command line";

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> figment::Result<Map<Profile, Dict>> {
        Ok(Map::from([(Profile::Default, self.values.clone())]))
    }
}

pub(super) fn read_file(path: &Path) -> Result<Layer, ConfigError> {
    let name = path.display().to_string();
    let mut text =
        std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let parsed = Toml::string(&text).data();
    text.zeroize();
    let values = parsed
        .map_err(|error| ConfigError::Syntax { origin: name.clone(), place: place_of(&error) })?
        .remove(&Profile::Default)
        .unwrap_or_default();
    match values.keys().find(|key| find(key).is_none()) {
        Some(key) => Err(ConfigError::UnknownKey { key: key.clone(), origin: name }),
        None => Ok(Layer { name, values }),
    }
}

/// The first line of TOML's message is “TOML parse error at line 3, column 5”.
fn place_of(error: &figment::Error) -> String {
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    first.split_once(" at line ").map_or_else(String::new, |(_, place)| format!(" (line {place})"))
}

pub(super) fn read_environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Layer, ConfigError> {
    let mut values = Dict::new();
    for (variable, value) in variables {
        let variable = variable.to_string_lossy().into_owned();
        let Some(name) = variable.strip_prefix(PREFIX) else { continue };
        if FOREIGN.iter().any(|foreign| variable.starts_with(foreign)) {
            continue;
        }
        let name = name.to_ascii_lowercase();
        let key = find(&name).filter(|key| key.variable() == variable);
        let Some(key) = key else {
            return Err(ConfigError::UnknownKey { key: variable, origin: "the environment".to_owned() });
        };
        let Ok(value) = value.into_string() else {
            return Err(wrong(key, ENVIRONMENT, "not UTF-8".to_owned()));
        };
        // Empty is unset, as container files write it.
        if !value.is_empty() {
            values.insert(name, typed(key.kind, value));
        }
    }
    Ok(Layer { name: ENVIRONMENT.to_owned(), values })
}

/// A variable's text as its key's kind has it; what does not fit stays text and is refused with the rest.
fn typed(kind: Kind, text: String) -> Value {
    match kind {
        Kind::Text | Kind::Secret => Value::from(text),
        Kind::Number => text.trim().parse::<u64>().map_or_else(|_| Value::from(text.clone()), Value::from),
        Kind::List => Value::from(
            text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect::<Vec<_>>(),
        ),
    }
}

pub(super) fn read_flags(flags: &Flags) -> Layer {
    let Flags { config: _, address, port, data, database } = flags;
    let values = [
        ("address", address.map(|address| Value::from(address.to_string()))),
        ("port", port.map(Value::from)),
        ("data", data.clone().map(Value::from)),
        ("database", database.clone().map(Value::from)),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    Layer { name: COMMAND_LINE.to_owned(), values }
}
