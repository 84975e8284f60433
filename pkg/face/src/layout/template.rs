//! Where things stand. All places lie on the page with at least 2.5 mm to its edge, but for the stripe, which runs across it.

use super::PAGE;
use super::block::Align;
use crate::length::{Emu, Rect};
use crate::record::Variant;

/// The places of one template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    /// Quốc huy, or a logo.
    pub emblem: Rect,
    /// Managing agency and using unit.
    pub header: Rect,
    /// The portrait, 3 : 4.
    pub portrait: Rect,
    /// Full name and position.
    pub holder: Rect,
    /// Card number.
    pub number: Rect,
    /// The QR code's white plate, 13.5 mm.
    pub qr_plate: Rect,
    /// The symbol of a card with a chip.
    pub chip_symbol: Rect,
    /// The chip itself, where one is seen: nothing is printed there.
    pub chip: Option<Rect>,
    /// Vạch đôi.
    pub stripe: Rect,
    /// How texts stand in their places.
    pub align: Align,
}

/// Between the two bars of the stripe.
pub const STRIPE_GAP: Emu = Emu::um(500);
/// Quốc huy on the back.
pub const BACK_EMBLEM: Rect = mm(32_862, 6_000, 20_000, 20_000);
/// The white plate of the second QR code, where there is one, beside the emblem.
pub const BACK_QR_PLATE: Rect = mm(68_225, 8_000, 13_500, 13_500);
/// Tên Bộ, ngành, địa phương on the back.
pub const BACK_NAME: Rect = mm(5_000, 28_500, 75_725, 13_000);
/// Room for a bank or payment organisation (R91): nothing of ours stands there.
pub const BACK_RESERVED: Rect = mm(5_000, 43_000, 75_725, 8_000);

const fn mm(x: i32, y: i32, width: i32, height: i32) -> Rect {
    Rect::new(Emu::um(x), Emu::um(y), Emu::um(width), Emu::um(height))
}

impl Template {
    /// The template of a kind of blank (R92).
    pub const fn of(variant: Variant) -> Self {
        match variant {
            Variant::Raised => RAISED,
            Variant::Embedded => EMBEDDED,
            Variant::Other => OTHER,
        }
    }

    /// The places that nothing else may touch, each with its name.
    pub fn places(&self) -> Vec<(&'static str, Rect)> {
        let mut all = vec![
            ("emblem", self.emblem),
            ("header", self.header),
            ("portrait", self.portrait),
            ("holder", self.holder),
            ("number", self.number),
            ("qr_plate", self.qr_plate),
            ("chip_symbol", self.chip_symbol),
            ("stripe", self.stripe),
        ];
        all.extend(self.chip.map(|chip| ("chip", chip)));
        all
    }
}

const EMBLEM: Rect = mm(4_000, 3_600, 12_600, 12_600);
const HEADER: Rect = mm(18_200, 2_600, 63_900, 14_600);
/// Near the lower edge, across the whole card.
const STRIPE: Rect = Rect::new(Emu::ZERO, Emu::um(50_900), PAGE.width, Emu::um(2_300));

/// Thẻ có chip nổi, canh trái. The chip's contacts lie where ISO/IEC 7816-2 §4 has them, so the portrait stands on the right.
const RAISED: Template = Template {
    emblem: EMBLEM,
    header: HEADER,
    portrait: mm(61_725, 18_600, 20_000, 26_667),
    holder: mm(4_000, 31_400, 41_000, 13_900),
    number: mm(4_000, 45_600, 41_000, 4_200),
    qr_plate: mm(46_500, 32_000, 13_500, 13_500),
    chip_symbol: mm(46_500, 20_000, 7_500, 5_000),
    chip: Some(mm(8_500, 18_200, 13_400, 12_000)),
    stripe: STRIPE,
    align: Align::Left,
};

/// Thẻ có chip chìm, canh giữa.
const EMBEDDED: Template = Template {
    emblem: EMBLEM,
    header: HEADER,
    portrait: mm(4_000, 19_800, 20_000, 26_667),
    holder: mm(26_000, 19_600, 56_000, 14_000),
    number: mm(26_000, 44_400, 40_500, 4_200),
    qr_plate: mm(68_225, 34_900, 13_500, 13_500),
    chip_symbol: mm(42_500, 37_600, 7_500, 5_000),
    chip: None,
    stripe: STRIPE,
    align: Align::Centre,
};

/// Thẻ nhân viên, lao động hợp đồng, đối tượng khác: as with an embedded chip, to the left.
const OTHER: Template = Template { chip_symbol: mm(26_000, 37_600, 7_500, 5_000), align: Align::Left, ..EMBEDDED };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stands_on_anything_else_or_outside_the_page() {
        for variant in [Variant::Raised, Variant::Embedded, Variant::Other] {
            let places = Template::of(variant).places();
            for (nth, (name, place)) in places.iter().enumerate() {
                assert!(PAGE.contains(place), "{variant:?}: {name}");
                for (other, there) in &places[nth + 1..] {
                    assert!(!place.overlaps(there), "{variant:?}: {name} and {other}");
                }
            }
            let portrait = Template::of(variant).portrait;
            assert!(
                (portrait.width.0 * 4).abs_diff(portrait.height.0 * 3) <= 3 * 36,
                "3 : 4 to a thousandth of a millimetre"
            );
        }
        for (place, other) in [
            (BACK_EMBLEM, BACK_NAME),
            (BACK_NAME, BACK_RESERVED),
            (BACK_QR_PLATE, BACK_EMBLEM),
            (BACK_QR_PLATE, BACK_NAME),
        ] {
            assert!(PAGE.contains(&place) && PAGE.contains(&other) && !place.overlaps(&other));
        }
    }

    #[test]
    fn the_chip_keeps_the_contacts_of_iso_7816_2() {
        // from the left edge 10.25 to 19.87 mm, from the upper edge 19.23 to 28.55 mm
        let contacts = Rect::new(Emu::um(10_250), Emu::um(19_230), Emu::um(9_620), Emu::um(9_320));
        assert!(Template::of(Variant::Raised).chip.unwrap().contains(&contacts));
    }
}
