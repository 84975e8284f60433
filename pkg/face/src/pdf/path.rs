//! Outlines as path operators (ISO 32000-1 §8.5.2). PDF's y runs upwards: every coordinate is taken from the page's height while it is
//! still a whole number.

use super::number::{DIGITS, grains, push_decimal, push_integer, push_length, rounded};
use crate::length::{Emu, Point};
use crate::scene::{Path, Segment};

/// Fewer rectangles are not worth a grid of their own.
const LATTICE: usize = 8;

/// A module smaller than this (0.01 pt) makes whole numbers longer than decimals.
const FINEST: u32 = 127;

/// Appends the segments; a path of upright rectangles as `re`.
pub(super) fn push_path(out: &mut Vec<u8>, path: &Path, height: Emu) {
    if let Some(rects) = rects(path) {
        for Upright { from, to } in rects {
            let [left, right] = [from.x, to.x].map(grains);
            let [bottom, top] = [height - from.y, height - to.y].map(grains);
            // width and height from rounded edges, so that neighbours share an edge
            for number in [left, bottom, right - left, top - bottom] {
                push_decimal(out, number, DIGITS);
            }
            out.extend_from_slice(b"re\n");
        }
        return;
    }
    let push = |out: &mut Vec<u8>, point: Point| {
        push_length(out, point.x);
        push_length(out, height - point.y);
    };
    for (index, segment) in path.0.iter().enumerate() {
        let operator: &[u8] = match *segment {
            Segment::Move(to) => {
                push(out, to);
                b"m\n"
            }
            Segment::Line(to) => {
                push(out, to);
                // a path without a beginning begins where it first goes
                if index == 0 { b"m\n" } else { b"l\n" }
            }
            Segment::Cubic(a, b, to) => {
                if index == 0 {
                    push(out, a);
                    out.extend_from_slice(b"m\n");
                }
                push(out, a);
                push(out, b);
                push(out, to);
                b"c\n"
            }
            Segment::Close if index == 0 => b"",
            Segment::Close => b"h\n",
        };
        out.extend_from_slice(operator);
    }
}

/// Appends a path of many rectangles that stand on a common grid, such as a QR code's modules, as whole numbers of that grid's unit:
/// every module stays exactly on its place, and the numbers are short. Says whether the path is such a one; the caller saves the
/// graphics state before and restores it after painting.
pub(super) fn push_lattice(out: &mut Vec<u8>, path: &Path, height: Emu) -> bool {
    if path.0.len() < LATTICE * RECT {
        return false;
    }
    let Some(mut all) = rects(path) else { return false };
    let Some(first) = all.next().map(|rect| rect.from) else { return false };
    let mut unit = 0;
    for Upright { from, to } in rects(path).into_iter().flatten() {
        for step in [from.x - first.x, from.y - first.y, to.x - from.x, to.y - from.y] {
            unit = gcd(step.0.unsigned_abs(), unit);
            if unit == 1 {
                return false;
            }
        }
    }
    let Ok(step) = i32::try_from(unit) else { return false };
    if unit < FINEST {
        return false;
    }
    const SCALE: u32 = 9;
    let scale = rounded(i64::from(step) * 10_i64.pow(SCALE), Emu::PER_PT.into());
    push_decimal(out, scale, SCALE);
    out.extend_from_slice(b"0 0 ");
    push_decimal(out, scale, SCALE);
    push_length(out, first.x);
    push_length(out, height - first.y);
    out.extend_from_slice(b"cm\n");
    for Upright { from, to } in rects(path).into_iter().flatten() {
        for number in [from.x - first.x, first.y - from.y, to.x - from.x, from.y - to.y] {
            push_integer(out, (number.0 / step).into());
        }
        out.extend_from_slice(b"re\n");
    }
    true
}

/// Segments of a rectangle as [`Path::push_rect`] writes them.
const RECT: usize = 5;

/// Two opposite corners.
#[derive(Clone, Copy)]
struct Upright {
    from: Point,
    to: Point,
}

/// The path's rectangles, where it has nothing else; each begins and turns as `re` does, so that windings stay what they are.
fn rects(path: &Path) -> Option<impl Iterator<Item = Upright>> {
    fn upright(segments: &[Segment]) -> Option<Upright> {
        match *segments {
            [Segment::Move(a), Segment::Line(b), Segment::Line(c), Segment::Line(d), Segment::Close]
                if a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x =>
            {
                Some(Upright { from: a, to: c })
            }
            _ => None,
        }
    }
    let chunks = path.0.chunks(RECT);
    let all = chunks.clone().all(|segments| upright(segments).is_some());
    all.then(|| chunks.filter_map(upright))
}

fn gcd(a: u32, b: u32) -> u32 {
    // nearly always the one divides the other
    if b != 0 && a.is_multiple_of(b) {
        return b;
    }
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::length::Rect;

    const HEIGHT: Emu = Emu::pt(153);

    fn written(path: &Path) -> String {
        let mut out = Vec::new();
        push_path(&mut out, path, HEIGHT);
        String::from_utf8(out).unwrap()
    }

    fn grid(unit: Emu) -> (bool, String) {
        let mut path = Path::default();
        for n in 0..8 {
            path.push_rect(Rect::new(Emu::pt(10) + unit * (n * 2), Emu::pt(3) + unit * n, unit * (1 + n % 3), unit));
        }
        let mut out = Vec::new();
        (push_lattice(&mut out, &path, HEIGHT), String::from_utf8(out).unwrap())
    }

    #[test]
    fn y_runs_upwards() {
        let p = |x, y| Point::new(Emu::pt(x), Emu::pt(y));
        let path = Path(vec![
            Segment::Move(p(0, 0)),
            Segment::Line(p(9, 3)),
            Segment::Cubic(p(1, 2), p(3, 4), p(5, 6)),
            Segment::Close,
        ]);
        assert_eq!(written(&path), "0 153 m\n9 150 l\n1 151 3 149 5 147 c\nh\n");
        assert_eq!(written(&Path::rect(Rect::new(Emu::pt(1), Emu::pt(2), Emu::pt(3), Emu::pt(4)))), "1 151 3 -4 re\n");
    }

    #[test]
    fn a_path_without_a_beginning_is_still_one() {
        let p = Point::new(Emu::pt(1), Emu::pt(1));
        assert_eq!(written(&Path(vec![Segment::Line(p)])), "1 152 m\n");
        assert_eq!(written(&Path(vec![Segment::Close])), "");
        assert_eq!(written(&Path(vec![Segment::Cubic(p, p, p)])), "1 152 m\n1 152 1 152 1 152 c\n");
    }

    #[test]
    fn modules_are_whole_numbers_of_their_grid() {
        let (is_lattice, text) = grid(Emu::dot(300) * 4);
        assert!(is_lattice);
        assert_eq!(text.lines().take(3).collect::<Vec<_>>(), [".96 0 0 .96 10 150 cm", "0 0 1 -1 re", "2 -1 2 -1 re"]);
        assert!(!grid(Emu(126)).0, "too fine a grid");
    }

    #[test]
    fn neighbours_share_an_edge() {
        let width = Emu(12_345);
        let mut path = Path::default();
        path.push_rect(Rect::new(Emu(777), Emu::ZERO, width, width));
        path.push_rect(Rect::new(Emu(777) + width, Emu::ZERO, width, width));
        let text = written(&path);
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert!((numbers[0] + numbers[2] - numbers[4]).abs() < 1e-9, "{text}");
    }
}
