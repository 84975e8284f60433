//! What is laid on the reader instead of one card of ours: each has an outcome of its own, and none is written to.

use chip::batch::{Answers, Do, End, Relay};
use chip::keys::KeyName;
use chip::layout::Place;
use chip::plan::{EVERY_APDU, Event, Goal, Left, Order, Outcome, Stop, Turn};
use chip::profile::Unfit;
use desfire::Key;
use desfire::command::{ApplicationSettings, ChangeOwnKey, CreateApplication, DeleteApplication, KeySettings};
use desfire::{Aid, KeyCount, KeyType};
use p224::ecdsa::signature::hazmat::PrehashSigner as _;
use p224::ecdsa::{Signature, SigningKey};
use picc::{Memory, Model, State};

use crate::desk::{Desk, MODELS, UID, first, issue, key, set, update};
use crate::goals::Reader;

fn goals() -> Vec<Goal> {
    vec![Goal::Key(set(1)), issue(first(), 1), update(first()), Goal::Rekey(set(2)), Goal::Wipe(set(1))]
}

/// Something that answers every command by itself.
fn against(goal: Goal, mut answer: impl FnMut(&[u8]) -> Vec<u8>) -> Outcome {
    let mut desk = Desk::new(Model::Ev1);
    let mut run = desk.start(goal);
    let mut relay = Relay::default();
    let mut turn = run.turn(Event::Again);
    loop {
        turn = match turn {
            Turn::Over(_, outcome) => return *outcome,
            Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
            Turn::Batch(_, batch) => {
                let mut next = relay.batch(batch);
                while let Do::Send(command) = next {
                    next = relay.answer(&answer(&command));
                }
                let Do::Report(answers) = next else { panic!("a batch ends with a report") };
                run.turn(Event::Answers(answers))
            }
        };
    }
}

#[test]
fn phones_and_bank_cards_are_of_another_kind() {
    for (what, status) in [("a phone", 0x6E00_u16), ("a bank card", 0x6D00), ("a passport", 0x6700)] {
        for goal in goals() {
            let outcome = against(goal, |_| status.to_be_bytes().to_vec());
            assert_eq!((outcome.end, outcome.left), (Err(Stop::OtherKind(status)), Left::Untouched), "{what}");
        }
    }
}

#[test]
fn cards_of_other_generations_are_refused_by_name() {
    // type, major version, storage
    for (kind, major, storage, unfit) in [
        (0x01, 0x00, 0x18, Unfit::D40),
        (0x08, 0x30, 0x13, Unfit::Light),
        (0x04, 0x30, 0x11, Unfit::Ntag),
        (0x01, 0xA0, 0x1A, Unfit::Unknown { kind: 0x01, major: 0xA0 }),
    ] {
        let part = [0x04, kind, 0x01, major, 0x00, storage, 0x05];
        let outcome = against(issue(first(), 1), |command| {
            let data: &[u8] = match command[1] {
                0x60 => &[part.as_slice(), &part, &UID, &[0; 7]].concat(),
                0x64 => &[0x81],
                _ => &[],
            };
            [data, &[0x91, 0x00]].concat()
        });
        assert_eq!((outcome.end, outcome.uid), (Err(Stop::Unfit(unfit)), Some(UID)));
    }
}

#[test]
fn a_card_that_hides_its_identifier_is_refused() {
    let part = [0x04, 0x01, 0x01, 0x33, 0x00, 0x1A, 0x05];
    let outcome = against(issue(first(), 1), |command| {
        let data: &[u8] = match command[1] {
            0x60 => &[part.as_slice(), &part, &[0; 14]].concat(),
            0x64 => &[0x81],
            _ => &[],
        };
        [data, &[0x91, 0x00]].concat()
    });
    assert_eq!(outcome.end, Err(Stop::RandomId));
}

#[test]
fn two_cards_in_the_field_and_none() {
    for (end, stop) in [(End::Several, Stop::Several), (End::Gone, Stop::Gone)] {
        let mut desk = Desk::blank(Model::Ev3);
        let mut run = desk.start(issue(first(), 1));
        let Turn::Batch(_, batch) = run.turn(Event::Again) else { panic!("a run begins with a batch") };
        let answers = Answers { run: batch.run, number: batch.number, answers: Vec::new(), end };
        let Turn::Over(entries, outcome) = run.turn(Event::Answers(answers)) else { panic!("it is over") };
        assert_eq!((outcome.end, outcome.left, outcome.uid), (Err(stop), Left::Untouched, None));
        assert!(entries.is_empty());
    }
}

#[test]
fn a_reader_that_answers_for_a_card_that_left_is_not_taken_for_a_phone() {
    for at in [6, 7, 20, 60] {
        let mut desk = Desk::blank(Model::Ev2);
        let mut run = desk.start(issue(first(), 1));
        desk.tap();
        let mut relay = Relay::default();
        let mut turn = run.turn(Event::Again);
        let mut exchanges = 0;
        let outcome = loop {
            turn = match turn {
                Turn::Over(_, outcome) => break outcome,
                Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
                Turn::Batch(_, batch) => {
                    let mut next = relay.batch(batch);
                    while let Do::Send(command) = next {
                        exchanges += 1;
                        let left = exchanges > at;
                        next = relay.answer(&if left { vec![0x63, 0x00] } else { desk.card.transmit(&command) });
                    }
                    let Do::Report(answers) = next else { panic!("a batch ends with a report") };
                    run.turn(Event::Answers(answers))
                }
            };
        };
        assert_eq!(outcome.end, Err(Stop::Gone), "after {at} exchanges");
    }
}

fn application(aid: u32) -> CreateApplication {
    CreateApplication {
        aid: Aid::new(aid).unwrap(),
        settings: ApplicationSettings {
            key_settings: KeySettings::FACTORY,
            key_type: KeyType::Aes,
            keys: KeyCount::of::<1>(),
            iso_files: false,
            key_sets: None,
            vc_keys: false,
            capability_data: false,
            iso: None,
        },
    }
}

#[test]
fn applications_of_others_are_left_alone() {
    for model in MODELS {
        for mut desk in [Desk::new(model), Desk::blank(model), Desk::issued(model)] {
            let master = [Key::factory(), key(1, KeyName::Transport), key(1, KeyName::Picc)];
            let mut reader = Reader::new(&mut desk.card);
            assert!(master.iter().any(|key| reader.open(Place::Picc, 0, key).is_ok()));
            reader.run(&application(0xF0_0001)).unwrap();
            let before = desk.memory();
            for goal in goals() {
                let outcome = desk.run(goal);
                assert_eq!((outcome.end, outcome.left), (Err(Stop::Foreign(vec![0xF0_0001])), Left::Untouched));
            }
            assert_eq!(desk.memory(), before);
        }
    }
}

#[test]
fn somebody_elses_card_is_told_by_the_version_of_its_key() {
    for model in MODELS {
        // a version of no set, one of a set that is not held, one of ours with another key behind it, and none
        for (version, stop) in [
            (0x7F, Stop::UnknownKey(0x7F)),
            (0xFF, Stop::UnknownKey(0xFF)),
            (0x04, Stop::Issued),
            (0x81, Stop::KeyRefused),
            (0x00, Stop::Unkeyed),
        ] {
            let mut desk = Desk::new(model);
            let mut reader = Reader::new(&mut desk.card);
            reader.open(Place::Picc, 0, &Key::factory()).unwrap();
            let change = ChangeOwnKey { key_no: 0, new: Key::aes([0x77; 16], version), picc: true };
            let _unconfirmed = reader.run(&change).unwrap();
            let before = desk.memory();
            assert_eq!(desk.run(issue(first(), 1)).end, Err(stop), "{model:?} {version:02X}");
            let wiped = desk.run(Goal::Wipe(set(1))).end.unwrap_err();
            match version {
                0x04 => assert!(matches!(wiped, Stop::Key(_))),
                0x81 => assert_eq!(wiped, Stop::KeyRefused),
                0x00 => assert_eq!(wiped, Stop::Unkeyed),
                _ => assert_eq!(wiped, Stop::UnknownKey(version)),
            }
            if version == 0x00 {
                assert_eq!(desk.run(Goal::Key(set(1))).end, Err(Stop::KeyRefused));
            }
            assert_eq!(desk.memory(), before);
        }
    }
}

#[test]
fn a_full_card_is_full_until_what_was_deleted_is_given_back() {
    for model in MODELS {
        let mut desk = Desk::blank(model);
        let mut reader = Reader::new(&mut desk.card);
        reader.open(Place::Picc, 0, &key(1, KeyName::Transport)).unwrap();
        // deleting gives no memory back
        for _ in 0..20 {
            let creation = application(0xF0_0001);
            reader.run(&creation).unwrap();
            reader.run(&DeleteApplication { aid: creation.aid, dam_mac: None, selected: false }).unwrap();
        }
        let outcome = desk.run(issue(first(), 1));
        assert_eq!((outcome.end, outcome.left), (Err(Stop::Full), Left::Underway), "{model:?}");
        // now the journal says that what is on it is ours and was never active
        desk.run(issue(first(), 1)).end.unwrap();
    }
}

#[test]
fn the_maker_s_signature_is_asked_of_cards_that_have_one() {
    let maker = SigningKey::from_slice(&[0x33; 28]).unwrap();
    let point = maker.verifying_key().to_encoded_point(false);
    let public: [u8; 57] = point.as_bytes().try_into().unwrap();
    let mut digest = [0; 28];
    digest[21..].copy_from_slice(&UID);
    let genuine: Signature = maker.sign_prehash(&digest).unwrap();
    let genuine: [u8; 56] = genuine.to_bytes().as_slice().try_into().unwrap();
    for model in MODELS {
        for (signature, good) in [(genuine, true), ([0; 56], false), ([0x11; 56], false)] {
            let state = State::factory(model, Memory::K2, UID).with_signature(signature);
            let mut desk = Desk::with(state, Vec::new());
            desk.run(Goal::Key(set(1))).end.unwrap();
            let run = desk.order(Order {
                goal: issue(first(), 1),
                card: Some(UID),
                makers: vec![public],
                longest: EVERY_APDU,
            });
            let outcome = desk.carry_out(run, None);
            if good || model == Model::Ev1 {
                assert!(outcome.end.is_ok(), "{model:?}: {outcome:?}");
            } else {
                assert_eq!((outcome.end, outcome.left), (Err(Stop::Counterfeit), Left::Untouched), "{model:?}");
            }
        }
    }
}

/// Whoever relays takes the card away in the middle and lays another one of ours on.
#[test]
fn a_card_that_is_exchanged_in_the_middle_is_not_written() {
    let other = [0x04, 2, 2, 2, 2, 2, 2];
    for at in 1..9 {
        let mut desk = Desk::blank(Model::Ev3);
        let mut second = Desk::with(State::factory(Model::Ev3, Memory::K2, other), Vec::new());
        second.run(Goal::Key(set(1))).end.unwrap();
        second.card.power_off();
        second.card.power_on();
        let before = second.memory();
        let mut run = desk.start(issue(first(), 1));
        desk.tap();
        let mut relay = Relay::default();
        let mut turn = run.turn(Event::Again);
        let mut batches = 0;
        let outcome = loop {
            turn = match turn {
                Turn::Over(_, outcome) => break outcome,
                Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
                Turn::Batch(_, batch) => {
                    batches += 1;
                    let card = if batches > at { &mut second.card } else { &mut desk.card };
                    let mut next = relay.batch(batch);
                    while let Do::Send(command) = next {
                        next = relay.answer(&card.transmit(&command));
                    }
                    let Do::Report(answers) = next else { panic!("a batch ends with a report") };
                    run.turn(Event::Answers(answers))
                }
            };
        };
        assert!(outcome.end.is_err(), "exchanged after {at} batches");
        assert_eq!(second.memory(), before, "exchanged after {at} batches");
    }
}
