//! The six texts: what they say, their type, their places (838/QĐ-BNV, Điều 1 §2, Phụ lục §1; R78–R82, R90, R92, R93).

use super::clause::FRONT_TEXTS;
use super::colour::{Band, contrast_tenths, hex, luma};
use super::side::{Side, share};
use super::wording::{self, May};
use super::{Aspect, Clause, Judge, NOTHING, Reason, Verdict, mm, percent, rule};
use crate::font::Fonts;
use crate::ink::Palette;
use crate::length::{Emu, Rect};
use crate::record::{Record, Variant};
use crate::scene::{Element, Item, Node, Text, Weight};

/// Of the pixels in a line's box, in thousandths, that have its ink; thin type has about 80.
const INK_SHARE: u32 = 25;
/// By how much each of red, green and blue may differ from the ink and still be it.
const INK_DISTANCE: u8 = 60;

impl Judge<'_> {
    pub(super) fn texts(&mut self) {
        for element in FRONT_TEXTS {
            self.text(element);
        }
        self.text(Element::BackName);
        self.back_name_colour();
        self.alignment(Clause::HeaderAlignment, &[Element::ManagingAgency, Element::UsingUnit]);
        if self.record.variant == Variant::Raised {
            self.alignment(Clause::HolderAlignment, &[Element::FullName, Element::Position, Element::CardNumber]);
        } else {
            self.alignment(Clause::HolderAlignment, &[Element::FullName, Element::Position]);
        }
    }

    fn text(&mut self, element: Element) {
        let side = if element == Element::BackName { &self.back } else { &self.front };
        let wanted = wanted(self.record, element);
        let lines = side.lines(element);
        if lines.is_empty() {
            for aspect in Aspect::ALL {
                self.missing(Clause::Text(element, aspect), wanted.clone());
            }
            return;
        }
        let (points, weight) = rule::type_of(element);
        let content = self.content(element, &wanted, &lines);
        let font = font(self.fonts, &lines);
        let size = size(self.fonts, &lines, points);
        let heavy = heaviness(self.fonts, &lines, weight);
        let place = place(side, element);
        let overlap = overlap(side, element);
        let contrast = contrast(side, element, &self.settings.palette);
        for (aspect, (verdict, expected, found)) in
            Aspect::ALL.into_iter().zip([content, font, size, heavy, place, overlap, contrast])
        {
            self.find(Clause::Text(element, aspect), verdict, expected, found);
        }
    }

    fn content(&self, element: Element, wanted: &str, lines: &[&Text]) -> Judged {
        let said = lines.iter().map(|line| line.content.as_str()).collect::<Vec<_>>().join(" ");
        let may = match element {
            Element::FullName | Element::CardNumber => May::Stay,
            _ => May::BeAbbreviated,
        };
        let drawn = |line: &&Text| {
            let font = self.fonts.face(line.weight);
            line.content.chars().map(|letter| font.glyph(letter)).eq(line.glyphs.iter().map(|glyph| Some(glyph.id)))
        };
        let verdict = match wording::judged(wanted, &said, may, &self.settings.abbreviations, Reason::OtherText) {
            Verdict::NotMet(reason) => Verdict::NotMet(reason),
            _ if !lines.iter().all(drawn) => Verdict::NotMet(Reason::OtherGlyphs),
            verdict => verdict,
        };
        (verdict, wanted.to_owned(), said)
    }

    fn back_name_colour(&mut self) {
        let lines = self.back.lines(Element::BackName);
        let Some(first) = lines.first() else {
            return self.missing(Clause::BackNameColour, Band::Yellow.to_string());
        };
        let colour = |line: &Text| self.settings.palette.colour(line.ink).rgb;
        let yellow = lines.iter().all(|line| Band::Yellow.has(colour(line)));
        let found = hex(colour(first));
        self.hold(Clause::BackNameColour, yellow, Reason::OtherColour, Band::Yellow.to_string(), found);
    }

    /// Left edges for a raised chip, middles for an embedded one, either for others, whose drawing is a suggestion.
    fn alignment(&mut self, clause: Clause, elements: &[Element]) {
        let lines: Vec<&Text> = elements.iter().flat_map(|element| self.front.lines(*element)).collect();
        let spread = |at: fn(&Text) -> Emu| {
            let (low, high) = (lines.iter().map(|line| at(line)).min(), lines.iter().map(|line| at(line)).max());
            low.zip(high).map_or(Emu::ZERO, |(low, high)| high - low)
        };
        let left = spread(|line| line.origin.x);
        let centre = spread(|line| line.origin.x + line.advance / 2);
        let (expected, off) = match self.record.variant {
            Variant::Raised => ("left", left),
            Variant::Embedded => ("centre", centre),
            Variant::Other => ("left | centre", left.min(centre)),
        };
        let found = format!("left ± {}, centre ± {} mm", mm(left), mm(centre));
        if lines.is_empty() {
            return self.missing(clause, expected);
        }
        self.hold(clause, off <= rule::ALIGNMENT_TOLERANCE, Reason::OtherAlignment, expected, found);
    }
}

/// Verdict, what was expected, what was found.
type Judged = (Verdict, String, String);

fn judged(holds: bool, otherwise: Reason, expected: impl Into<String>, found: impl Into<String>) -> Judged {
    (if holds { Verdict::Met } else { Verdict::NotMet(otherwise) }, expected.into(), found.into())
}

/// What the record says there.
fn wanted(record: &Record, element: Element) -> String {
    match element {
        Element::ManagingAgency => record.managing_agency.clone(),
        Element::UsingUnit => record.using_unit.clone(),
        Element::FullName => record.full_name.clone(),
        Element::Position => record.position.clone(),
        Element::BackName => record.back_name.clone(),
        // [Mã Bộ, ngành, địa phương]+”.”+[Số CCCD]+”.”+[Loại]
        _ => {
            let citizen = record.citizen_id;
            format!("{}.{}.{}", record.unit_code.level_one(), citizen.as_str(), rule::type_letters(record.card_type))
        }
    }
}

/// Each weight that the lines have, once.
fn weights(lines: &[&Text]) -> Vec<Weight> {
    let mut weights: Vec<Weight> = lines.iter().map(|line| line.weight).collect();
    weights.sort_unstable();
    weights.dedup();
    weights
}

fn font(fonts: &Fonts, lines: &[&Text]) -> Judged {
    const WANTED: &str = "Times New Roman";
    let families: Vec<String> =
        weights(lines).into_iter().map(|weight| fonts.face(weight).family().trim().to_owned()).collect();
    let verdict = if families.iter().all(|family| family == WANTED) {
        Verdict::Met
    } else if families.iter().all(|family| family == WANTED || rule::METRIC_COMPATIBLE.contains(&family.as_str())) {
        Verdict::Equivalent(Reason::MetricCompatibleFont)
    } else {
        Verdict::NotMet(Reason::OtherFont)
    };
    (verdict, WANTED.to_owned(), families.join(", "))
}

/// The size in points, and the advances that go with it.
fn size(fonts: &Fonts, lines: &[&Text], points: i32) -> Judged {
    let pt = |size: Emu| format!("{} pt", size.to_pt());
    let other = lines.iter().find(|line| line.size != Emu::pt(points));
    let found = pt(other.or(lines.first()).map_or(Emu::ZERO, |line| line.size));
    let squeezed = lines.iter().any(|line| {
        let font = fonts.face(line.weight);
        let mut units = 0;
        line.glyphs.iter().any(|glyph| {
            let natural = line.size.scaled(units, font.units_per_em().into());
            units += i32::from(font.advance(glyph.id));
            // a hundredth of the size is not seen
            (glyph.x - natural).0.unsigned_abs() > line.size.0.unsigned_abs() / 100
        })
    });
    let reason = if other.is_some() { Reason::OtherTypeSize } else { Reason::Squeezed };
    judged(other.is_none() && !squeezed, reason, pt(Emu::pt(points)), found)
}

/// The weight that the lines ask for, and whether the file of that weight is of it.
fn heaviness(fonts: &Fonts, lines: &[&Text], weight: Weight) -> Judged {
    let name = |weight: Weight| if weight == Weight::Bold { "bold" } else { "regular" };
    let faces: Vec<String> = weights(lines).into_iter().map(|weight| fonts.face(weight).postscript_name()).collect();
    let found = weights(lines).into_iter().map(name).collect::<Vec<_>>().join(", ");
    let found = format!("{found} ({})", faces.join(", "));
    let is_face = |face: &String| {
        let bold = face.contains("Bold");
        bold == (weight == Weight::Bold) && !face.contains("Italic")
    };
    let asked = lines.iter().all(|line| line.weight == weight);
    let reason = if asked { Reason::OtherFace } else { Reason::OtherWeight };
    judged(asked && faces.iter().all(is_face), reason, name(weight), found)
}

fn place(side: &Side<'_>, element: Element) -> Judged {
    let expected = format!("≥ {} mm", mm(rule::MARGIN));
    let Some(bounds) = side.bounds(element) else { return judged(false, Reason::Missing, expected, NOTHING) };
    let free = margin(side.page(), bounds);
    judged(free >= rule::MARGIN, Reason::OutsideMargin, expected, format!("{} mm", mm(free)))
}

/// How far a place keeps from the page's nearest edge; negative beyond it.
pub(super) fn margin(page: Rect, place: Rect) -> Emu {
    let horizontal = (place.x - page.x).min(page.right() - place.right());
    horizontal.min(place.y - page.y).min(page.bottom() - place.bottom())
}

/// What else stands where the text stands: another element, another of its lines, a ground that was drawn over it.
fn overlap(side: &Side<'_>, element: Element) -> Judged {
    let mut others: Vec<&str> = Vec::new();
    for (at, (item, place)) in side.boxes.iter().enumerate().filter(|(_, (item, _))| item.element == element) {
        let over = |(there, (other, its)): (usize, &(&Item, Rect))| {
            let counts = other.element != Element::Background || there > at;
            let name = (there != at && counts && place.overlaps(its)).then(|| other.element.name());
            name.filter(|_| other.element != item.element || there > at)
        };
        others.extend(side.boxes.iter().enumerate().filter_map(over));
    }
    others.sort_unstable();
    others.dedup();
    let found = if others.is_empty() { NOTHING.to_owned() } else { others.join(", ") };
    judged(others.is_empty(), Reason::Overlap, NOTHING, found)
}

/// The least contrast of the lines' ink, as it is seen, with what is seen around it.
fn contrast(side: &Side<'_>, element: Element, palette: &Palette) -> Judged {
    let expected = format!("≥ {}.{}", rule::CONTRAST_TENTHS / 10, rule::CONTRAST_TENTHS % 10);
    let mut least: Option<(u32, u32)> = None;
    for (item, place) in side.boxes.iter().filter(|(item, _)| item.element == element) {
        let Node::Text(line) = &item.node else { continue };
        let ink = palette.colour(line.ink).rgb;
        let is_ink = |colour: [u8; 3]| colour.iter().zip(ink).all(|(a, b)| a.abs_diff(b) <= INK_DISTANCE);
        let mut colours: Vec<[u8; 3]> = side.colours(side.to_pixels(*place)).collect();
        let seen = share(colours.iter().copied(), is_ink);
        // what is around the letters, which with their edges are less than seven tenths of their box
        colours.sort_unstable_by_key(|colour| luma(*colour).abs_diff(luma(ink)));
        let ratio = colours.get(colours.len() * 7 / 10).map_or(0, |colour| contrast_tenths(*colour, ink));
        let ratio = if seen < INK_SHARE { 0 } else { ratio };
        least = Some(least.unwrap_or((ratio, seen)).min((ratio, seen)));
    }
    let Some((ratio, seen)) = least else { return judged(false, Reason::Missing, expected, NOTHING) };
    let found = format!("{}.{} ({})", ratio / 10, ratio % 10, percent(seen));
    judged(ratio >= rule::CONTRAST_TENTHS, Reason::LowContrast, expected, found)
}
