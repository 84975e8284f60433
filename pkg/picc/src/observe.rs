//! Looking into the card from outside: for tests and demonstrations, no reader can do this.
use crate::card::Card;
use crate::state::{Aid, PICC};

impl Card {
    /// Bytes that are left for applications and files.
    pub fn free(&self) -> u32 {
        self.nv.free()
    }

    /// Non-volatile writes so far.
    pub fn writes(&self) -> u64 {
        self.nv.writes
    }

    /// Writes of each page (32 bytes) of a file; `None` where there is no such file.
    pub fn page_writes(&self, aid: Aid, file: u8) -> Option<&[u32]> {
        Some(&self.nv.application(aid)?.files.get(&file)?.pages)
    }

    /// What is selected; three zeros for the card itself.
    pub fn selected(&self) -> Aid {
        self.v.selected
    }

    /// Number of the authenticated key.
    pub fn session_key(&self) -> Option<u8> {
        self.authenticated()
    }

    /// Whether the card has disabled itself for good.
    pub fn is_dead(&self) -> bool {
        self.nv.dead
    }

    /// Identifiers of the applications, oldest first.
    pub fn applications(&self) -> Vec<Aid> {
        self.nv.applications.iter().map(|application| application.aid).filter(|aid| *aid != PICC).collect()
    }
}
