//! How a run ended, by the name of the sentence that says so.

use chip::batch::Ended;
use chip::keys::KeyFault;
use chip::plan::{Ending, How, Left, Outcome, Reached, Stop};

use super::Aim;

/// For whoever stands before the reader.
pub(super) fn ended(outcome: &Outcome, aim: &Aim) -> Ended {
    let whose = match aim {
        Aim::Field(_, Some(here)) => here.whose.clone(),
        Aim::Wipe(_, Some(back)) => back.whose.clone(),
        Aim::Card(_) | Aim::Blank(_) | Aim::Field(_, None) | Aim::Wipe(_, None) => String::new(),
    };
    let said = match (&outcome.end, aim) {
        (Ok(_), Aim::Wipe(..)) => "chip-wiped",
        (Ok((Reached::Updated { .. }, _)), Aim::Field(_, Some(here))) if here.right => "chip-updated",
        (Ok((Reached::Rekeyed { .. }, _)), Aim::Field(_, Some(here))) if here.right => "chip-current",
        (Ok((Reached::Rekeyed { .. } | Reached::Updated { .. }, _)), _) => "chip-rekeyed",
        // another card in its place is no more than that it is gone
        (Err(Stop::WrongCard { .. }), Aim::Field(..)) => "chip-gone-again",
        (Err(Stop::Gone), Aim::Field(..) | Aim::Wipe(..)) if outcome.left != Left::Untouched => "chip-gone-again",
        (end, Aim::Card(_) | Aim::Blank(_) | Aim::Field(..) | Aim::Wipe(..)) => written(end, outcome.left),
    };
    let detail = match &outcome.end {
        Ok(_) => String::new(),
        Err(stop) => format!("{stop} ({:?})", outcome.left),
    };
    Ended { said: said.to_owned(), reached: outcome.end.is_ok(), detail, whose }
}

/// For who practises.
pub(super) fn practised(outcome: &Outcome) -> Ended {
    let said = written(&outcome.end, outcome.left).to_owned();
    let detail = outcome.end.as_ref().err().map(|stop| format!("{stop} ({:?})", outcome.left)).unwrap_or_default();
    Ended { said, reached: outcome.end.is_ok(), detail, whose: String::new() }
}

fn written(end: &Ending, left: Left) -> &'static str {
    match end {
        Ok((Reached::Blank { .. }, _)) => "chip-keyed",
        Ok((_, How::Straight)) => "chip-issued",
        Ok((_, How::Confirmed)) => "chip-was-issued",
        Ok((_, How::Finished)) => "chip-finished",
        Ok((_, How::Anew)) => "chip-anew",
        Err(stop) => stopped(stop, left),
    }
}

fn stopped(stop: &Stop, left: Left) -> &'static str {
    match (stop, left) {
        (Stop::Gone, Left::Untouched | Left::Done) => "chip-gone",
        (Stop::Gone, Left::Underway) => "chip-gone-underway",
        (Stop::Gone, Left::Open) => "chip-gone-open",
        (Stop::Several, _) => "chip-several",
        (Stop::OtherKind(_) | Stop::Unfit(_), _) => "chip-unfit",
        (Stop::RandomId, _) => "chip-random",
        (Stop::WrongCard { .. }, _) => "chip-second",
        (Stop::Foreign(_), _) => "chip-foreign",
        (Stop::Unkeyed, _) => "chip-unkeyed",
        (Stop::UnknownKey(_) | Stop::KeyRefused, _) => "chip-unknown-key",
        (Stop::Issued | Stop::OtherContent, _) => "chip-others",
        (Stop::NotIssued | Stop::HalfWiped, _) => "chip-half-wiped",
        (Stop::NotAsJournalled, _) => "chip-not-ours",
        (Stop::Counterfeit, _) => "chip-counterfeit",
        (Stop::Full, _) => "chip-full",
        (Stop::Key(KeyFault::Unavailable), _) => "chip-vault",
        (Stop::Key(_), _) => "chip-no-key",
        (Stop::Content(_), _) => "chip-content",
        (Stop::Refused { .. } | Stop::Altered { .. } | Stop::Protocol(_), Left::Untouched) => "chip-answer",
        (Stop::Refused { .. } | Stop::Altered { .. } | Stop::Protocol(_), _) => "chip-answer-underway",
    }
}
