//! Vạch đôi: two bars in the colour of type and rank (838/QĐ-BNV, Điều 1 §2a; R87, C14).

use super::colour::hex;
use super::side::{PixelRect, Side, commonest, share};
use super::{Clause, Judge, NOTHING, Reason, Verdict, mm, percent, rule};
use crate::length::{Emu, Rect};
use crate::scene::{Element, Node, Path, Segment};

/// Of the bars' pixels, in thousandths, that have the colour.
const COLOUR_SHARE: u32 = 950;
/// By how much the bars may differ.
const SAME: Emu = Emu::um(20);

impl Judge<'_> {
    pub(super) fn stripe(&mut self) {
        let side = &self.front;
        let bars: Vec<Rect> = side
            .of(Element::Stripe)
            .filter_map(|item| if let Node::Fill { path, .. } = &item.node { Some(path) } else { None })
            .flat_map(parts)
            .collect();
        let sizes: Vec<String> = bars.iter().map(|bar| format!("{} × {}", mm(bar.width), mm(bar.height))).collect();
        let found = if sizes.is_empty() { NOTHING.to_owned() } else { format!("{} mm", sizes.join("; ")) };
        let are_two = matches!(bars.as_slice(), [one, other] if is_pair(*one, *other));
        let seen: Vec<[u8; 3]> = bars.iter().flat_map(|bar| side.colours(within(side, *bar))).collect();
        let reason = if bars.is_empty() { Reason::Missing } else { Reason::NotTwoBars };
        let (band, is_named) = rule::stripe(self.record.card_type, self.record.rank);
        let part = share(seen.iter().copied(), |colour| band.has(colour));
        let colour = commonest(seen).map_or(NOTHING.to_owned(), |rgb| format!("{}, {}", hex(rgb), percent(part)));
        self.hold(Clause::StripeBars, are_two, reason, "2", found);
        let verdict = match (part >= COLOUR_SHARE, is_named) {
            _ if bars.is_empty() => Verdict::NotMet(Reason::Missing),
            (false, _) => Verdict::NotMet(Reason::OtherColour),
            (true, false) => Verdict::Equivalent(Reason::CadreWithoutColour),
            (true, true) => Verdict::Met,
        };
        self.find(Clause::StripeColour, verdict, band.to_string(), colour);
    }
}

/// Where each part of an outline stands.
fn parts(path: &Path) -> Vec<Rect> {
    let begins = |segment: &Segment| matches!(segment, Segment::Move(_));
    let parts = path.0.chunk_by(|_, next| !begins(next));
    parts.filter_map(|part| Path(part.to_vec()).bounds()).collect()
}

/// Two bars of one size, side by side along their length, thick enough and apart.
fn is_pair(one: Rect, other: Rect) -> bool {
    let near = |a: Emu, b: Emu| (a - b).0.unsigned_abs() <= SAME.0.unsigned_abs();
    let apart = (other.y - one.bottom()).max(one.y - other.bottom());
    let beside = (other.x - one.right()).max(one.x - other.right());
    let lying = near(one.x, other.x) && apart >= rule::BAR && one.width > one.height;
    let standing = near(one.y, other.y) && beside >= rule::BAR && one.height > one.width;
    let thick = one.width.min(one.height) >= rule::BAR;
    near(one.width, other.width) && near(one.height, other.height) && thick && (lying || standing)
}

/// The pixels that a bar covers wholly.
fn within(side: &Side<'_>, bar: Rect) -> PixelRect {
    let all = side.to_pixels(bar);
    PixelRect {
        left: all.left + 1,
        top: all.top + 1,
        right: all.right.saturating_sub(1),
        bottom: all.bottom.saturating_sub(1),
    }
}
