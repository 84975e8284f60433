//! A table's cells with the columns that they take; the same for both formats.

use std::borrow::Cow;
use std::ops::Range;

use crate::block::{Align, Cell, Run, Table};

/// A cell and its columns.
pub(crate) struct Placed<'a> {
    pub cell: Cow<'a, Cell>,
    pub columns: Range<usize>,
    pub align: Align,
}

/// Between rules and text in points: at the sides, above and below.
pub(crate) const PADDING: (f32, f32) = (4.0, 2.5);

/// Longer words are broken rather than given room.
const LONGEST: usize = 16;

/// Widths of the columns that fill `width`: their shares, but a column that could not hold its longest word takes from the others.
pub(crate) fn widths(table: &Table, width: f32) -> Vec<f32> {
    let share = |column: &crate::block::Column| f32::from(column.width.max(1));
    let all: f32 = table.columns.iter().map(share).sum();
    let widths: Vec<f32> = table.columns.iter().map(|column| share(column) / all * width).collect();
    let least = least(table);
    let (mut missing, mut spare) = (0.0, 0.0);
    for (width, least) in widths.iter().zip(&least) {
        missing += (least - width).max(0.0);
        spare += (width - least).max(0.0);
    }
    if missing == 0.0 || missing > spare * 0.75 {
        return widths;
    }
    let part = missing / spare;
    let fitted = |(width, least): (f32, &f32)| if width < *least { *least } else { width - (width - least) * part };
    widths.into_iter().zip(&least).map(fitted).collect()
}

/// What the columns need for their words.
fn least(table: &Table) -> Vec<f32> {
    let mut least = vec![0.0_f32; table.columns.len()];
    let size = size(table);
    for placed in head(table).into_iter().chain(rows(table)).flatten() {
        if placed.columns.len() > 1 {
            continue;
        }
        let runs = placed.cell.runs.iter().flat_map(|run| run.text.split_whitespace().map(|word| (word, run.bold)));
        let widest = runs.map(|(word, bold)| about(word, bold)).fold(0.0, f32::max);
        if let Some(least) = least.get_mut(placed.columns.start) {
            *least = least.max(widest * size + 2.0 * PADDING.0 + 1.0);
        }
    }
    least
}

/// About how wide a word is in Times New Roman for a size of 1. A DOCX file is written without fonts, and both are to have equal columns.
fn about(word: &str, bold: bool) -> f32 {
    if word.chars().nth(LONGEST).is_some() {
        return 0.0;
    }
    let letter = |letter: char| match letter {
        '0'..='9' => 0.5,
        'i' | 'j' | 'l' | 't' | 'f' | 'r' | 'I' | '.' | ',' | ':' | ';' | '/' | '(' | ')' | '-' | '\'' => 0.34,
        'm' | 'w' | 'M' | 'W' => 0.94,
        letter if letter.is_uppercase() => 0.73,
        _ => 0.5,
    };
    word.chars().map(letter).sum::<f32>() * if bold { 1.06 } else { 1.0 }
}

/// Size of its letters.
pub(crate) fn size(table: &Table) -> f32 {
    f32::from(if table.size == 0 { 12 } else { table.size.clamp(8, 14) })
}

/// The rows of its head.
pub(crate) fn head(table: &Table) -> Vec<Vec<Placed<'_>>> {
    let columns = table.columns.iter().enumerate();
    let row = |text: &dyn Fn(usize, &str) -> Cell| {
        let cell = |(index, column): (usize, &crate::block::Column)| Placed {
            cell: Cow::Owned(text(index, &column.title)),
            columns: index..index + 1,
            align: Align::Centre,
        };
        columns.clone().map(cell).collect::<Vec<_>>()
    };
    let mut rows = Vec::new();
    if table.columns.iter().any(|column| !column.title.is_empty()) {
        rows.push(row(&|_, title| Cell::bold(title)));
    }
    if table.is_numbered && !table.columns.is_empty() {
        let number =
            |index: usize, _: &str| Cell { runs: vec![Run::italic(format!("({})", index + 1))], ..Cell::default() };
        rows.push(row(&number));
    }
    rows
}

/// Its rows, and the sum in bold.
pub(crate) fn rows(table: &Table) -> impl Iterator<Item = Vec<Placed<'_>>> {
    let rows = table.rows.iter().map(|row| placed(table, row.iter().map(Cow::Borrowed)));
    let sum = table.sum.iter().map(|row| placed(table, row.iter().map(|cell| Cow::Owned(bold(cell)))));
    rows.chain(sum).filter(|row| !row.is_empty())
}

fn bold(cell: &Cell) -> Cell {
    let runs = cell.runs.iter().map(|run| Run { bold: true, ..run.clone() }).collect();
    Cell { runs, ..cell.clone() }
}

fn placed<'a>(table: &Table, cells: impl Iterator<Item = Cow<'a, Cell>>) -> Vec<Placed<'a>> {
    let count = table.columns.len();
    let mut row = Vec::with_capacity(count);
    let mut next = 0;
    for cell in cells.chain(std::iter::repeat_with(|| Cow::Owned(Cell::default()))) {
        let Some(column) = table.columns.get(next) else { break };
        let end = (next + usize::from(cell.span.max(1))).min(count);
        let align = cell.align.unwrap_or(column.align);
        row.push(Placed { cell, columns: next..end, align });
        next = end;
    }
    row
}
