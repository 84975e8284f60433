//! What a ledger of 956 rows and a list of 200 people with portraits cost, in both formats.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "../tests/sample/mod.rs"]
#[expect(dead_code, reason = "tests take the rest")]
mod sample;

use std::hint::black_box;
use std::time::Instant;

use paper::Layout;
use sample::documents::{ledger, submission};
use sample::fonts;

const ROUNDS: usize = 7;

fn main() {
    for (name, document) in [("ledger, 956 rows", ledger(956)), ("list, 200 portraits", submission(200))] {
        let layout = best(|| Layout::new(&document, fonts()).page_count());
        let pdf = best(|| document.to_pdf(fonts()).unwrap().len());
        let docx = best(|| document.to_docx().unwrap().len());
        println!("{name:20} {} pages laid out in {:.1} ms", layout.1, layout.0);
        println!("{name:20} PDF {:.1} ms, {} kB; DOCX {:.1} ms, {} kB", pdf.0, pdf.1 / 1_000, docx.0, docx.1 / 1_000);
    }
}

/// Milliseconds of the fastest round, and what it gave.
fn best(run: impl Fn() -> usize) -> (f64, usize) {
    let mut least = f64::MAX;
    let mut given = 0;
    for _ in 0..ROUNDS {
        let started = Instant::now();
        given = black_box(run());
        least = least.min(started.elapsed().as_secs_f64() * 1e3);
    }
    (least, given)
}
