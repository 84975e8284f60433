//! Cells side by side: a table's row, or the columns of header and signatures.

use super::{Item, Kind};

/// A line or a picture in a cell, whose items count from its upper edge.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    pub height: f32,
    pub items: Vec<Item>,
}

#[derive(Clone, Debug)]
pub(super) struct CellBox {
    /// From the page's left edge.
    pub x: f32,
    pub width: f32,
    pub chunks: Vec<Chunk>,
}

/// Cells that begin at one height.
#[derive(Clone, Debug, Default)]
pub(super) struct RowBox {
    pub cells: Vec<CellBox>,
    /// Between a rule and what it frames; without rules 0.
    pub padding: f32,
    pub has_rules: bool,
    /// Whether cells stand in the middle of the row's height.
    pub is_centred: bool,
}

/// Thickness of a table's rules in points.
const RULE: f32 = 0.5;

impl CellBox {
    fn height(&self) -> f32 {
        self.chunks.iter().map(|chunk| chunk.height).sum()
    }
}

impl RowBox {
    pub(super) fn height(&self) -> f32 {
        self.cells.iter().map(CellBox::height).fold(0.0, f32::max) + 2.0 * self.padding
    }

    /// What of the row has room in `height`, and the rest. At least one chunk is taken where `must` says so.
    pub(super) fn split(self, height: f32, must: bool) -> (Option<RowBox>, Option<RowBox>) {
        let room = height - 2.0 * self.padding;
        let (mut above, mut below) = (RowBox { is_centred: false, ..self.clone() }, self);
        let mut is_taken = false;
        for (first, rest) in above.cells.iter_mut().zip(&mut below.cells) {
            let mut used = 0.0;
            let fits = |chunk: &Chunk| {
                used += chunk.height;
                used <= room
            };
            let count = first.chunks.iter().map(fits).take_while(|fits| *fits).count();
            // what is higher than a page is drawn over its edge rather than for ever put off
            let count = if must { count.max(1) } else { count }.min(first.chunks.len());
            is_taken |= count > 0;
            first.chunks.truncate(count);
            rest.chunks.drain(..count);
        }
        let is_left = below.cells.iter().any(|cell| !cell.chunks.is_empty());
        (is_taken.then_some(above), is_left.then_some(RowBox { is_centred: false, ..below }))
    }

    /// The row on the page, its upper edge at `y`.
    pub(super) fn items(self, y: f32, out: &mut Vec<Item>) {
        let height = self.height();
        let rule = |x, y, width, height| Item { element: None, x, y, kind: Kind::Rule { width, height } };
        if self.has_rules
            && let (Some(first), Some(last)) = (self.cells.first(), self.cells.last())
        {
            let (left, right) = (first.x, last.x + last.width);
            out.extend([y, y + height].map(|y| rule(left - RULE / 2.0, y - RULE / 2.0, right - left + RULE, RULE)));
            let edges = self.cells.iter().map(|cell| cell.x).chain([right]);
            out.extend(edges.map(|x| rule(x - RULE / 2.0, y, RULE, height)));
        }
        for cell in self.cells {
            let free = height - 2.0 * self.padding - cell.height();
            let mut top = y + self.padding + if self.is_centred { free / 2.0 } else { 0.0 };
            for chunk in cell.chunks {
                out.extend(chunk.items.into_iter().map(|item| Item { y: item.y + top, ..item }));
                top += chunk.height;
            }
        }
    }
}
