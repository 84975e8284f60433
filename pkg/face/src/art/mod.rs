//! Ornaments and signs that the program draws itself: pure functions from places to shapes.

mod chip_symbol;
mod curve;
mod drum;
mod emblem;
mod guilloche;
mod letters;
mod stripe;

pub use chip_symbol::chip_symbol;
pub use drum::drum_face;
pub use emblem::{emblem, emblem_one_ink};
pub use guilloche::{HAIRLINE, MICROTEXT_SIZE, MicroLine, microtext_lines, rosette, wave_band};
pub use stripe::double_stripe;

use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::scene::{FillRule, Node, Path};

/// Nền of the front: the yellow ground with the bronze drum, and a braid of waves with a rosette along the left edge, beside the
/// drum. 838/QĐ-BNV, Điều 1 §2.
pub fn front_background(page: Rect) -> Vec<Node> {
    let mut nodes = ground(page, Ink::Ground);
    let centre = Point::new(page.x + page.width.scaled(61, 100), page.y + page.height.scaled(50, 100));
    nodes.extend(drum_face(centre, page.width.scaled(46, 100), page, Ink::Pattern, Ink::Fine));
    let band = front_band(page);
    nodes.extend(wave_band(band, 5, 15, 3, Ink::Fine));
    nodes.extend(rosette(band.centre(), band.width.scaled(60, 100), 24, 4, Ink::Fine));
    nodes
}

/// The lines of microtext on the front, in [`Ink::Fine`]: along its upper and lower edge.
pub fn front_microtext(page: Rect) -> Vec<MicroLine> {
    microtext_lines(page.grown(-Emu::um(1_200)), Emu::um(1_800))
}

/// Nền of the back: deep red with waves along its long edges and a rosette in the middle. 838/QĐ-BNV, Điều 1 §2.
pub fn back_background(page: Rect) -> Vec<Node> {
    let mut nodes = ground(page, Ink::BackGround);
    for band in back_bands(page) {
        nodes.extend(wave_band(band, 4, 24, 6, Ink::BackFine));
    }
    nodes.extend(rosette(page.centre(), page.height.scaled(36, 100), 36, 6, Ink::BackFine));
    nodes
}

/// The lines of microtext on the back, in [`Ink::BackFine`]: on both sides of each band of waves.
pub fn back_microtext(page: Rect) -> Vec<MicroLine> {
    back_bands(page).into_iter().flat_map(|band| microtext_lines(band.grown(Emu::um(150)), Emu::um(3_000))).collect()
}

fn ground(page: Rect, ink: Ink) -> Vec<Node> {
    vec![Node::Fill { path: Path::rect(page), rule: FillRule::NonZero, ink }]
}

/// Where the front's waves run: from the upper to the lower edge, between the left edge and the drum.
fn front_band(page: Rect) -> Rect {
    Rect::new(page.x + page.width.scaled(3, 100), page.y, page.width.scaled(9, 100), page.height)
}

fn back_bands(page: Rect) -> [Rect; 2] {
    let (height, inset) = (page.height.scaled(9, 100), Emu::um(1_500));
    [page.y + inset, page.bottom() - inset - height].map(|y| Rect::new(page.x, y, page.width, height))
}

#[cfg(test)]
mod tests {
    use super::curve::measure;
    use super::*;

    /// The card of 838/QĐ-BNV.
    const PAGE: Rect = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(85_725), Emu::um(53_975));

    #[test]
    fn the_grounds_cover_the_page_and_stay_lean() {
        for (nodes, ink, most) in
            [(front_background(PAGE), Ink::Ground, 9_000), (back_background(PAGE), Ink::BackGround, 3_500)]
        {
            measure::assert_sound(&nodes);
            assert_eq!(nodes[0], Node::Fill { path: Path::rect(PAGE), rule: FillRule::NonZero, ink });
            let segments = measure::segments(&nodes);
            assert!(segments < most, "{segments}");
        }
    }

    #[test]
    fn microtext_stays_on_the_page_and_off_its_edge() {
        for line in [front_microtext(PAGE), back_microtext(PAGE)].concat() {
            let area = Rect::new(line.origin.x, line.origin.y - line.size, line.width, line.size);
            assert!(PAGE.grown(-Emu::um(800)).contains(&area), "{area:?}");
        }
    }

    #[test]
    fn every_coordinate_is_the_same_everywhere() {
        let both = [front_background(PAGE), back_background(PAGE)].map(|nodes| measure::fingerprint(&nodes));
        assert_eq!(both, [0xd479_01d3_263b_7d3a, 0x5e7d_017f_f126_2e1d]);
    }
}
