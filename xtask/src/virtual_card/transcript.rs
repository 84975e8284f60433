//! A readable record of what passed between reader and card.
use anyhow::{Context, Result};
use std::fs::File;
use std::io::Write;
use std::path::Path;

pub struct Transcript(Option<File>);

impl Transcript {
    pub fn to(file: Option<&Path>) -> Result<Self> {
        let open = |file: &Path| File::create(file).with_context(|| file.display().to_string());
        file.map(open).transpose().map(Self)
    }

    /// `> 90 5A …` to the card, `< 91 00` from it.
    pub fn exchange(&mut self, frame: &[u8], answer: &[u8]) {
        self.line(&format!(">{}", spaced(frame)));
        self.line(&format!("<{}", spaced(answer)));
    }

    pub fn note(&mut self, what: &str, bytes: &[u8]) {
        self.line(&format!("# {what}{}", spaced(bytes)));
    }

    /// A transcript that cannot be written ends with a word, the card goes on.
    fn line(&mut self, line: &str) {
        if let Some(Err(error)) = self.0.as_mut().map(|file| writeln!(file, "{line}")) {
            eprintln!("the transcript ends here: {error}");
            self.0 = None;
        }
    }
}

fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!(" {byte:02X}")).collect()
}
