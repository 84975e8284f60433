//! What a card costs at the desk, by generation and goal: exchanges over the fewest there can be, round trips to the server, and seconds on a
//! simulated link: 424 kbit/s between reader and card, 3 ms an exchange, 30 ms to the server and back; besides the time that this machine takes
//! to seal and judge. A real card takes time of its own, which is not in it.
//!
//! `cargo xtask bench issuing`
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]

#[path = "../tests/plan/desk.rs"]
#[expect(dead_code, reason = "tests use more of it")]
mod desk;

use std::time::{Duration, Instant};

use chip::plan::Goal;
use picc::Model;

use crate::desk::{Desk, MODELS, first, issue, moved, second, set, update};

const BITS_A_SECOND: f64 = 424_000.0;
const EXCHANGE: Duration = Duration::from_millis(3);
const TO_THE_SERVER: Duration = Duration::from_millis(30);
/// So often, for the time of this machine.
const TIMES: usize = 20;

fn main() {
    println!(
        "issuing: exchanges / fewest, messages to the server, handshakes, bytes on the air, seconds on the simulated link (this machine's share)"
    );
    for model in MODELS {
        for (name, desk, goal) in cases(model) {
            report(model, name, &desk, &goal);
        }
    }
}

fn cases(model: Model) -> [(&'static str, Desk, Goal); 6] {
    let issued = Desk::issued(model);
    [
        ("key a blank", Desk::new(model), Goal::Key(set(1))),
        ("issue", Desk::blank(model), issue(first(), 1)),
        ("update", issued.copy(), update(second())),
        ("update with the link", issued.copy(), update(moved())),
        ("change keys", issued.copy(), Goal::Rekey(set(2))),
        ("wipe", issued, Goal::Wipe(set(1))),
    ]
}

fn report(model: Model, name: &str, before: &Desk, goal: &Goal) {
    let mut desk = before.copy();
    let mut took: Vec<Duration> = (0..TIMES)
        .map(|_| {
            desk = before.copy();
            let began = Instant::now();
            desk.run(goal.clone()).end.unwrap();
            began.elapsed()
        })
        .collect();
    took.sort();
    let own = took[TIMES / 2];
    let (figures, exchanges) = (desk.figures, desk.passed.len());
    let bytes: usize = desk.passed.iter().map(|(command, answer)| in_blocks(command) + in_blocks(answer)).sum();
    let air = Duration::from_secs_f64(bytes as f64 * 8.0 / BITS_A_SECOND);
    let seconds = air + EXCHANGE * exchanges as u32 + TO_THE_SERVER * desk.messages as u32 + own;
    println!(
        "  {model:?} {name:<20} {exchanges:>3} / {:<3} = {:.2}   {} messages, {} handshakes   {bytes:>5} bytes   {:.2} s ({:.1} ms)",
        figures.fewest,
        exchanges as f64 / figures.fewest as f64,
        desk.messages,
        figures.sessions,
        seconds.as_secs_f64(),
        own.as_secs_f64() * 1000.0,
    );
}

/// Bytes on the air (ISO/IEC 14443-4): frames of 64, each with a prologue of one byte and a checksum of two.
fn in_blocks(bytes: &[u8]) -> usize {
    bytes.len() + 3 * bytes.len().div_ceil(61)
}
