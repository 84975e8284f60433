//! How much of each pixel a glyph covers, exactly: signed areas beside its outline, summed along each row.
//!
//! tiny-skia smooths edges with sixteen samples a pixel. Small type shows the difference, and viewers of PDF measure glyphs exactly too.
//! Contours of a glyph that overlap run the same way round, so that clamping the sum is the non-zero rule.

use tiny_skia::{Path, PathSegment, Pixmap, Point};

/// The largest box of a glyph, in pixels; type of the card has a thousandth of that.
const LARGEST: f32 = 4_000_000.0;

/// Room for one glyph, used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Coverage {
    sums: Vec<f32>,
    width: usize,
}

/// Where a glyph stands: pixels by the outline's unit, and its origin in pixels. Outlines have their y upwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placing {
    pub scale: f32,
    pub x: f32,
    pub y: f32,
}

impl Coverage {
    /// Draws a glyph in one colour; `false` if it is too large for that.
    pub fn draw(&mut self, pixmap: &mut Pixmap, glyph: &Path, placing: Placing, colour: [u8; 3]) -> bool {
        let Placing { scale, x, y } = placing;
        let bounds = glyph.bounds();
        // one pixel around it for what rounding moves
        let (left, top) = ((x + bounds.left() * scale).floor() - 1.0, (y - bounds.bottom() * scale).floor() - 1.0);
        let (width, height) =
            ((x + bounds.right() * scale).ceil() + 2.0 - left, (y - bounds.top() * scale).ceil() + 2.0 - top);
        let on_page =
            left < pixmap.width() as f32 && top < pixmap.height() as f32 && left + width > 0.0 && top + height > 0.0;
        if !on_page {
            return true;
        }
        if (width * height).is_nan() || width * height > LARGEST {
            return false;
        }
        self.width = width as usize;
        self.sums.clear();
        self.sums.resize(self.width * height as usize, 0.0);
        self.outline(glyph, |at| Point::from_xy(x + at.x * scale - left, y - at.y * scale - top));
        self.blend(pixmap, left as i32, top as i32, colour);
        true
    }

    fn outline(&mut self, glyph: &Path, place: impl Fn(Point) -> Point) {
        let (mut start, mut at) = (Point::zero(), Point::zero());
        for segment in glyph.segments() {
            match segment {
                PathSegment::MoveTo(to) => {
                    self.line(at, start);
                    (start, at) = (place(to), place(to));
                }
                PathSegment::LineTo(to) => self.line_to(&mut at, place(to)),
                PathSegment::QuadTo(a, to) => {
                    let (from, a, to) = (at, place(a), place(to));
                    let between = |a: Point, b: Point| {
                        Point::from_xy(a.x + (b.x - a.x) * 2.0 / 3.0, a.y + (b.y - a.y) * 2.0 / 3.0)
                    };
                    self.curve(&mut at, between(from, a), between(to, a), to);
                }
                PathSegment::CubicTo(a, b, to) => self.curve(&mut at, place(a), place(b), place(to)),
                PathSegment::Close => self.line_to(&mut at, start),
            }
        }
        self.line(at, start);
    }

    fn line_to(&mut self, at: &mut Point, to: Point) {
        self.line(*at, to);
        *at = to;
    }

    /// A cubic curve in as many chords as keep within a fiftieth of a pixel.
    fn curve(&mut self, at: &mut Point, a: Point, b: Point, to: Point) {
        let from = *at;
        // of n chords none is off by more than 6/8 of the largest second difference of the control points, by n²
        let bend = |p: Point, q: Point, r: Point| (p.x - 2.0 * q.x + r.x).abs() + (p.y - 2.0 * q.y + r.y).abs();
        let bend = bend(from, a, b).max(bend(a, b, to));
        let chords = ((bend * 0.75 / 0.02).sqrt().ceil()).clamp(1.0, 64.0);
        for number in 1..=chords as u32 {
            let t = number as f32 / chords;
            let s = 1.0 - t;
            let (w0, w1, w2, w3) = (s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t);
            let mix = |p: f32, q: f32, r: f32, e: f32| p * w0 + q * w1 + r * w2 + e * w3;
            self.line_to(at, Point::from_xy(mix(from.x, a.x, b.x, to.x), mix(from.y, a.y, b.y, to.y)));
        }
    }

    /// Adds, for each row that the line crosses, what it makes the pixels to its right differ by.
    fn line(&mut self, from: Point, to: Point) {
        if from.y == to.y || self.width == 0 {
            return;
        }
        let (sign, upper, lower) = if from.y < to.y { (1.0, from, to) } else { (-1.0, to, from) };
        let slope = (lower.x - upper.x) / (lower.y - upper.y);
        let mut x = upper.x;
        let rows = upper.y.max(0.0) as usize..lower.y.max(0.0).ceil() as usize;
        for (row, sums) in rows.clone().zip(self.sums.chunks_exact_mut(self.width).skip(rows.start)) {
            let height = lower.y.min((row + 1) as f32) - upper.y.max(row as f32);
            let next = x + slope * height;
            let (left, right) = if x < next { (x, next) } else { (next, x) };
            x = next;
            let first = left.max(0.0).floor();
            let Some(sums) = sums.get_mut(first as usize..) else { continue };
            let (left, right) = (left - first, right - first);
            // what lies to the line's right: of all pixels up to this one, and of this one
            let (mut all, mut own) = (0.0, 0.0);
            for (pixel, sum) in (1_u16..).zip(sums.iter_mut()) {
                let end = f32::from(pixel);
                let now = if end < right {
                    (end - left) * (end - left) / ((right - left) * 2.0) // a triangle so far
                } else {
                    end - (left + right) / 2.0
                };
                *sum += sign * height * (now - all - own);
                (own, all) = (now - all, now);
                if end >= right + 1.0 {
                    break; // whole pixels from here on
                }
            }
        }
    }

    fn blend(&self, pixmap: &mut Pixmap, left: i32, top: i32, [r, g, b]: [u8; 3]) {
        let stride = pixmap.width() as usize;
        let pixels = pixmap.data_mut().as_chunks_mut::<4>().0;
        for (row, sums) in (top..).zip(self.sums.chunks_exact(self.width)) {
            let Ok(row) = usize::try_from(row) else { continue };
            let Some(line) = pixels.get_mut(row * stride..(row + 1) * stride) else { return };
            let mut total = 0.0_f32;
            for (column, sum) in (left..).zip(sums) {
                total += sum;
                let cover = (total.abs().min(1.0) * 255.0 + 0.5) as u32;
                if cover == 0 {
                    continue;
                }
                let Some(pixel) = usize::try_from(column).ok().and_then(|column| line.get_mut(column)) else {
                    continue;
                };
                let mixed = |over: u8, under: u8| {
                    ((u32::from(over) * cover + u32::from(under) * (255 - cover) + 127) / 255) as u8
                };
                *pixel = [mixed(r, pixel[0]), mixed(g, pixel[1]), mixed(b, pixel[2]), 255];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tiny_skia::{Color, PathBuilder};

    const AS_IT_IS: Placing = Placing { scale: 1.0, x: 0.0, y: 20.0 };

    /// How dark each pixel of a page of 20 × 20 becomes.
    fn drawn(path: &Path, placing: Placing) -> Vec<u8> {
        let mut pixmap = Pixmap::new(20, 20).unwrap();
        pixmap.fill(Color::WHITE);
        assert!(Coverage::default().draw(&mut pixmap, path, placing, [0, 0, 0]));
        pixmap.data().as_chunks::<4>().0.iter().map(|[r, _, _, alpha]| *alpha - *r).collect()
    }

    fn polygon(points: &[(f32, f32)]) -> Path {
        let mut path = PathBuilder::new();
        path.move_to(points[0].0, points[0].1);
        points[1..].iter().for_each(|(x, y)| path.line_to(*x, *y));
        path.close();
        path.finish().unwrap()
    }

    #[test]
    fn a_rectangle_covers_its_share_of_each_pixel() {
        let path = polygon(&[(2.5, 3.0), (5.25, 3.0), (5.25, 5.5), (2.5, 5.5)]);
        let pixels = drawn(&path, AS_IT_IS);
        let row = |y: usize| pixels[y * 20 + 1..y * 20 + 7].to_vec();
        assert_eq!(row(13), [0; 6]);
        assert_eq!(row(14), [0, 64, 128, 128, 32, 0]);
        assert_eq!(row(15), [0, 128, 255, 255, 64, 0]);
        assert_eq!(row(17), [0; 6]);
    }

    #[test]
    fn slopes_and_holes_have_their_areas() {
        let ink = |path: &Path| drawn(path, AS_IT_IS).iter().map(|cover| f64::from(*cover)).sum::<f64>() / 255.0;
        assert!((ink(&polygon(&[(1.3, 2.1), (17.9, 4.4), (6.2, 15.7)])) - 107.245).abs() < 0.3);
        assert!((ink(&polygon(&[(1.0, 1.0), (18.0, 1.2), (18.0, 1.9)])) - 5.95).abs() < 0.3);
        let mut path = PathBuilder::new();
        path.push_circle(10.0, 10.0, 8.0);
        let mut both = path.clone();
        both.push_circle(10.0, 10.0, 8.0); // once more, the same way round
        let (circle, twice) = (ink(&path.finish().unwrap()), ink(&both.finish().unwrap()));
        assert!((circle - std::f64::consts::PI * 64.0).abs() < 0.6, "{circle}");
        assert!((0.0..14.0).contains(&(twice - circle)), "an edge that is there twice is a little darker");
        let ring = polygon(&[
            (2.0, 2.0),
            (12.0, 2.0),
            (12.0, 12.0),
            (2.0, 12.0),
            (2.0, 2.0),
            (4.0, 4.0),
            (4.0, 10.0),
            (10.0, 10.0),
            (10.0, 4.0),
            (4.0, 4.0),
        ]);
        assert!((ink(&ring) - 64.0).abs() < 0.1);
    }

    #[test]
    fn what_reaches_beyond_the_page_is_cut_off() {
        let path = polygon(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]);
        for (x, y, area) in
            [(-5.0, 5.0, 25), (15.0, 25.0, 25), (-5.0, 25.0, 25), (300.0, 5.0, 0), (5.0, -1.0, 0), (5.0, 15.0, 100)]
        {
            let dark = drawn(&path, Placing { scale: 1.0, x, y }).iter().filter(|cover| **cover == 255).count();
            assert_eq!(dark, area, "{x}, {y}");
        }
        let mut pixmap = Pixmap::new(20, 20).unwrap();
        assert!(!Coverage::default().draw(&mut pixmap, &path, Placing { scale: 1_000.0, x: 0.0, y: 0.0 }, [0, 0, 0]));
        Coverage::default().draw(&mut pixmap, &path, Placing { scale: f32::MAX, x: 0.0, y: 0.0 }, [0, 0, 0]);
    }
}
