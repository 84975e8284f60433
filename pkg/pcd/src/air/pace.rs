//! How long the card takes.

/// Time that the card needs for a command, on the simulated clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pace {
    /// None: whatever is asked is answered before the clock moves.
    #[default]
    Instant,
    /// As a DESFire card: some milliseconds, more for what writes, seconds for FormatPICC.
    Typical,
    /// The same for every command, in microseconds.
    Fixed(u64),
}

impl Pace {
    /// Microseconds that a command (native or wrapped) takes.
    pub(crate) fn of(self, command: &[u8]) -> u64 {
        let ins = match command {
            [0x90, ins, ..] | [ins, ..] => *ins,
            [] => 0,
        };
        match self {
            Self::Instant => 0,
            Self::Fixed(microseconds) => microseconds,
            Self::Typical => match ins {
                0xFC => 1_500_000,                                         // FormatPICC
                0xCA | 0xDA | 0xCD | 0xCB | 0xCC | 0xC0 | 0xC1 => 120_000, // create, delete
                0xC7 | 0xC4 | 0x5F | 0x5C | 0x54 => 25_000,                // commit, keys, settings
                _ => 4_000,
            },
        }
    }
}
