//! A card taken away at any moment: before an exchange, after its effect, inside a write. The next tap reaches what was meant, or takes
//! all of it back; no key is lost, and no card is active that is not whole.

use chip::plan::{Goal, How, Left, Stop};
use picc::{Model, Tear};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use serde_json::Value;

use crate::desk::{Cut, Desk, MODELS, TEARS, first, issue, moved, second, set, update};
use crate::goals::Reader;

/// A goal, and the card that it is for.
struct Case {
    name: &'static str,
    before: Desk,
    goal: Goal,
}

fn cases(model: Model) -> Vec<Case> {
    let issued = Desk::issued(model);
    let case = |name, before: &Desk, goal| Case { name, before: before.copy(), goal };
    vec![
        case("key", &Desk::new(model), Goal::Key(set(1))),
        case("issue", &Desk::blank(model), issue(first(), 1)),
        case("issue with newer keys", &Desk::blank(model), issue(first(), 2)),
        case("update", &issued, update(second())),
        case("update of the link", &issued, update(moved())),
        case("rekey", &issued, Goal::Rekey(set(2))),
        case("wipe", &issued, Goal::Wipe(set(1))),
        case("wipe to newer keys", &issued, Goal::Wipe(set(2))),
    ]
}

impl Case {
    /// The card's memory once the goal is reached in one go, and how many exchanges that takes.
    fn clean(&self) -> (Value, usize) {
        let mut desk = self.before.copy();
        desk.run(self.goal.clone()).end.unwrap();
        (desk.memory(), desk.passed.len())
    }

    /// Whether the card's own master key is the one of the goal.
    fn is_active(&self, desk: &Desk) -> bool {
        desk.memory()["master"] != self.before.memory()["master"]
    }

    fn is_issue(&self) -> bool {
        matches!(self.goal, Goal::Issue(..))
    }
}

#[test]
fn a_cut_anywhere_is_finished_at_the_next_tap() {
    for model in MODELS {
        for case in cases(model) {
            let (clean, exchanges) = case.clean();
            let untouched = case.before.memory();
            for (at, tear) in (0..exchanges).flat_map(|at| TEARS.map(|tear| (at, tear))) {
                let context = format!("{model:?} {} cut at {at} of {exchanges}, {tear:?}", case.name);
                let mut desk = case.before.copy();
                let outcome = desk.cut(case.goal.clone(), Some(Cut { at, tear }));
                match (&outcome.end, outcome.left) {
                    // no write was left to be torn
                    (Ok(_), Left::Done) => assert_eq!(desk.memory(), clean, "{context}"),
                    (Err(Stop::Gone), Left::Untouched) => assert_eq!(desk.memory(), untouched, "{context}"),
                    (Err(Stop::Gone), Left::Underway) if case.is_issue() => {
                        assert!(!case.is_active(&desk), "{context}");
                    }
                    (Err(Stop::Gone), Left::Underway | Left::Open) => {}
                    other => panic!("{context}: {other:?}"),
                }
                // what is active is whole
                if case.is_issue() && case.is_active(&desk) {
                    assert_eq!(desk.memory(), clean, "{context}");
                }
                let mut desk = desk.copy();
                let outcome = desk.run(case.goal.clone());
                assert!(outcome.end.is_ok(), "{context}: {outcome:?}");
                assert_eq!(desk.memory(), clean, "{context}");
            }
        }
    }
}

#[test]
fn a_card_cut_off_while_it_is_issued_can_be_taken_back() {
    for model in MODELS {
        let case = Case { name: "issue", before: Desk::blank(model), goal: issue(first(), 1) };
        let (issued, exchanges) = case.clean();
        for (at, tear) in (0..exchanges).flat_map(|at| [Tear::BeforeCommand, Tear::BeforeAnswer].map(|tear| (at, tear)))
        {
            let context = format!("{model:?} cut at {at}, {tear:?}");
            let mut desk = case.before.copy();
            let _ = desk.cut(case.goal.clone(), Some(Cut { at, tear }));
            desk.run(Goal::Wipe(set(1))).end.unwrap();
            assert_eq!(desk.card.applications().len(), 0, "{context}");
            assert_eq!(desk.memory()["master"], case.before.memory()["master"], "{context}");
            assert_eq!(desk.card.free(), case.before.card.free(), "{context}");
            // and be somebody else's
            desk.run(issue(second(), 1)).end.unwrap();
            desk.run(update(first())).end.unwrap();
            assert_eq!(desk.memory(), issued, "{context}");
        }
    }
}

#[test]
fn a_card_cut_off_is_told_from_one_that_is_somebody_elses() {
    let mut seen = Vec::new();
    for model in MODELS {
        let case = Case { name: "issue", before: Desk::blank(model), goal: issue(first(), 1) };
        let (_, exchanges) = case.clean();
        for at in 0..exchanges {
            let mut desk = case.before.copy();
            let outcome = desk.cut(case.goal.clone(), Some(Cut { at, tear: Tear::BeforeAnswer }));
            let active = case.is_active(&desk);
            // without its journal nothing is taken off
            let mut lost = Desk::with(desk.card.state().clone(), Vec::new());
            let (held, before) = (lost.card.applications().len(), lost.memory());
            let other = lost.run(issue(second(), 1)).end;
            match (active, held) {
                (true, _) => assert_eq!(other, Err(Stop::Issued)),
                (false, 0) => assert!(other.is_ok()),
                (false, _) => assert_eq!(other, Err(Stop::NotAsJournalled)),
            }
            if other.is_err() {
                assert_eq!(lost.memory(), before);
            }
            // with it, somebody else's content takes the place of content that was never active, and of no other
            let mut desk = desk.copy();
            let second = desk.run(issue(second(), 1)).end;
            if active {
                assert_eq!(second, Err(if outcome.end.is_ok() { Stop::Issued } else { Stop::OtherContent }));
                let how = desk.run(issue(first(), 1)).end.unwrap().1;
                assert_eq!(how, How::Finished);
                seen.push(how);
            } else {
                seen.push(second.unwrap().1);
            }
        }
    }
    for how in [How::Straight, How::Anew, How::Finished] {
        assert!(seen.contains(&how), "{how:?}");
    }
}

#[test]
fn a_card_that_is_half_wiped_is_wiped_before_anything_else() {
    for model in MODELS {
        let issued = Desk::issued(model);
        let mut stopped = 0;
        for at in 0..12 {
            let mut desk = issued.copy();
            let outcome = desk.cut(Goal::Wipe(set(1)), Some(Cut { at, tear: Tear::BeforeAnswer }));
            let blank = desk.memory()["master"] != issued.memory()["master"];
            let mut desk = desk.copy();
            if outcome.left == Left::Untouched {
                desk.copy().run(update(first())).end.unwrap();
            } else if !blank {
                let before = desk.memory();
                for goal in [issue(first(), 1), update(first()), Goal::Rekey(set(2))] {
                    assert_eq!(desk.run(goal).end, Err(Stop::HalfWiped), "{model:?} cut at {at}");
                }
                assert_eq!(desk.memory(), before);
                stopped += 1;
            }
            desk.run(Goal::Wipe(set(1))).end.unwrap();
            desk.run(issue(first(), 1)).end.unwrap();
        }
        assert!(stopped > 0);
    }
}

#[test]
fn an_update_is_the_old_content_or_the_new_one() {
    for model in MODELS {
        let before = Desk::issued(model);
        let clean = {
            let mut desk = before.copy();
            desk.run(update(moved())).end.unwrap();
            (desk.memory(), desk.passed.len())
        };
        let files = |memory: &Value| memory["applications"][0]["files"].clone();
        let (old, new) = (files(&before.memory()), files(&clean.0));
        assert_ne!(old, new);
        for (at, tear) in (0..clean.1).flat_map(|at| TEARS.map(|tear| (at, tear))) {
            let mut desk = before.copy();
            let _ = desk.cut(update(moved()), Some(Cut { at, tear }));
            let found = files(&desk.memory());
            assert!(found == old || found == new, "{model:?} cut at {at}, {tear:?}");
            // another update goes over it
            let mut desk = desk.copy();
            desk.run(update(first())).end.unwrap();
            assert_eq!(desk.memory(), before.memory(), "{model:?} cut at {at}, {tear:?}");
            let mut reader = Reader::new(&mut desk.card);
            assert!(reader.link().starts_with("https://the.example.gov.vn/t"));
        }
    }
}

#[test]
fn keys_of_several_sets_on_one_card_are_each_told_by_their_version() {
    for model in MODELS {
        let before = Desk::issued(model);
        let clean = {
            let mut desk = before.copy();
            desk.run(Goal::Rekey(set(3))).end.unwrap();
            let exchanges = desk.passed.len();
            desk.run(update(first())).end.unwrap();
            (desk.memory(), exchanges)
        };
        for at in 0..clean.1 {
            let mut desk = before.copy();
            let _ = desk.cut(Goal::Rekey(set(2)), Some(Cut { at, tear: Tear::BeforeAnswer }));
            // content is updated with keys of both sets, and a third set takes the place of both
            desk.run(update(second())).end.unwrap();
            desk.run(Goal::Rekey(set(3))).end.unwrap();
            desk.run(update(first())).end.unwrap();
            assert_eq!(desk.memory(), clean.0, "{model:?} cut at {at}");
        }
    }
}

const PAIRS: usize = 20_000;

/// Each pair is a goal that is cut, tried again, cut again, and then let through.
#[test]
fn two_cuts_at_random_are_finished_at_the_third_tap() {
    const THREADS: usize = 4;
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || pairs(seed, PAIRS / THREADS));
        }
    });
}

fn pairs(seed: usize, count: usize) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed as u64);
    let cases: Vec<_> = MODELS.into_iter().flat_map(cases).map(|case| (case.clean(), case)).collect();
    let mut drawn = |below: usize| (rng.next_u32() as usize) % below;
    for nth in 0..count {
        let ((clean, exchanges), case) = &cases[drawn(cases.len())];
        let mut desk = case.before.copy();
        let mut context = format!("pair {nth} of {seed}: {:?} {}", desk.card.state().model(), case.name);
        for most in [*exchanges, exchanges + 10] {
            let tear = match drawn(4) {
                0 => Tear::BeforeCommand,
                1 => Tear::BeforeAnswer,
                _ => Tear::InsideWrite { percent: drawn(101) as u8 },
            };
            let cut = Cut { at: drawn(most), tear };
            context.push_str(&format!(", {cut:?}"));
            let outcome = desk.cut(case.goal.clone(), Some(cut));
            assert!(matches!(outcome.end, Ok(_) | Err(Stop::Gone)), "{context}: {outcome:?}");
            desk = desk.copy();
        }
        let outcome = desk.run(case.goal.clone());
        assert!(outcome.end.is_ok(), "{context}: {outcome:?}");
        assert_eq!(desk.memory(), *clean, "{context}");
    }
}
