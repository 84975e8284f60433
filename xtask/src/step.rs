//! A step that takes time says so: when it begins, every ten seconds, and when it is done.
use crate::stopwatch::Stopwatch;
use anyhow::Result;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Does `work`, telling the reader `what` is being done and how long it has taken so far.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    let watch = Stopwatch::start();
    println!("· {what} …");
    let (end, ended) = mpsc::channel::<()>();
    let done = thread::scope(|scope| {
        scope.spawn(move || {
            while ended.recv_timeout(Duration::from_secs(10)) == Err(RecvTimeoutError::Timeout) {
                println!("    … {}", watch.elapsed());
            }
        });
        let done = work();
        drop(end);
        done
    });
    match &done {
        Ok(_) => println!("✓ {what}: {}", watch.elapsed()),
        Err(_) => println!("✗ {what}: failed after {}", watch.elapsed()),
    }
    done
}
