//! Reading a tag, as phones do: SELECT the application, the container, the file; its length, its bytes.

use apdu::{Command, Le, Meaning, Response};

use super::{CONTAINER, CapabilityContainer, DF_NAME, Step, TagError};
use crate::{Record, decode};

/// A tag that is being read.
#[derive(Debug)]
pub struct Reading {
    state: State,
    container: Option<CapabilityContainer>,
    /// Bytes of the message.
    length: usize,
    message: Vec<u8>,
}

#[derive(Debug)]
enum State {
    Application,
    SelectContainer,
    ReadContainer,
    SelectFile,
    ReadLength,
    ReadBytes(usize),
    Done,
}

const SHORT_MOST: usize = 256;

impl Reading {
    /// The first command.
    pub fn begin() -> (Self, Command) {
        let reading = Reading { state: State::Application, container: None, length: 0, message: Vec::new() };
        (reading, Command::select_df_name(&DF_NAME))
    }

    /// Takes an answer. At the end: the records; none of an empty tag.
    ///
    /// # Errors
    /// [`TagError`].
    pub fn answer(&mut self, bytes: &[u8]) -> Result<Step<Vec<Record>>, TagError> {
        let response = Response::parse(bytes)?;
        match response.status.meaning() {
            Meaning::Success => {}
            Meaning::FileNotFound => return Err(TagError::NoTag),
            _ => return Err(TagError::Refused(response.status)),
        }
        let data = response.data;
        let expect = |expected: usize| match data.len() {
            found if found == expected => Ok(()),
            found => Err(TagError::Length { expected, found }),
        };
        match std::mem::replace(&mut self.state, State::Done) {
            State::Application => Ok(self.go_on(State::SelectContainer, Command::select_file(CONTAINER))),
            State::SelectContainer => Ok(self.go_on(State::ReadContainer, read(0, 15))),
            State::ReadContainer => {
                let container = CapabilityContainer::parse(&data)?;
                self.container = Some(container);
                Ok(self.go_on(State::SelectFile, Command::select_file(container.file)))
            }
            State::SelectFile => Ok(self.go_on(State::ReadLength, read(0, 2))),
            State::ReadLength => {
                expect(2)?;
                self.length = usize::from(u16::from_be_bytes([data[0], data[1]]));
                let room = self.container.map_or(0, |container| container.room());
                if self.length > room {
                    return Err(TagError::Room { message: self.length, room });
                }
                self.next_piece()
            }
            State::ReadBytes(asked) => {
                expect(asked)?;
                self.message.extend(data);
                self.next_piece()
            }
            State::Done => Err(TagError::Turn),
        }
    }

    /// What the tag says of itself, once it was read.
    pub fn container(&self) -> Option<CapabilityContainer> {
        self.container
    }

    fn next_piece(&mut self) -> Result<Step<Vec<Record>>, TagError> {
        let left = self.length - self.message.len();
        if left == 0 {
            return Ok(Step::Done(if self.length == 0 { Vec::new() } else { decode(&self.message)? }));
        }
        let most = self.container.map_or(1, |container| usize::from(container.read_most)).min(SHORT_MOST);
        let asked = left.min(most);
        Ok(self.go_on(State::ReadBytes(asked), read(2 + self.message.len(), asked)))
    }

    fn go_on(&mut self, state: State, command: Command) -> Step<Vec<Record>> {
        self.state = state;
        Step::Send(command)
    }
}

fn read(offset: usize, len: usize) -> Command {
    let le = u32::try_from(len).ok().and_then(Le::new).unwrap_or(Le::SHORT);
    Command::read_binary(u16::try_from(offset).unwrap_or(u16::MAX), le)
}
