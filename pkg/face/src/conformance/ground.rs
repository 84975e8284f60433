//! The page, the grounds of both sides and what is printed into them (838/QĐ-BNV, Điều 1 §2, §3b; R76, R90, R101).

use super::colour::{Band, hex, luma};
use super::side::{PixelRect, Side, commonest, share};
use super::{Clause, Judge, NOTHING, Reason, mm, percent, rule};
use crate::length::Emu;
use crate::scene::{Element, Node};

/// Of the pixels along the page's edge, in thousandths; lines of the ground are the rest.
const EDGE_SHARE: u32 = 980;
/// Brightness by which a pattern differs from its ground.
const PATTERN_LUMA: u8 = 8;
/// Type below this size is microtext.
const MICROTEXT: Emu = Emu::pt(2);

impl Judge<'_> {
    pub(super) fn grounds(&mut self) {
        self.page_size();
        let (colour, seen) = edge(&self.front, Band::Yellow);
        self.hold(Clause::FrontGround, seen >= EDGE_SHARE, Reason::OtherColour, Band::Yellow.to_string(), colour);
        let (colour, seen) = edge(&self.back, Band::DeepRed);
        self.hold(Clause::BackGround, seen >= EDGE_SHARE, Reason::OtherColour, Band::DeepRed.to_string(), colour);
        let pattern = pattern_share(&self.front);
        let least = format!("≥ {}", percent(rule::PATTERN_SHARE));
        self.hold(Clause::Drum, pattern >= rule::PATTERN_SHARE, Reason::Missing, least, percent(pattern));
        let lines = microtext_lines(&self.front);
        let found = if lines == 0 { NOTHING.to_owned() } else { lines.to_string() };
        self.hold(Clause::SecurityPrint, lines > 0, Reason::Missing, "≥ 1", found);
    }

    fn page_size(&mut self) {
        let (width, height) = rule::PAGE_MM;
        let near =
            |length: Emu, wanted: Emu| (length - wanted).0.unsigned_abs() <= rule::PAGE_TOLERANCE.0.unsigned_abs();
        let sizes = [&self.front, &self.back].map(|side| (side.scene.width, side.scene.height));
        let met = sizes.iter().all(|(w, h)| near(*w, width) && near(*h, height));
        let text = |(w, h): (Emu, Emu)| format!("{} × {} mm", mm(w), mm(h));
        let found = if sizes[0] == sizes[1] { text(sizes[0]) } else { sizes.map(text).join("; ") };
        let tolerance = format!("{} ± {:.1} mm", text((width, height)), rule::PAGE_TOLERANCE.to_mm());
        self.hold(Clause::PageSize, met, Reason::OtherPageSize, tolerance.replacen(" mm ±", " ±", 1), found);
    }
}

/// The commonest colour of the ground along the page's edge, and how much of it is of a band, in thousandths.
fn edge(side: &Side<'_>, band: Band) -> (String, u32) {
    let (width, height) = (side.pixels.width, side.pixels.height);
    let taken = taken(side, Emu::ZERO);
    let mut places = Vec::new();
    // the outermost pixels, and those a millimetre further in
    for inset in [0, side.to_pixels(side.page().grown(-Emu::um(1_000))).left] {
        let (right, bottom) = (width.saturating_sub(inset + 1), height.saturating_sub(inset + 1));
        places.extend((inset..=right).flat_map(|x| [(x, inset), (x, bottom)]));
        places.extend((inset..=bottom).flat_map(|y| [(inset, y), (right, y)]));
    }
    // the stripe may run along the edge or into it
    places.retain(|(x, y)| !taken.iter().any(|thing| thing.contains(*x, *y)));
    let colours: Vec<[u8; 3]> = places.into_iter().map(|(x, y)| side.at(x, y)).collect();
    let seen = share(colours.iter().copied(), |colour| band.has(colour));
    let colour = commonest(colours).map_or_else(|| NOTHING.to_owned(), hex);
    (format!("{colour}, {}", percent(seen)), seen)
}

/// How much of the ground that nothing else stands on is pattern, in thousandths.
fn pattern_share(side: &Side<'_>) -> u32 {
    let taken = taken(side, Emu::um(200));
    let inside = side.to_pixels(side.page().grown(-rule::MARGIN));
    // every third pixel of every third row is enough
    let free: Vec<[u8; 3]> = (inside.top..inside.bottom)
        .step_by(3)
        .flat_map(|y| (inside.left..inside.right).step_by(3).map(move |x| (x, y)))
        .filter(|(x, y)| !taken.iter().any(|thing| thing.contains(*x, *y)))
        .map(|(x, y)| side.at(x, y))
        .collect();
    let Some(ground) = commonest(free.iter().copied()) else { return 0 };
    share(free, |colour| Band::Yellow.has(colour) && luma(colour).abs_diff(luma(ground)) >= PATTERN_LUMA)
}

/// Where other things stand than the ground, with so much around each.
fn taken(side: &Side<'_>, around: Emu) -> Vec<PixelRect> {
    let things = side.boxes.iter().filter(|(item, _)| item.element != Element::Background);
    things.map(|(_, place)| side.to_pixels(place.grown(around))).collect()
}

fn microtext_lines(side: &Side<'_>) -> usize {
    let is_micro = |node: &Node| matches!(node, Node::Text(text) if text.size < MICROTEXT && !text.glyphs.is_empty());
    side.of(Element::Background).filter(|item| is_micro(&item.node)).count()
}
