//! A table's rows.

use super::row::{CellBox, Chunk, RowBox};
use super::tree::{Element, Tag, add};
use super::{Item, Kind, line};
use crate::block::{Align, Cell, Run, Table};
use crate::font::{Fonts, Style};
use crate::grid::{self, PADDING, Placed};

pub(super) struct Set {
    pub head: Vec<RowBox>,
    /// The head as it stands on further pages, where it belongs to no element.
    pub repeated: Vec<RowBox>,
    pub rows: Vec<RowBox>,
    pub has_sum: bool,
}

/// Where a cell stands.
struct Place {
    x: f32,
    width: f32,
    size: f32,
    align: Align,
    element: usize,
}

pub(super) fn rows(table: &Table, left: f32, width: f32, fonts: &Fonts, elements: &mut Vec<Element>) -> Set {
    let widths = grid::widths(table, width);
    let size = grid::size(table);
    let whole = add(elements, Tag::Table, None);
    let row = |cells: &[Placed<'_>], part: usize, is_head: bool, elements: &mut Vec<Element>| {
        let element = add(elements, Tag::Row, Some(part));
        let set = cells.iter().map(|placed| {
            let span = placed.columns.len() as u32;
            let tag = if is_head { Tag::HeadCell(span) } else { Tag::Cell(span) };
            let x = left + widths[..placed.columns.start].iter().sum::<f32>();
            let own = widths[placed.columns.clone()].iter().sum::<f32>();
            let element = add(elements, tag, Some(element));
            let place = Place { x, width: own, size, align: placed.align, element };
            CellBox { x, width: own, chunks: chunks(&placed.cell, &place, fonts, elements) }
        });
        RowBox { cells: set.collect(), padding: PADDING.1, has_rules: true, is_centred: true }
    };
    let part = add(elements, Tag::Head, Some(whole));
    let head: Vec<RowBox> = grid::head(table).iter().map(|cells| row(cells, part, true, elements)).collect();
    let part = add(elements, Tag::Body, Some(whole));
    let rows: Vec<RowBox> = grid::rows(table).map(|cells| row(&cells, part, false, elements)).collect();
    let mut repeated = head.clone();
    let items = repeated.iter_mut().flat_map(|row| &mut row.cells).flat_map(|cell| &mut cell.chunks);
    items.flat_map(|chunk| &mut chunk.items).for_each(|item| item.element = None);
    Set { head, repeated, rows, has_sum: table.sum.is_some() }
}

fn chunks(cell: &Cell, place: &Place, fonts: &Fonts, elements: &mut Vec<Element>) -> Vec<Chunk> {
    let (x, width) = (place.x + PADDING.0, (place.width - 2.0 * PADDING.0).max(1.0));
    let mut chunks = Vec::new();
    if let Some(picture) = &cell.picture {
        let (across, down) = picture.size_within(width);
        let alt = crate::text::clean(&picture.alt);
        let alt = if alt.is_empty() { String::from("Ảnh") } else { alt };
        let element = add(elements, Tag::Figure(alt), Some(place.element));
        let kind = Kind::Picture { picture: picture.clone(), width: across, height: down };
        let item = Item { element: Some(element), x: x + (width - across) / 2.0, y: 0.0, kind };
        chunks.push(Chunk { height: down, items: vec![item] });
    }
    if cell.picture.is_none() || cell.runs.iter().any(|run: &Run| !run.text.is_empty()) {
        let face = fonts.face(Style::default());
        let lines = line::lines(fonts, &cell.runs, place.size, width, width);
        chunks.extend(lines.into_iter().map(|line| {
            let base = face.ascent * place.size;
            let items = line.items(x, base, width, place.align, place.size, Some(place.element));
            Chunk { height: face.line * place.size, items }
        }));
    }
    chunks
}
