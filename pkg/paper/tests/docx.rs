//! DOCX as another program reads it: unpacked, and parsed by roxmltree.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sample;

use std::io::{Cursor, Read as _};

use paper::{Day, Document, Moment};
use roxmltree::{Document as Xml, Node};
use sample::documents::{destruction, handover, ledger, profile, submission};
use zip::ZipArchive;

const WORD: &str = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

fn parts(document: &Document) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(document.to_docx().unwrap())).expect("it is an archive");
    let count = archive.len();
    let part = |index| {
        let mut file = archive.by_index(index).expect("the part is there");
        assert_eq!(file.last_modified().map(|time| time.year()), Some(1980));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("the part can be read");
        (file.name().to_owned(), bytes)
    };
    (0..count).map(part).collect()
}

fn part(document: &Document, name: &str) -> String {
    let bytes = parts(document).into_iter().find(|(part, _)| part == name).expect("the part is there").1;
    String::from_utf8(bytes).expect("UTF-8")
}

fn named<'a>(root: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    root.descendants().filter(move |node| node.has_tag_name((WORD, name)))
}

/// Paragraphs as text.
fn paragraphs(xml: &Xml<'_>) -> Vec<String> {
    let text = |node: Node<'_, '_>| {
        let pieces = node.descendants().filter_map(|inner| match inner.tag_name().name() {
            "t" => inner.text(),
            "br" => Some("\n"),
            _ => None,
        });
        pieces.collect::<String>()
    };
    xml.descendants().filter(|node| node.has_tag_name((WORD, "p"))).map(text).filter(|text| !text.is_empty()).collect()
}

#[test]
fn every_part_is_xml_and_every_relation_leads_somewhere() {
    for document in [submission(3), handover(40), destruction(), ledger(30), profile()] {
        let parts = parts(&document);
        let has = |name: &str| parts.iter().any(|(part, _)| part == name);
        for (name, bytes) in &parts {
            if name.ends_with(".xml") || name.ends_with(".rels") {
                let text = std::str::from_utf8(bytes).expect("UTF-8");
                Xml::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
        let relations = part(&document, "word/_rels/document.xml.rels");
        let relations = Xml::parse(&relations).unwrap();
        let known: Vec<(&str, &str)> = relations
            .descendants()
            .filter_map(|node| Some((node.attribute("Id")?, node.attribute("Target")?)))
            .collect();
        for (id, target) in &known {
            assert!(has(&format!("word/{target}")), "{id} leads to {target}");
        }
        let text = part(&document, "word/document.xml");
        for piece in text.split("r:embed=\"").chain(text.split("r:id=\"")).skip(1) {
            let id = piece.split('"').next().unwrap();
            assert!(id.starts_with("<?xml") || known.iter().any(|(known, _)| *known == id), "{id} is known");
        }
    }
}

/// The same words stand in both files: one model, two formats.
#[test]
fn it_says_what_the_pages_say() {
    for document in [submission(3), handover(40), destruction(), profile()] {
        let text = part(&document, "word/document.xml");
        let words = |text: &str| {
            let mut words: Vec<String> =
                text.split([' ', '\n', '|']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
            words.sort();
            words
        };
        let mut said = paragraphs(&Xml::parse(&text).unwrap()).join("\n");
        let pages = paper::Layout::new(&document, sample::fonts()).to_text();
        // page numbers and the stamp stand in parts of their own; pictures are none of the words
        said.push('\n');
        said.push_str(&document.stamp);
        let pages: Vec<&str> =
            pages.lines().filter(|line| !line.starts_with("===") && line.parse::<u8>().is_err()).collect();
        let pages = pages.join("\n").replace("[85 × 113 pt]", "");
        assert_eq!(words(&said), words(&pages));
    }
}

#[test]
fn heads_are_repeated_and_rows_stay_whole() {
    let text = part(&ledger(30), "word/document.xml");
    let xml = Xml::parse(&text).unwrap();
    assert_eq!(named(xml.root(), "tblHeader").count(), 2);
    // the head, 30 rows, the sum; and six rows of header and signatures
    assert_eq!(named(xml.root(), "tr").count(), named(xml.root(), "cantSplit").count());
    let size = named(xml.root(), "pgSz").next().expect("the page has a size");
    assert_eq!([size.attribute((WORD, "w")), size.attribute((WORD, "h"))], [Some("16838"), Some("11906")]);
    assert_eq!(size.attribute((WORD, "orient")), Some("landscape"));
}

#[test]
fn pictures_are_jpegs_and_each_is_there_once() {
    let mut document = submission(3);
    document.attachments.extend(submission(3).attachments);
    let pictures: Vec<_> = parts(&document).into_iter().filter(|(name, _)| name.ends_with(".jpeg")).collect();
    assert_eq!(pictures.len(), 3);
    assert!(pictures.iter().all(|(_, bytes)| bytes.starts_with(&[0xFF, 0xD8])));
    assert_eq!(part(&document, "word/document.xml").matches("<a:blip").count(), 6);
    assert_eq!(part(&document, "word/document.xml").matches("Ảnh chân dung của Trần Văn Bình").count(), 2);
}

#[test]
fn face_language_and_title_are_set() {
    let document = Document {
        written: Some(Moment { day: Day { year: 2026, month: 2, day: 5 }, hour: 3, minute: 4, second: 5 }),
        ..handover(4)
    };
    let styles = part(&document, "word/styles.xml");
    assert!(styles.contains("w:ascii=\"Times New Roman\"") && styles.contains("<w:lang w:val=\"vi-VN\""));
    let core = part(&document, "docProps/core.xml");
    assert!(core.contains("<dc:title>Biên bản · Bàn giao thẻ điện tử") && core.contains("2026-02-05T03:04:05Z"));
    assert!(part(&document, "word/header1.xml").contains(" PAGE "));
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(submission(3).to_docx().unwrap(), submission(3).to_docx().unwrap());
}
