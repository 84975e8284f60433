//! The form that 30/2020/NĐ-CP gives a document (Phụ lục I): what stands where, in which letters. Written once, for both formats.

mod close;
mod head;

use crate::block::{Align, Block, Paragraph, Run, Table};
use crate::document::{Attachment, Document, Orientation, TextSize};

/// A length in points.
pub(crate) fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

/// Margins in millimetres (mục I §2): 20–25 above and below, 30–35 left, 15–20 right.
pub(crate) const TOP: f32 = 20.0;
pub(crate) const BOTTOM: f32 = 20.0;
pub(crate) const LEFT: f32 = 30.0;
pub(crate) const RIGHT: f32 = 15.0;
/// From the page's upper edge to the middle of the line that the page's number stands in.
pub(crate) const NUMBER: f32 = 12.0;
/// First lines of running text: 1 to 1.27 cm (mục II §5).
const INDENT: f32 = 12.7;
/// Between paragraphs, at least 6 points (mục II §5).
const BETWEEN: f32 = 6.0;

/// Width and height of a page in points.
pub(crate) fn page(orientation: Orientation) -> (f32, f32) {
    match orientation {
        Orientation::Portrait => (mm(210.0), mm(297.0)),
        Orientation::Landscape => (mm(297.0), mm(210.0)),
    }
}

/// Width of the text in points.
pub(crate) fn text_width(orientation: Orientation) -> f32 {
    page(orientation).0 - mm(LEFT + RIGHT)
}

/// The sizes of letters that go together.
#[derive(Clone, Copy)]
pub(crate) struct Sizes {
    pub text: f32,
    /// Name of the state, agencies, number.
    pub head: f32,
}

impl From<TextSize> for Sizes {
    fn from(size: TextSize) -> Self {
        match size {
            TextSize::Thirteen => Sizes { text: 13.0, head: 12.0 },
            TextSize::Fourteen => Sizes { text: 14.0, head: 13.0 },
        }
    }
}

/// What a paragraph is, for who has it read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Text,
    Heading(u16),
}

/// A paragraph with everything that both formats have to know.
#[derive(Clone, Debug)]
pub(crate) struct Para {
    pub runs: Vec<Run>,
    pub size: f32,
    pub align: Align,
    /// Of the first line, in points.
    pub indent: f32,
    /// Of all lines.
    pub left: f32,
    /// Space above.
    pub before: f32,
    /// Whether it stays with what follows.
    pub keep: bool,
    pub role: Role,
    /// The rule below: its length in points.
    pub rule: Option<f32>,
}

impl Para {
    pub(crate) fn new(runs: Vec<Run>, size: f32, align: Align) -> Self {
        Para { runs, size, align, indent: 0.0, left: 0.0, before: 0.0, keep: false, role: Role::Text, rule: None }
    }

    fn before(self, before: f32) -> Self {
        Para { before, ..self }
    }

    fn role(self, role: Role) -> Self {
        Para { role, keep: true, ..self }
    }

    fn rule(self, length: f32) -> Self {
        Para { rule: Some(length), ..self }
    }
}

/// Paragraphs side by side, on one page.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    /// Each one's share of the width; they add up to 1.
    pub shares: Vec<f32>,
    pub cells: Vec<Vec<Para>>,
    pub before: f32,
    /// Whether it closes the document: the end of the body stays with it.
    pub is_closing: bool,
}

/// What pages are made of.
#[derive(Clone, Debug)]
pub(crate) enum Piece<'a> {
    Para(Para),
    Columns(Columns),
    Table(&'a Table),
    Break,
    Space(f32),
}

/// Pages that are numbered together and lie alike.
#[derive(Clone, Debug)]
pub(crate) struct Section<'a> {
    /// For the outline.
    pub title: String,
    pub orientation: Orientation,
    pub pieces: Vec<Piece<'a>>,
}

/// A document in pieces.
pub(crate) fn sections(document: &Document) -> Vec<Section<'_>> {
    let sizes = Sizes::from(document.size);
    let mut pieces = head::pieces(document, sizes);
    body(&mut pieces, &document.body, sizes, if document.title.is_empty() { 1 } else { 2 });
    close::pieces(&mut pieces, &document.signatures, &document.recipients, sizes);
    let main = Section { title: name(document), orientation: document.orientation, pieces };
    std::iter::once(main).chain(document.attachments.iter().map(|attachment| annex(attachment, sizes))).collect()
}

/// What the document is called in a list of files.
pub(crate) fn name(document: &Document) -> String {
    let parts = [&document.title, &document.about, &document.header.number];
    let parts = parts.map(|part| crate::text::clean(part).replace('\n', " "));
    let name = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    if name.is_empty() { String::from("Văn bản") } else { name }
}

/// Phụ lục I, mục IV: the annex has a title of its own, and below it what it belongs to.
fn annex(attachment: &Attachment, sizes: Sizes) -> Section<'_> {
    let title = if attachment.title.is_empty() { "Phụ lục" } else { &attachment.title };
    let mut pieces = Vec::new();
    head::title(&mut pieces, title, sizes.text, 0.0);
    if !attachment.about.is_empty() {
        let about = Run::italic(attachment.about.clone());
        let about = Para::new(vec![about], sizes.text, Align::Centre).rule(mm(30.0));
        pieces.push(Piece::Para(Para { keep: true, ..about }));
    }
    pieces.push(Piece::Space(mm(3.0)));
    body(&mut pieces, &attachment.body, sizes, 2);
    close::pieces(&mut pieces, &attachment.signatures, &[], sizes);
    let title = crate::text::clean(title).replace('\n', " ");
    Section { title, orientation: attachment.orientation, pieces }
}

fn body<'a>(pieces: &mut Vec<Piece<'a>>, blocks: &'a [Block], sizes: Sizes, level: u16) {
    for block in blocks {
        let piece = match block {
            Block::Paragraph(paragraph) => Piece::Para(running(paragraph, sizes)),
            Block::Item(number, runs) => {
                let runs = std::iter::once(Run::new(format!("{number} "))).chain(runs.iter().cloned()).collect();
                Piece::Para(running(&Paragraph { runs, align: Align::Justify, is_indented: true }, sizes))
            }
            Block::Heading(text) => {
                let heading = Para::new(vec![Run::bold(text.clone())], sizes.text, Align::Left).before(BETWEEN);
                Piece::Para(Para { indent: mm(INDENT), ..heading.role(Role::Heading(level)) })
            }
            Block::Table(table) => {
                pieces.push(Piece::Space(BETWEEN));
                Piece::Table(table)
            }
            Block::PageBreak => Piece::Break,
            Block::Space(height) => Piece::Space(mm((*height).into())),
        };
        pieces.push(piece);
    }
}

fn running(paragraph: &Paragraph, sizes: Sizes) -> Para {
    let indent = if paragraph.is_indented { mm(INDENT) } else { 0.0 };
    let para = Para::new(paragraph.runs.clone(), sizes.text, paragraph.align).before(BETWEEN);
    Para { indent, ..para }
}
