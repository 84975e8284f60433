//! Where things stand in the checkout.
use std::env;
use std::path::PathBuf;

/// The workspace's root.
pub fn root() -> PathBuf {
    let xtask =
        env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    xtask.parent().map(PathBuf::from).unwrap_or_default()
}

/// Browser tests, and the packages that come from npm.
pub fn e2e() -> PathBuf {
    root().join("e2e")
}

pub fn node_modules() -> PathBuf {
    e2e().join("node_modules")
}

/// Clients of others that drive the simulated card.
pub fn foreign_clients() -> PathBuf {
    root().join("pkg/picc/foreign")
}

/// What browsers load; the server embeds this folder.
pub fn site() -> PathBuf {
    root().join("target/site")
}
