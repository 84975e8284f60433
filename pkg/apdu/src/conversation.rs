//! One command and all of its answer: GET RESPONSE after `61xx`, the same command with the right Le after `6Cxx`
//! (ISO/IEC 7816-4 §5.3.4). Cards in T=0 readers need it; others answer at once.

use crate::{Command, Le, Meaning, Response};

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this, and hand over what comes back.
    Send(Command),
    /// The whole answer.
    Done(Response),
}

/// A command that was sent, and what was answered so far.
#[derive(Debug)]
pub struct Conversation {
    command: Command,
    data: Vec<u8>,
    corrected: bool,
    fetched: usize,
}

/// More than an extended answer: a card that goes on like this does not end.
const LIMIT: usize = 65_536;
/// The same in steps of a full short answer, and some.
const STEPS: usize = 300;

impl Conversation {
    /// Begins with a command that is to be sent.
    pub fn new(command: Command) -> Self {
        Conversation { command, data: Vec::new(), corrected: false, fetched: 0 }
    }

    /// Takes an answer.
    pub fn answer(&mut self, response: Response) -> Step {
        let le = |byte: u8| Le::new(u32::from(byte)).unwrap_or(Le::SHORT);
        match response.status.meaning() {
            Meaning::WrongLe(exact) if !self.corrected && self.data.is_empty() => {
                self.corrected = true;
                Step::Send(self.command.clone().le(le(exact)))
            }
            Meaning::MoreData(left) if self.data.len() + response.data.len() < LIMIT && self.fetched < STEPS => {
                self.fetched += 1;
                self.data.extend(response.data);
                Step::Send(Command::get_response(self.command.cla, le(left)))
            }
            _ => {
                let mut data = std::mem::take(&mut self.data);
                data.extend(response.data);
                Step::Done(Response { data, status: response.status })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_fetched() {
        let mut conversation = Conversation::new(Command::select_df_name(&[0xD2, 0x76]));
        let fetch = conversation.answer(Response::new([1, 2], 0x6103));
        assert_eq!(fetch, Step::Send(Command::new(0x00, 0xC0, 0x00, 0x00).le(Le::new(3).unwrap())));
        assert_eq!(
            conversation.answer(Response::new([3, 4, 5], 0x9000)),
            Step::Done(Response::new([1, 2, 3, 4, 5], 0x9000))
        );
    }

    #[test]
    fn a_wrong_le_is_corrected_once() {
        let command = Command::read_binary(0, Le::SHORT);
        let mut conversation = Conversation::new(command.clone());
        assert_eq!(conversation.answer(Response::new([], 0x6C0F)), Step::Send(command.le(Le::new(15).unwrap())));
        assert_eq!(conversation.answer(Response::new([], 0x6C0F)), Step::Done(Response::new([], 0x6C0F)));
    }

    #[test]
    fn a_card_that_never_ends_is_not_followed_for_ever() {
        let mut conversation = Conversation::new(Command::read_binary(0, Le::SHORT));
        let steps =
            (0..1000).take_while(|_| matches!(conversation.answer(Response::new([0; 256], 0x6100)), Step::Send(_)));
        assert_eq!(steps.count(), 255);
        let mut conversation = Conversation::new(Command::read_binary(0, Le::SHORT));
        let steps = (0..1000).take_while(|_| matches!(conversation.answer(Response::new([], 0x6100)), Step::Send(_)));
        assert_eq!(steps.count(), STEPS);
    }
}
