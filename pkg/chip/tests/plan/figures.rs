//! What a card costs: exchanges between reader and card, held against the fewest there can be, and round trips to the server.

use chip::plan::Goal;
use picc::Model;

use crate::desk::{Desk, MODELS, first, issue, largest, moved, second, set, update};

/// Exchanges over the fewest, at most.
const MOST: f64 = 1.35;

/// What was done, and what it cost: exchanges, the fewest, messages to the server, handshakes.
fn measured(model: Model) -> Vec<(&'static str, usize, usize, usize, usize)> {
    let mut desk = Desk::new(model);
    let goals: [(&str, Goal); 10] = [
        ("key", Goal::Key(set(1))),
        ("issue", issue(first(), 1)),
        ("update, same link", update(second())),
        ("update, other link", update(moved())),
        ("rekey", Goal::Rekey(set(2))),
        ("rekey, again", Goal::Rekey(set(2))),
        ("wipe", Goal::Wipe(set(2))),
        ("issue, largest", issue(largest(), 2)),
        ("update, largest", update(largest())),
        ("wipe", Goal::Wipe(set(2))),
    ];
    let measured = goals.into_iter().map(|(name, goal)| {
        desk.run(goal).end.unwrap();
        let figures = desk.figures;
        (name, desk.passed.len(), figures.fewest, desk.messages, figures.sessions)
    });
    measured.collect()
}

#[test]
fn exchanges_and_round_trips_stay_within_their_bounds() {
    for model in MODELS {
        for (name, exchanges, fewest, messages, sessions) in measured(model) {
            let ratio = exchanges as f64 / fewest as f64;
            println!(
                "{model:?} {name}: {exchanges} exchanges / {fewest} = {ratio:.2}; {messages} messages, {sessions} sessions"
            );
            assert!(ratio <= MOST, "{model:?} {name}: {exchanges} / {fewest}");
            assert!(messages <= 2 + sessions, "{model:?} {name}: {messages} round trips for {sessions} handshakes");
        }
    }
}

#[test]
fn a_card_that_was_cut_off_costs_no_more_round_trips() {
    use crate::desk::Cut;
    use picc::Tear;
    for model in MODELS {
        let mut clean = Desk::blank(model);
        clean.run(issue(first(), 1)).end.unwrap();
        for at in (0..clean.passed.len()).step_by(7) {
            let mut desk = Desk::blank(model);
            let _ = desk.cut(issue(first(), 1), Some(Cut { at, tear: Tear::BeforeAnswer }));
            desk.run(issue(first(), 1)).end.unwrap();
            assert!(desk.messages <= 2 + desk.figures.sessions);
        }
    }
}
