//! Each goal on each generation, and what the card then holds: looked at with keys, by nobody of the plan.

use chip::content::record::{Record, of_file};
use chip::content::{Content, link_message, record_message};
use chip::keys::{KeyFault, KeyName, Keys, SetVersion, Uid};
use chip::layout::{IdentityFile, Place, memory};
use chip::plan::{EVERY_APDU, Entry, Goal, How, Intent, Left, Order, Reached, Stop};
use chip::profile::Profile;
use desfire::command::{Command, DataFile, GetKeyVersion, Opcode, ReadData, SelectApplication};
use desfire::{Authentication, Channel, CommMode, Error, Framing, Key, Step, U24};
use ed25519_dalek::{Signature, Verifier as _};
use ndef::tag::Reading;
use picc::{Card, Model};

use crate::desk::{Desk, IDENTITY, MODELS, UID, Vault, first, issue, key, largest, moved, second, set, signer, update};

/// A reader with keys, that is no plan.
pub struct Reader<'a> {
    pub card: &'a mut Card,
    channel: Channel,
}

impl<'a> Reader<'a> {
    pub fn new(card: &'a mut Card) -> Self {
        card.power_off();
        card.power_on();
        Reader { card, channel: Channel::new(Framing::Wrapped, 64) }
    }

    fn through(&mut self, mut frame: Vec<u8>) -> Result<desfire::Answer, Error> {
        loop {
            match self.channel.answer(&self.card.transmit(&frame))? {
                Step::Send(next) => frame = next,
                Step::Done(answer) => return Ok(answer),
            }
        }
    }

    pub fn run<C: Command>(&mut self, command: &C) -> Result<C::Reply, Error> {
        let frame = self.channel.begin(command.request())?;
        command.reply(&self.through(frame)?)
    }

    pub fn open(&mut self, place: Place, number: u8, key: &Key) -> Result<(), Error> {
        self.run(&SelectApplication::new(place.aid()))?;
        let frame = self.channel.authenticate(Authentication::ev1(number, key)?, &[7; 16])?;
        self.through(frame).map(drop)
    }

    pub fn read(&mut self, file: IdentityFile) -> Result<Vec<u8>, Error> {
        let file = DataFile { no: file.number(), mode: CommMode::Full };
        self.run(&ReadData { file, offset: U24::ZERO, length: U24::ZERO, opcode: Opcode::Native })
    }

    /// What a phone opens.
    pub fn link(&mut self) -> String {
        let (mut reading, mut command) = Reading::begin();
        let records = loop {
            match reading.answer(&self.card.transmit(&command.encode().unwrap())).unwrap() {
                ndef::tag::Step::Send(next) => command = next,
                ndef::tag::Step::Done(records) => break records,
            }
        };
        ndef::uri::of(&records[0]).unwrap()
    }
}

pub fn profile(model: Model) -> Profile {
    match model {
        Model::Ev1 => Profile::A,
        Model::Ev2 => Profile::B,
        Model::Ev3 => Profile::C,
    }
}

/// That the card is issued with this content and the keys of this set.
fn look(card: &mut Card, content: &Content, version: u8) {
    let model = card.state().model();
    let mut reader = Reader::new(card);
    for (place, names) in [
        (Place::Picc, Place::Picc.keys(profile(model))),
        (Place::Identity, Place::Identity.keys(profile(model))),
        (Place::Tag, Place::Tag.keys(profile(model))),
    ] {
        for (number, name) in (0..).zip(names) {
            reader.open(place, number, &key(version, *name)).unwrap();
            assert_eq!(reader.run(&GetKeyVersion { key_no: number, key_set: None }), Ok(version));
        }
    }
    for (number, name) in (0..).zip(IDENTITY) {
        reader.open(Place::Identity, number, &key(version, KeyName::Identity(name))).unwrap();
        let may_read = |file: IdentityFile| {
            matches!((number, file), (1, _) | (2, _) | (3, IdentityFile::Access) | (4, IdentityFile::Timekeeping))
        };
        let file = match number {
            3 => IdentityFile::Access,
            4 => IdentityFile::Timekeeping,
            _ => IdentityFile::Record,
        };
        assert_eq!(reader.read(file).is_ok(), may_read(file), "key {number}");
    }
    reader.open(Place::Identity, 1, &key(version, KeyName::Identity(IDENTITY[1]))).unwrap();
    let file = reader.read(IdentityFile::Record).unwrap();
    let record = of_file(&file).unwrap();
    assert!(Record::decode(record) == Ok(content.record.clone()));
    let signature = reader.read(IdentityFile::Signature).unwrap();
    let (signed_by, signature) = signature.split_first().unwrap();
    let signature = Signature::from_bytes(signature.try_into().unwrap());
    signer(*signed_by).verifying_key().verify(&record_message(&UID, record), &signature).unwrap();
    reader.open(Place::Identity, 3, &key(version, KeyName::Identity(IDENTITY[3]))).unwrap();
    assert_eq!(reader.read(IdentityFile::Access).unwrap(), content.access);
    reader.open(Place::Identity, 4, &key(version, KeyName::Identity(IDENTITY[4]))).unwrap();
    assert_eq!(reader.read(IdentityFile::Timekeeping).unwrap(), content.timekeeping);
    let link = Reader::new(reader.card).link();
    let host = content.host.as_str();
    if model == Model::Ev3 {
        let query = link.strip_prefix(&format!("https://{host}/t?")).unwrap();
        let tapped = chip::content::link::Tapped::parse(query).unwrap();
        let (meta, file) = (key(version, KeyName::SdmMeta), key(version, KeyName::SdmFile));
        let tap = desfire::sdm::verify_sun(&meta, &file, &tapped.picc_data, &tapped.mac_input, &tapped.mac).unwrap();
        assert_eq!(tap.uid, Some(UID));
    } else {
        let message = link_message(&UID, &content.record.code);
        let signature = Vault.sign_card(set(*signed_by), &message).unwrap();
        assert_eq!(link, chip::content::link::fixed(&content.host, &content.record.code, &signature));
    }
}

#[test]
fn a_factory_card_becomes_a_blank_once() {
    for model in MODELS {
        let mut desk = Desk::new(model);
        assert_eq!(desk.run(issue(first(), 1)).end, Err(Stop::Unkeyed));
        let outcome = desk.run(Goal::Key(set(1)));
        assert_eq!(outcome.end, Ok((Reached::Blank { set: 1 }, How::Straight)), "{model:?}");
        assert_eq!((outcome.uid, outcome.profile, outcome.left), (Some(UID), Some(profile(model)), Left::Done));
        assert_eq!(desk.run(Goal::Key(set(1))).end, Ok((Reached::Blank { set: 1 }, How::Confirmed)));
        assert_eq!(desk.run(Goal::Key(set(2))).end, Ok((Reached::Blank { set: 2 }, How::Straight)));
        let mut reader = Reader::new(&mut desk.card);
        assert!(reader.open(Place::Picc, 0, &Key::factory()).is_err());
        reader.open(Place::Picc, 0, &key(2, KeyName::Transport)).unwrap();
    }
}

#[test]
fn a_card_is_issued_updated_rekeyed_and_wiped() {
    for model in MODELS {
        let mut desk = Desk::blank(model);
        let outcome = desk.run(issue(first(), 1));
        let hash = first().hash().unwrap();
        assert_eq!(outcome.end, Ok((Reached::Issued { content: hash, set: 1 }, How::Straight)), "{model:?}");
        look(&mut desk.card, &first(), 1);
        assert_eq!(desk.run(issue(first(), 1)).end, Ok((Reached::Issued { content: hash, set: 1 }, How::Confirmed)));
        assert_eq!(desk.run(issue(second(), 1)).end, Err(Stop::Issued));
        assert_eq!(desk.run(Goal::Key(set(1))).end, Err(Stop::Issued));

        for content in [second(), moved()] {
            let outcome = desk.run(update(content.clone()));
            let hash = content.hash().unwrap();
            assert_eq!(outcome.end, Ok((Reached::Updated { content: hash }, How::Straight)), "{model:?}");
            look(&mut desk.card, &content, 1);
        }
        let outcome = desk.run(Goal::Rekey(set(2)));
        assert_eq!(outcome.end, Ok((Reached::Rekeyed { set: 2 }, How::Straight)), "{model:?}");
        look(&mut desk.card, &moved(), 2);
        assert_eq!(desk.run(Goal::Rekey(set(2))).end, Ok((Reached::Rekeyed { set: 2 }, How::Straight)));
        desk.run(update(first())).end.unwrap();
        look(&mut desk.card, &first(), 2);

        let outcome = desk.run(Goal::Wipe(set(2)));
        assert_eq!(outcome.end, Ok((Reached::Blank { set: 2 }, How::Straight)), "{model:?}");
        assert_eq!(desk.card.applications().len(), 0);
        assert_eq!(desk.run(update(first())).end, Err(Stop::NotIssued));
        assert_eq!(desk.run(Goal::Rekey(set(1))).end, Err(Stop::NotIssued));
        assert_eq!(desk.run(Goal::Wipe(set(2))).end, Ok((Reached::Blank { set: 2 }, How::Confirmed)));
        desk.run(issue(second(), 3)).end.unwrap();
        look(&mut desk.card, &second(), 3);
    }
}

#[test]
fn the_largest_content_fits_the_smallest_card() {
    for model in MODELS {
        let mut desk = Desk::blank(model);
        desk.run(issue(largest(), 1)).end.unwrap();
        look(&mut desk.card, &largest(), 1);
        assert_eq!(2560 - desk.card.free(), memory(profile(model)), "{model:?}");
        desk.run(update(first())).end.unwrap();
        look(&mut desk.card, &first(), 1);
        desk.run(update(largest())).end.unwrap();
        look(&mut desk.card, &largest(), 1);
    }
}

#[test]
fn a_tag_that_lost_its_message_is_repaired_by_an_update() {
    for model in MODELS {
        let mut desk = Desk::issued(model);
        let mut reader = Reader::new(&mut desk.card);
        reader.open(Place::Tag, 0, &key(1, KeyName::Tag)).unwrap();
        let file = DataFile { no: desfire::FileNo::of::<2>(), mode: CommMode::Plain };
        let data = vec![0, 0].into();
        let write = desfire::command::WriteData { file, offset: U24::ZERO, data, opcode: Opcode::Native };
        reader.run(&write).unwrap();
        desk.run(update(first())).end.unwrap();
        look(&mut desk.card, &first(), 1);
    }
}

#[test]
fn intents_are_written_before_they_are_sent() {
    let mut desk = Desk::blank(Model::Ev3);
    let mut run = desk.start(issue(first(), 1));
    let mut relay = chip::batch::Relay::default();
    let mut turn = run.turn(chip::plan::Event::Again);
    let mut meant: Vec<Intent> = Vec::new();
    loop {
        turn = match turn {
            chip::plan::Turn::Over(_, outcome) => {
                outcome.end.unwrap();
                break;
            }
            chip::plan::Turn::Whose(uid) => {
                assert_eq!(uid, UID);
                run.turn(chip::plan::Event::Journal(Vec::new()))
            }
            chip::plan::Turn::Batch(entries, batch) => {
                for entry in entries {
                    match entry {
                        Entry::Meant(intent) => meant.push(intent),
                        Entry::Held(intent) => assert!(meant.contains(&intent)),
                        Entry::Reached(_) => panic!("it is not over"),
                    }
                }
                let codes: Vec<u8> = batch.steps.iter().map(|step| step.command[1]).collect();
                let own = |intent: &Intent| matches!(intent, Intent::Key { place: Place::Picc, .. });
                let last = codes.contains(&0xC4) && desk.card.selected() == [0; 3] && codes.len() <= 3;
                assert!(!last || meant.iter().any(own));
                assert!(!codes.contains(&0xCA) || meant.contains(&Intent::Application(Place::Tag)));
                assert!(!codes.contains(&0xC7) || meant.contains(&Intent::Commit));
                let mut next = relay.batch(batch);
                loop {
                    next = match next {
                        chip::batch::Do::Send(command) => relay.answer(&desk.card.transmit(&command)),
                        chip::batch::Do::Report(answers) => break run.turn(chip::plan::Event::Answers(answers)),
                        chip::batch::Do::Nothing => panic!("the relay has nothing to do"),
                    };
                }
            }
        };
    }
    let bytes = serde_json::to_string(&meant).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Intent>>(&bytes).unwrap(), meant);
}

#[test]
fn the_card_that_was_ordered_is_the_one_that_is_written() {
    let mut desk = Desk::blank(Model::Ev2);
    let before = desk.memory();
    let other = [0x04, 9, 9, 9, 9, 9, 9];
    let run = desk.order(Order { goal: issue(first(), 1), card: Some(other), makers: Vec::new(), longest: EVERY_APDU });
    let outcome = desk.carry_out(run, None);
    assert_eq!(outcome.end, Err(Stop::WrongCard { expected: other, found: UID }));
    assert_eq!(outcome.left, Left::Untouched);
    assert_eq!(desk.memory(), before);
    let run = desk.order(Order { goal: issue(first(), 1), card: Some(UID), makers: Vec::new(), longest: EVERY_APDU });
    desk.carry_out(run, None).end.unwrap();
}

#[test]
fn readers_that_pass_on_less_are_asked_for_less() {
    for model in MODELS {
        for longest in [64, 100, 240] {
            let mut desk = Desk::blank(model);
            for goal in [issue(largest(), 1), update(moved())] {
                let run = desk.order(Order { goal, card: None, makers: Vec::new(), longest });
                desk.carry_out(run, None).end.unwrap();
                let most = desk.passed.iter().map(|(command, answer)| command.len().max(answer.len())).max();
                assert!(most <= Some(longest), "{model:?} {longest}: {most:?}");
            }
            look(&mut desk.card, &moved(), 1);
        }
    }
}

#[test]
fn a_run_can_wait_on_any_thread() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&Desk::new(Model::Ev1).start(Goal::Key(set(1))));
}

/// A vault that answers so often, and then no more.
struct Failing(std::sync::atomic::AtomicUsize);

impl Failing {
    fn answers(&self) -> Result<(), KeyFault> {
        use std::sync::atomic::Ordering::SeqCst;
        let left = self.0.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| KeyFault::Unavailable)
    }
}

impl Keys for Failing {
    fn card_key(&self, set: SetVersion, name: KeyName, uid: &Uid) -> Result<Key, KeyFault> {
        self.answers()?;
        Vault.card_key(set, name, uid)
    }

    fn sign_card(&self, set: SetVersion, message: &[u8]) -> Result<[u8; 64], KeyFault> {
        self.answers()?;
        Vault.sign_card(set, message)
    }
}

#[test]
fn a_vault_that_fails_leaves_the_card_as_it_was() {
    for model in MODELS {
        let issued = Desk::issued(model);
        for (before, goal) in [
            (Desk::new(model), Goal::Key(set(1))),
            (Desk::blank(model), issue(first(), 1)),
            (issued.copy(), update(moved())),
            (issued.copy(), Goal::Rekey(set(2))),
            (issued.copy(), Goal::Wipe(set(1))),
        ] {
            let mut failed = 0;
            for answers in 0.. {
                let mut desk = before.copy();
                let order = Order { goal: goal.clone(), card: None, makers: Vec::new(), longest: EVERY_APDU };
                let run = desk.order_from(std::sync::Arc::new(Failing(answers.into())), order);
                let outcome = desk.carry_out(run, None);
                if outcome.end.is_ok() {
                    break;
                }
                assert_eq!(outcome.end, Err(Stop::Key(KeyFault::Unavailable)));
                assert_eq!((outcome.left, desk.memory()), (Left::Untouched, before.memory()), "{model:?} {goal:?}");
                failed += 1;
            }
            assert!(failed > 0);
        }
    }
}
