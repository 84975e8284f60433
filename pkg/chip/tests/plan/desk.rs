//! A server with a journal and keys, somebody who relays, and a card.

use std::sync::Arc;

use chip::batch::{Answers, Batch, Do, Relay};
use chip::content::Content;
use chip::content::link::Host;
use chip::content::record::Record;
use chip::keys::{IdentityKey, KeyFault, KeyName, Keys, NoKey, SetVersion, Uid};
use chip::plan::{Asks, EVERY_APDU, Entry, Event, Figures, Goal, Order, Outcome, Reached, Run, Turn, opening};
use desfire::{Key, diversify};
use ed25519_dalek::{Signer as _, SigningKey};
use model::card_code::CardCode;
use model::card_number::CardNumber;
use model::card_type::CardType;
use model::text::PersonName;
use model::unit_code::UnitCode;
use picc::{Card, Memory, Model, State, Tear};
use sha2::{Digest as _, Sha256};

pub const MODELS: [Model; 3] = [Model::Ev1, Model::Ev2, Model::Ev3];
pub const UID: Uid = [0x04, 0x5A, 0x11, 0x5A, 0x34, 0x61, 0x80];

pub fn set(version: u8) -> SetVersion {
    SetVersion::new(version).unwrap()
}

/// Holds the sets 1 to 3.
#[derive(Clone, Copy)]
pub struct Vault;

pub fn signer(set: u8) -> SigningKey {
    SigningKey::from_bytes(&[0x50 + set; 32])
}

/// What the three bytes of an application and the system say in AN10922's input; here only that names have different keys.
pub fn purpose(name: KeyName) -> [u8; 3] {
    match name {
        KeyName::Transport => [0, 0, 1],
        KeyName::Default => [0, 0, 2],
        KeyName::Picc => [0, 0, 3],
        KeyName::Identity(key) => [0, 1, key as u8],
        KeyName::Tag => [0, 2, 0],
        KeyName::SdmMeta => [0, 2, 1],
        KeyName::SdmFile => [0, 2, 2],
    }
}

impl Keys for Vault {
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
        if set.get() > 3 {
            return Err(NoKey { set: set.get(), name }.into());
        }
        let master = Sha256::digest([b"a master key of the test".as_slice(), &[set.get()], &purpose(name)].concat());
        let master = Key::aes(master[..16].try_into().unwrap(), set.get());
        if name == KeyName::SdmMeta {
            return Ok(master);
        }
        Ok(diversify(&master, &[uid.as_slice(), &purpose(name), b"congthe test"].concat()).unwrap())
    }

    fn sign_card(&self, set: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        Ok(signer(set.get()).sign(message).to_bytes())
    }
}

/// A key as the card has it.
pub fn key(version: u8, name: KeyName) -> Key {
    Vault.card_key(set(version), name, &UID).unwrap().with_version(set(version).on_card(name))
}

pub const IDENTITY: [IdentityKey; 5] =
    [IdentityKey::Master, IdentityKey::Read, IdentityKey::Write, IdentityKey::Access, IdentityKey::Timekeeping];

pub fn content(position: &str, host: &str) -> Content {
    Content {
        record: Record {
            name: PersonName::parse("Nguyễn Thị Ánh Tuyết").unwrap(),
            unit: UnitCode::parse("H57.10.3").unwrap(),
            position: position.to_owned(),
            card_type: CardType::parse("CC").unwrap(),
            number: CardNumber::parse("H57.046090001234.CC").unwrap(),
            issued: "2026-11-23".parse().unwrap(),
            expires: Some("2031-11-23".parse().unwrap()),
            code: CardCode::parse("7hKq").unwrap(),
        },
        access: [0xA1; 16],
        timekeeping: [0x7B; 16],
        host: Host::parse(host).unwrap(),
    }
}

pub fn first() -> Content {
    content("Chuyên viên chính, Phòng Tổ chức – Biên chế", "the.example.gov.vn")
}

/// Other words on the same page.
pub fn second() -> Content {
    content("Chuyên viên", "the.example.gov.vn")
}

/// Another page, too.
pub fn moved() -> Content {
    content("Trưởng phòng", "cards.example.gov.vn")
}

/// The largest that is allowed.
pub fn largest() -> Content {
    let mut content = content(&"ễ".repeat(66), &"h".repeat(Host::MOST));
    content.record.name = PersonName::parse(&"Ễ".repeat(50)).unwrap();
    content.record.unit = UnitCode::parse(&format!("H57.{}", "9".repeat(31))).unwrap();
    content
}

pub fn issue(content: Content, version: u8) -> Goal {
    Goal::Issue(Box::new(content), set(version))
}

pub fn update(content: Content) -> Goal {
    Goal::Update(Box::new(content))
}

/// A power cut at an exchange, counted from 0 within a run.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    pub at: usize,
    pub tear: Tear,
}

pub const TEARS: [Tear; 5] = [
    Tear::BeforeCommand,
    Tear::BeforeAnswer,
    Tear::InsideWrite { percent: 0 },
    Tear::InsideWrite { percent: 50 },
    Tear::InsideWrite { percent: 99 },
];

pub struct Desk {
    pub card: Card,
    pub journal: Vec<Entry>,
    /// What passed, command and answer.
    pub passed: Vec<(Vec<u8>, Vec<u8>)>,
    pub figures: Figures,
    /// Messages that the server got.
    pub messages: usize,
    pub runs: u64,
    /// What is asked before the run begins.
    opening: Batch,
}

/// Differs with each draw.
pub fn random(seed: u64) -> impl FnMut(&mut [u8]) + Send + 'static {
    let mut count = 0_u64;
    move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            count += 1;
            let block = Sha256::digest([seed.to_be_bytes(), count.to_be_bytes()].concat());
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }
}

impl Desk {
    /// From the factory.
    pub fn new(model: Model) -> Self {
        Desk::with(State::factory(model, Memory::K2, UID), Vec::new())
    }

    pub fn with(state: State, journal: Vec<Entry>) -> Self {
        let mut card = Card::from_state(state, Box::new(random(1)));
        card.power_on();
        let opening = opening(Asks::Card, false);
        Desk { card, journal, passed: Vec::new(), figures: Figures::default(), messages: 0, runs: 0, opening }
    }

    /// With a transport key.
    pub fn blank(model: Model) -> Self {
        let mut desk = Desk::new(model);
        desk.run(Goal::Key(set(1))).end.unwrap();
        // blanks come from another place, with a journal of their own
        desk.journal.clear();
        desk
    }

    pub fn issued(model: Model) -> Self {
        let mut desk = Desk::blank(model);
        desk.run(issue(first(), 1)).end.unwrap();
        desk
    }

    /// The same card and the same journal.
    pub fn copy(&self) -> Self {
        Desk { runs: self.runs, ..Desk::with(self.card.state().clone(), self.journal.clone()) }
    }

    /// Taken away and laid on again.
    pub fn tap(&mut self) {
        self.card.power_off();
        self.card.power_on();
    }

    pub fn start(&mut self, goal: Goal) -> Run {
        self.order(Order { goal, card: None, makers: Vec::new(), longest: EVERY_APDU })
    }

    pub fn order(&mut self, order: Order) -> Run {
        self.order_from(Arc::new(Vault), order)
    }

    pub fn order_from(&mut self, keys: Arc<dyn Keys + Send + Sync>, order: Order) -> Run {
        self.runs += 1;
        self.opening = opening(order.goal.asks(), !order.makers.is_empty());
        let mut draw = random(1000 + self.runs);
        Run::new(order, self.runs, keys, move |bytes| draw(bytes))
    }

    pub fn run(&mut self, goal: Goal) -> Outcome {
        self.cut(goal, None)
    }

    pub fn cut(&mut self, goal: Goal, cut: Option<Cut>) -> Outcome {
        let run = self.start(goal);
        self.carry_out(run, cut)
    }

    pub fn carry_out(&mut self, mut run: Run, cut: Option<Cut>) -> Outcome {
        self.tap();
        self.passed.clear();
        let mut relay = Relay::default();
        let opened = self.carry(&mut relay, self.opening.clone(), cut);
        self.messages = 1;
        let mut turn = run.turn(Event::Answers(opened));
        loop {
            turn = match turn {
                Turn::Over(entries, outcome) => {
                    self.journal.extend(entries);
                    self.figures = run.figures();
                    if outcome.end.is_ok() {
                        self.is_one_thing();
                    }
                    return *outcome;
                }
                Turn::Whose(_) => run.turn(Event::Journal(self.journal.clone())),
                Turn::Batch(entries, batch) => {
                    self.journal.extend(entries);
                    let answers = self.carry(&mut relay, batch, cut);
                    self.messages += 1;
                    run.turn(Event::Answers(answers))
                }
            };
        }
    }

    fn carry(&mut self, relay: &mut Relay, batch: Batch, cut: Option<Cut>) -> Answers {
        let mut next = relay.batch(batch);
        loop {
            next = match next {
                Do::Send(command) => {
                    let back = self.transmit(&command, cut);
                    relay.answer(&back)
                }
                Do::Report(answers) => return answers,
                Do::Nothing => panic!("the relay has nothing to do"),
            };
        }
    }

    pub fn transmit(&mut self, command: &[u8], cut: Option<Cut>) -> Vec<u8> {
        if let Some(cut) = cut.filter(|cut| cut.at == self.passed.len()) {
            self.card.tear(cut.tear);
        }
        let back = self.card.transmit(command);
        self.passed.push((command.to_vec(), back.clone()));
        back
    }

    /// What the journal says that was reached is what the card is: a blank or issued, never both.
    pub fn is_one_thing(&self) {
        let memory = self.memory();
        let version = memory["master"]["version"].as_u64().unwrap();
        match self.journal.last() {
            Some(Entry::Reached(Reached::Blank { set })) => {
                assert_eq!((version, self.card.applications().len()), (u64::from(*set) | 0x80, 0));
            }
            Some(Entry::Reached(Reached::Issued { set, .. } | Reached::Rekeyed { set })) => {
                assert_eq!((version, self.card.applications().len()), (u64::from(*set), 2));
            }
            Some(Entry::Reached(Reached::Updated { .. })) => assert!(version & 0x80 == 0 && version != 0),
            _ => {}
        }
    }

    /// The card's memory, but for how often it was written.
    pub fn memory(&self) -> serde_json::Value {
        let mut memory = serde_json::to_value(self.card.state()).unwrap();
        forget(&mut memory, &["writes", "pages", "reads"]);
        memory
    }
}

fn forget(value: &mut serde_json::Value, names: &[&str]) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|name, _| !names.contains(&name.as_str()));
            map.values_mut().for_each(|value| forget(value, names));
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| forget(value, names)),
        _ => {}
    }
}
