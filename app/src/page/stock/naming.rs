//! What has a name about blanks, in the visitor's words; and faults about their serials.

use contract::stock::{DestructionState, LotState, TransferState};
use contract::{Fault, Lang};
use model::lifecycle::{Blank, BlankEvent};
use model::stock::{ChipKind, Interface, LotCheck, MAX_SERIALS, PlaceKind, SerialFault, SpoilReason, Surface};

use crate::part::Tone;
use crate::words::{number, stock as words};

pub fn state(l: Lang, state: Blank) -> &'static str {
    use words::state as text;
    match state {
        Blank::Received => text::received(l),
        Blank::OnHand => text::on_hand(l),
        Blank::Spare => text::spare(l),
        Blank::Moving => text::moving(l),
        Blank::Reserved => text::reserved(l),
        Blank::Used => text::used(l),
        Blank::Spoiled => text::spoiled(l),
        Blank::Destroyed => text::destroyed(l),
        Blank::Missing => text::missing(l),
        Blank::SentBack => text::sent_back(l),
    }
}

pub fn tone(state: Blank) -> Tone {
    match state {
        Blank::OnHand | Blank::Used => Tone::Good,
        Blank::Received | Blank::Spare | Blank::Moving | Blank::Reserved => Tone::Info,
        Blank::Spoiled => Tone::Warn,
        Blank::Missing => Tone::Bad,
        Blank::Destroyed | Blank::SentBack => Tone::Plain,
    }
}

/// What happened; nothing is when it was received.
pub fn event(l: Lang, event: Option<BlankEvent>) -> &'static str {
    use words::event as text;
    match event {
        None => text::receive(l),
        Some(BlankEvent::Accept) => text::accept(l),
        Some(BlankEvent::SendBack) => text::send_back(l),
        Some(BlankEvent::SetAside) => text::set_aside(l),
        Some(BlankEvent::Release) => text::release(l),
        Some(BlankEvent::Send) => text::send(l),
        Some(BlankEvent::Arrive) => text::arrive(l),
        Some(BlankEvent::Reserve) => text::reserve(l),
        Some(BlankEvent::Use) => text::used(l),
        Some(BlankEvent::Spoil) => text::spoil(l),
        Some(BlankEvent::Destroy) => text::destroy(l),
        Some(BlankEvent::Miss) => text::miss(l),
        Some(BlankEvent::Find) => text::find(l),
    }
}

pub fn reason(l: Lang, reason: SpoilReason) -> &'static str {
    use words::reason as text;
    match reason {
        SpoilReason::Misprint => text::misprint(l),
        SpoilReason::Damaged => text::damaged(l),
        SpoilReason::ChipFault => text::chip_fault(l),
        SpoilReason::Other => text::other(l),
    }
}

pub fn chip(l: Lang, chip: ChipKind) -> &'static str {
    match chip {
        ChipKind::Raised => words::chip::raised(l),
        ChipKind::Embedded => words::chip::embedded(l),
        ChipKind::None => words::chip::none(l),
    }
}

pub fn interface(l: Lang, interface: Interface) -> &'static str {
    match interface {
        Interface::Contactless => words::interface::contactless(l),
        Interface::Dual => words::interface::dual(l),
        Interface::None => words::interface::none(l),
    }
}

pub fn surface(l: Lang, surface: Surface) -> &'static str {
    match surface {
        Surface::Matt => words::surface::matt(l),
        Surface::Gloss => words::surface::gloss(l),
    }
}

pub fn place_kind(l: Lang, kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Store => words::place_kind::store(l),
        PlaceKind::Station => words::place_kind::station(l),
    }
}

pub fn check(l: Lang, check: LotCheck) -> &'static str {
    use words::checking as text;
    match check {
        LotCheck::Quantity => text::quantity(l),
        LotCheck::Size => text::size(l),
        LotCheck::Print => text::print(l),
        LotCheck::Security => text::security(l),
        LotCheck::Coating => text::coating(l),
        LotCheck::Body => text::body(l),
        LotCheck::Chip => text::chip(l),
        LotCheck::Papers => text::papers(l),
    }
}

pub fn lot_state(l: Lang, state: LotState) -> (Tone, &'static str) {
    match state {
        LotState::Received => (Tone::Warn, words::lots::waiting(l)),
        LotState::Accepted => (Tone::Good, words::lots::accepted(l)),
        LotState::SentBack => (Tone::Plain, words::lots::sent_back(l)),
    }
}

pub fn transfer_state(l: Lang, state: TransferState) -> (Tone, &'static str) {
    match state {
        TransferState::Sent => (Tone::Info, words::moves::sent(l)),
        TransferState::Arrived => (Tone::Good, words::moves::arrived(l)),
        TransferState::TurnedBack => (Tone::Plain, words::moves::turned_back(l)),
    }
}

pub fn destruction_state(l: Lang, state: DestructionState) -> (Tone, &'static str) {
    match state {
        DestructionState::Waiting => (Tone::Warn, words::destructions::waiting(l)),
        DestructionState::Done => (Tone::Good, words::destructions::done(l)),
        DestructionState::Refused => (Tone::Plain, words::destructions::refused(l)),
    }
}

/// 85,725 in Vietnamese, 85.725 in English; no more digits than there are.
pub fn millimetres(l: Lang, micrometres: i64) -> String {
    let part = format!("{:03}", micrometres % 1000);
    let part = part.trim_end_matches('0');
    let point = match l {
        Lang::Vi => ',',
        Lang::En => '.',
    };
    if part.is_empty() { (micrometres / 1000).to_string() } else { format!("{}{point}{part}", micrometres / 1000) }
}

/// What is wrong with serials, a quota, a measure; `None` for faults of other pages.
pub fn fault(l: Lang, fault: &Fault) -> Option<String> {
    use words::fault as text;
    Some(match fault {
        Fault::Serial { why, text: first, more } => {
            let serials = match more {
                0 => first.clone(),
                more => text::more(l, number(l, *more as i64), first),
            };
            match why {
                SerialFault::Form => text::form(l, first),
                SerialFault::Range => text::range(l, first),
                SerialFault::Reversed => text::reversed(l, first),
                SerialFault::Repeated => text::repeated(l, first),
                SerialFault::TooMany => text::too_many(l, number(l, MAX_SERIALS as i64)),
                SerialFault::Count => text::count(l, first),
                SerialFault::Exists => text::exists(l, serials),
                SerialFault::Unknown => text::unknown(l, serials),
                SerialFault::Elsewhere => text::elsewhere(l, serials),
                SerialFault::State => text::state(l, serials),
                SerialFault::Listed => text::listed(l, serials),
            }
        }
        Fault::Quota { left } => text::quota(l, number(l, *left)),
        Fault::Differs { counted } => text::differs(l, number(l, *counted)),
        Fault::Measure { nominal, tolerance } => {
            text::measure(l, millimetres(l, nominal - tolerance), millimetres(l, nominal + tolerance))
        }
        Fault::Unchecked => text::unchecked(l).to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn millimetres_are_written_as_each_language_does() {
        assert_eq!(millimetres(Lang::Vi, 85_725), "85,725");
        assert_eq!(millimetres(Lang::En, 760), "0.76");
        assert_eq!(millimetres(Lang::Vi, 54_000), "54");
    }
}
