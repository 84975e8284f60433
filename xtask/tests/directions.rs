//! Who may know whom: the README's invariants, as far as cargo's metadata can see them.
use cargo_metadata::{Dependency, DependencyKind, Metadata, MetadataCommand, Package};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;
use toml::{Table, Value};

/// Each crate of ours, and which others of ours it may know. A new crate is entered here first.
const MAY_KNOW: &[(&str, &[&str])] = &[
    ("hydrate", &["app"]),
    ("carrier", &["apdu", "desfire", "dom", "reader", "usb"]),
    ("relayed", &["relay", "usb"]),
    ("isolated", &["desfire", "dom", "reader", "relay", "usb"]),
    ("usb", &["ccid", "pasori", "pn53x", "reader"]),
    ("training", &["pcd", "picc"]),
    ("originality", &["desfire"]),
    ("blank", &["trial"]),
    ("writer", &["chip"]),
    (
        "app",
        &[
            "chip",
            "contract",
            "door",
            "face",
            "model",
            "paper",
            "photo",
            "picc",
            "preview",
            "registry",
            "scan",
            "sentences",
            "wording",
        ],
    ),
    ("wording", &["contract", "face", "model", "photo", "sentences"]),
    ("preview", &["contract", "face", "sentences", "wording"]),
    ("drawing", &["contract", "dom", "face", "preview"]),
    ("cropping", &["contract", "dom", "photo", "wording"]),
    ("scanner", &["camera", "dom", "nfc"]),
    ("checker", &["camera", "dom", "door", "nfc"]),
    ("camera", &["dom", "scan"]),
    ("dom", &[]),
    ("nfc", &[]),
    ("sentences", &[]),
    // desfire and picc: its tests and figures, in which a card is written and tapped
    (
        "server",
        &[
            "app",
            "chip",
            "contract",
            "desfire",
            "door",
            "face",
            "model",
            "paper",
            "photo",
            "picc",
            "registry",
            "relay",
            "sentences",
            "vault",
        ],
    ),
    // desfire and picc: its tests, which hold a vault and a card
    ("registry", &["chip", "model", "contract", "desfire", "paper", "photo", "picc", "x509"]),
    ("vault", &["chip", "desfire", "registry"]),
    ("contract", &["model"]),
    ("model", &[]),
    (
        "proof",
        &[
            "apdu", "ccid", "chip", "desfire", "door", "face", "isodep", "model", "ndef", "pasori", "pcd", "picc",
            "pn53x", "reader", "relay", "x509",
        ],
    ),
    ("pasori", &["ccid", "isodep", "pn53x", "reader"]),
    ("pn53x", &["reader"]),
    ("face", &["model"]),
    ("isodep", &["reader"]),
    ("ccid", &["reader"]),
    ("reader", &[]),
    ("ndef", &["apdu", "desfire"]),
    ("desfire", &["apdu"]),
    ("apdu", &[]),
    ("photo", &[]),
    ("paper", &[]),
    ("picc", &[]),
    ("pcd", &["picc"]),
    ("relay", &[]),
    ("scan", &[]),
    ("trial", &["desfire", "picc"]),
    ("x509", &["model"]),
    ("door", &["chip", "face", "model"]),
    ("chip", &["desfire", "model", "ndef", "picc"]),
    ("bridge", &["relay"]),
    ("xtask", &["picc"]),
    ("runbook", &["apdu", "desfire", "ndef", "picc"]),
];

/// What reaches disks, networks, clocks, browsers or the system's randomness; not for `pkg/*`, not by a detour either.
const OUTSIDE: [&str; 13] = [
    "tokio",
    "async-std",
    "mio",
    "socket2",
    "sqlx",
    "sqlx-core",
    "axum",
    "hyper",
    "reqwest",
    "web-sys",
    "js-sys",
    "getrandom",
    "web-time",
];

#[test]
fn crates_know_only_whom_they_may() {
    let metadata = metadata();
    let table = MAY_KNOW.iter().copied().collect::<BTreeMap<_, _>>();
    let ours: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages() {
        let Some(allowed) = table.get(package.name.as_str()) else {
            wrong.push(format!("{} is new: enter it in MAY_KNOW", package.name));
            continue;
        };
        for known in package.dependencies.iter().map(|dependency| dependency.name.as_str()) {
            // a crate's own tests may know the crate
            if ours.contains(known) && !allowed.contains(&known) && known != package.name.as_str() {
                wrong.push(format!("{} may not know {known}", package.name));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_browser_does_not_get_what_is_the_servers() {
    let built_with = built_with("hydrate", "wasm32-unknown-unknown");
    let wrong = ["registry", "vault", "sqlx", "axum"].into_iter().filter(|name| built_with.contains(*name));
    assert_eq!(wrong.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn pkg_does_no_io() {
    let metadata = metadata();
    let pkg = metadata.workspace_root.join("pkg");
    let mut wrong = Vec::new();
    for package in metadata.workspace_packages().into_iter().filter(|package| package.manifest_path.starts_with(&pkg)) {
        let built_with = built_with(&package.name, "all");
        let outside = OUTSIDE.iter().filter(|name| built_with.contains(**name));
        wrong.extend(outside.map(|name| format!("{} reaches {name}", package.name)));
    }
    assert_eq!(wrong, [""; 0]);
}

/// Benches set the store against bare statements, so development may know it everywhere.
#[test]
fn only_the_registry_knows_sqlx() {
    let metadata = metadata();
    let in_use = |dependency: &&Dependency| dependency.kind != DependencyKind::Development;
    let knows = |package: &&Package| {
        package.dependencies.iter().filter(in_use).any(|dependency| dependency.name.starts_with("sqlx"))
    };
    let who: Vec<_> =
        metadata.workspace_packages().into_iter().filter(knows).map(|package| package.name.as_str()).collect();
    assert_eq!(who, ["registry"]);
}

#[test]
fn each_version_stands_in_the_root_manifest_alone() {
    let mut wrong = Vec::new();
    for package in metadata().workspace_packages() {
        let text = fs::read_to_string(&package.manifest_path).expect("the manifest can be read");
        let manifest: Table = text.parse().expect("the manifest is TOML");
        let targets = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
        for part in targets.filter_map(Value::as_table).chain([&manifest]) {
            for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
                for (name, wanted) in part.get(kind).and_then(Value::as_table).into_iter().flatten() {
                    if wanted.get("workspace").and_then(Value::as_bool) != Some(true) {
                        wrong.push(format!("{}: {name} has a version of its own", package.name));
                    }
                }
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

fn metadata() -> Metadata {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).exec().expect("cargo metadata describes the workspace")
}

/// Every crate that `package` is built with for `target`, directly or by others. Cargo's metadata would mix in the
/// features that other crates of the workspace ask for.
fn built_with(package: &str, target: &str) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.args(["tree", "--package", package, "--target", target, "--edges", "normal", "--prefix", "none"]);
    let listing = tree.args(["--format", "{p}"]).output().expect("cargo tree can be run");
    assert!(listing.status.success(), "{}", String::from_utf8_lossy(&listing.stderr));
    let listing = String::from_utf8(listing.stdout).expect("names of crates are ASCII");
    listing.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}
