//! The reader around the card: power, the commands that a PC/SC reader answers itself, the state file, the transcript.
use super::transcript::Transcript;
use anyhow::{Context, Result};
use picc::Card;
use std::fs;
use std::path::PathBuf;

pub struct Reader {
    card: Card,
    state: Option<PathBuf>,
    /// Writes of the card when it was last saved.
    saved: Option<u64>,
    transcript: Transcript,
    uid: Vec<u8>,
}

impl Reader {
    pub fn new(card: Card, state: Option<PathBuf>, transcript: Transcript) -> Self {
        Self { card, state, saved: None, transcript, uid: Vec::new() }
    }

    pub fn atr(&self) -> Vec<u8> {
        self.card.atr()
    }

    pub fn power_on(&mut self) {
        let activation = self.card.power_on();
        self.transcript.note("power on", &activation.ats);
        self.uid = activation.uid;
    }

    pub fn power_off(&mut self) {
        if self.card.is_powered() {
            self.transcript.note("power off", &[]);
            self.take_away();
        }
    }

    pub fn take_away(&mut self) {
        self.card.power_off();
    }

    pub fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        let answer = match frame {
            // PC/SC part 3 §3.2.2.1.3: the reader knows the identifier from anticollision
            [0xFF, 0xCA, 0x00, 0x00, ..] if self.card.is_powered() => [&self.uid[..], &[0x90, 0x00]].concat(),
            _ => self.card.transmit(frame),
        };
        self.transcript.exchange(frame, &answer);
        self.save()?;
        Ok(answer)
    }

    /// After each command that has changed something, so that the file is never behind an answer.
    fn save(&mut self) -> Result<()> {
        let Some(file) = self.state.as_ref().filter(|_| self.saved != Some(self.card.writes())) else { return Ok(()) };
        let aside = file.with_extension("new");
        let written = fs::write(&aside, serde_json::to_string_pretty(self.card.state())? + "\n");
        written.and_then(|()| fs::rename(&aside, file)).with_context(|| file.display().to_string())?;
        self.saved = Some(self.card.writes());
        Ok(())
    }
}
