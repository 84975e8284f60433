//! A reader of the system's PC/SC.
use anyhow::{Context as _, Result};
use pcsc::{Card, Context, Disposition, MAX_BUFFER_SIZE, Protocols, Scope, ShareMode};
use runbook::desk::Reader;
use std::fs::File;
use std::io::Read;
use std::thread::sleep;
use std::time::Duration;

pub struct PcscReader {
    card: Card,
    name: String,
}

impl PcscReader {
    /// The first reader with a card whose name has `part` in it; waits a while for one.
    pub fn open(part: Option<&str>) -> Result<Self> {
        let context = Context::establish(Scope::User).context("no PC/SC service runs here")?;
        for nth in 0..150 {
            if let Some(found) = Self::find(&context, part)? {
                return Ok(found);
            }
            if nth == 5 {
                println!("waiting for a card on a reader …");
            }
            sleep(Duration::from_millis(200));
        }
        anyhow::bail!("no such reader has a card that nobody else uses")
    }

    fn find(context: &Context, part: Option<&str>) -> Result<Option<Self>> {
        for reader in context.list_readers_owned()? {
            let name = reader.to_string_lossy().into_owned();
            if part.is_some_and(|part| !name.contains(part)) {
                continue;
            }
            if let Ok(card) = context.connect(&reader, ShareMode::Exclusive, Protocols::ANY) {
                return Ok(Some(PcscReader { card, name }));
            }
        }
        Ok(None)
    }

    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Reader for PcscReader {
    fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        let mut buffer = [0; MAX_BUFFER_SIZE];
        Ok(self.card.transmit(frame, &mut buffer)?.to_vec())
    }

    fn field_off_and_on(&mut self) -> Result<()> {
        Ok(self.card.reconnect(ShareMode::Exclusive, Protocols::ANY, Disposition::UnpowerCard)?)
    }

    fn random(&mut self) -> Result<[u8; 16]> {
        let mut random = [0; 16];
        File::open("/dev/urandom")?.read_exact(&mut random)?;
        Ok(random)
    }
}
