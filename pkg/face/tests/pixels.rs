//! The face in pixels: as it was looked at, and as poppler draws its PDF.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "other tests take the rest")]
mod sample;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use face::layout::{Face, Grounds, Mode, Pictures, Settings, lay_out};
use face::pdf;
use face::raster::{self, Pixels};
use face::record::{Form, Record, Variant};
use face::scene::{Element, Node, Picture, Scene};
use sample::{fonts, jpeg};

fn face(variant: Variant, portrait: Picture) -> Face {
    let example: Form = serde_json::from_str(include_str!("../examples/record.json")).unwrap();
    let record = Record::read(&Form { variant, ..example }).unwrap();
    let pictures = Pictures { portrait: Some(portrait), emblem: None };
    lay_out(&record, pictures, &Grounds::new(fonts()), fonts(), &Settings::default()).unwrap()
}

/// Grey from the top to the bottom, 3 : 4.
fn plain() -> Picture {
    let pixels: Vec<u8> = (0..80_u8).flat_map(|row| [90 + row; 60]).collect();
    jpeg(&pixels, 60, 80, jpeg_encoder::ColorType::Luma)
}

fn drawn(scene: &Scene, dpi: u16) -> Pixels {
    raster::render(scene, fonts(), raster::Settings::print(dpi)).unwrap()
}

/// Width, height and RGB of a PNG file.
fn read(file: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut data).unwrap();
    assert_eq!(frame.color_type, png::ColorType::Rgb);
    (frame.width as usize, frame.height as usize, data)
}

fn rgb(pixels: &Pixels) -> Vec<u8> {
    pixels.rgba.as_chunks::<4>().0.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect()
}

#[test]
fn the_pixels_of_each_side_stay_as_they_are() {
    let raised = face(Variant::Raised, plain());
    let embedded = face(Variant::Embedded, plain());
    for (name, side) in
        [("raised-front", &raised.front), ("embedded-front", &embedded.front), ("embedded-back", &embedded.back)]
    {
        let pixels = drawn(&side.scene(Mode::Full), 300);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("goldens/{name}.png"));
        if std::env::var_os("UPDATE").is_some() {
            let mut file = Vec::new();
            let mut encoder = png::Encoder::new(&mut file, pixels.width, pixels.height);
            encoder.set_color(png::ColorType::Rgb);
            encoder.set_compression(png::Compression::High);
            encoder.set_filter(png::Filter::NoFilter); // few colours, much repetition
            encoder.write_header().unwrap().write_image_data(&rgb(&pixels)).unwrap();
            std::fs::write(&path, &file).unwrap();
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        let same = !kept.is_empty() && read(&kept) == (pixels.width as usize, pixels.height as usize, rgb(&pixels));
        assert!(same, "{name}.png is not as it was; UPDATE=1 rewrites it");
    }
}

/// `cargo test -p face --test pixels -- --ignored --nocapture` prints how far poppler's picture of the PDF is from ours.
#[test]
#[ignore = "takes half a minute; prints figures"]
fn poppler_draws_the_same_face() {
    for variant in [Variant::Raised, Variant::Embedded, Variant::Other] {
        let face = face(variant, sample_portrait());
        for (of, side) in [("front", &face.front), ("back", &face.back)] {
            let scene = side.scene(Mode::Full);
            let ours = drawn(&scene, 300);
            let mut file = Vec::new();
            let mut writer = pdf::Writer::new(fonts(), pdf::Options::default(), &mut file).unwrap();
            writer.page((&scene).into(), &mut file).unwrap();
            writer.finish(&mut file).unwrap();
            let picture = (ours.width as usize, ours.height as usize, rgb(&ours));
            let elements = elements(&scene, &picture);
            // glyphs stand on a grid of poppler's pixels: the finer they are, the nearer to their places
            for (dpi, by) in [(300, 1), (1_200, 4), (2_400, 8)] {
                let (share, profile) = differing(&picture, &averaged(&pdftoppm(&file, dpi), by), &elements);
                println!("{variant:?} {of}, poppler at {dpi} dpi: {share:.2} %; {profile}");
            }
            let finer = drawn(&scene, 1_200);
            let finer = averaged(&(finer.width as usize, finer.height as usize, rgb(&finer)), 4);
            let (share, profile) = differing(&picture, &finer, &elements);
            println!("{variant:?} {of}, ours at 1200 dpi: {share:.2} %; {profile}");
        }
    }
}

fn sample_portrait() -> Picture {
    let picture = sample::photo(1);
    // the sample's photo is three to four but for a pixel in four hundred
    assert_eq!(picture.pixels, (413, 551));
    picture
}

fn pdftoppm(file: &[u8], dpi: u32) -> (usize, usize, Vec<u8>) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("face.pdf");
    std::fs::write(&path, file).unwrap();
    let out = Command::new("pdftoppm").args(["-r", &dpi.to_string(), "-png"]).arg(&path).output().unwrap();
    read(&out.stdout)
}

/// `by` × `by` pixels are one; of those at the edge, as many as there are.
fn averaged((width, height, data): &(usize, usize, Vec<u8>), by: usize) -> (usize, usize, Vec<u8>) {
    let (columns, rows) = (width.div_ceil(by), height.div_ceil(by));
    let mut out = Vec::with_capacity(columns * rows * 3);
    for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
        for plate in 0..3 {
            let ys = row * by..(row * by + by).min(*height);
            let xs = column * by..(column * by + by).min(*width);
            let count = (ys.len() * xs.len()) as u32;
            let sum: u32 = ys
                .flat_map(|y| xs.clone().map(move |x| (x, y)))
                .map(|(x, y)| u32::from(data[(y * width + x) * 3 + plate]))
                .sum();
            out.push(((sum + count / 2) / count) as u8);
        }
    }
    (columns, rows, out)
}

/// The uppermost element in each pixel, by the boxes of things and by the lines of texts.
fn elements(scene: &Scene, (width, height, _): &(usize, usize, Vec<u8>)) -> Vec<&'static str> {
    let mut seen = vec!["page"; width * height];
    for item in &scene.items {
        let place = match &item.node {
            Node::Fill { path, .. } => path.bounds(),
            Node::Stroke { path, width, .. } => path.bounds().map(|it| it.grown(*width / 2)),
            Node::Picture { place, .. } => Some(*place),
            Node::Text(text) => {
                let (x, y) = (text.origin.x, text.origin.y - text.size);
                Some(face::length::Rect::new(x, y, text.advance, text.size.scaled(13, 10)))
            }
        };
        let (Some(place), false) = (place, item.element == Element::Background) else { continue };
        let px = |length: face::length::Emu, most: usize| (length.to_px(300).round().max(0.0) as usize).min(most);
        for y in px(place.y, *height)..px(place.bottom(), *height) {
            seen[y * width + px(place.x, *width)..y * width + px(place.right(), *width)].fill(item.element.name());
        }
    }
    seen
}

/// Percent of pixels that differ by more than 16/255, and percent of the page by element, with by how much ours is brighter.
fn differing(
    one: &(usize, usize, Vec<u8>),
    other: &(usize, usize, Vec<u8>),
    elements: &[&'static str],
) -> (f64, String) {
    let (columns, rows) = (one.0.min(other.0), one.1.min(other.1));
    let mut counts: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        let at = |picture: &(usize, usize, Vec<u8>)| {
            let start = (y * picture.0 + x) * 3;
            [picture.2[start], picture.2[start + 1], picture.2[start + 2]]
        };
        let (a, b) = (at(one), at(other));
        if a.iter().zip(b).any(|(a, b)| a.abs_diff(b) > 16) {
            let count = counts.entry(elements[y * one.0 + x]).or_default();
            count.0 += 1;
            count.1 += a.iter().zip(b).map(|(a, b)| i64::from(*a) - i64::from(b)).sum::<i64>() / 3;
        }
    }
    let percent = |count: usize| count as f64 * 100.0 / (columns * rows) as f64;
    let mut profile: Vec<_> = counts.iter().collect();
    profile.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    let told: Vec<String> = profile
        .iter()
        .map(|(name, (count, sum))| format!("{name} {:.2} ({:+})", percent(*count), sum / *count as i64))
        .collect();
    (percent(counts.values().map(|(count, _)| count).sum()), told.join(", "))
}
