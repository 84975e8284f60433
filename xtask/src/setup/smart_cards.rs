//! What the test over PC/SC needs: Debian's daemon with a virtual reader, and a client from PyPI.
use super::debian;
use crate::cargo::plain;
use crate::run;
use crate::step::step;
use crate::tree;
use anyhow::Result;
use std::fs;
use std::path::PathBuf;

const PACKAGES: [&str; 4] = ["pcscd", "vsmartcard-vpcd", "python3-pyscard", "python3-venv"];

/// Debian's Python: its pyscard is built for it.
const PYTHON: &str = "/usr/bin/python3";

/// What programs that use PC/SC are linked with.
pub fn pcsc_library() -> Result<()> {
    if run::succeeds(plain("pkg-config").args(["--exists", "libpcsclite"])) {
        return Ok(());
    }
    debian::install(&["libpcsclite-dev", "pkg-config"], "programs that use PC/SC")
}

/// What the standard library's source needs of Windows, to be compiled here.
pub fn windows_import_libraries() -> Result<()> {
    if run::succeeds(plain("x86_64-w64-mingw32-dlltool").arg("--version")) {
        return Ok(());
    }
    debian::install(&["binutils-mingw-w64-x86-64"], "compiling for Windows")
}

/// Installs what is missing; returns the Python that knows the client.
pub fn with_foreign_client() -> Result<PathBuf> {
    if !debian::has(&PACKAGES) {
        debian::install(&PACKAGES, "the test of the simulated card over PC/SC")?;
    }
    let requirements = tree::foreign_clients().join("requirements.txt");
    let folder = tree::root().join("target/foreign");
    let python = folder.join("bin/python");
    let installed = folder.join("requirements.txt");
    if fs::read(&requirements)? == fs::read(&installed).unwrap_or_default() {
        return Ok(python);
    }
    step("installing a foreign DESFire client from PyPI", || {
        run::run_quietly(plain(PYTHON).args(["-m", "venv", "--clear", "--system-site-packages"]).arg(&folder))?;
        let mut pip = plain(&python.to_string_lossy());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        run::run_quietly(pip.arg(&requirements))?;
        Ok(fs::copy(&requirements, &installed)?)
    })?;
    Ok(python)
}
