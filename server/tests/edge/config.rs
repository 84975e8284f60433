use std::ffi::OsString;
use std::fs;
use std::time::Duration;

use server::config::{Config, ConfigError, DatabaseKind, Flags, KEYS, LogFormat, Unlock, load_from, table};

fn load(file: &str, variables: &[(&str, &str)], flags: &Flags) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    if !file.is_empty() {
        fs::write(folder.path().join("congthe.toml"), file).unwrap();
    }
    let environment = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    load_from(flags, environment, folder.path())
}

fn refused(file: &str, variables: &[(&str, &str)]) -> String {
    load(file, variables, &Flags::default()).unwrap_err().to_string()
}

#[test]
fn nothing_set_gives_the_defaults() {
    let config = load("", &[("PATH", "/bin"), ("CONGTHE_TEST_X", "1"), ("CONGTHE_E2E_Y", "2")], &Flags::default());
    let config = config.unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_origin.as_str(), "http://127.0.0.1:8080");
    assert_eq!(config.database.url(), "sqlite:./data/congthe.sqlite");
    assert_eq!(config.database.kind(), DatabaseKind::Sqlite);
    assert!(matches!(config.unlock, Unlock::Unset));
    assert!(config.trusted_proxies.is_empty());
    assert_eq!(config.shutdown_deadline, Duration::from_secs(20));
    assert_eq!((config.log.as_str(), config.log_format), ("info", LogFormat::Human));
}

#[test]
fn flags_outrank_variables_and_variables_outrank_the_file() {
    let file = "port = 1\nbody_limit = 100000\nlog = 'debug'\ntrusted_proxies = ['10.0.0.1']";
    let variables = [("CONGTHE_PORT", "2"), ("CONGTHE_LOG", "warn"), ("CONGTHE_TRUSTED_PROXIES", "10.0.0.2, ::1")];
    let flags = Flags { port: Some(3), data: Some("d".into()), ..Flags::default() };
    let config = load(file, &variables, &flags).unwrap();
    assert_eq!(config.listen.port(), 3);
    assert_eq!(config.log, "warn");
    assert_eq!(config.body_limit, 100_000);
    assert_eq!(config.trusted_proxies.len(), 2);
    assert_eq!(config.database.url(), "sqlite:d/congthe.sqlite");
}

#[test]
fn an_empty_variable_is_unset() {
    assert_eq!(load("port = 5", &[("CONGTHE_PORT", "")], &Flags::default()).unwrap().listen.port(), 5);
}

#[test]
fn unknown_keys_are_named_with_their_place() {
    let message = refused("prot = 1", &[]);
    assert!(message.contains("unknown key `prot`") && message.contains("congthe.toml"), "{message}");
    assert!(message.contains("the keys are address, port"), "{message}");
    let message = refused("publicorigin = 'x'", &[]);
    assert!(message.contains("did you mean `public_origin`?"), "{message}");
    let message = refused("[vault]\nkey = 'topsecret'", &[]);
    assert!(message.contains("unknown key `vault`") && !message.contains("topsecret"), "{message}");
    for variable in ["CONGTHE_PROT", "CONGTHE_port", "CONGTHE_"] {
        let message = refused("", &[(variable, "1")]);
        assert!(message.contains(&format!("`{variable}`")) && message.contains("environment"), "{message}");
    }
}

#[test]
fn wrong_values_are_named_with_their_place_and_what_is_allowed() {
    let port = "a whole number from 1 to 65535";
    for (file, variable, parts) in [
        ("port = 'abc'", None, ["`port`", "congthe.toml", "abc", port]),
        ("port = 70000", None, ["`port`", "congthe.toml", "70000", port]),
        ("port = 0", None, ["`port`", "congthe.toml", "0", port]),
        ("port = -1", None, ["`port`", "congthe.toml", "-1", port]),
        ("port = [1]", None, ["`port`", "congthe.toml", "sequence", port]),
        ("", Some(("CONGTHE_PORT", "abc")), ["`port`", "CONGTHE_PORT", "abc", port]),
        ("port = 1", Some(("CONGTHE_PORT", "70000")), ["`port`", "CONGTHE_PORT", "70000", port]),
        ("address = 'localhost'", None, ["`address`", "congthe.toml", "localhost", "IPv4"]),
        ("trusted_proxies = ['10.0.0.1', 'x']", None, ["`trusted_proxies`", "congthe.toml", "`x`", "IP addresses"]),
        ("trusted_proxies = '10.0.0.1'", None, ["`trusted_proxies`", "congthe.toml", "10.0.0.1", "a list"]),
        ("", Some(("CONGTHE_METRICS_READERS", "y")), ["`metrics_readers`", "CONGTHE_METRICS_READERS", "`y`", "list"]),
        ("reader_apps = ['https://a.vn']", None, ["`reader_apps`", "congthe.toml", "https://a.vn", "isolated-app://"]),
        ("log_format = 'xml'", None, ["`log_format`", "congthe.toml", "xml", "human or json"]),
        ("log = 'a=b=c'", None, ["`log`", "congthe.toml", "a=b=c", "filter"]),
        ("public_origin = 'http://a.vn'", None, ["`public_origin`", "congthe.toml", "http://a.vn", "https://host"]),
        ("address = '0.0.0.0'", None, ["`public_origin`", "not set", "0.0.0.0", "https://host"]),
        ("body_limit = 1", None, ["`body_limit`", "congthe.toml", "1", "65536"]),
        ("request_seconds = 0", None, ["`request_seconds`", "congthe.toml", "0", "1 to 3600"]),
        ("vault_passphrase_file = '/nowhere'", None, ["`vault_passphrase_file`", "congthe.toml", "/nowhere", "file"]),
    ] {
        let variables: Vec<_> = variable.into_iter().collect();
        let message = refused(file, &variables);
        for part in parts {
            assert!(message.contains(part), "{file} {variable:?}: {part}: {message}");
        }
    }
}

#[test]
fn no_message_shows_a_secret() {
    let url = "mysql://user:topsecret@host/db";
    for (file, variables) in [
        ("vault_passphrase = ['topsecret']".to_owned(), vec![]),
        ("vault_key = 'topsecret'".to_owned(), vec![]),
        ("vault_passphrase = topsecret".to_owned(), vec![]),
        ("vault_passphrase = 'topsecret'\nvault_key = 'topsecret'".to_owned(), vec![]),
        (format!("database = '{url}'"), vec![]),
        (String::new(), vec![("CONGTHE_DATABASE", url)]),
        (String::new(), vec![("CONGTHE_VAULT_KEY", "topsecret")]),
    ] {
        let error = load(&file, &variables, &Flags::default()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("topsecret"), "{error:?}");
    }
    let message = refused("port = 1\nvault_passphrase = topsecret", &[]);
    assert!(message.contains("congthe.toml is not valid TOML (line 2, column"), "{message}");
}

#[test]
fn the_configuration_itself_shows_no_secret() {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let postgres = "postgres://user:topsecret@host:5432/db?password=topsecret";
    let config = load("", &[("CONGTHE_VAULT_KEY", key), ("CONGTHE_DATABASE", postgres)], &Flags::default()).unwrap();
    assert!(matches!(&config.unlock, Unlock::Key(bytes) if bytes[31] == 31));
    assert_eq!(config.database.url(), postgres);
    assert_eq!(config.database.to_string(), "postgres://host:5432/db");
    let shown = format!("{config:?}");
    assert!(!shown.contains("topsecret") && !shown.contains(key) && !shown.contains("31, 31"), "{shown}");

    // Digits stay a text, and every character counts.
    let config = load("", &[("CONGTHE_VAULT_PASSPHRASE", "[00123] = x")], &Flags::default()).unwrap();
    assert!(matches!(&config.unlock, Unlock::Passphrase(secret) if secret.reveal() == "[00123] = x"));
    assert!(!format!("{config:?}").contains("00123"));
}

#[test]
fn the_passphrase_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("passphrase");
    fs::write(&file, "một hai ba bốn\n").unwrap();
    let path = file.to_str().unwrap();
    let config = load("", &[("CONGTHE_VAULT_PASSPHRASE_FILE", path)], &Flags::default()).unwrap();
    assert!(matches!(&config.unlock, Unlock::Passphrase(secret) if secret.reveal() == "một hai ba bốn"));
    fs::write(&file, "").unwrap();
    assert!(refused("", &[("CONGTHE_VAULT_PASSPHRASE_FILE", path)]).contains("vault_passphrase_file"));
}

#[test]
fn a_named_file_must_be_there() {
    let flags = Flags { config: Some("/nowhere/congthe.toml".into()), ..Flags::default() };
    let error = load("", &[], &flags).unwrap_err();
    assert!(error.to_string().contains("/nowhere/congthe.toml"), "{error}");
}

#[test]
fn the_table_has_a_line_for_every_key() {
    let table = table();
    assert_eq!(table.lines().count(), KEYS.len() + 2);
    for key in KEYS {
        assert!(table.contains(&format!("| `{}` | `{}` |", key.name, key.variable())), "{}", key.name);
    }
    assert!(table.lines().all(|line| line.matches('|').count() == 6), "{table}");
}

/// The list of keys and the fields that are read are the same.
#[test]
fn every_key_is_read() {
    for key in KEYS {
        let message = refused(&format!("{} = {{}}", key.name), &[]);
        assert!(message.contains(&format!("`{}`", key.name)) && message.contains(key.allowed), "{message}");
    }
}

#[test]
fn readme_shows_the_table_as_it_is() {
    let readme = include_str!("../../../README.md");
    let shown = readme.split("<!-- config -->").nth(1).and_then(|rest| rest.split("<!-- /config -->").next()).unwrap();
    assert_eq!(shown.trim(), table().trim(), "paste what `congthe config` prints into README");
}

#[test]
fn a_token_needs_its_library_its_label_and_a_pin() {
    let folder = tempfile::tempdir().unwrap();
    let pin = folder.path().join("pin");
    fs::write(&pin, "topsecret\n").unwrap();
    let pin = format!("pkcs11_pin_file = '{}'\n", pin.display());
    let (module, token) = ("pkcs11_module = '/usr/lib/softhsm/libsofthsm2.so'\n", "pkcs11_token = 'congthe'\n");
    let config = load(&[module, token, &pin].concat(), &[], &Flags::default()).unwrap();
    assert!(!format!("{config:?}").contains("topsecret"));
    let of = config.pkcs11.unwrap();
    assert_eq!((of.token.as_str(), of.pin.reveal()), ("congthe", "topsecret"));
    for (file, missing) in [
        ([module, token].concat(), "pkcs11_pin_file"),
        ([module, &pin].concat(), "pkcs11_token"),
        ([token, &pin].concat(), "pkcs11_module"),
        (pin.clone(), "pkcs11_module"),
    ] {
        let message = refused(&file, &[]);
        assert!(message.contains(&format!("`{missing}`")) && message.contains("not set"), "{message}");
    }
    let message = refused(&[module, token, "pkcs11_pin_file = '/nowhere'"].concat(), &[]);
    assert!(message.contains("`pkcs11_pin_file`") && message.contains("/nowhere"), "{message}");
}
