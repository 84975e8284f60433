//! Answers foreseen: where a command's plain answer is known (a bare success, content that is read back), the bytes with which the card
//! seals it are known as well, and the session can go on as if they had come. So commands are sealed ahead, sent in one go through
//! whoever holds the reader, and judged together when they come back: each answer is the foreseen bytes, or somebody changed
//! something.

use subtle::ConstantTimeEq as _;

use crate::channel::{Channel, Turn};
use crate::error::Error;
use crate::request::{Afterwards, Request};

/// A command with all of its frames, and the answer that it must have.
#[derive(Clone, PartialEq, Eq)]
pub struct Foreseen {
    /// To be sent one after the other; the card answers each but the last with `AF` and nothing else.
    pub frames: Vec<Vec<u8>>,
    answer: Vec<u8>,
}

impl Foreseen {
    /// An answer without data, to a frame that is not the last of its command.
    pub fn nothing() -> Self {
        Foreseen { frames: Vec::new(), answer: Vec::new() }
    }

    /// Whether that came: the data of all frames of the answer one behind the other, without status. Takes as long for a wrong answer
    /// of the right length as for the right one.
    pub fn is(&self, answer: &[u8]) -> bool {
        self.answer.ct_eq(answer).into()
    }
}

impl std::fmt::Debug for Foreseen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Foreseen({} frames, {} bytes)", self.frames.len(), self.answer.len())
    }
}

impl Channel {
    /// Begins a command and ends it at once, as if the card had answered `plain`.
    ///
    /// # Errors
    /// Those of [`Channel::begin`]; [`Error::Length`] where `plain` is not as long as what the command asks for. The session is closed,
    /// since nobody knows how it would go on.
    pub fn foresee(&mut self, request: Request, plain: &[u8]) -> Result<Foreseen, Error> {
        let first = self.begin(request)?;
        let foreseen = self.foreseen(first, plain);
        if foreseen.is_err() {
            self.lost();
        }
        foreseen
    }

    fn foreseen(&mut self, first: Vec<u8>, plain: &[u8]) -> Result<Foreseen, Error> {
        let Turn::Command(exchange) = std::mem::replace(&mut self.turn, Turn::Idle) else {
            return Err(Error::Turn("no command was begun"));
        };
        let mut frames = vec![first];
        for chunk in exchange.rest.chunks(self.chunk()) {
            frames.push(self.additional(chunk)?);
        }
        let request = &exchange.request;
        let answer = match &mut self.session {
            Some(session) => session.foresee(request, plain)?,
            None => plain.to_vec(),
        };
        if request.afterwards != Afterwards::Stays {
            self.session = None;
        }
        self.selected(request);
        Ok(Foreseen { frames, answer })
    }

    /// Ends a handshake whose second command is on its way, as if the card had proved itself: the proof that it must answer.
    ///
    /// # Errors
    /// [`Error::Turn`] where no proof is due, and after `71`: the card chooses the transaction identifier that all further MACs
    /// depend on. That handshake goes on with [`Channel::answer`].
    pub fn foresee_proof(&mut self) -> Result<Foreseen, Error> {
        let Turn::Proof(handshake) = &self.turn else { return Err(Error::Turn("no proof is due")) };
        let answer = handshake.foresee().ok_or(Error::Turn("the card chooses what its proof holds"))?;
        let Turn::Proof(handshake) = std::mem::replace(&mut self.turn, Turn::Idle) else {
            return Err(Error::Turn("no proof is due"));
        };
        self.session = Some(handshake.finish(&answer)?);
        Ok(Foreseen { frames: Vec::new(), answer })
    }
}
