//! Of the face as it is laid out.

use contract::Lang;
use face::layout::{Abbreviated, Fault};
use face::raster::RasterError;
use face::scene::Element;

use crate::qr;
use crate::words::{element as names, face_fault as text};

/// What a part of the card is called.
pub fn element(l: Lang, element: Element) -> &'static str {
    match element {
        Element::Background => names::background(l),
        Element::Emblem => names::emblem(l),
        Element::ManagingAgency => names::managing_agency(l),
        Element::UsingUnit => names::using_unit(l),
        Element::Portrait => names::portrait(l),
        Element::FullName => names::full_name(l),
        Element::Position => names::position(l),
        Element::ChipSymbol => names::chip_symbol(l),
        Element::CardNumber => names::card_number(l),
        Element::QrPlate => names::qr_plate(l),
        Element::Qr => names::qr(l),
        Element::Stripe => names::stripe(l),
        Element::BackName => names::back_name(l),
        Element::BackQrPlate => names::back_qr_plate(l),
        Element::BackQr => names::back_qr(l),
    }
}

/// Why a record has no face: one sentence, of a QR code as many as it has faults, and what would make it fit.
pub fn fault(l: Lang, fault: &Fault) -> Vec<String> {
    match fault {
        Fault::TooLong { element: of } => vec![text::too_long(l, element(l, *of))],
        Fault::Letter { element: of, letter } => vec![text::letter(l, element(l, *of), letter)],
        Fault::NoPortrait => vec![text::no_portrait(l).to_owned()],
        Fault::PortraitShape { width, height } => vec![text::portrait_shape(l, height, width)],
        Fault::Qr(refusal) => {
            let faults = refusal.faults.iter().map(|fault| qr::fault(l, fault));
            faults.chain(refusal.proposal.iter().map(|it| qr::proposal(l, it))).collect()
        }
    }
}

/// What was abbreviated, by the approved list.
pub fn abbreviated(l: Lang, it: &Abbreviated) -> String {
    text::abbreviated(l, element(l, it.element), it.abbreviation.long(), it.abbreviation.short())
}

/// Why a face does not become pixels.
pub fn unreadable(l: Lang, error: &RasterError) -> String {
    text::unreadable(l, error)
}
