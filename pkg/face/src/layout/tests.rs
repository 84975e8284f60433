//! The layout against the regulation's words.
use super::*;
use crate::font::liberation;
use crate::ink::Colour;
use crate::record::{self, Form, Variant};
use crate::scene::{PictureFormat, Text};
use crate::{pdf, raster, svg};
use proptest::prelude::*;
use std::sync::LazyLock;

static FONTS: LazyLock<Fonts> = LazyLock::new(liberation);
static GROUNDS: LazyLock<Grounds> = LazyLock::new(|| Grounds::new(&FONTS));

fn of_pixels(pixels: (u32, u32)) -> Pictures {
    let portrait = Picture { format: PictureFormat::Jpeg, pixels, bytes: Arc::from(*b"\xFF\xD8\xFF\xD9") };
    Pictures { portrait: Some(portrait), emblem: None }
}

fn portrait() -> Pictures {
    of_pixels((600, 800))
}

fn laid_out(form: &Form) -> Result<Face, Vec<Fault>> {
    let record = Record::read(form).unwrap();
    lay_out(&record, portrait(), &GROUNDS, &FONTS, &Settings::default())
}

fn texts(side: &Side, element: Element) -> Vec<&Text> {
    let of = side.items.iter().filter(|item| item.element == element);
    of.filter_map(|item| if let Node::Text(text) = &item.node { Some(text) } else { None }).collect()
}

fn content(side: &Side, element: Element) -> String {
    texts(side, element).iter().map(|text| text.content.as_str()).collect::<Vec<_>>().join(" ")
}

const VARIANTS: [Variant; 3] = [Variant::Raised, Variant::Embedded, Variant::Other];

#[test]
fn every_text_has_its_size_and_weight() {
    // 838/QĐ-BNV, Phụ lục 1b (oracles S003, fonts_pt)
    for variant in VARIANTS {
        let face = laid_out(&Form { variant, ..record::example() }).unwrap();
        for (side, element, weight, points) in [
            (&face.front, Element::ManagingAgency, Weight::Bold, 12),
            (&face.front, Element::UsingUnit, Weight::Bold, 10),
            (&face.front, Element::FullName, Weight::Bold, 11),
            (&face.front, Element::Position, Weight::Bold, 8),
            (&face.front, Element::CardNumber, Weight::Regular, 9),
            (&face.back, Element::BackName, Weight::Bold, 14),
        ] {
            let lines = texts(side, element);
            assert!(!lines.is_empty(), "{variant:?} {element:?}");
            assert!(lines.iter().all(|line| line.size == Emu::pt(points) && line.weight == weight), "{element:?}");
        }
        assert_eq!(content(&face.front, Element::CardNumber), "H57.046090001234.CC");
        assert_eq!(content(&face.front, Element::ManagingAgency), "UBND TỈNH THỪA THIÊN HUẾ");
        assert_eq!(face.abbreviated, []);
    }
}

#[test]
fn raised_chips_have_text_to_the_left_and_embedded_ones_in_the_middle() {
    // 838/QĐ-BNV, Phụ lục 1a
    let left = laid_out(&Form { variant: Variant::Raised, ..record::example() }).unwrap();
    let place = Template::of(Variant::Raised).header;
    assert!(texts(&left.front, Element::UsingUnit).iter().all(|line| line.origin.x == place.x));
    let centred = laid_out(&Form { variant: Variant::Embedded, ..record::example() }).unwrap();
    for line in texts(&centred.front, Element::UsingUnit) {
        let (before, behind) = (line.origin.x - place.x, place.right() - line.origin.x - line.advance);
        assert!((before - behind).0.abs() <= 1);
    }
}

#[test]
fn the_chip_symbol_tells_cards_with_a_chip_and_the_emblem_administrative_units() {
    let has = |form: &Form, element| laid_out(form).unwrap().front.items.iter().any(|item| item.element == element);
    for variant in VARIANTS {
        let form = Form { variant, ..record::example() };
        assert!(has(&form, Element::ChipSymbol) && has(&form, Element::Emblem));
        let ordinary = Form { chip: false, administrative: false, ..form };
        assert!(!has(&ordinary, Element::ChipSymbol) && !has(&ordinary, Element::Emblem), "R114, R77");
        assert!(has(&ordinary, Element::CardNumber), "the old card has the new number (R114)");
    }
}

#[test]
fn the_code_lies_on_the_printers_dots_within_its_plate() {
    for resolution in [Resolution::Dpi300, Resolution::Dpi600] {
        let settings = Settings { resolution, ..Settings::default() };
        let record = Record::read(&record::example()).unwrap();
        let face = lay_out(&record, portrait(), &GROUNDS, &FONTS, &settings).unwrap();
        let bounds = |element| {
            let item = face.front.items.iter().find(|item| item.element == element).unwrap();
            if let Node::Fill { path, .. } = &item.node { path.bounds().unwrap() } else { panic!("not an area") }
        };
        let (symbol, plate) = (bounds(Element::Qr), bounds(Element::QrPlate));
        let dot = Emu::dot(resolution.dpi());
        assert_eq!((symbol.x.0 % dot.0, symbol.y.0 % dot.0), (0, 0));
        assert!(symbol.width <= qr::SIDE && symbol.width == symbol.height);
        let module = resolution.module(face.code.symbol.width);
        assert!(plate.contains(&symbol.grown(module * 4)), "the quiet zone is white");
        assert!(plate.width <= qr::PLATE + dot);
    }
}

#[test]
fn what_does_not_fit_is_broken_then_abbreviated_then_refused_by_name() {
    // broken
    let form = Form { using_unit: "Trung tâm Phục vụ hành chính công".into(), ..record::example() };
    let face = laid_out(&form).unwrap();
    assert_eq!(content(&face.front, Element::UsingUnit), form.using_unit);
    // abbreviated, and said so
    let long = "Trung tâm Tư vấn và Kỹ thuật Tài nguyên và Môi trường trực thuộc Ủy ban nhân dân thành phố Huế";
    let face = laid_out(&Form { using_unit: long.into(), ..record::example() }).unwrap();
    assert!(
        content(&face.front, Element::UsingUnit).contains("UBND"),
        "{:?}",
        content(&face.front, Element::UsingUnit)
    );
    assert!(face.abbreviated.iter().all(|it| it.element == Element::UsingUnit));
    // refused by name
    let endless = "Liên hiệp ".repeat(20);
    let faults = laid_out(&Form { using_unit: endless, ..record::example() }).unwrap_err();
    assert_eq!(faults, [Fault::TooLong { element: Element::UsingUnit }]);
    let name = "Nguyễn Phúc Vĩnh Bảo Long Hoàng Thiên Ân Đức Trí Nhân Nghĩa T";
    assert_eq!(name.chars().count(), 61);
    let faults = laid_out(&Form { full_name: name.into(), ..record::example() }).unwrap_err();
    assert!(faults.iter().any(|fault| matches!(fault, Fault::Qr(refusal) if refusal.faults.iter().any(|it| it.field() == Some(qr::Field::FullName)))));
    let faults = laid_out(&Form { position: "Chuyên viên 內".into(), ..record::example() }).unwrap_err();
    assert!(faults.contains(&Fault::Letter { element: Element::Position, letter: '內' }));
}

#[test]
fn a_portrait_is_there_and_three_to_four() {
    let record = Record::read(&record::example()).unwrap();
    let settings = Settings::default();
    let without = lay_out(&record, Pictures::default(), &GROUNDS, &FONTS, &settings).unwrap_err();
    assert_eq!(without, [Fault::NoPortrait]);
    let faults = lay_out(&record, of_pixels((600, 600)), &GROUNDS, &FONTS, &settings).unwrap_err();
    assert_eq!(faults, [Fault::PortraitShape { width: 600, height: 600 }]);
}

#[test]
fn a_draft_shows_what_has_no_fault() {
    let long = Form { position: "Chuyên viên cao cấp phụ trách tổng hợp".into(), ..record::example() };
    let record = Record::read(&long).unwrap();
    let draft = draft(&record, Pictures::default(), &GROUNDS, &FONTS, &Settings::default());
    assert_eq!(content(&draft.front, Element::FullName), "Lê Hoàng Minh");
    assert!(draft.code.is_none() && !draft.front.items.iter().any(|item| item.element == Element::Portrait));
    let [Fault::NoPortrait, .., Fault::Qr(_)] = &draft.faults[..] else { panic!("{:?}", draft.faults) };
    assert!(draft.finish().is_err());
}

#[test]
fn the_variable_mode_leaves_out_what_the_blank_has() {
    let face = laid_out(&record::example()).unwrap();
    let scene = face.front.scene(Mode::Variable);
    assert!(scene.items.iter().all(|item| !item.element.is_preprinted()));
    assert!(scene.items.iter().any(|item| item.element == Element::FullName));
    assert!(face.back.scene(Mode::Variable).items.is_empty());
}

#[test]
fn the_svg_of_each_variant_stays_as_it_is() {
    for (variant, name) in VARIANTS.into_iter().zip(["raised", "embedded", "other"]) {
        let face = laid_out(&Form { variant, ..record::example() }).unwrap();
        for (side, of) in [(&face.front, "front"), (&face.back, "back")] {
            // the ground has goldens of its own
            let mut text = String::new();
            let items: Vec<Item> = side.items.iter().filter(|item| item.element != Element::Emblem).cloned().collect();
            svg::items(&mut text, &items, &FONTS, &Settings::default().palette);
            golden(&format!("{name}-{of}.svg"), &text.replace("><", ">\n<"));
        }
    }
}

#[test]
fn every_writer_prints_a_provinces_colours() {
    let mut palette = Palette::default();
    palette.set(Ink::Ground, Colour { rgb: [254, 220, 90], cmyk: [3, 8, 61, 1] });
    let scene = Scene {
        items: GROUNDS.front[..1].to_vec(),
        ..laid_out(&record::example()).unwrap().front.without_ground(Mode::Full)
    };
    let svg = svg::write(&scene, &FONTS, svg::Options { palette, ..svg::Options::default() });
    assert!(svg.contains("fill=\"#fedc5a\"") && !svg.contains("#ffe98a"));
    let pixels = raster::render(&scene, &FONTS, raster::Settings::print(300).coloured(palette)).unwrap();
    assert_eq!(pixels.rgba[..4], [254, 220, 90, 255]);
    for (colours, wanted) in [(pdf::Colours::Cmyk, ".03 .08 .61 .01 k"), (pdf::Colours::Rgb, ".9961 .8627 .3529 rg")] {
        let mut file = Vec::new();
        let mut writer =
            pdf::Writer::new(&FONTS, pdf::Options { colours, palette, ..Default::default() }, &mut file).unwrap();
        writer.page((&scene).into(), &mut file).unwrap();
        assert!(String::from_utf8_lossy(&file).contains(wanted));
    }
}

/// Compares with `goldens/`; `UPDATE=1` rewrites.
fn golden(name: &str, text: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{name} is not as it was; UPDATE=1 rewrites it, and `git diff` shows what changed");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn texts_stay_in_their_places_and_apart(
        managing_agency in "[A-ZĐƯƠ]{2,8}( [A-ZĐƯƠẤỖ]{1,7}){0,4}",
        using_unit in "[A-Za-zđươấỗ]{2,8}( [a-zđươấỗ]{1,7}){0,11}",
        full_name in "[A-ZĐ][a-zđươ]{1,6}( [A-ZĐ][a-zđươấ]{1,6}){1,3}",
        position in "[A-Z][a-z]{1,4}( [a-zđ]{1,5}){0,2}",
    ) {
        let form = Form { managing_agency, using_unit, full_name, position, ..record::example() };
        for variant in VARIANTS {
            let Ok(face) = laid_out(&Form { variant, ..form.clone() }) else { continue };
            let template = Template::of(variant);
            for (element, place) in [
                (Element::ManagingAgency, template.header),
                (Element::UsingUnit, template.header),
                (Element::FullName, template.holder),
                (Element::Position, template.holder),
            ] {
                for line in texts(&face.front, element) {
                    let ascent = line.size.scaled(980, 1_000);
                    let box_ = Rect::new(line.origin.x, line.origin.y - ascent, line.advance, ascent);
                    prop_assert!(place.contains(&box_), "{:?} {}", element, line.content);
                }
            }
        }
    }
}
