//! Secure messaging: a session seals what goes to the card and opens what comes back.

mod d40;
mod ev1;
mod ev2;
mod fill;

pub(crate) use d40::D40;
pub(crate) use ev1::Ev1;
pub(crate) use ev2::{Ev2, SessionKeys, truncated};

use crate::error::Error;
use crate::key::KeyType;
use crate::request::{Request, Transport};

/// An authenticated session. Its keys are wiped when it is dropped.
pub(crate) enum Session {
    D40(D40),
    Ev1(Ev1),
    Ev2(Box<Ev2>),
}

/// Which secure messaging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// As on the first DESFire, after `0A`.
    D40,
    /// Chained CMAC and CRC-32, after `1A` and `AA`.
    Ev1,
    /// Command counter and transaction identifier, after `71`.
    Ev2,
}

/// Where the data of an answer end and its MAC of `mac` bytes begins.
fn mac_begins(answer: &[u8], mac: usize) -> Result<usize, Error> {
    answer.len().checked_sub(mac).ok_or(Error::Length { what: "answer with MAC", expected: mac, found: answer.len() })
}

impl Session {
    pub(crate) fn generation(&self) -> Generation {
        match self {
            Session::D40(_) => Generation::D40,
            Session::Ev1(_) => Generation::Ev1,
            Session::Ev2(_) => Generation::Ev2,
        }
    }

    pub(crate) fn key_type(&self) -> KeyType {
        match self {
            Session::D40(session) => session.kind,
            Session::Ev1(session) => session.kind,
            Session::Ev2(_) => KeyType::Aes,
        }
    }

    /// What follows the command's code.
    pub(crate) fn seal(&mut self, request: &Request) -> Result<Vec<u8>, Error> {
        match self {
            Session::D40(session) => session.seal(request),
            Session::Ev1(session) => session.seal(request),
            Session::Ev2(session) => session.seal(request),
        }
    }

    /// The data of an answer that succeeded.
    pub(crate) fn open(&mut self, request: &Request, status: u8, answer: Vec<u8>) -> Result<Vec<u8>, Error> {
        match self {
            Session::D40(session) => session.open(request, answer),
            Session::Ev1(session) => session.open(request, status, answer),
            Session::Ev2(session) => session.open(request, status, answer),
        }
    }

    /// The sealed answer to a command that was sealed just now, and that succeeds with `plain`.
    pub(crate) fn foresee(&mut self, request: &Request, plain: &[u8]) -> Result<Vec<u8>, Error> {
        if let Transport::Read(_, Some(expected)) = request.transport
            && expected != plain.len()
        {
            return Err(Error::Length { what: "a foreseen answer", expected, found: plain.len() });
        }
        Ok(match self {
            Session::D40(session) => session.foresee(request, plain),
            Session::Ev1(session) => session.foresee(request, plain),
            Session::Ev2(session) => session.foresee(request, plain),
        })
    }
}
