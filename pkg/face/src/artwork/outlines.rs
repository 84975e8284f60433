//! An SVG that passed the look at its elements, made into areas and lines.

use usvg::tiny_skia_path::{self, PathSegment, PathStroker, Transform};
use usvg::{BlendMode, Group, ImageHrefResolver, LineCap, LineJoin, Opacity, Options, Paint, PaintOrder, Tree};

use super::drawing::{Drawing, GRID, Manner, Shape};
use super::error::quoted;
use super::{ArtworkError, MAX_SEGMENTS, clip, screen};
use crate::length::{Emu, Point};
use crate::scene::{FillRule, Path, Segment};

/// How finely lines are outlined: as for a page of so many pixels, which is 60 mm at 2,400 dpi.
const FINENESS: f32 = 5_669.0;
/// How fine an outline can be, of its largest coordinate: single precision has 24 bits.
const FINEST: f32 = 262_144.0;
/// How far a shape may reach beyond the page, of the page's longer side: half of a line along its edge.
const OVERHANG: f32 = 0.02;

/// Reads an SVG.
pub(super) fn read(text: &str) -> Result<Drawing, ArtworkError> {
    let document = screen::checked(text)?;
    // no picture is ever resolved: the resolvers of usvg itself would read files
    let image_href_resolver =
        ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
    let options = Options { image_href_resolver, ..Options::default() };
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| match error {
        usvg::Error::InvalidSize => ArtworkError::NoSize,
        usvg::Error::ElementsLimitReached => ArtworkError::Elements,
        error => ArtworkError::Malformed(quoted(&error.to_string())),
    })?;
    let page = (tree.size().width(), tree.size().height());
    let mut canvas = Canvas { page, segments: 0, areas: Vec::new() };
    canvas.group(tree.root())?;
    canvas.drawing().ok_or(ArtworkError::Blank)
}

/// What is painted, in the units of the SVG's page.
struct Canvas {
    page: (f32, f32),
    segments: usize,
    areas: Vec<Area>,
}

struct Area {
    path: tiny_skia_path::Path,
    bounds: Bounds,
    manner: AreaManner,
    rgb: [u8; 3],
}

#[derive(Clone, Copy)]
enum AreaManner {
    Fill(FillRule),
    Stroke(f32),
}

#[derive(Clone, Copy)]
struct Bounds {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Canvas {
    fn group(&mut self, group: &Group) -> Result<(), ArtworkError> {
        if group.mask().is_some() {
            return Err(ArtworkError::Mask);
        }
        if !group.filters().is_empty() {
            return Err(ArtworkError::Filter);
        }
        if group.blend_mode() != BlendMode::Normal {
            return Err(ArtworkError::Blend);
        }
        if group.opacity() != Opacity::ONE {
            return Err(ArtworkError::Opacity);
        }
        if group.clip_path().is_some_and(|clip| !clip::cuts_nothing(clip, group)) {
            return Err(ArtworkError::Clip);
        }
        for child in group.children() {
            match child {
                usvg::Node::Group(group) => self.group(group)?,
                usvg::Node::Path(path) => self.shape(path)?,
                usvg::Node::Image(_) => return Err(ArtworkError::Image),
                usvg::Node::Text(_) => return Err(ArtworkError::Text),
            }
        }
        Ok(())
    }

    fn shape(&mut self, shape: &usvg::Path) -> Result<(), ArtworkError> {
        if !shape.is_visible() {
            return Ok(());
        }
        match shape.paint_order() {
            PaintOrder::FillAndStroke => {
                self.fill(shape)?;
                self.stroke(shape)
            }
            PaintOrder::StrokeAndFill => {
                self.stroke(shape)?;
                self.fill(shape)
            }
        }
    }

    fn fill(&mut self, shape: &usvg::Path) -> Result<(), ArtworkError> {
        let Some(fill) = shape.fill() else { return Ok(()) };
        let Some(rgb) = solid(fill.paint(), fill.opacity())? else { return Ok(()) };
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        self.add(shape.data().clone(), shape.abs_transform(), AreaManner::Fill(rule), rgb)
    }

    /// A line with round ends and corners stays one; the scene knows no other kind, so any other becomes the area that it covers, and
    /// so do dots, lines without length.
    fn stroke(&mut self, shape: &usvg::Path) -> Result<(), ArtworkError> {
        let Some(stroke) = shape.stroke() else { return Ok(()) };
        let Some(rgb) = solid(stroke.paint(), stroke.opacity())? else { return Ok(()) };
        if stroke.dasharray().is_some() {
            return Err(ArtworkError::Dashes);
        }
        let transform = shape.abs_transform();
        let round = stroke.linecap() == LineCap::Round && stroke.linejoin() == LineJoin::Round;
        let round = round && !has_dots(shape.data());
        if let (true, Some(scale)) = (round, even_scale(transform)) {
            let manner = AreaManner::Stroke(stroke.width().get() * scale);
            return self.add(shape.data().clone(), transform, manner, rgb);
        }
        if shape.data().len() > MAX_SEGMENTS {
            return Err(ArtworkError::Segments);
        }
        let wanted = PathStroker::compute_resolution_scale(&transform) * FINENESS / self.page.0.max(self.page.1);
        // finer than the numbers are, and the outline would be divided without end
        let bounds = shape.data().bounds();
        let largest = [bounds.left(), bounds.top(), bounds.right(), bounds.bottom(), stroke.width().get()];
        let largest = largest.into_iter().fold(f32::MIN_POSITIVE, |largest, value| largest.max(value.abs()));
        let fineness = wanted.min(FINEST / largest);
        // a line without any length covers nothing
        let Some(outline) = shape.data().stroke(&stroke.to_tiny_skia(), fineness) else { return Ok(()) };
        self.add(outline, transform, AreaManner::Fill(FillRule::NonZero), rgb)
    }

    fn add(
        &mut self,
        path: tiny_skia_path::Path,
        transform: Transform,
        manner: AreaManner,
        rgb: [u8; 3],
    ) -> Result<(), ArtworkError> {
        self.segments += path.len();
        if self.segments > MAX_SEGMENTS {
            return Err(ArtworkError::Segments);
        }
        let path = path.transform(transform).ok_or(ArtworkError::Outside)?;
        let tight = path.compute_tight_bounds().ok_or(ArtworkError::Outside)?;
        if matches!(manner, AreaManner::Fill(_)) && (tight.width() == 0.0 || tight.height() == 0.0) {
            return Ok(()); // the inside of a straight line
        }
        let half = if let AreaManner::Stroke(width) = manner { width / 2.0 } else { 0.0 };
        let bounds = Bounds {
            left: tight.left() - half,
            top: tight.top() - half,
            right: tight.right() + half,
            bottom: tight.bottom() + half,
        };
        let (width, height) = self.page;
        // wholly beyond the page: nobody sees it
        if bounds.right <= 0.0 || bounds.bottom <= 0.0 || bounds.left >= width || bounds.top >= height {
            return Ok(());
        }
        let over = width.max(height) * OVERHANG;
        if bounds.left < -over || bounds.top < -over || bounds.right > width + over || bounds.bottom > height + over {
            return Err(ArtworkError::Outside);
        }
        self.areas.push(Area { path, bounds, manner, rgb });
        Ok(())
    }

    /// All areas in whole numbers; `None` where together they have no width or no height.
    fn drawing(&self) -> Option<Drawing> {
        let all = self.areas.iter().map(|area| area.bounds).reduce(|a, b| Bounds {
            left: a.left.min(b.left),
            top: a.top.min(b.top),
            right: a.right.max(b.right),
            bottom: a.bottom.max(b.bottom),
        })?;
        let (width, height) = (f64::from(all.right) - f64::from(all.left), f64::from(all.bottom) - f64::from(all.top));
        let grid = Grid { left: all.left.into(), top: all.top.into(), unit: f64::from(GRID) / width.max(height) };
        let size = ((width * grid.unit + 0.5) as u32, (height * grid.unit + 0.5) as u32);
        if size.0 == 0 || size.1 == 0 || !grid.unit.is_finite() {
            return None;
        }
        let shapes: Vec<Shape> = self.areas.iter().filter_map(|area| grid.shape(area)).collect();
        (!shapes.is_empty()).then_some(Drawing { size, shapes })
    }
}

/// Red, green and blue; `None` for what is wholly transparent.
fn solid(paint: &Paint, opacity: Opacity) -> Result<Option<[u8; 3]>, ArtworkError> {
    if opacity == Opacity::ZERO {
        return Ok(None);
    }
    match paint {
        Paint::Color(_) if opacity != Opacity::ONE => Err(ArtworkError::Opacity),
        Paint::Color(colour) => Ok(Some([colour.red, colour.green, colour.blue])),
        Paint::LinearGradient(_) | Paint::RadialGradient(_) => Err(ArtworkError::Gradient),
        Paint::Pattern(_) => Err(ArtworkError::Pattern),
    }
}

/// By how much a transform makes everything larger; `None` for one that does not treat all directions alike.
fn even_scale(transform: Transform) -> Option<f32> {
    let Transform { sx, kx, ky, sy, .. } = transform;
    let (across, down) = (sx * sx + ky * ky, kx * kx + sy * sy);
    let uneven = (across - down).abs().max((sx * kx + ky * sy).abs());
    (uneven <= across * 1e-5).then(|| libm::sqrtf(across))
}

/// Whether a line somewhere has no length; with round ends it is seen as a dot.
fn has_dots(path: &tiny_skia_path::Path) -> bool {
    path.points().windows(2).any(|pair| pair[0] == pair[1])
}

/// From the page's units to whole numbers.
struct Grid {
    left: f64,
    top: f64,
    unit: f64,
}

impl Grid {
    /// `None` for a shape too small to be anything.
    fn shape(&self, area: &Area) -> Option<Shape> {
        let manner = match area.manner {
            AreaManner::Fill(rule) => Manner::Fill(rule),
            AreaManner::Stroke(width) => Manner::Stroke(self.length(width.into()).max(Emu(1))),
        };
        let path = self.path(&area.path);
        (!path.0.is_empty()).then_some(Shape { path, manner, rgb: area.rgb })
    }

    /// Steps without length are left out, and so are parts of nothing else.
    fn path(&self, path: &tiny_skia_path::Path) -> Path {
        let mut steps = Vec::with_capacity(path.len());
        // where the path is, before rounding and after
        let (mut from, mut here) = ((0.0, 0.0), Point::default());
        for segment in path.segments() {
            let (step, to) = match segment {
                PathSegment::MoveTo(to) => (Segment::Move(self.point(pair(to))), to),
                PathSegment::LineTo(to) => (Segment::Line(self.point(pair(to))), to),
                PathSegment::QuadTo(control, to) => {
                    // the same curve by two controls, each two thirds of the way to the one
                    let towards = |end: (f64, f64)| {
                        let control = pair(control);
                        self.point((end.0 + (control.0 - end.0) * 2.0 / 3.0, end.1 + (control.1 - end.1) * 2.0 / 3.0))
                    };
                    (Segment::Cubic(towards(from), towards(pair(to)), self.point(pair(to))), to)
                }
                PathSegment::CubicTo(a, b, to) => {
                    (Segment::Cubic(self.point(pair(a)), self.point(pair(b)), self.point(pair(to))), to)
                }
                PathSegment::Close => {
                    if steps.pop_if(|step| matches!(step, Segment::Move(_))).is_none() {
                        steps.push(Segment::Close);
                    }
                    continue;
                }
            };
            if let Segment::Move(_) = step {
                steps.pop_if(|step| matches!(step, Segment::Move(_)));
            }
            let stays = match step {
                Segment::Line(to) => to == here,
                Segment::Cubic(a, b, to) => a == here && b == here && to == here,
                Segment::Move(_) | Segment::Close => false,
            };
            if !stays {
                steps.push(step);
            }
            (from, here) = (pair(to), self.point(pair(to)));
        }
        steps.pop_if(|step| matches!(step, Segment::Move(_)));
        Path(steps)
    }

    fn point(&self, (x, y): (f64, f64)) -> Point {
        Point::new(self.length(x - self.left), self.length(y - self.top))
    }

    /// Rounded to the nearest; what no card could hold becomes the largest number.
    fn length(&self, length: f64) -> Emu {
        Emu(libm::floor(length * self.unit + 0.5) as i32)
    }
}

fn pair(point: tiny_skia_path::Point) -> (f64, f64) {
    (point.x.into(), point.y.into())
}
