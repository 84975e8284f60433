//! A reader's trial on a blank card: what issuing will ask of the reader, before a day of issuing. Handshakes, 500 bytes written
//! enciphered and read back, and the card is left as it was.
//!
//! It touches blanks only: the factory's key, which is published, must open the card, and no application may be on it but the trial's
//! own, which a card has that was torn away in the middle. No key of a province ever comes near it.
//!
//! [`Trial::turn`] gives the next command and takes its answer; whoever calls it moves the bytes.
#![warn(missing_docs)]
#![forbid(unsafe_code)]

mod procedure;

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use procedure::{Host, Line};

/// How many bytes are written and read back.
pub const BYTES: u16 = 500;

/// A trial under way.
pub struct Trial {
    procedure: Pin<Box<dyn Future<Output = Result<(), Failure>>>>,
    line: Rc<RefCell<Line>>,
    over: Option<Result<(), Failure>>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// This command goes to the card (ISO/IEC 7816-4, wrapped).
    Send(Vec<u8>),
    /// It is over; a card that was written is as it was before.
    Over(Result<(), Failure>),
}

/// Why a trial did not end well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Applications are on the card: it is no blank.
    #[error("the card has {0} applications")]
    Occupied(usize),
    /// The factory's key does not open the card: it is somebody's.
    #[error("the factory's key does not open the card")]
    Keyed,
    /// What was read is not what was written, though every checksum was right.
    #[error("other bytes were read than were written")]
    Differs,
    /// The card refused, or an answer did not pass its checks.
    #[error(transparent)]
    Card(#[from] desfire::Error),
}

impl Trial {
    /// `random` fills what it is given: each handshake needs 16 bytes.
    pub fn new(random: impl FnMut(&mut [u8; 16]) + 'static) -> Self {
        let line = Rc::new(RefCell::new(Line::default()));
        let host = Host::new(line.clone(), Box::new(random));
        Trial { procedure: Box::pin(procedure::whole(host)), line, over: None }
    }

    /// How it ended; `None` while it has not.
    pub fn outcome(&self) -> Option<&Result<(), Failure>> {
        self.over.as_ref()
    }

    /// The first turn has no answer yet; each later one brings the answer to the command before.
    pub fn turn(&mut self, answer: Option<Vec<u8>>) -> Turn {
        if let Some(over) = &self.over {
            return Turn::Over(over.clone());
        }
        self.line.borrow_mut().back = answer;
        match self.procedure.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => {
                self.over = Some(result.clone());
                Turn::Over(result)
            }
            // without an answer the command that waits for one is given again
            Poll::Pending => Turn::Send(self.line.borrow().out.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use picc::{Card, Memory, Model};

    use super::*;

    fn card(model: Model) -> Card {
        let mut card = Card::new(model, Memory::K2, [4, 1, 2, 3, 4, 5, 6], Box::new(|bytes| bytes.fill(0xA5)));
        card.power_on();
        card
    }

    fn trial() -> Trial {
        Trial::new(|bytes| bytes.fill(0x5C))
    }

    /// Runs it, for as many commands; how many there were, and how it ended.
    fn run(card: &mut Card, most: usize) -> (usize, Option<Result<(), Failure>>) {
        let mut trial = trial();
        let mut turn = trial.turn(None);
        for sent in 0..=most {
            match turn {
                Turn::Over(result) => return (sent, Some(result)),
                Turn::Send(frame) if sent < most => turn = trial.turn(Some(card.transmit(&frame))),
                Turn::Send(_) => break,
            }
        }
        (most, None)
    }

    #[test]
    fn a_blank_of_each_model_passes_and_is_as_it_was() {
        for model in [Model::Ev1, Model::Ev2, Model::Ev3] {
            let mut card = card(model);
            for _ in 0..5 {
                assert_eq!(run(&mut card, 200).1, Some(Ok(())), "{model:?}: memory of 2 KB is given back each time");
            }
        }
    }

    #[test]
    fn a_card_that_was_torn_away_at_any_command_passes_when_it_comes_back() {
        let (commands, _) = run(&mut card(Model::Ev1), 200);
        for torn in 0..commands {
            let mut card = card(Model::Ev1);
            run(&mut card, torn);
            card.power_off();
            card.power_on();
            assert_eq!(run(&mut card, 200).1, Some(Ok(())), "torn after {torn} of {commands}");
        }
    }

    #[test]
    fn somebodys_card_is_left_alone() {
        use desfire::command::{ChangeOwnKey, Command, SelectApplication};
        use desfire::{Aid, Authentication, Channel, Framing, Key, Step};
        let mut keyed = card(Model::Ev3);
        let mut channel = Channel::new(Framing::Wrapped, 64);
        let through = |card: &mut Card, channel: &mut Channel, mut frame: Vec<u8>| loop {
            match channel.answer(&card.transmit(&frame)).unwrap() {
                Step::Send(next) => frame = next,
                Step::Done(_) => return,
            }
        };
        let frame = channel.begin(SelectApplication::new(Aid::PICC).request()).unwrap();
        through(&mut keyed, &mut channel, frame);
        let frame = channel.authenticate(Authentication::iso(0, &Key::factory()).unwrap(), &[1; 16]).unwrap();
        through(&mut keyed, &mut channel, frame);
        let change = ChangeOwnKey { key_no: 0, new: Key::aes([7; 16], 1), picc: true };
        let frame = channel.begin(change.request()).unwrap();
        through(&mut keyed, &mut channel, frame);
        assert_eq!(run(&mut keyed, 200).1, Some(Err(Failure::Keyed)));
    }

    #[test]
    fn answers_of_any_kind_end_it() {
        for noise in [vec![], vec![0x91], vec![0x91, 0xAF], vec![0xFF; 300], vec![0x6A, 0x82]] {
            let mut trial = trial();
            let mut turn = trial.turn(None);
            for _ in 0..3_000 {
                match turn {
                    Turn::Send(_) => turn = trial.turn(Some(noise.clone())),
                    Turn::Over(_) => break,
                }
            }
            assert!(matches!(turn, Turn::Over(Err(_))), "{noise:02X?}: {turn:?}");
        }
    }
}
