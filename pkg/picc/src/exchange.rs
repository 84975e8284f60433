//! The life of a native command: chaining, messaging, the command itself, and its answer in frames.
use crate::card::{Card, Chain};
use crate::messaging::{Answer, Messaging, Mode, data_length};
use crate::model::Model;
use crate::status::Status;
use crate::table::{Body, Comm, Command};
use std::collections::VecDeque;

/// More frames, or the rest of a command.
const ADDITIONAL_FRAME: u8 = 0xAF;
/// CreateDelegatedApplication, whose cryptogram comes in a frame of its own.
const DELEGATED: u8 = 0xC9;

impl Card {
    /// Runs one frame of a command; `length` is that of the whole frame as it came.
    pub(crate) fn command(&mut self, ins: u8, data: &[u8], length: usize) -> (Status, Vec<u8>) {
        if self.nv.dead {
            return (Status::PiccDisabled, Vec::new());
        }
        let chain = std::mem::take(&mut self.v.chain);
        let running = if let Chain::Command { ins, .. } = &chain { *ins } else { ins };
        let result = match (ins, chain) {
            _ if self.too_long(running, length) => Err(Status::LengthError),
            _ if self.v.proximity.is_some() && !matches!(ins, 0xF0 | 0xF2 | 0xFD) => Err(Status::Busy),
            (ADDITIONAL_FRAME, Chain::Nothing) => Err(Status::IllegalCommand),
            (ADDITIONAL_FRAME, Chain::Answer(frames)) if data.is_empty() => Ok(self.next_frame(frames)),
            (ADDITIONAL_FRAME, Chain::Answer(_)) => Err(Status::LengthError),
            (ADDITIONAL_FRAME, Chain::Handshake(handshake)) => {
                self.finish_handshake(handshake, data).map(|data| (Status::OperationOk, data))
            }
            (ADDITIONAL_FRAME, Chain::Command { ins, data: mut so_far, first, expected }) => {
                so_far.extend_from_slice(data);
                self.gather(ins, so_far, first, expected)
            }
            (_, Chain::Nothing) => self.begin(ins, data),
            (_, _) => Err(Status::CommandAborted),
        };
        match result {
            Ok((status, data)) => {
                if !status.keeps_session() {
                    self.v.session = None;
                }
                (status, data)
            }
            Err(status) => {
                self.v.session = None;
                (status, Vec::new())
            }
        }
    }

    /// Frames that the ISO/IEC 14443-4 layer does not chain must fit into one of its blocks.
    fn too_long(&self, ins: u8, length: usize) -> bool {
        let chained_below = self.nv.model >= Model::Ev2 && matches!(ins, 0x8D | 0x8B | 0xBA);
        length > self.nv.model.frame() && !chained_below
    }

    fn begin(&mut self, ins: u8, data: &[u8]) -> Result<(Status, Vec<u8>), Status> {
        if matches!(ins, 0x0A | 0x1A | 0xAA | 0x71 | 0x77) {
            return self.begin_handshake(ins, data).map(|data| (Status::AdditionalFrame, data));
        }
        let command = Command::find(self.nv.model, ins).ok_or(Status::IllegalCommand)?;
        let mode = self.mode(command, data)?;
        if ins == DELEGATED {
            let mac = match self.v.session.as_ref().map(|session| &session.messaging) {
                Some(Messaging::Ev2(_)) => 8,
                _ => 0,
            };
            self.v.chain =
                Chain::Command { ins, data: data.to_vec(), first: data.len(), expected: data.len() + 40 + mac };
            return Ok((Status::AdditionalFrame, Vec::new()));
        }
        let expected = self.expected(command, mode, data)?;
        self.gather(ins, data.to_vec(), data.len(), expected.unwrap_or(data.len()))
    }

    /// Bytes that a write command must have in the end, known from its header; what goes beyond the file is refused now.
    fn expected(&self, command: &Command, mode: Mode, data: &[u8]) -> Result<Option<usize>, Status> {
        if command.body != Body::Data || command.header < 7 {
            return Ok(None);
        }
        let header = data.get(..command.header).ok_or(Status::LengthError)?;
        let length = data_length(command, header).ok_or(Status::LengthError)?;
        self.check_write(command, header, length)?;
        let body = self.v.session.as_ref().map_or(length, |session| session.body(mode, length));
        Ok(Some(command.header + body))
    }

    fn gather(&mut self, ins: u8, data: Vec<u8>, first: usize, expected: usize) -> Result<(Status, Vec<u8>), Status> {
        if data.len() > expected {
            return Err(Status::LengthError);
        }
        if data.len() < expected {
            self.v.chain = Chain::Command { ins, data, first, expected };
            return Ok((Status::AdditionalFrame, Vec::new()));
        }
        self.v.first = first;
        self.run(ins, &data)
    }

    fn run(&mut self, ins: u8, wire: &[u8]) -> Result<(Status, Vec<u8>), Status> {
        let command = Command::find(self.nv.model, ins).ok_or(Status::IllegalCommand)?;
        let mode = self.mode(command, wire)?;
        let session = if command.comm == Comm::Plain { None } else { self.v.session.as_mut() };
        let params = match session {
            Some(session) => session.open(command, mode, wire)?,
            None => wire.to_vec(),
        };
        let before = self.v.transaction.clone();
        // what is refused leaves what was pending as it was
        let answer = self.dispatch(ins, &params).inspect_err(|_| self.v.transaction = before)?;
        let status = answer.status.unwrap_or(Status::OperationOk);
        let mut cut = 1;
        let sealed = match self.v.session.as_mut() {
            Some(session) if !answer.bare && command.comm != Comm::Plain => {
                cut = session.cut(mode);
                session.seal(command, mode, &answer)
            }
            _ => answer.data.clone(),
        };
        let frames = self.frames(sealed, &answer, cut);
        if frames.len() <= 1 {
            return Ok((status, frames.into_iter().next().unwrap_or_default()));
        }
        Ok(self.next_frame(frames))
    }

    /// How the command travels now: by the table, the file and who is authenticated.
    fn mode(&self, command: &Command, wire: &[u8]) -> Result<Mode, Status> {
        let file = || wire.first().copied().ok_or(Status::LengthError);
        match command.comm {
            Comm::Plain => Ok(Mode::Plain),
            Comm::Mac => Ok(Mode::Mac),
            Comm::Full if self.v.session.is_none() => Err(Status::AuthenticationError),
            Comm::Full => Ok(Mode::Full),
            Comm::File(usage) => {
                if self.v.session.is_none() {
                    command.check_length(wire)?; // before the rights: a MAC too many is a wrong length
                }
                self.file_mode(file()?, usage)
            }
            Comm::Settings => self.settings_mode(file()?),
            Comm::Counters => self.counters_mode(file()?),
        }
    }

    fn frames(&self, mut data: Vec<u8>, answer: &Answer, cut: usize) -> VecDeque<Vec<u8>> {
        let mut frames = VecDeque::new();
        for length in &answer.frames {
            if *length < data.len() {
                let rest = data.split_off(*length);
                frames.push_back(std::mem::replace(&mut data, rest));
            }
        }
        let room = self.nv.model.frame() - 1; // the status is part of the frame
        let room = room - room % cut.max(1);
        while data.len() > room {
            let rest = data.split_off(room);
            frames.push_back(std::mem::replace(&mut data, rest));
        }
        frames.push_back(data);
        frames
    }

    fn next_frame(&mut self, mut frames: VecDeque<Vec<u8>>) -> (Status, Vec<u8>) {
        let next = frames.pop_front().unwrap_or_default();
        if frames.is_empty() {
            return (Status::OperationOk, next);
        }
        self.v.chain = Chain::Answer(frames);
        (Status::AdditionalFrame, next)
    }
}

impl Command {
    /// A file command may not be longer than it says, nor shorter than its header.
    fn check_length(&self, wire: &[u8]) -> Result<(), Status> {
        let header = wire.get(..self.header).ok_or(Status::LengthError)?;
        let data = data_length(self, header).unwrap_or_default();
        if wire.len() <= self.header.saturating_add(data) { Ok(()) } else { Err(Status::LengthError) }
    }
}
