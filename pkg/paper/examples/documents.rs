//! Writes the sample documents into a folder, as PDF and as DOCX, to be looked at: `cargo run -p paper --example documents -- FOLDER`.
#![expect(clippy::unwrap_used, reason = "an example that cannot go on ends")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::path::PathBuf;

use sample::documents::{destruction, handover, ledger, profile, submission};

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| String::from("target/paper")));
    std::fs::create_dir_all(&folder).unwrap();
    let documents = [
        ("submission", submission(9)),
        ("handover", handover(40)),
        ("destruction", destruction()),
        ("ledger", ledger(120)),
        ("profile", profile()),
    ];
    for (name, document) in documents {
        std::fs::write(folder.join(name).with_extension("pdf"), document.to_pdf(sample::fonts()).unwrap()).unwrap();
        std::fs::write(folder.join(name).with_extension("docx"), document.to_docx().unwrap()).unwrap();
    }
}
