//! The list of keys.

use std::fmt::Write as _;

/// What the names of our variables begin with.
pub(super) const PREFIX: &str = "CONGTHE_";

/// What kind of value a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A text that is never shown.
    Secret,
    /// A whole number.
    Number,
    /// Several texts; in a variable, separated by commas.
    List,
}

/// One key of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in `congthe.toml`; the variable is `CONGTHE_` and the name in capitals.
    pub name: &'static str,
    /// What kind of value it takes.
    pub kind: Kind,
    /// The default, in words.
    pub default: &'static str,
    /// What is allowed, as the end of the sentence “allowed is …”.
    pub allowed: &'static str,
    /// What it is for.
    pub meaning: &'static str,
}

impl Key {
    /// The name of its environment variable.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.to_ascii_uppercase())
    }
}

/// Every key there is.
pub const KEYS: &[Key] = &[
    Key {
        name: "address",
        kind: Kind::Text,
        default: "127.0.0.1",
        allowed: "an IPv4 or IPv6 address of this machine",
        meaning: "Address to listen on.",
    },
    Key {
        name: "port",
        kind: Kind::Number,
        default: "8080",
        allowed: "a whole number from 1 to 65535",
        meaning: "Port to listen on.",
    },
    Key {
        name: "public_origin",
        kind: Kind::Text,
        default: "http://<address>:<port>",
        allowed: "https://host or https://host:port; http only for this machine",
        meaning: "How browsers reach the portal; links are made with it, and changes are taken from its pages only. \
                  Must be set when `address` is not a loopback address.",
    },
    Key {
        name: "trusted_proxies",
        kind: Kind::List,
        default: "none",
        allowed: "a list of IP addresses",
        meaning: "Reverse proxies whose `X-Forwarded-For` is believed.",
    },
    Key {
        name: "metrics_readers",
        kind: Kind::List,
        default: "none",
        allowed: "a list of IP addresses",
        meaning: "Who may read `/metrics` besides this machine. A reverse proxy on this machine must stand in \
                  `trusted_proxies`, or must itself refuse `/metrics`.",
    },
    Key {
        name: "reader_apps",
        kind: Kind::List,
        default: "none",
        allowed: "a list of isolated-app://… origins",
        meaning: "Isolated Web Apps that may offer their reader to pages of this portal; `cargo xtask iwa` prints the \
                  origin of the one that it makes.",
    },
    Key {
        name: "data",
        kind: Kind::Text,
        default: "./data",
        allowed: "a path",
        meaning: "Folder for the SQLite file, blobs and sealed keys.",
    },
    Key {
        name: "card_fonts",
        kind: Kind::Text,
        default: "Liberation Serif, inside the program",
        allowed: "a folder with times.ttf and timesbd.ttf, or LiberationSerif-Regular.ttf and LiberationSerif-Bold.ttf",
        meaning: "The two faces that cards are set in: Times New Roman where this machine owns it.",
    },
    Key {
        name: "card_settings",
        kind: Kind::Text,
        default: "none",
        allowed: "the path of a TOML file such as pkg/face/examples/card-settings.toml",
        meaning: "What the province sets for its cards: names, approved abbreviations, colours, the shift of each \
                  station's printer.",
    },
    Key {
        name: "certificate_authorities",
        kind: Kind::Text,
        default: "none",
        allowed: "a folder with certificates and revocation lists, as PEM, DER or PKCS #7",
        meaning: "Certification authorities from which certificates of digital signatures are believed, and what they have \
                  revoked; read anew each time.",
    },
    Key {
        name: "revocation_hosts",
        kind: Kind::List,
        default: "none",
        allowed: "a list of host names",
        meaning: "Hosts at which the portal itself fetches revocation lists and asks about certificates (OCSP), by the addresses that the \
                  certificates name.",
    },
    Key {
        name: "ministry_url",
        kind: Kind::Text,
        default: "none",
        allowed: "an https://… address; http only for this machine",
        meaning: "Where events for the Ministry's card database are sent; without it, files are carried by hand.",
    },
    Key {
        name: "ministry_token",
        kind: Kind::Secret,
        default: "none",
        allowed: "a text, beside `ministry_url`",
        meaning: "Sent with them as a bearer token. Never shown.",
    },
    Key {
        name: "ministry_ca",
        kind: Kind::Text,
        default: "the usual certification authorities",
        allowed: "the path of a PEM file, beside `ministry_url`",
        meaning: "Certification authorities that its certificate may come from.",
    },
    Key {
        name: "webhook_hosts",
        kind: Kind::List,
        default: "none",
        allowed: "a list of host names",
        meaning: "Hosts whose systems may be told when what is told of a card changes; which of their addresses are, is said in the \
                  portal.",
    },
    Key {
        name: "webhook_ca",
        kind: Kind::Text,
        default: "the usual certification authorities",
        allowed: "the path of a PEM file",
        meaning: "Certification authorities that the certificates of these hosts may come from.",
    },
    Key {
        name: "database",
        kind: Kind::Secret,
        default: "sqlite:<data>/congthe.sqlite",
        allowed: "sqlite:PATH or postgres://…",
        meaning: "The database; a password in it is never shown.",
    },
    Key {
        name: "database_connections",
        kind: Kind::Number,
        default: "8",
        allowed: "a whole number from 1 to 200",
        meaning: "Most connections to the database at a time.",
    },
    Key {
        name: "vault_passphrase",
        kind: Kind::Secret,
        default: "none",
        allowed: "a text; only one of the three vault keys may be set",
        meaning: "Opens the sealed keys (Argon2id). Never shown.",
    },
    Key {
        name: "vault_passphrase_file",
        kind: Kind::Text,
        default: "none",
        allowed: "the path of a readable text file; only one of the three vault keys may be set",
        meaning: "File whose first line is the passphrase.",
    },
    Key {
        name: "vault_key",
        kind: Kind::Secret,
        default: "none",
        allowed: "32 bytes in Base64 or as 64 hexadecimal digits; only one of the three vault keys may be set",
        meaning: "Opens the sealed keys directly. Never shown.",
    },
    Key {
        name: "pkcs11_module",
        kind: Kind::Text,
        default: "none",
        allowed: "the path of a PKCS #11 library, with `pkcs11_token` and `pkcs11_pin_file`",
        meaning: "The cards' keys live in a token that this library reaches, instead of the sealed file. Needs a program that was \
                  built with the feature `pkcs11`.",
    },
    Key {
        name: "pkcs11_token",
        kind: Kind::Text,
        default: "none",
        allowed: "a token's label, beside `pkcs11_module`",
        meaning: "Which token.",
    },
    Key {
        name: "pkcs11_pin_file",
        kind: Kind::Text,
        default: "none",
        allowed: "the path of a readable text file, beside `pkcs11_module`",
        meaning: "File whose first line is the token's user PIN.",
    },
    Key {
        name: "body_limit",
        kind: Kind::Number,
        default: "16777216",
        allowed: "a whole number of bytes from 65536 to 1073741824",
        meaning: "Largest request, in bytes; one with a portrait may have 33,619,968.",
    },
    Key {
        name: "request_seconds",
        kind: Kind::Number,
        default: "60",
        allowed: "a whole number from 1 to 3600",
        meaning: "Longest time until an answer begins.",
    },
    Key {
        name: "shutdown_seconds",
        kind: Kind::Number,
        default: "20",
        allowed: "a whole number from 0 to 600",
        meaning: "How long a stopping portal waits for requests at work.",
    },
    Key {
        name: "log",
        kind: Kind::Text,
        default: "info",
        allowed: "a filter such as info or warn,registry=debug",
        meaning: "What is logged.",
    },
    Key {
        name: "log_format",
        kind: Kind::Text,
        default: "human",
        allowed: "human or json",
        meaning: "How it is logged.",
    },
];

/// The table of all keys in Markdown, as README shows it.
pub fn table() -> String {
    let mut table = String::from("| Key | Variable | Default | Allowed | Meaning |\n| --- | --- | --- | --- | --- |\n");
    for key in KEYS {
        let Key { name, default, allowed, meaning, .. } = key;
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{name}` | `{}` | `{default}` | {allowed} | {meaning} |", key.variable());
    }
    table
}

/// The key of that name.
pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}
