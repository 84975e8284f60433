//! Vạch đôi: the double stripe whose colour tells the rank (838/QĐ-BNV, Điều 1 §2).

use crate::ink::Ink;
use crate::length::{Emu, Rect};
use crate::scene::{FillRule, Node, Path};

/// Two equal bars along the longer side of `place`, `gap` apart; both together fill it.
pub fn double_stripe(place: Rect, gap: Emu, ink: Ink) -> Vec<Node> {
    let mut path = Path::default();
    if place.width >= place.height {
        let bar = (place.height - gap) / 2;
        path.push_rect(Rect::new(place.x, place.y, place.width, bar));
        path.push_rect(Rect::new(place.x, place.bottom() - bar, place.width, bar));
    } else {
        let bar = (place.width - gap) / 2;
        path.push_rect(Rect::new(place.x, place.y, bar, place.height));
        path.push_rect(Rect::new(place.right() - bar, place.y, bar, place.height));
    }
    vec![Node::Fill { path, rule: FillRule::NonZero, ink }]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::curve::measure;

    #[test]
    fn the_two_bars_fill_the_place_and_leave_the_gap() {
        for (width, height) in [(85_725, 2_400), (2_400, 53_975)] {
            let place = Rect::new(Emu::um(100), Emu::um(50_000), Emu::um(width), Emu::um(height));
            let nodes = double_stripe(place, Emu::um(600), Ink::StripeRed);
            measure::assert_sound(&nodes);
            assert_eq!(measure::bounds(&nodes), place);
            let [Node::Fill { path, .. }] = &nodes[..] else { panic!("one area") };
            let bar = Path(path.0[..5].to_vec()).bounds().expect("a bar");
            assert_eq!(bar.width.min(bar.height), Emu::um(900));
        }
    }
}
