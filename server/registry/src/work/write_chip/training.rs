//! Writing a chip for practice: a made-up record, keys that are nobody's, a journal that is kept nowhere. Nothing here has a store.

use std::sync::Arc;

use chip::batch::{Answers, Ended, Told};
use chip::content::Content;
use chip::content::link::Host;
use chip::content::record::Record;
use chip::keys::SetVersion;
use chip::layout::CODE_SIZE;
use chip::plan::{EVERY_APDU, Entry, Event, Goal, Order, Run, Stop, Turn};
use contract::Failure;
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::text::PersonName;
use model::unit_code::UnitCode;

use super::{note, said, set_in_use};
use crate::card_vault::CardVault;
use crate::{Draw, date};

/// Whoever practises: the journals of the simulated chips that were seen, and the run under way.
pub struct Training {
    vault: Arc<dyn CardVault>,
    draw: Draw,
    content: Content,
    set: SetVersion,
    journals: Vec<(String, Vec<Entry>)>,
    /// The chip of this run, once it has shown who it is.
    uid: Option<String>,
    run: Run,
}

/// So many simulated chips are remembered.
const MOST_CHIPS: usize = 20;

impl Training {
    /// Begins with a vault whose keys are made for practice alone.
    ///
    /// # Errors
    /// [`contract::Refusal::NoKeySet`] where that has none.
    pub fn new(vault: Arc<dyn CardVault>, draw: Draw, at_ms: i64) -> Result<Self, Failure> {
        let set = set_in_use(vault.as_ref())?;
        let content = made_up(at_ms).ok_or(Failure::Internal)?;
        let run = run(&vault, &draw, Goal::Issue(Box::new(content.clone()), set));
        Ok(Training { vault, draw, content, set, journals: Vec::new(), uid: None, run })
    }

    /// Begins with the card that lies there, which was asked its opening already, or was not; what was seen before is remembered.
    pub fn begin(&mut self, opened: Option<Answers>) -> Told {
        self.again(Goal::Issue(Box::new(self.content.clone()), self.set), opened)
    }

    fn again(&mut self, goal: Goal, opened: Option<Answers>) -> Told {
        self.uid = None;
        self.run = run(&self.vault, &self.draw, goal);
        self.turn(opened)
    }

    /// One turn. A card from the factory is given its transport key first, as a store does it.
    pub fn turn(&mut self, answers: Option<Answers>) -> Told {
        let mut event = answers.map_or(Event::Again, Event::Answers);
        loop {
            match self.run.turn(event) {
                Turn::Whose(uid) => {
                    let uid = note::uid_text(&uid);
                    event = Event::Journal(self.journal(&uid).clone());
                    self.uid = Some(uid);
                }
                Turn::Batch(entries, batch) => {
                    self.noted(entries);
                    return Told::Batch(batch);
                }
                Turn::Over(entries, outcome) => {
                    self.noted(entries);
                    return match &outcome.end {
                        Err(Stop::Unkeyed) => self.again(Goal::Key(self.set), None),
                        Ok((chip::plan::Reached::Blank { .. }, _)) => self.begin(None),
                        _ => {
                            let ended: Ended = said::practised(&outcome);
                            Told::Over(ended)
                        }
                    };
                }
            }
        }
    }

    fn journal(&mut self, uid: &str) -> &mut Vec<Entry> {
        if let Some(at) = self.journals.iter().position(|(known, _)| known == uid) {
            return &mut self.journals[at].1;
        }
        if self.journals.len() >= MOST_CHIPS {
            self.journals.remove(0);
        }
        self.journals.push((uid.to_owned(), Vec::new()));
        let last = self.journals.len() - 1;
        &mut self.journals[last].1
    }

    fn noted(&mut self, entries: Vec<Entry>) {
        if let Some(uid) = self.uid.clone() {
            self.journal(&uid).extend(entries);
        }
    }
}

fn run(vault: &Arc<dyn CardVault>, draw: &Draw, goal: Goal) -> Run {
    let mut number = [0; 8];
    draw(&mut number);
    // no maker has signed a simulated card
    let order = Order { goal, card: None, makers: Vec::new(), longest: EVERY_APDU };
    let draw = draw.clone();
    Run::new(order, u64::from_be_bytes(number).max(1), vault.clone(), move |bytes| draw(bytes))
}

/// Nobody. The host is reserved for examples (RFC 2606 §2).
fn made_up(at_ms: i64) -> Option<Content> {
    let number = CardNumber::parse("H57.099099999999.CC").ok()?;
    let record = Record {
        name: PersonName::parse("Nguyễn Văn Đào Tạo").ok()?,
        unit: UnitCode::parse("H57.99").ok()?,
        position: "Người tập huấn".to_owned(),
        card_type: number.card_type(),
        number,
        issued: date::day_of(at_ms),
        expires: Some(date::day_of(at_ms)),
        code: CardCode::parse("xxxx").ok()?,
    };
    let host = Host::parse("training.example").ok()?;
    Some(Content { record, access: [0; CODE_SIZE], timekeeping: [0; CODE_SIZE], host })
}

#[cfg(test)]
mod tests {
    use super::made_up;

    #[test]
    fn nobody_fits_a_chip() {
        assert!(made_up(1_795_000_000_000).is_some_and(|content| content.hash().is_ok()));
    }
}
