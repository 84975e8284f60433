//! Sessions and their secure messaging: what a command looks like on the wire, and its answer.
use crate::crypto::Cipher;
use crate::status::Status;
use crate::table::{Body, Command};
use crate::{configuration, d40, ev1, ev2, settings};

/// How a command travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    Mac,
    Full,
}

/// An authentication in force.
pub(crate) struct Session {
    pub key: u8,
    pub messaging: Messaging,
}

pub(crate) enum Messaging {
    D40(Cipher),
    Ev1(ev1::Channel),
    Ev2(ev2::Channel),
}

/// What a command leaves to be sent.
#[derive(Default)]
pub(crate) struct Answer {
    pub data: Vec<u8>,
    /// Another status than 00 that is a success as well.
    pub status: Option<Status>,
    /// A status alone, whatever the session says: own key changed, key set rolled.
    pub bare: bool,
    /// A read to the end: enciphered, it is padded with 80 00 … (seen on a real EV1 card).
    pub open_ended: bool,
    /// Lengths of the frames, where the command lays them down; the last takes the rest.
    pub frames: Vec<usize>,
}

impl Answer {
    pub fn bare() -> Self {
        Self { bare: true, ..Self::default() }
    }
}

impl From<Vec<u8>> for Answer {
    fn from(data: Vec<u8>) -> Self {
        Self { data, ..Self::default() }
    }
}

impl Session {
    /// Checks and opens what came after the command byte; gives the parameters in clear.
    pub fn open(&mut self, command: &Command, mode: Mode, wire: &[u8]) -> Result<Vec<u8>, Status> {
        match &mut self.messaging {
            Messaging::D40(cipher) => d40::open(cipher, command, mode, wire),
            Messaging::Ev1(channel) => channel.open(command, mode, wire),
            Messaging::Ev2(channel) => channel.open(command, mode, wire),
        }
    }

    /// Makes the bytes that follow the status.
    pub fn seal(&mut self, command: &Command, mode: Mode, answer: &Answer) -> Vec<u8> {
        match &mut self.messaging {
            Messaging::D40(cipher) => d40::seal(cipher, command, mode, answer),
            Messaging::Ev1(channel) => channel.seal(command, mode, answer),
            Messaging::Ev2(channel) => channel.seal(mode, answer),
        }
    }

    /// Bytes after the header for `data` bytes of data: when less has come, more frames are expected.
    pub fn body(&self, mode: Mode, data: usize) -> usize {
        match (&self.messaging, mode) {
            (_, Mode::Plain) => data,
            (Messaging::D40(_), Mode::Mac) => data + 4,
            (Messaging::D40(cipher), Mode::Full) => (data + 2).next_multiple_of(cipher.block()),
            (Messaging::Ev1(_) | Messaging::Ev2(_), Mode::Mac) => data + 8,
            (Messaging::Ev1(channel), Mode::Full) => (data + 4).next_multiple_of(channel.cipher.block()),
            (Messaging::Ev2(_), Mode::Full) => (data / 16 + 1) * 16 + 8,
        }
    }

    /// Block in which an enciphered answer is cut into frames; 1 where it may be cut anywhere.
    pub fn cut(&self, mode: Mode) -> usize {
        match (&self.messaging, mode) {
            (Messaging::D40(cipher), Mode::Full) => cipher.block(),
            (Messaging::Ev1(channel), Mode::Full) => channel.cipher.block(),
            _ => 1,
        }
    }
}

/// Splits what was sent at the command's header.
pub(crate) fn split<'a>(command: &Command, wire: &'a [u8]) -> Result<(&'a [u8], &'a [u8]), Status> {
    wire.split_at_checked(command.header).ok_or(Status::LengthError)
}

/// Length of a file command's data, which its header or its nature lays down.
pub(crate) fn data_length(command: &Command, header: &[u8]) -> Option<usize> {
    let length = |at: usize| {
        let bytes: [u8; 3] = header.get(at..at + 3)?.try_into().ok()?;
        Some(usize::from(bytes[0]) | usize::from(bytes[1]) << 8 | usize::from(bytes[2]) << 16)
    };
    match command.ins {
        0x3D | 0x8D | 0x3B | 0x8B => length(4),
        0xDB | 0xBA => length(7),
        0x0C | 0xDC | 0x1C => Some(4),
        _ => None,
    }
}

/// The same for administrative commands, some of which say it in their deciphered data. The CRC alone cannot tell: data that
/// end in 00 fit one byte too early when the shorter CRC happens to begin with 00.
pub(crate) fn clear_length(command: &Command, header: &[u8], plain: &[u8]) -> Option<usize> {
    match command.ins {
        0x54 => Some(1),
        0x5C => configuration::length(*header.first()?, plain),
        0x5F => settings::length(plain),
        0xCE => Some(17),
        _ => data_length(command, header),
    }
}

/// Takes CRC and padding off deciphered data. Where the length is not known, the first fit counts.
pub(crate) fn without_crc<const N: usize>(
    plain: &[u8],
    length: Option<usize>,
    crc: impl Fn(&[u8]) -> [u8; N],
) -> Result<Vec<u8>, Status> {
    let fits = |length: usize| {
        let (data, rest) = plain.split_at_checked(length)?;
        let (sent, padding) = rest.split_at_checked(N)?;
        let padded = padding.iter().all(|byte| *byte == 0)
            || padding.split_first().is_some_and(|(first, rest)| *first == 0x80 && rest.iter().all(|byte| *byte == 0));
        (padded && crc(data) == sent).then(|| data.to_vec())
    };
    let found = match length {
        Some(length) => fits(length),
        None => (0..=plain.len()).find_map(fits),
    };
    found.ok_or(Status::IntegrityError)
}

impl Command {
    /// Whether its data are enciphered or MACed themselves; otherwise only its answer is.
    pub(crate) fn carries_data(&self) -> bool {
        matches!(self.body, Body::Data | Body::Cryptogram)
    }
}
