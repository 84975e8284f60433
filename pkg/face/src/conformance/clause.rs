//! What is judged, clause by clause: its name in files, and where it is written.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::qr::Field;
use crate::scene::Element;

/// One thing that 838/QĐ-BNV asks of a card's face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Clause {
    /// Both sides are 85.725 × 53.975 mm, to 0.1 mm.
    PageSize,
    /// Nền vàng.
    FrontGround,
    /// Hoa văn trống đồng.
    Drum,
    /// Yếu tố bảo an: lines of microtext.
    SecurityPrint,
    /// Quốc huy in its colours for administrative units; a logo or nothing for others.
    Emblem,
    /// A thing that is no text stands inside the margin and on no other such thing.
    Place(Element),
    /// Something about one of the six texts.
    Text(Element, Aspect),
    /// The agencies' lines stand to the left or in the middle, as the blank asks.
    HeaderAlignment,
    /// The holder's lines do so; with the card's number where they stand to the left.
    HolderAlignment,
    /// The portrait is there, 3 : 4.
    Portrait,
    /// The portrait is large enough to tell a face.
    PortraitSize,
    /// Biểu tượng chip: there with a chip, not there without.
    ChipSymbol,
    /// Nothing is printed on the contacts of a chip that is seen.
    ChipContacts,
    /// Vạch đôi: two equal bars.
    StripeBars,
    /// Its colour is that of type and rank.
    StripeColour,
    /// The QR symbol's side.
    QrSize,
    /// White around it.
    QrQuietZone,
    /// The printer's dots of a module.
    QrDots,
    /// A decoder that is not ours reads it from the pixels.
    QrReadable,
    /// At most 130 characters.
    QrLength,
    /// Nine fields, parted by the province's character.
    QrSeparator,
    /// A field says what the record says, within its maximum.
    QrField(Field),
    /// Nền đỏ đun.
    BackGround,
    /// Quốc huy in yellow.
    BackEmblem,
    /// The name on the back is yellow.
    BackNameColour,
    /// The second QR symbol's side; this and the next five are met where none is wanted and none is there.
    BackQrSize,
    /// White around it.
    BackQrQuietZone,
    /// The printer's dots of a module.
    BackQrDots,
    /// A decoder that is not ours reads it from the pixels.
    BackQrReadable,
    /// It says what the record says.
    BackQrClaims,
    /// The province's key signed it.
    BackQrSignature,
}

/// What is asked of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aspect {
    /// It says what the record says.
    Content,
    /// Times New Roman.
    Font,
    /// Its size in points, not squeezed.
    Size,
    /// Bold or not.
    Weight,
    /// Inside the page's margin.
    Place,
    /// Alone in its place.
    Overlap,
    /// Seen against what it stands on.
    Contrast,
}

impl Aspect {
    /// All, in the report's order.
    pub const ALL: [Self; 7] =
        [Self::Content, Self::Font, Self::Size, Self::Weight, Self::Place, Self::Overlap, Self::Contrast];

    fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Font => "font",
            Self::Size => "size",
            Self::Weight => "weight",
            Self::Place => "place",
            Self::Overlap => "overlap",
            Self::Contrast => "contrast",
        }
    }
}

/// The texts of the front, from the top down.
pub(super) const FRONT_TEXTS: [Element; 5] =
    [Element::ManagingAgency, Element::UsingUnit, Element::FullName, Element::Position, Element::CardNumber];
/// What has a place and is no text, on the front.
pub(super) const FRONT_THINGS: [Element; 4] =
    [Element::Emblem, Element::Portrait, Element::ChipSymbol, Element::QrPlate];

/// Those of the second QR code that are about the symbol.
pub(super) const BACK_QR: [Clause; 6] = [
    Clause::BackQrSize,
    Clause::BackQrQuietZone,
    Clause::BackQrDots,
    Clause::BackQrReadable,
    Clause::BackQrClaims,
    Clause::BackQrSignature,
];

impl Clause {
    /// Every clause, each once, in the report's order.
    pub fn all() -> Vec<Self> {
        let text = |element| Aspect::ALL.map(|aspect| Self::Text(element, aspect));
        let mut all = vec![Self::PageSize, Self::FrontGround, Self::Drum, Self::SecurityPrint, Self::Emblem];
        all.extend(FRONT_TEXTS.into_iter().flat_map(text));
        all.extend([Self::HeaderAlignment, Self::HolderAlignment, Self::Portrait, Self::PortraitSize]);
        all.extend([Self::ChipSymbol, Self::ChipContacts]);
        all.extend(FRONT_THINGS.map(Self::Place));
        all.extend([Self::StripeBars, Self::StripeColour, Self::QrSize, Self::QrQuietZone, Self::QrDots]);
        all.extend([Self::QrReadable, Self::QrLength, Self::QrSeparator]);
        all.extend(Field::ALL.map(Self::QrField));
        all.extend([Self::BackGround, Self::BackEmblem]);
        all.extend(text(Element::BackName));
        all.push(Self::BackNameColour);
        all.push(Self::Place(Element::BackQrPlate));
        all.extend(BACK_QR);
        all
    }

    /// Where it is written.
    pub fn source(self) -> &'static str {
        match self {
            Self::PageSize => "838/QĐ-BNV, Điều 1 §3b",
            Self::FrontGround | Self::Drum | Self::SecurityPrint => "838/QĐ-BNV, Điều 1 §2",
            Self::BackGround | Self::BackEmblem | Self::BackNameColour => "838/QĐ-BNV, Điều 1 §2b",
            Self::Text(Element::BackName, Aspect::Content) => "838/QĐ-BNV, Điều 1 §2b",
            Self::Text(_, Aspect::Font | Aspect::Size | Aspect::Weight) => "838/QĐ-BNV, Phụ lục §1b",
            Self::HeaderAlignment | Self::HolderAlignment => "838/QĐ-BNV, Phụ lục §1a",
            // the regulation's drawings, which show places, are lost in every copy
            Self::Text(_, Aspect::Place | Aspect::Overlap | Aspect::Contrast) | Self::Place(_) => {
                "838/QĐ-BNV, Phụ lục §1a"
            }
            Self::ChipContacts => "838/QĐ-BNV, Phụ lục §1a; ISO/IEC 7816-2 §4",
            // the regulation has no second code; what it asks of the first is asked of it
            Self::BackQrQuietZone => "838/QĐ-BNV, Điều 1 §2b; ISO/IEC 18004 §6.3.8",
            Self::BackQrSize | Self::BackQrDots | Self::BackQrReadable => "838/QĐ-BNV, Điều 1 §2b; ISO/IEC 18004",
            Self::BackQrClaims => "838/QĐ-BNV, Điều 1 §2b; RFC 9285",
            Self::BackQrSignature => "838/QĐ-BNV, Điều 1 §2b; RFC 8032",
            Self::QrQuietZone => "838/QĐ-BNV, Điều 1 §2a; ISO/IEC 18004 §6.3.8",
            _ => "838/QĐ-BNV, Điều 1 §2a",
        }
    }

    /// The project's requirement that it checks, `R1` and so on.
    pub fn requirement(self) -> &'static str {
        match self {
            Self::PageSize => "R101",
            Self::FrontGround | Self::Drum | Self::SecurityPrint => "R76",
            Self::Emblem | Self::Place(Element::Emblem) => "R77",
            Self::Text(_, Aspect::Font) => "R93",
            Self::Text(Element::ManagingAgency, _) => "R78",
            Self::Text(Element::UsingUnit, _) => "R79",
            Self::Text(Element::CardNumber, _) => "R82",
            Self::Text(Element::BackName, _) => "R90",
            Self::Text(..) | Self::Portrait | Self::PortraitSize | Self::Place(Element::Portrait) => "R80",
            Self::HeaderAlignment | Self::HolderAlignment | Self::ChipContacts => "R92",
            Self::ChipSymbol | Self::Place(Element::ChipSymbol) => "R81",
            Self::StripeBars | Self::StripeColour => "R87",
            Self::QrSeparator | Self::QrField(_) => "R86",
            Self::BackQrSize
            | Self::BackQrQuietZone
            | Self::BackQrDots
            | Self::BackQrReadable
            | Self::BackQrClaims
            | Self::BackQrSignature
            | Self::Place(Element::BackQrPlate) => "R90",
            Self::QrSize | Self::QrQuietZone | Self::QrDots | Self::QrReadable | Self::QrLength | Self::Place(_) => {
                "R85"
            }
            Self::BackGround | Self::BackEmblem | Self::BackNameColour => "R90",
        }
    }

    /// The decision, `C1` and so on, by which the project reads a place where the regulation contradicts itself or is silent.
    pub fn decision(self) -> Option<&'static str> {
        match self {
            Self::PageSize => Some("C1"),
            Self::Text(Element::CardNumber, Aspect::Content) => Some("C2"),
            Self::QrField(Field::UnitCode) => Some("C4"),
            Self::QrLength => Some("C5"),
            Self::QrField(Field::CardCode) => Some("C6"),
            Self::QrSeparator => Some("C7"),
            Self::QrField(Field::StatusUrl) => Some("C8"),
            Self::StripeColour => Some("C14"),
            Self::FrontGround | Self::BackGround | Self::BackEmblem | Self::BackNameColour => Some("C27"),
            Self::Portrait | Self::PortraitSize => Some("C28"),
            _ => None,
        }
    }
}

impl fmt::Display for Clause {
    /// Its name in files, which does not change: `full_name_size`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(element, aspect) => write!(f, "{}_{}", element.name(), aspect.name()),
            Self::Place(element) => write!(f, "{}_place", element.name()),
            Self::QrField(field) => write!(f, "qr_{}", field.name()),
            _ => f.write_str(match self {
                Self::PageSize => "page_size",
                Self::FrontGround => "front_ground",
                Self::Drum => "drum",
                Self::SecurityPrint => "security_print",
                Self::Emblem => "emblem",
                Self::HeaderAlignment => "header_alignment",
                Self::HolderAlignment => "holder_alignment",
                Self::Portrait => "portrait",
                Self::PortraitSize => "portrait_size",
                Self::ChipSymbol => "chip_symbol",
                Self::ChipContacts => "chip_contacts",
                Self::StripeBars => "stripe_bars",
                Self::StripeColour => "stripe_colour",
                Self::QrSize => "qr_size",
                Self::QrQuietZone => "qr_quiet_zone",
                Self::QrDots => "qr_dots",
                Self::QrReadable => "qr_readable",
                Self::QrLength => "qr_length",
                Self::QrSeparator => "qr_separator",
                Self::BackGround => "back_ground",
                Self::BackEmblem => "back_emblem",
                Self::BackNameColour => "back_name_colour",
                Self::BackQrSize => "back_qr_size",
                Self::BackQrQuietZone => "back_qr_quiet_zone",
                Self::BackQrDots => "back_qr_dots",
                Self::BackQrReadable => "back_qr_readable",
                Self::BackQrClaims => "back_qr_claims",
                Self::BackQrSignature => "back_qr_signature",
                Self::Text(..) | Self::Place(_) | Self::QrField(_) => "",
            }),
        }
    }
}

impl Serialize for Clause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_clause_has_a_name_of_its_own_and_a_source() {
        let all = Clause::all();
        let names: BTreeSet<String> = all.iter().map(Clause::to_string).collect();
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')));
        assert!(all.iter().all(|clause| clause.source().starts_with("838/QĐ-BNV")));
    }
}
