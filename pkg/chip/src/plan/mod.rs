//! The plan that writes a card and survives being torn away: what is to be reached, and runs that reach it.
//!
//! A [`Run`] belongs to the server. It seals batches of commands, each with the answers that it must have, and judges what comes
//! back. Each turn names what has to be written into the card's journal before the turn is acted upon; with that journal a later
//! run knows, at the next tap, what an earlier one has left. It never tries a key that the card's version of it does not name.

mod host;
mod issue;
mod journal;
mod keying;
mod outcome;
mod recognise;
mod rekey;
mod tag;
mod update;

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

pub use desfire::originality::PublicKey as MakerKey;

use crate::batch::{Answers, Batch};
use crate::content::Content;
use crate::keys::{Keys, SetVersion, Uid};
use host::{Host, Line, Out, lock};
pub use journal::{Entry, Intent, Reached, Standing, sets};
pub use outcome::{How, Left, Outcome, Stop};

/// Fills what it is given; each handshake needs 16 bytes.
type Random = dyn FnMut(&mut [u8; 16]) + Send;

/// What a card is to become.
#[derive(Clone, Debug)]
pub enum Goal {
    /// A blank with the transport key of that set, from one with the factory's key or an older transport key. The factory's key is
    /// published, so whoever sees this run's messages knows the transport key: at a trusted station only, as a step of stock receipt.
    Key(SetVersion),
    /// A card with this content and the keys of that set, from a blank with a transport key.
    Issue(Box<Content>, SetVersion),
    /// The issued card with this content instead of its own.
    Update(Box<Content>),
    /// The issued card with the keys of that set instead of its own.
    Rekey(SetVersion),
    /// A blank with the transport key of that set, from an issued card or one that was not finished.
    Wipe(SetVersion),
}

/// What a run asks a card about itself before anything else, all in its first batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Who it is and what is on it.
    Card,
    /// And the versions of the keys that other content needs.
    Content,
    /// And those of all its keys.
    Keys,
}

impl Goal {
    /// What a run for it asks first.
    pub fn asks(&self) -> Asks {
        match self {
            Goal::Key(_) | Goal::Issue(..) | Goal::Wipe(_) => Asks::Card,
            Goal::Update(_) => Asks::Content,
            Goal::Rekey(_) => Asks::Keys,
        }
    }
}

/// In place of a run's number.
const OPENING: u64 = 0;

/// The first batch of every run that asks that: whoever has the reader asks before there is a run, and
/// begins it with the answers ([`Run::turn`]). `signature`: makers are known ([`Order::makers`]).
pub fn opening(asks: Asks, signature: bool) -> Batch {
    recognise::opening(asks, signature)
}

/// What a run is about.
#[derive(Clone, Debug)]
pub struct Order {
    /// What the card is to become.
    pub goal: Goal,
    /// Which card, where that is known.
    pub card: Option<Uid>,
    /// Whose signature over the identifier counts as the maker's ([`desfire::originality::KEYS`]) on cards that carry one. None: it is
    /// not asked for.
    pub makers: Vec<MakerKey>,
    /// Bytes of the longest APDU, command or answer, that the reader passes on: [`EVERY_APDU`] but for readers known for less (64 at
    /// least).
    pub longest: usize,
}

/// Whose signature counts as the maker's on cards that are not simulated: what [`Order::makers`] has where cards are issued.
pub fn makers() -> Vec<MakerKey> {
    desfire::originality::KEYS.into_iter().map(|(_, key)| key).collect()
}

/// As long as a card's own frames ever are.
pub const EVERY_APDU: usize = 256;

/// What comes from outside.
#[derive(Clone, Debug)]
pub enum Event {
    /// Begin, or say again what is being waited for.
    Again,
    /// The journal of the card that [`Turn::Whose`] named, the oldest entry first; empty for one that has none.
    Journal(Vec<Entry>),
    /// What a batch brought.
    Answers(Answers),
}

/// What comes next. Whatever is waited for is said again at each turn that brings nothing new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// First these entries go into the card's journal, then the batch to whoever relays.
    Batch(Vec<Entry>, Batch),
    /// The journal of this card is needed.
    Whose(Uid),
    /// First these entries go into the card's journal (where there are some, [`Outcome::uid`] is known). It is over.
    Over(Vec<Entry>, Box<Outcome>),
}

/// What a run cost so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Round trips between server and relay.
    pub batches: usize,
    /// Handshakes.
    pub sessions: usize,
    /// The fewest exchanges between reader and card that what was done can take ([`desfire::cost::fewest`]).
    pub fewest: usize,
}

/// What was reached and how, or why nothing was.
pub type Ending = Result<(Reached, How), Stop>;

/// A card that is being written.
pub struct Run {
    procedure: Pin<Box<dyn Future<Output = Ending> + Send>>,
    line: Arc<Mutex<Line>>,
    over: Option<Box<Outcome>>,
}

impl Run {
    /// `number` tells the messages of runs apart; the caller draws it. `random` must be of cryptographic quality.
    pub fn new(
        order: Order,
        number: u64,
        keys: Arc<dyn Keys + Send + Sync>,
        random: impl FnMut(&mut [u8; 16]) + Send + 'static,
    ) -> Self {
        let line = Arc::new(Mutex::new(Line::default()));
        let host = Host::new(line.clone(), number, keys, Box::new(random));
        Run { procedure: Box::pin(whole(host, order)), line, over: None }
    }

    /// Takes an event; one that is not waited for (of another run, late, or for the second time) changes nothing.
    ///
    /// A run may begin with the answers to its [`opening`]; it asks itself where they are those to another one.
    pub fn turn(&mut self, event: Event) -> Turn {
        if let Some(over) = &self.over {
            return Turn::Over(Vec::new(), over.clone());
        }
        let begun = lock(&self.line).out.is_some();
        match event {
            Event::Answers(opened) if !begun && opened.run == OPENING => match self.step(Event::Again) {
                Turn::Batch(_, batch) if opened.fit(&batch) => {
                    self.step(Event::Answers(Answers { run: batch.run, number: batch.number, ..opened }))
                }
                turn => turn,
            },
            event => self.step(event),
        }
    }

    /// Whether these answers are to this run: to its batch, or to the opening before it. What another run had a card do in between would make
    /// the card refuse what this one says again.
    pub fn is_of(&self, answers: &Answers) -> bool {
        match &lock(&self.line).out {
            Some(Out::Batch(batch)) => answers.run == batch.run,
            _ => answers.run == OPENING,
        }
    }

    fn step(&mut self, event: Event) -> Turn {
        {
            let mut line = lock(&self.line);
            match (event, &line.out) {
                (Event::Answers(answers), Some(Out::Batch(batch)))
                    if (answers.run, answers.number) == (batch.run, batch.number) =>
                {
                    line.answers = Some(answers);
                }
                (Event::Journal(journal), Some(Out::Whose(_))) => line.journal = Some(journal),
                _ => {}
            }
        }
        let polled = self.procedure.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        let mut line = lock(&self.line);
        let entries = std::mem::take(&mut line.entries);
        match (polled, &line.out) {
            (Poll::Pending, Some(Out::Batch(batch))) => Turn::Batch(entries, batch.clone()),
            (Poll::Pending, Some(Out::Whose(uid))) => Turn::Whose(*uid),
            // the procedure waits for nothing else
            (Poll::Pending, None) => Turn::Batch(entries, Batch { run: 0, number: 0, steps: Vec::new() }),
            (Poll::Ready(end), _) => {
                let facts = line.facts;
                let outcome = Outcome { uid: facts.uid, profile: facts.profile, end, left: facts.left };
                self.over = Some(Box::new(outcome.clone()));
                Turn::Over(entries, Box::new(outcome))
            }
        }
    }

    /// What it cost so far.
    pub fn figures(&self) -> Figures {
        lock(&self.line).figures
    }
}

async fn whole(mut host: Host, order: Order) -> Ending {
    host.limit(order.longest);
    let found = recognise::card(&mut host, &order).await?;
    let end = match order.goal {
        Goal::Key(set) => keying::key(&mut host, &found, set).await,
        Goal::Issue(content, set) => issue::issue(&mut host, &found, &content, set).await,
        Goal::Update(content) => update::update(&mut host, &found, &content).await,
        Goal::Rekey(set) => rekey::rekey(&mut host, &found, set).await,
        Goal::Wipe(set) => keying::wipe(&mut host, &found, set).await,
    }?;
    host.note(Entry::Reached(end.0));
    host.leave(Left::Done);
    Ok(end)
}
