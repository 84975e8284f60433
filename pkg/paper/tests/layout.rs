//! Where everything stands, as text: pages, lines, cells.

mod sample;

use std::path::Path;

use paper::{Block, Cell, Column, Document, Layout, Signature, Table};
use sample::documents::{destruction, handover, ledger, profile, submission};
use sample::fonts;

fn compare(name: &str, document: &Document) {
    let text = Layout::new(document, fonts()).to_text();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("goldens").join(name).with_extension("txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&path).expect("UPDATE=1 writes the golden file");
    let first = golden.lines().zip(text.lines()).find(|(was, is)| was != is);
    assert_eq!(first, None, "{name} is laid out otherwise");
    assert_eq!(golden.lines().count(), text.lines().count(), "{name} has other lines at its end");
}

#[test]
fn a_submission_with_its_list() {
    compare("submission", &submission(9));
}

#[test]
fn minutes_of_a_handover() {
    compare("handover", &handover(40));
}

#[test]
fn minutes_of_a_destruction() {
    compare("destruction", &destruction());
}

#[test]
fn a_ledger() {
    compare("ledger", &ledger(60));
}

#[test]
fn a_profile() {
    compare("profile", &profile());
}

/// The pages' lines.
fn pages(document: &Document) -> Vec<Vec<String>> {
    let text = Layout::new(document, fonts()).to_text();
    let pages = text.split("=== page ").skip(1);
    pages.map(|page| page.lines().skip(1).filter(|line| !line.is_empty()).map(str::to_owned).collect()).collect()
}

/// However long the body is, two of its lines stand with the signature.
#[test]
fn a_signature_is_never_alone_on_a_page() {
    let mut on_second_page = 0;
    for lines in 20..60 {
        let body = (0..lines).map(|number| Block::text(format!("Dòng {number}"))).collect();
        let signatures = vec![Signature::new("Giám đốc", "Nguyễn Văn Thành")];
        let pages = pages(&Document { body, signatures, ..Document::default() });
        let last = pages.last().expect("there is a page");
        let with = last.iter().filter(|line| line.starts_with("Dòng ")).count();
        assert!(last.iter().any(|line| line == "GIÁM ĐỐC") && with >= 2, "{lines} lines: {last:?}");
        on_second_page += usize::from(pages.len() == 2 && with == 2);
    }
    assert!(on_second_page > 2, "the rule came to bear");
}

/// A row stays whole where a page can hold it, and is cut between lines where none can.
#[test]
fn rows_are_cut_only_where_they_must_be() {
    let long = (0..400).map(|number| format!("từ{number}")).collect::<Vec<_>>();
    let table = Table::new(vec![Column::new("A", 1), Column::new("B", 1)])
        .row(vec!["đầu".into(), long.join("\n").into()])
        .row(vec!["sau".into(), Cell::default()]);
    let pages = pages(&Document { body: vec![Block::Table(table)], ..Document::default() });
    assert!(pages.len() > 5);
    let said: Vec<&str> = pages
        .iter()
        .flatten()
        .filter_map(|line| line.rsplit(" | ").next())
        .filter(|line| line.starts_with("từ"))
        .collect();
    assert_eq!(said, long);
    for page in &pages[1..] {
        assert_eq!(page[1], "A | B", "the head is repeated");
    }
}

/// Each annex counts its pages from 1, and shows no number on the first.
#[test]
fn annexes_are_numbered_on_their_own() {
    let pages = pages(&submission(20));
    let numbers: Vec<&str> = pages.iter().map(|page| page[0].as_str()).collect();
    assert!(numbers[0].contains("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
    assert!(numbers[1].starts_with("DANH SÁCH"));
    assert_eq!(&numbers[2..4], ["2", "3"]);
}
