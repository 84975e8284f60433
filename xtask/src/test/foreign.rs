//! The simulated card, driven by clients that others have written: over PC/SC, and over the socket of `--listen`.
use crate::beside::Beside;
use crate::bridge;
use crate::cargo::{cargo, plain};
use crate::group::Signal;
use crate::run;
use crate::runbook;
use crate::setup;
use crate::step::step;
use crate::tree;
use anyhow::{Context, Result};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::process::{self, Command, Stdio};
use tempfile::TempDir;

/// Where a running daemon is asked.
const DAEMON: &str = "/run/pcscd/pcscd.comm";
/// Where Debian's configuration of vsmartcard-vpcd waits for cards.
const PORT: u16 = 0x8C7B;
/// Not its path: the tests before have compiled a new program to where it was.
const THIS_PROGRAM: &str = "/proc/self/exe";

pub fn clients() -> Result<()> {
    let python = setup::smart_cards()?;
    setup::pcsc_library()?;
    let daemon = Daemon::start()?;
    for model in ["ev1", "ev2", "ev3"] {
        step(&format!("python-desfire drives a simulated {model} card over pcscd"), || {
            let _card = daemon.lay(model)?;
            let mut client = plain(&python.to_string_lossy());
            run::run_quietly(client.arg(tree::foreign_clients().join("python_desfire.py")))
        })?;
    }
    for model in ["ev1", "ev2", "ev3"] {
        step(&format!("the runbook with a simulated {model} card over pcscd"), || {
            let _card = daemon.lay(model)?;
            let folder = tempfile::tempdir()?;
            let mut program = runbook::program();
            program.args(["--card", model, "--this-card-may-be-destroyed", "--record"]);
            run::run_quietly(program.arg(folder.path().join("trace")))
        })?;
    }
    step("a page drives a simulated card through the bridge over pcscd", || {
        let mut test = bridge::test_over_pcsc();
        test.env("CONGTHE_TEST_VPCD", format!("127.0.0.1:{}", daemon.port));
        // the test lays the card on the reader and takes it away
        run::run_quietly(test.env("CONGTHE_TEST_XTASK", format!("/proc/{}/exe", process::id())))
    })?;
    let client = tree::foreign_clients().join("rust/Cargo.toml");
    for model in ["ev1", "ev2", "ev3"] {
        step(&format!("the crate desfire of the registry drives a simulated {model} card"), || {
            let address = format!("127.0.0.1:{}", free_port()?);
            let mut card = Command::new(THIS_PROGRAM);
            card.args(["virtual-card", "--model", model, "--listen", &address]);
            let mut card = Beside::start("the simulated card", card.stdout(Stdio::null()), Signal::Term)?;
            card.wait_until(10, || TcpStream::connect(&address).is_ok())?;
            let mut run = cargo();
            run.args(["run", "--quiet", "--locked", "--target-dir", "target/foreign-rust", "--manifest-path"]);
            run::run_quietly(run.arg(&client).args(["--", &address]))
        })?;
    }
    Ok(())
}

/// The system's daemon where one runs, else one of our own with nothing but the virtual reader.
pub struct Daemon {
    /// Where it waits for a card.
    pub port: u16,
    _own: Option<(Beside, TempDir)>,
}

impl Daemon {
    /// Lays a card of that model on its reader, until it is dropped.
    fn lay(&self, model: &str) -> Result<Beside> {
        let mut card = Command::new(THIS_PROGRAM);
        card.args(["virtual-card", "--model", model, "--vpcd", &format!("127.0.0.1:{}", self.port)]);
        Beside::start("the simulated card", card.stdout(Stdio::null()), Signal::Term)
    }

    pub fn start() -> Result<Self> {
        if UnixStream::connect(DAEMON).is_ok() {
            return Ok(Self { port: PORT, _own: None });
        }
        let port = free_port()?;
        let folder = tempfile::tempdir()?;
        let library = "/usr/lib/pcsc/drivers/serial/libifdvpcd.so";
        let configuration = folder.path().join("reader.conf");
        let lines = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:{port:#06X}\nLIBPATH {library}\nCHANNELID {port:#06X}\n"
        );
        fs::write(&configuration, lines.replace("0X", "0x"))?;
        let mut pcscd = setup::as_root("pcscd")?;
        pcscd.args(["--foreground", "--config"]).arg(&configuration).stdout(Stdio::null()).stderr(Stdio::null());
        let mut own = Beside::start("pcscd", &mut pcscd, Signal::Term)?;
        own.wait_until(10, || UnixStream::connect(DAEMON).is_ok()).context("the PC/SC daemon does not start")?;
        Ok(Self { port, _own: Some((own, folder)) })
    }
}

/// Two in a row that nobody uses: the virtual reader has two slots.
fn free_port() -> Result<u16> {
    for _ in 0..100 {
        let first = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        if first < u16::MAX && TcpListener::bind(("127.0.0.1", first + 1)).is_ok() {
            return Ok(first);
        }
    }
    anyhow::bail!("no two free ports in a row")
}
