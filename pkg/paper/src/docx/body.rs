//! Paragraphs, columns and sections.

use maud::{Markup, html};

use super::media::Media;
use super::parts::{MAIN, RELATIONS};
use super::{halves, section, table, twentieths};
use crate::block::{Align, Run};
use crate::form::{Columns, Para, Piece, Role, Section, text_width};
use crate::text::clean;

const DRAWING: &str = "http://schemas.openxmlformats.org/drawingml/2006";

/// The text of the file.
pub(super) fn write(sections: &[Section<'_>], media: &mut Media) -> String {
    let mut parts = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let is_last = index + 1 == sections.len();
        pieces(section, media, &mut parts);
        let properties = section::properties(section.orientation);
        // all but the last section are ended by a paragraph, which is made as small as one can be
        parts.push(if is_last { properties } else { small(None, Some(&properties)) });
    }
    let markup = html! {
        w:document xmlns:w=(MAIN) xmlns:r=(RELATIONS) xmlns:wp=(format!("{DRAWING}/wordprocessingDrawing"))
            xmlns:a=(format!("{DRAWING}/main")) xmlns:pic=(format!("{DRAWING}/picture")) {
            w:body { @for part in &parts { (part) } }
        }
    };
    markup.into_string()
}

fn pieces(section: &Section<'_>, media: &mut Media, parts: &mut Vec<Markup>) {
    let width = text_width(section.orientation);
    let is_closing = |piece: Option<&Piece<'_>>| matches!(piece, Some(Piece::Columns(columns)) if columns.is_closing);
    let mut space = 0.0;
    let mut is_after_table = false;
    for (index, piece) in section.pieces.iter().enumerate() {
        let stays = is_closing(section.pieces.get(index + 1));
        match piece {
            Piece::Space(height) => {
                space += height;
                continue;
            }
            Piece::Para(para) => {
                let before = para.before + std::mem::take(&mut space);
                let para = Para { before, keep: para.keep || stays, ..para.clone() };
                parts.push(paragraph(&para, width));
            }
            Piece::Columns(columns) => {
                let before = columns.before + std::mem::take(&mut space);
                // two tables that touch become one
                if is_after_table || before > 0.0 {
                    parts.push(small(Some((before, columns.is_closing)), None));
                }
                parts.push(self::columns(columns, width, stays));
            }
            Piece::Table(of) if of.columns.is_empty() => continue,
            Piece::Table(of) => {
                if is_after_table || space > 0.0 {
                    parts.push(small(Some((std::mem::take(&mut space), false)), None));
                }
                parts.push(table::write(of, width, stays, media));
            }
            // what is left of the break's line stands on the next page, and is made as small
            Piece::Break => parts.push(html! { w:p {
                w:pPr { w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact" {} }
                w:r { w:br w:type="page" {} }
            } }),
        }
        is_after_table = matches!(piece, Piece::Columns(_) | Piece::Table(_));
    }
    // a table must be followed by a paragraph; the section's end is one, but the last section has none
    if is_after_table {
        parts.push(small(None, None));
    }
}

/// An empty paragraph that is as high as it is said, and whether it stays with what follows.
fn small(height: Option<(f32, bool)>, section: Option<&Markup>) -> Markup {
    let (height, keep) = height.unwrap_or((1.0, false));
    html! { w:p { w:pPr {
        @if keep { w:keepNext {} }
        w:spacing w:before="0" w:after="0" w:line=(twentieths(height.max(1.0))) w:lineRule="exact" {}
        @if let Some(section) = section { (section) }
    } } }
}

/// A paragraph, and the rule below it as an empty one with a border.
pub(super) fn paragraph(para: &Para, width: f32) -> Markup {
    let align = match para.align {
        Align::Left => "left",
        Align::Centre => "center",
        Align::Right => "right",
        Align::Justify => "both",
    };
    let style = match para.role {
        Role::Text => None,
        Role::Heading(level) => Some(format!("Heading{}", level.clamp(1, 2))),
    };
    let keep = para.keep || para.rule.is_some();
    let (before, left, indent) = (twentieths(para.before), twentieths(para.left), twentieths(para.indent));
    html! {
        w:p {
            w:pPr {
                @if let Some(style) = &style { w:pStyle w:val=(style) {} }
                @if keep { w:keepNext {} }
                @if before != 0 { w:spacing w:before=(before) {} }
                @if left != 0 || indent != 0 { w:ind w:left=(left) w:firstLine=(indent) {} }
                w:jc w:val=(align) {}
            }
            @for run in &para.runs { (self::run(run, para.size)) }
        }
        @if let Some(length) = para.rule {
            @let side = twentieths(((width - para.left - length) / 2.0).max(0.0));
            w:p { w:pPr {
                @if para.keep { w:keepNext {} }
                w:pBdr { w:top w:val="single" w:sz="6" w:space="1" w:color="000000" {} }
                w:spacing w:before="40" w:after="0" w:line="40" w:lineRule="exact" {}
                w:ind w:left=(side + left) w:right=(side) {}
            } }
        }
    }
}

/// A run; its line feeds are breaks.
pub(super) fn run(run: &Run, size: f32) -> Markup {
    let text = clean(&run.text);
    html! {
        @if !text.is_empty() {
            w:r {
                w:rPr {
                    @if run.bold { w:b {} w:bCs {} }
                    @if run.italic { w:i {} w:iCs {} }
                    w:sz w:val=(halves(size)) {}
                    w:szCs w:val=(halves(size)) {}
                }
                @for (index, line) in text.split('\n').enumerate() {
                    @if index > 0 { w:br {} }
                    @if !line.is_empty() { w:t xml:space="preserve" { (line) } }
                }
            }
        }
    }
}

/// Header and signatures: a table without rules whose row is not cut.
fn columns(columns: &Columns, width: f32, stays: bool) -> Markup {
    let widths: Vec<f32> = columns.shares.iter().map(|share| share * width).collect();
    html! {
        w:tbl {
            w:tblPr {
                w:tblW w:w=(twentieths(width)) w:type="dxa" {}
                w:tblLayout w:type="fixed" {}
                (table::padding(0.0, 0.0))
            }
            w:tblGrid { @for width in &widths { w:gridCol w:w=(twentieths(*width)) {} } }
            w:tr {
                w:trPr { w:cantSplit {} }
                @for (width, paras) in widths.iter().zip(&columns.cells) {
                    w:tc {
                        w:tcPr { w:tcW w:w=(twentieths(*width)) w:type="dxa" {} }
                        @for para in paras { (paragraph(&Para { keep: para.keep || stays, ..para.clone() }, *width)) }
                        // a cell ends with a paragraph; a rule is one
                        @if paras.is_empty() { w:p {} }
                    }
                }
            }
        }
    }
}
