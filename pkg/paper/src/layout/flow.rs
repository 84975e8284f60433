//! A section as a column of strips, which pages are then cut from.

use super::row::{CellBox, Chunk, RowBox};
use super::tree::{Element, Tag, add};
use super::{Item, Kind, line, table};
use crate::font::{Fonts, Style};
use crate::form::{Columns, LEFT, Para, Piece, Role, Section, mm, text_width};

/// The strips of a section.
#[derive(Default)]
pub(super) struct Flow {
    pub strips: Vec<Strip>,
    /// By table: the rows that stand above its rows on every further page.
    pub heads: Vec<Vec<RowBox>>,
}

/// Something that stands on one page.
pub(super) struct Strip {
    /// Space above, except at the top of a page.
    pub before: f32,
    /// Whether it stays with the next.
    pub keep: bool,
    pub content: Content,
}

pub(super) enum Content {
    Chunk(Chunk),
    /// The columns of header or signatures.
    Columns(RowBox),
    /// A row of the table of that number; `is_head` if it belongs to its head.
    Row {
        row: RowBox,
        table: usize,
        is_head: bool,
    },
    Break,
}

impl Content {
    pub(super) fn height(&self) -> f32 {
        match self {
            Content::Chunk(chunk) => chunk.height,
            Content::Columns(row) | Content::Row { row, .. } => row.height(),
            Content::Break => 0.0,
        }
    }
}

/// Thickness of the rules below names and titles.
const RULE: f32 = 0.75;
/// What stays with the signatures: two lines or rows.
const KEPT: usize = 2;

impl Flow {
    pub(super) fn new(section: &Section<'_>, fonts: &Fonts, elements: &mut Vec<Element>) -> Self {
        let mut flow = Flow::default();
        let (left, width) = (mm(LEFT), text_width(section.orientation));
        let mut space = 0.0;
        for piece in &section.pieces {
            let begun = flow.strips.len();
            match piece {
                Piece::Para(para) => flow.para(para, left, width, fonts, elements),
                Piece::Columns(columns) => flow.columns(columns, left, width, fonts, elements),
                Piece::Table(of) => {
                    let number = flow.heads.len();
                    let set = table::rows(of, left, width, fonts, elements);
                    flow.heads.push(set.repeated);
                    let rows = |is_head, rows: Vec<RowBox>| {
                        rows.into_iter().map(move |row| Strip {
                            before: 0.0,
                            keep: is_head,
                            content: Content::Row { row, table: number, is_head },
                        })
                    };
                    flow.strips.extend(rows(true, set.head));
                    flow.strips.extend(rows(false, set.rows));
                    // a sum does not stand without a row above it
                    if set.has_sum && flow.strips.len() >= 2 {
                        let last = flow.strips.len() - 2;
                        flow.strips[last].keep = true;
                    }
                }
                Piece::Break => flow.strips.push(Strip { before: 0.0, keep: false, content: Content::Break }),
                Piece::Space(height) => space += height,
            }
            if let Some(strip) = flow.strips.get_mut(begun) {
                strip.before += std::mem::take(&mut space);
            }
        }
        flow
    }

    fn para(&mut self, para: &Para, left: f32, width: f32, fonts: &Fonts, elements: &mut Vec<Element>) {
        let chunks = chunks(para, left, width, fonts, elements);
        let count = chunks.len();
        for (index, chunk) in chunks.into_iter().enumerate() {
            // neither the first nor the last line of a paragraph stands alone; a rule stays with what is above it
            let is_edge = index + 1 < count && (index == 0 || index + 2 == count || para.rule.is_some());
            let keep = is_edge || (para.keep && index + 1 == count);
            let before = if index == 0 { para.before } else { 0.0 };
            self.strips.push(Strip { before, keep, content: Content::Chunk(chunk) });
        }
    }

    fn columns(&mut self, columns: &Columns, left: f32, width: f32, fonts: &Fonts, elements: &mut Vec<Element>) {
        let mut x = left;
        let mut row = RowBox::default();
        for (share, paras) in columns.shares.iter().zip(&columns.cells) {
            let own = share * width;
            let set = |para: &Para| {
                let mut chunks = chunks(para, x, own, fonts, elements);
                if let Some(first) = chunks.first_mut() {
                    first.height += para.before;
                    first.items.iter_mut().for_each(|item| item.y += para.before);
                }
                chunks
            };
            row.cells.push(CellBox { x, width: own, chunks: paras.iter().flat_map(set).collect() });
            x += own;
        }
        if columns.is_closing {
            let body = self.strips.iter_mut().rev().take_while(|strip| !matches!(strip.content, Content::Break));
            body.take(KEPT).for_each(|strip| strip.keep = true);
        }
        self.strips.push(Strip { before: columns.before, keep: false, content: Content::Columns(row) });
    }
}

/// A paragraph's lines, and the rule below them.
pub(super) fn chunks(para: &Para, left: f32, width: f32, fonts: &Fonts, elements: &mut Vec<Element>) -> Vec<Chunk> {
    let tag = match para.role {
        Role::Text => Tag::Text,
        Role::Heading(level) => {
            let text: String = para.runs.iter().map(|run| crate::text::clean(&run.text)).collect();
            Tag::Heading(level, text.replace('\n', " "))
        }
    };
    let is_empty = para.runs.iter().all(|run| run.text.is_empty());
    let element = (!is_empty).then(|| add(elements, tag, None));
    let face = fonts.face(Style::default());
    let (left, width) = (left + para.left, width - para.left);
    let lines = line::lines(fonts, &para.runs, para.size, width - para.indent, width);
    let mut chunks = Vec::with_capacity(lines.len() + 1);
    for (index, line) in lines.into_iter().enumerate() {
        let indent = if index == 0 { para.indent } else { 0.0 };
        let base = face.ascent * para.size;
        let items = line.items(left + indent, base, width - indent, para.align, para.size, element);
        chunks.push(Chunk { height: face.line * para.size, items });
    }
    if let Some(length) = para.rule {
        let length = length.min(width);
        let kind = Kind::Rule { width: length, height: RULE };
        let item = Item { element: None, x: left + (width - length) / 2.0, y: 2.0, kind };
        chunks.push(Chunk { height: 4.0, items: vec![item] });
    }
    chunks
}
