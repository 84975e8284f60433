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

/// Widths of the columns that fill `width`.
pub(crate) fn widths(table: &Table, width: f32) -> Vec<f32> {
    let share = |column: &crate::block::Column| f32::from(column.width.max(1));
    let all: f32 = table.columns.iter().map(share).sum();
    table.columns.iter().map(|column| share(column) / all * width).collect()
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
        let number = |index: usize, _: &str| Cell { runs: vec![Run::italic(format!("({})", index + 1))], ..Cell::default() };
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
