//! What stands where on a card of 838/QĐ-BNV: from a record to the scenes of its two sides.
//!
//! The regulation's pictures are lost in every copy at hand; its words are kept (sizes of type, alignment by kind of chip, what has
//! to be there), and the places are ours ([`template`]).

mod block;
pub mod template;

use std::sync::Arc;

use model::card_type::Stripe;
use model::day;

use crate::art;
use crate::font::Fonts;
use crate::ink::{Ink, Palette};
use crate::length::{Emu, Point, Rect};
use crate::qr::{
    self, Abbreviation, Abbreviations, Code, QUIET_ZONE, QrFields, Resolution, Separator, Symbol, TooDense,
};
use crate::record::Record;
use crate::scene::{Element, FillRule, Item, Node, Path, Picture, Scene, Weight};
use crate::typeset::{self, Style};
use block::{Block, Part};
use template::Template;

/// The card: 85.725 × 53.975 mm, which are 3⅜ × 2⅛ inches (838/QĐ-BNV, Điều 1 §3b; R101).
pub const PAGE: Rect = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(85_725), Emu::um(53_975));
/// Radius of its corners (ISO/IEC 7810:2019 §5.2: 2.88 to 3.48 mm).
pub const CORNER: Emu = Emu::um(3_180);

/// What is the same for every card of a province.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Resolution of the printer, whose dots the QR code's modules keep to.
    pub resolution: Resolution,
    /// What parts the fields of the QR code.
    pub separator: Separator,
    /// The abbreviations that the province has approved.
    pub abbreviations: Abbreviations,
    /// The colours of its inks.
    pub palette: Palette,
    /// The key that the second QR code is to be signed with; without one there is no such code on the back.
    pub signer: Option<qr::signed::Verifier>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            resolution: Resolution::Dpi300,
            separator: Separator::default(),
            abbreviations: Abbreviations::default(),
            palette: Palette::default(),
            signer: None,
        }
    }
}

/// The grounds of both sides: drawn once, the same for all cards.
#[derive(Clone, Debug)]
pub struct Grounds {
    /// Of the front.
    pub front: Arc<[Item]>,
    /// Of the back.
    pub back: Arc<[Item]>,
}

impl Grounds {
    /// Draws them. Microtext is set in the card's own face.
    pub fn new(fonts: &Fonts) -> Self {
        let ground = |nodes: Vec<Node>, lines: Vec<art::MicroLine>, ink: Ink| -> Arc<[Item]> {
            let micro = lines.iter().filter_map(|line| microtext(fonts, line, ink));
            nodes.into_iter().chain(micro).map(|node| Item { element: Element::Background, node }).collect()
        };
        Grounds {
            front: ground(art::front_background(PAGE), art::front_microtext(PAGE), Ink::Pattern),
            back: ground(art::back_background(PAGE), art::back_microtext(PAGE), Ink::BackFine),
        }
    }
}

/// The country's name over and over, as far as the line goes.
fn microtext(fonts: &Fonts, line: &art::MicroLine, ink: Ink) -> Option<Node> {
    const WORDS: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM • ";
    let style = Style { weight: Weight::Regular, size: line.size, ink };
    let once = typeset::width(fonts, style, WORDS).ok()?;
    let times = usize::try_from(line.width.0 / once.0.max(1)).unwrap_or(0);
    typeset::line(fonts, style, WORDS.repeat(times).trim_end(), line.origin).ok().map(Node::Text)
}

/// Both sides of one card.
#[derive(Clone, Debug)]
pub struct Face {
    /// Mặt trước.
    pub front: Side,
    /// Mặt sau.
    pub back: Side,
    /// The QR code on the front.
    pub code: Code,
    /// What had to be abbreviated to fit its place, and how; every one is in the approved list.
    pub abbreviated: Vec<Abbreviated>,
}

/// One side.
#[derive(Clone, Debug)]
pub struct Side {
    /// The ground, shared by all cards.
    pub ground: Arc<[Item]>,
    /// What lies on it.
    pub items: Vec<Item>,
}

/// Which parts of a side are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The whole face, on a white blank.
    #[default]
    Full,
    /// Only what differs from card to card, on a blank that was printed in offset before.
    Variable,
}

impl Face {
    /// Puts the second QR code on the back; `text` is that of [`signed::Claims::signed`](qr::signed::Claims::signed).
    ///
    /// # Errors
    /// [`TooDense`].
    pub fn sign(&mut self, text: &str, resolution: Resolution) -> Result<(), TooDense> {
        let symbol = Symbol::encode(text, resolution)?;
        let (plate, symbol) = qr_nodes(&symbol, template::BACK_QR_PLATE, resolution);
        for (element, node) in [(Element::BackQrPlate, plate), (Element::BackQr, symbol)] {
            self.back.items.push(Item { element, node });
        }
        Ok(())
    }
}

impl Side {
    /// The side as one scene.
    pub fn scene(&self, mode: Mode) -> Scene {
        printed(self.ground.iter().chain(&self.items), mode)
    }

    /// What lies on the ground, for writers that are given the ground apart.
    pub fn without_ground(&self, mode: Mode) -> Scene {
        printed(self.items.iter(), mode)
    }
}

fn printed<'a>(items: impl Iterator<Item = &'a Item>, mode: Mode) -> Scene {
    let printed = items.filter(|item| mode == Mode::Full || !item.element.is_preprinted());
    Scene { width: PAGE.width, height: PAGE.height, items: printed.cloned().collect() }
}

/// A text that was abbreviated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Abbreviated {
    /// Which.
    pub element: Element,
    /// How.
    pub abbreviation: Abbreviation,
}

/// Why a record has no face. None of them repeats what is printed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A text does not fit its place, with every approved abbreviation that applies.
    #[error("{element:?} does not fit its place")]
    TooLong {
        /// Which.
        element: Element,
    },
    /// A character that the card's type has not.
    #[error("{element:?} contains {letter:?}, which the card's type has not")]
    Letter {
        /// In which.
        element: Element,
        /// The character.
        letter: char,
    },
    /// There is no portrait (R80).
    #[error("the portrait is missing")]
    NoPortrait,
    /// The portrait is not three to four.
    #[error("the portrait is {width} × {height} pixels, not 3 : 4")]
    PortraitShape {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// The QR code.
    #[error(transparent)]
    Qr(#[from] Box<qr::Refusal>),
}

/// The fields of a record's QR code, in their form there.
pub fn qr_fields(record: &Record) -> QrFields {
    let longest = qr::Field::UnitCode.maximum();
    QrFields {
        card_code: record.card_code.as_str().to_owned(),
        full_name: record.full_name.clone(),
        birth_date: day::short(record.birth_date),
        sex: record.sex.to_owned(),
        citizen_id: record.citizen_id.as_str().to_owned(),
        // the nearest unit whose code fits; the public page has the whole code (C4)
        unit_code: record.unit_code.nearest_within(longest).map_or_else(String::new, |code| code.as_str().to_owned()),
        managing_agency: record.managing_agency.clone(),
        position: record.position.clone(),
        host: record.host.clone(),
    }
}

/// The pictures of one card.
#[derive(Clone, Debug, Default)]
pub struct Pictures {
    /// The portrait, 3 : 4.
    pub portrait: Option<Picture>,
    /// The agency's own emblem or logo, as shapes in [`Template::emblem`], where it has any.
    pub emblem: Option<Vec<Node>>,
}

/// A card as far as it can be shown, for whoever is still writing it. What has a fault is not there.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Mặt trước.
    pub front: Side,
    /// Mặt sau.
    pub back: Side,
    /// The QR code on the front.
    pub code: Option<Code>,
    /// What had to be abbreviated to fit its place.
    pub abbreviated: Vec<Abbreviated>,
    /// Everything that keeps it from being a card.
    pub faults: Vec<Fault>,
}

impl Draft {
    /// The card, where nothing keeps it from being one.
    ///
    /// # Errors
    /// Every [`Fault`] at once.
    pub fn finish(self) -> Result<Face, Vec<Fault>> {
        let Draft { front, back, code, abbreviated, faults } = self;
        match code {
            Some(code) if faults.is_empty() => Ok(Face { front, back, code, abbreviated }),
            _ => Err(faults),
        }
    }
}

/// Lays a card out.
///
/// # Errors
/// Every [`Fault`] at once.
pub fn lay_out(
    record: &Record,
    pictures: Pictures,
    grounds: &Grounds,
    fonts: &Fonts,
    settings: &Settings,
) -> Result<Face, Vec<Fault>> {
    draft(record, pictures, grounds, fonts, settings).finish()
}

/// Lays out what has no fault.
pub fn draft(record: &Record, pictures: Pictures, grounds: &Grounds, fonts: &Fonts, settings: &Settings) -> Draft {
    let Pictures { portrait, emblem } = pictures;
    let template = Template::of(record.variant);
    let number = record.card_number();
    let (mut faults, mut abbreviated) = (Vec::new(), Vec::new());
    let mut front: Vec<Item> = Vec::new();
    let mut put = |element: Element, nodes: Vec<Node>| {
        front.extend(nodes.into_iter().map(|node| Item { element, node }));
    };

    match emblem {
        Some(artwork) => put(Element::Emblem, artwork),
        // Quốc huy is compulsory for administrative units; no other unit may wear it for want of a logo (R77)
        None if record.administrative => {
            put(Element::Emblem, art::emblem(template.emblem.centre(), template.emblem.width));
        }
        None => {}
    }
    put(Element::Stripe, art::double_stripe(template.stripe, template::STRIPE_GAP, stripe_ink(record.stripe())));
    if record.chip {
        put(Element::ChipSymbol, art::chip_symbol(template.chip_symbol, Ink::Black));
    }
    match portrait {
        None => faults.push(Fault::NoPortrait),
        Some(picture) if !is_three_to_four(picture.pixels) => {
            let (width, height) = picture.pixels;
            faults.push(Fault::PortraitShape { width, height });
        }
        Some(picture) => put(Element::Portrait, vec![Node::Picture { place: template.portrait, picture }]),
    }
    let blocks = [
        Block {
            place: template.header,
            align: template.align,
            parts: vec![
                Part::new(Element::ManagingAgency, &record.managing_agency, 2),
                Part::new(Element::UsingUnit, &record.using_unit, 2),
            ],
        },
        Block {
            place: template.holder,
            align: template.align,
            parts: vec![
                Part::new(Element::FullName, &record.full_name, 2),
                Part::new(Element::Position, &record.position, 2),
            ],
        },
        Block {
            place: template.number,
            align: template.align,
            parts: vec![Part::new(Element::CardNumber, number.as_str(), 1)],
        },
    ];
    for block in &blocks {
        match block.set(fonts, &settings.abbreviations) {
            Ok(set) => {
                abbreviated.extend(set.abbreviated);
                for (element, line) in set.lines {
                    put(element, vec![Node::Text(line)]);
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    let fields = qr_fields(record);
    let code = Code::new(&fields, settings.separator, settings.resolution, &settings.abbreviations);
    if let Ok(code) = &code {
        let (plate, symbol) = qr_nodes(&code.symbol, template.qr_plate, settings.resolution);
        put(Element::QrPlate, vec![plate]);
        put(Element::Qr, vec![symbol]);
    }
    let code = code.map_err(|refusal| faults.push(Fault::Qr(refusal))).ok();
    let back = match back(record, fonts, settings) {
        Ok((items, more)) => {
            abbreviated.extend(more);
            items
        }
        Err(fault) => {
            faults.push(fault);
            Vec::new()
        }
    };
    Draft {
        front: Side { ground: grounds.front.clone(), items: front },
        back: Side { ground: grounds.back.clone(), items: back },
        code,
        abbreviated,
        faults,
    }
}

/// Quốc huy and the name in yellow (R90).
fn back(record: &Record, fonts: &Fonts, settings: &Settings) -> Result<(Vec<Item>, Vec<Abbreviated>), Fault> {
    let emblem = template::BACK_EMBLEM;
    let nodes = art::emblem_one_ink(emblem.centre(), emblem.width, Ink::BackGold);
    let mut items: Vec<Item> = nodes.into_iter().map(|node| Item { element: Element::Emblem, node }).collect();
    let block = Block {
        place: template::BACK_NAME,
        align: block::Align::Centre,
        parts: vec![Part::new(Element::BackName, &record.back_name, 2)],
    };
    let set = block.set(fonts, &settings.abbreviations)?;
    items.extend(set.lines.into_iter().map(|(element, line)| Item { element, node: Node::Text(line) }));
    Ok((items, set.abbreviated))
}

fn stripe_ink(stripe: Stripe) -> Ink {
    match stripe {
        Stripe::Red => Ink::StripeRed,
        Stripe::Blue => Ink::StripeBlue,
        Stripe::Green => Ink::StripeGreen,
    }
}

/// One pixel more or less does not matter.
fn is_three_to_four((width, height): (u32, u32)) -> bool {
    let (width, height) = (u64::from(width), u64::from(height));
    width > 0 && (width * 4).abs_diff(height * 3) <= 4
}

/// The white plate, and the symbol in the middle of it on the printer's dots.
fn qr_nodes(symbol: &Symbol, plate: Rect, resolution: Resolution) -> (Node, Node) {
    let modules = symbol.width;
    let place = resolution.place(modules, plate);
    let module = resolution.module(modules);
    // a plate that holds the quiet zone wherever the dots lie (ISO/IEC 18004:2015 §6.3.8)
    let quiet = place.grown(module * i32::try_from(QUIET_ZONE).unwrap_or(4));
    let mut outline = Path::default();
    let ground = if plate.contains(&quiet) { plate } else { plate.union(&quiet) };
    // round as far as the quiet zone's corners stay white: a radius of r takes 0.293 r of a corner
    let free = (quiet.x - ground.x).min(quiet.y - ground.y);
    let free = free.min(ground.right() - quiet.right()).min(ground.bottom() - quiet.bottom());
    match (free * 3).min(Emu::um(400)) {
        Emu::ZERO => outline.push_rect(ground),
        radius => outline.push_rounded(ground, radius),
    }
    let symbol = symbol.path(Point::new(place.x, place.y), module);
    (
        Node::Fill { path: outline, rule: FillRule::NonZero, ink: Ink::White },
        Node::Fill { path: symbol, rule: FillRule::NonZero, ink: Ink::Black },
    )
}

#[cfg(test)]
mod tests;
