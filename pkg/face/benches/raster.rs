//! What a card's face costs in pixels, held in one run against resvg rendering the whole face as one SVG.
//!
//! A directory as argument is where the two pictures are left.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on ends")]

#[path = "../tests/sample/liberation.rs"]
mod liberation;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use base64::Engine as _;
use face::art;
use face::font::{CONTOUR_UNITS, Contour, Fonts};
use face::ink::Ink;
use face::length::{Emu, Point, Rect};
use face::raster::{Corners, Outlines, Pixels, Settings, Template};
use face::scene::{Element, FillRule, Item, Node, Path, Picture, PictureFormat, Scene, Segment, Weight};
use face::typeset::{Style, line};
use resvg::{tiny_skia, usvg};

const DPI: u16 = 300;
const ROUND: Duration = Duration::from_millis(200);
const ROUNDS: usize = 9;

fn main() {
    let fonts = fonts();
    let face = face_of_a_card(&fonts);
    let svg = svg(&face, &fonts);
    let (common, own): (Vec<Item>, Vec<Item>) =
        face.items.iter().cloned().partition(|item| item.element.is_preprinted());
    let common = Scene { items: common, ..face };

    let mut outlines = Outlines::new(&fonts);
    let template = Template::new(&common, Settings::print(DPI), &mut outlines).unwrap();
    let card = template.render(&own, &mut outlines).unwrap();
    let theirs = by_resvg(&svg);
    let differ = card.rgba.as_chunks::<4>().0.iter().zip(theirs.rgba.as_chunks::<4>().0);
    let differ = differ.filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > 16)).count();
    println!("sizes      {} kB of SVG, {} kB of PNG", svg.len() / 1_000, card.to_png().unwrap().len() / 1_000);
    println!("agreement  {:.2} % of pixels differ by more than 16/255", differ as f64 * 400.0 / card.rgba.len() as f64);
    if let Some(directory) = std::env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        for settings in [Settings::print(300), Settings::print(600), Settings::print(1_200), Settings::screen(192)] {
            let template = Template::new(&common, settings, &mut outlines).unwrap();
            let picture = template.render(&own, &mut outlines).unwrap().to_png().unwrap();
            std::fs::write(format!("{directory}/ours-{}.png", settings.dpi), picture).unwrap();
        }
        std::fs::write(format!("{directory}/resvg.png"), theirs.to_png().unwrap()).unwrap();
        std::fs::write(format!("{directory}/face.svg"), &svg).unwrap();
    }

    let tree = usvg::Tree::from_str(&svg, &usvg::Options::default()).unwrap();
    let (mut first, mut second, mut third) = (outlines.clone(), outlines.clone(), outlines);
    let [once, encode, draw, drawn, by_tree, ours, whole] = milliseconds([
        &mut || drop(black_box(Template::new(&common, Settings::print(DPI), &mut first))),
        &mut || drop(black_box(card.to_png().unwrap())),
        &mut || drop(black_box(template.render(&own, &mut second).unwrap())),
        &mut || drop(black_box(by_resvg(&svg))),
        &mut || drop(black_box(by_resvg_from(&tree))),
        &mut || drop(black_box(template.render(&own, &mut third).unwrap().to_png().unwrap())),
        &mut || drop(black_box(by_resvg(&svg).to_png().unwrap())),
    ]);
    println!("template   {once:.2} ms, once for all cards");
    println!("encoding   {encode:.2} ms");
    println!(
        "pixels     {draw:.2} ms a card; resvg {drawn:.2} ms ({by_tree:.2} ms without parsing), {:.1} times as long",
        drawn / draw
    );
    println!("PNG        {ours:.2} ms a card; resvg {whole:.2} ms, {:.1} times as long (goal ≥ 5)", whole / ours);
}

/// Everything that stands on a front.
fn face_of_a_card(fonts: &Fonts) -> Scene {
    let page = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(85_725), Emu::um(53_975));
    let mut items = Vec::new();
    let mut put = |element, nodes: Vec<Node>| items.extend(nodes.into_iter().map(|node| Item { element, node }));
    put(Element::Background, art::front_background(page));
    put(Element::Emblem, art::emblem(Point::new(Emu::um(9_500), Emu::um(8_000)), Emu::um(11_000)));
    put(
        Element::ChipSymbol,
        art::chip_symbol(Rect::new(Emu::um(74_000), Emu::um(16_000), Emu::um(8_000), Emu::um(6_000)), Ink::Black),
    );
    for (element, content, points, x, y) in [
        (Element::ManagingAgency, "ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ", 8, 20_000, 6_500),
        (Element::UsingUnit, "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", 8, 20_000, 10_500),
        (Element::FullName, "NGUYỄN THỊ HUYỀN NGỌC", 12, 28_000, 25_000),
        (Element::Position, "Phó Giám đốc Trung tâm", 10, 28_000, 31_000),
        (Element::CardNumber, "Số: 46.01.000123", 9, 4_500, 50_500),
    ] {
        let style = Style { weight: Weight::Bold, size: Emu::pt(points), ink: Ink::Black };
        put(element, vec![Node::Text(line(fonts, style, content, Point::new(Emu::um(x), Emu::um(y))).unwrap())]);
    }
    let place = Rect::new(Emu::um(4_000), Emu::um(16_000), Emu::um(22_500), Emu::um(30_000));
    put(Element::Portrait, vec![Node::Picture { place, picture: photo(600, 800) }]);
    let plate = Rect::new(Emu::dot(300) * 780, Emu::dot(300) * 413, Emu::dot(300) * 159, Emu::dot(300) * 159);
    put(Element::QrPlate, vec![Node::Fill { path: Path::rect(plate), rule: FillRule::NonZero, ink: Ink::White }]);
    put(Element::Qr, vec![code(Point::new(plate.x + Emu::dot(300) * 12, plate.y + Emu::dot(300) * 12))]);
    let stripe = Rect::new(Emu::dot(300) * 331, Emu::dot(300) * 472, Emu::dot(300) * 425, Emu::dot(300) * 28);
    put(Element::Stripe, art::double_stripe(stripe, Emu::dot(300) * 6, Ink::StripeBlue));
    Scene { width: page.width, height: page.height, items }
}

/// A QR code of 45 × 45 modules of three dots.
fn code(at: Point) -> Node {
    let code =
        qrcode::QrCode::with_version("4601000123|N".repeat(9), qrcode::Version::Normal(7), qrcode::EcLevel::M).unwrap();
    let (side, module) = (code.width(), Emu::dot(300) * 3);
    let mut path = Path::default();
    for (number, colour) in code.into_colors().into_iter().enumerate() {
        if colour == qrcode::Color::Dark {
            let (column, row) = ((number % side) as i32, (number / side) as i32);
            path.push_rect(Rect::new(at.x + module * column, at.y + module * row, module, module));
        }
    }
    Node::Fill { path, rule: FillRule::NonZero, ink: Ink::Black }
}

/// A photo with the detail of one: soft shapes and grain.
fn photo(width: u32, height: u32) -> Picture {
    let mut grain = 1_u32;
    let mut pixels = Vec::new();
    for y in 0..height as i32 {
        for x in 0..width as i32 {
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (grain >> 28) as i32;
            let (dx, dy) = (x - width as i32 / 2, y - height as i32 * 2 / 5);
            let head = dx * dx * 4 + dy * dy * 2 < 90_000;
            let [r, g, b] = if head { [205 - dy / 4, 160 - dx / 6, 135] } else { [90, 140 + y / 16, 200 - x / 16] };
            pixels.extend([r + noise, g + noise, b + noise].map(|value| value.clamp(0, 255) as u8));
        }
    }
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, 90);
    encoder.encode(&pixels, width as u16, height as u16, jpeg_encoder::ColorType::Rgb).unwrap();
    Picture { format: PictureFormat::Jpeg, pixels: (width, height), bytes: bytes.into() }
}

fn fonts() -> Fonts {
    let file = |face: &str| std::fs::read(liberation::path(face)).unwrap();
    Fonts::new(file("Regular").into(), file("Bold").into()).unwrap()
}

/// The scene as SVG, plainly: lengths are units, text is outlines.
fn svg(scene: &Scene, fonts: &Fonts) -> String {
    let (width, height) = (scene.width, scene.height);
    let mut out = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}mm" height="{}mm" viewBox="0 0 {} {}">"#,
        width.to_mm(),
        height.to_mm(),
        width.0,
        height.0
    );
    for item in &scene.items {
        match &item.node {
            Node::Fill { path, rule, ink } => {
                let rule = if *rule == FillRule::EvenOdd { "evenodd" } else { "nonzero" };
                write!(out, r#"<path fill="{}" fill-rule="{rule}" d="{}"/>"#, hex(*ink), data(path)).unwrap();
            }
            Node::Stroke { path, width, ink } => write!(
                out,
                r#"<path fill="none" stroke="{}" stroke-width="{}" stroke-linecap="round" stroke-linejoin="round" d="{}"/>"#,
                hex(*ink),
                width.0,
                data(path)
            )
            .unwrap(),
            Node::Text(text) => {
                let font = fonts.face(text.weight);
                let scale = f64::from(text.size.0) / f64::from(i32::from(font.units_per_em()) * CONTOUR_UNITS);
                let mut d = String::new();
                for glyph in &text.glyphs {
                    let (x0, y0) = (f64::from((text.origin.x + glyph.x).0), f64::from(text.origin.y.0));
                    let at = |(x, y): (i32, i32)| format!("{:.0} {:.0}", x0 + f64::from(x) * scale, y0 - f64::from(y) * scale);
                    for contour in font.outline(glyph.id) {
                        match contour {
                            Contour::Move(to) => write!(d, "M{}", at(to)).unwrap(),
                            Contour::Line(to) => write!(d, "L{}", at(to)).unwrap(),
                            Contour::Cubic(a, b, to) => write!(d, "C{} {} {}", at(a), at(b), at(to)).unwrap(),
                            Contour::Close => d.push('Z'),
                        }
                    }
                }
                write!(out, r#"<path fill="{}" d="{d}"/>"#, hex(text.ink)).unwrap();
            }
            Node::Picture { place, picture } => {
                let kind = if picture.format == PictureFormat::Jpeg { "jpeg" } else { "png" };
                let bytes = base64::engine::general_purpose::STANDARD.encode(&picture.bytes);
                write!(
                    out,
                    r#"<image x="{}" y="{}" width="{}" height="{}" href="data:image/{kind};base64,{bytes}"/>"#,
                    place.x.0, place.y.0, place.width.0, place.height.0
                )
                .unwrap();
            }
        }
    }
    out + "</svg>"
}

fn data(path: &Path) -> String {
    let mut d = String::new();
    for segment in &path.0 {
        match *segment {
            Segment::Move(p) => write!(d, "M{} {}", p.x.0, p.y.0),
            Segment::Line(p) => write!(d, "L{} {}", p.x.0, p.y.0),
            Segment::Cubic(a, b, p) => write!(d, "C{} {} {} {} {} {}", a.x.0, a.y.0, b.x.0, b.y.0, p.x.0, p.y.0),
            Segment::Close => write!(d, "Z"),
        }
        .unwrap();
    }
    d
}

fn hex(ink: Ink) -> String {
    let [r, g, b] = ink.colour().rgb;
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn by_resvg(svg: &str) -> Pixels {
    by_resvg_from(&usvg::Tree::from_str(svg, &usvg::Options::default()).unwrap())
}

fn by_resvg_from(tree: &usvg::Tree) -> Pixels {
    let scale = f32::from(DPI) / 96.0;
    let (width, height) = ((tree.size().width() * scale).ceil() as u32, (tree.size().height() * scale).ceil() as u32);
    let mut pixmap = tiny_skia::Pixmap::new(width, height).unwrap();
    pixmap.fill(tiny_skia::Color::WHITE);
    resvg::render(tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixmap.as_mut());
    Pixels { width, height, dpi: DPI, corners: Corners::Square, rgba: pixmap.take() }
}

/// Median over the rounds of what a run takes, in milliseconds; in each round one takes its turn after the other.
fn milliseconds<const N: usize>(mut runs: [&mut dyn FnMut(); N]) -> [f64; N] {
    let mut rounds: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (times, run) in rounds.iter_mut().zip(&mut runs) {
            let start = Instant::now();
            let mut count = 0;
            while start.elapsed() < ROUND {
                run();
                count += 1;
            }
            times.push(start.elapsed().as_secs_f64() * 1_000.0 / f64::from(count));
        }
    }
    rounds.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times[ROUNDS / 2]
    })
}
