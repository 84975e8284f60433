//! The host's end of one card: frames, turns, and the session. Bytes to send come out, bytes that came go in; the same code
//! runs where the keys are and relays through whoever holds the reader, or in the browser itself.

use apdu::{native, wrapped};

use crate::auth::{Authentication, Handshake};
use crate::error::Error;
use crate::key::KeyType;
use crate::request::{Afterwards, Request};
use crate::session::{Generation, Session};
use crate::status::Status;

/// How commands are clothed. One card session must not mix both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// `90 cmd 00 00 Lc data 00`.
    Wrapped,
    /// `cmd data`.
    Native,
}

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Step {
    /// Send these bytes and hand over what comes back.
    Send(Vec<u8>),
    /// It is done: this was answered, verified and deciphered.
    Done(Answer),
}

/// The data of an answer. `Debug` tells only how many they are: they may have been enciphered.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// All of it.
    pub data: Vec<u8>,
    /// Where each frame ended, as it came: GetDFNames has one entry in each.
    pub frames: Vec<usize>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({} bytes)", self.data.len())
    }
}

/// A card on the other side.
pub struct Channel {
    framing: Framing,
    /// Bytes behind the command's code in one frame.
    chunk: usize,
    pub(crate) session: Option<Session>,
    /// Since the last selection nothing has happened that may have left a session open on the card.
    clean: bool,
    pub(crate) turn: Turn,
}

pub(crate) enum Turn {
    Idle,
    Challenge(Box<Handshake>),
    Proof(Box<Handshake>),
    Command(Box<Exchange>),
}

pub(crate) struct Exchange {
    pub(crate) request: Request,
    /// What is still to be sent.
    pub(crate) rest: Vec<u8>,
    answer: Answer,
}

/// No answer of a card with 16 kB is longer.
const ENDLESS: usize = 0x1_0000;
/// More frames than that has no answer: a frame brings up to 59 bytes, and one that brings none brings the end no nearer.
const MOST_FRAMES: usize = 2_000;
const ADDITIONAL_FRAME: u8 = 0xAF;
const OK: u8 = 0x00;
const SELECT_APPLICATION: u8 = 0x5A;

impl Channel {
    /// A card whose frames (FSC of ISO/IEC 14443-4) have at most so many bytes: 64 on EV1, 128 on EV2, 256 on EV3. What the
    /// framing around them takes is left free.
    pub fn new(framing: Framing, frame: usize) -> Self {
        let chunk = match framing {
            Framing::Wrapped => frame.saturating_sub(10),
            Framing::Native => frame.saturating_sub(5),
        };
        Channel { framing, chunk: chunk.clamp(16, 246), session: None, clean: false, turn: Turn::Idle }
    }

    /// How commands are clothed.
    pub fn framing(&self) -> Framing {
        self.framing
    }

    /// Bytes behind a command's code that one frame takes.
    pub fn chunk(&self) -> usize {
        self.chunk
    }

    /// The messaging of the open session, if there is one.
    pub fn session(&self) -> Option<Generation> {
        self.session.as_ref().map(Session::generation)
    }

    /// The type of the key that opened the session.
    pub fn session_key_type(&self) -> Option<KeyType> {
        self.session.as_ref().map(Session::key_type)
    }

    /// Begins a command. The bytes to send.
    ///
    /// # Errors
    /// [`Error::Turn`] while an answer is due, [`Error::SessionOpen`], [`Error::NoSession`], [`Error::KeyType`],
    /// [`Error::CounterExhausted`].
    pub fn begin(&mut self, request: Request) -> Result<Vec<u8>, Error> {
        self.expect_idle()?;
        if request.never_in_session && !self.clean {
            // nothing was sent, and what stands stands
            return Err(Error::SessionOpen);
        }
        let sealed = match &mut self.session {
            Some(session) => session.seal(&request),
            None => request.in_clear(),
        };
        let mut payload = sealed.inspect_err(|_| self.close())?;
        let first = if request.break_after_header { request.header.len() } else { self.chunk };
        let rest = payload.split_off(payload.len().min(first));
        let frame = self.frame(request.code, &payload)?;
        self.turn = Turn::Command(Box::new(Exchange { request, rest, answer: Answer::default() }));
        Ok(frame)
    }

    /// Begins a handshake. The bytes to send; `random` must never be used again.
    ///
    /// # Errors
    /// [`Error::Turn`] while an answer is due, [`Error::NoSession`] for `77` without `71`.
    pub fn authenticate(&mut self, authentication: Authentication, random: &[u8; 16]) -> Result<Vec<u8>, Error> {
        self.expect_idle()?;
        let handshake = Handshake::new(authentication, random, self.session.as_ref())?;
        self.close();
        let (code, parameters) = handshake.first();
        let frame = self.frame(code, &parameters)?;
        self.turn = Turn::Challenge(Box::new(handshake));
        Ok(frame)
    }

    /// Takes what came back.
    ///
    /// # Errors
    /// [`Error`]: the session is closed, as it is on the card.
    pub fn answer(&mut self, bytes: &[u8]) -> Result<Step, Error> {
        let step = self.take(bytes);
        if step.is_err() {
            self.close();
        }
        step
    }

    /// No answer came, or the card left the field: nobody knows what the card has done, and no session stands.
    pub fn lost(&mut self) {
        self.close();
    }

    fn close(&mut self) {
        // the host's session; who knows the card's
        (self.session, self.clean) = (None, false);
        self.turn = Turn::Idle;
    }

    fn expect_idle(&self) -> Result<(), Error> {
        if matches!(self.turn, Turn::Idle) { Ok(()) } else { Err(Error::Turn("an answer is still due")) }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<Step, Error> {
        let (status, data) = match self.framing {
            Framing::Wrapped => wrapped::response(bytes)?,
            Framing::Native => native::response(bytes).ok_or(Error::Empty)?,
        };
        match std::mem::replace(&mut self.turn, Turn::Idle) {
            Turn::Idle => Err(Error::Turn("nothing was asked")),
            Turn::Challenge(mut handshake) => {
                expect_status(status, ADDITIONAL_FRAME)?;
                let token = handshake.second(&data)?;
                self.turn = Turn::Proof(handshake);
                Ok(Step::Send(self.frame(ADDITIONAL_FRAME, &token)?))
            }
            Turn::Proof(handshake) => {
                expect_status(status, OK)?;
                self.session = Some(handshake.finish(&data)?);
                Ok(Step::Done(Answer::default()))
            }
            Turn::Command(exchange) => self.go_on(*exchange, status, data),
        }
    }

    fn go_on(&mut self, mut exchange: Exchange, status: u8, data: Vec<u8>) -> Result<Step, Error> {
        let sending = !exchange.rest.is_empty();
        match status {
            ADDITIONAL_FRAME if sending => {
                if !data.is_empty() {
                    return Err(Error::Length { what: "an answer between frames", expected: 0, found: data.len() });
                }
                let next = exchange.rest.split_off(exchange.rest.len().min(self.chunk));
                let now = std::mem::replace(&mut exchange.rest, next);
                self.turn = Turn::Command(Box::new(exchange));
                Ok(Step::Send(self.frame(ADDITIONAL_FRAME, &now)?))
            }
            ADDITIONAL_FRAME => {
                exchange.answer.data.extend(data);
                exchange.answer.frames.push(exchange.answer.data.len());
                if exchange.answer.data.len() > ENDLESS || exchange.answer.frames.len() > MOST_FRAMES {
                    return Err(Error::Endless);
                }
                self.turn = Turn::Command(Box::new(exchange));
                Ok(Step::Send(self.frame(ADDITIONAL_FRAME, &[])?))
            }
            _ if is_success(&exchange.request, status) => {
                if sending {
                    return Err(Error::Turn("the card was done before it had everything"));
                }
                let Exchange { request, mut answer, .. } = exchange;
                answer.data.extend(data);
                answer.frames.push(answer.data.len());
                if let Some(session) = &mut self.session {
                    answer.data = session.open(&request, status, answer.data)?;
                }
                if request.afterwards != Afterwards::Stays {
                    self.session = None;
                }
                self.selected(&request);
                Ok(Step::Done(answer))
            }
            _ => Err(Error::Refused(Status::from(status))),
        }
    }

    /// A selection leaves no session on the card.
    pub(crate) fn selected(&mut self, request: &Request) {
        self.clean |= request.code == SELECT_APPLICATION;
    }

    /// More of a command.
    pub(crate) fn additional(&self, data: &[u8]) -> Result<Vec<u8>, Error> {
        self.frame(ADDITIONAL_FRAME, data)
    }

    fn frame(&self, code: u8, data: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(match self.framing {
            Framing::Wrapped => wrapped::command(code, data)?,
            Framing::Native => native::command(code, data),
        })
    }
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel")
            .field("framing", &self.framing)
            .field("session", &self.session())
            .finish_non_exhaustive()
    }
}

/// The proximity check and ReadSig answer 90 for success.
fn is_success(request: &Request, status: u8) -> bool {
    status == OK || (status == 0x90 && matches!(request.code, 0xF0 | 0xF2 | 0xFD | 0x3C))
}

fn expect_status(status: u8, expected: u8) -> Result<(), Error> {
    if status == expected { Ok(()) } else { Err(Error::Refused(Status::from(status))) }
}
