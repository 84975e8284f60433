//! Proof sheets: several sides on A4 with crop marks, to be looked at, cut out and signed.

use super::content::Content;
use super::{Error, Side, Writer};
use crate::ink::Ink;
use crate::length::{Emu, Point, Rect};
use crate::scene::{Node, Path, Segment};

/// ISO 216.
const A4: (Emu, Emu) = (Emu::um(210_000), Emu::um(297_000));
/// Between two sides.
const GAP: Emu = Emu::um(3_000);
/// From a side's corner to its marks.
const AWAY: Emu = Emu::um(500);
/// Length of a mark; the marks of two neighbours lie on each other.
const MARK: Emu = Emu::um(2_000);
/// A quarter of a point.
const LINE: Emu = Emu(Emu::PER_PT / 4);

/// Whether a sheet shows where it is cut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Marks {
    /// It does not.
    #[default]
    None,
    /// Two lines at each corner of each side.
    Crop,
}

impl Writer {
    /// Adds A4 sheets with these sides in rows, in their order, at their own size; as many to a sheet as have room (ten of the card's: two
    /// beside each other, five rows). A card's front and back given in turn stand beside each other.
    ///
    /// # Errors
    /// [`Error::Picture`], after which the file goes on without the sheet, and [`Error::TooLong`].
    pub fn sheets(&mut self, sides: &[Side<'_>], marks: Marks, out: &mut Vec<u8>) -> Result<(), Error> {
        let fold = |size: fn(&Side<'_>) -> Emu| sides.iter().map(size).max().unwrap_or_default();
        let grid = Grid::new(fold(|side| side.scene.width), fold(|side| side.scene.height));
        for sheet in sides.chunks(grid.columns * grid.rows) {
            self.sheet(sheet, &grid, marks)?;
            self.objects.drain(out)?;
        }
        Ok(())
    }

    fn sheet(&mut self, sides: &[Side<'_>], grid: &Grid, marks: Marks) -> Result<(), Error> {
        let mut page = Content::new(A4.1, &self.options);
        for (index, side) in sides.iter().enumerate() {
            let (width, height) = (side.scene.width, side.scene.height);
            let ground = self.ground(*side)?;
            let mut content = Content::new(height, &self.options);
            self.draw(&mut content, side.scene, ground)?;
            let form = self.put_form(&content, (width, height));
            let corner = grid.corner(index);
            let place = Rect::new(corner.x, corner.y, width, height);
            page.form(form.number, Some(Point::new(place.x, place.bottom())));
            page.is_transparent |= form.is_transparent;
            if marks == Marks::Crop {
                page.node(&crop_marks(place), &mut self.faces, &mut self.objects)?;
            }
        }
        self.put_page(&page, A4);
        Ok(())
    }
}

/// Where the sides stand: in the sheet's middle.
struct Grid {
    columns: usize,
    rows: usize,
    first: Point,
    step: Point,
}

impl Grid {
    fn new(width: Emu, height: Emu) -> Self {
        let room = |page: Emu, side: Emu| ((page + GAP).0 / (side + GAP).0.max(1)).max(1);
        let (columns, rows) = (room(A4.0, width), room(A4.1, height));
        let rest = |page: Emu, side: Emu, count: i32| (page - (side + GAP) * count + GAP) / 2;
        Grid {
            columns: columns.unsigned_abs() as usize,
            rows: rows.unsigned_abs() as usize,
            first: Point::new(rest(A4.0, width, columns), rest(A4.1, height, rows)),
            step: Point::new(width + GAP, height + GAP),
        }
    }

    /// Upper left corner of the side with this number on its sheet.
    fn corner(&self, index: usize) -> Point {
        let steps = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let (column, row) = (steps(index % self.columns), steps(index / self.columns));
        self.first + Point::new(self.step.x * column, self.step.y * row)
    }
}

/// Two lines at each corner, outside of the side.
fn crop_marks(side: Rect) -> Node {
    let mut path = Path::default();
    let mut line = |from, to| path.0.extend([Segment::Move(from), Segment::Line(to)]);
    for (x, out) in [(side.x, -1), (side.right(), 1)] {
        for (y, down) in [(side.y, -1), (side.bottom(), 1)] {
            let (near, far) = (AWAY, AWAY + MARK);
            line(Point::new(x + near * out, y), Point::new(x + far * out, y));
            line(Point::new(x, y + near * down), Point::new(x, y + far * down));
        }
    }
    Node::Stroke { path, width: LINE, ink: Ink::Black }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_cards_have_room_with_their_marks() {
        let (width, height) = (Emu::um(85_725), Emu::um(53_975));
        let grid = Grid::new(width, height);
        assert_eq!((grid.columns, grid.rows), (2, 5));
        // printers leave about 5 mm of the sheet's edge white
        let printable = Rect::new(Emu::ZERO, Emu::ZERO, A4.0, A4.1).grown(-Emu::um(5_000));
        let sides: Vec<Rect> =
            (0..10).map(|index| grid.corner(index)).map(|at| Rect::new(at.x, at.y, width, height)).collect();
        for (index, side) in sides.iter().enumerate() {
            assert!(printable.contains(&side.grown(AWAY + MARK)));
            assert!(sides[..index].iter().all(|before| !before.grown(AWAY + MARK).overlaps(side)), "marks are outside");
        }
    }

    #[test]
    fn a_side_larger_than_the_sheet_gets_one_to_itself() {
        let grid = Grid::new(Emu::um(900_000), Emu::um(900_000));
        assert_eq!((grid.columns, grid.rows), (1, 1));
    }
}
