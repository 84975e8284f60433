//! The regulation's numbers, written down a second time: the layout has its own, and the two are to catch each other.

use model::card_type::CardType;

use super::colour::Band;
use crate::length::Emu;
use crate::qr::{Field, Resolution};
use crate::record::HolderRank;
use crate::scene::{Element, Weight};

/// 838/QĐ-BNV, Điều 1 §3b.
pub const PAGE_MM: (Emu, Emu) = (Emu::um(85_725), Emu::um(53_975));
pub const PAGE_TOLERANCE: Emu = Emu::um(100);
/// From the page's edge to anything but ground and stripe; the regulation has no number, card printers and punches need it.
pub const MARGIN: Emu = Emu::um(2_000);
/// How exactly lines keep to their common edge or middle.
pub const ALIGNMENT_TOLERANCE: Emu = Emu::um(50);
/// Least contrast of a text (WCAG 2.2 §1.4.3), in tenths.
pub const CONTRAST_TENTHS: u32 = 45;
/// The portrait is at least so wide; the regulation has no number (C28). A face in it is then 12 mm high.
pub const PORTRAIT_WIDTH: Emu = Emu::um(18_000);
/// The contacts of a chip that is seen, from the page's upper left corner (ISO/IEC 7816-2 §4): left, top, right, bottom.
pub const CONTACTS: [Emu; 4] = [Emu::um(10_250), Emu::um(19_230), Emu::um(19_870), Emu::um(28_550)];
/// The two bars of the stripe are each so thick and so far apart, at least, to be told as two.
pub const BAR: Emu = Emu::um(300);

/// Of the page's free ground, in thousandths, that its pattern covers at least. Our drum covers 240, and what remains without it
/// 13.
pub const PATTERN_SHARE: u32 = 40;

/// 838/QĐ-BNV, Điều 1 §2a: 12 × 12 mm.
pub const QR_SIDE: Emu = Emu::um(12_000);
pub const QR_TOLERANCE: Emu = Emu::um(50);
/// A symbol of whole dots is smaller; the smallest that can happen has 33 modules of three dots at 300 dpi, 8.38 mm.
pub const QR_LEAST_SIDE: Emu = Emu::um(8_300);
/// ISO/IEC 18004 §6.3.8.
pub const QUIET_MODULES: u32 = 4;
/// 838/QĐ-BNV, Điều 1 §2a.
pub const QR_CHARS: usize = 130;

/// Fewest dots of a module that scanners read after printing.
pub fn least_dots(resolution: Resolution) -> u32 {
    match resolution {
        Resolution::Dpi300 => 3,
        Resolution::Dpi600 => 5,
    }
}

/// Most characters of a field (838/QĐ-BNV, Điều 1 §2a).
pub fn most_chars(field: Field) -> usize {
    match field {
        Field::CardCode => 4,
        Field::FullName => 25,
        Field::BirthDate => 10,
        Field::Sex => 3,
        Field::CitizenId => 12,
        Field::UnitCode => 9,
        Field::ManagingAgency => 30,
        Field::Position => 17,
        Field::StatusUrl => 20,
    }
}

/// Points and weight of a text (838/QĐ-BNV, Phụ lục §1b).
pub fn type_of(element: Element) -> (i32, Weight) {
    match element {
        Element::ManagingAgency => (12, Weight::Bold),
        Element::UsingUnit => (10, Weight::Bold),
        Element::FullName => (11, Weight::Bold),
        Element::Position => (8, Weight::Bold),
        Element::BackName => (14, Weight::Bold),
        // “Mã định danh thẻ: 9 pt”, without “Bold”
        _ => (9, Weight::Regular),
    }
}

/// Typefaces whose advances are those of Times New Roman.
pub const METRIC_COMPATIBLE: [&str; 2] = ["Liberation Serif", "Tinos"];

/// The type as the number ends in it (838/QĐ-BNV, Điều 1 §2a).
pub fn type_letters(card_type: CardType) -> &'static str {
    match card_type {
        CardType::Cb => "CB",
        CardType::Cc => "CC",
        CardType::Vc => "VC",
        CardType::Xa => "XA",
        CardType::Xa0 => "XA0",
        CardType::Hd => "HĐ",
    }
}

/// The stripe's colour (838/QĐ-BNV, Điều 1 §2a), and whether the regulation names it for that type and rank (C14).
pub fn stripe(card_type: CardType, rank: HolderRank) -> (Band, bool) {
    match (rank, card_type) {
        // 3) không chuyên trách ở cấp xã, hợp đồng lao động và các đối tượng khác
        (HolderRank::Other, _) | (_, CardType::Xa0 | CardType::Hd) => (Band::YoungGreen, true),
        // 2) bao gồm cán bộ, công chức cấp xã
        (_, CardType::Xa) => (Band::SkyBlue, true),
        // 1) quản lý cấp Vụ, cấp Sở và tương đương trở lên
        (HolderRank::Leader, CardType::Cb | CardType::Cc | CardType::Vc) => (Band::Red, true),
        (HolderRank::Ordinary, CardType::Cc | CardType::Vc) => (Band::SkyBlue, true),
        (HolderRank::Ordinary, CardType::Cb) => (Band::SkyBlue, false),
    }
}
