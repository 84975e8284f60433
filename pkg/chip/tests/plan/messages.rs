//! Between server and relay: every message lost, doubled or late, at each step. The card becomes the same.

use std::collections::VecDeque;

use chip::batch::{Answers, Batch, Do, End, Relay};
use chip::plan::{Asks, Event, Goal, Outcome, Turn, opening};
use picc::Model;

use crate::desk::{Desk, MODELS, first, issue, moved, set, update};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mishap {
    Lost,
    Doubled,
    /// It comes again behind the next one of the same way.
    Late,
    /// It comes only behind the next one, which the sender's patience has brought about.
    Overtaken,
}

#[derive(Clone)]
enum Message {
    Batch(Batch),
    Answers(Answers),
}

/// Runs the goal; the message of that number, both ways counted together, has the mishap.
fn run(desk: &mut Desk, goal: Goal, mishap: Option<(usize, Mishap)>) -> (Outcome, usize) {
    let mut run = desk.start(goal);
    desk.tap();
    let mut relay = Relay::default();
    let mut on_the_way = VecDeque::new();
    let mut kept: Option<Message> = None;
    let mut sent = 0;
    let mut turn = run.turn(Event::Again);
    loop {
        match turn {
            Turn::Over(entries, outcome) => {
                desk.journal.extend(entries);
                // what is late changes nothing
                let after = desk.memory();
                for message in on_the_way.into_iter().chain(kept) {
                    if let Message::Batch(batch) = message {
                        assert!(!matches!(relay.batch(batch), Do::Send(_)));
                    }
                }
                assert_eq!(desk.memory(), after);
                assert!(matches!(run.turn(Event::Again), Turn::Over(entries, _) if entries.is_empty()));
                return (*outcome, sent);
            }
            Turn::Whose(_) => {
                turn = run.turn(Event::Journal(desk.journal.clone()));
                continue;
            }
            Turn::Batch(entries, batch) => {
                desk.journal.extend(entries);
                post(Message::Batch(batch), &mut on_the_way, &mut kept, &mut sent, mishap);
            }
        }
        // until something reaches the server; where nothing is on the way, its patience ends and it says the same again
        turn = loop {
            match on_the_way.pop_front() {
                None => break run.turn(Event::Again),
                Some(Message::Answers(answers)) => break run.turn(Event::Answers(answers)),
                Some(Message::Batch(batch)) => {
                    let mut next = relay.batch(batch);
                    while let Do::Send(command) = next {
                        next = relay.answer(&desk.card.transmit(&command));
                    }
                    if let Do::Report(answers) = next {
                        post(Message::Answers(answers), &mut on_the_way, &mut kept, &mut sent, mishap);
                    }
                }
            }
        };
    }
}

fn post(
    message: Message,
    on_the_way: &mut VecDeque<Message>,
    kept: &mut Option<Message>,
    sent: &mut usize,
    mishap: Option<(usize, Mishap)>,
) {
    let late = kept.take();
    match mishap.filter(|(nth, _)| nth == sent).map(|(_, mishap)| mishap) {
        None => on_the_way.push_back(message),
        Some(Mishap::Lost) => {}
        Some(Mishap::Doubled) => on_the_way.extend([message.clone(), message]),
        Some(Mishap::Late) => {
            *kept = Some(message.clone());
            on_the_way.push_back(message);
        }
        Some(Mishap::Overtaken) => *kept = Some(message),
    }
    on_the_way.extend(late);
    *sent += 1;
}

#[test]
fn messages_lost_doubled_and_late_change_nothing() {
    for model in MODELS {
        let issued = Desk::issued(model);
        for (before, goal) in [
            (Desk::blank(model), issue(first(), 1)),
            (issued.copy(), update(moved())),
            (issued.copy(), Goal::Rekey(set(2))),
            (issued.copy(), Goal::Wipe(set(1))),
        ] {
            let mut clean = before.copy();
            let (outcome, messages) = run(&mut clean, goal.clone(), None);
            let expected = (outcome.end.unwrap(), clean.memory());
            for nth in 0..messages {
                for mishap in [Mishap::Lost, Mishap::Doubled, Mishap::Late, Mishap::Overtaken] {
                    let mut desk = before.copy();
                    let (outcome, _) = run(&mut desk, goal.clone(), Some((nth, mishap)));
                    let context = format!("{model:?} {goal:?}, message {nth} {mishap:?}");
                    assert_eq!((outcome.end.unwrap(), desk.memory()), expected, "{context}");
                    let without = |desk: &Desk| desk.journal.clone();
                    assert_eq!(without(&desk), without(&clean), "{context}");
                }
            }
        }
    }
}

#[test]
fn messages_of_another_run_are_not_taken() {
    let mut desk = Desk::blank(Model::Ev3);
    let mut old = desk.start(issue(first(), 1));
    let Turn::Batch(_, batch) = old.turn(Event::Again) else { panic!("a run begins with a batch") };
    let mut relay = Relay::default();
    let mut next = relay.batch(batch);
    while let Do::Send(command) = next {
        next = relay.answer(&desk.card.transmit(&command));
    }
    let Do::Report(answers) = next else { panic!("a batch ends with a report") };
    let mut new = desk.start(issue(first(), 1));
    let begun = new.turn(Event::Again);
    assert_eq!(new.turn(Event::Answers(answers.clone())), begun);
    assert_eq!(new.turn(Event::Journal(Vec::new())), begun);
    let Turn::Batch(_, batch) = begun else { panic!("a run begins with a batch") };
    let gone = Answers { run: batch.run, number: batch.number, answers: Vec::new(), end: End::Gone };
    assert!(matches!(new.turn(Event::Answers(gone)), Turn::Over(..)));
    assert!(matches!(old.turn(Event::Answers(answers)), Turn::Whose(_)));
}

/// Whoever begins with answers to another opening, or with too few, or with those of another run, is asked anew.
#[test]
fn only_answers_to_the_run_s_own_opening_begin_it() {
    for (asks, signature) in [(Asks::Keys, false), (Asks::Card, true), (Asks::Content, true)] {
        let mut desk = Desk::blank(Model::Ev3);
        let mut relay = Relay::default();
        let mut next = relay.batch(opening(asks, signature));
        while let Do::Send(command) = next {
            next = relay.answer(&desk.card.transmit(&command));
        }
        let Do::Report(answers) = next else { panic!("a batch ends with a report") };
        for answers in [Answers { run: 1_000_000, ..answers.clone() }, answers] {
            let mut run = desk.start(issue(first(), 1));
            assert!(matches!(run.turn(Event::Answers(answers)), Turn::Batch(_, batch) if batch.number == 1));
        }
    }
}

/// The server is started again in the middle: the journal is all that is left of the run.
#[test]
fn a_server_that_was_started_again_goes_on_from_the_journal() {
    for model in MODELS {
        for stop in 1..9 {
            let mut desk = Desk::blank(model);
            let mut run = desk.start(issue(first(), 1));
            let mut relay = Relay::default();
            let mut turn = run.turn(Event::Again);
            let mut batches = 0;
            while batches < stop {
                turn = match turn {
                    Turn::Over(..) => break,
                    Turn::Whose(_) => run.turn(Event::Journal(desk.journal.clone())),
                    Turn::Batch(entries, batch) => {
                        desk.journal.extend(entries);
                        batches += 1;
                        let mut next = relay.batch(batch);
                        while let Do::Send(command) = next {
                            next = relay.answer(&desk.card.transmit(&command));
                        }
                        match next {
                            Do::Report(answers) if batches < stop => run.turn(Event::Answers(answers)),
                            _ => break,
                        }
                    }
                };
            }
            drop(run);
            assert!(desk.run(issue(first(), 1)).end.is_ok(), "{model:?} after {stop} batches");
        }
    }
}
