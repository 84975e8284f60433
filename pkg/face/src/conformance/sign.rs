//! Emblem, portrait, chip symbol: whether they are there, what they look like, where they stand (838/QĐ-BNV, Điều 1 §2; R77, R80, R81).

use super::clause::FRONT_THINGS;
use super::colour::Band;
use super::side::{Side, share};
use super::texts::margin;
use super::{Clause, Judge, NOTHING, Reason, Verdict, mm, percent, rule};
use crate::ink::Ink;
use crate::length::Rect;
use crate::record::Variant;
use crate::scene::{Element, Item, Node};

/// Of the pixels in an emblem's square, in thousandths, that have each of its colours at least.
const EMBLEM_SHARE: u32 = 80;

impl Judge<'_> {
    pub(super) fn signs(&mut self) {
        self.emblem();
        self.back_emblem();
        self.portrait();
        self.chip_symbol();
        self.chip_contacts();
        for element in FRONT_THINGS {
            self.thing(element);
        }
        self.thing(Element::BackQrPlate);
    }

    /// The coloured national emblem is compulsory for administrative units; others may have a logo (R77).
    fn emblem(&mut self) {
        let side = &self.front;
        let drawn = side.of(Element::Emblem).any(|item| {
            let ink = match &item.node {
                Node::Fill { ink, .. } | Node::Stroke { ink, .. } => *ink,
                Node::Text(_) | Node::Picture { .. } => return false,
            };
            matches!(ink, Ink::EmblemRed | Ink::EmblemShade | Ink::EmblemGold | Ink::EmblemLine)
        });
        let bounds = side.bounds(Element::Emblem);
        let shares = bounds.map(|bounds| [Band::Red, Band::Yellow].map(|band| band_share(side, bounds, band)));
        let found = shares.map_or(NOTHING.to_owned(), |[red, yellow]| {
            format!("{} {}, {} {}", Band::Red, percent(red), Band::Yellow, percent(yellow))
        });
        let least = percent(EMBLEM_SHARE);
        let expected = format!("{} ≥ {least}, {} ≥ {least}", Band::Red, Band::Yellow);
        let (verdict, expected) = match (self.record.administrative, shares) {
            (true, None) => (Verdict::NotMet(Reason::Missing), expected),
            (true, Some(shares)) if shares.iter().any(|share| *share < EMBLEM_SHARE) => {
                (Verdict::NotMet(Reason::OtherColour), expected)
            }
            (true, Some(_)) if drawn => (Verdict::Equivalent(Reason::OwnDrawing), expected),
            (true, Some(_)) => (Verdict::Met, expected),
            (false, _) if drawn => (Verdict::NotMet(Reason::NationalEmblem), NOTHING.to_owned()),
            (false, _) => (Verdict::Met, NOTHING.to_owned()),
        };
        self.find(Clause::Emblem, verdict, expected, found);
    }

    fn back_emblem(&mut self) {
        let side = &self.back;
        let expected = format!("{} ≥ {}", Band::Yellow, percent(EMBLEM_SHARE));
        let Some(bounds) = side.bounds(Element::Emblem) else { return self.missing(Clause::BackEmblem, expected) };
        let yellow = band_share(side, bounds, Band::Yellow);
        let found = format!("{} {}", Band::Yellow, percent(yellow));
        self.hold(Clause::BackEmblem, yellow >= EMBLEM_SHARE, Reason::OtherColour, expected, found);
    }

    /// There is no number for it in the regulation (“theo quy định”); 3 : 4 is C28.
    fn portrait(&mut self) {
        let least = format!("≥ {} mm", mm(rule::PORTRAIT_WIDTH));
        let picture = |item: &Item| {
            if let Node::Picture { place, picture } = &item.node { Some((*place, picture.pixels)) } else { None }
        };
        let pictures: Vec<_> = self.front.of(Element::Portrait).filter_map(picture).collect();
        let [(place, pixels)] = pictures.as_slice() else {
            self.missing(Clause::Portrait, "3 : 4");
            return self.missing(Clause::PortraitSize, least);
        };
        // to a hundredth, which is not seen
        let is_shape =
            |width: i64, height: i64| width > 0 && height > 0 && (width * 4 - height * 3).abs() * 100 <= height * 3;
        let shaped =
            is_shape(place.width.0.into(), place.height.0.into()) && is_shape(pixels.0.into(), pixels.1.into());
        let found = format!("{} × {} mm, {} × {}", mm(place.width), mm(place.height), pixels.0, pixels.1);
        let width = place.width;
        self.hold(Clause::Portrait, shaped, Reason::NotThreeToFour, "3 : 4", found);
        let found = format!("{} mm", mm(width));
        self.hold(Clause::PortraitSize, width >= rule::PORTRAIT_WIDTH, Reason::TooSmall, least, found);
    }

    /// It tells cards with a chip from ordinary ones.
    fn chip_symbol(&mut self) {
        let bounds = self.front.bounds(Element::ChipSymbol);
        let size = |bounds: Rect| format!("{} × {} mm", mm(bounds.width), mm(bounds.height));
        let found = bounds.map_or(NOTHING.to_owned(), size);
        let (verdict, expected) = match (self.record.chip, bounds.is_some()) {
            (true, false) => (Verdict::NotMet(Reason::Missing), "1"),
            (false, true) => (Verdict::NotMet(Reason::Unexpected), NOTHING),
            (chip, _) => (Verdict::Met, if chip { "1" } else { NOTHING }),
        };
        self.find(Clause::ChipSymbol, verdict, expected, found);
    }

    fn chip_contacts(&mut self) {
        let [left, top, right, bottom] = rule::CONTACTS;
        let contacts = Rect::new(left, top, right - left, bottom - top);
        let is_seen = self.record.variant == Variant::Raised && self.record.chip;
        let things = self.front.boxes.iter().filter(|(item, _)| item.element != Element::Background);
        let mut on: Vec<&str> = things
            .filter(|(_, place)| is_seen && place.overlaps(&contacts))
            .map(|(item, _)| item.element.name())
            .collect();
        on.dedup();
        let found = if on.is_empty() { NOTHING.to_owned() } else { on.join(", ") };
        self.hold(Clause::ChipContacts, on.is_empty(), Reason::OnContacts, NOTHING, found);
    }

    /// A thing that is no text: inside the margin, and not on another such thing. Texts on it are the texts' own findings.
    fn thing(&mut self, element: Element) {
        let is_back = element == Element::BackQrPlate;
        let side = if is_back { &self.back } else { &self.front };
        let clause = Clause::Place(element);
        let expected = format!("≥ {} mm", mm(rule::MARGIN));
        let Some(place) = side.bounds(element) else {
            // whether it has to be there is another clause, except for the code
            let verdict = if element == Element::QrPlate { Verdict::NotMet(Reason::Missing) } else { Verdict::Met };
            return self.find(clause, verdict, expected, NOTHING);
        };
        let others = FRONT_THINGS.into_iter().chain([Element::Stripe]).filter(|other| *other != element);
        let on: Vec<&str> = others
            .filter(|other| side.bounds(*other).is_some_and(|there| place.overlaps(&there)))
            .map(Element::name)
            .collect();
        let free = margin(side.page(), place);
        let (verdict, found) = if free < rule::MARGIN {
            (Verdict::NotMet(Reason::OutsideMargin), format!("{} mm", mm(free)))
        } else if !on.is_empty() {
            (Verdict::NotMet(Reason::Overlap), on.join(", "))
        } else {
            (Verdict::Met, format!("{} mm", mm(free)))
        };
        self.find(clause, verdict, expected, found);
    }
}

fn band_share(side: &Side<'_>, place: Rect, band: Band) -> u32 {
    share(side.colours(side.to_pixels(place)), |colour| band.has(colour))
}
