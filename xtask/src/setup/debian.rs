//! Packages of Debian and Ubuntu.
use crate::run;
use crate::step::step;
use anyhow::{Result, bail, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// Whether this machine takes its packages from Debian or a descendant of it.
pub fn is_here() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let families = release.lines().filter(|line| line.starts_with("ID=") || line.starts_with("ID_LIKE="));
    families.into_iter().any(|line| line.contains("debian") || line.contains("ubuntu"))
        && Path::new("/usr/bin/apt-get").exists()
}

/// Installs packages; `purpose` tells the reader what they are for.
pub fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let names = packages.join(" ");
    ensure!(is_here(), "{purpose} needs what Debian calls {names}: install it with this system's package manager");
    step(&format!("installing {names} for {purpose}"), || {
        update_lists()?;
        run::run_quietly(as_root("apt-get")?.args(["-q", "-y", "install", "--no-install-recommends"]).args(packages))
    })
}

/// Whether all these packages are installed.
pub fn has(packages: &[&str]) -> bool {
    run::succeeds(Command::new("dpkg").arg("--status").args(packages))
}

/// Asks the mirror what there is, unless that was done within a day: older lists may name files that are gone.
pub fn update_lists() -> Result<()> {
    // every update writes here
    let written = fs::metadata("/var/lib/apt/lists/partial").and_then(|folder| folder.modified());
    let recent = written.is_ok_and(|time| time.elapsed().is_ok_and(|age| age < Duration::from_secs(24 * 60 * 60)));
    if recent && newest_numbered("lld-").is_some() {
        return Ok(());
    }
    run::run_quietly(as_root("apt-get")?.args(["-q", "update"]))
}

/// The newest of packages such as `lld-19`, `lld-22`.
pub fn newest_numbered(prefix: &str) -> Option<u32> {
    let names = run::output(Command::new("apt-cache").args(["pkgnames", prefix])).ok()?;
    names.lines().filter_map(|name| name.strip_prefix(prefix)?.parse().ok()).max()
}

/// A program run as root: directly, or by a sudo that asks for no password.
pub fn as_root(program: &str) -> Result<Command> {
    let mut command = if run::output(Command::new("id").arg("-u"))?.trim() == "0" {
        Command::new(program)
    } else if run::succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", program]);
        sudo
    } else {
        bail!("this step needs root, and sudo asks for a password: run `sudo -v` first, or the same command as root");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
