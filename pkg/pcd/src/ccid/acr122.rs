//! Commands of ACR122U: a PN532 behind pseudo-APDUs (ACR122U application programming interface V2.04 §6).
use crate::firmware::Board;
use crate::pn53x::{Chip, Commands, Reply};

/// Longest answer that comes through whole.
const LIMIT: usize = 254;

pub(super) struct Acr122 {
    chip: Commands,
}

impl Acr122 {
    pub fn new() -> Self {
        Self { chip: Commands::new(Chip::Pn532) }
    }

    /// Microseconds and the answer; `None` for commands to the card.
    pub fn run(&mut self, board: &mut Board, command: &[u8]) -> Option<(u64, Vec<u8>)> {
        let now = |answer: &[u8]| Some((0, answer.to_vec()));
        match command {
            [0xFF, 0x00, 0x48, 0x00, ..] => now(b"ACR122U215"),
            // as seen: the parameter alone, without status word
            [0xFF, 0x00, 0x51, parameter, ..] => now(&[*parameter]),
            [0xFF, 0x00, 0x50, 0x00, ..] => now(&[0x90, 0x7F]),
            [0xFF, 0x00, 0x40, _, 0x04, _, _, _, _] => now(&[0x90, 0x02]),
            [0xFF, 0x00, 0x41 | 0x52, _, ..] => now(&[0x90, 0x00]),
            [0xFF, 0x00, 0x00, 0x00, length, body @ ..] => {
                let body = body.get(..usize::from(*length))?;
                match self.chip.run(board, body) {
                    Reply::Response(after, answer) if answer.len() <= LIMIT => {
                        Some((after, [&answer[..], &[0x90, 0x00]].concat()))
                    }
                    // polling does not go on for ever behind a pseudo-APDU
                    Reply::WithCard => now(&[0xD5, 0x4B, 0x00, 0x90, 0x00]),
                    _ => now(&[0x63, 0x00]),
                }
            }
            [0xFF, 0x00, ..] => now(&[0x63, 0x00]),
            _ => None,
        }
    }
}
