//! How a run ended, by the name of the sentence that says so.

use chip::batch::Ended;
use chip::keys::KeyFault;
use chip::plan::{How, Left, Outcome, Reached, Stop};

/// For whoever stands before the reader.
pub(super) fn ended(outcome: &Outcome) -> Ended {
    let said = match &outcome.end {
        Ok((Reached::Blank { .. }, _)) => "chip-keyed",
        Ok((_, How::Straight)) => "chip-issued",
        Ok((_, How::Confirmed)) => "chip-was-issued",
        Ok((_, How::Finished)) => "chip-finished",
        Ok((_, How::Anew)) => "chip-anew",
        Err(stop) => stopped(stop, outcome.left),
    };
    let detail = match &outcome.end {
        Ok(_) => String::new(),
        Err(stop) => format!("{stop} ({:?})", outcome.left),
    };
    Ended { said: said.to_owned(), reached: outcome.end.is_ok(), detail }
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
