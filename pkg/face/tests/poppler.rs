//! PDF as another program reads it: poppler's tools, which set-up installs.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "other tests take the rest")]
mod sample;

use std::io::Cursor;
use std::path::Path;
use std::process::Command;

use face::length::{Emu, Point, Rect};
use face::pdf::{Colours, Marks, Options, Side, Writer};
use face::scene::Node;
use sample::{PAGE, card, fonts, ground, lines, photo, png, side_of};

/// What one of poppler's tools says of a PDF.
fn poppler(tool: &str, arguments: &[&str], pdf: &[u8], name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{tool}.pdf"));
    std::fs::write(&file, pdf).expect("the test's directory can be written");
    let mut command = Command::new(tool);
    command.args(arguments).arg(&file);
    if ["pdftotext", "pdftocairo"].contains(&tool) {
        command.arg("-"); // the others write to standard output of themselves
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("{tool} of poppler-utils is needed for this test, and set-up installs it: {error}")
    });
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{tool} complains");
    output.stdout
}

fn said(tool: &str, arguments: &[&str], pdf: &[u8], name: &str) -> String {
    String::from_utf8(poppler(tool, arguments, pdf, name)).expect("UTF-8")
}

/// Fronts with their ground.
fn batch(cards: u32, options: Options) -> Vec<u8> {
    let (ground, photo) = (ground(), photo(1));
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), options, &mut out).unwrap();
    for number in 1..=cards {
        let scene = card(number, &photo);
        writer.page(Side { scene: &scene, ground: Some(&ground) }, &mut out).unwrap();
    }
    writer.finish(&mut out).unwrap();
    out
}

#[test]
fn the_text_comes_back_letter_by_letter() {
    let pdf = batch(3, Options::default());
    let text = said("pdftotext", &["-raw"], &pdf, "text");
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), 3);
    for (page, number) in pages.into_iter().zip(1..) {
        let wanted: Vec<String> = lines(number).into_iter().map(|(line, _)| line).collect();
        assert_eq!(page.lines().collect::<Vec<_>>(), wanted);
    }
}

#[test]
fn text_whose_glyphs_do_not_tell_its_letters_comes_back_too() {
    // one glyph for both, as fonts have it; and a line whose glyphs were changed after it was set
    let mut scene = card(1, &photo(1));
    for item in &mut scene.items {
        if let Node::Text(text) = &mut item.node {
            text.content = format!("{} ↔", text.content.replace(' ', "\u{a0}"));
        }
    }
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    writer.page((&card(1, &photo(1))).into(), &mut out).unwrap();
    writer.page((&scene).into(), &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let text = said("pdftotext", &["-raw", "-f", "2"], &out, "actual");
    let wanted: Vec<String> =
        lines(1).into_iter().map(|(line, _)| format!("{} ↔", line.replace(' ', "\u{a0}"))).collect();
    assert_eq!(text.trim_end_matches('\u{c}').lines().collect::<Vec<_>>(), wanted);
}

#[test]
fn boxes_are_exactly_the_card() {
    let info = said(
        "pdfinfo",
        &["-box", "-isodates"],
        &batch(2, Options { title: "Thẻ đợt 1".to_owned(), ..Options::default() }),
        "boxes",
    );
    for name in ["MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox"] {
        let line = info.lines().find(|line| line.starts_with(name)).unwrap();
        let numbers: Vec<&str> = line.split_whitespace().skip(1).collect();
        assert_eq!(numbers, ["0.00", "0.00", "243.00", "153.00"], "{line}");
    }
    for line in [
        "Page size:       243 x 153 pts",
        "Pages:           2",
        "PDF version:     1.7",
        "Title:           Thẻ đợt 1",
        "Producer:        Cổng Thẻ",
    ] {
        assert!(info.contains(line), "{line} in {info}");
    }
    assert!(!info.contains("CreationDate"), "{info}");
}

#[test]
fn the_date_is_the_one_that_is_given() {
    let created = Some("2026-08-17T08:30:05Z".parse().unwrap());
    let info = said("pdfinfo", &["-isodates"], &batch(1, Options { created, ..Options::default() }), "date");
    assert!(info.contains("CreationDate:    2026-08-17T08:30:05Z"), "{info}");
}

#[test]
fn a_batch_has_two_fonts_that_are_embedded_in_part() {
    let fonts = said("pdffonts", &[], &batch(5, Options::default()), "fonts");
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|row| row.split_whitespace().collect()).collect();
    assert_eq!(rows.len(), 2, "{fonts}");
    for (row, name) in rows.iter().zip(["LiberationSerif", "LiberationSerif-Bold"]) {
        assert!(row[0].ends_with(&format!("+{name}")), "{fonts}");
        assert_eq!(
            row[1..7],
            ["CID", "TrueType", "Identity-H", "yes", "yes", "yes"],
            "embedded, a subset, with Unicode"
        );
    }
}

#[test]
fn a_photograph_is_passed_on_as_it_is() {
    let photo = photo(1);
    let pdf = batch(1, Options { colours: Colours::Cmyk, ..Options::default() });
    assert!(pdf.windows(photo.bytes.len()).any(|window| *window == *photo.bytes));
    let images = said("pdfimages", &["-list"], &pdf, "images");
    let row: Vec<&str> = images.lines().nth(2).unwrap().split_whitespace().collect();
    assert_eq!(row[2..9], ["image", "413", "551", "rgb", "3", "8", "jpeg"], "{images}");
    assert_eq!(row[12..14], ["500", "500"], "413 pixels on 21 mm: {images}");
}

/// The first page in shades of grey at so many dots per inch: width and pixels. Drawn by Cairo, which gives a dot that is covered in part
/// its share of ink.
fn pixels(pdf: &[u8], dpi: &str, name: &str) -> (usize, Vec<u8>) {
    let file = poppler("pdftocairo", &["-r", dpi, "-gray", "-png", "-singlefile"], pdf, name);
    let mut reader = ::png::Decoder::new(Cursor::new(file)).read_info().unwrap();
    let mut data = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut data).unwrap();
    assert_eq!(data.len(), frame.width as usize * frame.height as usize);
    (frame.width as usize, data)
}

#[test]
fn modules_of_the_code_fill_whole_dots() {
    let pdf = batch(1, Options::default());
    for (dpi, per_dot) in [("300", 1), ("600", 2)] {
        let (width, data) = pixels(&pdf, dpi, &format!("dots{dpi}"));
        let plate = data
            .chunks(width)
            .skip(380 * per_dot)
            .take(220 * per_dot)
            .flat_map(|row| &row[760 * per_dot..980 * per_dot]);
        let (mut black, mut white) = (0, 0);
        for value in plate {
            match value {
                0 => black += 1,
                255 => white += 1,
                _ => panic!("a dot is neither black nor white at {dpi} dpi"),
            }
        }
        assert_eq!(black % (16 * per_dot * per_dot), 0, "four dots by four each");
        assert!(black > 15_000 * per_dot * per_dot && white > 15_000, "{black} {white}");
    }
}

#[test]
fn a_station_moves_everything_by_what_was_measured() {
    let shift = Point::new(Emu::dot(300) * 12, -Emu::dot(300) * 5);
    let [still, moved] = [Point::default(), shift]
        .map(|shift| pixels(&batch(1, Options { shift, ..Options::default() }), "300", &format!("shift{}", shift.x.0)));
    let width = still.0;
    for row in 100..600 {
        for column in 100..900 {
            let (from, to) = (still.1[row * width + column], moved.1[(row - 5) * width + column + 12]);
            assert!(from.abs_diff(to) < 3, "{from} at {column}, {row} became {to}");
        }
    }
}

#[test]
fn a_logo_lets_the_ground_through() {
    let gradient: Vec<u8> = (0..=255).flat_map(|alpha| [255, 0, 0, alpha]).collect();
    let picture = png(&gradient, 256, 1, png::ColorType::Rgba);
    let place = Rect::new(Emu::ZERO, Emu::ZERO, PAGE.width, PAGE.height);
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    writer.page((&side_of(Node::Picture { place, picture })).into(), &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let (width, data) = pixels(&out, "72", "logo");
    let row = &data[width * 70..width * 71];
    assert!(row[2] > 245 && row[width - 3] < 90 && row.is_sorted_by(|left, right| left >= right), "{row:?}");
}

#[test]
fn a_sheet_has_its_marks_outside_of_the_sides() {
    let (ground, photo) = (ground(), photo(1));
    let scenes: Vec<_> = (1..=10).map(|number| card(number, &photo)).collect();
    let sides: Vec<_> = scenes.iter().map(|scene| Side { scene, ground: Some(&ground) }).collect();
    let mut out = Vec::new();
    let mut writer = Writer::new(fonts(), Options::default(), &mut out).unwrap();
    writer.sheets(&sides, Marks::Crop, &mut out).unwrap();
    writer.finish(&mut out).unwrap();
    let (width, data) = pixels(&out, "254", "sheet"); // ten dots a millimetre
    let at = |x: f64, y: f64| data[(y * 10.0) as usize * width + (x * 10.0) as usize];
    // ISO 216, less two sides and a gap of 3 mm, or five sides and four gaps
    let (left, top) = ((210.0 - 174.45) / 2.0, (297.0 - 281.875) / 2.0);
    for (x, outside) in [(left, -1.5), (left + 174.45, 1.5)] {
        for row in 0..5 {
            let y = top + f64::from(row) * 56.975;
            let darkest = [-0.1, 0.0, 0.1].map(|off| at(x + outside, y + off)).into_iter().min().unwrap();
            assert!(darkest < 200, "a mark beside the corner at {x}, {y}: {darkest}");
            assert_eq!(at(x + outside / 6.0, y), 255, "none at the corner itself");
        }
    }
    assert_eq!(at(105.0, 2.0), 255);
    assert!(at(left + 30.0, top + 5.0) < 255, "a ground");
}
