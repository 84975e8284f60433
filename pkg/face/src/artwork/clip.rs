//! Clip paths: the scene has none, so only those pass that cut nothing off.

use usvg::tiny_skia_path::{Path, PathSegment, Point, Rect};
use usvg::{ClipPath, Group, Node};

/// Whether a clip path is an upright rectangle around all that it could cut: drawing programs put one about the page.
pub(super) fn cuts_nothing(clip: &ClipPath, group: &Group) -> bool {
    let [Node::Path(shape)] = clip.root().children() else { return false };
    if clip.clip_path().is_some() || !is_upright_rectangle(shape.data()) {
        return false;
    }
    let transform = group.abs_transform().pre_concat(clip.transform()).pre_concat(shape.abs_transform());
    let upright = transform.kx == 0.0 && transform.ky == 0.0;
    let Some(frame) = shape.data().bounds().transform(transform) else {
        return false;
    };
    upright && contains(frame, group.abs_stroke_bounding_box())
}

fn is_upright_rectangle(path: &Path) -> bool {
    let bounds = path.bounds();
    let at_corner = |point: &Point| {
        (point.x == bounds.left() || point.x == bounds.right())
            && (point.y == bounds.top() || point.y == bounds.bottom())
    };
    let straight = |segment| !matches!(segment, PathSegment::QuadTo(..) | PathSegment::CubicTo(..));
    let moves = path.segments().filter(|segment| matches!(segment, PathSegment::MoveTo(_))).count();
    // one part that goes from corner to neighbouring corner, four of them
    let steps_along_edges = path.points().windows(2).all(|pair| (pair[0].x == pair[1].x) != (pair[0].y == pair[1].y));
    let closed_by_itself = path.points().len() == 5 && path.points().first() == path.points().last();
    let four = path.points().len() == 4 || closed_by_itself;
    let no_way_back = path.points().windows(3).all(|three| three[0] != three[2]);
    moves == 1
        && four
        && no_way_back
        && path.segments().all(straight)
        && path.points().iter().all(at_corner)
        && steps_along_edges
}

/// Edges may lie a ten-thousandth outside: they come out of single-precision sums.
fn contains(frame: Rect, inner: Rect) -> bool {
    let slack = frame.width().max(frame.height()) * 1e-4;
    frame.left() - slack <= inner.left()
        && frame.top() - slack <= inner.top()
        && frame.right() + slack >= inner.right()
        && frame.bottom() + slack >= inner.bottom()
}
