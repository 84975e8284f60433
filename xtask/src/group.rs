//! What xtask starts ends with xtask: each program has a process group of its own, and Ctrl-C ends them all.
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// A program with all that it starts itself.
pub struct Group(u32);

#[derive(Clone, Copy)]
pub enum Signal {
    /// A request to end
    Term,
    /// What Ctrl-C sends; PostgreSQL disconnects its clients and shuts down
    Int,
    /// The end, without clearing up
    Kill,
}

static RUNNING: LazyLock<Mutex<BTreeSet<u32>>> = LazyLock::new(Mutex::default);
static STOPPED: AtomicBool = AtomicBool::new(false);

/// Ctrl-C, or a request to terminate, ends what xtask has started; xtask then goes on to clear up.
pub fn end_all_on_ctrl_c() {
    let installed = ctrlc::set_handler(|| {
        STOPPED.store(true, Ordering::SeqCst);
        let groups: Vec<u32> = running().iter().copied().collect();
        for id in groups {
            send(Signal::Term, id);
        }
    });
    if let Err(error) = installed {
        eprintln!("Ctrl-C will not clear up: {error}");
    }
}

/// Whether Ctrl-C was pressed.
pub fn stopped() -> bool {
    STOPPED.load(Ordering::SeqCst)
}

impl Group {
    pub fn spawn(command: &mut Command) -> Result<(Child, Self)> {
        ensure!(!stopped(), "stopped");
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.process_group(0).spawn();
        let child = child.with_context(|| format!("`{program}` is missing on this machine or cannot be run"))?;
        running().insert(child.id());
        let group = Self(child.id());
        if stopped() {
            group.signal(Signal::Term);
        }
        Ok((child, group))
    }

    pub fn signal(&self, signal: Signal) {
        send(signal, self.0);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        running().remove(&self.0);
    }
}

fn running() -> MutexGuard<'static, BTreeSet<u32>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send(signal: Signal, group: u32) {
    let name = match signal {
        Signal::Term => "-TERM",
        Signal::Int => "-INT",
        Signal::Kill => "-KILL",
    };
    // a group that has just ended by itself is no error
    _ = Command::new("kill").args([name, "--"]).arg(format!("-{group}")).stderr(Stdio::null()).status();
}
