//! The host's end of a contactless reader, without the reader: a core is told a [`Task`] and answers with [`Step`]s, which whoever
//! holds the pipe carries out. It has no clock: waiting is asked for in milliseconds and told by [`Reader::timed_out`].
//!
//! One exchange is one writing and one reading, unless the reader itself asks for more. A core never answers with the bytes of
//! another task: what comes late is recognised and dropped, and what cannot be told apart ends in a [`Fault`].

#![forbid(unsafe_code)]

pub mod drive;
pub mod pcsc;

/// The longest command and the longest answer: an extended APDU (ISO/IEC 7816-4 §5.1).
pub const LONGEST: usize = 65_544;

/// What a reader is to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Brings the reader into a known state. Always the first.
    Open,
    /// Whether a card is there.
    Look,
    /// Switches the field on and activates a card for ISO/IEC 14443-4.
    Connect,
    /// Moves a command to the card and its answer back.
    Exchange(Vec<u8>),
    /// Lets the card go: its field is switched off.
    Release,
}

/// What is to be done with the pipe.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Write these transfers, then read one within so many milliseconds.
    Send {
        /// For the OUT pipe, one transfer each.
        writes: Vec<Vec<u8>>,
        /// Milliseconds.
        wait: u32,
    },
    /// Read one more transfer within so many milliseconds.
    Await {
        /// Milliseconds.
        wait: u32,
    },
    /// The task is done.
    Done(Outcome),
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Of [`Task::Open`].
    Ready,
    /// Of [`Task::Look`].
    Presence(Presence),
    /// Of [`Task::Connect`].
    Connected(Card),
    /// Of [`Task::Exchange`]: what the card answered, its status included.
    Answer(Vec<u8>),
    /// Of [`Task::Release`].
    Released,
}

/// Whether a card is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// None.
    Absent,
    /// One that is not connected: new, or one that was away in between.
    Fresh,
    /// The one that is connected.
    Connected,
}

/// What a reader tells of an activated card. None of it proves which card it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Answer to reset, as PC/SC part 3 makes it up for contactless cards; empty where the reader makes none up.
    pub atr: Vec<u8>,
    /// Answer to select of ISO/IEC 14443-4, where the reader tells it.
    pub ats: Vec<u8>,
    /// Identifier of ISO/IEC 14443-3, where the reader tells it; by chance on a card with random identifier.
    pub uid: Vec<u8>,
}

/// Why a task failed. After one, the card is to be connected anew; after those that [`Fault::is_reader`] names, the reader is to be
/// opened anew.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No card.
    #[error("no card is on the reader")]
    NoCard,
    /// The card is gone, or was away in between.
    #[error("the card was taken away")]
    CardGone,
    /// A card is there and does not answer.
    #[error("the card does not answer")]
    Mute,
    /// A card that does not speak ISO/IEC 14443-4.
    #[error("this card does not speak ISO/IEC 14443-4")]
    WrongCard,
    /// The card answers what ISO/IEC 14443 or 7816-3 does not have.
    #[error("the card breaks the protocol: {0}")]
    Protocol(&'static str),
    /// The reader did not answer.
    #[error("the reader does not answer")]
    Timeout,
    /// The reader answers what its specification does not have.
    #[error("the reader's answer is wrong: {what}, {expected} expected, {found} found")]
    Malformed {
        /// Where.
        what: &'static str,
        /// What or how many were expected.
        expected: usize,
        /// What or how many were found.
        found: usize,
    },
    /// The reader refuses, with a code of its own.
    #[error("the reader refuses ({what}, code {code:02X})")]
    Refused {
        /// What was refused.
        what: &'static str,
        /// The reader's code.
        code: u8,
    },
    /// What this reader, or this library, cannot do.
    #[error("this reader cannot do that: {0}")]
    Unsupported(&'static str),
    /// A command longer than the reader takes.
    #[error("the command has {found} bytes, the reader takes {most}")]
    TooLong {
        /// Most.
        most: usize,
        /// As many as there are.
        found: usize,
    },
    /// A task while another one is under way, or bytes though none is.
    #[error("out of turn")]
    Turn,
}

impl Fault {
    /// Whether the reader itself is in an unknown state.
    pub fn is_reader(&self) -> bool {
        matches!(self, Fault::Timeout | Fault::Malformed { .. })
    }
}

/// The core of a kind of reader.
pub trait Reader {
    /// Begins a task.
    ///
    /// # Errors
    /// [`Fault::Turn`] while another one is under way; what can be told without asking the reader.
    fn start(&mut self, task: Task) -> Result<Step, Fault>;

    /// Takes one transfer from the IN pipe, whatever it holds.
    ///
    /// # Errors
    /// [`Fault`]; the task is over.
    fn received(&mut self, bytes: &[u8]) -> Result<Step, Fault>;

    /// Nothing came within the time.
    ///
    /// # Errors
    /// [`Fault`]; the task is over.
    fn timed_out(&mut self) -> Result<Step, Fault>;

    /// Takes what came from the interrupt pipe: whether a card came or went, where it says so.
    fn noticed(&mut self, bytes: &[u8]) -> Option<Presence> {
        let _ = bytes;
        None
    }

    /// Most bytes of one transfer from the IN pipe.
    fn longest_answer(&self) -> usize;

    /// Most bytes of a command for the card.
    fn longest_command(&self) -> usize {
        LONGEST
    }

    /// Whether the reader takes a command of this length.
    ///
    /// # Errors
    /// [`Fault::TooLong`], also for none at all.
    fn takes(&self, command: &[u8]) -> Result<(), Fault> {
        let (most, found) = (self.longest_command(), command.len());
        if found == 0 || found > most { Err(Fault::TooLong { most, found }) } else { Ok(()) }
    }
}
