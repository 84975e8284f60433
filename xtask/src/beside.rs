//! A program that runs beside xtask, such as the portal or PostgreSQL, and is ended when it is no longer needed.
use crate::group::{Group, Signal, stopped};
use anyhow::{Result, bail};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;

pub struct Beside {
    child: Child,
    group: Group,
    name: &'static str,
    ends_by: Signal,
}

impl Beside {
    pub fn start(name: &'static str, command: &mut Command, ends_by: Signal) -> Result<Self> {
        let (child, group) = Group::spawn(command)?;
        Ok(Self { child, group, name, ends_by })
    }

    /// Waits until `ready` says so; an error when the program ends before, or takes longer than `seconds`.
    pub fn wait_until(&mut self, seconds: u32, mut ready: impl FnMut() -> bool) -> Result<()> {
        for _ in 0..seconds * 20 {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended ({status}) instead of starting", self.name);
            }
            if ready() {
                return Ok(());
            }
            if stopped() {
                bail!("stopped");
            }
            sleep(Duration::from_millis(50));
        }
        bail!("{} was not ready after {seconds} s", self.name)
    }

    /// Waits until the program ends by itself or by Ctrl-C.
    pub fn wait(&mut self) -> Result<()> {
        let status = self.child.wait()?;
        if !status.success() && !stopped() {
            bail!("{} ended with an error ({status})", self.name);
        }
        Ok(())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        self.group.signal(self.ends_by);
        for _ in 0..200 {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            sleep(Duration::from_millis(50));
        }
        self.group.signal(Signal::Kill);
        _ = self.child.wait();
    }
}
