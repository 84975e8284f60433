//! Something like a card: the front's ground, a photograph, lines of text, a code of modules.

mod liberation;

use std::sync::{Arc, OnceLock};

use face::art::front_background;
use face::font::Fonts;
use face::ink::Ink;
use face::length::{Emu, Point, Rect};
use face::scene::{Element, FillRule, Item, Node, Path, Picture, PictureFormat, Scene, Segment, Weight};
use face::typeset::{Style, line};
use jpeg_encoder::{ColorType, Encoder};

/// The card of 838/QĐ-BNV.
pub const PAGE: Rect = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(85_725), Emu::um(53_975));

/// Lines that the sample shows, in which the number of the card stands too.
pub fn lines(number: u32) -> [(String, i32); 5] {
    [
        ("ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ".to_owned(), 14),
        ("Sở Nông nghiệp và Môi trường".to_owned(), 19),
        ("NGUYỄN THỊ NGỌC ÁNH".to_owned(), 28),
        ("Phó Trưởng phòng Kế hoạch – Tài chính".to_owned(), 33),
        (format!("CBCC.{number:07}"), 44),
    ]
}

pub fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let file = |face: &str| std::fs::read(liberation::path(face)).expect("a font").into();
        Fonts::new(file("Regular"), file("Bold")).expect("fonts")
    })
}

/// The front's ground.
pub fn ground() -> Arc<[Item]> {
    front_background(PAGE).into_iter().map(|node| Item { element: Element::Background, node }).collect()
}

/// What varies on the card of that number.
pub fn card(number: u32, photo: &Picture) -> Scene {
    let mut items = vec![Item {
        element: Element::Portrait,
        node: Node::Picture {
            place: Rect::new(Emu::um(4_000), Emu::um(16_000), Emu::um(21_000), Emu::um(28_000)),
            picture: photo.clone(),
        },
    }];
    for (index, (content, y)) in lines(number).into_iter().enumerate() {
        let weight = if index % 2 == 0 { Weight::Bold } else { Weight::Regular };
        let style = Style { weight, size: Emu::pt(7), ink: Ink::Black };
        let text = line(fonts(), style, &content, Point::new(Emu::um(28_000), Emu::um(y * 1_000))).expect("letters");
        items.push(Item { element: Element::FullName, node: Node::Text(text) });
    }
    let plate = Rect::new(Emu::dot(300) * 760, Emu::dot(300) * 380, Emu::dot(300) * 220, Emu::dot(300) * 220);
    let fill = |path, ink| Node::Fill { path, rule: FillRule::NonZero, ink };
    items.push(Item { element: Element::QrPlate, node: fill(Path::rect(plate), Ink::White) });
    items
        .push(Item { element: Element::Qr, node: fill(modules(plate.grown(-Emu::dot(300) * 10), number), Ink::Black) });
    Scene { width: PAGE.width, height: PAGE.height, items }
}

/// A side of nothing but one node.
pub fn side_of(node: Node) -> Scene {
    let items = vec![Item { element: Element::Portrait, node }];
    Scene { width: PAGE.width, height: PAGE.height, items }
}

/// 50 × 50 modules of four dots, rows of black ones as one rectangle; every card's differ.
fn modules(area: Rect, seed: u32) -> Path {
    let module = Emu::dot(300) * 4;
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    let mut path = Path::default();
    for row in 0..50 {
        let mut black = 0;
        for column in 0..=50 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if column < 50 && state >> 31 == 1 {
                black += 1;
            } else if black > 0 {
                let at = Point::new(area.x + module * (column - black), area.y + module * row);
                path.push_rect(Rect::new(at.x, at.y, module * black, module));
                black = 0;
            }
        }
    }
    path
}

/// A path of one curve.
pub fn curve() -> Path {
    let p = |x, y| Point::new(Emu::pt(x), Emu::pt(y));
    Path(vec![Segment::Move(p(10, 10)), Segment::Cubic(p(20, 0), p(30, 20), p(40, 10))])
}

/// A photograph of 413 × 551 pixels (35 × 46.7 mm at 300 dpi) of about 30 kB.
pub fn photo(seed: u32) -> Picture {
    let (width, height) = (413_u16, 551_u16);
    let mut state = seed | 1;
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height))
        .flat_map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (index % u32::from(width), index / u32::from(width));
            let (across, down) = (i64::from(x) - 206, i64::from(y) - 230);
            let is_face = across * across * 2 + down * down < 30_000;
            let base: [u32; 3] = if is_face { [225, 180, 150] } else { [120 + y / 8, 150 + x / 10, 210] };
            base.map(|value| (value + (state >> 28)).min(255) as u8)
        })
        .collect();
    jpeg(&pixels, width, height, ColorType::Rgb)
}

/// Any pixels as JPEG.
pub fn jpeg(pixels: &[u8], width: u16, height: u16, colours: ColorType) -> Picture {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 80).encode(pixels, width, height, colours).expect("JPEG");
    Picture { format: PictureFormat::Jpeg, pixels: (width.into(), height.into()), bytes: bytes.into() }
}

/// Any pixels as PNG.
pub fn png(pixels: &[u8], width: u32, height: u32, colours: png::ColorType) -> Picture {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(colours);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels)).expect("PNG");
    Picture { format: PictureFormat::Png, pixels: (width, height), bytes: bytes.into() }
}
