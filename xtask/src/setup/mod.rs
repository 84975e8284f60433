//! Set-up: what building needs and the machine may lack. Each step is skipped when it is already done.
mod browser_std;
mod browser_target;
mod debian;
mod fonts;
mod node;
mod smart_cards;

pub use browser_target::{BrowserTarget, TRIPLE};
pub use debian::as_root;
pub use fonts::serif_faces;
pub use smart_cards::{pcsc_library, windows_import_libraries, with_foreign_client as smart_cards};

use crate::cargo::plain;
use crate::run;
use anyhow::Result;
use std::env;
use std::path::Path;

/// Everything that building the portal needs.
pub fn for_building() -> Result<BrowserTarget> {
    node::packages()?;
    fonts::for_print()?;
    browser_target::ready()
}

/// What the tests need besides.
pub fn for_testing() -> Result<()> {
    let own_chromium = env::var_os("CHROMIUM").is_some();
    if !own_chromium && !Path::new("/usr/bin/chromium").exists() {
        debian::install(&["chromium"], "the end-to-end tests")?;
    }
    if !run::succeeds(plain("openssl").arg("version")) {
        debian::install(&["openssl"], "the isolated app's test, which speaks TLS")?;
    }
    smart_cards()?;
    token()?;
    card_face_tests()?;
    postgres()
}

/// What the test of keys in a PKCS #11 token needs: one in software.
pub fn token() -> Result<()> {
    let library = Path::new("/usr/lib/softhsm/libsofthsm2.so").exists();
    if library && run::succeeds(plain("softhsm2-util").arg("--version")) {
        return Ok(());
    }
    debian::install(&["softhsm2"], "the test of the cards' keys in a PKCS #11 token")
}

/// What the tests of the card's face need: its type, and another program that reads PDF.
pub fn card_face_tests() -> Result<()> {
    fonts::for_print()?;
    if run::succeeds(plain("pdftotext").arg("-v")) {
        return Ok(());
    }
    debian::install(&["poppler-utils"], "the tests of the card's face")
}

/// PostgreSQL's programs, for the tests' throw-away servers.
pub fn postgres() -> Result<()> {
    if crate::postgres::programs().is_ok() {
        return Ok(());
    }
    debian::install(&["postgresql"], "the tests on PostgreSQL")
}
