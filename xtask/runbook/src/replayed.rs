//! What a recording becomes: a test of the host, byte for byte, and one of the simulated card, answer for answer.
use crate::desk::{Desk, Reader};
use crate::steps::{self, Generation};
use crate::trace::{Event, digits, read};
use anyhow::{Result, bail, ensure};
use picc::{Card, Memory, Model};
use std::collections::VecDeque;
use std::fs;
use std::path::Path;

/// A card that only knows what it answered once.
struct Recording(VecDeque<Event>);

impl Reader for Recording {
    fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        match self.0.pop_front() {
            Some(Event::Exchange { sent, answered }) => {
                ensure!(sent == frame, "now {}, then {}", digits(frame), digits(&sent));
                Ok(answered)
            }
            other => bail!("an exchange instead of {other:?}"),
        }
    }

    fn field_off_and_on(&mut self) -> Result<()> {
        ensure!(self.0.pop_front() == Some(Event::FieldOff), "the field was not off then");
        Ok(())
    }

    fn random(&mut self) -> Result<[u8; 16]> {
        let Some(Event::Random(random)) = self.0.pop_front() else { bail!("no random bytes were drawn then") };
        Ok(random)
    }
}

/// The simulated card, which has drawn other random numbers: lengths and status are what it can be held to.
struct Simulated {
    card: Card,
    draws: u8,
}

impl Simulated {
    fn new(card: Generation) -> Self {
        let model = match card {
            Generation::Ev1 => Model::Ev1,
            Generation::Ev2 => Model::Ev2,
            Generation::Ev3 => Model::Ev3,
        };
        let mut next = 0_u8;
        let random = move |bytes: &mut [u8]| {
            bytes.fill_with(|| {
                next = next.wrapping_mul(5).wrapping_add(77);
                next
            });
        };
        let uid = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];
        Simulated { card: Card::new(model, Memory::K8, uid, Box::new(random)), draws: 0 }
    }
}

impl Reader for Simulated {
    fn transmit(&mut self, frame: &[u8]) -> Result<Vec<u8>> {
        Ok(self.card.transmit(frame))
    }

    fn field_off_and_on(&mut self) -> Result<()> {
        self.card.power_off();
        self.card.power_on();
        Ok(())
    }

    fn random(&mut self) -> Result<[u8; 16]> {
        self.draws = self.draws.wrapping_add(1);
        Ok([self.draws; 16])
    }
}

fn simulated(card: Generation, wanted: &[u8]) -> String {
    let mut desk = Desk::new(Simulated::new(card), card.frame());
    steps::run(&mut desk, card, wanted).unwrap_or_else(|error| panic!("{}: {error:#}", card.name()));
    desk.recording(card.name())
}

/// The host says the same again when the card answers the same.
fn replay(text: &str) -> Generation {
    let mut events: VecDeque<Event> = read(text).unwrap().into();
    let Some(Event::Remark(card)) = events.pop_front() else { panic!("the first line names the card") };
    let card = steps::generation(&card).unwrap();
    let wanted = steps_of(&events);
    events.retain(|event| !matches!(event, Event::Remark(_)));
    let mut desk = Desk::new(Recording(events), card.frame());
    steps::run(&mut desk, card, &wanted).unwrap_or_else(|error| panic!("{error:#}"));
    card
}

/// `# step 4: …`: those that were recorded.
fn steps_of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<u8> {
    let number = |event: &Event| match event {
        Event::Remark(remark) => remark.strip_prefix("step ")?.split(':').next()?.parse().ok(),
        _ => None,
    };
    events.into_iter().filter_map(number).collect()
}

/// How a card answers, without what depends on chance: the length and the status of each answer.
fn answers(text: &str) -> Vec<(usize, Vec<u8>)> {
    let events = read(text).unwrap().into_iter();
    let answered = events.filter_map(|event| match event {
        Event::Exchange { answered, .. } => Some(answered),
        _ => None,
    });
    answered.map(|bytes| (bytes.len(), bytes[bytes.len().saturating_sub(2)..].to_vec())).collect()
}

#[test]
fn the_simulated_cards_pass_every_step_and_replay() {
    for card in [Generation::Ev1, Generation::Ev2, Generation::Ev3] {
        for steps in [&[][..], &[1, 3]] {
            assert_eq!(replay(&simulated(card, steps)), card);
        }
    }
}

#[test]
fn another_answer_than_was_recorded_is_noticed() {
    let recording = simulated(Generation::Ev1, &[]);
    // in the last answer that was enciphered or had a MAC
    let at = recording.rfind(" 91 00\n> 90 C7").unwrap();
    let changed = format!("{} 00{}", &recording[..at - 3], &recording[at..]);
    assert_ne!(changed, recording);
    assert!(std::panic::catch_unwind(|| replay(&changed)).is_err());
}

/// Every recording of a real card: the folder is empty until somebody has one.
#[test]
fn recordings_of_real_cards() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let Ok(files) = fs::read_dir(folder) else { return };
    for file in files {
        let path = file.unwrap().path();
        println!("{}", path.display());
        let recording = fs::read_to_string(&path).unwrap();
        let card = replay(&recording);
        let wanted = steps_of(&read(&recording).unwrap());
        assert_eq!(answers(&simulated(card, &wanted)), answers(&recording), "{}", path.display());
    }
}
