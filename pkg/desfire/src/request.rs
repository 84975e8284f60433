//! A command as a session sees it: what stays in clear, what can be enciphered, how it travels.

use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::Key;

/// How data travel between host and card, as a file's settings say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommMode {
    /// In clear. Within a session EV1 still answers with a MAC.
    Plain,
    /// In clear, with a MAC.
    Maced,
    /// Enciphered, with a MAC or a checksum.
    Full,
}

impl CommMode {
    /// As CreateStdDataFile and its like have it.
    pub fn bits(self) -> u8 {
        match self {
            CommMode::Plain => 0x00,
            CommMode::Maced => 0x01,
            CommMode::Full => 0x03,
        }
    }

    /// The two lowest bits of a file option; `02` is plain, too.
    pub fn from_bits(bits: u8) -> Self {
        match bits & 0x03 {
            0x01 => CommMode::Maced,
            0x03 => CommMode::Full,
            _ => CommMode::Plain,
        }
    }
}

/// How a request travels within a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// Never protected: it begins or ends sessions.
    Bare,
    /// Administration: in clear, answered with a MAC. EV2 sends one, too.
    Administrative,
    /// The same, and EV1 sends its MAC: key sets, CommitReaderID.
    AdministrativeMaced,
    /// Data for the card.
    Write(CommMode),
    /// Data from the card, so many bytes where that is known.
    Read(CommMode, Option<usize>),
}

/// What the request carries besides its header.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    Data(Zeroizing<Vec<u8>>),
    Key(Box<KeyChange>),
}

/// A key for another key, in whatever form the session asks for.
#[derive(Clone, Debug)]
pub(crate) struct KeyChange {
    pub(crate) new: Key,
    /// The key that is replaced, where it is not the session's own.
    pub(crate) old: Option<Key>,
}

/// What a success does to the session on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Afterwards {
    Stays,
    /// It ends; the answer was still protected.
    Ends,
    /// It ends, and the answer is not protected any more.
    EndsBare,
}

/// A command that can be sent, in a session or without one.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) code: u8,
    /// In clear in every mode.
    pub(crate) header: Vec<u8>,
    pub(crate) body: Body,
    pub(crate) transport: Transport,
    pub(crate) afterwards: Afterwards,
    /// GetDFNames: an EV1 with an open session destroys itself.
    pub(crate) never_in_session: bool,
    /// CreateDelegatedApplication: the header is a frame of its own.
    pub(crate) break_after_header: bool,
}

impl Request {
    pub(crate) fn new(code: u8, header: impl Into<Vec<u8>>, transport: Transport) -> Self {
        Request {
            code,
            header: header.into(),
            body: Body::Data(Zeroizing::default()),
            transport,
            afterwards: Afterwards::Stays,
            never_in_session: false,
            break_after_header: false,
        }
    }

    pub(crate) fn administrative(code: u8, header: impl Into<Vec<u8>>) -> Self {
        Request::new(code, header, Transport::Administrative)
    }

    pub(crate) fn data(mut self, data: impl Into<Vec<u8>>) -> Self {
        self.body = Body::Data(Zeroizing::new(data.into()));
        self
    }

    pub(crate) fn key(mut self, new: Key, old: Option<Key>) -> Self {
        self.body = Body::Key(Box::new(KeyChange { new, old }));
        self
    }

    pub(crate) fn afterwards(mut self, afterwards: Afterwards) -> Self {
        self.afterwards = afterwards;
        self
    }

    /// The command's code, as in `5A` for SelectApplication.
    pub fn code(&self) -> u8 {
        self.code
    }

    /// What follows the code where there is no session: everything is in clear, and what has to be protected is not sent. Who never
    /// opens a session needs no [`crate::Channel`], and none of its ciphers.
    ///
    /// # Errors
    /// [`Error::NoSession`].
    pub fn in_clear(&self) -> Result<Vec<u8>, Error> {
        const COMMIT_READER_ID: u8 = 0xC8; // the one with a MAC of its own that is sent without a session, too
        let open = match self.transport {
            Transport::Bare | Transport::Administrative => true,
            Transport::AdministrativeMaced => self.code == COMMIT_READER_ID,
            Transport::Write(mode) | Transport::Read(mode, _) => mode == CommMode::Plain,
        };
        match &self.body {
            Body::Data(data) if open => Ok([self.header.as_slice(), data].concat()),
            _ => Err(Error::NoSession),
        }
    }
}
