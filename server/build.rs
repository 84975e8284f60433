//! Makes sure that the folder of the built site exists, so that a server without a site still compiles; and the sentences of the public
//! page.

use std::{env, fs, path::PathBuf};

fn main() {
    sentences::build();
    let Some(manifest) = env::var_os("CARGO_MANIFEST_DIR") else { return };
    let site = PathBuf::from(manifest).join("../target/site");
    if let Err(error) = fs::create_dir_all(&site) {
        println!("cargo:warning={} cannot be created: {error}", site.display());
    }
    // A release build carries the files; a debug build reads them when asked and need not be built again.
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../target/site");
    }
}
