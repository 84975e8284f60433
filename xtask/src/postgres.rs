//! A throw-away PostgreSQL: a cluster in a temporary folder that listens on a socket there and nowhere else.
use crate::beside::Beside;
use crate::cargo::plain;
use crate::group::{Signal, stopped};
use crate::run;
use crate::setup;
use anyhow::{Context, Result};
use std::env;
use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, PartialEq)]
pub enum Commits {
    /// As in operation; what a benchmark measures
    Durable,
    /// For tests, whose data nobody misses
    InMemory,
}

/// Stopped and removed when it goes.
pub struct Postgres {
    _server: Beside, // declared first: it ends before its folder is removed
    folder: TempDir,
}

impl Postgres {
    pub fn start(commits: Commits) -> Result<Self> {
        let programs = programs()?;
        // in /tmp itself, since the path of a socket has at most 107 bytes
        let folder = tempfile::Builder::new().prefix("congthe-postgres-").tempdir_in("/tmp")?;
        let user = ServerUser::for_folder(folder.path())?;
        let data = folder.path().join("data");

        let mut initdb = user.command(&programs.join("initdb"));
        initdb.args(["--username=congthe", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        run::run_quietly(initdb.arg("--pgdata").arg(&data))?;

        let log = folder.path().join("log");
        let mut postgres = user.command(&programs.join("postgres"));
        postgres.arg("-D").arg(&data).stdout(File::create(&log)?).stderr(File::options().append(true).open(&log)?);
        let socket = format!("unix_socket_directories={}", folder.path().display());
        for setting in ["listen_addresses=", &socket, "max_connections=200"] {
            postgres.args(["-c", setting]);
        }
        if commits == Commits::InMemory {
            postgres.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        }
        let mut server = Beside::start("PostgreSQL", &mut postgres, Signal::Int)?;
        let mut createdb = plain(&programs.join("createdb").to_string_lossy());
        createdb.arg("--host").arg(folder.path()).args(["--username=congthe", "congthe"]);
        let started = server.wait_until(30, || run::succeeds(&mut createdb));
        started.with_context(|| fs::read_to_string(&log).unwrap_or_default())?;
        Ok(Self { _server: server, folder })
    }

    pub fn url(&self) -> String {
        self.of("congthe")
    }

    /// Another database, empty: the one that every server begins with.
    pub fn spare(&self) -> String {
        self.of("postgres")
    }

    fn of(&self, database: &str) -> String {
        format!("postgres://congthe@localhost/{database}?host={}", self.folder.path().display())
    }
}

/// Runs one until Ctrl-C, for work by hand.
pub fn in_foreground(commits: Commits) -> Result<()> {
    setup::postgres()?;
    let mut postgres = Postgres::start(commits)?;
    println!("{}\nCtrl-C stops it and removes its data.", postgres.url());
    let ended = postgres._server.wait();
    if stopped() { Ok(()) } else { ended }
}

/// The folder of PostgreSQL's server programs; Debian keeps them out of PATH.
pub fn programs() -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debians: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    debians.sort();
    let folders = env::split_paths(&path).chain(debians.into_iter().rev());
    let complete =
        |folder: &PathBuf| ["initdb", "postgres", "createdb"].iter().all(|program| folder.join(program).exists());
    folders.into_iter().find(complete).context("PostgreSQL is not installed")
}

/// Whoever runs the server: PostgreSQL refuses to run as root.
enum ServerUser {
    Myself,
    Postgres,
}

impl ServerUser {
    /// Decides, and gives the folder to that user.
    fn for_folder(folder: &Path) -> Result<Self> {
        if run::output(Command::new("id").arg("-u"))?.trim() != "0" {
            return Ok(Self::Myself);
        }
        run::run_quietly(Command::new("chown").arg("postgres:").arg(folder)).context(
            "PostgreSQL does not run as root and there is no user `postgres`: create it, or run this as another user",
        )?;
        Ok(Self::Postgres)
    }

    fn command(&self, program: &Path) -> Command {
        match self {
            Self::Myself => plain(&program.to_string_lossy()),
            Self::Postgres => {
                // unlike runuser it leaves no process in between that would take our signals;
                // should xtask be killed, PostgreSQL ends all the same
                let mut setpriv = plain("setpriv");
                setpriv.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=INT"]);
                setpriv.arg(program).current_dir("/");
                setpriv
            }
        }
    }
}
