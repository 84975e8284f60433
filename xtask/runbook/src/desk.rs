//! A card on a reader, and everything that passes between them.
use crate::trace::{Event, write};
use anyhow::{Context, Result};
use desfire::command::{Command, SelectApplication};
use desfire::{Aid, Answer, Authentication, Channel, Framing, Step};
use std::any::type_name;

/// Where a card lies.
pub trait Reader {
    /// Moves one frame to the card and its answer back.
    fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>>;
    /// Takes the field away and gives it back: whatever was open is gone.
    fn field_off_and_on(&mut self) -> Result<()>;
    /// Sixteen bytes that nobody can guess.
    fn random(&mut self) -> Result<[u8; 16]>;
}

pub struct Desk<R> {
    reader: R,
    channel: Channel,
    events: Vec<Event>,
}

impl<R: Reader> Desk<R> {
    /// `frame`: as many bytes as the card takes at once.
    pub fn new(reader: R, frame: usize) -> Self {
        Desk { reader, channel: Channel::new(Framing::Wrapped, frame), events: Vec::new() }
    }

    /// All that passed, as text.
    pub fn recording(&self, card: &str) -> String {
        let mut events = vec![Event::Remark(card.to_owned())];
        events.extend_from_slice(&self.events);
        write(&events)
    }

    pub fn remark(&mut self, remark: &str) {
        println!("{remark}");
        self.events.push(Event::Remark(remark.to_owned()));
    }

    pub fn field_off(&mut self) -> Result<()> {
        self.channel.lost();
        self.events.push(Event::FieldOff);
        self.reader.field_off_and_on()
    }

    pub fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        let answered = self.reader.transmit(frame)?;
        self.events.push(Event::Exchange { sent: frame.to_vec(), answered: answered.clone() });
        Ok(answered)
    }

    fn exchange(&mut self, mut frame: Vec<u8>) -> Result<Answer> {
        loop {
            let answered = self.transmit(&frame)?;
            match self.channel.answer(&answered)? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok(answer),
            }
        }
    }

    pub fn run<C: Command>(&mut self, command: &C) -> Result<C::Reply> {
        let name = type_name::<C>().rsplit("::").next().unwrap_or_default();
        let frame = self.channel.begin(command.request()).context(name)?;
        let answer = self.exchange(frame).context(name)?;
        command.reply(&answer).context(name)
    }

    pub fn authenticate(&mut self, authentication: Result<Authentication, desfire::Error>) -> Result<()> {
        let authentication = authentication?;
        let key_no = authentication.key_no();
        let random = self.reader.random()?;
        self.events.push(Event::Random(random));
        let frame = self.channel.authenticate(authentication, &random)?;
        self.exchange(frame).map(drop).with_context(|| format!("handshake with key {key_no}"))
    }

    pub fn select(&mut self, aid: Aid) -> Result<()> {
        self.run(&SelectApplication::new(aid))
    }
}
