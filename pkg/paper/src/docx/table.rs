//! Tables with rules, and the pictures in them.

use maud::{Markup, html};

use super::body::run;
use super::media::Media;
use super::twentieths;
use crate::block::{Align, Table};
use crate::grid::{self, PADDING, Placed};
use crate::picture::Picture;
use crate::text::clean;

/// Rows at the end that stay with the signatures.
const KEPT: usize = 2;

/// A table; `stays` if its end stays with what follows.
pub(super) fn write(table: &Table, width: f32, stays: bool, media: &mut Media) -> Markup {
    let widths = grid::widths(table, width);
    let size = grid::size(table);
    let head = grid::head(table);
    let rows: Vec<_> = grid::rows(table).collect();
    let mut markup = Vec::with_capacity(head.len() + rows.len());
    for cells in &head {
        markup.push(row(cells, &widths, size, (true, true), media));
    }
    for (index, cells) in rows.iter().enumerate() {
        let left = rows.len() - index;
        let keep = (stays && left <= KEPT) || (table.sum.is_some() && left == 2);
        markup.push(row(cells, &widths, size, (false, keep), media));
    }
    html! {
        w:tbl {
            w:tblPr {
                w:tblW w:w=(twentieths(width)) w:type="dxa" {}
                w:tblBorders {
                    (rule("w:top")) (rule("w:left")) (rule("w:bottom")) (rule("w:right")) (rule("w:insideH")) (rule("w:insideV"))
                }
                w:tblLayout w:type="fixed" {}
                (padding(PADDING.0, PADDING.1))
            }
            w:tblGrid { @for width in &widths { w:gridCol w:w=(twentieths(*width)) {} } }
            @for row in &markup { (row) }
        }
    }
}

fn rule(side: &str) -> Markup {
    maud::PreEscaped(format!("<{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"))
}

/// Between rules and text.
pub(super) fn padding(across: f32, down: f32) -> Markup {
    let (across, down) = (twentieths(across), twentieths(down));
    html! {
        w:tblCellMar {
            w:top w:w=(down) w:type="dxa" {}
            w:left w:w=(across) w:type="dxa" {}
            w:bottom w:w=(down) w:type="dxa" {}
            w:right w:w=(across) w:type="dxa" {}
        }
    }
}

fn row(cells: &[Placed<'_>], widths: &[f32], size: f32, (is_head, keep): (bool, bool), media: &mut Media) -> Markup {
    // a row that is longer than a page has to be cut
    let length = |placed: &Placed<'_>| placed.cell.runs.iter().map(|run| run.text.len()).sum::<usize>();
    let is_whole = cells.iter().map(length).sum::<usize>() < 2_000;
    let mut markup = Vec::with_capacity(cells.len());
    for placed in cells {
        markup.push(cell(placed, widths, size, keep, media));
    }
    html! {
        w:tr {
            w:trPr {
                @if is_whole { w:cantSplit {} }
                @if is_head { w:tblHeader {} }
            }
            @for cell in &markup { (cell) }
        }
    }
}

fn cell(placed: &Placed<'_>, widths: &[f32], size: f32, keep: bool, media: &mut Media) -> Markup {
    let width: f32 = widths[placed.columns.clone()].iter().sum();
    let span = placed.columns.len();
    let align = match placed.align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
        Align::Justify => "both",
    };
    let cell = &placed.cell;
    let shape = |align: &str| html! { w:pPr { @if keep { w:keepNext {} } w:jc w:val=(align) {} } };
    let picture = cell.picture.as_ref().map(|picture| drawing(picture, width - 2.0 * PADDING.0, media));
    html! {
        w:tc {
            w:tcPr {
                w:tcW w:w=(twentieths(width)) w:type="dxa" {}
                @if span > 1 { w:gridSpan w:val=(span) {} }
                w:vAlign w:val="center" {}
            }
            @if let Some(picture) = &picture { w:p { (shape("center")) w:r { (picture) } } }
            @if picture.is_none() || cell.runs.iter().any(|run| !run.text.is_empty()) {
                w:p { (shape(align)) @for part in &cell.runs { (run(part, size)) } }
            }
        }
    }
}

/// A picture in the line, with what it shows in words.
fn drawing(picture: &Picture, room: f32, media: &mut Media) -> Markup {
    let (relation, number) = media.add(picture);
    let (width, height) = picture.size_within(room);
    // 12,700 English Metric Units to the point
    let [across, down] = [width, height].map(|side| (side * 12_700.0).round() as i64);
    let (alt, name) = (clean(&picture.alt).replace('\n', " "), format!("Ảnh {number}"));
    html! {
        w:drawing {
            wp:inline distT="0" distB="0" distL="0" distR="0" {
                wp:extent cx=(across) cy=(down) {}
                wp:docPr id=(number) name=(name) descr=(alt) {}
                a:graphic {
                    a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture" {
                        pic:pic {
                            pic:nvPicPr { pic:cNvPr id=(number) name=(name) {} pic:cNvPicPr {} }
                            pic:blipFill {
                                a:blip r:embed=(relation) {}
                                a:stretch { a:fillRect {} }
                            }
                            pic:spPr {
                                a:xfrm { a:off x="0" y="0" {} a:ext cx=(across) cy=(down) {} }
                                a:prstGeom prst="rect" { a:avLst {} }
                            }
                        }
                    }
                }
            }
        }
    }
}
