//! The report on faces as they are laid out, and on faces of which one thing each was changed.

mod changes;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use super::colour::{contrast_tenths, luma};
use super::*;
use crate::font::liberation;
use crate::ink::{Colour, Ink};
use crate::layout::{Grounds, Mode, Pictures, lay_out};
use crate::length::{Point, Rect};
use crate::qr::{Field, Level, PLATE, Resolution, Symbol};
use crate::record::{self, Form, HolderRank, Variant};
use crate::scene::{Element, FillRule, Item, Node, Path, Picture, PictureFormat, Segment, Text, Weight};
use crate::typeset::{self, Style};

static FONTS: LazyLock<Fonts> = LazyLock::new(liberation);
static GROUNDS: LazyLock<Grounds> = LazyLock::new(|| Grounds::new(&FONTS));

/// Grey, 3 : 4.
fn portrait() -> Pictures {
    let (width, height) = (60_u16, 80_u16);
    let mut file = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    let pixels = vec![150; usize::from(width) * usize::from(height)];
    encoder.encode(&pixels, width, height, jpeg_encoder::ColorType::Luma).unwrap();
    let portrait =
        Picture { format: PictureFormat::Jpeg, pixels: (width.into(), height.into()), bytes: Arc::from(file) };
    Pictures { portrait: Some(portrait), emblem: None }
}

/// What a report is made of, to be changed.
#[derive(Clone)]
struct Card {
    record: Record,
    front: Scene,
    back: Scene,
    fonts: Fonts,
    settings: Settings,
}

impl Card {
    fn new(form: &Form, resolution: Resolution) -> Self {
        let record = Record::read(form).unwrap();
        let settings = Settings { resolution, ..Settings::default() };
        let face = lay_out(&record, portrait(), &GROUNDS, &FONTS, &settings).unwrap();
        let [front, back] = [face.front, face.back].map(|side| side.scene(Mode::Full));
        Card { record, front, back, fonts: FONTS.clone(), settings }
    }

    fn report(&self) -> Report {
        report(&self.record, &self.front, &self.back, &self.fonts, &self.settings).unwrap()
    }

    fn side(&mut self, element: Element) -> &mut Scene {
        let is_back = matches!(element, Element::BackName | Element::BackQr | Element::BackQrPlate);
        if is_back { &mut self.back } else { &mut self.front }
    }

    fn of(&mut self, element: Element) -> Vec<&mut Node> {
        let items = self.side(element).items.iter_mut();
        items.filter(|item| item.element == element).map(|item| &mut item.node).collect()
    }

    fn text(&mut self, element: Element) -> &mut Text {
        let texts = self.of(element).into_iter();
        texts.filter_map(|node| if let Node::Text(text) = node { Some(text) } else { None }).next().unwrap()
    }

    fn remove(&mut self, element: Element) {
        self.side(element).items.retain(|item| item.element != element);
    }

    fn shift(&mut self, element: Element, x: Emu, y: Emu) {
        for node in self.of(element) {
            shift(node, Point::new(x, y));
        }
    }

    /// Where an element's box is.
    fn bounds(&mut self, element: Element) -> Rect {
        let fonts = self.fonts.clone();
        side::bounds(&side::boxes(self.side(element), &fonts), element).unwrap()
    }

    /// Sets a text anew about the same middle.
    fn set(&mut self, element: Element, change: impl Fn(&mut Style, &mut String)) {
        let fonts = self.fonts.clone();
        let text = self.text(element);
        let mut style = Style { weight: text.weight, size: text.size, ink: text.ink };
        let mut content = text.content.clone();
        change(&mut style, &mut content);
        let mut new = typeset::line(&fonts, style, &content, text.origin).unwrap();
        new.origin.x = text.origin.x + (text.advance - new.advance) / 2;
        *text = new;
    }

    /// Another symbol in the same middle.
    fn code(&mut self, symbol: &Symbol, module: Emu) {
        self.code_of([Element::QrPlate, Element::Qr], symbol, module);
    }

    fn code_of(&mut self, [plate, code]: [Element; 2], symbol: &Symbol, module: Emu) {
        let dot = Emu::dot(self.settings.resolution.dpi());
        let plate = self.bounds(plate).centre();
        let side = module * i32::try_from(symbol.width).unwrap();
        let corner = |middle: Emu| (middle - side / 2) / dot.0 * dot.0;
        let path = symbol.path(Point::new(corner(plate.x), corner(plate.y)), module);
        *self.of(code)[0] = fill(path, Ink::Black);
    }

    /// The code of another text.
    fn say(&mut self, text: &str) {
        let resolution = self.settings.resolution;
        let symbol = Symbol::encode(text, resolution).unwrap();
        self.code(&symbol, resolution.module(symbol.width));
    }

    fn payload(&self) -> [String; 9] {
        let side = Side::new(&self.front, &self.fonts, &self.settings).unwrap();
        let text = code::read_from(&side).unwrap();
        text.split('|').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap()
    }
}

fn fill(path: Path, ink: Ink) -> Node {
    Node::Fill { path, rule: FillRule::NonZero, ink }
}

fn shift(node: &mut Node, by: Point) {
    match node {
        Node::Fill { path, .. } | Node::Stroke { path, .. } => {
            for segment in &mut path.0 {
                *segment = match *segment {
                    Segment::Move(to) => Segment::Move(to + by),
                    Segment::Line(to) => Segment::Line(to + by),
                    Segment::Cubic(a, b, to) => Segment::Cubic(a + by, b + by, to + by),
                    Segment::Close => Segment::Close,
                };
            }
        }
        Node::Text(text) => text.origin = text.origin + by,
        Node::Picture { place, .. } => *place = place.moved(by),
    }
}

fn not_met(report: &Report) -> BTreeSet<Clause> {
    report.not_met().map(|finding| finding.clause).collect()
}

/// Liberation Serif under other names; the glyphs stay.
fn renamed(weight: Weight, from: &str, to: &str) -> Fonts {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let replace = |data: &mut Vec<u8>, from: Vec<u8>, to: Vec<u8>| {
        assert_eq!(from.len(), to.len());
        for at in 0..data.len() - from.len() {
            if data[at..].starts_with(&from) {
                data[at..at + to.len()].copy_from_slice(&to);
            }
        }
    };
    let file = |which: Weight| -> Arc<[u8]> {
        let mut data = FONTS.face(which).data().to_vec();
        if which == weight {
            replace(&mut data, from.into(), to.into());
            replace(&mut data, utf16(from), utf16(to));
        }
        data.into()
    };
    Fonts::new(file(Weight::Regular), file(Weight::Bold)).unwrap()
}

const VARIANTS: [Variant; 3] = [Variant::Raised, Variant::Embedded, Variant::Other];

fn every_face_may_be_printed(resolution: Resolution) {
    for variant in VARIANTS {
        for chip in [true, false] {
            let report = Card::new(&Form { variant, chip, ..record::example() }, resolution).report();
            let told = serde_json::to_string_pretty(&report.not_met().collect::<Vec<_>>()).unwrap();
            assert!(!report.blocks_printing(), "{variant:?} {chip} {resolution:?}: {told}");
            let clauses: Vec<Clause> = report.findings.iter().map(|finding| finding.clause).collect();
            assert_eq!(clauses, Clause::all());
        }
    }
}

#[test]
fn every_face_of_the_layout_may_be_printed_at_300_dpi() {
    every_face_may_be_printed(Resolution::Dpi300);
}

#[test]
fn every_face_of_the_layout_may_be_printed_at_600_dpi() {
    every_face_may_be_printed(Resolution::Dpi600);
}

#[test]
fn codes_of_every_version_keep_their_quiet_zone_white() {
    let mut seen = BTreeSet::new();
    for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
        for (managing_agency, position) in [
            ("SỞ", "Kế"),
            ("UBND TỈNH HUẾ", "Kế toán"),
            ("UBND TỈNH THỪA THIÊN HUẾ", "Chuyên viên"),
            ("UBND TỈNH THỪA THIÊN HUẾ CŨ", "Phó Trưởng phòng"),
        ] {
            let form = Form {
                managing_agency: managing_agency.into(),
                position: position.into(),
                full_name: "Nguyễn Thị Ngọc Phượng".chars().take(managing_agency.chars().count()).collect(),
                ..record::example()
            };
            let card = Card::new(&form, resolution);
            let report = card.report();
            let dots = report.findings.iter().find(|it| it.clause == Clause::QrDots).unwrap().found.clone();
            assert_eq!(not_met(&report), BTreeSet::new(), "{dots}");
            seen.insert((resolution, dots));
        }
    }
    assert!(seen.len() >= 5, "{seen:?}");
    assert!(seen.contains(&(Resolution::Dpi300, "3 (45 × 45)".to_owned())), "the largest: {seen:?}");
}

#[test]
fn a_code_in_which_the_decoder_finds_no_grid_at_first_is_read() {
    let form = Form {
        variant: Variant::Raised,
        full_name: "Hoàng Thanh Tuấn".into(),
        birth_date: "20/12/1969".into(),
        sex: "Nữ".into(),
        citizen_id: "046169008506".into(),
        position: "Trưởng phòng".into(),
        card_code: "NBsJ".into(),
        ..record::example()
    };
    assert_eq!(not_met(&Card::new(&form, Resolution::Dpi300).report()), BTreeSet::new());
}

#[test]
fn every_stripe_is_that_of_the_regulation_and_the_unnamed_one_is_told() {
    for (card_type, rank, stripe) in [
        ("CB", HolderRank::Leader, Verdict::Met),
        ("CB", HolderRank::Ordinary, Verdict::Equivalent(Reason::CadreWithoutColour)),
        ("VC", HolderRank::Leader, Verdict::Met),
        ("XA", HolderRank::Ordinary, Verdict::Met),
        ("XA0", HolderRank::Other, Verdict::Met),
        ("HĐ", HolderRank::Other, Verdict::Met),
    ] {
        let form = Form { card_type: card_type.into(), rank, administrative: false, ..record::example() };
        let report = Card::new(&form, Resolution::Dpi300).report();
        assert_eq!(not_met(&report), BTreeSet::new(), "{card_type} {rank:?}");
        assert_eq!(verdict(&report, Clause::StripeColour), stripe, "{card_type} {rank:?}");
    }
}

fn verdict(report: &Report, clause: Clause) -> Verdict {
    report.findings.iter().find(|finding| finding.clause == clause).unwrap().verdict
}

#[test]
fn what_is_only_equivalent_says_in_what() {
    let report = Card::new(&record::example(), Resolution::Dpi300).report();
    let equivalent = |clause| verdict(&report, clause);
    for (clause, reason) in [
        (Clause::Text(Element::FullName, Aspect::Font), Reason::MetricCompatibleFont),
        (Clause::Emblem, Reason::OwnDrawing),
        (Clause::QrSize, Reason::SmallerOnWholeDots),
        (Clause::QrSeparator, Reason::SeparatorNotNamed),
        (Clause::QrField(Field::UnitCode), Reason::Punctuation),
    ] {
        assert_eq!(equivalent(clause), Verdict::Equivalent(reason), "{clause}");
    }
    let long = Form {
        unit_code: "H57.10.05.12".into(),
        host: "thecongchuc.hue.vn".into(),
        using_unit: "Trung tâm Tư vấn và Kỹ thuật Tài nguyên và Môi trường trực thuộc Ủy ban nhân dân thành phố Huế"
            .into(),
        ..record::example()
    };
    let report = Card::new(&long, Resolution::Dpi300).report();
    assert_eq!(not_met(&report), BTreeSet::new());
    let equivalent = |clause| verdict(&report, clause);
    for (clause, reason) in [
        (Clause::QrField(Field::UnitCode), Reason::UnitAbove),
        (Clause::QrField(Field::StatusUrl), Reason::AddressWithoutCode),
        (Clause::Text(Element::UsingUnit, Aspect::Content), Reason::ApprovedAbbreviation),
    ] {
        assert_eq!(equivalent(clause), Verdict::Equivalent(reason), "{clause}");
    }
    let mut times = Card::new(&record::example(), Resolution::Dpi300);
    times.fonts = renamed(Weight::Bold, "Liberation Serif", "Times New Roman ");
    assert_eq!(verdict(&times.report(), Clause::Text(Element::FullName, Aspect::Font)), Verdict::Met);
}

#[test]
fn each_clause_can_fail_and_alone() {
    let changes = changes::changes();
    let alone: BTreeSet<Clause> =
        changes.iter().filter(|change| change.broken.len() == 1).flat_map(|change| change.broken.clone()).collect();
    // a code that is not read has no fields either; the bold texts have one font
    let together = |clause: &Clause| match clause {
        Clause::QrReadable | Clause::BackQrReadable => true,
        Clause::Text(element, Aspect::Font) => *element != Element::CardNumber,
        _ => false,
    };
    let others: BTreeSet<Clause> = changes.iter().flat_map(|change| change.broken.clone()).collect();
    for clause in Clause::all() {
        assert!(alone.contains(&clause) || together(&clause) && others.contains(&clause), "{clause} cannot fail");
    }
    let check = |change: &changes::Change| {
        let mut card = Card::new(&change.form, Resolution::Dpi300);
        (change.change)(&mut card);
        let report = card.report();
        let broken = not_met(&report);
        let first = report.not_met().map(|finding| finding.verdict).next();
        let as_wanted = broken == change.broken && first.is_some_and(|it| it == Verdict::NotMet(change.reason));
        let told = || serde_json::to_string_pretty(&report.not_met().collect::<Vec<_>>()).unwrap();
        (!as_wanted).then(|| format!("{:?} {:?}: {}", change.broken, change.reason, told()))
    };
    let (some, others) = changes.split_at(changes.len() / 2);
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let others = scope.spawn(|| others.iter().filter_map(check).collect::<Vec<_>>());
        let mut wrong: Vec<String> = some.iter().filter_map(check).collect();
        wrong.extend(others.join().unwrap());
        wrong
    });
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), changes.len(), wrong.join("\n"));
}

#[test]
fn a_text_that_a_ground_was_drawn_over_is_not_seen() {
    let mut card = Card::new(&record::example(), Resolution::Dpi300);
    let node = fill(Path::rect(card.bounds(Element::FullName)), Ink::Ground);
    card.front.items.push(Item { element: Element::Background, node });
    let report = card.report();
    let contrast = verdict(&report, Clause::Text(Element::FullName, Aspect::Contrast));
    assert_eq!(contrast, Verdict::NotMet(Reason::LowContrast));
}

#[test]
fn an_empty_page_has_a_verdict_for_every_clause() {
    let mut card = Card::new(&record::example(), Resolution::Dpi300);
    card.front.items.clear();
    card.back.items.clear();
    let report = card.report();
    assert_eq!(report.findings.iter().map(|finding| finding.clause).collect::<Vec<_>>(), Clause::all());
    let met: Vec<String> =
        report.findings.iter().filter(|it| it.verdict == Verdict::Met).map(|it| it.clause.to_string()).collect();
    let places = ["emblem_place", "portrait_place", "chip_symbol_place"];
    let back = Clause::all().split_off(Clause::all().len() - 7).iter().map(Clause::to_string).collect::<Vec<_>>();
    assert_eq!(met[..5], [vec!["page_size", "chip_contacts"], places.to_vec()].concat());
    assert_eq!(met[5..], back, "no second code is wanted");
    card.front.width = Emu::ZERO;
    assert!(report_of(&card).is_err());
}

fn report_of(card: &Card) -> Result<Report, RasterError> {
    report(&card.record, &card.front, &card.back, &card.fonts, &card.settings)
}

#[test]
fn a_log_of_a_report_says_nothing_of_the_person() {
    let report = Card::new(&record::example(), Resolution::Dpi300).report();
    let log = format!("{report:?}");
    assert!(log.contains("full_name_content: Met") && !log.contains("Minh") && !log.contains("046090"));
}

#[test]
fn the_report_of_the_example_stays_as_it_is() {
    let report = Card::new(&record::example(), Resolution::Dpi300).report();
    let text = serde_json::to_string_pretty(&report).unwrap() + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens/conformance-embedded.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "the report is not as it was; UPDATE=1 rewrites it, and `git diff` shows what changed");
}

#[test]
fn a_report_with_shared_grounds_is_the_same() {
    let settings = Settings::default();
    let plates = Plates::new(GROUNDS.clone(), &settings);
    for variant in VARIANTS {
        let form = Form { variant, ..record::example() };
        let record = Record::read(&form).unwrap();
        let face = lay_out(&record, portrait(), &GROUNDS, &FONTS, &settings).unwrap();
        let shared = plates.report(&record, &face, &FONTS, &settings).unwrap();
        assert!(shared == Card::new(&form, Resolution::Dpi300).report());
    }
}

#[test]
fn a_signed_code_on_the_back_is_met_at_both_resolutions_and_missed_where_it_is_wanted() {
    for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
        let mut card = Card::new(&record::example(), resolution);
        changes::seal(&mut card, 7, |_| ());
        assert_eq!(not_met(&card.report()), BTreeSet::new());
        card.remove(Element::BackQr);
        assert_eq!(not_met(&card.report()).len(), 6);
    }
    // a code that nobody asked for
    let mut card = Card::new(&record::example(), Resolution::Dpi300);
    changes::seal(&mut card, 7, |_| ());
    card.settings.signer = None;
    assert_eq!(verdict(&card.report(), Clause::BackQrSignature), Verdict::NotMet(Reason::Unexpected));
}

#[test]
fn a_provinces_colours_are_judged_as_they_are_printed() {
    let mut card = Card::new(&record::example(), Resolution::Dpi300);
    let colour = |rgb| Colour { rgb, cmyk: [0; 4] };
    card.settings.palette.set(Ink::StripeBlue, colour([10, 110, 190]));
    card.settings.palette.set(Ink::BackGold, colour([250, 220, 80]));
    assert_eq!(not_met(&card.report()), BTreeSet::new());
    card.settings.palette.set(Ink::StripeBlue, colour([120, 40, 160]));
    card.settings.palette.set(Ink::BackGold, colour([120, 20, 20]));
    let text = Clause::Text(Element::BackName, Aspect::Contrast);
    let wanted = [Clause::StripeColour, Clause::BackEmblem, text, Clause::BackNameColour];
    assert_eq!(not_met(&card.report()), BTreeSet::from(wanted));
}

#[test]
fn inks_of_the_card_are_seen_on_their_grounds() {
    let tenths = |one: Ink, other: Ink| contrast_tenths(one.colour().rgb, other.colour().rgb);
    assert!(tenths(Ink::Black, Ink::Fine) > 100 && tenths(Ink::BackGold, Ink::BackGround) > 50);
    assert!(luma(Ink::Ground.colour().rgb) > luma(Ink::Pattern.colour().rgb) + 8);
    assert!(PLATE > rule::QR_SIDE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_modules_are_printed_the_decoder_does_no_harm(
        text in "\\PC{1,60}", wrong in proptest::collection::vec(any::<(u16, u16)>(), 0..600)
    ) {
        let resolution = Resolution::Dpi300;
        if let Ok(mut symbol) = Symbol::encode(&text, resolution) {
            let width = symbol.width;
            for (column, row) in &wrong {
                let (column, row) = (usize::from(*column) % width, usize::from(*row) % width);
                // the squares in three corners stay: without them nothing is decoded
                if !(row < 8 && (column < 8 || column + 8 >= width) || row + 8 >= width && column < 8) {
                    symbol.modules[row * width + column] ^= true;
                }
            }
            let module = resolution.module(width);
            let page = module * i32::try_from(width).unwrap();
            let node = fill(symbol.path(Point::default(), module), Ink::Black);
            let scene = Scene { width: page, height: page, items: vec![Item { element: Element::Qr, node }] };
            let read = code::read_from(&Side::new(&scene, &FONTS, &Settings::default()).unwrap());
            prop_assert!(!wrong.is_empty() || read == Some(text));
        }
    }
}
