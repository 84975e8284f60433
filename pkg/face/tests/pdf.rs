//! The file's structure, as a foreign reader finds it, and its text, held against what somebody looked at.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;

use std::collections::BTreeMap;
use std::error::Error as _;
use std::io::Read as _;
use std::sync::Arc;

use face::ink::Ink;
use face::length::{Emu, Point, Rect};
use face::pdf::{Colours, Error, Marks, Options, Side, Writer};
use face::scene::{Element, FillRule, Item, Node, Path, Picture, PictureFormat, Scene, Weight};
use face::typeset::{Style, line};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Name, Object, Stream};
use proptest::prelude::*;
use sample::{PAGE, card, curve, fonts, ground, jpeg, photo, png, side_of};

/// What the file is made of: objects by their `/Type` and `/Subtype`.
fn census(pdf: &Pdf) -> BTreeMap<String, usize> {
    let mut census = BTreeMap::new();
    for object in pdf.objects() {
        let dict = match &object {
            Object::Dict(dict) => dict.clone(),
            Object::Stream(stream) => stream.dict().clone(),
            _ => continue,
        };
        let name = |key: &str| dict.get::<Name<'_>>(key).map(|name| String::from_utf8_lossy(&name).into_owned());
        let kind = [name("Type"), name("Subtype")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        *census.entry(kind).or_insert(0) += 1;
    }
    census
}

fn written(options: Options, sides: &[Side<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), options, &mut out).unwrap();
    for side in sides {
        writer.page(*side, &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    out
}

#[test]
fn a_thousand_pages_share_one_ground_and_two_fonts() {
    let (first, photo) = (ground(), photo(1));
    let equal: Arc<[Item]> = first.to_vec().into();
    let mut out = Vec::new();
    let mut file = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    for number in 0..1_000 {
        let ground = if number == 500 { &equal } else { &first };
        writer.page(Side { scene: &card(number, &photo), ground: Some(ground) }, &mut out).unwrap();
        file.append(&mut out);
    }
    writer.finish(&mut out).unwrap();
    file.append(&mut out);
    let pdf = Pdf::new(file).expect("a PDF");
    assert_eq!(pdf.pages().len(), 1_000);
    let census = census(&pdf);
    for (kind, count) in [
        ("Page", 1_000),
        ("Pages", 1 + 4),
        ("XObject Image", 1_000),
        ("XObject Form", 1),
        ("Font Type0", 2),
        ("Font CIDFontType2", 2),
        ("FontDescriptor", 2),
        ("Catalog", 1),
    ] {
        assert_eq!(census.get(kind), Some(&count), "{kind}: {census:?}");
    }
    for page in pdf.pages().iter() {
        assert_eq!(page.base_dimensions(), (243.0, 153.0));
        assert!(page.resources().get_x_object(&Name::new(b"X0").unwrap()).is_some());
    }
}

#[test]
fn the_same_cards_give_the_same_bytes() {
    let (ground, photo) = (ground(), photo(1));
    let scenes = [card(1, &photo), card(2, &photo)];
    let sides = scenes.each_ref().map(|scene| Side { scene, ground: Some(&ground) });
    let options = Options { title: "Thẻ".to_owned(), ..Options::default() };
    assert_eq!(written(options.clone(), &sides), written(options, &sides));
}

#[test]
fn every_object_stands_where_the_table_says() {
    let ground = ground();
    let file = written(Options::default(), &[Side { scene: &card(1, &photo(1)), ground: Some(&ground) }]);
    let tail = String::from_utf8_lossy(&file[file.len() - 40..]).into_owned();
    let start: usize = tail.split("startxref\n").nth(1).and_then(|rest| rest.lines().next()).unwrap().parse().unwrap();
    let table = std::str::from_utf8(&file[start..]).unwrap();
    let mut lines = table.split_inclusive('\n').skip(2);
    assert_eq!(lines.next(), Some("0000000000 65535 f \n"));
    for (entry, number) in lines.take_while(|line| !line.starts_with("trailer")).zip(1..) {
        assert_eq!((entry.len(), &entry[10..]), (20, " 00000 n \n"), "{entry}");
        let place: usize = entry[..10].parse().unwrap();
        assert!(file[place..].starts_with(format!("{number} 0 obj\n").as_bytes()), "{number}");
    }
}

#[test]
fn a_sheet_holds_ten_sides() {
    let (ground, photo) = (ground(), photo(1));
    let scenes: Vec<Scene> = (0..12).map(|number| card(number, &photo)).collect();
    let sides: Vec<Side<'_>> = scenes.iter().map(|scene| Side { scene, ground: Some(&ground) }).collect();
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    writer.sheets(&sides, Marks::Crop, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let pdf = Pdf::new(out).expect("a PDF");
    let pages: Vec<_> = pdf.pages().iter().collect();
    assert_eq!(pages.len(), 2);
    let (width, height) = pages[0].base_dimensions();
    assert!((width - 595.275_6).abs() < 1e-3 && (height - 841.889_8).abs() < 1e-3, "{width} × {height}");
    let faces =
        |page: usize| pages[page].raw().get::<Dict<'_>>("Resources").unwrap().get::<Dict<'_>>("XObject").unwrap().len();
    assert_eq!((faces(0), faces(1)), (10, 2));
    assert_eq!(census(&pdf)["XObject Form"], 12 + 1);
}

#[test]
fn a_page_that_fails_is_left_out() {
    let broken = Picture { format: PictureFormat::Jpeg, pixels: (1, 1), bytes: Arc::from(*b"no picture") };
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    let error = writer.page((&card(1, &broken)).into(), &mut out).unwrap_err();
    assert!(matches!(error, Error::Picture(_)) && error.source().is_some());
    writer.page((&card(2, &photo(1))).into(), &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    assert_eq!(Pdf::new(out).expect("a PDF").pages().len(), 1);
}

#[test]
fn a_file_without_a_page_is_refused() {
    let mut out = Vec::new();
    let writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    assert!(matches!(writer.finish(&mut out), Err(Error::NoPage)));
}

/// The image of a page with nothing else.
fn image_of(picture: Picture, colours: Colours) -> Vec<(String, String)> {
    let place = Rect::new(Emu::pt(10), Emu::pt(10), Emu::pt(30), Emu::pt(30));
    let scene = side_of(Node::Picture { place, picture });
    let pdf = Pdf::new(written(Options { colours, ..Options::default() }, &[(&scene).into()])).expect("a PDF");
    let page = pdf.pages().iter().next().unwrap();
    let image: Stream<'_> = page.resources().get_x_object(&Name::new(b"X0").unwrap()).unwrap();
    let mut facts = Vec::new();
    for key in ["ColorSpace", "Filter"] {
        let name = image.dict().get::<Name<'_>>(key).unwrap();
        facts.push((key.to_owned(), String::from_utf8_lossy(&name).into_owned()));
    }
    for key in ["SMask", "Decode"] {
        if image.dict().contains_key(key) {
            facts.push((key.to_owned(), String::new()));
        }
    }
    if let Some(group) = page.raw().get::<Dict<'_>>("Group") {
        let name = group.get::<Name<'_>>("CS").unwrap();
        facts.push(("Group".to_owned(), String::from_utf8_lossy(&name).into_owned()));
    }
    facts
}

#[test]
fn pictures_keep_their_colours() {
    use jpeg_encoder::ColorType;
    let fact = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let jpeg_of = |space| vec![fact("ColorSpace", space), fact("Filter", "DCTDecode")];
    assert_eq!(image_of(jpeg(&[7; 64], 8, 8, ColorType::Luma), Colours::Rgb), jpeg_of("DeviceGray"));
    assert_eq!(image_of(jpeg(&[7; 192], 8, 8, ColorType::Rgb), Colours::Cmyk), jpeg_of("DeviceRGB"));
    let press = image_of(jpeg(&[7; 256], 8, 8, ColorType::Cmyk), Colours::Rgb);
    assert_eq!(press, [jpeg_of("DeviceCMYK"), vec![fact("Decode", "")]].concat(), "Adobe's files are inverted");

    use ::png::ColorType as Png;
    let png_of = |space| vec![fact("ColorSpace", space), fact("Filter", "FlateDecode")];
    assert_eq!(image_of(png(&[7; 64], 8, 8, Png::Grayscale), Colours::Rgb), png_of("DeviceGray"));
    assert_eq!(image_of(png(&[255; 256], 8, 8, Png::Rgba), Colours::Rgb), png_of("DeviceRGB"), "opaque all over");
    for (colours, space) in [(Colours::Rgb, "DeviceRGB"), (Colours::Cmyk, "DeviceCMYK")] {
        let through = image_of(png(&[7; 256], 8, 8, Png::Rgba), colours);
        assert_eq!(through, [png_of("DeviceRGB"), vec![fact("SMask", ""), fact("Group", space)]].concat());
    }
}

/// The file with its streams unpacked, as far as they are text; without what compression decides.
fn as_text(file: &[u8]) -> String {
    let mut text = String::new();
    let mut rest = file;
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    while let Some(begin) = find(rest, b"\nstream\n") {
        let head = String::from_utf8_lossy(&rest[..begin + 1]).into_owned();
        let (before, after) = head.rsplit_once("/Length ").unwrap();
        let digits = after.find(|letter: char| !letter.is_ascii_digit()).unwrap();
        let length: usize = after[..digits].parse().unwrap();
        text.push_str(&format!("{before}/Length …{}stream\n", &after[digits..]));
        let data = &rest[begin + 8..begin + 8 + length];
        let mut content = String::new();
        if flate2::read::ZlibDecoder::new(data).read_to_string(&mut content).is_err() {
            content = String::from_utf8(data.to_vec()).unwrap_or_default();
        }
        let is_text = !content.is_empty() && content.chars().all(|letter| letter == '\n' || !letter.is_control());
        text.push_str(if is_text { &content } else { "…" });
        rest = &rest[begin + 8 + length..];
    }
    let tail = String::from_utf8_lossy(rest);
    let (objects, table) = tail.split_once("xref\n").unwrap();
    text.push_str(objects);
    text.push_str(&table[table.find("trailer").unwrap()..table.find("startxref").unwrap()]);
    text.replace("%\u{fffd}\u{fffd}\u{fffd}\u{fffd}\n", "")
}

/// `UPDATE=1` rewrites what the text is held against.
fn hold(name: &str, text: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(&path).unwrap_or_default(), "{path}");
}

#[test]
fn a_small_side_for_the_press() {
    let at = |x, y| Point::new(Emu::pt(x), Emu::pt(y));
    let ground: Arc<[Item]> = [
        Node::Fill { path: Path::rect(PAGE), rule: FillRule::NonZero, ink: Ink::Ground },
        Node::Stroke { path: curve(), width: Emu::pt(1) / 4, ink: Ink::Fine },
    ]
    .map(|node| Item { element: Element::Background, node })
    .into();
    let style = Style { weight: Weight::Bold, size: Emu::pt(8), ink: Ink::Black };
    let mut spread = line(fonts(), style, "Thẻ", at(100, 40)).unwrap();
    spread.glyphs[2].x += Emu::pt(1);
    let mut modules = Path::default();
    for n in 0..8 {
        modules.push_rect(Rect::new(
            Emu::dot(300) * (700 + 4 * n),
            Emu::dot(300) * (400 + 4 * (n % 3)),
            Emu::dot(300) * 4,
            Emu::dot(300) * 4,
        ));
    }
    let place = Rect::new(Emu::pt(10), Emu::pt(40), Emu::pt(60), Emu::pt(80));
    let nodes = [
        Node::Picture { place, picture: jpeg(&[90; 3 * 48], 6, 8, jpeg_encoder::ColorType::Rgb) },
        Node::Text(line(fonts(), style, "Thừa Thiên Huế", at(100, 20)).unwrap()),
        Node::Text(spread),
        Node::Fill { path: modules, rule: FillRule::EvenOdd, ink: Ink::Black },
    ];
    let items = nodes.map(|node| Item { element: Element::FullName, node }).into();
    let scene = Scene { width: PAGE.width, height: PAGE.height, items };
    let options = Options {
        title: "Một mặt thẻ".to_owned(),
        colours: Colours::Cmyk,
        shift: Point::new(Emu::um(50), Emu::um(-100)),
        created: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        ..Options::default()
    };
    hold("side-cmyk.pdf.txt", &as_text(&written(options, &[Side { scene: &scene, ground: Some(&ground) }])));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_as_a_picture_end_in_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..300), head in 0..5_usize) {
        let heads: [&[u8]; 5] = [b"", b"\xFF\xD8", b"\xFF\xD8\xFF\xC0\x00\x11\x08", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"];
        answered([heads[head], &bytes].concat());
    }

    #[test]
    fn a_damaged_picture_ends_in_an_answer(place in 0..2_000_usize, value: u8, cut in 0..2_000_usize) {
        let pixels: Vec<u8> = (0..=255).cycle().take(16 * 16 * 4).collect();
        for picture in [png(&pixels, 16, 16, ::png::ColorType::Rgba), jpeg(&pixels, 16, 16, jpeg_encoder::ColorType::Cmyk)] {
            let mut bytes = picture.bytes.to_vec();
            let length = bytes.len();
            bytes[place % length] = value;
            answered(bytes.clone());
            bytes.truncate(cut % length);
            answered(bytes);
        }
    }
}

/// Puts the bytes on a page as both formats: either it works or the error says so.
fn answered(bytes: Vec<u8>) {
    let bytes: Arc<[u8]> = bytes.into();
    for format in [PictureFormat::Jpeg, PictureFormat::Png] {
        let mut out = Vec::new();
        let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
        let picture = Picture { format, pixels: (16, 16), bytes: bytes.clone() };
        match writer.page((&side_of(Node::Picture { place: PAGE, picture })).into(), &mut out) {
            Ok(()) => writer.finish(&mut out).unwrap(),
            Err(error) => assert!(matches!(error, Error::Picture(_)), "{error}"),
        }
    }
}
