//! A card of type A from finding it to letting it go.

use reader::{Card, Fault};

use crate::{Ats, BlockStep, Blocks, Frame, Selection, SelectionStep, rats};

/// Microseconds for what ISO/IEC 14443-3 answers within a millisecond, through a slow reader.
const SELECTION: u64 = 20_000;
/// Frame waiting time before the card has told its own (14443-4 §5.2.5: 65536 / fc), and a margin.
const ACTIVATION: u64 = 30_000;
/// Times that a card is asked whether it is there.
const PROBES: u8 = 2;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkStep {
    /// Send this over the air and wait so many microseconds for the answer.
    Send {
        /// The frame.
        frame: Frame,
        /// Microseconds.
        wait: u64,
    },
    /// The card is activated.
    Connected(Card),
    /// No card answers.
    Absent,
    /// The connected card is still there, or is not.
    Present(bool),
    /// What the card answers.
    Answer(Vec<u8>),
}

/// The reader's end of one card.
#[derive(Debug)]
pub struct Link {
    /// Most bytes of a frame that the reader moves, with two of checksum.
    frame: usize,
    state: State,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Off,
    Selecting(Selection),
    /// Whether a card is wanted for more than being seen.
    Activating {
        uid: Vec<u8>,
        again: bool,
    },
    Ready(Blocks),
    Exchanging(Blocks),
    Probing(Blocks, u8),
}

impl Link {
    /// Through a reader that moves frames of at most so many bytes, with two of checksum.
    pub fn new(frame: usize) -> Self {
        Link { frame, state: State::Off }
    }

    /// Finds a card and activates it. The field has just been switched on.
    pub fn connect(&mut self) -> LinkStep {
        let (selection, frame) = Selection::begin();
        self.state = State::Selecting(selection);
        LinkStep::Send { frame, wait: SELECTION }
    }

    /// Activates a card that the reader has selected.
    pub fn connect_selected(&mut self, uid: Vec<u8>) -> LinkStep {
        self.state = State::Activating { uid, again: false };
        self.ask_for_ats()
    }

    fn ask_for_ats(&self) -> LinkStep {
        frame(rats(self.frame).to_vec(), ACTIVATION)
    }

    /// Whether a card is connected, as far as is known.
    pub fn is_connected(&self) -> bool {
        matches!(self.state, State::Ready(_))
    }

    /// A command for the connected card.
    ///
    /// # Errors
    /// [`Fault::Turn`] without one.
    pub fn exchange(&mut self, command: Vec<u8>) -> Result<LinkStep, Fault> {
        let mut blocks = self.take()?;
        let step = blocks.begin(command);
        self.state = State::Exchanging(blocks);
        Ok(blocks_step(step))
    }

    /// Whether the connected card is still there.
    ///
    /// # Errors
    /// [`Fault::Turn`] without one.
    pub fn probe(&mut self) -> Result<LinkStep, Fault> {
        let blocks = self.take()?;
        let step = frame(blocks.probe(), blocks.waiting());
        self.state = State::Probing(blocks, 1);
        Ok(step)
    }

    /// The field is off, or about to be.
    pub fn drop_card(&mut self) {
        self.state = State::Off;
    }

    fn take(&mut self) -> Result<Blocks, Fault> {
        match std::mem::take(&mut self.state) {
            State::Ready(blocks) => Ok(blocks),
            _ => Err(Fault::Turn),
        }
    }

    /// Takes what came over the air, without checksum; `None` when nothing came, or something garbled.
    ///
    /// # Errors
    /// [`Fault`]; the card is to be connected anew.
    pub fn received(&mut self, answer: Option<&[u8]>) -> Result<LinkStep, Fault> {
        match std::mem::take(&mut self.state) {
            State::Off | State::Ready(_) => Err(Fault::Turn),
            State::Selecting(selection) => self.selecting(selection, answer),
            State::Activating { uid, again } => self.activating(uid, again, answer),
            State::Exchanging(mut blocks) => {
                let step = match answer {
                    Some(answer) => blocks.received(answer),
                    None => blocks.lost(),
                };
                // a card that says nothing any more has been taken away
                let step = step.map_err(|fault| if fault == Fault::Mute { Fault::CardGone } else { fault })?;
                match step {
                    BlockStep::Done(answer) => {
                        self.state = State::Ready(blocks);
                        Ok(LinkStep::Answer(answer))
                    }
                    step @ BlockStep::Send { .. } => {
                        self.state = State::Exchanging(blocks);
                        Ok(blocks_step(step))
                    }
                }
            }
            State::Probing(blocks, tries) => {
                if answer.is_some_and(Blocks::is_there) {
                    self.state = State::Ready(blocks);
                    return Ok(LinkStep::Present(true));
                }
                if tries == PROBES {
                    return Ok(LinkStep::Present(false));
                }
                let step = frame(blocks.probe(), blocks.waiting());
                self.state = State::Probing(blocks, tries + 1);
                Ok(step)
            }
        }
    }

    fn selecting(&mut self, mut selection: Selection, answer: Option<&[u8]>) -> Result<LinkStep, Fault> {
        let Some(answer) = answer else {
            // nobody answers the request; or two do, and what they say after it collides
            return if selection.has_begun() {
                Err(Fault::Protocol("two cards at once?"))
            } else {
                Ok(LinkStep::Absent)
            };
        };
        match selection.received(answer)? {
            SelectionStep::Send(frame) => {
                self.state = State::Selecting(selection);
                Ok(LinkStep::Send { frame, wait: SELECTION })
            }
            SelectionStep::Done(selected) if selected.speaks_blocks() => {
                self.state = State::Activating { uid: selected.uid, again: false };
                Ok(self.ask_for_ats())
            }
            SelectionStep::Done(_) => Err(Fault::WrongCard),
        }
    }

    fn activating(&mut self, uid: Vec<u8>, again: bool, answer: Option<&[u8]>) -> Result<LinkStep, Fault> {
        match answer.map(Ats::parse) {
            Some(Ok(ats)) => {
                self.state = State::Ready(Blocks::new(&ats, self.frame));
                Ok(LinkStep::Connected(Card::of_iso_14443(ats.as_bytes().to_vec(), uid)))
            }
            Some(Err(fault)) => Err(fault),
            // once more (14443-4 §5.6.1.1)
            None if !again => {
                self.state = State::Activating { uid, again: true };
                Ok(self.ask_for_ats())
            }
            None => Err(Fault::Mute),
        }
    }
}

fn frame(bytes: Vec<u8>, wait: u64) -> LinkStep {
    LinkStep::Send { frame: Frame { bytes, short: false, crc: true }, wait }
}

fn blocks_step(step: BlockStep) -> LinkStep {
    match step {
        BlockStep::Send { frame: bytes, wait } => frame(bytes, wait),
        BlockStep::Done(answer) => LinkStep::Answer(answer),
    }
}
