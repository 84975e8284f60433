//! Whoever relays makes things up: nothing panics, and nothing counts as done that the card did not do exactly so.

use chip::batch::{Answers, Do, End, Relay};
use chip::plan::{Event, Goal, Left, Run, Stop, Turn};
use picc::Model;
use proptest::prelude::*;

use crate::desk::{Desk, MODELS, first, issue, moved, set, update};

/// What is done to the bytes of one exchange.
#[derive(Clone, Copy, Debug)]
enum Change {
    Flip {
        byte: usize,
        bit: u8,
    },
    Cut(usize),
    Append(u8),
    /// The answer, or command, of an earlier exchange instead.
    Earlier(usize),
    /// A bare success.
    Success,
}

impl Change {
    fn made(self, bytes: &[u8], earlier: &[Vec<u8>]) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        match self {
            Change::Flip { byte, bit } if !bytes.is_empty() => changed[byte % bytes.len()] ^= 1 << (bit % 8),
            Change::Flip { .. } => {}
            Change::Cut(at) => changed.truncate(at % (bytes.len() + 1)),
            Change::Append(byte) => changed.insert(0, byte),
            Change::Earlier(at) if !earlier.is_empty() => changed = earlier[at % earlier.len()].clone(),
            Change::Earlier(_) => {}
            Change::Success => changed = vec![0x91, 0x00],
        }
        changed
    }
}

/// Runs it with one exchange changed on its way to the card, or back.
fn tampered(desk: &mut Desk, goal: Goal, at: usize, to_card: bool, change: Change) -> (bool, Option<Left>) {
    let mut run = desk.start(goal);
    desk.tap();
    let mut relay = Relay::default();
    let mut turn = run.turn(Event::Again);
    let (mut commands, mut answers): (Vec<Vec<u8>>, Vec<Vec<u8>>) = (Vec::new(), Vec::new());
    loop {
        turn = match turn {
            Turn::Over(entries, outcome) => {
                desk.journal.extend(entries);
                return (outcome.end.is_ok(), Some(outcome.left));
            }
            Turn::Whose(_) => run.turn(Event::Journal(desk.journal.clone())),
            Turn::Batch(entries, batch) => {
                desk.journal.extend(entries);
                let mut next = relay.batch(batch);
                while let Do::Send(command) = next {
                    let here = commands.len() == at;
                    let sent = if here && to_card { change.made(&command, &commands) } else { command.clone() };
                    let back = desk.card.transmit(&sent);
                    let told = if here && !to_card { change.made(&back, &answers) } else { back.clone() };
                    commands.push(command);
                    answers.push(back);
                    next = relay.answer(&told);
                }
                let Do::Report(report) = next else { panic!("a batch ends with a report") };
                run.turn(Event::Answers(report))
            }
        };
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => (any::<usize>(), any::<u8>()).prop_map(|(byte, bit)| Change::Flip { byte, bit }),
        1 => any::<usize>().prop_map(Change::Cut),
        1 => any::<u8>().prop_map(Change::Append),
        1 => any::<usize>().prop_map(Change::Earlier),
        1 => Just(Change::Success),
    ]
}

/// Journal and memory of a card before, and its goal.
fn case(model: Model, nth: usize) -> (Desk, Goal) {
    match nth {
        0 => (Desk::blank(model), issue(first(), 1)),
        1 => (Desk::issued(model), update(moved())),
        2 => (Desk::issued(model), Goal::Rekey(set(2))),
        _ => (Desk::issued(model), Goal::Wipe(set(1))),
    }
}

/// An EV1 takes CreateApplication without a MAC on the command: whatever it made of one, the next tap takes off.
#[test]
fn no_bit_of_an_application_s_creation_costs_a_blank() {
    let clean = {
        let mut desk = Desk::blank(Model::Ev1);
        desk.run(issue(first(), 1)).end.unwrap();
        desk.memory()
    };
    for at in 0..70 {
        // behind the header: an application's identifier, its settings and number of keys
        for byte in 5..10 {
            for bit in 0..8 {
                let mut desk = Desk::blank(Model::Ev1);
                tampered(&mut desk, issue(first(), 1), at, true, Change::Flip { byte, bit });
                let outcome = desk.run(issue(first(), 1));
                assert!(outcome.end.is_ok(), "exchange {at}, byte {byte}, bit {bit}: {outcome:?}");
                assert_eq!(desk.memory(), clean);
            }
        }
    }
}

/// Before the first session anybody may have told what the card is: no bit of it chooses what is written, nor who signs it.
#[test]
fn no_bit_told_without_a_session_changes_what_is_written() {
    for (model, nth) in MODELS.into_iter().flat_map(|model| (0..4).map(move |nth| (model, nth))) {
        let (before, goal) = case(model, nth);
        let clean = {
            let mut desk = before.copy();
            desk.run(goal.clone()).end.unwrap();
            desk.memory()
        };
        // selecting, GetVersion in three frames, the stage, the directory; then the versions of keys
        for at in 0..10 {
            for byte in 0..14 {
                for bit in 0..8 {
                    let mut desk = before.copy();
                    let (done, _) = tampered(&mut desk, goal.clone(), at, false, Change::Flip { byte, bit });
                    assert!(
                        !done || desk.memory() == clean,
                        "{model:?}, goal {nth}: answer {at}, byte {byte}, bit {bit} passed for done"
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_exchange_never_passes_for_done(
        model in prop::sample::select(MODELS.to_vec()),
        nth in 0_usize..4,
        at in 0_usize..70,
        to_card: bool,
        change in change(),
    ) {
        let (before, goal) = case(model, nth);
        let clean = {
            let mut desk = before.copy();
            desk.run(goal.clone()).end.unwrap();
            desk.memory()
        };
        let mut desk = before.copy();
        let (done, left) = tampered(&mut desk, goal.clone(), at, to_card, change);
        if done {
            // some bytes of a command mean nothing: what the card was told is the same
            prop_assert_eq!(&desk.memory(), &clean);
        } else if left == Some(Left::Untouched) {
            prop_assert_eq!(desk.memory(), before.memory());
        }
        // an honest hand brings it about all the same
        let outcome = desk.run(goal);
        prop_assert!(outcome.end.is_ok(), "{:?}", outcome);
        prop_assert_eq!(desk.memory(), clean);
    }

    #[test]
    fn answers_that_are_made_up_never_panic_and_never_pass(
        nth in 0_usize..5,
        noise in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..40),
        success: bool,
        end in prop::sample::select(vec![End::Through, End::Stopped, End::Gone, End::Several]),
    ) {
        let goal = [issue(first(), 1), update(first()), Goal::Rekey(set(2)), Goal::Wipe(set(1)), Goal::Key(set(1))];
        let mut desk = Desk::new(Model::Ev1);
        let mut run = desk.start(goal[nth].clone());
        let status = if success { [0x91, 0x00] } else { [0x91, 0xAF] };
        let answers: Vec<Vec<u8>> = noise.iter().map(|data| [data.as_slice(), &status].concat()).collect();
        prop_assert!(made_up(&mut run, &answers, end).is_err());
        let mut run = desk.start(goal[nth].clone());
        prop_assert!(made_up(&mut run, &noise, end).is_err());
    }
}

/// The same answers to every batch.
fn made_up(run: &mut Run, answers: &[Vec<u8>], end: End) -> Result<(), Stop> {
    let mut turn = run.turn(Event::Again);
    for _ in 0..40 {
        turn = match turn {
            Turn::Over(_, outcome) => return outcome.end.map(drop),
            Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
            Turn::Batch(_, batch) => {
                let answers = answers.to_vec();
                run.turn(Event::Answers(Answers { run: batch.run, number: batch.number, answers, end }))
            }
        };
    }
    panic!("a run ends")
}

/// A relay that knows everything but keys plays a card that accepts whatever it is told.
#[test]
fn a_card_that_is_made_up_is_not_issued() {
    for goal in [issue(first(), 1), Goal::Key(set(1)), Goal::Wipe(set(1))] {
        let mut desk = Desk::new(Model::Ev1);
        let mut run = desk.start(goal);
        let part = [0x04, 0x01, 0x01, 0x33, 0x00, 0x1A, 0x05];
        let mut relay = Relay::default();
        let mut turn = run.turn(Event::Again);
        let outcome = loop {
            turn = match turn {
                Turn::Over(_, outcome) => break outcome,
                Turn::Whose(_) => run.turn(Event::Journal(Vec::new())),
                Turn::Batch(_, batch) => {
                    let mut next = relay.batch(batch);
                    while let Do::Send(command) = next {
                        let data: Vec<u8> = match command[1] {
                            0x60 => [part.as_slice(), &part, &[4, 1, 2, 3, 4, 5, 6], &[0; 7]].concat(),
                            0x64 => vec![0x81],
                            0xAA => [[0x5A; 16].as_slice(), &[0x91, 0xAF]].concat(),
                            0xAF => vec![0x33; 16],
                            _ => Vec::new(),
                        };
                        let status: &[u8] = if command[1] == 0xAA { &[] } else { &[0x91, 0x00] };
                        next = relay.answer(&[data.as_slice(), status].concat());
                    }
                    let Do::Report(report) = next else { panic!("a batch ends with a report") };
                    run.turn(Event::Answers(report))
                }
            };
        };
        assert_eq!(outcome.end, Err(Stop::KeyRefused));
    }
}
