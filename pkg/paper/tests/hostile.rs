//! Whatever the text is, both files are written, and other programs can read them.

#[expect(dead_code, reason = "other tests take the rest")]
mod sample;

use std::io::{Cursor, Read as _};

use hayro_syntax::Pdf;
use paper::{
    Align, Attachment, Block, Cell, Column, Day, Document, Header, Moment, Orientation, Picture, Run, Signature, Table,
};
use proptest::collection::vec;
use proptest::prelude::*;
use sample::{fonts, portrait};

/// Anything, and what is known to be hard.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => any::<String>(),
        3 => "[ -~À-ỹ\n]{0,80}",
        1 => Just("\u{0}\u{1}\u{8}\u{b}\u{1b}\u{7f}\u{85}\u{FFFE}\u{FFFF}\u{FEFF}\u{2028}\t\r\n".to_owned()),
        1 => Just("👩‍👩‍👧 🪪 漢字 ﷽ \u{E000}\u{10FFFD} e\u{302}\u{303}\u{323}".to_owned()),
        1 => Just("]]> & < > \" ' <!-- <?xml ?> <![CDATA[".to_owned()),
        1 => (1_usize..3_000).prop_map(|length| "W".repeat(length)),
        1 => (1_usize..800).prop_map(|length| "\n".repeat(length)),
    ]
}

fn cell() -> impl Strategy<Value = Cell> {
    let align = prop_oneof![Just(None), Just(Some(Align::Right)), Just(Some(Align::Justify))];
    (text(), any::<u8>(), any::<bool>(), align, 0_u32..9).prop_map(|(text, span, bold, align, picture)| Cell {
        runs: vec![Run { text, bold, italic: false }],
        picture: (picture == 0).then(|| portrait(1, "\u{0}")),
        span: span % 5,
        align,
    })
}

fn block() -> impl Strategy<Value = Block> {
    let column = (text(), any::<u16>()).prop_map(|(title, width)| Column::new(title, width));
    let rows = vec(vec(cell(), 0..5), 0..5);
    prop_oneof![
        text().prop_map(Block::text),
        text().prop_map(Block::heading),
        (text(), text()).prop_map(|(number, text)| Block::item(number, text)),
        Just(Block::PageBreak),
        any::<u16>().prop_map(Block::Space),
        (vec(column, 0..6), rows, proptest::option::of(vec(cell(), 0..5)), any::<bool>(), any::<u8>()).prop_map(
            |(columns, rows, sum, is_numbered, size)| Block::Table(Table { columns, rows, sum, is_numbered, size })
        ),
    ]
}

fn document() -> impl Strategy<Value = Document> {
    let header = (text(), text(), text(), text(), any::<(u16, u8, u8)>()).prop_map(
        |(superior, agency, number, place, (year, month, day))| Header {
            superior,
            agency,
            number,
            place,
            day: Some(Day { year, month, day }),
        },
    );
    let signature = (text(), text()).prop_map(|(capacity, name)| Signature::new(capacity, name));
    let parts = (vec(text(), 0..3), vec(block(), 0..6), vec(signature, 0..5), vec(text(), 0..4));
    (header, text(), text(), parts, text(), any::<bool>(), any::<Option<(u16, u8, u8, u8, u8, u8)>>()).prop_map(
        |(header, title, about, (to, body, signatures, recipients), stamp, is_landscape, written)| Document {
            header,
            attachments: vec![Attachment {
                title: title.clone(),
                about: about.clone(),
                body: body.clone(),
                ..Attachment::default()
            }],
            title,
            about,
            to,
            body,
            signatures,
            recipients,
            stamp,
            orientation: if is_landscape { Orientation::Landscape } else { Orientation::Portrait },
            written: written.map(|(year, month, day, hour, minute, second)| Moment {
                day: Day { year, month, day },
                hour,
                minute,
                second,
            }),
            ..Document::default()
        },
    )
}

fn check(document: &Document) {
    let pdf = document.to_pdf(fonts()).expect("the PDF file is written");
    let pages = paper::Layout::new(document, fonts()).page_count();
    assert_eq!(Pdf::new(pdf).expect("hayro reads it").pages().len(), pages);
    let docx = document.to_docx().expect("the DOCX file is written");
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).expect("it is an archive");
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("the part is there");
        let name = file.name().to_owned();
        if !name.ends_with(".jpeg") {
            let mut text = String::new();
            file.read_to_string(&mut text).expect("the part is UTF-8");
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_document_is_written(document in document()) {
        check(&document);
    }

    #[test]
    fn any_bytes_as_a_picture_end_in_an_answer(bytes in vec(any::<u8>(), 0..300), at in 0_usize..4_000, to in any::<u8>()) {
        let _ = Picture::portrait(bytes.into(), "");
        // a sound one with one byte changed may pass or not; what passes can be written or is refused
        let mut bytes = sample::jpeg(1).to_vec();
        let at = at % bytes.len();
        bytes[at] = to;
        if let Ok(picture) = Picture::portrait(bytes.into(), "") {
            let table = Table::new(vec![Column::new("", 1)]).row(vec![picture.into()]);
            let document = Document { body: vec![Block::Table(table)], ..Document::default() };
            let _ = document.to_pdf(fonts());
            document.to_docx().expect("the DOCX file is written");
        }
    }
}

#[test]
fn a_cell_of_ten_thousand_letters_and_a_word_without_end() {
    let columns = || vec![Column::new("A", 1), Column::new("B", u16::MAX), Column::new("C", 1)];
    for cell in ["x".repeat(10_000), "chữ ".repeat(2_500), "🪪".repeat(10_000), " ".repeat(10_000)] {
        let table = Table::new(columns()).row(vec![cell.clone().into(), cell.clone().into(), cell.into()]);
        check(&Document { body: vec![Block::Table(table)], ..Document::default() });
    }
}

#[test]
fn an_empty_document_is_one_page() {
    check(&Document::default());
    assert_eq!(paper::Layout::new(&Document::default(), fonts()).page_count(), 1);
}
