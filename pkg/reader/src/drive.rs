//! Carrying out steps where reading and writing do not wait: tests, and the simulated readers inside a page.

use crate::{Fault, Outcome, Reader, Step, Task};

/// A pipe that answers at once.
pub trait Pipe {
    /// Writes one transfer.
    fn write(&mut self, bytes: &[u8]);

    /// Reads one transfer; `None` when nothing comes within so many milliseconds.
    fn read(&mut self, most: usize, wait: u32) -> Option<Vec<u8>>;
}

/// Does a task from its beginning to its end.
///
/// # Errors
/// [`Fault`]: of the core; [`Fault::Timeout`] when the core goes on for ever.
pub fn run(reader: &mut dyn Reader, pipe: &mut dyn Pipe, task: Task) -> Result<Outcome, Fault> {
    const MOST_STEPS: usize = 100_000;
    let mut step = reader.start(task)?;
    for _ in 0..MOST_STEPS {
        let wait = match step {
            Step::Done(outcome) => return Ok(outcome),
            Step::Send { writes, wait } => {
                writes.iter().for_each(|bytes| pipe.write(bytes));
                wait
            }
            Step::Await { wait } => wait,
        };
        step = match pipe.read(reader.longest_answer(), wait) {
            Some(bytes) => reader.received(&bytes)?,
            None => reader.timed_out()?,
        };
    }
    Err(Fault::Timeout)
}
