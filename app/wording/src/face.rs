//! Of the face as it is laid out.

use contract::Lang;
use face::layout::{Abbreviated, Fault};
use face::qr::Field;
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

/// What a sentence is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A part of the card.
    Element(Element),
    /// A field of its QR code.
    Field(Field),
}

/// Why a record has no face, and what that is about: one sentence, of a QR code as many as it has faults, and what would make it fit.
pub fn fault(l: Lang, fault: &Fault) -> Vec<(About, String)> {
    let one = |of: Element, said: String| vec![(About::Element(of), said)];
    match fault {
        Fault::TooLong { element: of } => one(*of, text::too_long(l, element(l, *of))),
        Fault::Letter { element: of, letter } => one(*of, text::letter(l, element(l, *of), letter)),
        Fault::NoPortrait => one(Element::Portrait, text::no_portrait(l).to_owned()),
        Fault::PortraitShape { width, height } => one(Element::Portrait, text::portrait_shape(l, height, width)),
        Fault::Qr(refusal) => {
            let whole = About::Element(Element::Qr);
            let faults = refusal.faults.iter().map(|it| (it.field().map_or(whole, About::Field), qr::fault(l, it)));
            faults.chain(refusal.proposal.iter().map(|it| (whole, qr::proposal(l, it)))).collect()
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

#[cfg(test)]
mod tests {
    use face::qr::{Abbreviations, Code, QrFields, Resolution, Separator};

    use super::*;

    #[test]
    fn each_sentence_is_about_what_it_names() {
        let fields = QrFields { position: "Chuyên viên chính phòng".to_owned(), ..QrFields::default() };
        let none = Abbreviations::new(Vec::new()).unwrap();
        let refusal = Code::new(&fields, Separator::default(), Resolution::Dpi300, &none).err().unwrap();
        let said = fault(Lang::En, &Fault::Qr(refusal));
        assert!(said.iter().any(|(about, _)| *about == About::Field(Field::Position)));
        for (about, sentence) in said {
            let About::Field(of) = about else { continue };
            assert!(sentence.starts_with(qr::field(Lang::En, of)), "{sentence}");
        }
    }
}
