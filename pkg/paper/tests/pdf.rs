//! PDF as other programs read it: hayro, and poppler's tools, which set-up installs.

#[expect(dead_code, reason = "other tests take the rest")]
mod sample;

use std::path::Path;
use std::process::Command;

use hayro_syntax::Pdf;
use paper::{Block, Cell, Column, Day, Document, Moment, Picture, PictureError, Table};
use sample::documents::{handover, ledger, profile, submission};
use sample::{fonts, jpeg, portrait};

fn poppler(tool: &str, arguments: &[&str], pdf: &[u8], name: &str) -> String {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{tool}.pdf"));
    std::fs::write(&file, pdf).expect("the test's directory can be written");
    let mut command = Command::new(tool);
    command.args(arguments).arg(&file);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap_or_else(|error| {
        panic!("{tool} of poppler-utils is needed for this test, and set-up installs it: {error}")
    });
    // what poppler 22 says of every tagged file: ISO 32000-1 table 321 wants a boolean there
    let complaint = String::from_utf8_lossy(&output.stderr);
    let complaint = complaint.replace("Syntax Error: Suspects object is wrong type (boolean)\n", "");
    assert_eq!(complaint, "", "{tool} complains");
    // poppler 22 prints the titles of headings byte by byte
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const WRITTEN: Moment = Moment { day: Day { year: 2026, month: 2, day: 5 }, hour: 3, minute: 4, second: 5 };

#[test]
fn pages_are_as_many_and_as_large_as_laid_out() {
    for (document, count) in [(submission(9), 3), (profile(), 1), (ledger(60), 5)] {
        let pdf = Pdf::new(document.to_pdf(fonts()).unwrap()).expect("hayro reads it");
        assert_eq!(pdf.pages().len(), count);
        let (width, height) = pdf.pages()[0].base_dimensions();
        let is_landscape = document.orientation == paper::Orientation::Landscape;
        let (wanted_width, wanted_height) = if is_landscape { (841.89, 595.28) } else { (595.28, 841.89) };
        assert!((width - wanted_width).abs() < 0.1 && (height - wanted_height).abs() < 0.1, "{width} × {height}");
    }
}

#[test]
fn the_text_is_found_again() {
    let text = poppler("pdftotext", &["-raw"], &submission(9).to_pdf(fonts()).unwrap(), "found");
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for wanted in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 128/TTr-SNV",
        "Đà Lạt, ngày 05 tháng 02 năm 2026",
        "Kính gửi: Ủy ban nhân dân tỉnh Lâm Đồng",
        "người đã được kiểm tra, đối chiếu với hồ sơ gốc và với Cơ sở dữ liệu quốc gia về cán bộ, công chức, viên chức.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "- Lưu: VT, TCBC.",
        "Cil Múp Ha Siêng",
    ] {
        assert!(text.contains(wanted), "{wanted:?} is not in {text:?}");
    }
}

#[test]
fn the_file_is_tagged_titled_and_has_its_fonts() {
    let pdf = handover(40).to_pdf(fonts()).unwrap();
    let info = poppler("pdfinfo", &[], &pdf, "info");
    for (key, value) in [
        ("Title:", "Biên bản · Bàn giao thẻ điện tử của cán bộ, công chức, viên chức · 07/BB-SNV"),
        ("Tagged:", "yes"),
        ("Page size:", "595.276 x 841.89 pts (A4)"),
    ] {
        let line = info.lines().find_map(|line| line.strip_prefix(key)).map(str::trim);
        assert_eq!(line, Some(value), "{key}");
    }
    let listing = poppler("pdffonts", &[], &pdf, "fonts");
    let fonts: Vec<&str> = listing.lines().skip(2).collect();
    assert_eq!(fonts.len(), 4, "{listing}");
    for font in fonts {
        // embedded, a subset, with a map to Unicode
        assert!(font.contains("yes yes yes") && font.contains("+LiberationSerif"), "{font}");
    }
}

/// The elements in the order of reading, as poppler prints them.
#[test]
fn the_structure_has_headings_tables_and_figures() {
    let tree = poppler("pdfinfo", &["-struct-text"], &submission(2).to_pdf(fonts()).unwrap(), "structure");
    let of =
        |kind: &str| tree.lines().filter(|line| line.trim_start().split([' ', '(', ':']).next() == Some(kind)).count();
    assert_eq!([of("H1"), of("Table"), of("TH"), of("Figure")], [2, 1, 12, 2], "{tree}");
    assert_eq!(of("TD"), 12, "{tree}");
    let words: Vec<&str> =
        tree.split('"').filter(|part| part.starts_with("TỜ TRÌNH") || part.starts_with("DANH SÁCH")).collect();
    assert_eq!(words.len(), 2, "{tree}");
}

/// krilla checks both standards while it writes, and refuses what does not meet them.
#[test]
fn with_a_moment_the_file_is_for_the_archive() {
    for document in [submission(3), ledger(30), profile()] {
        let without = document.to_pdf(fonts()).unwrap();
        let with = Document { written: Some(WRITTEN), ..document }.to_pdf(fonts()).unwrap();
        let says = |pdf: &[u8], what: &str| pdf.windows(what.len()).any(|bytes| bytes == what.as_bytes());
        assert!(
            says(&with, "<pdfaid:part>2</pdfaid:part>") && says(&with, "<pdfaid:conformance>A</pdfaid:conformance>")
        );
        assert!(says(&with, "<pdfuaid:part>1</pdfuaid:part>") && says(&without, "<pdfuaid:part>1</pdfuaid:part>"));
        assert!(!says(&without, "pdfaid:part"));
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(submission(3).to_pdf(fonts()).unwrap(), submission(3).to_pdf(fonts()).unwrap());
}

#[test]
fn a_broken_picture_is_refused_before_it_is_in_a_document() {
    let whole = jpeg(1);
    assert!(matches!(Picture::portrait(b"GIF89a".as_slice().into(), ""), Err(PictureError::Unreadable(_))));
    assert!(matches!(Picture::portrait(whole[..40].into(), ""), Err(PictureError::Unreadable(_))));
    assert_eq!(Picture::portrait(whole[..whole.len() - 2].into(), "").err(), Some(PictureError::CutOff));
}

/// A picture takes its place with its own proportions, and is not cut by the end of a page.
#[test]
fn pictures_stay_whole() {
    let table = (0..40).fold(Table::new(vec![Column::centred("Ảnh", 1)]), |table, number| {
        table.row(vec![Cell::picture(portrait(number, "một người"))])
    });
    let document = Document { body: vec![Block::Table(table)], ..Document::default() };
    let text = paper::Layout::new(&document, fonts()).to_text();
    assert_eq!(text.matches("[85 × 113 pt]").count(), 40);
    let pdf = document.to_pdf(fonts()).unwrap();
    assert_eq!(poppler("pdfimages", &["-list"], &pdf, "pictures").lines().skip(2).count(), 40);
}
