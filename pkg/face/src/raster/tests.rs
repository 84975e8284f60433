//! What the pixels of small scenes must be.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::art;
use crate::font::liberation;
use crate::ink::Ink;
use crate::length::{Point, Rect};
use crate::scene::{Element, FillRule, Item, Node, Path, Picture, PictureFormat, Weight};
use crate::typeset::{Style, line};

const CARD: Rect = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(85_725), Emu::um(53_975));
/// A place that is whole at no resolution.
const PLACE: Rect = Rect::new(Emu::um(10_007), Emu::um(20_011), Emu::um(22_500), Emu::um(30_000));

fn scene(items: impl IntoIterator<Item = (Element, Node)>) -> Scene {
    let items = items.into_iter().map(|(element, node)| Item { element, node }).collect();
    Scene { width: CARD.width, height: CARD.height, items }
}

fn fill(path: Path, ink: Ink) -> Node {
    Node::Fill { path, rule: FillRule::NonZero, ink }
}

fn at(pixels: &Pixels, x: u32, y: u32) -> [u8; 4] {
    pixels.rgba.as_chunks().0[(y * pixels.width + x) as usize]
}

/// Left, top, right and bottom of the pixels that are not white; the last two are the first beyond.
fn printed(pixels: &Pixels) -> [u32; 4] {
    let places = (0..pixels.height).flat_map(|y| (0..pixels.width).map(move |x| (x, y)));
    let printed = places.filter(|(x, y)| at(pixels, *x, *y) != [255; 4]);
    printed.fold([u32::MAX, u32::MAX, 0, 0], |[l, t, r, b], (x, y)| [l.min(x), t.min(y), r.max(x + 1), b.max(y + 1)])
}

fn front() -> Scene {
    let style = Style { weight: Weight::Bold, size: Emu::pt(12), ink: Ink::Black };
    let name =
        line(&liberation(), style, "NGUYỄN THỊ HUYỀN NGỌC", Point::new(Emu::um(20_000), Emu::um(25_000))).unwrap();
    let ground = art::front_background(CARD).into_iter().map(|node| (Element::Background, node));
    scene(ground.chain([(Element::FullName, Node::Text(name))]))
}

#[test]
fn every_pixel_of_the_ground_is_covered_and_opaque() {
    for (dpi, size) in [(300, (1_013, 638)), (600, (2_025, 1_275)), (150, (507, 319))] {
        let ground = scene([(Element::Background, fill(Path::rect(CARD), Ink::Ground))]);
        let pixels = render(&ground, &liberation(), Settings::print(dpi)).unwrap();
        assert_eq!((pixels.width, pixels.height), size);
        let [r, g, b] = Ink::Ground.colour().rgb;
        assert!(pixels.rgba.as_chunks().0.iter().all(|pixel| *pixel == [r, g, b, 255]), "the edges too");
    }
    let pixels = render(&front(), &liberation(), Settings::print(300)).unwrap();
    assert!(pixels.rgba.as_chunks::<4>().0.iter().all(|[.., alpha]| *alpha == 255));
}

#[test]
fn rounded_corners_are_transparent_and_nothing_else_is() {
    let pixels = render(&front(), &liberation(), Settings::screen(300)).unwrap();
    let (right, bottom) = (pixels.width - 1, pixels.height - 1);
    for (x, y) in [(0, 0), (right, 0), (0, bottom), (right, bottom), (5, 5)] {
        assert_eq!(at(&pixels, x, y), [0; 4]);
    }
    let seen: u32 = pixels.rgba.as_chunks::<4>().0.iter().map(|[.., alpha]| 255 - u32::from(*alpha)).sum();
    let radius = Emu::um(3_180).to_px(300);
    let corners = (4.0 - std::f64::consts::PI) * radius * radius;
    assert!((f64::from(seen) / 255.0 - corners).abs() < 40.0, "{} pixels, not {corners}", seen / 255);
    for (x, y) in [(0, 319), (506, 0), (right, 319), (506, bottom), (40, 40)] {
        assert_eq!(at(&pixels, x, y)[3], 255);
    }
}

#[test]
fn a_file_tells_its_size_resolution_and_colour_space() {
    for (settings, per_metre, colours) in [
        (Settings::print(300), 11_811, png::ColorType::Rgb),
        (Settings::print(600), 23_622, png::ColorType::Rgb),
        (Settings::screen(96), 3_780, png::ColorType::Rgba),
    ] {
        let pixels = render(&front(), &liberation(), settings).unwrap();
        let file = pixels.to_png().unwrap();
        let mut reader = png::Decoder::new(Cursor::new(&file)).read_info().unwrap();
        let info = reader.info();
        assert_eq!(info.size(), (pixels.width, pixels.height));
        let dims = info.pixel_dims.unwrap();
        assert_eq!((dims.xppu, dims.yppu, dims.unit), (per_metre, per_metre, png::Unit::Meter));
        assert_eq!(info.srgb, Some(png::SrgbRenderingIntent::Perceptual));
        assert_eq!(info.color_type, colours);
        let mut read = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut read).unwrap();
        let bytes = colours.samples();
        let written = pixels.rgba.as_chunks::<4>().0.iter().flat_map(|pixel| &pixel[..bytes]);
        assert!(read.iter().eq(written));
    }
    let wrong = Pixels { width: 3, height: 3, dpi: 300, corners: Corners::Square, rgba: vec![0; 9] };
    assert!(matches!(wrong.to_png(), Err(RasterError::Encode(_))));
}

#[test]
fn the_same_scene_is_the_same_file_with_and_without_a_template() {
    let (front, fonts) = (front(), liberation());
    let once = render(&front, &fonts, Settings::print(300)).unwrap().to_png().unwrap();
    assert_eq!(render(&front, &fonts, Settings::print(300)).unwrap().to_png().unwrap(), once);
    let mut outlines = Outlines::new(&fonts);
    let (common, own): (Vec<Item>, Vec<Item>) =
        front.items.iter().cloned().partition(|item| item.element.is_preprinted());
    assert_eq!(own.len(), 1);
    let template = Template::new(&Scene { items: common, ..front }, Settings::print(300), &mut outlines).unwrap();
    for _ in 0..2 {
        assert_eq!(template.render(&own, &mut outlines).unwrap().to_png().unwrap(), once);
    }
}

/// A code of 45 × 45 modules of three printer's dots at 300 dpi, on its plate, which stands between the dots.
fn code(content: &str) -> (Scene, Rect) {
    let code = qrcode::QrCode::with_version(content, qrcode::Version::Normal(7), qrcode::EcLevel::M).unwrap();
    let (side, module) = (code.width() as i32, Emu::dot(300) * 3);
    let symbol = Rect::new(Emu(2_000_777), Emu(1_000_333), module * side, module * side);
    let mut path = Path::default();
    for (number, colour) in (0..).zip(code.into_colors()) {
        if colour == qrcode::Color::Dark {
            let (x, y) = (symbol.x + module * (number % side), symbol.y + module * (number / side));
            path.push_rect(Rect::new(x, y, module, module));
        }
    }
    let plate = fill(Path::rect(symbol.grown(module * 4)), Ink::White);
    let ground = (Element::Background, fill(Path::rect(CARD), Ink::Ground));
    (scene([ground, (Element::QrPlate, plate), (Element::Qr, fill(path, Ink::Black))]), symbol)
}

#[test]
fn the_code_is_black_and_white_and_read_by_a_foreign_reader() {
    let content = "4601000123|NGUYEN THI HUYEN NGOC|".repeat(3);
    let (scene, symbol) = code(&content);
    for dpi in [96_u16, 150, 192, 300, 600, 1_200] {
        let pixels = render(&scene, &liberation(), Settings::print(dpi)).unwrap();
        if dpi.is_multiple_of(300) {
            let dots = u32::from(dpi / 300);
            let (module, quiet) = (3 * dots, 12 * dots);
            let (left, top) = (symbol.x.to_px(dpi).round() as u32, symbol.y.to_px(dpi).round() as u32);
            let plate = (left - quiet..left + 45 * module + quiet, top - quiet..top + 45 * module + quiet);
            for y in plate.1.clone() {
                for x in plate.0.clone() {
                    let pixel = at(&pixels, x, y);
                    assert!(pixel == [0, 0, 0, 255] || pixel == [255; 4], "{pixel:?} at {x}, {y}");
                    // each module is as large as the others
                    if let (Some(x0), Some(y0)) = (x.checked_sub(left), y.checked_sub(top)) {
                        assert_eq!(pixel, at(&pixels, left + x0 / module * module, top + y0 / module * module));
                    }
                }
            }
            let [r, g, b] = Ink::Ground.colour().rgb;
            assert_eq!(at(&pixels, plate.0.start - 1, plate.1.start), [r, g, b, 255]);
            assert_eq!(at(&pixels, plate.0.end, plate.1.end - 1), [r, g, b, 255]);
        }
        if dpi >= 192 {
            let grey = |x: usize, y: usize| at(&pixels, x as u32, y as u32)[2];
            let (width, height) = (pixels.width as usize, pixels.height as usize);
            let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1, "{dpi} dpi");
            assert_eq!(grids[0].decode().unwrap().1, content, "{dpi} dpi");
        }
    }
}

#[test]
fn the_stripe_has_hard_edges() {
    let stripe = art::double_stripe(
        Rect::new(Emu::um(28_003), Emu::um(40_001), Emu::um(36_000), Emu::um(2_400)),
        Emu::um(600),
        Ink::StripeBlue,
    );
    let pixels =
        render(&scene(stripe.into_iter().map(|node| (Element::Stripe, node))), &liberation(), Settings::print(300))
            .unwrap();
    let [r, g, b] = Ink::StripeBlue.colour().rgb;
    assert!(pixels.rgba.as_chunks::<4>().0.iter().all(|pixel| *pixel == [255; 4] || *pixel == [r, g, b, 255]));
    assert_eq!(printed(&pixels), [331, 472, 756, 501]);
}

#[test]
fn text_stands_where_its_origin_says() {
    let fonts = liberation();
    for dpi in [150, 300, 600] {
        let px = |length: Emu| length.to_px(dpi);
        let origin = Point::new(Emu::um(20_000), Emu::um(25_000));
        let style = Style { weight: Weight::Bold, size: Emu::pt(12), ink: Ink::Black };
        let text = line(&fonts, style, "HEH", origin).unwrap();
        let advance = text.advance;
        let pixels = render(&scene([(Element::FullName, Node::Text(text))]), &fonts, Settings::print(dpi)).unwrap();
        let [left, top, right, bottom] = printed(&pixels).map(f64::from);
        // capitals of Times stand on the base line, are 0.66 em high and have little space beside them
        let cap = px(Emu::pt(12)) * f64::from(fonts.face(Weight::Bold).metrics().cap_height) / 2_048.0;
        assert!((bottom - px(origin.y)).abs() < 1.5, "{dpi}: {bottom}");
        assert!((bottom - top - cap).abs() < 2.0, "{dpi}: {}", bottom - top);
        assert!(left >= px(origin.x).floor() && left < px(origin.x) + px(Emu::um(150)), "{dpi}: {left}");
        assert!(
            right <= px(origin.x + advance).ceil() && right > px(origin.x + advance - Emu::um(150)),
            "{dpi}: {right}"
        );
    }
}

/// Red, green above; blue, white below: each a quarter of 40 × 60 pixels.
fn quarters() -> Vec<[u8; 3]> {
    let colour = |x, y| match (x < 20, y < 30) {
        (true, true) => [255, 0, 0],
        (false, true) => [0, 255, 0],
        (true, false) => [0, 0, 255],
        (false, false) => [255; 3],
    };
    (0..60).flat_map(|y| (0..40).map(move |x| colour(x, y))).collect()
}

fn jpeg_of(pixels: &[u8], colours: jpeg_encoder::ColorType) -> Picture {
    let mut bytes = Vec::new();
    jpeg_encoder::Encoder::new(&mut bytes, 95).encode(pixels, 40, 60, colours).unwrap();
    Picture { format: PictureFormat::Jpeg, pixels: (40, 60), bytes: bytes.into() }
}

fn png_of(pixels: &[u8], colours: png::ColorType) -> Picture {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 40, 60);
    encoder.set_color(colours);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    Picture { format: PictureFormat::Png, pixels: (40, 60), bytes: bytes.into() }
}

fn shown(picture: Picture, place: Rect, dpi: u16) -> Result<Pixels, RasterError> {
    let ground = (Element::Background, fill(Path::rect(CARD), Ink::Plain([100, 100, 100])));
    render(&scene([ground, (Element::Portrait, Node::Picture { place, picture })]), &liberation(), Settings::print(dpi))
}

#[test]
fn pictures_stand_upright_in_their_place() {
    let rgb = quarters();
    let cmyk: Vec<u8> = rgb.iter().flat_map(|[r, g, b]| [255 - r, 255 - g, 255 - b, 0]).collect();
    let rgba: Vec<u8> = rgb.iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
    let rgb = rgb.as_flattened();
    for (name, picture) in [
        ("JPEG", jpeg_of(rgb, jpeg_encoder::ColorType::Rgb)),
        ("JPEG of four plates", jpeg_of(&cmyk, jpeg_encoder::ColorType::Cmyk)),
        ("JPEG of luma, chroma and black", jpeg_of(&cmyk, jpeg_encoder::ColorType::CmykAsYcck)),
        ("PNG", png_of(rgb, png::ColorType::Rgb)),
        ("PNG with alpha", png_of(&rgba, png::ColorType::Rgba)),
    ] {
        // 266 × 354 pixels, and 14 × 19: larger and smaller than the file
        for dpi in [300, 72] {
            let place = if dpi == 72 { Rect::new(PLACE.x, PLACE.y, Emu::um(5_000), Emu::um(6_667)) } else { PLACE };
            let pixels = shown(picture.clone(), place, dpi).unwrap();
            let round = |length: Emu| length.to_px(dpi).round() as u32;
            let [left, top, right, bottom] = [place.x, place.y, place.right(), place.bottom()].map(round);
            let grey = [100, 100, 100, 255];
            for (x, y, colour) in [
                (left, top, [255, 0, 0, 255]),
                (right - 1, top, [0, 255, 0, 255]),
                (left, bottom - 1, [0, 0, 255, 255]),
                (right - 1, bottom - 1, [255; 4]),
                (left - 1, top, grey),
                (left, top - 1, grey),
                (right, bottom - 1, grey),
                (right - 1, bottom, grey),
            ] {
                let near = at(&pixels, x, y).iter().zip(colour).all(|(is, should)| is.abs_diff(should) < 12);
                assert!(near, "{name}, {dpi} dpi: {:?} at {x}, {y}", at(&pixels, x, y));
            }
        }
    }
}

#[test]
fn what_is_transparent_lets_the_ground_through() {
    let pixels: Vec<u8> = (0..60).flat_map(|y| [[200, 0, 0, if y < 30 { 0 } else { 128 }]; 40]).flatten().collect();
    let shown = shown(png_of(&pixels, png::ColorType::Rgba), PLACE, 300).unwrap();
    let (x, y) = (PLACE.x.to_px(300) as u32 + 50, PLACE.y.to_px(300) as u32 + 20);
    assert_eq!(at(&shown, x, y), [100, 100, 100, 255]);
    assert_eq!(at(&shown, x, y + 300), [150, 50, 50, 255]);
}

#[test]
fn a_picture_may_reach_beyond_the_page() {
    let picture = png_of(quarters().as_flattened(), png::ColorType::Rgb);
    let around = shown(picture.clone(), CARD.grown(Emu::um(4_000)), 300).unwrap();
    assert_eq!(at(&around, 0, 0), [255, 0, 0, 255]);
    assert_eq!(at(&around, 1_012, 637), [255; 4]);
    for (dx, dy) in [(-90_000, 0), (90_000, 0), (0, 60_000), (0, -60_000)] {
        let beside = shown(picture.clone(), PLACE.moved(Point::new(Emu::um(dx), Emu::um(dy))), 300).unwrap();
        assert!(beside.rgba.as_chunks().0.iter().all(|pixel| *pixel == [100, 100, 100, 255]));
    }
    shown(picture, Rect::new(PLACE.x, PLACE.y, Emu(1), Emu::ZERO), 300).unwrap();
}

#[test]
fn pictures_that_are_not_what_the_scene_says_are_refused() {
    let good = jpeg_of(quarters().as_flattened(), jpeg_encoder::ColorType::Rgb);
    let other = |pixels| shown(Picture { pixels, ..good.clone() }, PLACE, 300).unwrap_err();
    let size = |said| RasterError::Picture(PictureError::Size { said, found: (40, 60) });
    assert_eq!(other((400, 600)), size((400, 600)));
    assert!(matches!(other((20, 30)), RasterError::Picture(PictureError::Size { .. } | PictureError::Damaged(_))));
    assert!(matches!(other((0, 60)), RasterError::Picture(PictureError::Size { .. })));
    assert_eq!(other((60_000, 60_000)), RasterError::Picture(PictureError::TooLarge(60_000, 60_000)));
    let cut = Picture { bytes: good.bytes[..good.bytes.len() / 2].into(), ..good.clone() };
    assert!(matches!(shown(cut, PLACE, 300), Err(RasterError::Picture(PictureError::Damaged(_)))));
    let named_wrongly = Picture { format: PictureFormat::Png, ..good };
    assert!(matches!(shown(named_wrongly, PLACE, 300), Err(RasterError::Picture(PictureError::Damaged(_)))));
}

#[test]
fn resolutions_out_of_range_are_refused() {
    for dpi in [0, 71, 1_201, u16::MAX] {
        assert_eq!(render(&scene([]), &liberation(), Settings::print(dpi)), Err(RasterError::Resolution(dpi)));
    }
    assert!(matches!(render(&Scene::default(), &liberation(), Settings::print(300)), Err(RasterError::Page { .. })));
}

fn place_on_small_page(picture: Picture) -> Result<Pixels, RasterError> {
    let place = Rect::new(Emu::ZERO, Emu::ZERO, Emu::um(4_000), Emu::um(6_000));
    let node = Node::Picture { place, picture };
    let page =
        Scene { width: place.width, height: place.height, items: vec![Item { element: Element::Portrait, node }] };
    let mut outlines = Outlines::new(&liberation());
    Template::new(&page, Settings::print(72), &mut outlines)?.render(&[], &mut outlines)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn damaged_pictures_never_panic(
        which in 0..5_usize,
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut: prop::sample::Index,
        cuts in prop::bool::weighted(0.3),
        progressive: bool,
    ) {
        let rgb = quarters();
        let grey: Vec<u8> = rgb.iter().map(|[r, ..]| *r).collect();
        let cmyk: Vec<u8> = rgb.iter().flat_map(|[r, g, b]| [255 - r, 255 - g, 255 - b, 0]).collect();
        let mut picture = match which {
            0 => {
                let mut bytes = Vec::new();
                let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 80);
                encoder.set_progressive(progressive);
                encoder.encode(rgb.as_flattened(), 40, 60, jpeg_encoder::ColorType::Rgb).unwrap();
                Picture { format: PictureFormat::Jpeg, pixels: (40, 60), bytes: bytes.into() }
            }
            1 => jpeg_of(&grey, jpeg_encoder::ColorType::Luma),
            2 => jpeg_of(&cmyk, jpeg_encoder::ColorType::CmykAsYcck),
            3 => png_of(rgb.as_flattened(), png::ColorType::Rgb),
            _ => png_of(&grey, png::ColorType::Grayscale),
        };
        let mut bytes = picture.bytes.to_vec();
        for (index, value) in damage {
            let index = index.index(bytes.len());
            bytes[index] = value;
        }
        if cuts {
            bytes.truncate(cut.index(bytes.len()));
        }
        picture.bytes = bytes.into();
        let _ = place_on_small_page(picture);
    }

    #[test]
    fn garbage_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), jpeg: bool) {
        let (format, start): (_, &[u8]) = if jpeg {
            (PictureFormat::Jpeg, b"\xff\xd8\xff")
        } else {
            (PictureFormat::Png, b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")
        };
        for bytes in [bytes.clone(), [start, &bytes[..]].concat()] {
            let picture = Picture { format, pixels: (40, 60), bytes: bytes.into() };
            prop_assert!(matches!(place_on_small_page(picture), Err(RasterError::Picture(_))));
        }
    }
}
