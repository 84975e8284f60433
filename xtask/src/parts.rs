//! The parts of a long run: a heading for each, and how long each took.
use crate::stopwatch::{Elapsed, Stopwatch};
use anyhow::{Context, Result};

#[derive(Default)]
pub struct Parts(Vec<(&'static str, Elapsed)>);

impl Parts {
    pub fn run<T>(&mut self, name: &'static str, part: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n━━ {name} ━━");
        let watch = Stopwatch::start();
        let done = part();
        self.0.push((name, watch.elapsed()));
        done.context(name)
    }
}

/// However the run ends, the reader learns where the time went.
impl Drop for Parts {
    fn drop(&mut self) {
        println!();
        for (name, elapsed) in &self.0 {
            println!("{name:<30}{elapsed:>14}");
        }
    }
}
