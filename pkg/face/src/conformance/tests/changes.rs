//! Changes to a card, each with the clauses that are then no longer met.

use ed25519_dalek::{Signer as _, SigningKey};
use jiff::civil::date;
use model::card_code::CardCode;

use super::*;
use crate::qr::signed::{Claims, Verifier};

/// One thing that is changed, and what is then no longer met, to the clause.
pub(super) struct Change {
    pub form: Form,
    pub change: Box<dyn Fn(&mut Card) + Send + Sync>,
    pub broken: BTreeSet<Clause>,
    pub reason: Reason,
}

/// At least one for each clause.
pub(super) fn changes() -> Vec<Change> {
    let mut all = Changes(Vec::new());
    grounds(&mut all);
    signs(&mut all);
    texts(&mut all);
    lines(&mut all);
    code(&mut all);
    payload(&mut all);
    back_code(&mut all);
    all.0
}

struct Changes(Vec<Change>);

impl Changes {
    fn one(&mut self, clause: Clause, reason: Reason, change: impl Fn(&mut Card) + Send + Sync + 'static) {
        self.with(embedded(), &[clause], reason, change);
    }

    fn with(
        &mut self,
        form: Form,
        broken: &[Clause],
        reason: Reason,
        change: impl Fn(&mut Card) + Send + Sync + 'static,
    ) {
        self.0.push(Change { form, change: Box::new(change), broken: broken.iter().copied().collect(), reason });
    }
}

fn embedded() -> Form {
    Form { variant: Variant::Embedded, ..record::example() }
}

fn mm(millimetres: i32) -> Emu {
    Emu::um(millimetres * 1_000)
}

fn repaint(from: Ink, to: Ink) -> impl Fn(&mut Scene) {
    move |scene: &mut Scene| {
        for item in &mut scene.items {
            if let Node::Fill { ink, .. } | Node::Stroke { ink, .. } = &mut item.node
                && *ink == from
            {
                *ink = to;
            }
        }
    }
}

const TEXTS: [Element; 6] = [
    Element::ManagingAgency,
    Element::UsingUnit,
    Element::FullName,
    Element::Position,
    Element::CardNumber,
    Element::BackName,
];

fn grounds(all: &mut Changes) {
    all.one(Clause::PageSize, Reason::OtherPageSize, |card| card.front.width = Emu::um(85_600));
    let white = Ink::Plain([235, 235, 250]);
    all.one(Clause::FrontGround, Reason::OtherColour, move |card| {
        // only along the edge
        let mut frame = Path::default();
        frame.push_rect(Rect::new(Emu::ZERO, Emu::ZERO, card.front.width, card.front.height));
        frame.push_rect(Rect::new(mm(2), mm(2), card.front.width - mm(4), card.front.height - mm(4)));
        let node = Node::Fill { path: frame, rule: FillRule::EvenOdd, ink: white };
        card.front.items.insert(1, Item { element: Element::Background, node });
    });
    all.one(Clause::BackGround, Reason::OtherColour, move |card| {
        repaint(Ink::BackGround, Ink::Plain([40, 40, 40]))(&mut card.back);
    });
    all.one(Clause::Drum, Reason::Missing, |card| {
        // the waves at the left remain
        card.front.items.retain(|item| {
            let place = match &item.node {
                Node::Fill { path, .. } | Node::Stroke { path, .. } => path.bounds().unwrap(),
                _ => return true,
            };
            item.element != Element::Background || place.x == Emu::ZERO || place.right() < Emu::um(20_000)
        });
    });
    all.one(Clause::SecurityPrint, Reason::Missing, |card| {
        card.front.items.retain(|item| item.element != Element::Background || !matches!(item.node, Node::Text(_)));
    });

    all.one(Clause::Emblem, Reason::Missing, |card| card.remove(Element::Emblem));
    all.one(Clause::Emblem, Reason::OtherColour, move |card| repaint(Ink::EmblemRed, Ink::StripeBlue)(&mut card.front));
    all.one(Clause::Emblem, Reason::NationalEmblem, |card| card.record.administrative = false);
    all.one(Clause::BackEmblem, Reason::Missing, |card| {
        card.back.items.retain(|item| item.element != Element::Emblem);
    });
    all.one(Clause::BackEmblem, Reason::OtherColour, |card| {
        for item in card.back.items.iter_mut().filter(|item| item.element == Element::Emblem) {
            if let Node::Fill { ink, .. } | Node::Stroke { ink, .. } = &mut item.node {
                *ink = Ink::White;
            }
        }
    });
    all.one(Clause::BackNameColour, Reason::OtherColour, |card| {
        card.text(Element::BackName).ink = Ink::White;
    });
}

fn signs(all: &mut Changes) {
    let portrait = [Clause::Portrait, Clause::PortraitSize];
    all.with(embedded(), &portrait, Reason::Missing, |card| card.remove(Element::Portrait));
    all.one(Clause::Portrait, Reason::NotThreeToFour, move |card| {
        if let Node::Picture { place, .. } = card.of(Element::Portrait).remove(0) {
            place.height -= mm(2);
        }
    });
    all.one(Clause::PortraitSize, Reason::TooSmall, move |card| {
        if let Node::Picture { place, .. } = card.of(Element::Portrait).remove(0) {
            (place.width, place.height) = (mm(15), mm(20));
        }
    });
    all.one(Clause::ChipSymbol, Reason::Missing, |card| card.remove(Element::ChipSymbol));
    all.one(Clause::ChipSymbol, Reason::Unexpected, |card| card.record.chip = false);
    for (element, x, y) in
        [(Element::Emblem, -3_000, 0), (Element::Portrait, -3_000, 0), (Element::ChipSymbol, -60_000, 0)]
    {
        all.one(Clause::Place(element), Reason::OutsideMargin, move |card| {
            card.shift(element, Emu::um(x), Emu::um(y));
        });
    }
    all.one(Clause::Place(Element::QrPlate), Reason::OutsideMargin, |card| {
        let by = Emu::dot(300) * 30;
        card.shift(Element::QrPlate, by, Emu::ZERO);
        card.shift(Element::Qr, by, Emu::ZERO);
    });
    all.one(Clause::StripeBars, Reason::NotTwoBars, |card| {
        if let Node::Fill { path, .. } = card.of(Element::Stripe).remove(0) {
            path.0.truncate(5);
        }
    });
    all.one(Clause::StripeColour, Reason::OtherColour, move |card| {
        repaint(Ink::StripeBlue, Ink::StripeRed)(&mut card.front);
    });
    all.one(Clause::StripeColour, Reason::OtherColour, |card| card.record.rank = HolderRank::Leader);

    let raised = Form { variant: Variant::Raised, ..embedded() };
    all.with(raised, &[Clause::ChipContacts], Reason::OnContacts, move |card| {
        card.shift(Element::ChipSymbol, -mm(34), Emu::ZERO);
    });
}

fn texts(all: &mut Changes) {
    for element in TEXTS {
        all.one(Clause::Text(element, Aspect::Content), Reason::OtherText, move |card| {
            card.set(element, |_, content| {
                content.pop();
                content.push('X');
            });
        });
        all.one(Clause::Text(element, Aspect::Content), Reason::OtherGlyphs, move |card| {
            let weight = card.text(element).weight;
            let other = card.fonts.face(weight).glyph('Ơ').unwrap();
            card.text(element).glyphs.last_mut().unwrap().id = other;
        });
        all.one(Clause::Text(element, Aspect::Size), Reason::OtherTypeSize, move |card| {
            card.set(element, |style, _| style.size -= Emu(Emu::PER_PT / 2));
        });
        all.one(Clause::Text(element, Aspect::Size), Reason::Squeezed, move |card| {
            for glyph in &mut card.text(element).glyphs {
                glyph.x = glyph.x.scaled(95, 100);
            }
        });
        all.one(Clause::Text(element, Aspect::Weight), Reason::OtherWeight, move |card| {
            card.set(element, |style, _| {
                let regular = style.weight == Weight::Bold;
                style.weight = if regular { Weight::Regular } else { Weight::Bold };
            });
        });
        all.one(Clause::Text(element, Aspect::Place), Reason::OutsideMargin, move |card| {
            let place = card.bounds(element);
            let (up, down) = (-place.y, card.back.height - place.bottom());
            let inside = Emu::um(1_500);
            card.shift(element, Emu::ZERO, if element == Element::BackName { down - inside } else { up + inside });
        });
        all.one(Clause::Text(element, Aspect::Overlap), Reason::Overlap, move |card| {
            let place = card.bounds(element);
            let path = Path::rect(Rect::new(place.x, place.y, mm(1) / 2, mm(1) / 2));
            let element = if element == Element::BackName { Element::Stripe } else { Element::ChipSymbol };
            card.front.items.retain(|item| item.element != Element::ChipSymbol || element == Element::Stripe);
            let items = if element == Element::Stripe { &mut card.back.items } else { &mut card.front.items };
            items.push(Item { element, node: fill(path, Ink::Black) });
        });
        all.one(Clause::Text(element, Aspect::Contrast), Reason::LowContrast, move |card| {
            let place = card.bounds(element).grown(mm(1) / 2);
            let ink = card.text(element).ink;
            let ground = if ink == Ink::Black { Ink::Plain([80, 70, 10]) } else { Ink::Plain([240, 200, 90]) };
            let items = &mut card.side(element).items;
            let at = items.iter().position(|item| item.element != Element::Background).unwrap();
            items.insert(at, Item { element: Element::Background, node: fill(Path::rect(place), ground) });
        });
    }
    all.one(Clause::Text(Element::CardNumber, Aspect::Font), Reason::OtherFont, |card| {
        card.fonts = renamed(Weight::Regular, "Liberation Serif", "Imitation Serifs");
    });
}

fn lines(all: &mut Changes) {
    let bold = |aspect| {
        TEXTS.into_iter().filter(|it| *it != Element::CardNumber).map(|it| Clause::Text(it, aspect)).collect::<Vec<_>>()
    };

    all.one(Clause::HeaderAlignment, Reason::OtherAlignment, move |card| {
        card.shift(Element::UsingUnit, mm(1), Emu::ZERO);
    });
    all.one(Clause::HolderAlignment, Reason::OtherAlignment, move |card| {
        card.shift(Element::Position, -mm(1), Emu::ZERO);
    });
    all.with(embedded(), &bold(Aspect::Font), Reason::OtherFont, |card| {
        card.fonts = renamed(Weight::Bold, "Liberation Serif", "Imitation Serifs");
    });
    all.with(embedded(), &bold(Aspect::Weight), Reason::OtherFace, |card| {
        card.fonts = renamed(Weight::Bold, "LiberationSerif-Bold", "LiberationSerif-Demi");
    });
    let raised = Form { variant: Variant::Raised, ..embedded() };
    all.with(raised, &[Clause::HolderAlignment], Reason::OtherAlignment, move |card| {
        card.shift(Element::CardNumber, mm(1), Emu::ZERO);
    });
}

fn code(all: &mut Changes) {
    all.one(Clause::QrSize, Reason::TooLarge, move |card| {
        let symbol = Symbol::encode(&card.payload().join("|"), Resolution::Dpi300).unwrap();
        let plate = card.bounds(Element::QrPlate).grown(Emu::um(1_600));
        *card.of(Element::QrPlate)[0] = fill(Path::rect(plate), Ink::White);
        card.code(&symbol, Emu::dot(300) * 4);
    });
    all.one(Clause::QrQuietZone, Reason::QuietZoneNotWhite, |card| {
        let symbol = card.bounds(Element::Qr);
        let dot = Emu::dot(300);
        let speck = Rect::new(symbol.right() + dot * 9, symbol.y + dot * 50, dot, dot);
        let node = fill(Path::rect(speck), Ink::Black);
        card.front.items.push(Item { element: Element::QrPlate, node });
    });
    all.one(Clause::QrDots, Reason::TooFewDots, |card| {
        let text = card.payload().join("|");
        let version = qrcode::Version::Normal(11);
        let code = qrcode::QrCode::with_version(text, version, qrcode::EcLevel::L).unwrap();
        let modules = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
        let symbol = Symbol { modules, width: 61, version: 11, level: Level::L, bytes: 0 };
        card.code(&symbol, Emu::dot(300) * 2);
    });
}

fn payload(all: &mut Changes) {
    for (field, other) in Field::ALL.into_iter().zip([
        "k7Qy",
        "Lê Hoàng Mình",
        "06/03/1990",
        "Nữ",
        "046090001235",
        "H57.11",
        "UBND TỈNH THỪA THIÊN HUÊ",
        "Chuyên viênx",
        "the.hue.vn/t/k7Qy",
    ]) {
        all.one(Clause::QrField(field), Reason::OtherValue, move |card| {
            let mut fields = card.payload();
            other.clone_into(&mut fields[field as usize]);
            card.say(&fields.join("|"));
        });
    }
    all.one(Clause::QrField(Field::Position), Reason::TooLong, |card| {
        let mut fields = card.payload();
        card.record.position = "Chuyen vien chinh x".into();
        card.set(Element::Position, |_, content| *content = "Chuyen vien chinh x".into());
        fields[7] = card.record.position.clone();
        card.say(&fields.join("|"));
    });
    all.one(Clause::QrSeparator, Reason::OtherSeparator, |card| {
        let text = card.payload().join(";");
        card.say(&text);
    });

    let ours = Clause::all().into_iter();
    let content: Vec<Clause> = ours
        .filter(|it| matches!(it, Clause::QrReadable | Clause::QrLength | Clause::QrSeparator | Clause::QrField(_)))
        .collect();
    let unmeasured = [&[Clause::QrDots], content.as_slice()].concat();
    all.with(embedded(), &unmeasured, Reason::NotWholeDots, |card| {
        // one dot in the light frame of a corner's square
        let symbol = card.bounds(Element::Qr);
        let dot = Emu::dot(300);
        let speck = Rect::new(symbol.x + dot * 4, symbol.y + dot * 10, dot, dot);
        let node = fill(Path::rect(speck), Ink::Black);
        card.front.items.push(Item { element: Element::QrPlate, node });
    });
    let nine: Vec<Clause> =
        content.iter().copied().filter(|it| !matches!(it, Clause::QrReadable | Clause::QrLength)).collect();
    let long = Form {
        managing_agency: "UBND TINH THUA THIEN HUE ABCDE".into(),
        full_name: "Nguyen Hoang Minh Long Anh".chars().take(25).collect(),
        unit_code: "H57.10.05".into(),
        position: "Chuyen vien chinh".into(),
        host: "abc.hue.vn".into(),
        ..embedded()
    };
    all.with(long, &[Clause::QrLength], Reason::TooLong, |card| {
        let mut fields = card.payload();
        fields[8] = "abc.hue.vn/t/k7Qz".into();
        card.say(&fields.join("|"));
    });
    all.with(embedded(), &content, Reason::Unreadable, |card| {
        // every second module between the three corners
        let mut symbol = Symbol::encode(&card.payload().join("|"), Resolution::Dpi300).unwrap();
        for row in 9..symbol.width {
            for column in 9..symbol.width {
                symbol.modules[row * symbol.width + column] ^= (row + column) % 2 == 0;
            }
        }
        card.code(&symbol, Resolution::Dpi300.module(symbol.width));
    });
    all.with(embedded(), &nine, Reason::NotNineFields, |card| {
        card.say("https://the.hue.vn/t/k7Qz?a=b&c=d&e=f&ghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
    });
}

const BACK: [Element; 2] = [Element::BackQrPlate, Element::BackQr];

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn text(card: &Card, seed: u8, change: impl Fn(&mut Claims)) -> String {
    let public = key(7).verifying_key().to_bytes();
    let mut claims = Claims::of(&card.record, &public, date(2026, 3, 2), None);
    change(&mut claims);
    claims.signed(|message| key(seed).sign(message).to_bytes()).unwrap()
}

/// The back with its code; the province's key is that of seed 7.
pub(super) fn seal(card: &mut Card, seed: u8, change: impl Fn(&mut Claims)) {
    card.settings.signer = Some(Verifier::ed25519(key(7).verifying_key().to_bytes()));
    let mut face = lay_out(&card.record, portrait(), &GROUNDS, &FONTS, &card.settings).unwrap();
    face.sign(&text(card, seed, change), card.settings.resolution).unwrap();
    card.back = face.back.scene(Mode::Full);
}

fn back_code(all: &mut Changes) {
    let dot = Emu::dot(300);
    all.one(Clause::BackQrClaims, Reason::OtherValue, |card| {
        seal(card, 7, |claims| claims.card_code = CardCode::parse("k7Qy").unwrap());
    });
    all.one(Clause::BackQrClaims, Reason::OtherValue, |card| seal(card, 7, |claims| claims.holder[15] ^= 1));
    all.one(Clause::BackQrSignature, Reason::NotSigned, |card| seal(card, 8, |_| ()));
    all.one(Clause::BackQrSignature, Reason::NotSigned, |card| seal(card, 7, |claims| claims.key = [0; 4]));
    all.one(Clause::Place(Element::BackQrPlate), Reason::OutsideMargin, move |card| {
        seal(card, 7, |_| ());
        BACK.into_iter().for_each(|element| card.shift(element, dot * 30, Emu::ZERO));
    });
    all.one(Clause::BackQrSize, Reason::TooLarge, move |card| {
        seal(card, 7, |_| ());
        *card.of(Element::BackQrPlate)[0] = fill(Path::rect(Rect::new(mm(59), mm(4), mm(22), mm(22))), Ink::White);
        let symbol = Symbol::encode(&text(card, 7, |_| ()), Resolution::Dpi300).unwrap();
        card.code_of(BACK, &symbol, dot * 5);
    });
    all.one(Clause::BackQrQuietZone, Reason::QuietZoneNotWhite, move |card| {
        seal(card, 7, |_| ());
        let symbol = card.bounds(Element::BackQr);
        let speck = Rect::new(symbol.right() + dot * 9, symbol.y + dot * 50, dot, dot);
        card.back.items.push(Item { element: Element::BackQrPlate, node: fill(Path::rect(speck), Ink::Black) });
    });
    all.one(Clause::BackQrDots, Reason::TooFewDots, move |card| {
        seal(card, 7, |_| ());
        let version = qrcode::Version::Normal(9);
        let code = qrcode::QrCode::with_version(text(card, 7, |_| ()), version, qrcode::EcLevel::L).unwrap();
        let modules = code.to_colors().into_iter().map(|colour| colour == qrcode::Color::Dark).collect();
        let symbol = Symbol { modules, width: 53, version: 9, level: Level::L, bytes: 0 };
        card.code_of(BACK, &symbol, dot * 2);
    });
    let content = [Clause::BackQrReadable, Clause::BackQrClaims, Clause::BackQrSignature];
    all.with(embedded(), &content, Reason::Unreadable, |card| {
        seal(card, 7, |_| ());
        let mut symbol = Symbol::encode(&text(card, 7, |_| ()), Resolution::Dpi300).unwrap();
        for row in 9..symbol.width {
            for column in 9..symbol.width {
                symbol.modules[row * symbol.width + column] ^= (row + column) % 2 == 0;
            }
        }
        card.code_of(BACK, &symbol, Resolution::Dpi300.module(symbol.width));
    });
    all.with(embedded(), &[&[Clause::BackQrDots], &content[..]].concat(), Reason::NotWholeDots, move |card| {
        seal(card, 7, |_| ());
        let symbol = card.bounds(Element::BackQr);
        let speck = Rect::new(symbol.x + dot * 4, symbol.y + dot * 10, dot, dot);
        card.back.items.push(Item { element: Element::BackQrPlate, node: fill(Path::rect(speck), Ink::Black) });
    });
}
