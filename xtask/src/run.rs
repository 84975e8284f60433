//! Running other programs to their end; the reader sees what they write, or only what matters of it.
use crate::group::{self, Group};
use anyhow::{Context, Result, bail, ensure};
use std::process::{Command, Output, Stdio};

/// Runs a program to its end; the reader sees its output.
pub fn run(command: &mut Command) -> Result<()> {
    let (mut child, _group) = Group::spawn(command)?;
    let status = child.wait()?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    Ok(())
}

/// Runs a program to its end and shows its output only when it fails.
pub fn run_quietly(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// What a program writes to standard output; when it fails, what it wrote is shown to the reader.
pub fn output(command: &mut Command) -> Result<String> {
    let (child, _group) = Group::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let Output { status, stdout, stderr } = child.wait_with_output()?;
    if !status.success() {
        if !group::stopped() {
            eprint!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        }
        bail!("`{}` failed ({status})", line(command));
    }
    String::from_utf8(stdout).with_context(|| format!("`{}` wrote something that is not UTF-8", line(command)))
}

/// What a program writes while it builds: messages to the reader, standard output to the caller.
pub fn output_of_build(command: &mut Command) -> Result<String> {
    let (child, _group) = Group::spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()))?;
    let Output { status, stdout, .. } = child.wait_with_output()?;
    ensure!(status.success(), "`{}` failed ({status})", line(command));
    String::from_utf8(stdout).with_context(|| format!("`{}` wrote something that is not UTF-8", line(command)))
}

/// Whether a program runs and ends well; its output is of no interest.
pub fn succeeds(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// The command as one would type it, without its environment.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
